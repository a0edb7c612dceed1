// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/workspace.h"

#include <QDialog>
#include <QPointer>

#include <set>

class QLabel;
class QProgressBar;
class QPushButton;

namespace condaoci::ui {

class ElidedLabel;
class Transfer;

/// One transfer while it runs: a bar for the whole, bars for what is in flight. Closing it leaves the transfer to the
/// Transfers view.
class TransferDialog final : public QDialog
{
    Q_OBJECT

public:
    TransferDialog(Workspace& workspace, Transfer* transfer, QWidget* parent = nullptr);

Q_SIGNALS:
    void detailsWanted(condaoci::ui::Transfer* transfer);

private:
    struct Row
    {
        ElidedLabel* name;
        QProgressBar* bar;
    };
    void build();
    void refresh();
    void refreshRows();

    Workspace& m_workspace;
    QPointer<Transfer> m_transfer;
    std::set<quint32> m_inFlight;
    ElidedLabel* m_title = nullptr;
    QLabel* m_figures = nullptr;
    QProgressBar* m_total = nullptr;
    QList<Row> m_rows;
    QPushButton* m_stop = nullptr;
    QPushButton* m_background = nullptr;
    QPushButton* m_details = nullptr;
    QPushButton* m_retry = nullptr;
};

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPointer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace condaoci::ui {

class ElidedLabel;
class Transfer;
class Transfers;

/// The line at the foot of the window that shows how the running transfer stands; of several the one started last. Not
/// there while nothing runs.
class TransferBar final : public QWidget
{
    Q_OBJECT

public:
    explicit TransferBar(Transfers& transfers, QWidget* parent = nullptr);

Q_SIGNALS:
    void detailsWanted(condaoci::ui::Transfer* transfer);

private:
    void update();

    Transfers& m_transfers;
    QPointer<Transfer> m_shown;
    ElidedLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_figures;
    QPushButton* m_details;
    QPushButton* m_stop;
};

} // namespace condaoci::ui

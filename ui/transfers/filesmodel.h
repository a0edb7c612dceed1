// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/transfers/transfers.h"

#include <QAbstractTableModel>
#include <QPointer>

namespace condaoci::ui {

/// The packages of one transfer: of a running one those that it has to look at, of a past one those that failed. Takes
/// a million rows: it keeps four bytes for each, and news touch only the rows that they are about.
class FilesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Subdir, Size, Progress, Attempts, State, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setTransfer(Transfer* transfer); ///< null: none
    /// \param text  of the file name; empty: all. Applied in the background
    void setFilter(const QString& text, bool onlyFailed);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void rebuild();
    void take(const std::vector<mirror::FileUpdate>& updates);
    [[nodiscard]] QString text(int row, int column) const;
    [[nodiscard]] QString failureText(const Transfer::Failed& failed, int column) const;
    [[nodiscard]] bool isFailed(quint32 file) const;

    QPointer<Transfer> m_transfer;
    QString m_filter;
    bool m_onlyFailed = false;
    std::vector<quint32> m_rows; ///< into the plan's files, ascending; without a plan into the failures
    bool m_hasPlan = false;
    std::stop_source m_rebuilding;
};

} // namespace condaoci::ui

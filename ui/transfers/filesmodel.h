// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/transfers/finishedfiles.h"

#include <QAbstractTableModel>
#include <QPointer>

namespace condaoci::ui {

/// The packages of one transfer that it has to look at, or had to. Takes a million rows: it keeps four bytes for each,
/// and news touch only the rows that they are about.
class FilesModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Subdir, Size, Progress, Attempts, State, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setTransfer(Transfer* transfer); ///< null: none
    /// \param text  of the file name; empty: all. Applied in the background
    void setFilter(const QString& text, bool onlyFailed);

    [[nodiscard]] QString emptyWords() const; ///< why there are no rows; empty where that is not known yet
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void read(); ///< what became of the packages of a transfer that ended
    void rebuild();
    void setRows(std::vector<quint32> rows);
    void take(const std::vector<mirror::FileUpdate>& updates);
    [[nodiscard]] FinishedFiles::File fileAt(int row) const;
    [[nodiscard]] QString text(int row, int column) const;
    [[nodiscard]] int thousandths(int row) const;

    QPointer<Transfer> m_transfer;
    QString m_filter;
    bool m_onlyFailed = false;
    std::shared_ptr<const mirror::CopyPlan> m_plan;  ///< while it runs
    std::shared_ptr<const FinishedFiles> m_finished; ///< once it has ended, and that is read
    std::vector<quint32> m_rows;                     ///< into the files of one of these, ascending
    bool m_isChoosing = false;                       ///< rows, in the background
    std::stop_source m_reading;
    std::stop_source m_rebuilding;
};

} // namespace condaoci::ui

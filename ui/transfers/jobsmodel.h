// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/transfers/transfers.h"

#include <QAbstractTableModel>

namespace condaoci::ui {

/// Every transfer, the newest first.
class JobsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Title, State, Progress, Packages, Size, Speed, Left, Started, ColumnCount };
    static constexpr int ThousandthsRole = Qt::UserRole; ///< of Progress, for ProgressDelegate

    explicit JobsModel(Transfers& transfers, QObject* parent = nullptr);

    [[nodiscard]] Transfer* transferAt(int row) const; ///< null outside
    [[nodiscard]] int rowOf(const Transfer* transfer) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    Transfers& m_transfers;
    int m_count; ///< that the view knows of
};

/// Done so far, in thousandths of the bytes (of the packages, where there are no bytes).
[[nodiscard]] int thousandthsDone(const Transfer& transfer);

} // namespace condaoci::ui

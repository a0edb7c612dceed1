// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"

#include <QAbstractTableModel>

namespace condaoci::ui {

/// What a plan would do, one row for each package that it would copy, refuse or skip; the refused and skipped ones
/// first, since they are what one wants to know. Shares the plan.
class PlanModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Package, Subdir, Size, What, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// The indexes of the files that a plan would copy; for the background, the plan may have a million files.
    [[nodiscard]] static std::vector<quint32> filesToCopy(const mirror::CopyPlan& plan);
    void setPlan(std::shared_ptr<const mirror::CopyPlan> plan, std::vector<quint32> toCopy);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(int row, int column) const;

    std::shared_ptr<const mirror::CopyPlan> m_plan;
    std::vector<quint32> m_toCopy;
};

} // namespace condaoci::ui

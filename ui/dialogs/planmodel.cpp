// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/planmodel.h"

#include "core/base/text.h"
#include "ui/widgets/texts.h"

namespace condaoci::ui {

std::vector<quint32> PlanModel::filesToCopy(const mirror::CopyPlan& plan)
{
    std::vector<quint32> files;
    plan.forEachToCopy([&](quint32 file) { files.push_back(file); });
    return files;
}

void PlanModel::setPlan(std::shared_ptr<const mirror::CopyPlan> plan, std::vector<quint32> toCopy)
{
    beginResetModel();
    m_plan = std::move(plan);
    m_toCopy = std::move(toCopy);
    endResetModel();
}

int PlanModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_plan)
        return 0;
    return static_cast<int>(m_plan->refused.size() + m_plan->skipped.size() + m_toCopy.size());
}

int PlanModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString PlanModel::text(int row, int column) const
{
    auto index = static_cast<size_t>(row);
    for (const auto* list : {&m_plan->refused, &m_plan->skipped}) {
        if (index < list->size()) {
            const mirror::RefusedFile& file = (*list)[index];
            const QString why = oneLine(file.reason);
            return column == Package          ? oneLine(file.fileName)
                   : column == Subdir         ? file.subdir
                   : column == Size           ? QString()
                   : list == &m_plan->refused ? tr("can't be copied: %1").arg(why)
                                              : tr("skipped: %1").arg(why);
        }
        index -= list->size();
    }
    const mirror::PlannedFile& file = m_plan->files[m_toCopy[index]];
    switch (column) {
    case Package:
        return shown(file.record->fileName);
    case Subdir:
        return m_plan->subdirOf(file);
    case Size:
        return file.record->size < 0 ? QString() : shownSize(file.record->size);
    default:
        return file.neededBy ? tr("copy, needed by %1").arg(shown(file.neededBy->fileName))
               : file.yanked ? tr("copy, removed from the channel's index")
                             : tr("copy");
    }
}

QVariant PlanModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::DisplayRole)
        return text(index.row(), index.column());
    if (role == Qt::TextAlignmentRole && index.column() == Size)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant PlanModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Package:
        return tr("Package");
    case Subdir:
        return tr("Platform");
    case Size:
        return tr("Size");
    default:
        return tr("What happens");
    }
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/cache/cachemodel.h"

#include "core/base/text.h"
#include "core/conda/version.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <algorithm>

namespace condaoci::ui {

using mirror::CacheFile;
using mirror::CacheState;

QString shown(CacheState state)
{
    switch (state) {
    case CacheState::Unverified:
        return CacheModel::tr("not verified");
    case CacheState::Verified:
        return CacheModel::tr("verified");
    case CacheState::Damaged:
        return CacheModel::tr("damaged");
    case CacheState::Unlisted:
        return CacheModel::tr("not in the index");
    case CacheState::Missing:
        return CacheModel::tr("missing");
    case CacheState::Partial:
        return CacheModel::tr("unfinished download");
    }
    return {};
}

namespace {

bool isWrong(CacheState state)
{
    return state == CacheState::Damaged || state == CacheState::Missing;
}

QIcon stateIcon(CacheState state)
{
    if (isWrong(state))
        return icon("dialog-error");
    if (state == CacheState::Verified)
        return icon("emblem-ok-symbolic");
    return state == CacheState::Partial ? icon("dialog-warning") : QIcon();
}

QString text(const CacheFile& file, int column)
{
    switch (column) {
    case CacheModel::Name:
        return oneLine(file.name.isEmpty() ? file.fileName : file.name, 300);
    case CacheModel::Version:
        return oneLine(file.version, 100);
    case CacheModel::Build:
        return oneLine(file.build, 100);
    case CacheModel::Channel:
        return oneLine(file.channel, 200);
    case CacheModel::Subdir:
        return file.subdir;
    case CacheModel::Size:
        return shownBytes(file.size);
    default:
        return file.reason.isEmpty() ? shown(file.state)
                                     : CacheModel::tr("%1: %2").arg(shown(file.state), oneLine(file.reason));
    }
}

} // namespace

void CacheModel::setFiles(std::vector<CacheFile> files)
{
    beginResetModel();
    m_files = std::move(files);
    rebuild();
    endResetModel();
}

void CacheModel::setFile(size_t number, CacheFile file)
{
    const bool wasShown = isShown(m_files[number]);
    m_files[number] = std::move(file);
    if (wasShown != isShown(m_files[number])) {
        beginResetModel();
        rebuild();
        endResetModel();
        return;
    }
    const auto row = std::find(m_rows.begin(), m_rows.end(), number);
    if (row != m_rows.end())
        Q_EMIT dataChanged(index(static_cast<int>(row - m_rows.begin()), State),
                           index(static_cast<int>(row - m_rows.begin()), State));
}

void CacheModel::setFilter(const QString& text, bool onlyDamaged)
{
    beginResetModel();
    m_filter = text;
    m_onlyDamaged = onlyDamaged;
    rebuild();
    endResetModel();
}

void CacheModel::sort(int column, Qt::SortOrder order)
{
    beginResetModel();
    m_sortColumn = column;
    m_sortOrder = order;
    rebuild();
    endResetModel();
}

bool CacheModel::isShown(const CacheFile& file) const
{
    return (!m_onlyDamaged || isWrong(file.state)) &&
           (m_filter.isEmpty() || file.fileName.contains(m_filter, Qt::CaseInsensitive));
}

void CacheModel::rebuild()
{
    m_rows.clear();
    for (size_t i = 0; i < m_files.size(); ++i) {
        if (isShown(m_files[i]))
            m_rows.push_back(i);
    }
    const auto isLess = [this](const CacheFile& a, const CacheFile& b) {
        if (m_sortColumn == Size)
            return a.size < b.size;
        if (m_sortColumn == Version) {
            const auto left = conda::Version::parse(a.version.toStdString());
            const auto right = conda::Version::parse(b.version.toStdString());
            return left && right ? *left < *right : !left && right;
        }
        return text(a, m_sortColumn) < text(b, m_sortColumn);
    };
    std::stable_sort(m_rows.begin(), m_rows.end(), [&](size_t a, size_t b) {
        return m_sortOrder == Qt::AscendingOrder ? isLess(m_files[a], m_files[b]) : isLess(m_files[b], m_files[a]);
    });
}

int CacheModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int CacheModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CacheModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const CacheFile& file = fileAt(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return text(file, index.column());
    case Qt::ToolTipRole:
        return plainToolTip(index.column() == Name ? file.fileName : text(file, index.column()));
    case Qt::DecorationRole:
        return index.column() == State ? QVariant(stateIcon(file.state)) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == Size ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    default:
        return {};
    }
}

QVariant CacheModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Name:
        return tr("Package");
    case Version:
        return tr("Version");
    case Build:
        return tr("Build");
    case Channel:
        return tr("Channel");
    case Subdir:
        return tr("Platform");
    case Size:
        return tr("Size");
    default:
        return tr("State");
    }
}

} // namespace condaoci::ui

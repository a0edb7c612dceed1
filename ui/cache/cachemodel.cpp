// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/cache/cachemodel.h"

#include "core/base/text.h"
#include "core/conda/version.h"
#include "ui/background.h"
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
    case CacheModel::Format:
        if (const auto format = conda::formatOf(file.fileName.toStdString()))
            return shownFormat(*format);
        return {};
    case CacheModel::Channel:
        return oneLine(file.channel, 200);
    case CacheModel::Subdir:
        return file.subdir;
    case CacheModel::Size:
        return shownSize(file.size);
    default:
        return shown(file.state);
    }
}

struct Shown
{
    QString filter;
    bool onlyDamaged;
    int column;
    Qt::SortOrder order;
};

bool isLess(const CacheFile& a, const CacheFile& b, int column)
{
    if (column == CacheModel::Size)
        return a.size < b.size;
    if (column == CacheModel::Version) {
        const auto left = conda::Version::parse(a.version.toStdString());
        const auto right = conda::Version::parse(b.version.toStdString());
        return left && right ? *left < *right : !left && right;
    }
    return text(a, column) < text(b, column);
}

std::vector<size_t> rowsOf(const std::vector<CacheFile>& files, const Shown& shown, const std::stop_token& stop)
{
    std::vector<size_t> rows;
    for (size_t i = 0; i < files.size() && !stop.stop_requested(); ++i) {
        if ((!shown.onlyDamaged || isWrong(files[i].state)) &&
            (shown.filter.isEmpty() || files[i].fileName.contains(shown.filter, Qt::CaseInsensitive)))
            rows.push_back(i);
    }
    if (!stop.stop_requested())
        std::stable_sort(rows.begin(), rows.end(), [&](size_t a, size_t b) {
            return shown.order == Qt::AscendingOrder ? isLess(files[a], files[b], shown.column)
                                                     : isLess(files[b], files[a], shown.column);
        });
    return rows;
}

} // namespace

CacheModel::~CacheModel()
{
    m_rebuilding.request_stop();
}

void CacheModel::setFiles(std::vector<CacheFile> files)
{
    m_files = std::make_shared<const std::vector<CacheFile>>(std::move(files));
    m_isRead = true;
    rebuild();
}

void CacheModel::forgetFiles()
{
    setFiles({});
    m_isRead = false;
}

void CacheModel::setFilter(const QString& text, bool onlyDamaged)
{
    m_filter = text;
    m_onlyDamaged = onlyDamaged;
    rebuild();
}

void CacheModel::sort(int column, Qt::SortOrder order)
{
    m_sortColumn = column;
    m_sortOrder = order;
    rebuild();
}

void CacheModel::rebuild()
{
    m_rebuilding.request_stop();
    m_rebuilding = inBackground(
        this,
        [files = m_files, shown = Shown{m_filter, m_onlyDamaged, m_sortColumn, m_sortOrder}](
            const std::stop_token& stop) { return rowsOf(*files, shown, stop); },
        [this](std::vector<size_t> rows) {
            beginResetModel();
            dropInBackground(std::exchange(m_shownFiles, m_files));
            m_rows = std::move(rows);
            endResetModel();
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
        return plainToolTip(index.column() == Name                              ? file.fileName
                            : index.column() == State && !file.reason.isEmpty() ? file.reason
                                                                                : text(file, index.column()));
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
    case Format:
        return tr("Format");
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

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/filesmodel.h"

#include "core/base/text.h"
#include "ui/background.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <numeric>

namespace condaoci::ui {

using FileState = mirror::FileOutcome::State;

namespace {

constexpr size_t spansBeforeAll = 200;

QString stateText(FileState state)
{
    switch (state) {
    case FileState::Waiting:
        return FilesModel::tr("waiting");
    case FileState::Running:
        return FilesModel::tr("copying");
    case FileState::Copied:
        return FilesModel::tr("copied");
    case FileState::AlreadyThere:
        return FilesModel::tr("there already");
    case FileState::Failed:
        return FilesModel::tr("failed");
    case FileState::Cancelled:
        return FilesModel::tr("stopped");
    }
    return {};
}

bool contains(std::string_view text, const std::string& part)
{
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) {
               return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
           }) != text.end();
}

/// Those that the run has to look at, by filter.
std::vector<quint32> matching(const mirror::CopyPlan& plan, const std::string& filter, const std::stop_token& stop)
{
    std::vector<quint32> rows;
    for (const mirror::CopyUnit& unit : plan.units) {
        if (stop.stop_requested())
            return {};
        for (quint32 i = unit.first; i < unit.first + unit.count; ++i) {
            if (!plan.files[i].present && (filter.empty() || contains(plan.files[i].record->fileName, filter)))
                rows.push_back(i);
        }
    }
    return rows;
}

} // namespace

void FilesModel::setTransfer(Transfer* transfer)
{
    if (m_transfer)
        m_transfer->disconnect(this);
    m_transfer = transfer;
    if (transfer) {
        connect(transfer, &Transfer::planned, this, &FilesModel::rebuild);
        connect(transfer, &Transfer::filesChanged, this, &FilesModel::take);
        connect(transfer, &Transfer::finished, this, &FilesModel::rebuild);
        connect(transfer, &QObject::destroyed, this, [this] { setTransfer(nullptr); });
    }
    rebuild();
}

void FilesModel::setFilter(const QString& text, bool onlyFailed)
{
    if (text == m_filter && onlyFailed == m_onlyFailed)
        return;
    m_filter = text;
    m_onlyFailed = onlyFailed;
    rebuild();
}

bool FilesModel::isFailed(quint32 file) const
{
    return m_transfer->files()[file].state == FileState::Failed;
}

void FilesModel::rebuild()
{
    m_rebuilding.request_stop();
    const auto plan = m_transfer ? m_transfer->plan() : nullptr;
    const auto set = [this](std::vector<quint32> rows, bool hasPlan) {
        beginResetModel();
        m_rows = std::move(rows);
        m_hasPlan = hasPlan;
        endResetModel();
    };
    const std::string filter = m_filter.toStdString();
    if (!plan) {
        std::vector<quint32> rows;
        for (quint32 i = 0; m_transfer && i < m_transfer->failures().size(); ++i) {
            if (filter.empty() || contains(m_transfer->failures()[i].fileName.toStdString(), filter))
                rows.push_back(i);
        }
        return set(std::move(rows), false);
    }
    if (m_onlyFailed) { // few, and known by number
        std::vector<quint32> rows;
        for (const quint32 file : m_transfer->failedFiles()) {
            if (filter.empty() || contains(plan->files[file].record->fileName, filter))
                rows.push_back(file);
        }
        std::sort(rows.begin(), rows.end());
        return set(std::move(rows), true);
    }
    set({}, true);
    m_rebuilding = inBackground(
        this, [plan, filter](const std::stop_token& stop) { return matching(*plan, filter, stop); },
        [set](std::vector<quint32> rows) { set(std::move(rows), true); });
}

void FilesModel::take(const std::vector<mirror::FileUpdate>& updates)
{
    if (!m_hasPlan || updates.empty())
        return;
    if (m_onlyFailed) {
        if (std::any_of(updates.begin(), updates.end(), [](const auto& one) { return one.state == FileState::Failed; }))
            rebuild();
        return;
    }
    if (m_rows.empty()) // they are being chosen just now
        return;
    if (updates.size() > spansBeforeAll) {
        Q_EMIT dataChanged(index(0, Progress), index(rowCount() - 1, State));
        return;
    }
    for (const mirror::FileUpdate& update : updates) {
        const auto row = std::lower_bound(m_rows.begin(), m_rows.end(), update.file);
        if (row == m_rows.end() || *row != update.file)
            continue;
        const int number = static_cast<int>(row - m_rows.begin());
        Q_EMIT dataChanged(index(number, Progress), index(number, State));
    }
}

int FilesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FilesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FilesModel::failureText(const Transfer::Failed& failed, int column) const
{
    switch (column) {
    case Name:
        return oneLine(failed.fileName, 500);
    case Subdir:
        return oneLine(failed.subdir, 100);
    case State:
        return tr("failed: %1").arg(oneLine(failed.message));
    default:
        return {};
    }
}

QString FilesModel::text(int row, int column) const
{
    const quint32 number = m_rows[static_cast<size_t>(row)];
    if (!m_hasPlan)
        return failureText(m_transfer->failures()[number], column);
    const mirror::PlannedFile& file = m_transfer->plan()->files[number];
    const Transfer::File& now = m_transfer->files()[number];
    switch (column) {
    case Name:
        return shown(file.record->fileName);
    case Subdir:
        return m_transfer->plan()->subdirOf(file);
    case Size:
        return file.record->size < 0 ? QString() : shownBytes(file.record->size);
    case Attempts:
        return now.attempts > 0 ? QString::number(now.attempts) : QString();
    case State:
        return now.state == FileState::Failed ? tr("failed: %1").arg(oneLine(m_transfer->errorOf(number)))
                                              : stateText(now.state);
    default:
        return {};
    }
}

QVariant FilesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || !m_transfer || static_cast<size_t>(index.row()) >= m_rows.size())
        return {};
    if (role == Qt::DisplayRole)
        return text(index.row(), index.column());
    if (role == Qt::ToolTipRole)
        return plainToolTip(text(index.row(), index.column()));
    if (role == Qt::TextAlignmentRole && (index.column() == Size || index.column() == Attempts))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    const quint32 number = m_rows[static_cast<size_t>(index.row())];
    if (role == Qt::DecorationRole && index.column() == State && (!m_hasPlan || isFailed(number)))
        return icon("dialog-error");
    if (role == JobsModel::ThousandthsRole && index.column() == Progress && m_hasPlan) {
        const Transfer::File& now = m_transfer->files()[number];
        const qint64 size = m_transfer->plan()->files[number].record->size;
        if (now.state == FileState::Copied || now.state == FileState::AlreadyThere)
            return 1000;
        return now.state == FileState::Running && size > 0
                   ? static_cast<int>(std::clamp<qint64>(now.bytes * 1000 / size, 0, 1000))
                   : 0;
    }
    return {};
}

QVariant FilesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Name:
        return tr("Package");
    case Subdir:
        return tr("Platform");
    case Size:
        return tr("Size");
    case Progress:
        return tr("Progress");
    case Attempts:
        return tr("Attempts");
    default:
        return tr("State");
    }
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/filesmodel.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/text.h"
#include "ui/background.h"
#include "ui/transfers/jobsmodel.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QLocale>

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
    std::sort(rows.begin(), rows.end()); // units are in the order in which they are copied
    return rows;
}

std::vector<quint32> matching(const FinishedFiles& finished, const std::string& filter, bool onlyFailed)
{
    std::vector<quint32> rows;
    for (quint32 i = 0; i < finished.files.size(); ++i) {
        const FinishedFiles::File& file = finished.files[i];
        if ((!onlyFailed || file.state == FileState::Failed) && (filter.empty() || contains(file.fileName, filter)))
            rows.push_back(i);
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
        connect(transfer, &Transfer::stateChanged, this, [this] {
            if (!m_transfer->isRunning())
                read();
        });
        connect(transfer, &QObject::destroyed, this, [this] { setTransfer(nullptr); });
    }
    read();
}

void FilesModel::setFilter(const QString& text, bool onlyFailed)
{
    if (text == m_filter && onlyFailed == m_onlyFailed)
        return;
    m_filter = text;
    m_onlyFailed = onlyFailed;
    rebuild();
}

void FilesModel::read()
{
    m_reading.request_stop();
    setRows({}); // before what they are of goes
    dropInBackground(std::exchange(m_finished, nullptr));
    rebuild();
    if (!m_transfer || m_transfer->isRunning())
        return;
    m_reading = inBackground(
        this,
        [path = m_transfer->filesFile(), failures = m_transfer->failures()](const std::stop_token&) {
            auto lines = readFile(path, limits::repodataInflated);
            return readFinishedFiles(lines ? *std::move(lines) : finishedLines(failures));
        },
        [this](std::shared_ptr<const FinishedFiles> finished) {
            m_finished = std::move(finished);
            rebuild();
        });
}

void FilesModel::setRows(std::vector<quint32> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

QString FilesModel::emptyWords() const
{
    if (!m_transfer || m_isChoosing)
        return {};
    if (!m_filter.isEmpty())
        return tr("No package matches the filter.");
    if (m_transfer->state() == Transfer::State::Interrupted)
        return tr("The program ended while this ran. To resume it copies what is not there yet.");
    if (m_onlyFailed)
        return tr("No package failed.");
    if (m_transfer->isRunning())
        return {};
    if (m_transfer->totals().files > 0)
        return tr("What became of its packages was not kept.");
    return m_transfer->state() == Transfer::State::Done ? tr("There was nothing to copy.")
                                                        : tr("It ended before anything was copied.");
}

void FilesModel::rebuild()
{
    m_rebuilding.request_stop();
    setRows({});
    auto plan = m_transfer && m_transfer->isRunning() ? m_transfer->plan() : nullptr;
    if (plan != m_plan)
        dropInBackground(std::exchange(m_plan, std::move(plan)));
    const std::string filter = m_filter.toStdString();
    if (m_plan && m_onlyFailed) { // few, and known by number
        std::vector<quint32> rows;
        for (const quint32 file : m_transfer->failedFiles()) {
            if (filter.empty() || contains(m_plan->files[file].record->fileName, filter))
                rows.push_back(file);
        }
        std::sort(rows.begin(), rows.end());
        m_isChoosing = false;
        return setRows(std::move(rows));
    }
    m_isChoosing = m_transfer;
    const auto show = [this](std::vector<quint32> rows) {
        m_isChoosing = false;
        setRows(std::move(rows));
    };
    if (m_plan)
        m_rebuilding = inBackground(
            this, [plan = m_plan, filter](const std::stop_token& stop) { return matching(*plan, filter, stop); }, show);
    else if (m_finished)
        m_rebuilding = inBackground(
            this,
            [finished = m_finished, filter, onlyFailed = m_onlyFailed](const std::stop_token&) {
                return matching(*finished, filter, onlyFailed);
            },
            show);
}

void FilesModel::take(const std::vector<mirror::FileUpdate>& updates)
{
    if (!m_plan || updates.empty())
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

/// Without its error while it is in a plan, which text() asks for by number.
FinishedFiles::File FilesModel::fileAt(int row) const
{
    const quint32 number = m_rows[static_cast<size_t>(row)];
    if (!m_plan)
        return m_finished->files[number];
    const conda::PackageRecord& record = *m_plan->files[number].record;
    const Transfer::File& now = m_transfer->files()[number];
    return {now.state, now.attempts, record.size, {}, record.fileName, {}};
}

int FilesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int FilesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString FilesModel::text(int row, int column) const
{
    const quint32 number = m_rows[static_cast<size_t>(row)];
    const FinishedFiles::File file = fileAt(row);
    switch (column) {
    case Name:
        return shown(file.fileName);
    case Subdir:
        return m_plan ? m_plan->subdirOf(m_plan->files[number]) : shown(file.subdir);
    case Size:
        return file.size < 0 ? QString() : shownSize(file.size);
    case Attempts:
        return file.attempts > 0 ? QLocale().toString(file.attempts) : QString();
    case State:
        if (!m_plan && file.state == FileState::Waiting)
            return tr("not begun");
        if (!m_plan && file.state == FileState::Running)
            return stateText(FileState::Cancelled);
        if (file.state != FileState::Failed)
            return stateText(file.state);
        return tr("failed: %1").arg(m_plan ? oneLine(m_transfer->errorOf(number)) : condaoci::text(file.error));
    default:
        return {};
    }
}

int FilesModel::thousandths(int row) const
{
    const FinishedFiles::File file = fileAt(row);
    if (file.state == FileState::Copied || file.state == FileState::AlreadyThere)
        return 1000;
    if (!m_plan || file.state != FileState::Running || file.size <= 0)
        return 0;
    const qint64 done = m_transfer->files()[m_rows[static_cast<size_t>(row)]].bytes;
    return static_cast<int>(std::clamp<qint64>(done * 1000 / file.size, 0, 1000));
}

QVariant FilesModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || static_cast<size_t>(index.row()) >= m_rows.size())
        return {};
    if (role == Qt::DisplayRole)
        return text(index.row(), index.column());
    if (role == Qt::ToolTipRole)
        return plainToolTip(text(index.row(), index.column()));
    if (role == Qt::TextAlignmentRole && (index.column() == Size || index.column() == Attempts))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::DecorationRole && index.column() == State && fileAt(index.row()).state == FileState::Failed)
        return icon("dialog-error");
    if (role == JobsModel::ThousandthsRole && index.column() == Progress)
        return thousandths(index.row());
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

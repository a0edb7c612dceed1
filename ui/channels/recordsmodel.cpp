// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/channels/recordsmodel.h"

#include "core/base/text.h"
#include "ui/background.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/texts.h"

#include <QDateTime>
#include <QLocale>

namespace condaoci::ui {

namespace {

constexpr size_t rowsAtOnce = 50'000; ///< that a view takes in within a small part of a frame

QString presenceText(Presence presence)
{
    switch (presence) {
    case Presence::There:
        return RecordsModel::tr("in the registry");
    case Presence::NotThere:
        return RecordsModel::tr("not there");
    case Presence::NewerThere:
        return RecordsModel::tr("newer there");
    case Presence::Failed:
        return RecordsModel::tr("failed");
    case Presence::Unknown:
        break;
    }
    return {};
}

QIcon presenceIcon(Presence presence)
{
    switch (presence) {
    case Presence::There:
        return icon("emblem-ok-symbolic");
    case Presence::NewerThere:
        return icon("software-update-available");
    case Presence::Failed:
        return icon("dialog-error");
    default:
        return {};
    }
}

} // namespace

RecordsModel::RecordsModel(QObject* parent)
    : QAbstractTableModel(parent)
{
    m_givesRows.setInterval(0);
    connect(&m_givesRows, &QTimer::timeout, this, &RecordsModel::addRows);
}

RecordsModel::~RecordsModel()
{
    m_sorting.request_stop();
    m_filtering.request_stop();
}

void RecordsModel::setRecords(std::shared_ptr<const Records> records)
{
    beginResetModel();
    dropInBackground(std::exchange(m_records, std::move(records)));
    setRows({});
    m_presence = std::make_shared<std::vector<Presence>>();
    m_checked.assign(m_records ? m_records->all.size() : 0, false);
    m_checkedCount = m_checkedBytes = 0;
    m_isFiltering = m_records != nullptr;
    endResetModel();
    Q_EMIT checksChanged();
    reorder();
}

void RecordsModel::setPresence(std::vector<Presence> presence)
{
    m_presence = std::make_shared<const std::vector<Presence>>(std::move(presence));
    if (m_order.column == RecordColumn::State)
        return reorder();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, static_cast<int>(RecordColumn::State)),
                           index(rowCount() - 1, static_cast<int>(RecordColumn::State)));
}

void RecordsModel::setFilter(const QString& text)
{
    if (text == m_filter)
        return;
    m_filter = text;
    refilter();
}

void RecordsModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= static_cast<int>(RecordColumn::Count))
        return;
    m_order = {static_cast<RecordColumn>(column), order == Qt::DescendingOrder};
    reorder();
}

void RecordsModel::reorder()
{
    m_sorting.request_stop();
    m_filtering.request_stop();
    dropInBackground(std::exchange(m_sorted, nullptr));
    m_isFiltering = m_records != nullptr;
    if (!m_records)
        return;
    m_sorting = inBackground(
        this,
        [records = m_records, order = m_order, presence = m_presence](const std::stop_token&) {
            return ui::sorted(*records, order, *presence);
        },
        [this](std::vector<quint32> rows) {
            m_sorted = std::make_shared<const std::vector<quint32>>(std::move(rows));
            refilter();
        });
}

void RecordsModel::refilter()
{
    m_filtering.request_stop();
    m_isFiltering = m_records != nullptr;
    if (!m_sorted) // it will be filtered once it is sorted
        return;
    m_filtering = inBackground(
        this,
        [records = m_records, filter = m_filter, sorted = m_sorted](const std::stop_token& stop) {
            return ui::filtered(*records, filter, *sorted, stop);
        },
        [this](Result<std::vector<quint32>> rows) {
            m_isFiltering = false;
            if (!rows) {
                Q_EMIT filterRefused(rows.error().message);
                return;
            }
            beginResetModel();
            setRows(*std::move(rows));
            endResetModel();
            Q_EMIT filterRefused({});
            Q_EMIT filtered();
        });
}

/// Within a reset.
void RecordsModel::setRows(std::vector<quint32> rows)
{
    dropInBackground(std::exchange(m_rows, std::move(rows)));
    m_given = static_cast<int>(std::min(m_rows.size(), rowsAtOnce));
    if (static_cast<size_t>(m_given) < m_rows.size())
        m_givesRows.start();
    else
        m_givesRows.stop();
}

void RecordsModel::addRows()
{
    const int more = static_cast<int>(std::min(m_rows.size() - static_cast<size_t>(m_given), rowsAtOnce));
    beginInsertRows({}, m_given, m_given + more - 1);
    m_given += more;
    endInsertRows();
    if (static_cast<size_t>(m_given) == m_rows.size())
        m_givesRows.stop();
}

const conda::PackageRecord* RecordsModel::recordAt(int row) const
{
    return row >= 0 && row < rowCount() ? m_records->all[m_rows[static_cast<size_t>(row)]].record : nullptr;
}

QString RecordsModel::subdirAt(int row) const
{
    return recordAt(row) ? m_records->subdirs[m_records->all[m_rows[static_cast<size_t>(row)]].subdir] : QString();
}

Presence RecordsModel::presenceAt(int row) const
{
    const size_t number = recordAt(row) ? m_rows[static_cast<size_t>(row)] : m_presence->size();
    return number < m_presence->size() ? (*m_presence)[number] : Presence::Unknown;
}

void RecordsModel::check(quint32 record, bool checked)
{
    if (m_checked[record] == checked)
        return;
    m_checked[record] = checked;
    const int sign = checked ? 1 : -1;
    m_checkedCount += sign;
    m_checkedBytes += sign * std::max<qint64>(0, m_records->all[record].record->size);
}

void RecordsModel::setChecked(const std::vector<int>& rows, bool checked)
{
    if (rows.empty())
        return;
    for (const int row : rows)
        check(m_rows[static_cast<size_t>(row)], checked);
    const auto [first, last] = std::minmax_element(rows.begin(), rows.end());
    Q_EMIT dataChanged(index(*first, 0), index(*last, 0), {Qt::CheckStateRole});
    Q_EMIT checksChanged();
}

void RecordsModel::toggle(const std::vector<int>& rows)
{
    const bool all =
        std::all_of(rows.begin(), rows.end(), [this](int row) { return m_checked[m_rows[static_cast<size_t>(row)]]; });
    setChecked(rows, !all);
}

void RecordsModel::checkAllShown()
{
    if (m_rows.size() == m_checked.size()) { // everything, without a look at each
        m_checked.assign(m_checked.size(), true);
        m_checkedCount = static_cast<qint64>(m_checked.size());
        m_checkedBytes = m_records ? m_records->bytes : 0;
    } else {
        for (const quint32 record : m_rows)
            check(record, true);
    }
    tellChecks();
}

void RecordsModel::clearChecks()
{
    m_checked.assign(m_checked.size(), false);
    m_checkedCount = m_checkedBytes = 0;
    tellChecks();
}

void RecordsModel::check(const Ticks& ticks)
{
    if (m_checkedCount == 0) { // without a look at each record, of which there may be a million
        for (const quint32 record : ticks.records)
            m_checked[record] = true;
        m_checkedCount = static_cast<qint64>(ticks.records.size());
        m_checkedBytes = ticks.bytes;
    } else {
        for (const quint32 record : ticks.records)
            check(record, true);
    }
    tellChecks();
}

void RecordsModel::tellChecks()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::CheckStateRole});
    Q_EMIT checksChanged();
}

int RecordsModel::rowOf(quint32 record) const
{
    const auto end = m_rows.begin() + m_given;
    const auto found = std::find(m_rows.begin(), end, record);
    return found == end ? -1 : static_cast<int>(found - m_rows.begin());
}

std::vector<quint32> RecordsModel::checked() const
{
    std::vector<quint32> numbers;
    for (quint32 i = 0; i < m_checked.size(); ++i) {
        if (m_checked[i])
            numbers.push_back(i);
    }
    return numbers;
}

int RecordsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_given;
}

int RecordsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(RecordColumn::Count);
}

QString RecordsModel::text(quint32 number, RecordColumn column) const
{
    const conda::PackageRecord* record = m_records->all[number].record;
    switch (column) {
    case RecordColumn::Name:
        return shown(record->name);
    case RecordColumn::Version:
        return shown(record->version);
    case RecordColumn::Build:
        return shown(record->build);
    case RecordColumn::Format:
        return shownFormat(record->format);
    case RecordColumn::Size:
        return record->size < 0 ? QString() : shownSize(record->size);
    case RecordColumn::Date:
        return record->timestamp == 0 ? QString() : shownDate(QDateTime::fromMSecsSinceEpoch(record->timestamp));
    case RecordColumn::Subdir:
        return m_records->subdirs[m_records->all[number].subdir];
    case RecordColumn::State:
        return number < m_presence->size() ? presenceText((*m_presence)[number]) : QString();
    case RecordColumn::Count:
        break;
    }
    return {};
}

QVariant RecordsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const quint32 number = m_rows[static_cast<size_t>(index.row())];
    const auto column = static_cast<RecordColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(number, column);
    case Qt::ToolTipRole:
        return plainToolTip(text(number, column));
    case Qt::CheckStateRole:
        return column == RecordColumn::Name ? QVariant(m_checked[number] ? Qt::Checked : Qt::Unchecked) : QVariant();
    case Qt::TextAlignmentRole:
        return column == RecordColumn::Size ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case Qt::DecorationRole:
        return column == RecordColumn::State && number < m_presence->size()
                   ? QVariant(presenceIcon((*m_presence)[number]))
                   : QVariant();
    default:
        return {};
    }
}

bool RecordsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !index.isValid() || index.column() != 0)
        return false;
    setChecked({index.row()}, value.toInt() == Qt::Checked);
    return true;
}

Qt::ItemFlags RecordsModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const Qt::ItemFlags plain = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    return index.column() == 0 ? plain | Qt::ItemIsUserCheckable : plain;
}

QVariant RecordsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (static_cast<RecordColumn>(section)) {
    case RecordColumn::Name:
        return tr("Name");
    case RecordColumn::Version:
        return tr("Version");
    case RecordColumn::Build:
        return tr("Build");
    case RecordColumn::Format:
        return tr("Format");
    case RecordColumn::Size:
        return tr("Size");
    case RecordColumn::Date:
        return tr("Date");
    case RecordColumn::Subdir:
        return tr("Platform");
    default:
        return tr("State");
    }
}

} // namespace condaoci::ui

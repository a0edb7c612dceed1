// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/channels/records.h"

#include "core/conda/matchspec.h"
#include "core/conda/version.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace condaoci::ui {

namespace {

constexpr size_t rowsBetweenLooks = 8192; ///< at the stop token

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool contains(std::string_view text, std::string_view part)
{
    if (text.find(part) != std::string_view::npos)
        return true;
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

/// Versions by their place in conda's ordering, each distinct text parsed once; what can't be read comes first.
class VersionRanks
{
public:
    VersionRanks(const Records& records, const std::vector<quint32>& rows)
    {
        std::vector<std::pair<Result<conda::Version>, std::string_view>> versions;
        for (const quint32 row : rows) {
            if (m_ranks.emplace(records.all[row].record->version, 0).second)
                versions.emplace_back(conda::Version::parse(records.all[row].record->version),
                                      records.all[row].record->version);
        }
        std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
            if (!a.first || !b.first)
                return !a.first && (b.first || a.second < b.second);
            const auto order = *a.first <=> *b.first;
            return order != 0 ? order < 0 : a.second < b.second;
        });
        quint32 rank = 0;
        for (const auto& [version, text] : versions)
            m_ranks[text] = ++rank;
    }
    [[nodiscard]] quint32 of(std::string_view version) const { return m_ranks.at(version); }

private:
    std::unordered_map<std::string_view, quint32> m_ranks;
};

/// Sorts by a key of each row; equal ones by name, then as the channel has them.
template<typename Key>
void sortBy(std::vector<quint32>& rows, bool descending, const Key& key)
{
    using Value = std::invoke_result_t<Key, quint32>;
    std::vector<std::pair<Value, quint32>> keyed;
    keyed.reserve(rows.size());
    for (const quint32 row : rows)
        keyed.emplace_back(key(row), row);
    std::stable_sort(keyed.begin(), keyed.end(), [descending](const auto& a, const auto& b) {
        return descending ? b.first < a.first : a.first < b.first;
    });
    for (size_t i = 0; i < rows.size(); ++i)
        rows[i] = keyed[i].second;
}

void sortRows(const Records& records, std::vector<quint32>& rows, const RecordOrder& order,
              const std::vector<Presence>& presence)
{
    const auto record = [&](quint32 row) -> const conda::PackageRecord& { return *records.all[row].record; };
    switch (order.column) {
    case RecordColumn::Name:
    case RecordColumn::Version: {
        const VersionRanks ranks(records, rows);
        if (order.column == RecordColumn::Version)
            sortBy(rows, order.descending, [&](quint32 row) { return ranks.of(record(row).version); });
        else // of one name the newest first
            sortBy(rows, order.descending, [&](quint32 row) {
                return std::pair(record(row).name, std::numeric_limits<quint32>::max() - ranks.of(record(row).version));
            });
        break;
    }
    case RecordColumn::Build:
        sortBy(rows, order.descending, [&](quint32 row) { return record(row).build; });
        break;
    case RecordColumn::Format:
        sortBy(rows, order.descending, [&](quint32 row) { return record(row).format; });
        break;
    case RecordColumn::Size:
        sortBy(rows, order.descending, [&](quint32 row) { return record(row).size; });
        break;
    case RecordColumn::Date:
        sortBy(rows, order.descending, [&](quint32 row) { return record(row).timestamp; });
        break;
    case RecordColumn::Subdir:
        sortBy(rows, order.descending, [&](quint32 row) { return records.all[row].subdir; });
        break;
    case RecordColumn::State:
        sortBy(rows, order.descending,
               [&](quint32 row) { return row < presence.size() ? presence[row] : Presence::Unknown; });
        break;
    case RecordColumn::Count:
        break;
    }
}

bool isSpecification(const QString& filter)
{
    return std::any_of(filter.begin(), filter.end(), [](QChar c) {
        return c == QLatin1Char('=') || c == QLatin1Char('<') || c == QLatin1Char('>') || c == QLatin1Char('[') ||
               c == QLatin1Char('*') || c == QLatin1Char(' ') || c == QLatin1Char('~');
    });
}

} // namespace

std::shared_ptr<const Records> makeRecords(const QStringList& subdirs,
                                           std::vector<std::shared_ptr<const conda::Repodata>> indexes)
{
    auto records = std::make_shared<Records>();
    records->subdirs = subdirs;
    records->indexes = std::move(indexes);
    size_t count = 0;
    for (const auto& index : records->indexes)
        count += index ? index->records().size() : 0;
    records->all.reserve(count);
    for (quint32 i = 0; i < records->indexes.size(); ++i) {
        if (!records->indexes[i])
            continue;
        for (const conda::PackageRecord& record : records->indexes[i]->records())
            records->all.push_back({&record, i});
    }
    return records;
}

std::vector<Presence> comparePresence(const Records& records,
                                      const std::vector<std::shared_ptr<const conda::Repodata>>& stored,
                                      const std::stop_token& stop)
{
    // The newest of each name that the registry has.
    std::vector<std::unordered_map<std::string_view, conda::Version>> newest(stored.size());
    for (size_t i = 0; i < stored.size(); ++i) {
        if (!stored[i])
            continue;
        for (const conda::PackageRecord& record : stored[i]->records()) {
            auto version = conda::Version::parse(record.version);
            if (!version)
                continue;
            const auto [known, isNew] = newest[i].try_emplace(record.name, *version);
            if (!isNew && known->second < *version)
                known->second = *std::move(version);
        }
    }
    std::vector<Presence> presence(records.all.size(), Presence::NotThere);
    for (size_t row = 0; row < records.all.size(); ++row) {
        if (row % rowsBetweenLooks == 0 && stop.stop_requested())
            return {};
        const auto& [record, subdir] = records.all[row];
        if (subdir >= stored.size() || !stored[subdir])
            continue;
        if (conda::lists(*stored[subdir], *record)) {
            presence[row] = Presence::There;
            continue;
        }
        const auto known = newest[subdir].find(record->name);
        if (known == newest[subdir].end())
            continue;
        const auto version = conda::Version::parse(record->version);
        if (version && *version < known->second)
            presence[row] = Presence::NewerThere;
    }
    return presence;
}

Result<std::vector<quint32>> filtered(const Records& records, const QString& filter, const RecordOrder& order,
                                      const std::vector<Presence>& presence, const std::stop_token& stop)
{
    const QString text = filter.trimmed();
    std::optional<conda::MatchSpec> spec;
    if (isSpecification(text)) {
        auto parsed = conda::MatchSpec::parse(text.toStdString());
        if (!parsed)
            return parsed.error();
        spec = *std::move(parsed);
    }
    const std::string part = text.toLower().toStdString();
    std::vector<quint32> rows;
    rows.reserve(text.isEmpty() ? records.all.size() : 1024);
    for (quint32 row = 0; row < records.all.size(); ++row) {
        if (row % rowsBetweenLooks == 0 && stop.stop_requested())
            return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
        const conda::PackageRecord& record = *records.all[row].record;
        if (text.isEmpty() || (spec ? spec->matches(record) : contains(record.fileName, part)))
            rows.push_back(row);
    }
    sortRows(records, rows, order, presence);
    if (stop.stop_requested())
        return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
    return rows;
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/channels/records.h"

#include "core/base/text.h"
#include "core/conda/matchspec.h"
#include "core/conda/version.h"

#include <QByteArrayMatcher>

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

using Ranks = std::unordered_map<std::string_view, quint32>;

/// The place of each of these texts, from 1, in the alphabet.
void rankByText(Ranks& texts)
{
    std::vector<std::string_view> sorted;
    sorted.reserve(texts.size());
    for (const auto& [text, rank] : texts)
        sorted.push_back(text);
    std::sort(sorted.begin(), sorted.end());
    quint32 rank = 0;
    for (const std::string_view text : sorted)
        texts[text] = ++rank;
}

/// The place of each of these versions, from 1, in conda's ordering; what can't be read comes first.
void rankByVersion(Ranks& texts)
{
    std::vector<std::pair<Result<conda::Version>, std::string_view>> versions;
    versions.reserve(texts.size());
    for (const auto& [text, rank] : texts)
        versions.emplace_back(conda::Version::parse(text), text);
    std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) {
        if (!a.first || !b.first)
            return !a.first && (b.first || a.second < b.second);
        const auto order = *a.first <=> *b.first;
        return order != 0 ? order < 0 : a.second < b.second;
    });
    quint32 rank = 0;
    for (const auto& [version, text] : versions)
        texts[text] = ++rank;
}

void addRanks(Records& records)
{
    Ranks names;
    Ranks versions;
    for (const Records::Record& one : records.all) {
        names.try_emplace(one.record->name, 0);
        versions.try_emplace(one.record->version, 0);
    }
    rankByText(names);
    rankByVersion(versions);
    for (Records::Record& one : records.all) {
        one.nameRank = names.at(one.record->name);
        one.versionRank = versions.at(one.record->version);
    }
}

void addFileNames(Records& records)
{
    size_t bytes = 0;
    for (const Records::Record& one : records.all)
        bytes += one.record->fileName.size() + 1;
    records.fileNames.reserve(bytes);
    records.fileNameEnds.reserve(records.all.size());
    for (const Records::Record& one : records.all) {
        for (const char c : one.record->fileName)
            records.fileNames += lower(c);
        records.fileNames += '\n';
        records.fileNameEnds.push_back(static_cast<quint32>(records.fileNames.size()));
    }
}

/// Sorts by a key of each row.
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

/// A text with its first bytes as a number, which decides most comparisons without looking into memory elsewhere.
struct TextKey
{
    explicit TextKey(std::string_view all)
        : text(all)
    {
        for (size_t i = 0; i < sizeof begin; ++i)
            begin = begin << 8 | (i < all.size() ? static_cast<unsigned char>(all[i]) : 0);
    }
    friend bool operator<(const TextKey& a, const TextKey& b)
    {
        return a.begin != b.begin ? a.begin < b.begin : a.text < b.text;
    }

    quint64 begin = 0;
    std::string_view text;
};

/// By name, and of one name the newest first.
quint64 nameKey(const Records::Record& one)
{
    return quint64(one.nameRank) << 32 | (std::numeric_limits<quint32>::max() - one.versionRank);
}

void sortByName(const Records& records, std::vector<quint32>& rows, bool descending)
{
    std::iota(rows.begin(), rows.end(), 0);
    sortBy(rows, descending, [&](quint32 row) { return nameKey(records.all[row]); });
}

/// Marks the records whose file name has the text in it: one search through all names, not one for each.
std::vector<bool> withText(const Records& records, const QByteArray& text)
{
    std::vector<bool> found(records.all.size(), false);
    const QByteArrayMatcher matcher(text);
    const QByteArrayView names(records.fileNames.data(), static_cast<qsizetype>(records.fileNames.size()));
    auto end = records.fileNameEnds.begin();
    for (qsizetype at = matcher.indexIn(names); at >= 0 && end != records.fileNameEnds.end();
         at = matcher.indexIn(names, *end)) {
        // Step by step: all of them together are one pass, where a search for each of many finds is 20 jumps through
        // memory.
        while (*end <= static_cast<quint32>(at))
            ++end;
        found[static_cast<size_t>(end - records.fileNameEnds.begin())] = true;
    }
    return found;
}

void markFailed(const Records& records, const std::set<FileKey>& failed, std::vector<Presence>& presence)
{
    if (failed.empty())
        return;
    for (size_t row = 0; row < records.all.size(); ++row) {
        const auto& one = records.all[row];
        if (presence[row] != Presence::There &&
            failed.contains({records.subdirs[one.subdir], std::string(one.record->fileName)}))
            presence[row] = Presence::Failed;
    }
}

/// Marks the records that match; each name is compared once.
std::vector<bool> matching(const Records& records, const conda::MatchSpec& spec, const std::stop_token& stop)
{
    enum class Name : quint8 { Unknown, Matches, Differs };
    std::vector<Name> names(records.all.size() + 1, Name::Unknown); // by rank
    std::vector<bool> found(records.all.size(), false);
    for (size_t row = 0; row < records.all.size(); ++row) {
        if (row % rowsBetweenLooks == 0 && stop.stop_requested())
            break;
        const Records::Record& one = records.all[row];
        Name& name = names[one.nameRank];
        if (name == Name::Unknown)
            name = spec.matchesName(one.record->name) ? Name::Matches : Name::Differs;
        found[row] = name == Name::Matches && spec.matchesRest(*one.record);
    }
    return found;
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
        for (const conda::PackageRecord& record : records->indexes[i]->records()) {
            records->all.push_back({&record, i, 0, 0});
            records->bytes += std::max<qint64>(0, record.size);
        }
    }
    addRanks(*records);
    addFileNames(*records);
    records->byName.resize(count);
    sortByName(*records, records->byName, false);
    return records;
}

std::optional<quint32> Records::find(const QString& subdir, std::string_view fileName) const
{
    size_t first = 0;
    for (qsizetype i = 0; i < subdirs.size(); ++i) {
        const auto& index = indexes[static_cast<size_t>(i)];
        if (!index)
            continue;
        const conda::PackageRecord* record = subdirs[i] == subdir ? index->find(fileName) : nullptr;
        if (record)
            return static_cast<quint32>(first + static_cast<size_t>(record - index->records().data()));
        first += index->records().size();
    }
    return std::nullopt;
}

QStringList Records::refused(qsizetype atMost) const
{
    QStringList words;
    for (qsizetype i = 0; i < subdirs.size(); ++i) {
        const auto& index = indexes[static_cast<size_t>(i)];
        for (size_t n = 0; index && n < index->refused().size() && words.size() < atMost; ++n) {
            const conda::RefusedRecord& one = index->refused()[n];
            words.append(oneLine(one.more > 0
                                     ? QStringLiteral("%1: +%2: %3").arg(subdirs[i]).arg(one.more).arg(one.reason)
                                     : QStringLiteral("%1/%2: %3").arg(subdirs[i], one.fileName, one.reason),
                                 300));
        }
    }
    return words;
}

qint64 Records::refusedCount() const
{
    qint64 count = 0;
    for (const auto& index : indexes)
        count += index ? index->refusedCount() : 0;
    return count;
}

namespace {

/// Calls `visit(line, subdir, fileName)` for each "subdir/file name".
template<typename Visit>
void forEachLine(const QByteArray& lines, const Visit& visit)
{
    for (std::string_view rest(lines.constData(), static_cast<size_t>(lines.size())); !rest.empty();) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (const size_t slash = line.find('/'); slash != std::string_view::npos)
            visit(line, text(line.substr(0, slash)), line.substr(slash + 1));
    }
}

} // namespace

QByteArray linesOf(const Records& records, const std::vector<quint32>& numbers, const QByteArray& before)
{
    QByteArray lines;
    forEachLine(before, [&](std::string_view line, const QString& subdir, std::string_view) {
        if (!records.subdirs.contains(subdir))
            lines.append(line.data(), static_cast<qsizetype>(line.size())).append('\n');
    });
    for (const quint32 number : numbers) {
        const Records::Record& one = records.all[number];
        lines += records.subdirs[one.subdir].toUtf8() + '/';
        lines.append(one.record->fileName.data(), static_cast<qsizetype>(one.record->fileName.size()));
        lines += '\n';
    }
    return lines;
}

Ticks ticksOf(const Records& records, const QByteArray& lines)
{
    Ticks ticks;
    forEachLine(lines, [&](std::string_view, const QString& subdir, std::string_view fileName) {
        if (const auto number = records.find(subdir, fileName))
            ticks.records.push_back(*number);
    });
    std::sort(ticks.records.begin(), ticks.records.end()); // and what somebody wrote there twice counts once
    ticks.records.erase(std::unique(ticks.records.begin(), ticks.records.end()), ticks.records.end());
    for (const quint32 number : ticks.records)
        ticks.bytes += std::max<qint64>(0, records.all[number].record->size);
    return ticks;
}

std::vector<Presence> comparePresence(const Records& records,
                                      const std::vector<std::shared_ptr<const conda::Repodata>>& stored,
                                      const std::set<FileKey>& failed, const std::stop_token& stop)
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
        const conda::PackageRecord* record = records.all[row].record;
        const quint32 subdir = records.all[row].subdir;
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
    markFailed(records, failed, presence);
    return presence;
}

std::vector<quint32> sorted(const Records& records, const RecordOrder& order, const std::vector<Presence>& presence)
{
    std::vector<quint32> rows = records.byName;
    const auto record = [&](quint32 row) -> const conda::PackageRecord& { return *records.all[row].record; };
    const bool descending = order.descending;
    switch (order.column) {
    case RecordColumn::Version:
        sortBy(rows, descending, [&](quint32 row) { return records.all[row].versionRank; });
        break;
    case RecordColumn::Build:
        sortBy(rows, descending, [&](quint32 row) { return TextKey(record(row).build); });
        break;
    case RecordColumn::Format:
        sortBy(rows, descending, [&](quint32 row) { return record(row).format; });
        break;
    case RecordColumn::Size:
        sortBy(rows, descending, [&](quint32 row) { return record(row).size; });
        break;
    case RecordColumn::Date:
        sortBy(rows, descending, [&](quint32 row) { return record(row).timestamp; });
        break;
    case RecordColumn::Subdir:
        sortBy(rows, descending, [&](quint32 row) { return records.all[row].subdir; });
        break;
    case RecordColumn::State:
        sortBy(rows, descending,
               [&](quint32 row) { return row < presence.size() ? presence[row] : Presence::Unknown; });
        break;
    case RecordColumn::Name:
        if (descending)
            sortByName(records, rows, true);
        break;
    case RecordColumn::Count:
        break;
    }
    return rows;
}

Result<std::vector<quint32>> filtered(const Records& records, const QString& filter, const std::vector<quint32>& order,
                                      const std::stop_token& stop)
{
    const QString text = filter.trimmed();
    if (text.isEmpty())
        return order;
    std::vector<bool> found;
    if (isSpecification(text)) {
        const auto spec = conda::MatchSpec::parse(text.toStdString());
        if (!spec)
            return spec.error();
        found = matching(records, *spec, stop);
    } else {
        found = withText(records, text.toLower().toUtf8());
    }
    if (stop.stop_requested())
        return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
    std::vector<quint32> rows;
    rows.reserve(static_cast<size_t>(std::count(found.begin(), found.end(), true)));
    for (const quint32 row : order) {
        if (found[row])
            rows.push_back(row);
    }
    return rows;
}

} // namespace condaoci::ui

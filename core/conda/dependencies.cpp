// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/dependencies.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/matchspec.h"
#include "core/conda/version.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace condaoci::conda {

namespace {

/// All records of all indexes by package name.
class ByName
{
public:
    explicit ByName(const std::vector<const Repodata*>& indexes)
    {
        for (size_t i = 0; i < indexes.size(); ++i) {
            for (const PackageRecord& record : indexes[i]->records())
                m_records[record.name].push_back({&record, i});
        }
    }

    struct Entry
    {
        const PackageRecord* record;
        size_t index;
    };
    [[nodiscard]] const std::vector<Entry>& find(std::string_view name) const
    {
        static const std::vector<Entry> none;
        const auto at = m_records.find(name);
        return at == m_records.end() ? none : at->second;
    }

private:
    std::unordered_map<std::string_view, std::vector<Entry>> m_records;
};

/// What the specification matches; with `newestOnly` the newest in each index.
std::vector<ByName::Entry> candidates(const ByName& all, const MatchSpec& spec, size_t indexes, bool newestOnly)
{
    std::vector<ByName::Entry> found;
    for (size_t i = 0; i < indexes; ++i) {
        std::vector<const PackageRecord*> here;
        for (const ByName::Entry& entry : all.find(spec.exactName())) {
            if (entry.index == i && spec.matches(*entry.record))
                here.push_back(entry.record);
        }
        if (newestOnly)
            keepNewest(here);
        for (const PackageRecord* record : here)
            found.push_back({record, i});
    }
    return found;
}

QString stem(const PackageRecord& record)
{
    const auto size = record.fileName.size() - extension(record.format).size();
    return text(record.fileName.substr(0, size));
}

} // namespace

void keepNewest(std::vector<const PackageRecord*>& records)
{
    struct Best
    {
        Version version;
        qint64 buildNumber;
    };
    std::unordered_map<std::string_view, Best> best;
    std::vector<std::optional<Version>> versions;
    for (const PackageRecord* record : records) {
        auto version = Version::parse(record->version);
        versions.push_back(version ? std::optional(*std::move(version)) : std::nullopt);
        if (!versions.back())
            continue;
        const auto [at, isNew] = best.try_emplace(record->name, Best{*versions.back(), record->buildNumber});
        if (isNew)
            continue;
        const bool newer = at->second.version < *versions.back();
        const bool same = at->second.version == *versions.back();
        if (newer || (same && at->second.buildNumber < record->buildNumber))
            at->second = {*versions.back(), record->buildNumber};
    }
    size_t kept = 0;
    for (size_t i = 0; i < records.size(); ++i) {
        const auto at = best.find(records[i]->name);
        if (at == best.end()) // none of its versions can be read, so none is known to be older
            records[kept++] = records[i];
        else if (versions[i] && at->second.version == *versions[i] && at->second.buildNumber == records[i]->buildNumber)
            records[kept++] = records[i];
    }
    records.resize(kept);
}

std::vector<std::string> dependsOf(const PackageRecord& record)
{
    const QByteArray raw = QByteArray::fromRawData(record.raw.data(), static_cast<qsizetype>(record.raw.size()));
    std::vector<std::string> depends;
    for (const QJsonValue& one : QJsonDocument::fromJson(raw).object().value(QLatin1String("depends")).toArray())
        depends.push_back(one.toString().toStdString());
    return depends;
}

DependencyClosure dependencyClosure(const std::vector<const Repodata*>& indexes,
                                    const std::vector<const PackageRecord*>& roots, bool newestOnly)
{
    const ByName all(indexes);
    DependencyClosure closure;
    std::unordered_set<const PackageRecord*> seen(roots.begin(), roots.end());
    std::unordered_set<std::string> asked;
    std::deque<const PackageRecord*> open(roots.begin(), roots.end());
    for (; !open.empty(); open.pop_front()) {
        const PackageRecord& by = *open.front();
        for (const std::string& text : dependsOf(by)) {
            if (text.starts_with("__") || !asked.insert(text).second)
                continue;
            const auto spec = MatchSpec::parse(text);
            const auto found = spec ? candidates(all, *spec, indexes.size(), newestOnly) : std::vector<ByName::Entry>();
            if (found.empty())
                closure.unmet.append(
                    Messages::tr("%1 needs %2").arg(stem(by), oneLine(QString::fromStdString(text), 200)));
            for (const ByName::Entry& entry : found) {
                if (seen.insert(entry.record).second) {
                    closure.needed.push_back({entry.record, entry.index, &by});
                    open.push_back(entry.record);
                }
            }
        }
    }
    return closure;
}

} // namespace condaoci::conda

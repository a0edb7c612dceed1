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
#include <QRegularExpression>

#include <algorithm>
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

/// What the specification matches and `fits`; with `newestOnly` the newest in each index.
template<typename Fits>
std::vector<ByName::Entry> candidates(const ByName& all, const MatchSpec& spec, size_t indexes, bool newestOnly,
                                      const Fits& fits)
{
    std::vector<ByName::Entry> found;
    for (size_t i = 0; i < indexes; ++i) {
        std::vector<const PackageRecord*> here;
        for (const ByName::Entry& entry : all.find(spec.exactName())) {
            if (entry.index == i && spec.matches(*entry.record) && fits(*entry.record))
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

namespace {

/// The specification, or where it can't be read what can be read of it: its name, with the version if that helps.
/// `ray[default] >=2`, `x[when="__linux"]` and `x; if python <3` are forms that conda has had only since 2026.
std::optional<MatchSpec> readableSpec(const std::string& text)
{
    static const QRegularExpression form(QStringLiteral(
        "^\\s*(?:[^\\[\\s]*::)?([A-Za-z0-9_][A-Za-z0-9_.+-]*)\\s*(?:\\[.*\\])?([^;\\[\\]]*?)(?:(?:;|\\sif\\s).*)?$"));
    const auto parts = form.match(QString::fromStdString(text));
    if (!parts.hasMatch())
        return {};
    const std::string name = parts.captured(1).toStdString();
    if (auto spec = MatchSpec::parse(name + ' ' + parts.captured(2).toStdString()))
        return *std::move(spec);
    auto spec = MatchSpec::parse(name);
    return spec ? std::optional(*std::move(spec)) : std::nullopt;
}

/// Follows dependencies, first those of the roots, then those of the pip that comes with python.
class Closure
{
public:
    Closure(const std::vector<const Repodata*>& indexes, const std::vector<const PackageRecord*>& roots,
            bool newestOnly)
        : m_all(indexes)
        , m_indexes(indexes.size())
        , m_newestOnly(newestOnly)
        , m_seen(roots.begin(), roots.end())
        , m_open(roots.begin(), roots.end())
    {
        for (const PackageRecord* root : roots)
            notePython(*root);
    }

    DependencyClosure take()
    {
        follow();
        if (!m_pythons.empty()) {
            m_isOfPip = true;
            const auto pip = MatchSpec::parse("pip");
            if (pip && m_asked.insert("pip").second)
                add(*pip, *m_pythons.front());
            follow();
        }
        return std::move(m_closure);
    }

private:
    void follow()
    {
        for (; !m_open.empty(); m_open.pop_front()) {
            const PackageRecord& by = *m_open.front();
            for (const std::string& text : dependsOf(by)) {
                if (!text.starts_with("__") && m_asked.insert(text).second)
                    follow(text, by);
            }
        }
    }
    void follow(const std::string& text, const PackageRecord& by)
    {
        const auto spec = MatchSpec::parse(text);
        const auto readable = spec ? std::optional(*spec) : readableSpec(text);
        const bool isPythonThere = m_isOfPip && readable && readable->exactName() == "python" && fitsPython(*readable);
        if (isPythonThere)
            return;
        const bool found = readable && add(*readable, by);
        const QString needs = Messages::tr("%1 needs %2").arg(stem(by), oneLine(QString::fromStdString(text), 200));
        if (!found)
            m_closure.unmet.append(needs);
        else if (!spec)
            m_closure.unread.append(needs);
    }
    /// False: nothing matches it.
    bool add(const MatchSpec& spec, const PackageRecord& by)
    {
        const auto fits = [this](const PackageRecord& record) { return !m_isOfPip || fitsPythons(record); };
        const auto found = candidates(m_all, spec, m_indexes, m_newestOnly, fits);
        for (const ByName::Entry& entry : found) {
            if (!m_seen.insert(entry.record).second)
                continue;
            m_closure.needed.push_back({entry.record, entry.index, &by});
            m_open.push_back(entry.record);
            if (!m_isOfPip)
                notePython(*entry.record);
        }
        return !found.empty();
    }
    void notePython(const PackageRecord& record)
    {
        if (record.name == "python")
            m_pythons.push_back(&record);
    }
    [[nodiscard]] bool fitsPython(const MatchSpec& spec) const
    {
        return std::any_of(m_pythons.begin(), m_pythons.end(), [&](const auto* one) { return spec.matches(*one); });
    }
    /// Does what a package asks of python fit one that is taken? Old builds of pip are for pythons that nobody wants.
    [[nodiscard]] bool fitsPythons(const PackageRecord& record) const
    {
        const auto depends = dependsOf(record);
        return std::all_of(depends.begin(), depends.end(), [this](const std::string& text) {
            const auto spec = MatchSpec::parse(text);
            return !spec || spec->exactName() != "python" || fitsPython(*spec);
        });
    }

    const ByName m_all;
    const size_t m_indexes;
    const bool m_newestOnly;
    bool m_isOfPip = false;
    DependencyClosure m_closure;
    std::unordered_set<const PackageRecord*> m_seen;
    std::unordered_set<std::string> m_asked;
    std::deque<const PackageRecord*> m_open;
    std::vector<const PackageRecord*> m_pythons;
};

} // namespace

DependencyClosure dependencyClosure(const std::vector<const Repodata*>& indexes,
                                    const std::vector<const PackageRecord*>& roots, bool newestOnly)
{
    return Closure(indexes, roots, newestOnly).take();
}

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/planner.h"

#include "core/base/firstfew.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/dependencies.h"
#include "core/mirror/copy/planplaces.h"
#include "core/mirror/copy/shrinkage.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/places/indexcache.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace condaoci::mirror {

namespace {

std::string_view stemOf(const conda::PackageRecord& record)
{
    return record.fileName.substr(0, record.fileName.size() - conda::extension(record.format).size());
}

/// A record that the run is about, before the store has been considered.
struct Chosen
{
    const conda::PackageRecord* record;
    const conda::PackageRecord* neededBy;
    bool yanked;
};

/// In the place of the names of so many files.
QString moreFiles(qint64 count)
{
    return Messages::tr("%1 more").arg(count);
}

/// Makes one CopyPlan: reads all indexes, chooses records, and asks the store's indexes what of them is there.
class Planner
{
public:
    Planner(const CopySpec& spec, PackageSource& source, PackageStore& store, bool signedIn)
        : m_spec(spec)
        , m_wanted(spec.packages)
        , m_source(source)
        , m_store(store)
        , m_signedIn(signedIn)
        , m_plan(std::make_shared<CopyPlan>())
    {
        m_plan->selective = !spec.packages.empty() || spec.exact || spec.newestOnly;
        for (const conda::MatchSpec& wanted : spec.packages)
            m_unmatched.push_back(&wanted);
    }

    Result<void> readSubdirs(const std::stop_token& stop);
    Result<std::shared_ptr<const CopyPlan>> finish();

private:
    Result<void> readSubdir(const QString& name);
    Result<StoredIndex> readIndex(const QString& subdir, const QString& name, const Digest& known);
    Result<void> readStore(PlannedSubdir& subdir);
    Result<void> readShards(PlannedSubdir& subdir);
    void reportLacking();
    void choose(quint32 subdir, const conda::Repodata& index, bool yanked);
    [[nodiscard]] bool isWanted(const QString& subdir, const conda::PackageRecord& record);
    [[nodiscard]] bool isAskedFor(const Chosen& chosen) const;
    void addDependencies();
    void noteMatches(const std::vector<const conda::PackageRecord*>& records);
    void reportUnfound();
    void take(quint32 subdir, const Chosen& chosen);
    [[nodiscard]] bool wouldReplace(const PlannedSubdir& subdir, const conda::PackageRecord& record) const;
    [[nodiscard]] bool isThere(const PlannedSubdir& subdir, const conda::PackageRecord& record, bool yanked) const;
    [[nodiscard]] static bool isExpected(const PlannedSubdir& subdir, const conda::PackageRecord& record);
    void refuse(const QString& subdir, const QString& fileName, const QString& reason);
    void leaveOut(const QString& subdir, const QString& fileName, const QString& reason, bool isFailure);
    void leaveOutMore(const QString& reason, qint64 count, bool isFailure);
    /// Says how many were not named.
    void countOthers();
    /// Takes an index into what the run holds, or lets go of it. Error kind Parse.
    [[nodiscard]] Result<void> hold(const QString& subdir, SourceIndex& index);
    [[nodiscard]] Result<void> hold(const QString& subdir, qint64 memory, qint64 received);
    void countPresent(const conda::PackageRecord& record);
    void group(size_t from);

    std::optional<Error> m_unreadable;         ///< why the first index that could not be read could not
    std::vector<std::vector<Chosen>> m_chosen; ///< by subdir
    std::set<QString> m_found;                 ///< of an exact selection
    std::set<QString> m_withheld;              ///< names of packages that a pattern or a dependency would have brought
    std::vector<const conda::MatchSpec*> m_unmatched;
    const CopySpec& m_spec;
    QStringList m_subdirs; ///< that are looked at
    conda::RecordFilter m_wanted;
    PackageSource& m_source;
    PackageStore& m_store;
    bool m_signedIn;
    std::shared_ptr<CopyPlan> m_plan;
    qint64 m_withoutSha256 = 0;
    FirstFew m_refusals;
    FirstFew m_leftOut;
    qint64 m_held = 0;     ///< bytes of memory, by all indexes
    qint64 m_received = 0; ///< bytes that came for them
};

Result<void> Planner::readSubdirs(const std::stop_token& stop)
{
    auto found = subdirsToRead(m_spec, m_source, m_plan->notes);
    if (!found)
        return found.error();
    m_subdirs = *std::move(found);
    if (std::holds_alternative<conda::Channel>(m_spec.source))
        tidyCachedDocuments(m_spec.indexCache); // once a run, and not by each worker
    for (const QString& subdir : std::as_const(m_subdirs)) {
        if (stop.stop_requested())
            return Error{ErrorKind::Cancelled, Messages::tr("cancelled")};
        if (auto added = readSubdir(subdir); !added)
            return added;
    }
    return {};
}

Result<void> Planner::readSubdir(const QString& name)
{
    PlannedSubdir subdir;
    subdir.name = name;
    const bool storeFirst = std::holds_alternative<CacheFolder>(m_spec.source);
    if (storeFirst) {
        if (auto read = readStore(subdir); !read)
            return read;
    }
    auto index = m_source.index(name, m_spec.yanked, m_spec.deep ? nullptr : subdir.storedIndex.repodata.get());
    if (auto held = index ? hold(name, *index) : Result<void>(); !held)
        index = held.error();
    if (!index && index.error().kind == ErrorKind::Parse && index.error().side == Side::Source) {
        // The other platforms' indexes may be as they should be.
        m_plan->refused.push_back(
            {name, QLatin1String(naming::indexName), index.error().message}); // never only counted
        if (!m_unreadable)
            m_unreadable = index.error();
        return {};
    }
    if (!index)
        return index.error();
    m_plan->notes += index->notes;
    if (!index->index) {
        // Everybody names noarch, whether the channel has it or not.
        if (m_spec.subdirsNamed && name != QLatin1String("noarch"))
            m_plan->notes.append(Messages::tr("%1 has no index of %2; there is nothing to copy for it")
                                     .arg(describe(m_spec.source), name));
        m_plan->missingSubdirs.append(name);
        return {};
    }
    subdir.index = index->index;
    subdir.yanked = index->yanked;
    subdir.sourceOwn = index->own;
    subdir.promised = index->promised;
    for (const conda::RefusedRecord& damaged : index->damaged)
        subdir.withheld.insert(damaged.fileName.toStdString());
    subdir.baseUrl = index->baseUrl;
    subdir.channel = index->channel;
    if (!storeFirst) {
        if (auto read = readStore(subdir); !read)
            return read;
    }
    if (m_spec.shard || m_spec.publishShards > 0) {
        if (auto read = readShards(subdir); !read)
            return read;
    }
    if (auto checked = checkChannel(m_spec, subdir); !checked)
        return checked;
    if (subdir.channel.isEmpty())
        subdir.channel = subdir.storedIndex.channel;
    const auto number = static_cast<quint32>(m_plan->subdirs.size());
    m_plan->subdirs.push_back(std::move(subdir));
    m_chosen.emplace_back();
    const PlannedSubdir& added = m_plan->subdirs.back();
    choose(number, *added.index, false);
    if (added.yanked)
        choose(number, *added.yanked, true);
    for (const conda::RefusedRecord& damaged : index->damaged)
        refuse(name, damaged.fileName, damaged.reason);
    return {};
}

Result<StoredIndex> Planner::readIndex(const QString& subdir, const QString& name, const Digest& known)
{
    auto stored = m_store.index(subdir, name, known);
    if (stored && stored->repodata && stored->received >= 0) {
        if (auto held = hold(subdir, stored->repodata->memory(), stored->received); !held)
            return held.error().at(Side::Store);
    }
    if (stored || m_signedIn || stored.error().kind != ErrorKind::Auth)
        return stored;
    const QString note =
        Messages::tr("the registry can't be read without credentials, so what is there already is not known");
    if (!m_plan->notes.contains(note))
        m_plan->notes.append(note);
    return StoredIndex{};
}

Result<void> Planner::readStore(PlannedSubdir& subdir)
{
    auto stored =
        readIndex(subdir.name, QLatin1String(naming::indexName), subdir.index ? subdir.index->digest() : Digest());
    if (!stored)
        return stored.error();
    subdir.storedIndex = *std::move(stored);
    if (subdir.index && subdir.storedIndex.digest == subdir.index->digest())
        subdir.storedIndex.repodata = subdir.index; // the same bytes: not asked for a second time
    // Somebody else's index does not say what is there; what an earlier run has found out, it has left beside it.
    if (!subdir.storedIndex.digest.isNull() && !subdir.storedIndex.trusted) {
        auto verified = readIndex(subdir.name, QLatin1String(naming::verifiedName), {});
        if (!verified)
            return verified.error();
        if (verified->trusted)
            subdir.alsoThere.push_back(*std::move(verified));
    }
    if (!subdir.yanked)
        return {};
    stored = readIndex(subdir.name, QLatin1String(naming::yankedName), {});
    if (!stored)
        return stored.error();
    subdir.storedYanked = *std::move(stored);
    return {};
}

/// What others know to be there. A shard writes its own indexes, and reads those of the whole mirror besides; who
/// publishes reads those of every shard.
Result<void> Planner::readShards(PlannedSubdir& subdir)
{
    std::vector<QString> kinds{QLatin1String(naming::indexName)};
    if (subdir.yanked)
        kinds.push_back(QLatin1String(naming::yankedName));
    if (m_spec.shard) {
        subdir.alsoThere.push_back(std::exchange(subdir.storedIndex, {}));
        subdir.alsoThere.push_back(std::exchange(subdir.storedYanked, {}));
        for (const QString& kind : kinds) {
            auto own = readIndex(subdir.name, naming::shardName(kind, m_spec.shard->number, m_spec.shard->count), {});
            if (!own)
                return own.error();
            (kind == kinds.front() ? subdir.storedIndex : subdir.storedYanked) = *std::move(own);
        }
    }
    for (int number = 1; number <= m_spec.publishShards; ++number) {
        for (const QString& kind : kinds) {
            auto stored = readIndex(subdir.name, naming::shardName(kind, number, m_spec.publishShards), {});
            if (!stored)
                return stored.error();
            if (kind == kinds.front() && (stored->digest.isNull() || !stored->trusted))
                refuse(
                    subdir.name, Messages::tr("shard %1 of %2").arg(number).arg(m_spec.publishShards),
                    Messages::tr("it has not left an index of what it brought; run `conda-oci mirror --shard %1/%2`, "
                                 "then publish again")
                        .arg(number)
                        .arg(m_spec.publishShards));
            subdir.alsoThere.push_back(*std::move(stored));
        }
    }
    return {};
}

/// Publishing copies nothing: what is not there is counted, and named by its shard.
void Planner::reportLacking()
{
    std::map<int, qint64> lacking;
    m_plan->forEachToCopy(
        [&](quint32 file) { ++lacking[shardOf(m_plan->files[file].record->name, m_spec.publishShards)]; });
    for (const auto& [number, count] : lacking)
        m_plan->notes.append((count == 1 ? Messages::tr("shard %1 of %2: %3 package of the channel is not there yet")
                                         : Messages::tr("shard %1 of %2: %3 packages of the channel are not there yet"))
                                 .arg(number)
                                 .arg(m_spec.publishShards)
                                 .arg(count));
    m_plan->units.clear();
    m_plan->copyFiles = m_plan->copyBytes = 0;
}

void Planner::choose(quint32 number, const conda::Repodata& index, bool yanked)
{
    const PlannedSubdir& subdir = m_plan->subdirs[number];
    std::vector<const conda::PackageRecord*> records;
    for (const conda::PackageRecord& record : index.records()) {
        if (yanked && subdir.index->find(record.fileName))
            continue; // in the channel's index as well, whose record counts
        if (isWanted(subdir.name, record))
            records.push_back(&record);
    }
    noteMatches(records);
    if (m_spec.newestOnly && !m_spec.exact)
        conda::keepNewest(records);
    for (const conda::PackageRecord* record : records)
        m_chosen[number].push_back({record, nullptr, yanked});
    for (const conda::RefusedRecord& refused : index.refused()) {
        // Nothing is known about it but its name, so only a run that wants everything can be said to want it.
        const bool isFailure = m_spec.strict || !refused.isRecord || !refused.isImpossible;
        if (!m_plan->selective && refused.more > 0)
            leaveOutMore(refused.reason, refused.more, isFailure);
        else if (!m_plan->selective)
            leaveOut(subdir.name, refused.fileName, refused.reason, isFailure);
    }
}

bool Planner::isWanted(const QString& subdir, const conda::PackageRecord& record)
{
    if (!m_spec.exact)
        return m_spec.packages.empty() || m_wanted.matches(record);
    const QString key = subdir + QLatin1Char('/') + text(record.fileName);
    const auto wanted = m_spec.exact->files.find(key);
    if (wanted == m_spec.exact->files.end())
        return false;
    m_found.insert(key);
    const auto differs = [](const QByteArray& want, std::string_view have) {
        return !want.isEmpty() && !have.empty() &&
               std::string_view(want.constData(), static_cast<size_t>(want.size())) != have;
    };
    if (differs(wanted->second.sha256, record.sha256) ||
        (wanted->second.sha256.isEmpty() && differs(wanted->second.md5, record.md5))) {
        refuse(subdir, text(record.fileName),
               Messages::tr("%1 names other bytes than the source lists").arg(wanted->second.from));
        return false;
    }
    return true;
}

/// By its own name, or in a lock file; what a pattern or another package's need brought was not.
bool Planner::isAskedFor(const Chosen& chosen) const
{
    return !chosen.neededBy &&
           (m_spec.exact || std::any_of(m_spec.packages.begin(), m_spec.packages.end(), [&](const auto& wanted) {
                return !wanted.exactName().empty() && wanted.matches(*chosen.record);
            }));
}

void Planner::addDependencies()
{
    std::vector<const conda::Repodata*> indexes;
    std::vector<const conda::PackageRecord*> roots;
    for (const PlannedSubdir& subdir : m_plan->subdirs)
        indexes.push_back(subdir.index.get());
    for (const auto& chosen : m_chosen) {
        for (const Chosen& one : chosen)
            roots.push_back(one.record);
    }
    const auto closure = conda::dependencyClosure(indexes, roots, m_spec.newestOnly);
    for (const conda::NeededPackage& needed : closure.needed)
        m_chosen[needed.index].push_back({needed.record, needed.by, false});
    const auto note = [this](const QStringList& all, const QString& words, const QString& moreWords) {
        for (const QString& one : all.first(std::min<qsizetype>(all.size(), limits::namedOfAKind)))
            m_plan->notes.append(words.arg(one));
        if (all.size() > limits::namedOfAKind)
            m_plan->notes.append(moreWords.arg(moreFiles(all.size() - limits::namedOfAKind)));
    };
    note(closure.unmet, Messages::tr("%1, which the source does not have for these platforms"),
         Messages::tr("%1 dependencies that the source does not have for these platforms"));
    note(closure.unread, Messages::tr("%1: this condition is not understood, so the package is taken by its name"),
         Messages::tr("%1 conditions are not understood, so their packages are taken by their names"));
}

void Planner::noteMatches(const std::vector<const conda::PackageRecord*>& records)
{
    if (m_unmatched.empty())
        return;
    std::map<std::string_view, std::vector<const conda::PackageRecord*>> byName;
    for (const conda::PackageRecord* record : records)
        byName[record->name].push_back(record);
    std::erase_if(m_unmatched, [&](const conda::MatchSpec* wanted) {
        return std::any_of(byName.begin(), byName.end(), [&](const auto& named) {
            return wanted->matchesName(named.first) &&
                   std::any_of(named.second.begin(), named.second.end(),
                               [&](const auto* record) { return wanted->matchesRest(*record); });
        });
    });
}

/// What a lock file names and no index lists. All of it is named, since a person asked for it.
void Planner::reportUnfound()
{
    auto& refused = m_plan->refused;
    for (const auto& [key, wanted] : m_spec.exact->files) {
        const QString subdir = key.section(QLatin1Char('/'), 0, 0);
        if (!m_found.contains(key) && m_subdirs.contains(subdir))
            refused.push_back(
                {subdir, key.section(QLatin1Char('/'), 1),
                 Messages::tr("%1 names it, but %2 does not list it").arg(wanted.from, describe(m_spec.source))});
    }
    for (const ExactSelection::Other& one : m_spec.exact->refused)
        refused.push_back(
            {one.name.section(QLatin1Char('/'), 0, 0), one.name.section(QLatin1Char('/'), 1), one.reason});
    for (const ExactSelection::Other& other : m_spec.exact->others)
        m_plan->skipped.push_back({{}, other.name, other.reason});
}

void Planner::take(quint32 number, const Chosen& chosen)
{
    const PlannedSubdir& subdir = m_plan->subdirs[number];
    const conda::PackageRecord& record = *chosen.record;
    if (m_spec.shard && shardOf(record.name, m_spec.shard->count) != m_spec.shard->number)
        return;
    // What stays on a disk of one's own is nobody's mirror.
    if (std::holds_alternative<RegistryChannel>(m_spec.store) &&
        isUndistributable(ownChannelName(m_spec.source), record.name)) {
        if (isAskedFor(chosen))
            return refuse(subdir.name, text(record.fileName),
                          Messages::tr("its licence forbids mirroring it; install it from the channel itself"));
        ++m_plan->undistributable;
        if (m_plan->selective)
            m_withheld.insert(text(record.name));
        return;
    }
    if (wouldReplace(subdir, record)) {
        m_plan->subdirs[number].withheld.insert(std::string(record.fileName));
        return refuse(subdir.name, text(record.fileName),
                      Messages::tr("%1 lists other bytes under this name; if the file was rebuilt on purpose, run this "
                                   "again with --trust-files")
                          .arg(describe(m_spec.store)));
    }
    if (m_spec.presence == Presence::SourceIndex && !m_spec.deep && subdir.sourceOwn &&
        conda::lists(*subdir.sourceOwn, record)) {
        countPresent(record); // not asked about, so nothing is claimed about it
        return;
    }
    PlannedFile file{&record, number, chosen.neededBy, chosen.yanked, false};
    file.present = !m_spec.deep && isThere(subdir, record, chosen.yanked);
    if (file.present) { // whatever could be wrong with it, nothing of it is sent
        countPresent(record);
        m_plan->files.push_back(file);
        return;
    }
    if (auto named = m_store.checkName(fileRef(*m_plan, file)); !named)
        return leaveOut(subdir.name, text(record.fileName), named.error().message, m_spec.strict || isAskedFor(chosen));
    if (record.sha256.empty() && record.md5.empty())
        return refuse(subdir.name, text(record.fileName),
                      Messages::tr("its record has neither sha256 nor md5, so its bytes could not be checked"));
    file.seemsThere = m_store.seemsThere(fileRef(*m_plan, file));
    m_withoutSha256 += record.sha256.empty() ? 1 : 0;
    file.expected = isExpected(subdir, record);
    m_plan->files.push_back(file);
}

/// A channel or a mirror says what its packages are, and is followed; of a file in a folder nobody does.
bool Planner::wouldReplace(const PlannedSubdir& subdir, const conda::PackageRecord& record) const
{
    if (m_spec.trustFiles || !std::holds_alternative<CacheFolder>(m_spec.source) || !subdir.storedIndex.repodata)
        return false;
    const conda::PackageRecord* listed = subdir.storedIndex.repodata->find(record.fileName);
    const auto differ = [](std::string_view one, std::string_view other) {
        return !one.empty() && !other.empty() && one != other;
    };
    return listed && (differ(listed->sha256, record.sha256) ||
                      ((listed->sha256.empty() || record.sha256.empty()) && differ(listed->md5, record.md5)));
}

bool Planner::isThere(const PlannedSubdir& subdir, const conda::PackageRecord& record, bool yanked) const
{
    const auto in = [&](const StoredIndex& stored) {
        // What another version wrote is asked for once, and its manifests written anew (PackageStore::renew).
        const bool isBelieved = stored.trusted && (stored.current || m_spec.publishShards > 0);
        const bool counts = isBelieved || m_spec.presence == Presence::StoreIndex;
        if (!counts || !stored.repodata || !conda::lists(*stored.repodata, record))
            return false;
        // Of a file whose size neither of them knows the store is asked once.
        return record.size >= 0 || stored.repodata->find(record.fileName)->size >= 0;
    };
    // A package moves from one list to the other when the channel removes it, or takes it back.
    return in(yanked ? subdir.storedYanked : subdir.storedIndex) ||
           in(yanked ? subdir.storedIndex : subdir.storedYanked) ||
           std::any_of(subdir.alsoThere.begin(), subdir.alsoThere.end(), in);
}

bool Planner::isExpected(const PlannedSubdir& subdir, const conda::PackageRecord& record)
{
    const auto in = [&](const StoredIndex& stored) {
        return stored.repodata && conda::lists(*stored.repodata, record);
    };
    return in(subdir.storedIndex) || in(subdir.storedYanked) ||
           std::any_of(subdir.alsoThere.begin(), subdir.alsoThere.end(), in);
}

void Planner::refuse(const QString& subdir, const QString& fileName, const QString& reason)
{
    if (m_refusals.take(reason))
        m_plan->refused.push_back({subdir, fileName, reason});
}

/// What can't be in any mirror makes no night red, unless it was asked for.
void Planner::leaveOut(const QString& subdir, const QString& fileName, const QString& reason, bool isFailure)
{
    if (isFailure)
        return refuse(subdir, fileName, reason);
    if (!m_leftOut.take(reason))
        return;
    m_plan->notes.append(Messages::tr("%1/%2 can't be in a mirror, and is left out: %3")
                             .arg(subdir, oneAsciiLine(fileName, 300), reason));
}

void Planner::leaveOutMore(const QString& reason, qint64 count, bool isFailure)
{
    (isFailure ? m_refusals : m_leftOut).count(reason, count);
}

void Planner::countOthers()
{
    for (const auto& [reason, count] : m_refusals.others())
        m_plan->refused.push_back({{}, moreFiles(count), reason, count});
    for (const auto& [reason, count] : m_leftOut.others())
        m_plan->notes.append(
            Messages::tr("%1 can't be in a mirror, and are left out: %2").arg(moreFiles(count), reason));
}

Result<void> Planner::hold(const QString& subdir, SourceIndex& index)
{
    const auto memoryOf = [](const std::shared_ptr<const conda::Repodata>& one) { return one ? one->memory() : 0; };
    const qint64 memory = memoryOf(index.index) + memoryOf(index.yanked);
    return index.received < 0 ? Result<void>() : hold(subdir, memory, index.received);
}

/// A channel has as many platforms as it likes, each with indexes that are small as they come and large as they are
/// held. What real ones take is some ten times what came for them.
Result<void> Planner::hold(const QString& subdir, qint64 memory, qint64 received)
{
    if (m_held + memory > limits::runIndexes + limits::documentRatio * (m_received + received))
        return Error{ErrorKind::Parse,
                     Messages::tr("the index of %1 takes %2 bytes of memory though only %3 came for it; together with "
                                  "those of the other platforms that is more than an index needs")
                         .arg(subdir)
                         .arg(memory)
                         .arg(received),
                     {},
                     Side::Source};
    m_held += memory;
    m_received += received;
    return {};
}

void Planner::countPresent(const conda::PackageRecord& record)
{
    ++m_plan->presentFiles;
    m_plan->presentBytes += std::max<qint64>(record.size, 0);
}

void Planner::group(size_t from)
{
    auto& files = m_plan->files;
    const size_t firstUnit = m_plan->units.size();
    const auto begin = files.begin() + static_cast<std::ptrdiff_t>(from);
    if (std::all_of(begin, files.end(), [](const PlannedFile& file) { return file.present; }))
        return; // no units, so no order either
    // Formats side by side, .conda first.
    std::sort(begin, files.end(), [](const PlannedFile& a, const PlannedFile& b) {
        const int order = stemOf(*a.record).compare(stemOf(*b.record));
        return order != 0 ? order < 0 : a.record->format < b.record->format;
    });
    for (size_t first = from; first < files.size();) {
        size_t end = first + 1;
        while (end < files.size() && stemOf(*files[end].record) == stemOf(*files[first].record))
            ++end;
        bool complete = true;
        bool isAlone = false;
        for (size_t i = first; i < end; ++i) {
            isAlone = isAlone || files[i].present;
            if (files[i].present)
                continue;
            complete = false;
            ++m_plan->copyFiles;
            const qint64 size = std::max<qint64>(files[i].record->size, 0);
            m_plan->copyBytes += size;
            m_plan->seemingFiles += files[i].seemsThere ? 1 : 0;
            m_plan->seemingBytes += files[i].seemsThere ? size : 0;
        }
        if (!complete)
            m_plan->units.push_back({static_cast<quint32>(first), static_cast<quint32>(end - first), isAlone});
        first = end;
    }
    arrangeUnits(*m_plan, firstUnit);
}

Result<std::shared_ptr<const CopyPlan>> Planner::finish()
{
    if (m_plan->subdirs.empty() && m_unreadable)
        return *m_unreadable;
    if (m_plan->subdirs.empty())
        return Error{ErrorKind::NotFound,
                     Messages::tr("%1 has no index of any of %2")
                         .arg(describe(m_spec.source), m_subdirs.join(QStringLiteral(", "))),
                     {},
                     Side::Source};
    if (m_spec.withDependencies)
        addDependencies();
    if (m_spec.exact)
        reportUnfound();
    for (const conda::MatchSpec* wanted : m_unmatched)
        refuse({}, wanted->shown(),
               Messages::tr("nothing fits it in %1 of %2")
                   .arg(m_subdirs.join(QStringLiteral(", ")), describe(m_spec.source)));
    for (quint32 i = 0; i < m_chosen.size(); ++i) {
        const size_t first = m_plan->files.size();
        for (const Chosen& chosen : m_chosen[i])
            take(i, chosen);
        group(first);
    }
    countOthers();
    if (m_spec.publishShards > 0)
        reportLacking();
    for (const PlannedSubdir& subdir : m_plan->subdirs) {
        if (const auto objection = objectionToShrinking(m_spec, subdir, false, subdir.storedIndex);
            objection && m_spec.dryRun)
            m_plan->notes.append(objection->message);
    }
    if (!m_withheld.empty())
        m_plan->notes.append(Messages::tr("left out because their licences forbid mirroring: %1")
                                 .arg(QStringList(m_withheld.begin(), m_withheld.end()).join(QStringLiteral(", "))));
    // Faults.md A27: md5 can be forged, so it is said where nothing better is known.
    if (m_withoutSha256 > 0)
        m_plan->notes.append(
            m_withoutSha256 == 1
                ? Messages::tr("1 package has no sha256 in the source's index; its bytes are checked by md5 only")
                : Messages::tr("%1 packages have no sha256 in the source's index; their bytes are checked by md5 only")
                      .arg(m_withoutSha256));
    return std::shared_ptr<const CopyPlan>(std::move(m_plan));
}

/// An http URL is read as a channel's; where none is there it may have been meant as a registry's.
Error orRegistry(const CopySpec& spec, Error error)
{
    const bool isNoChannel = error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Auth ||
                             error.kind == ErrorKind::Parse || error.kind == ErrorKind::Protocol;
    if (isNoChannel && error.side != Side::Store && !spec.sourceAsRegistry.isEmpty())
        error.message = Messages::tr("%1; if it is a registry, write %2").arg(error.message, spec.sourceAsRegistry);
    return error;
}

} // namespace

Result<std::shared_ptr<const CopyPlan>> makePlan(const CopySpec& spec, PackageSource& source, PackageStore& store,
                                                 bool signedIn, const std::stop_token& stop)
{
    Planner planner(spec, source, store, signedIn);
    if (auto read = planner.readSubdirs(stop); !read)
        return orRegistry(spec, read.error());
    auto plan = planner.finish();
    return plan ? plan : orRegistry(spec, plan.error());
}

FileRef fileRef(const CopyPlan& plan, const PlannedFile& file, bool isAlone)
{
    const conda::PackageRecord& record = *file.record;
    return {plan.subdirOf(file),
            &record,
            {record.name, record.version, record.build, record.format},
            plan.subdirs[file.subdir].baseUrl,
            file.expected,
            isAlone};
}

} // namespace condaoci::mirror

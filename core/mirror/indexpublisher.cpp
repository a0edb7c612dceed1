// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/indexpublisher.h"

#include "core/conda/indexer.h"
#include "core/mirror/cachesource.h"
#include "core/mirror/naming.h"
#include "core/mirror/planner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace condaoci::mirror {

namespace {

using State = FileOutcome::State;
using Published = conda::Repodata::Published;

/// Gathers what one published document lists.
class Listing
{
public:
    /// \param stood  what the store has been seen to list, the newest first
    Listing(const conda::Repodata& channel, const std::vector<StoredIndex>& stood,
            const std::vector<StoredIndex>& alsoThere)
        : m_channel(channel)
        , m_stood(stood)
        , m_alsoThere(alsoThere)
        , m_considered(channel.records().size(), false)
    {
    }

    /// A file of the plan.
    void consider(const conda::PackageRecord& record, State state, const QByteArray& sha256)
    {
        m_considered[position(record)] = true;
        if (state == State::Copied || state == State::AlreadyThere)
            add(record, sha256);
        else if (state != State::Failed)
            keep(record);
    }

    /// Records that the run was not about, but that stood in the store's index.
    void keepTheRest(const QString& channelName)
    {
        if (std::none_of(m_stood.begin(), m_stood.end(), [](const StoredIndex& one) { return one.repodata; }))
            return;
        for (const conda::PackageRecord& record : m_channel.records()) {
            if (!m_considered[position(record)] && !isUndistributable(channelName, record.name))
                keep(record);
        }
    }

    [[nodiscard]] const std::vector<Published>& published() const { return m_published; }
    /// Every record of the channel, whether its package is there or not, with the sums that are known.
    [[nodiscard]] std::vector<Published> whole() const
    {
        std::map<const conda::PackageRecord*, QByteArray> sums;
        for (const Published& one : m_published)
            sums.emplace(one.record, one.addedSha256);
        std::vector<Published> all;
        for (const conda::PackageRecord& record : m_channel.records()) {
            const auto known = sums.find(&record);
            all.push_back({&record, known != sums.end()     ? known->second
                                    : record.sha256.empty() ? knownSum(record)
                                                            : QByteArray()});
        }
        return all;
    }
    /// Is everything in it known to be there?
    [[nodiscard]] bool isVerified() const { return m_verified; }

private:
    [[nodiscard]] size_t position(const conda::PackageRecord& record) const
    {
        return static_cast<size_t>(&record - m_channel.records().data());
    }

    void keep(const conda::PackageRecord& record)
    {
        const auto listing = std::find_if(m_stood.begin(), m_stood.end(), [&](const StoredIndex& one) {
            return one.repodata && conda::lists(*one.repodata, record);
        });
        if (listing == m_stood.end())
            return;
        m_verified = m_verified && listing->trusted;
        add(record, {});
    }

    /// Readers ask for packages by sha256, so a record without one is completed with what was computed, now or in an
    /// earlier run.
    void add(const conda::PackageRecord& record, const QByteArray& sha256)
    {
        const bool isMissing = record.sha256.empty();
        m_published.push_back({&record, !isMissing ? QByteArray() : sha256.isEmpty() ? knownSum(record) : sha256});
    }

    [[nodiscard]] QByteArray knownSum(const conda::PackageRecord& record) const
    {
        QByteArray sum;
        for (const auto* indexes : {&m_stood, &m_alsoThere}) {
            for (auto one = indexes->begin(); sum.isEmpty() && one != indexes->end(); ++one)
                sum = sumIn(*one, record);
        }
        return sum;
    }

    static QByteArray sumIn(const StoredIndex& stored, const conda::PackageRecord& record)
    {
        if (!stored.repodata || !conda::lists(*stored.repodata, record))
            return {};
        const auto* listed = stored.repodata->find(record.fileName);
        return {listed->sha256.data(), static_cast<qsizetype>(listed->sha256.size())};
    }

    const conda::Repodata& m_channel;
    const std::vector<StoredIndex>& m_stood;
    const std::vector<StoredIndex>& m_alsoThere;
    std::vector<bool> m_considered;
    std::vector<Published> m_published;
    bool m_verified = true;
};

Listing makeListing(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked, const Outcomes& outcomes,
                    const std::vector<StoredIndex>& stood)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    Listing listing(yanked ? *planned.yanked : *planned.index, stood, planned.alsoThere);
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || file.yanked != yanked)
            continue;
        const auto sum = outcomes.sha256.find(i);
        listing.consider(*file.record, outcomes.states[i], sum == outcomes.sha256.end() ? QByteArray() : sum->second);
    }
    if (plan.selective)
        listing.keepTheRest(ownChannelName(spec.source));
    return listing;
}

/// Where a run publishes: a shard beside the mirror's own index, which is not its to write.
QString publishedName(const CopySpec& spec, const char* name)
{
    const QString plain = QLatin1String(name);
    return spec.shard ? naming::shardName(plain, spec.shard->number, spec.shard->count) : plain;
}

/// How many records of the store's index the new one does not have any more because the channel does not.
qint64 droppedRecords(const StoredIndex& stored, const PlannedSubdir& planned)
{
    if (!stored.repodata || stored.repodata == planned.index)
        return 0;
    qint64 dropped = 0;
    for (const conda::PackageRecord& record : stored.repodata->records())
        dropped += planned.index->find(record.fileName) == nullptr;
    return dropped;
}

/// That of a document made of this index; nothing is hashed where it is the index itself.
Digest digestOf(const QByteArray& json, const conda::Repodata& index)
{
    return json.constData() == index.bytes().data() ? index.digest() : Digest::ofBytes(json);
}

/// What a run would publish over a stored index.
struct Draft
{
    QByteArray json;
    Digest digest;
    QString annotation;
};

/// Nullopt where it says what the stored one says.
/// \param stood  as for Listing
std::optional<Draft> makeDraft(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked,
                               const Outcomes& outcomes, const std::vector<StoredIndex>& stood)
{
    const StoredIndex& stored = stood.front();
    const PlannedSubdir& planned = plan.subdirs[subdir];
    const conda::Repodata& source = yanked ? *planned.yanked : *planned.index;
    const Listing listing = makeListing(spec, plan, subdir, yanked, outcomes, stood);
    // A subdir that nothing was mirrored of needs no index, but every reader asks for noarch, and who publishes asks
    // each shard whether it has been there.
    const bool isAskedFor = !yanked && (planned.name == QLatin1String("noarch") || spec.shard);
    if (listing.published().empty() && stored.digest.isNull() && !isAskedFor)
        return {};
    const bool isComplete = listing.published().size() == source.records().size() && source.refused().empty();
    const bool isFull = !yanked && spec.index == IndexMode::Full && !isComplete;
    const bool claims = !isFull && listing.isVerified();
    Draft draft;
    draft.json = source.withRecords(isFull ? listing.whole() : listing.published());
    draft.digest = digestOf(draft.json, source);
    draft.annotation = claims ? QStringLiteral("present") : isFull ? QStringLiteral("full") : QString();
    if (draft.digest == stored.digest && claims == stored.trusted)
        return {};
    return draft;
}

/// Other runs may publish at the same time, and know of packages that this one does not: where another index stands by
/// now the two are put together. What a registry shows may also be older than what it showed before, so all that has
/// been seen counts.
constexpr int publishTries = 8;

Error neverStands(const QString& subdir)
{
    return Error{
        ErrorKind::Protocol,
        QStringLiteral("other runs publish the index of %1 all the time; run this once more when they are done")
            .arg(subdir),
        {},
        Side::Store};
}

std::vector<Digest> digestsOf(const std::vector<StoredIndex>& indexes)
{
    std::vector<Digest> digests;
    for (const StoredIndex& one : indexes)
        digests.push_back(one.digest);
    return digests;
}

bool contains(const std::vector<Digest>& digests, const Digest& digest)
{
    return std::find(digests.begin(), digests.end(), digest) != digests.end();
}

/// Publishes over what has been seen: nullopt, or what another run has put there before or since. A registry that still
/// shows what was there before, or nothing, has not noticed yet.
Result<std::optional<StoredIndex>> publishOver(const std::vector<Digest>& seen, PackageStore& store,
                                               const QString& subdir, const QString& name, const Draft& draft,
                                               const Digest& source)
{
    auto published = store.publishIndex(subdir, name, draft.json, draft.annotation, source, seen);
    if (!published)
        return published.error();
    if (auto flushed = store.flush(); !flushed)
        return flushed.error();
    auto standing = store.index(subdir, name, *published ? draft.digest : Digest());
    if (!standing)
        return standing.error();
    const Digest& digest = standing->digest;
    if (*published && (digest == draft.digest || digest.isNull() || contains(seen, digest)))
        return std::optional<StoredIndex>();
    return std::optional(*std::move(standing));
}

/// The channel's index, or its list of what it has removed.
Result<void> publishChannelIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked,
                                 const Outcomes& outcomes, PackageStore& store, QStringList* notes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (yanked && !planned.yanked)
        return {};
    const QString name = publishedName(spec, yanked ? naming::yankedName : naming::indexName);
    const Digest source = yanked ? planned.yanked->digest() : planned.index->digest();
    std::vector<StoredIndex> stood{yanked ? planned.storedYanked : planned.storedIndex};
    for (int attempt = 0; attempt < publishTries; ++attempt) {
        const auto draft = makeDraft(spec, plan, subdir, yanked, outcomes, stood);
        if (!draft)
            return {};
        if (const qint64 dropped = yanked ? 0 : droppedRecords(stood.front(), planned);
            dropped > 0 && notes && attempt == 0)
            notes->append(
                QStringLiteral("%1: %2 packages are no longer in the channel's index and were left out of the "
                               "mirror's; they stay in the registry")
                    .arg(planned.name)
                    .arg(dropped));
        auto other = publishOver(digestsOf(stood), store, planned.name, name, *draft, source);
        if (!other)
            return other.error();
        if (!*other)
            return {};
        stood.insert(stood.begin(), **std::move(other));
    }
    return neverStands(planned.name);
}

bool isThere(State state)
{
    return state == State::Copied || state == State::AlreadyThere;
}

/// A cache's index lists what is in its folder: what this run brought, what was there before, and what a person put
/// there.
Result<void> publishCacheIndex(const CacheFolder& cache, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                               PackageStore& store, QStringList* notes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    conda::FolderKnowledge knowledge;
    knowledge.known = {planned.index};
    knowledge.listedBy = cacheRepodata(cache, planned.name, &knowledge.listedAt);
    if (knowledge.listedBy)
        knowledge.known.push_back(knowledge.listedBy);
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || !isThere(outcomes.states[i]) || file.record->sha256.empty())
            continue;
        knowledge.verified.emplace(file.record->fileName, QByteArray(file.record->sha256.data(), 64));
    }
    auto found = conda::indexFolder(cache.subdirPath(planned.name), planned.name, knowledge, {});
    if (!found)
        return found.error().at(Side::Store);
    if (found->repodata->records().empty() && !knowledge.listedBy && planned.name != QLatin1String("noarch"))
        return {};
    for (const conda::RefusedRecord& damaged : found->damaged) {
        if (notes)
            notes->append(QStringLiteral("%1/%2 in the cache was left out of its index: %3")
                              .arg(planned.name, damaged.fileName, damaged.reason));
    }
    if (knowledge.listedBy && knowledge.listedBy->digest() == found->repodata->digest())
        return {};
    auto published = store.publishIndex(planned.name, QLatin1String(naming::indexName),
                                        found->repodata->bytes().toByteArray(), {}, {}, {});
    return published ? Result<void>() : published.error();
}

/// Adds what this run brought to the index as it stands by now, so that what others pushed meanwhile stays in it.
Result<void> publishMergedIndex(const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes, PackageStore& store)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    std::vector<Published> added;
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || !isThere(outcomes.states[i]))
            continue;
        const auto sum = outcomes.sha256.find(i);
        const bool needsSum = file.record->sha256.empty() && sum != outcomes.sha256.end();
        added.push_back({file.record, needsSum ? sum->second : QByteArray()});
    }
    const bool isNoarch = planned.name == QLatin1String("noarch"); // every reader asks for it
    if (added.empty() && !(isNoarch && planned.storedIndex.digest.isNull()))
        return {};
    const QString name = QLatin1String(naming::indexName);
    std::vector<std::shared_ptr<const conda::Repodata>> seen;
    std::vector<Digest> replaced;
    for (int attempt = 0; attempt < publishTries; ++attempt) {
        auto stored = store.index(planned.name, name, {});
        if (!stored)
            return stored.error();
        auto base = stored->repodata ? Result<std::shared_ptr<const conda::Repodata>>(stored->repodata)
                                     : conda::Repodata::parse(conda::emptyRepodata(planned.name));
        if (!base)
            return base.error();
        // Listed with the same bytes already: the record that stands there, with its hot-fixes, stays.
        std::vector<Published> missing;
        std::copy_if(added.begin(), added.end(), std::back_inserter(missing),
                     [&](const Published& one) { return !conda::lists(**base, *one.record); });
        std::set<std::string_view> names;
        for (const Published& one : missing)
            names.insert(one.record->fileName);
        for (const auto& earlier : seen) {
            for (const conda::PackageRecord& record : earlier->records()) {
                if (!(*base)->find(record.fileName) && names.insert(record.fileName).second)
                    missing.push_back({&record, {}});
            }
        }
        seen.push_back(*base);
        Draft draft;
        draft.json = missing.empty() ? (*base)->bytes().toByteArray() : (*base)->withAdded(missing);
        draft.digest = Digest::ofBytes(draft.json);
        draft.annotation = stored->digest.isNull() || stored->trusted ? QStringLiteral("present") : QString();
        if (draft.digest == stored->digest)
            return {};
        replaced.push_back(stored->digest);
        auto other = publishOver(replaced, store, planned.name, name, draft, {});
        if (!other)
            return other.error();
        if (!*other)
            return {};
    }
    return neverStands(planned.name);
}

} // namespace

Result<void> publishIndexes(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                            PackageStore& store, QStringList* notes)
{
    // What the indexes name has to be durable before they are.
    if (auto flushed = store.flush(); !flushed)
        return flushed;
    if (const auto* cache = std::get_if<CacheFolder>(&spec.store))
        return publishCacheIndex(*cache, plan, subdir, outcomes, store, notes);
    if (spec.index == IndexMode::Merged)
        return publishMergedIndex(plan, subdir, outcomes, store);
    if (auto published = publishChannelIndex(spec, plan, subdir, true, outcomes, store, notes); !published)
        return published;
    return publishChannelIndex(spec, plan, subdir, false, outcomes, store, notes);
}

Result<void> publishEmptyNoarch(PackageStore& store)
{
    const QString noarch = QStringLiteral("noarch");
    auto stored = store.index(noarch, QLatin1String(naming::indexName), {});
    if (!stored)
        return stored.error();
    if (!stored->digest.isNull())
        return {};
    if (auto published = store.publishIndex(noarch, QLatin1String(naming::indexName), conda::emptyRepodata(noarch),
                                            QStringLiteral("present"), {}, {});
        !published)
        return published.error();
    return store.flush();
}

} // namespace condaoci::mirror

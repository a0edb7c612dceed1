// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/indexpublisher.h"

#include "core/conda/indexer.h"
#include "core/mirror/cachesource.h"
#include "core/mirror/naming.h"
#include "core/mirror/planner.h"

namespace condaoci::mirror {

namespace {

using State = FileOutcome::State;
using Published = conda::Repodata::Published;

/// Gathers what one published document lists.
class Listing
{
public:
    Listing(const conda::Repodata& channel, const StoredIndex& stored, const std::vector<StoredIndex>& alsoThere)
        : m_channel(channel)
        , m_stored(stored)
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
        if (!m_stored.repodata)
            return;
        for (const conda::PackageRecord& record : m_channel.records()) {
            if (!m_considered[position(record)] && !isUndistributable(channelName, record.name))
                keep(record);
        }
    }

    [[nodiscard]] const std::vector<Published>& published() const { return m_published; }
    /// Is everything in it known to be there?
    [[nodiscard]] bool isVerified() const { return m_verified; }

private:
    [[nodiscard]] size_t position(const conda::PackageRecord& record) const
    {
        return static_cast<size_t>(&record - m_channel.records().data());
    }

    void keep(const conda::PackageRecord& record)
    {
        if (!m_stored.repodata || !conda::lists(*m_stored.repodata, record))
            return;
        m_verified = m_verified && m_stored.trusted;
        add(record, {});
    }

    void add(const conda::PackageRecord& record, QByteArray sha256)
    {
        if (!record.sha256.empty()) {
            m_published.push_back({&record, {}});
            return;
        }
        // Readers ask for packages by sha256, so a record without one is completed with what was computed, now or in an
        // earlier run.
        if (sha256.isEmpty())
            sha256 = sumIn(m_stored, record);
        for (auto other = m_alsoThere.begin(); sha256.isEmpty() && other != m_alsoThere.end(); ++other)
            sha256 = sumIn(*other, record);
        m_published.push_back({&record, sha256});
    }

    static QByteArray sumIn(const StoredIndex& stored, const conda::PackageRecord& record)
    {
        if (!stored.repodata || !conda::lists(*stored.repodata, record))
            return {};
        const auto* listed = stored.repodata->find(record.fileName);
        return {listed->sha256.data(), static_cast<qsizetype>(listed->sha256.size())};
    }

    const conda::Repodata& m_channel;
    const StoredIndex& m_stored;
    const std::vector<StoredIndex>& m_alsoThere;
    std::vector<bool> m_considered;
    std::vector<Published> m_published;
    bool m_verified = true;
};

Listing makeListing(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked, const Outcomes& outcomes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    Listing listing(yanked ? *planned.yanked : *planned.index, yanked ? planned.storedYanked : planned.storedIndex,
                    planned.alsoThere);
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || file.yanked != yanked)
            continue;
        const auto sum = outcomes.sha256.find(i);
        listing.consider(*file.record, outcomes.states[i], sum == outcomes.sha256.end() ? QByteArray() : sum->second);
    }
    if (plan.selective)
        listing.keepTheRest(channelName(spec.source));
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

Result<void> publishChannelIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                                 PackageStore& store, QStringList* notes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    const StoredIndex& stored = planned.storedIndex;
    const Listing listing = makeListing(spec, plan, subdir, false, outcomes);
    // A subdir that nothing was mirrored of needs no index, but every reader asks for noarch, and who publishes asks
    // each shard whether it has been there.
    if (listing.published().empty() && stored.digest.isNull() && planned.name != QLatin1String("noarch") && !spec.shard)
        return {};

    const bool complete =
        listing.published().size() == planned.index->records().size() && planned.index->refused().empty();
    const bool full = spec.index == IndexMode::Full && !complete;
    const QByteArray json =
        full ? planned.index->bytes().toByteArray() : planned.index->withRecords(listing.published());
    const bool claims = !full && listing.isVerified();
    if (digestOf(json, *planned.index) == stored.digest && claims == stored.trusted)
        return {};
    if (const qint64 dropped = droppedRecords(stored, planned); dropped > 0 && notes)
        notes->append(
            QStringLiteral("%1: %2 packages are no longer in the channel's index and were left out of the mirror's; "
                           "they stay in the registry")
                .arg(planned.name)
                .arg(dropped));
    const QString annotation = claims ? QStringLiteral("present") : full ? QStringLiteral("full") : QString();
    return store.publishIndex(planned.name, publishedName(spec, naming::indexName), json, annotation,
                              planned.index->digest());
}

Result<void> publishYankedIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                                PackageStore& store)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (!planned.yanked)
        return {};
    const StoredIndex& stored = planned.storedYanked;
    const Listing listing = makeListing(spec, plan, subdir, true, outcomes);
    if (listing.published().empty() && stored.digest.isNull())
        return {};
    const QByteArray json = planned.yanked->withRecords(listing.published());
    if (digestOf(json, *planned.yanked) == stored.digest && listing.isVerified() == stored.trusted)
        return {};
    return store.publishIndex(planned.name, publishedName(spec, naming::yankedName), json,
                              listing.isVerified() ? QStringLiteral("present") : QString(), planned.yanked->digest());
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
    auto found = conda::indexFolder(cache.subdirPath(planned.name), planned.name, knowledge);
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
    return store.publishIndex(planned.name, QLatin1String(naming::indexName), found->repodata->bytes().toByteArray(),
                              {}, {});
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
    auto stored = store.index(planned.name, QLatin1String(naming::indexName), {});
    if (!stored)
        return stored.error();
    auto base = stored->repodata ? Result<std::shared_ptr<const conda::Repodata>>(stored->repodata)
                                 : conda::Repodata::parse(conda::emptyRepodata(planned.name));
    if (!base)
        return base.error();
    // Listed with the same bytes already: the record that stands there, with its hot-fixes, stays.
    std::erase_if(added, [&](const Published& one) { return conda::lists(**base, *one.record); });
    const QByteArray json = added.empty() ? (*base)->bytes().toByteArray() : (*base)->withAdded(added);
    if (Digest::ofBytes(json) == stored->digest)
        return {};
    const bool claims = stored->digest.isNull() || stored->trusted;
    return store.publishIndex(planned.name, QLatin1String(naming::indexName), json,
                              claims ? QStringLiteral("present") : QString(), {});
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
    if (spec.index == IndexMode::Merged) {
        if (auto published = publishMergedIndex(plan, subdir, outcomes, store); !published)
            return published;
        return store.flush();
    }
    if (auto published = publishYankedIndex(spec, plan, subdir, outcomes, store); !published)
        return published;
    if (auto published = publishChannelIndex(spec, plan, subdir, outcomes, store, notes); !published)
        return published;
    return store.flush();
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
                                            QStringLiteral("present"), {});
        !published)
        return published;
    return store.flush();
}

} // namespace condaoci::mirror

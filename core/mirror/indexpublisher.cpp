// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/indexpublisher.h"

#include "core/base/messages.h"
#include "core/conda/indexer.h"
#include "core/mirror/cachesource.h"
#include "core/mirror/indexlisting.h"
#include "core/mirror/naming.h"
#include "core/mirror/planner.h"
#include "core/mirror/shrinkage.h"
#include "core/mirror/registryindex.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

namespace condaoci::mirror {

namespace {

using State = FileOutcome::State;
using Published = conda::Repodata::Published;

/// Where a run publishes: a shard beside the mirror's own index, which is not its to write.
QString publishedName(const CopySpec& spec, const char* name)
{
    const QString plain = QLatin1String(name);
    return spec.shard ? naming::shardName(plain, spec.shard->number, spec.shard->count) : plain;
}

/// Where an index is, as a report says it.
QString indexPlace(const CopySpec& spec, const QString& subdir, const QString& name)
{
    if (const auto* registry = std::get_if<RegistryChannel>(&spec.store))
        return indexRepository(*registry, subdir, name);
    const auto* cache = std::get_if<CacheFolder>(&spec.store);
    return cache ? cache->subdirPath(subdir) + QLatin1Char('/') + name : QString();
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
    IndexClaim claim;
    qint64 records = 0;
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
    draft.records = static_cast<qint64>(isFull ? listing.whole().size() : listing.published().size());
    draft.digest = digestOf(draft.json, source);
    draft.claim = {claims   ? QStringLiteral("present")
                   : isFull ? QStringLiteral("full")
                            : QString(),
                   claims && listing.isCurrent()};
    if (draft.digest == stored.digest && claims == stored.trusted && draft.claim.isCurrent == stored.current &&
        !stored.outdated)
        return {};
    return draft;
}

/// Other runs may publish at the same time, and know of packages that this one does not: where another index stands by
/// now the two are put together. What a registry shows may also be older than what it showed before, so all that has
/// been seen counts.
constexpr int publishTries = 8;

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
                                               const Digest& source, IndexOutcome& outcome)
{
    if (name == QLatin1String(naming::indexName))
        store.leavePlaceholders(subdir);
    auto published = store.publishIndex(subdir, name, draft.json, draft.claim, source, seen);
    if (!published)
        return published.error();
    if (auto flushed = store.flush(); !flushed)
        return flushed.error();
    auto standing = store.index(subdir, name, *published ? draft.digest : Digest());
    if (!standing)
        return standing.error();
    const Digest& digest = standing->digest;
    if (*published && (digest == draft.digest || digest.isNull() || contains(seen, digest))) {
        outcome = {subdir, name, {}, **published, draft.digest, draft.records, true};
        return std::optional<StoredIndex>();
    }
    return std::optional(*std::move(standing));
}

/// Publishes what `make` makes of all that the store has been seen to list, the newest first, until it stands there;
/// nothing where it makes nothing of it.
/// \return what stands there then; its place is the caller's to say
Result<IndexOutcome>
publishUntilItStands(PackageStore& store, const QString& subdir, const QString& name, const Digest& source,
                     std::vector<StoredIndex> stood, QStringList* notes,
                     const std::function<Result<std::optional<Draft>>(const std::vector<StoredIndex>& stood)>& make)
{
    for (int attempt = 0; attempt < publishTries; ++attempt) {
        const auto draft = make(stood);
        if (!draft)
            return draft.error();
        IndexOutcome outcome{subdir, name, {}, {QStringLiteral("latest")}, stood.front().digest};
        if (!*draft) {
            const auto& standing = stood.front().repodata;
            outcome.records = standing ? static_cast<qint64>(standing->records().size()) : 0;
            return outcome;
        }
        auto other = publishOver(digestsOf(stood), store, subdir, name, **draft, source, outcome);
        if (!other)
            return other.error();
        if (!*other)
            return outcome;
        stood.insert(stood.begin(), **std::move(other));
        if (notes && attempt == 0)
            notes->append(Messages::tr("%1: another run has published its index meanwhile; what both know of is in it")
                              .arg(subdir));
    }
    return Error{ErrorKind::Protocol,
                 Messages::tr("other runs publish the index of %1 all the time; run this once more when they are done")
                     .arg(subdir),
                 {},
                 Side::Store};
}

/// Notes in a report what stands there. Nothing, where there is none.
Result<void> note(const CopySpec& spec, const Result<IndexOutcome>& published, std::vector<IndexOutcome>& indexes)
{
    if (!published)
        return published.error();
    if (published->digest.isNull())
        return {};
    indexes.push_back(*published);
    indexes.back().repository = indexPlace(spec, published->subdir, published->document);
    return {};
}

/// The channel's index, or its list of what it has removed.
Result<void> publishChannelIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked,
                                 const Outcomes& outcomes, PackageStore& store, QStringList* notes,
                                 std::vector<IndexOutcome>& indexes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (yanked && !planned.yanked)
        return {};
    const StoredIndex& stored = yanked ? planned.storedYanked : planned.storedIndex;
    const auto make = [&](const std::vector<StoredIndex>& stood) -> Result<std::optional<Draft>> {
        auto draft = makeDraft(spec, plan, subdir, yanked, outcomes, stood);
        for (const StoredIndex& one : stood) {
            if (auto objection = draft ? objectionToShrinking(spec, planned, yanked, one) : std::nullopt)
                return *objection;
        }
        const bool isFirst = stood.size() == 1;
        if (const qint64 dropped = draft && isFirst && notes && !yanked ? droppedRecords(stored, *planned.index) : 0)
            notes->append(
                Messages::tr("%1: no longer in the channel's index, and left out of the mirror's: %2; what was copied "
                             "stays in %3")
                    .arg(planned.name,
                         dropped == 1 ? Messages::tr("1 package") : Messages::tr("%1 packages").arg(dropped),
                         toString(spec.store)));
        return draft;
    };
    const conda::Repodata& source = yanked ? *planned.yanked : *planned.index;
    auto published =
        publishUntilItStands(store, planned.name, publishedName(spec, yanked ? naming::yankedName : naming::indexName),
                             source.digest(), {stored}, notes, make);
    // The records of a stored index that is the channel's own are not read twice.
    if (published && !published->published && published->digest == source.digest())
        published->records = static_cast<qint64>(source.records().size());
    return note(spec, published, indexes);
}

bool isThere(State state)
{
    return state == State::Copied || state == State::AlreadyThere;
}

/// A cache's index lists what is in its folder: what this run brought, what was there before, and what a person put
/// there.
Result<void> publishCacheIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                               PackageStore& store, QStringList* notes, std::vector<IndexOutcome>& indexes)
{
    const auto& cache = std::get<CacheFolder>(spec.store);
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (const auto objection = objectionToShrinking(spec, planned, false, planned.storedIndex))
        return *objection;
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
            notes->append(Messages::tr("%1/%2 in the cache was left out of its index: %3")
                              .arg(planned.name, damaged.fileName, damaged.reason));
    }
    IndexOutcome outcome{
        planned.name, QLatin1String(naming::indexName), {},
        {},           found->repodata->digest(),        static_cast<qint64>(found->repodata->records().size())};
    if (knowledge.listedBy && knowledge.listedBy->digest() == outcome.digest)
        return note(spec, outcome, indexes);
    auto published =
        store.publishIndex(planned.name, outcome.document, found->repodata->bytes().toByteArray(), {}, {}, {});
    if (!published)
        return published.error();
    outcome.published = true;
    return note(spec, outcome, indexes);
}

/// What stands there, and these besides. \param stood  as for Listing
Result<std::optional<Draft>> makeMergedDraft(const QString& subdir, const std::vector<Published>& added,
                                             const std::vector<StoredIndex>& stood)
{
    const StoredIndex& stored = stood.front();
    // Nothing is added to what is not an index, such as an error page that was once taken for one.
    const bool isIndex = stored.repodata && stored.repodata->hasSections();
    auto base = isIndex ? Result<std::shared_ptr<const conda::Repodata>>(stored.repodata)
                        : conda::Repodata::parse(conda::emptyRepodata(subdir));
    if (!base)
        return base.error();
    std::vector<Published> missing;
    std::set<std::string_view> names;
    for (const Published& one : added) {
        // Listed with the same bytes already: the record that stands there, with its hot-fixes, stays.
        if (!conda::lists(**base, *one.record) && names.insert(one.record->fileName).second)
            missing.push_back(one);
    }
    for (auto earlier = stood.begin() + 1; earlier != stood.end(); ++earlier) {
        for (size_t i = 0; earlier->repodata && i < earlier->repodata->records().size(); ++i) {
            const conda::PackageRecord& record = earlier->repodata->records()[i];
            if (!(*base)->find(record.fileName) && names.insert(record.fileName).second)
                missing.push_back({&record, {}});
        }
    }
    Draft draft;
    draft.json = missing.empty() ? (*base)->bytes().toByteArray() : (*base)->withAdded(missing);
    draft.records = static_cast<qint64>((*base)->records().size() + missing.size());
    draft.digest = Digest::ofBytes(draft.json);
    const bool isNew = stored.digest.isNull();
    draft.claim = {isNew || stored.trusted ? QStringLiteral("present") : QString(), isNew || stored.current};
    const bool isSame = draft.digest == stored.digest && !stored.outdated;
    return isSame ? std::optional<Draft>() : std::optional(std::move(draft));
}

/// Adds what this run brought to the index as it stands by now, so that what others pushed meanwhile stays in it.
Result<void> publishMergedIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                                PackageStore& store, QStringList* notes, std::vector<IndexOutcome>& indexes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    std::vector<Published> added;
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || !isThere(outcomes.states[i]))
            continue;
        const auto sum = outcomes.sha256.find(i);
        const auto size = outcomes.sizes.find(i);
        const bool needsSum = file.record->sha256.empty() && sum != outcomes.sha256.end();
        const bool needsSize = file.record->size < 0 && size != outcomes.sizes.end();
        added.push_back({file.record, needsSum ? sum->second : QByteArray(), needsSize ? size->second : -1});
    }
    const bool isNoarch = planned.name == QLatin1String("noarch"); // every reader asks for it
    if (added.empty() && !(isNoarch && planned.storedIndex.digest.isNull()))
        return {};
    const QString name = QLatin1String(naming::indexName);
    auto stored = store.index(planned.name, name, {});
    if (!stored)
        return stored.error();
    const auto make = [&](const std::vector<StoredIndex>& stood) {
        return makeMergedDraft(planned.name, added, stood);
    };
    return note(spec, publishUntilItStands(store, planned.name, name, {}, {*std::move(stored)}, notes, make), indexes);
}

} // namespace

Result<void> publishIndexes(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                            PackageStore& store, QStringList* notes, std::vector<IndexOutcome>& indexes)
{
    // What the indexes name has to be durable before they are.
    if (auto flushed = store.flush(); !flushed)
        return flushed;
    if (std::holds_alternative<CacheFolder>(spec.store))
        return publishCacheIndex(spec, plan, subdir, outcomes, store, notes, indexes);
    if (spec.index == IndexMode::Merged)
        return publishMergedIndex(spec, plan, subdir, outcomes, store, notes, indexes);
    const auto yanked = publishChannelIndex(spec, plan, subdir, true, outcomes, store, notes, indexes);
    if (!yanked && yanked.error().kind != ErrorKind::Integrity) // what it would lose is no matter of the index
        return yanked;
    auto published = publishChannelIndex(spec, plan, subdir, false, outcomes, store, notes, indexes);
    return published ? yanked : published;
}

Result<void> publishEmptyNoarch(const CopySpec& spec, PackageStore& store, std::vector<IndexOutcome>& indexes)
{
    const QString noarch = QStringLiteral("noarch");
    const QByteArray json = conda::emptyRepodata(noarch);
    const Digest digest = Digest::ofBytes(json);
    auto stored = store.index(noarch, QLatin1String(naming::indexName), digest);
    if (!stored)
        return stored.error();
    const bool isOurs = stored->digest == digest; // of an earlier run, which may have been another version's
    if (!stored->digest.isNull() && !(isOurs && stored->outdated))
        return {};
    store.leavePlaceholders(noarch);
    const QString name = QLatin1String(naming::indexName);
    auto published =
        store.publishIndex(noarch, name, json, {QStringLiteral("present"), true}, {}, {stored->digest});
    if (!published)
        return published.error();
    if (auto flushed = store.flush(); !flushed || !*published)
        return flushed;
    return note(spec, IndexOutcome{noarch, name, {}, **published, digest, 0, true}, indexes);
}

} // namespace condaoci::mirror

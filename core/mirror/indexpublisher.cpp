// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/indexpublisher.h"

#include "core/base/messages.h"
#include "core/mirror/cacheindex.h"
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
    IndexFacts facts;
};

bool isFull(const CopySpec& spec, const conda::Repodata& source, const Listing& listing)
{
    const bool isComplete = listing.published().size() == source.records().size() && source.refused().empty();
    return spec.index == IndexMode::Full && !isComplete;
}

/// Nullopt where it says what the stored one says.
/// \param stood  as for Listing
std::optional<Draft> makeDraft(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked,
                               const Outcomes& outcomes, const std::vector<StoredIndex>& stood)
{
    const StoredIndex& stored = stood.front();
    const PlannedSubdir& planned = plan.subdirs[subdir];
    const conda::Repodata& source = yanked ? *planned.yanked : *planned.index;
    const Listing listing = makeListing(spec, plan, subdir, yanked, outcomes, stood);
    // A subdir that nothing was mirrored of needs no index, but every reader asks for noarch, who named a platform
    // names it to other verbs, too, and who publishes asks each shard whether it has been there.
    const bool isAskedFor = !yanked && (planned.name == QLatin1String("noarch") || spec.subdirsNamed || spec.shard);
    if (listing.published().empty() && stored.digest.isNull() && !isAskedFor)
        return {};
    const bool whole = !yanked && isFull(spec, source, listing);
    const bool claims = !whole && listing.isVerified();
    const auto published = whole ? listing.whole() : listing.published();
    Draft draft;
    draft.json = source.withRecords(published);
    draft.digest = digestOf(draft.json, source);
    draft.facts = {claims  ? QStringLiteral("present")
                   : whole ? QStringLiteral("full")
                           : QString(),
                   yanked ? planned.yanked->digest() : planned.index->digest(), planned.channel,
                   static_cast<qint64>(published.size()), claims && listing.isCurrent()};
    const bool isTold = planned.channel.isEmpty() || conda::isSameIdentity(planned.channel, stored.channel);
    if (draft.digest == stored.digest && claims == stored.trusted && isTold &&
        draft.facts.isCurrent == stored.current && !stored.outdated)
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
                                               IndexOutcome& outcome)
{
    if (name == QLatin1String(naming::indexName))
        store.leavePlaceholders(subdir);
    auto published = store.publishIndex(subdir, name, draft.json, draft.facts, seen);
    if (!published)
        return published.error();
    if (auto flushed = store.flush(); !flushed)
        return flushed.error();
    auto standing = store.index(subdir, name, *published ? draft.digest : Digest());
    if (!standing)
        return standing.error();
    const Digest& digest = standing->digest;
    if (*published && (digest == draft.digest || digest.isNull() || contains(seen, digest))) {
        outcome = {subdir, name, {}, **published, draft.digest, draft.facts.records, true};
        return std::optional<StoredIndex>();
    }
    return std::optional(*std::move(standing));
}

/// Publishes what `make` makes of all that the store has been seen to list, the newest first, until it stands there;
/// nothing where it makes nothing of it. What is published is seen then, too.
/// \return what stands there then; its place is the caller's to say
Result<IndexOutcome>
publishUntilItStands(PackageStore& store, const QString& subdir, const QString& name, std::vector<StoredIndex>& stood,
                     QStringList* notes,
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
        auto other = publishOver(digestsOf(stood), store, subdir, name, **draft, outcome);
        if (!other)
            return other.error();
        if (!*other) {
            const IndexFacts& facts = (*draft)->facts;
            stood.insert(stood.begin(), {nullptr, (*draft)->digest, facts.claim == QLatin1String("present"),
                                         facts.channel, facts.isCurrent});
            return outcome;
        }
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
                                 const Outcomes& outcomes, PackageStore& store, SeenIndexes& seen, QStringList* notes,
                                 std::vector<IndexOutcome>& indexes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (yanked && !planned.yanked)
        return {};
    const StoredIndex& stored = yanked ? planned.storedYanked : planned.storedIndex;
    const QString name = publishedName(spec, yanked ? naming::yankedName : naming::indexName);
    std::vector<StoredIndex>& stood = seen[planned.name + QLatin1Char('/') + name];
    if (stood.empty())
        stood.push_back(stored);
    const bool isFirst = stood.size() == 1;
    bool isTold = yanked || !notes;
    const auto make = [&](const std::vector<StoredIndex>& all) -> Result<std::optional<Draft>> {
        auto draft = makeDraft(spec, plan, subdir, yanked, outcomes, all);
        for (const StoredIndex& one : all) {
            if (auto objection = draft ? objectionToShrinking(spec, planned, yanked, one) : std::nullopt)
                return *objection;
        }
        const qint64 dropped = (draft || !isFirst) && !isTold ? droppedRecords(stored, planned, false) : 0;
        isTold = true;
        if (dropped > 0)
            notes->append(
                Messages::tr("%1: no longer in the channel's index, and left out of the mirror's: %2; what was copied "
                             "stays in %3")
                    .arg(planned.name,
                         dropped == 1 ? Messages::tr("1 package") : Messages::tr("%1 packages").arg(dropped),
                         toString(spec.store)));
        return draft;
    };
    const conda::Repodata& source = yanked ? *planned.yanked : *planned.index;
    auto published = publishUntilItStands(store, planned.name, name, stood, notes, make);
    // The records of a stored index that is the channel's own are not read twice.
    if (published && !published->published && published->digest == source.digest())
        published->records = static_cast<qint64>(source.records().size());
    return note(spec, published, indexes);
}

/// Where the index can't claim to list what is there, because it is somebody else's that is being taken over, or the
/// channel's whole one: what was found to be there stands beside it, so that no run has to ask for it again.
Result<void> publishVerified(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                             PackageStore& store, SeenIndexes& seen)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    const StoredIndex& stored = planned.storedIndex;
    const bool isTrusted = stored.digest.isNull() || stored.trusted;
    if (spec.shard || spec.publishShards > 0 || (isTrusted && spec.index != IndexMode::Full))
        return {};
    const std::vector<StoredIndex> stood{stored};
    const Listing main = makeListing(spec, plan, subdir, false, outcomes, stood);
    if (main.isVerified() && !isFull(spec, *planned.index, main))
        return {};
    // What an earlier run has left counts where this one did not look.
    const auto& earlier = isTrusted ? stood : planned.alsoThere;
    auto listed = makeListing(spec, plan, subdir, false, outcomes, earlier).published();
    if (planned.yanked) {
        const auto yanked = makeListing(spec, plan, subdir, true, outcomes, earlier).published();
        listed.insert(listed.end(), yanked.begin(), yanked.end());
    }
    const QString name = QLatin1String(naming::verifiedName);
    const QByteArray json = planned.index->withRecords(listed);
    const StoredIndex now{nullptr, Digest::ofBytes(json), true, planned.channel, true};
    std::vector<StoredIndex>& before = seen[planned.name + QLatin1Char('/') + name];
    if (contains(digestsOf(before.empty() ? planned.alsoThere : before), now.digest))
        return {};
    auto published = store.publishIndex(
        planned.name, name, json,
        {QStringLiteral("present"), planned.index->digest(), planned.channel, static_cast<qint64>(listed.size()),
         true},
        {});
    if (!published)
        return published.error();
    before = {now};
    return store.flush();
}

bool isThere(State state)
{
    return state == State::Copied || state == State::AlreadyThere;
}

/// What stands there, and these besides. \param stood  as for Listing
Result<std::optional<Draft>> makeMergedDraft(const PlannedSubdir& planned, const std::vector<Published>& brought,
                                             const std::vector<StoredIndex>& stood)
{
    const StoredIndex& stored = stood.front();
    // Nothing is added to what is not an index, such as an error page that was once taken for one.
    const bool isIndex = stored.repodata && stored.repodata->hasSections();
    auto base = isIndex ? Result<std::shared_ptr<const conda::Repodata>>(stored.repodata)
                        : conda::Repodata::parse(conda::emptyRepodata(planned.name));
    if (!base)
        return base.error();
    std::vector<Published> missing;
    std::set<std::string_view> names;
    for (const Published& one : brought) {
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
    const auto added = std::count_if(missing.begin(), missing.end(),
                                     [&](const Published& one) { return !(*base)->find(one.record->fileName); });
    Draft draft;
    draft.json = missing.empty() ? (*base)->bytes().toByteArray() : (*base)->withAdded(missing);
    draft.digest = Digest::ofBytes(draft.json);
    const bool isNew = stored.digest.isNull();
    draft.facts = {isNew || stored.trusted ? QStringLiteral("present") : QString(),
                   {},
                   planned.channel.isEmpty() ? stored.channel : planned.channel,
                   static_cast<qint64>((*base)->records().size()) + added,
                   isNew || stored.current};
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
    const bool isAskedFor = spec.subdirsNamed || planned.name == QLatin1String("noarch"); // every reader asks for it
    if (added.empty() && !(isAskedFor && planned.storedIndex.digest.isNull()))
        return {};
    const QString name = QLatin1String(naming::indexName);
    auto stored = store.index(planned.name, name, {});
    if (!stored)
        return stored.error();
    const auto make = [&](const std::vector<StoredIndex>& stood) { return makeMergedDraft(planned, added, stood); };
    std::vector<StoredIndex> standing{*std::move(stored)};
    return note(spec, publishUntilItStands(store, planned.name, name, standing, notes, make), indexes);
}

} // namespace

Result<void> publishIndexes(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                            PackageStore& store, SeenIndexes& seen, QStringList* notes,
                            std::vector<IndexOutcome>& indexes)
{
    // What the indexes name has to be durable before they are.
    if (auto flushed = store.flush(); !flushed)
        return flushed;
    if (std::holds_alternative<CacheFolder>(spec.store))
        return publishCacheIndex(spec, plan, subdir, outcomes, store, notes, indexes);
    if (spec.index == IndexMode::Merged)
        return publishMergedIndex(spec, plan, subdir, outcomes, store, notes, indexes);
    const auto yanked = publishChannelIndex(spec, plan, subdir, true, outcomes, store, seen, notes, indexes);
    if (!yanked && yanked.error().kind != ErrorKind::Integrity) // what it would lose is no matter of the index
        return yanked;
    if (auto published = publishChannelIndex(spec, plan, subdir, false, outcomes, store, seen, notes, indexes);
        !published)
        return published;
    if (auto verified = publishVerified(spec, plan, subdir, outcomes, store, seen); !verified)
        return verified;
    return yanked;
}

Result<void> publishEmptyIndex(const CopySpec& spec, const CopyPlan& plan, const QString& subdir, PackageStore& store,
                               std::vector<IndexOutcome>& indexes)
{
    if (const auto* cache = std::get_if<CacheFolder>(&spec.store))
        return publishMissingIndex(*cache, subdir, store, indexes);
    const QString name = QLatin1String(naming::indexName);
    const QByteArray json = conda::emptyRepodata(subdir);
    const Digest digest = Digest::ofBytes(json);
    auto stored = store.index(subdir, name, digest);
    if (!stored)
        return stored.error();
    const bool isOurs = stored->digest == digest; // of an earlier run, which may have been another version's
    if (!stored->digest.isNull() && !(isOurs && stored->outdated))
        return {};
    store.leavePlaceholders(subdir);
    const QString channel = plan.subdirs.empty() ? QString() : plan.subdirs.front().channel;
    auto published = store.publishIndex(subdir, name, json, {QStringLiteral("present"), {}, channel, 0, true},
                                        {stored->digest});
    if (!published)
        return published.error();
    if (auto flushed = store.flush(); !flushed || !*published)
        return flushed;
    return note(spec, IndexOutcome{subdir, name, {}, **published, digest, 0, true}, indexes);
}

} // namespace condaoci::mirror

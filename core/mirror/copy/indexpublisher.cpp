// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/indexpublisher.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/mirror/copy/cacheindex.h"
#include "core/mirror/copy/indexlisting.h"
#include "core/mirror/copy/planner.h"
#include "core/mirror/copy/shrinkage.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/registryindex.h"

#include <algorithm>
#include <iterator>

namespace condaoci::mirror {

namespace {

using Published = conda::Repodata::Published;

/// Other runs may publish at the same time, and know of packages that this one does not: where another index is found
/// the two are put together. What a registry shows may also be older than what it showed before, so all that has been
/// seen counts.
constexpr int publishTries = 16;

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

bool isFull(const CopySpec& spec, const conda::Repodata& source, const Listing& listing)
{
    const bool isComplete = listing.published().size() == source.records().size() && source.refused().empty();
    return spec.index == IndexMode::Full && !isComplete;
}

/// The other of the two formats of a build, by its file name.
std::string inOtherFormat(const conda::PackageRecord& record)
{
    const auto other = record.format == conda::Format::Conda ? conda::Format::TarBz2 : conda::Format::Conda;
    const std::string_view stem =
        record.fileName.substr(0, record.fileName.size() - conda::extension(record.format).size());
    return std::string(stem).append(conda::extension(other));
}

Sums sumsOf(const conda::PackageRecord& record)
{
    const auto bytes = [](std::string_view text) {
        return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
    };
    return {record.size, Digest::fromSha256Hex(bytes(record.sha256)).value_or(Digest()), bytes(record.md5)};
}

} // namespace

IndexPublisher::Draft IndexPublisher::makeChannelDraft(quint32 subdir, bool yanked,
                                                       const std::vector<StoredIndex>& stood) const
{
    const StoredIndex& stored = stood.front();
    const PlannedSubdir& planned = m_plan.subdirs[subdir];
    const conda::Repodata& source = yanked ? *planned.yanked : *planned.index;
    const Listing listing = makeListing(subdir, yanked, stood);
    // A subdir that nothing was mirrored of needs no index, but every reader asks for noarch, who named a platform
    // names it to other verbs, too, and who publishes asks each shard whether it has been there.
    const bool isAskedFor = !yanked && (planned.name == QLatin1String("noarch") || m_spec.subdirsNamed || m_spec.shard);
    if (listing.published().empty() && stored.digest.isNull() && !isAskedFor)
        return {};
    const bool whole = !yanked && isFull(m_spec, source, listing);
    const bool claims = !whole && listing.isVerified();
    const auto published = whole ? listing.whole() : listing.published();
    IndexDraft draft{planned.name, publishedName(m_spec, yanked ? naming::yankedName : naming::indexName),
                     source.withRecords(published)};
    // Nothing is hashed where it is the index itself.
    const Digest digest =
        draft.json.constData() == source.bytes().data() ? source.digest() : Digest::ofBytes(draft.json);
    draft.facts = {claims  ? QStringLiteral("present")
                   : whole ? QStringLiteral("full")
                           : QString(),
                   yanked ? planned.yanked->digest() : planned.index->digest(), planned.channel,
                   static_cast<qint64>(published.size()), claims && listing.isCurrent()};
    const bool isTold = planned.channel.isEmpty() || conda::isSameIdentity(planned.channel, stored.channel);
    if (digest == stored.digest && claims == stored.trusted && isTold && draft.facts.isCurrent == stored.current &&
        !stored.outdated)
        return {};
    return draft;
}

Listing IndexPublisher::makeListing(quint32 subdir, bool yanked, const std::vector<StoredIndex>& stood) const
{
    return mirror::makeListing(m_spec, m_plan, subdir, yanked, m_outcomes, stood,
                               goneFrom(m_plan.subdirs[subdir].name));
}

const FileNames& IndexPublisher::goneFrom(const QString& subdir) const
{
    static const FileNames none;
    const auto gone = m_seen.gone.find(subdir);
    return gone == m_seen.gone.end() ? none : gone->second;
}

/// What another run brought of the builds that this one brought the other format of: see PackageStore::putBack().
Result<void> IndexPublisher::keepFormatsTogether(quint32 subdir, const std::vector<StoredIndex>& stood)
{
    const QString& name = m_plan.subdirs[subdir].name;
    for (quint32 i = 0; i < m_plan.files.size(); ++i) {
        const PlannedFile& file = m_plan.files[i];
        if (file.subdir != subdir || file.present || !isThere(m_outcomes.states[i]))
            continue;
        const std::string other = inOtherFormat(*file.record);
        const auto listing = std::find_if(stood.begin(), stood.end(), [&](const StoredIndex& one) {
            return one.repodata && one.repodata->find(other);
        });
        const conda::PackageRecord* record = listing == stood.end() ? nullptr : listing->repodata->find(other);
        if (!record || sumsOf(*record).sha256.isNull() ||
            !m_seen.together.insert(name.toStdString() + '/' + other).second)
            continue;
        if (auto kept = keepTogether(file, i, *record); !kept)
            return kept;
    }
    return {};
}

Result<void> IndexPublisher::keepTogether(const PlannedFile& file, quint32 number, const conda::PackageRecord& other)
{
    const FileRef mine = fileRef(m_plan, file);
    FileRef theirs = mine;
    theirs.record = &other;
    theirs.name = {other.name, other.version, other.build, other.format};
    Sums sums = sumsOf(*file.record);
    if (const auto found = m_outcomes.sha256.find(number); found != m_outcomes.sha256.end())
        sums.sha256 = Digest::fromSha256Hex(found->second).value_or(Digest());
    if (const auto found = m_outcomes.sizes.find(number); found != m_outcomes.sizes.end())
        sums.size = found->second;
    const std::vector<ListedFile> files{{mine, sums}, {theirs, sumsOf(other)}};
    const auto there = m_store.putBack(files);
    if (!there)
        return there.error();
    for (size_t i = 0; i < files.size(); ++i) {
        if ((*there)[i])
            continue;
        m_seen.gone[mine.subdir].insert(std::string(files[i].file.record->fileName));
        note(Messages::tr(
                 "%1/%2 was listed, but the registry does not have it any more, so it is left out of the index; "
                 "run this once more to bring it")
                 .arg(mine.subdir, text(files[i].file.record->fileName)));
    }
    return {};
}

void IndexPublisher::note(const QString& sentence)
{
    if (m_notes)
        m_notes->append(sentence);
}

/// Publishes what `make` makes of all that the store has been seen to list, until readers get it and nothing that
/// others have published is missing from it; nothing where it makes nothing of it. What is published is seen then, too.
/// \param stood  first what readers get, then all else that has been seen
/// \return what stands there then; its place is the caller's to say
Result<IndexOutcome> IndexPublisher::publishUntilItStands(const QString& subdir, const QString& name,
                                                          std::vector<StoredIndex>& stood, const Make& make)
{
    bool isTold = false;
    const auto takeIn = [&](std::vector<StoredIndex> others) {
        stood.insert(stood.begin() + 1, std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
        if (!std::exchange(isTold, true))
            note(Messages::tr("%1: another run has published its index meanwhile; what both know of is in it")
                     .arg(subdir));
    };
    IndexOutcome outcome{subdir, name, {}, {QStringLiteral("latest")}, stood.front().digest};
    for (int attempt = 0; attempt < publishTries; ++attempt) {
        const auto draft = make(stood);
        if (!draft)
            return draft.error();
        if (!*draft && !outcome.published) {
            auto others = attempt == 0 ? m_store.overlooked(subdir, name, stood) : std::vector<StoredIndex>();
            if (!others)
                return others.error();
            if (!others->empty()) {
                takeIn(*std::move(others));
                stood.front().outdated = true; // it does not say that it has taken them in
                continue;
            }
            const auto& standing = stood.front().repodata;
            outcome.records = standing ? static_cast<qint64>(standing->records().size()) : 0;
        }
        if (!*draft)
            return outcome;
        if (name == QLatin1String(naming::indexName))
            m_store.leavePlaceholders(subdir);
        auto published = m_store.publishIndex(**draft, stood);
        if (!published)
            return published.error();
        StoredIndex& written = published->written;
        if (published->tags)
            outcome = {subdir, name, {}, *published->tags, written.digest, (*draft)->facts.records, true};
        const bool isDone = published->isDone();
        if (!isDone) { // its records are needed again
            auto records = conda::Repodata::parse((*draft)->json);
            if (!records)
                return records.error();
            written.repodata = *std::move(records);
        }
        stood.insert(published->tags ? stood.begin() : stood.begin() + 1, std::move(written));
        if (isDone)
            return outcome;
        if (published->standing) {
            outcome = {subdir, name, {}, {QStringLiteral("latest")}, published->standing->digest};
            stood.insert(stood.begin(), *std::move(published->standing));
        }
        takeIn(std::move(published->others));
    }
    return Error{ErrorKind::Protocol,
                 Messages::tr("other runs publish the index of %1 all the time; run this once more when they are done")
                     .arg(subdir),
                 {},
                 Side::Store};
}

/// Reports what stands there. Nothing, where there is none.
Result<void> IndexPublisher::keep(const Result<IndexOutcome>& published)
{
    if (!published)
        return published.error();
    if (published->digest.isNull())
        return {};
    m_indexes.push_back(*published);
    m_indexes.back().repository = indexPlace(m_spec, published->subdir, published->document);
    return {};
}

/// The channel's index, or its list of what it has removed.
Result<void> IndexPublisher::publishChannelIndex(quint32 subdir, bool yanked)
{
    const PlannedSubdir& planned = m_plan.subdirs[subdir];
    if (yanked && !planned.yanked)
        return {};
    const StoredIndex& stored = yanked ? planned.storedYanked : planned.storedIndex;
    const QString name = publishedName(m_spec, yanked ? naming::yankedName : naming::indexName);
    std::vector<StoredIndex>& stood = m_seen.indexes[planned.name + QLatin1Char('/') + name];
    if (stood.empty())
        stood.push_back(stored);
    const bool isFirst = stood.size() == 1;
    bool isTold = yanked || !m_notes;
    const auto make = [&](const std::vector<StoredIndex>& all) -> Result<Draft> {
        if (auto kept = keepFormatsTogether(subdir, all); !kept)
            return kept.error();
        auto draft = makeChannelDraft(subdir, yanked, all);
        for (const StoredIndex& one : all) {
            if (auto objection = draft ? objectionToShrinking(m_spec, planned, yanked, one) : std::nullopt)
                return *objection;
        }
        const qint64 dropped = (draft || !isFirst) && !isTold ? droppedRecords(stored, planned, false) : 0;
        isTold = true;
        if (dropped > 0)
            note(Messages::tr("%1: no longer in the channel's index, and left out of the mirror's: %2; what was copied "
                              "stays in %3")
                     .arg(planned.name,
                          dropped == 1 ? Messages::tr("1 package") : Messages::tr("%1 packages").arg(dropped),
                          toString(m_spec.store)));
        return draft;
    };
    const conda::Repodata& source = yanked ? *planned.yanked : *planned.index;
    auto published = publishUntilItStands(planned.name, name, stood, make);
    // The records of a stored index that is the channel's own are not read twice.
    if (published && !published->published && published->digest == source.digest())
        published->records = static_cast<qint64>(source.records().size());
    return keep(published);
}

/// Where the index can't claim to list what is there, because it is somebody else's that is being taken over, or the
/// channel's whole one: what was found to be there stands beside it, so that no run has to ask for it again.
Result<void> IndexPublisher::publishVerified(quint32 subdir)
{
    const PlannedSubdir& planned = m_plan.subdirs[subdir];
    const StoredIndex& stored = planned.storedIndex;
    const bool isTrusted = stored.digest.isNull() || stored.trusted;
    if (m_spec.shard || m_spec.publishShards > 0 || (isTrusted && m_spec.index != IndexMode::Full))
        return {};
    const std::vector<StoredIndex> stood{stored};
    const Listing main = makeListing(subdir, false, stood);
    if (main.isVerified() && !isFull(m_spec, *planned.index, main))
        return {};
    // What an earlier run has left counts where this one did not look.
    const auto& earlier = isTrusted ? stood : planned.alsoThere;
    auto listed = makeListing(subdir, false, earlier).published();
    if (planned.yanked) {
        const auto yanked = makeListing(subdir, true, earlier).published();
        listed.insert(listed.end(), yanked.begin(), yanked.end());
    }
    const IndexDraft draft{planned.name,
                           QLatin1String(naming::verifiedName),
                           planned.index->withRecords(listed),
                           {QStringLiteral("present"), planned.index->digest(), planned.channel,
                            static_cast<qint64>(listed.size()), true}};
    std::vector<StoredIndex>& before = m_seen.indexes[planned.name + QLatin1Char('/') + draft.name];
    if (contains(before.empty() ? planned.alsoThere : before, Digest::ofBytes(draft.json)))
        return {};
    auto published = m_store.publishIndex(draft, {});
    if (!published)
        return published.error();
    before = {published->written};
    return m_store.flush();
}

/// What stands there, and these besides. \param stood  as for publishUntilItStands()
Result<IndexPublisher::Draft> IndexPublisher::makeMergedDraft(const PlannedSubdir& planned,
                                                              const std::vector<Published>& brought,
                                                              const std::vector<StoredIndex>& stood) const
{
    const StoredIndex& stored = stood.front();
    // Nothing is added to what is not an index, such as an error page that was once taken for one.
    const auto first = std::find_if(stood.begin(), stood.end(),
                                    [](const StoredIndex& one) { return one.repodata && one.repodata->hasSections(); });
    auto base = first != stood.end() ? Result<std::shared_ptr<const conda::Repodata>>(first->repodata)
                                     : conda::Repodata::parse(conda::emptyRepodata(planned.name));
    if (!base)
        return base.error();
    const FileNames& gone = goneFrom(planned.name);
    std::vector<Published> missing;
    std::set<std::string_view> names;
    for (const Published& one : brought) {
        // Listed with the same bytes already: the record that stands there, with its hot-fixes, stays.
        const std::string_view name = one.record->fileName;
        if (!conda::lists(**base, *one.record) && !gone.contains(name) && names.insert(name).second)
            missing.push_back(one);
    }
    for (const StoredIndex& one : stood) {
        for (size_t i = 0; one.repodata && one.repodata != *base && i < one.repodata->records().size(); ++i) {
            const conda::PackageRecord& record = one.repodata->records()[i];
            if (!(*base)->find(record.fileName) && !gone.contains(record.fileName) &&
                names.insert(record.fileName).second)
                missing.push_back({&record, {}});
        }
    }
    IndexDraft draft{planned.name, QLatin1String(naming::indexName), {}};
    const auto isNew = [&](const Published& one) { return !(*base)->find(one.record->fileName); };
    auto count = std::ssize((*base)->records()) + std::count_if(missing.begin(), missing.end(), isNew);
    if (gone.empty()) {
        draft.json = missing.empty() ? (*base)->bytes().toByteArray() : (*base)->withAdded(missing);
    } else { // a record can't be taken out of a document as it is
        for (const conda::PackageRecord& record : (*base)->records()) {
            if (!gone.contains(record.fileName) && !names.contains(record.fileName))
                missing.push_back({&record, {}});
        }
        draft.json = (*base)->withRecords(missing);
        count = std::ssize(missing);
    }
    // What nobody claims to be there does not become so by being put together with what is.
    const auto isAll = [&](bool StoredIndex::*flag) {
        return std::all_of(stood.begin(), stood.end(),
                           [&](const StoredIndex& one) { return one.digest.isNull() || one.*flag; });
    };
    draft.facts = {isAll(&StoredIndex::trusted) ? QStringLiteral("present") : QString(),
                   {},
                   planned.channel.isEmpty() ? stored.channel : planned.channel,
                   static_cast<qint64>(count),
                   isAll(&StoredIndex::current)};
    const bool isSame = Digest::ofBytes(draft.json) == stored.digest && !stored.outdated;
    return isSame ? Draft() : Draft(std::move(draft));
}

/// Adds what this run brought to the index as it stands by now, so that what others pushed meanwhile stays in it.
Result<void> IndexPublisher::publishMergedIndex(quint32 subdir)
{
    const PlannedSubdir& planned = m_plan.subdirs[subdir];
    std::vector<Published> added;
    for (quint32 i = 0; i < m_plan.files.size(); ++i) {
        const PlannedFile& file = m_plan.files[i];
        if (file.subdir != subdir || !isThere(m_outcomes.states[i]))
            continue;
        const auto sum = m_outcomes.sha256.find(i);
        const auto size = m_outcomes.sizes.find(i);
        const bool needsSum = file.record->sha256.empty() && sum != m_outcomes.sha256.end();
        const bool needsSize = file.record->size < 0 && size != m_outcomes.sizes.end();
        added.push_back({file.record, needsSum ? sum->second : QByteArray(), needsSize ? size->second : -1});
    }
    const bool isAskedFor = m_spec.subdirsNamed || planned.name == QLatin1String("noarch"); // every reader asks for it
    if (added.empty() && !(isAskedFor && planned.storedIndex.digest.isNull()))
        return {};
    const QString name = QLatin1String(naming::indexName);
    auto stored = m_store.index(planned.name, name, {});
    if (!stored)
        return stored.error();
    std::vector<StoredIndex> stood{*std::move(stored)};
    return keep(
        publishUntilItStands(planned.name, name, stood, [&](const std::vector<StoredIndex>& all) -> Result<Draft> {
            if (auto kept = keepFormatsTogether(subdir, all); !kept)
                return kept.error();
            return makeMergedDraft(planned, added, all);
        }));
}

Result<void> IndexPublisher::publish(quint32 subdir)
{
    // What the indexes name has to be durable before they are.
    if (auto flushed = m_store.flush(); !flushed)
        return flushed;
    if (std::holds_alternative<CacheFolder>(m_spec.store))
        return publishCacheIndex(m_spec, m_plan, subdir, m_outcomes, m_store, m_notes, m_indexes);
    if (m_spec.index == IndexMode::Merged)
        return publishMergedIndex(subdir);
    const auto yanked = publishChannelIndex(subdir, true);
    if (!yanked && yanked.error().kind != ErrorKind::Integrity) // what it would lose is no matter of the index
        return yanked;
    if (auto published = publishChannelIndex(subdir, false); !published)
        return published;
    if (auto verified = publishVerified(subdir); !verified)
        return verified;
    return yanked;
}

Result<void> IndexPublisher::publishEmpty(const QString& subdir)
{
    if (const auto* cache = std::get_if<CacheFolder>(&m_spec.store))
        return publishMissingIndex(*cache, subdir, m_store, m_indexes);
    const QString name = QLatin1String(naming::indexName);
    const Digest digest = Digest::ofBytes(conda::emptyRepodata(subdir));
    auto stored = m_store.index(subdir, name, digest);
    if (!stored)
        return stored.error();
    const bool isOurs = stored->digest == digest; // of an earlier run, which may have been another version's
    if (!stored->digest.isNull() && !(isOurs && stored->outdated))
        return {};
    PlannedSubdir empty;
    empty.name = subdir;
    empty.channel = m_plan.subdirs.empty() ? QString() : m_plan.subdirs.front().channel;
    std::vector<StoredIndex> stood{*std::move(stored)};
    auto published = publishUntilItStands(
        subdir, name, stood, [&](const std::vector<StoredIndex>& all) { return makeMergedDraft(empty, {}, all); });
    return published && !published->published ? Result<void>() : keep(published);
}

} // namespace condaoci::mirror

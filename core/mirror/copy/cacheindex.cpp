// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/cacheindex.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/conda/indexer.h"
#include "core/mirror/copy/copypackage.h"
#include "core/mirror/copy/shrinkage.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/places/cachesource.h"
#include "core/mirror/places/cachestore.h"

#include <QDir>
#include <QFileInfo>

#include <set>

namespace condaoci::mirror {

namespace {

/// Clients read it first, so one of another index hides the plain one.
bool isZstWrong(const CacheFolder& cache, const QString& subdir, const conda::Repodata& index)
{
    const QString path = cache.subdirPath(subdir) + QLatin1Char('/') + QLatin1String(naming::indexName);
    auto packed = readFile(path + QStringLiteral(".zst"), limits::repodataInflated);
    if (!packed)
        return packed.error().kind != ErrorKind::NotFound;
    const auto plain = conda::inflateDocument(*std::move(packed), limits::repodataInflated);
    return !plain || Digest::ofBytes(*plain) != index.digest();
}

/// \param stood  the index that is there, or null
/// \return its `records` are the caller's to say
Result<IndexOutcome> write(PackageStore& store, const CacheFolder& cache, const QString& subdir, const QByteArray& json,
                           const conda::Repodata* stood, QStringList* notes)
{
    const QString name = QLatin1String(naming::indexName);
    IndexOutcome outcome{subdir, name, cache.subdirPath(subdir) + QLatin1Char('/') + name, {}, Digest::ofBytes(json)};
    const bool isSame = stood && stood->digest() == outcome.digest;
    if (isSame && !isZstWrong(cache, subdir, *stood))
        return outcome;
    const QStringList removed = isSame ? QStringList() : removeOtherIndexes(cache, subdir);
    if (notes && !removed.isEmpty())
        notes->append(Messages::tr("%1: other index files were deleted from the cache, because they do not list what "
                                   "the new index lists: %2")
                          .arg(subdir, removed.join(QStringLiteral(", "))));
    if (auto published = store.publishIndex({subdir, name, json}, {}); !published)
        return published.error();
    outcome.published = true;
    return outcome;
}

/// Keeps what is promised of damaged files, or forgets what is settled; before the index that does not list them.
Result<void> keepPromises(const CacheFolder& cache, const QString& subdir, const conda::Repodata* promised)
{
    const QString path = cache.subdirPath(subdir) + QLatin1Char('/') + QLatin1String(naming::damagedName);
    if (promised)
        return writeFileAtomically(path, promised->bytes().toByteArray());
    if (QFileInfo(path).isFile() && !QFile::remove(path))
        return Error{ErrorKind::Disk, Messages::tr("can't delete %1").arg(QDir::toNativeSeparators(path))};
    return {};
}

/// What is in the folder, by what is known of it.
/// \param isAskedFor  an index is written even where there is nothing to list
Result<void> publishListing(const CacheFolder& cache, const QString& subdir, const conda::FolderKnowledge& knowledge,
                            bool isAskedFor, PackageStore& store, QStringList* notes,
                            std::vector<IndexOutcome>& indexes)
{
    auto found = conda::indexFolder(cache.subdirPath(subdir), subdir, knowledge, {});
    if (!found)
        return found.error().at(Side::Store);
    if (found->repodata->records().empty() && !knowledge.listedBy && !isAskedFor)
        return {};
    for (const conda::RefusedRecord& damaged : found->damaged) {
        if (notes)
            notes->append(Messages::tr("%1/%2 in the cache was left out of its index: %3")
                              .arg(subdir, damaged.fileName, damaged.reason));
    }
    if (auto kept = keepPromises(cache, subdir, found->promised.get()); !kept)
        return kept.error().at(Side::Store);
    auto written = write(store, cache, subdir, found->repodata->bytes().toByteArray(), knowledge.listedBy.get(), notes);
    if (!written)
        return written.error();
    written->records = static_cast<qint64>(found->repodata->records().size());
    indexes.push_back(*std::move(written));
    return {};
}

/// What `--against local` did not bring has to be missing there, since it is by that index that the next run tells.
QByteArray listingOf(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (spec.presence != Presence::SourceIndex)
        return planned.index->bytes().toByteArray();
    std::set<const conda::PackageRecord*> brought;
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        if (plan.files[i].subdir == subdir && isThere(outcomes.states[i]))
            brought.insert(plan.files[i].record);
    }
    std::vector<conda::Repodata::Published> listed;
    for (const conda::PackageRecord& record : planned.index->records()) {
        if (brought.contains(&record) || (planned.sourceOwn && conda::lists(*planned.sourceOwn, record)))
            listed.push_back({&record, {}});
    }
    return planned.index->withRecords(listed);
}

} // namespace

Result<void> publishCacheIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, const Outcomes& outcomes,
                               PackageStore& store, QStringList* notes, std::vector<IndexOutcome>& indexes)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    if (const auto objection = objectionToShrinking(spec, planned, false, planned.storedIndex))
        return *objection;
    const auto& cache = std::get<CacheFolder>(spec.store);
    conda::FolderKnowledge knowledge = knowledgeOf(cache, planned.name, spec.trustFiles, {planned.index});
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || !isThere(outcomes.states[i]) || file.record->sha256.empty())
            continue;
        knowledge.verified.emplace(file.record->fileName, QByteArray(file.record->sha256.data(), 64));
    }
    // Every reader asks for noarch.
    const bool isAskedFor = spec.subdirsNamed || planned.name == QLatin1String("noarch");
    return publishListing(cache, planned.name, knowledge, isAskedFor, store, notes, indexes);
}

Result<void> publishMissingIndex(const CacheFolder& cache, const QString& subdir, PackageStore& store,
                                 std::vector<IndexOutcome>& indexes)
{
    if (cacheRepodata(cache, subdir))
        return {};
    return publishListing(cache, subdir, knowledgeOf(cache, subdir, false), true, store, nullptr, indexes);
}

void updateSourceIndexes(const CopySpec& spec, const CopyPlan& plan, const Outcomes& outcomes, QStringList& notes)
{
    const auto& cache = std::get<CacheFolder>(spec.source);
    const auto say = [&](const Error& error) {
        notes.append(Messages::tr("the index of the cache itself was not updated: %1").arg(error.message));
    };
    CacheStore store(cache, std::make_shared<UnflushedFiles>(), {});
    bool isBegun = false;
    for (quint32 i = 0; i < plan.subdirs.size(); ++i) {
        const PlannedSubdir& planned = plan.subdirs[i];
        if (planned.index->records().empty() && !planned.sourceOwn)
            continue;
        const QByteArray json = listingOf(spec, plan, i, outcomes);
        if (planned.sourceOwn && planned.sourceOwn->digest() == Digest::ofBytes(json) &&
            !isZstWrong(cache, planned.name, *planned.sourceOwn))
            continue;
        if (auto begun = isBegun ? Result<void>() : store.begin(0); !begun) // takes the cache's lock
            return say(begun.error());
        isBegun = true;
        if (auto kept = keepPromises(cache, planned.name, planned.promised.get()); !kept)
            return say(kept.error());
        if (auto written = write(store, cache, planned.name, json, planned.sourceOwn.get(), &notes); !written)
            return say(written.error());
    }
}

} // namespace condaoci::mirror

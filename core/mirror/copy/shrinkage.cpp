// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/shrinkage.h"

#include "core/base/messages.h"
#include "core/mirror/layout/naming.h"

namespace condaoci::mirror {

namespace {

constexpr qint64 unsuspicious = 100; // records that an index may lose, whatever its size

/// What noarch is given where nothing was ever put into it.
bool isPlaceholder(const conda::Repodata& index, const QString& subdir)
{
    return index.digest() == Digest::ofBytes(conda::emptyRepodata(subdir));
}

} // namespace

qint64 droppedRecords(const StoredIndex& stored, const PlannedSubdir& subdir, bool yanked)
{
    const conda::Repodata& now = yanked ? *subdir.yanked : *subdir.index;
    if (!stored.repodata || stored.repodata.get() == &now)
        return 0;
    qint64 dropped = 0;
    for (const conda::PackageRecord& record : stored.repodata->records())
        dropped += now.find(record.fileName) == nullptr && (yanked || !subdir.withheld.contains(record.fileName));
    return dropped;
}

std::optional<Error> objectionToShrinking(const CopySpec& spec, const PlannedSubdir& subdir, bool yanked,
                                          const StoredIndex& stored)
{
    const auto& now = yanked ? subdir.yanked : subdir.index;
    if (spec.allowShrink || spec.index == IndexMode::Merged || !now || !stored.repodata)
        return std::nullopt;
    const auto listed = static_cast<qint64>(stored.repodata->records().size());
    const bool isEmpty = now->records().empty() && listed > 0;
    const qint64 dropped = droppedRecords(stored, subdir, yanked);
    // A cache lists what is in its folder, where people put packages of their own.
    const bool isSuspicious = std::holds_alternative<CacheFolder>(spec.store)
                                  ? isEmpty && !isPlaceholder(*now, subdir.name)
                                  : isEmpty || (dropped > unsuspicious && dropped * 2 > listed);
    if (!isSuspicious)
        return std::nullopt;
    const QString document =
        subdir.name + QLatin1Char('/') + QLatin1String(yanked ? naming::yankedName : naming::indexName);
    return Error{
        ErrorKind::Integrity,
        Messages::tr("%1 of %2 lists %3 packages; that of %4 lists %5, of which %6 would go. This looks like a "
                     "fault of the source, so the index was left as it is; if it is meant so, run this again "
                     "with --allow-shrink")
            .arg(document, describe(spec.source), QString::number(now->records().size()), describe(spec.store),
                 QString::number(listed), QString::number(dropped)), // in one go: an address may have a %2 in it
        {},
        Side::Source};
}

} // namespace condaoci::mirror

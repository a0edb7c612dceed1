// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/indexlisting.h"

#include "core/mirror/copy/planner.h"

#include <algorithm>
#include <map>

namespace condaoci::mirror {

namespace {

using State = FileOutcome::State;

/// The store's own record of this very file; null if it has none.
const conda::PackageRecord* recordIn(const StoredIndex& stored, const conda::PackageRecord& record)
{
    const bool isListed = stored.repodata && conda::lists(*stored.repodata, record);
    return isListed ? stored.repodata->find(record.fileName) : nullptr;
}

} // namespace

Listing::Listing(const conda::Repodata& channel, const std::vector<StoredIndex>& stood,
                 const std::vector<StoredIndex>& alsoThere, const FileNames& gone)
    : m_channel(channel)
    , m_stood(stood)
    , m_alsoThere(alsoThere)
    , m_gone(gone)
    , m_considered(channel.records().size(), false)
{
}

void Listing::consider(const conda::PackageRecord& record, State state, const QByteArray& sha256, qint64 size)
{
    m_considered[position(record)] = true;
    if (isThere(state))
        add(record, sha256, size);
    else if (state != State::Failed)
        keep(record);
}

void Listing::keepTheRest(const QString& channelName)
{
    if (std::none_of(m_stood.begin(), m_stood.end(), [](const StoredIndex& one) { return one.repodata; }))
        return;
    for (const conda::PackageRecord& record : m_channel.records()) {
        if (!m_considered[position(record)] && !isUndistributable(channelName, record.name))
            keep(record);
    }
}

void Listing::keepAsItStands(std::string_view fileName)
{
    for (const StoredIndex& one : m_stood) {
        const conda::PackageRecord* record = one.repodata ? one.repodata->find(fileName) : nullptr;
        if (!record || m_gone.contains(fileName))
            continue;
        m_verified = m_verified && one.trusted;
        m_current = m_current && one.current;
        m_published.push_back({record, {}});
        return;
    }
}

std::vector<Listing::Published> Listing::whole() const
{
    std::map<const conda::PackageRecord*, const Published*> known;
    for (const Published& one : m_published)
        known.emplace(one.record, &one);
    std::vector<Published> all;
    for (const conda::PackageRecord& record : m_channel.records()) {
        const auto found = known.find(&record);
        all.push_back(found != known.end() ? *found->second : completed(record, {}, -1));
    }
    return all;
}

size_t Listing::position(const conda::PackageRecord& record) const
{
    return static_cast<size_t>(&record - m_channel.records().data());
}

void Listing::keep(const conda::PackageRecord& record)
{
    const auto listing = std::find_if(m_stood.begin(), m_stood.end(), [&](const StoredIndex& one) {
        return one.repodata && conda::lists(*one.repodata, record);
    });
    if (listing == m_stood.end())
        return;
    m_verified = m_verified && listing->trusted;
    m_current = m_current && listing->current;
    add(record, {}, -1);
}

void Listing::add(const conda::PackageRecord& record, const QByteArray& sha256, qint64 size)
{
    if (!m_gone.contains(record.fileName))
        m_published.push_back(completed(record, sha256, size));
}

/// Readers ask for packages by sha256, and conda installs none without a size, so what a record lacks is completed with
/// what was found, now or in an earlier run.
Listing::Published Listing::completed(const conda::PackageRecord& record, const QByteArray& sha256, qint64 size) const
{
    Published published{&record, record.sha256.empty() ? sha256 : QByteArray(), record.size < 0 ? size : -1};
    for (const auto* indexes : {&m_stood, &m_alsoThere}) {
        for (const StoredIndex& one : *indexes) {
            const bool lacksSum = record.sha256.empty() && published.addedSha256.isEmpty();
            const bool lacksSize = record.size < 0 && published.addedSize < 0;
            const conda::PackageRecord* listed = lacksSum || lacksSize ? recordIn(one, record) : nullptr;
            if (listed && lacksSum)
                published.addedSha256 = {listed->sha256.data(), static_cast<qsizetype>(listed->sha256.size())};
            if (listed && lacksSize)
                published.addedSize = listed->size;
        }
    }
    return published;
}

Listing makeListing(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked, const Outcomes& outcomes,
                    const std::vector<StoredIndex>& stood, const FileNames& gone)
{
    const PlannedSubdir& planned = plan.subdirs[subdir];
    Listing listing(yanked ? *planned.yanked : *planned.index, stood, planned.alsoThere, gone);
    for (quint32 i = 0; i < plan.files.size(); ++i) {
        const PlannedFile& file = plan.files[i];
        if (file.subdir != subdir || file.yanked != yanked)
            continue;
        const auto sum = outcomes.sha256.find(i);
        const auto size = outcomes.sizes.find(i);
        listing.consider(*file.record, outcomes.states[i], sum == outcomes.sha256.end() ? QByteArray() : sum->second,
                         size == outcomes.sizes.end() ? -1 : size->second);
    }
    if (plan.selective)
        listing.keepTheRest(ownChannelName(spec.source));
    for (const std::string& fileName : planned.withheld) {
        if (!yanked)
            listing.keepAsItStands(fileName);
    }
    // Who publishes what shards brought asks for nothing: the shards' indexes say it.
    const bool isPublisher = spec.publishShards > 0;
    if (isPublisher && std::any_of(planned.alsoThere.begin(), planned.alsoThere.end(),
                                   [](const StoredIndex& shard) { return !shard.digest.isNull() && !shard.current; }))
        listing.setNotCurrent();
    return listing;
}

} // namespace condaoci::mirror

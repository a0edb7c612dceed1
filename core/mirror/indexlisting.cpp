// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/indexlisting.h"

#include "core/mirror/planner.h"

#include <algorithm>
#include <map>

namespace condaoci::mirror {

namespace {

using State = FileOutcome::State;

QByteArray sumIn(const StoredIndex& stored, const conda::PackageRecord& record)
{
    if (!stored.repodata || !conda::lists(*stored.repodata, record))
        return {};
    const auto* listed = stored.repodata->find(record.fileName);
    return {listed->sha256.data(), static_cast<qsizetype>(listed->sha256.size())};
}

} // namespace

Listing::Listing(const conda::Repodata& channel, const std::vector<StoredIndex>& stood,
                 const std::vector<StoredIndex>& alsoThere)
    : m_channel(channel)
    , m_stood(stood)
    , m_alsoThere(alsoThere)
    , m_considered(channel.records().size(), false)
{
}

void Listing::consider(const conda::PackageRecord& record, State state, const QByteArray& sha256)
{
    m_considered[position(record)] = true;
    if (state == State::Copied || state == State::AlreadyThere)
        add(record, sha256);
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

std::vector<Listing::Published> Listing::whole() const
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
    add(record, {});
}

/// Readers ask for packages by sha256, so a record without one is completed with what was computed, now or in an
/// earlier run.
void Listing::add(const conda::PackageRecord& record, const QByteArray& sha256)
{
    const bool isMissing = record.sha256.empty();
    m_published.push_back({&record, !isMissing ? QByteArray() : sha256.isEmpty() ? knownSum(record) : sha256});
}

QByteArray Listing::knownSum(const conda::PackageRecord& record) const
{
    QByteArray sum;
    for (const auto* indexes : {&m_stood, &m_alsoThere}) {
        for (auto one = indexes->begin(); sum.isEmpty() && one != indexes->end(); ++one)
            sum = sumIn(*one, record);
    }
    return sum;
}

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

} // namespace condaoci::mirror

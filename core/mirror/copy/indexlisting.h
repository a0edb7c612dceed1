// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"
#include "core/mirror/copy/copyspec.h"
#include "core/mirror/copy/jobprogress.h"

namespace condaoci::mirror {

/// Gathers what one published document lists. Refers to what it is made of.
class Listing
{
public:
    using Published = conda::Repodata::Published;

    /// \param stood  what the store has been seen to list, the newest first
    /// \param gone   files that are listed there and were found not to be there
    Listing(const conda::Repodata& channel, const std::vector<StoredIndex>& stood,
            const std::vector<StoredIndex>& alsoThere, const FileNames& gone);

    /// A file of the plan.
    void consider(const conda::PackageRecord& record, FileOutcome::State state, const QByteArray& sha256, qint64 size);
    /// Records that the run was not about, but that stood in the store's index.
    void keepTheRest(const QString& channelName);

    /// What the store lists under the name of a file that is withheld from it, as it stands there.
    void keepAsItStands(std::string_view fileName);

    [[nodiscard]] const std::vector<Published>& published() const { return m_published; }
    /// Every record of the channel, whether its package is there or not, with the sums and sizes that are known.
    [[nodiscard]] std::vector<Published> whole() const;
    /// Is everything in it known to be there?
    [[nodiscard]] bool isVerified() const { return m_verified; }
    /// Are the manifests of all of it as this version writes them?
    [[nodiscard]] bool isCurrent() const { return m_current; }
    void setNotCurrent() { m_current = false; }

private:
    [[nodiscard]] size_t position(const conda::PackageRecord& record) const;
    void keep(const conda::PackageRecord& record);
    void add(const conda::PackageRecord& record, const QByteArray& sha256, qint64 size);
    /// The record with what it lacks and is known of it.
    [[nodiscard]] Published completed(const conda::PackageRecord& record, const QByteArray& sha256, qint64 size) const;

    const conda::Repodata& m_channel;
    const std::vector<StoredIndex>& m_stood;
    const std::vector<StoredIndex>& m_alsoThere;
    const FileNames& m_gone;
    std::vector<bool> m_considered;
    std::vector<Published> m_published;
    bool m_verified = true;
    bool m_current = true;
};

/// The listing of one subdir's index, or of its list of removed packages, after a run.
/// \param gone  as for Listing
[[nodiscard]] Listing makeListing(const CopySpec& spec, const CopyPlan& plan, quint32 subdir, bool yanked,
                                  const Outcomes& outcomes, const std::vector<StoredIndex>& stood,
                                  const FileNames& gone);

} // namespace condaoci::mirror

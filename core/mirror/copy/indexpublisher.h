// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyreport.h"
#include "core/mirror/copy/copyspec.h"
#include "core/mirror/copy/indexlisting.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace condaoci::mirror {

/// What a job has seen of a mirror while it published, from one publication to the next.
struct SeenIndexes
{
    /// First what readers get, then all else, by `SUBDIR/NAME`: its own among them.
    std::map<QString, std::vector<StoredIndex>> indexes;
    std::set<std::string> together;    ///< `SUBDIR/FILE` whose build was seen to have both its formats in one manifest
    std::map<QString, FileNames> gone; ///< by subdir: files that are listed and not there
};

/// Publishes the indexes of a run as things stand, one subdir after the other. Refers to what it is made of.
class IndexPublisher
{
public:
    /// \param seen     used by one that publishes at a time
    /// \param notes    for people, or null
    /// \param indexes  what has become of each is appended, also of those that are published before one of them fails
    IndexPublisher(const CopySpec& spec, const CopyPlan& plan, const Outcomes& outcomes, PackageStore& store,
                   SeenIndexes& seen, QStringList* notes, std::vector<IndexOutcome>& indexes)
        : m_spec(spec)
        , m_plan(plan)
        , m_outcomes(outcomes)
        , m_store(store)
        , m_seen(seen)
        , m_notes(notes)
        , m_indexes(indexes)
    {
    }

    /// The indexes of one subdir of the plan: exactly the channel's records whose packages are in the store. What was
    /// not looked at in this run and stood in the store's index before stays in it; where that index was not ours to
    /// trust, the new one makes no claim either. Nothing is written when nothing changed.
    [[nodiscard]] Result<void> publish(quint32 subdir);
    /// An index of a subdir that the source does not have, where the store has none: of noarch, which a reader always
    /// asks for and whose absence is fatal to it, and of what the user named.
    [[nodiscard]] Result<void> publishEmpty(const QString& subdir);

private:
    using Draft = std::optional<IndexDraft>; ///< nullopt: what stands there is right
    using Make = std::function<Result<Draft>(const std::vector<StoredIndex>& stood)>;

    [[nodiscard]] Draft makeChannelDraft(quint32 subdir, bool yanked, const std::vector<StoredIndex>& stood) const;
    [[nodiscard]] Result<Draft> makeMergedDraft(const PlannedSubdir& planned,
                                                const std::vector<conda::Repodata::Published>& brought,
                                                const std::vector<StoredIndex>& stood) const;
    [[nodiscard]] Listing makeListing(quint32 subdir, bool yanked, const std::vector<StoredIndex>& stood) const;
    [[nodiscard]] Result<void> keepFormatsTogether(quint32 subdir, const std::vector<StoredIndex>& stood);
    [[nodiscard]] Result<void> keepTogether(const PlannedFile& file, quint32 number, const conda::PackageRecord& other);
    [[nodiscard]] Result<IndexOutcome> publishUntilItStands(const QString& subdir, const QString& name,
                                                            std::vector<StoredIndex>& stood, const Make& make);
    [[nodiscard]] Result<void> publishChannelIndex(quint32 subdir, bool yanked);
    [[nodiscard]] Result<void> publishVerified(quint32 subdir);
    [[nodiscard]] Result<void> publishMergedIndex(quint32 subdir);
    [[nodiscard]] Result<void> keep(const Result<IndexOutcome>& published);
    [[nodiscard]] const FileNames& goneFrom(const QString& subdir) const;
    void note(const QString& sentence);

    const CopySpec& m_spec;
    const CopyPlan& m_plan;
    const Outcomes& m_outcomes;
    PackageStore& m_store;
    SeenIndexes& m_seen;
    QStringList* m_notes;
    std::vector<IndexOutcome>& m_indexes;
};

} // namespace condaoci::mirror

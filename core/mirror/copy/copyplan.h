// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"
#include "core/mirror/places/packagestore.h"

#include <QString>

#include <memory>
#include <set>
#include <vector>

namespace condaoci::mirror {

using FileNames = std::set<std::string, std::less<>>;

/// One package file that the run is about.
struct PlannedFile
{
    const conda::PackageRecord* record;   ///< in the plan's own indexes
    quint32 subdir;                       ///< index into CopyPlan::subdirs
    const conda::PackageRecord* neededBy; ///< null: asked for; else the package that depends on it
    bool yanked;                          ///< from the channel's list of all packages, not from its index
    bool present;                         ///< a trusted index says that it is there with the same digest
    bool expected = false;                ///< some index of the store says so
    bool seemsThere = false;              ///< PackageStore::seemsThere(), of what is not `present`
};

/// The one or two files (.conda, .tar.bz2) of one build: what one manifest holds and one worker copies at a time.
struct CopyUnit
{
    quint32 first; ///< index into CopyPlan::files
    quint32 count;
    bool isAlone = true; ///< as in FileRef
};

/// What was asked for but will not be copied, and why.
struct RefusedFile
{
    QString subdir;
    QString fileName; ///< of so many `more` it is a phrase that says how many
    QString reason;
    qint64 more = 0; ///< over 0: it stands for so many files that are not named
};

struct PlannedSubdir
{
    QString name;
    std::shared_ptr<const conda::Repodata> index;     ///< the channel's repodata.json
    std::shared_ptr<const conda::Repodata> yanked;    ///< the channel's repodata_from_packages.json, or null
    std::shared_ptr<const conda::Repodata> sourceOwn; ///< mirror::SourceIndex::own
    QString baseUrl;                                  ///< mirror::SourceIndex::baseUrl
    QString channel;                                  ///< mirror::SourceIndex::channel, or else the store's
    StoredIndex storedIndex;                          ///< what the store published so far
    StoredIndex storedYanked;
    std::shared_ptr<const conda::Repodata> promised; ///< mirror::SourceIndex::promised
    /// Files of the source that do not take the place of what the store lists under their names, and do not take it out
    /// of its index either.
    FileNames withheld;
    std::vector<StoredIndex> alsoThere; ///< more indexes that tell what is there: with shards, those of the others
};

/// What a run will do. Immutable once made; shared by workers, models and reports.
struct CopyPlan
{
    std::vector<PlannedSubdir> subdirs;
    std::vector<PlannedFile>
        files; ///< by subdir; where one has units, by name, version, build, the files of one build side by side
    std::vector<CopyUnit> units;      ///< those with at least one file that is not known to be there
    std::vector<RefusedFile> refused; ///< can't be copied: counts as failed
    std::vector<RefusedFile> skipped; ///< named by a lock file, but not a package of this channel: no failure
    QStringList missingSubdirs;       ///< subdirs that were asked for and that the channel does not have
    QStringList notes;                ///< for people
    qint64 undistributable = 0;       ///< left out because their licence forbids mirroring, not by name asked for
    qint64 presentFiles = 0;
    qint64 presentBytes = 0;
    qint64 copyFiles = 0; ///< that will be copied, or found to be there when asked for
    qint64 copyBytes = 0;
    qint64 seemingFiles = 0; ///< of those, the ones that seem to be there
    qint64 seemingBytes = 0;
    bool selective = false; ///< packages were named: records outside the selection exist

    [[nodiscard]] const QString& subdirOf(const PlannedFile& file) const { return subdirs[file.subdir].name; }
    /// Calls `visit(number)`, an index into `files`, for each file that is to be copied.
    template<typename Visit>
    void forEachToCopy(const Visit& visit) const
    {
        for (const CopyUnit& unit : units) {
            for (quint32 i = unit.first; i < unit.first + unit.count; ++i) {
                if (!files[i].present)
                    visit(i);
            }
        }
    }
};

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"
#include "core/mirror/places/packagestore.h"

#include <QStringList>

#include <memory>
#include <optional>

namespace condaoci::mirror {

/// What a source lists for one subdir.
struct SourceIndex
{
    std::shared_ptr<const conda::Repodata> index;    ///< null: the source does not have the subdir
    std::shared_ptr<const conda::Repodata> yanked;   ///< all packages ever published, or null
    std::shared_ptr<const conda::Repodata> own = {}; ///< where the index was made just now: the one that stood there
    std::vector<conda::RefusedRecord> damaged = {};  ///< files that are there but are no usable packages
    std::shared_ptr<const conda::Repodata> promised = {}; ///< conda::FolderIndex::promised
    QString channel = {};   ///< which channel it is of (conda::Channel::identity), or empty where that is not known
    QString baseUrl = {};   ///< where the packages are if not beside the index (CEP 15): relative to it, or absolute
    qint64 received = -1;   ///< bytes that came for index and yanked, compressed as they were; -1: they were made here
    QStringList notes = {}; ///< for people: what was wrong and could be helped
};

/// Where packages come from. Belongs to one worker.
class PackageSource
{
public:
    virtual ~PackageSource() = default;

    /// The platforms that it has, where it can tell; nullopt where it can't.
    [[nodiscard]] virtual Result<std::optional<QStringList>> subdirs() = 0;
    /// \param stored  what the store lists, or null: a source that makes its index need not read what both list alike
    [[nodiscard]] virtual Result<SourceIndex> index(const QString& subdir, bool withYanked,
                                                    const conda::Repodata* stored) = 0;
    /// Known without asking anybody that the file is not to be had: the error that fetch would give.
    [[nodiscard]] virtual std::optional<Error> knownMissing(const FileRef& file) const = 0;
    /// The package's bytes, not yet checked against the record.
    [[nodiscard]] virtual Result<void> fetch(const FileRef& file, http::Sink& sink, const Progress& progress) = 0;
};

} // namespace condaoci::mirror

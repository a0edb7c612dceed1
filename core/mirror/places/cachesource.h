// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/indexer.h"
#include "core/mirror/places/channelsource.h"
#include "core/mirror/places/location.h"

namespace condaoci::mirror {

/// A cache directory as a source: what is in its folders, whatever its repodata.json says. Records are the cache's own
/// where they agree with the files, otherwise made from the packages that no index
/// knows. What has other bytes than an index promises is damaged.
class CacheSource final : public PackageSource
{
public:
    /// \param trustFiles  as CopySpec::trustFiles
    CacheSource(CacheFolder cache, bool trustFiles, http::Network network, std::stop_token stop);

    [[nodiscard]] Result<std::optional<QStringList>> subdirs() override;
    [[nodiscard]] Result<SourceIndex> index(const QString& subdir, bool withYanked,
                                            const conda::Repodata* stored) override;
    [[nodiscard]] std::optional<Error> knownMissing(const FileRef& file) const override;
    [[nodiscard]] Result<void> fetch(const FileRef& file, http::Sink& sink, const Progress& progress) override;

private:
    CacheFolder m_cache;
    bool m_trustFiles;
    std::stop_token m_stop;
    ChannelSource m_channel; ///< a cache is a channel on disk
};

/// The cache's own repodata.json of a subdir; null if there is none that can be used. `writtenAt`, if given, is when it
/// was written, in milliseconds since 1970.
[[nodiscard]] std::shared_ptr<const conda::Repodata> cacheRepodata(const CacheFolder& cache, const QString& subdir,
                                                                   qint64* writtenAt = nullptr);

/// naming::damagedName of a subdir; null if there is none that can be used.
[[nodiscard]] std::shared_ptr<const conda::Repodata> damagedRepodata(const CacheFolder& cache, const QString& subdir);

/// What an index of the cache has to know of its folder: its own index, and what was promised of damaged files.
/// \param first  indexes that are asked before these
[[nodiscard]] conda::FolderKnowledge knowledgeOf(const CacheFolder& cache, const QString& subdir, bool trustFiles,
                                                 std::vector<std::shared_ptr<const conda::Repodata>> first = {});

} // namespace condaoci::mirror

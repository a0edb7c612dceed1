// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/places/location.h"

#include <atomic>
#include <functional>
#include <stop_token>
#include <vector>

namespace condaoci::mirror {

/// How a file of a cache stands against the index beside it.
enum class CacheState {
    Unverified, ///< listed, with the size that the index promises
    Verified,   ///< and with its very bytes
    Damaged,    ///< other bytes than the index promises, or no package at all
    Unlisted,   ///< a package that the index does not list
    Missing,    ///< listed, but not there
    Partial,    ///< the beginning of a download that broke off (FILE.part)
};

struct CacheFile
{
    QString channel; ///< its name in the cache, may contain slashes
    QString subdir;
    QString fileName;
    QString name; ///< of the package; empty where the file name is none of a package's
    QString version;
    QString build;
    qint64 size = 0;       ///< bytes on disk; of a missing one those that the index promises
    qint64 modifiedAt = 0; ///< milliseconds since 1970
    CacheState state = CacheState::Unverified;
    QString reason = {};    ///< Damaged: why
    QByteArray sha256 = {}; ///< hexadecimal, as the index has it; may be empty
    QByteArray md5 = {};    ///< the same
};

struct CacheContents
{
    std::vector<CacheFile> files; ///< by channel, subdir, file name
    QStringList problems;         ///< folders and indexes that could not be read
};

/// What is in a cache directory, by names and sizes alone: `DIRECTORY/CHANNEL/SUBDIR/*`. Does not follow symbolic links
/// of folders. Error kind Disk where the directory can't be read, Cancelled.
[[nodiscard]] Result<CacheContents> listCache(const QString& directory, const std::stop_token& stop);

/// Reads one file whole and says how it stands: its sums against the index, or where it is not listed, whether it is
/// the package that it is named after. Unverified if asked to stop.
[[nodiscard]] CacheFile verifyFile(const QString& directory, CacheFile file, const std::stop_token& stop,
                                   std::atomic<qint64>& bytesRead);

/// Deletes these files of a cache, and their records from the indexes, which then list what is left, each record as it
/// stood. Error kind Disk, also where another run is writing there; what was deleted before stays deleted.
[[nodiscard]] Result<void> deleteFromCache(const QString& directory, const std::vector<CacheFile>& files);

} // namespace condaoci::mirror

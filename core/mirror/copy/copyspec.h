// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/conda/channel.h"
#include "core/conda/environment.h"
#include "core/conda/matchspec.h"
#include "core/http/tlsoptions.h"
#include "core/mirror/places/location.h"

#include <QStringList>

#include <chrono>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace condaoci::mirror {

/// What is published as a mirror's index.
enum class IndexMode {
    Present, ///< exactly the records whose packages are there
    Full,    ///< the channel's whole index, as the predecessor did
    Merged,  ///< what the store's index lists by then, and what this run brought
};

/// One of `count` runs that share a mirror without talking to each other: it takes the packages whose names fall to it.
struct Shard
{
    static constexpr int most = 1000; ///< shards of one mirror
    int number = 1;                   ///< from 1
    int count = 1;

    friend bool operator==(const Shard&, const Shard&) = default;
};
/// "2/16". Error kind Config.
[[nodiscard]] Result<Shard> parseShard(const QString& text);
/// The shard that a package falls to, from 1: the first eight bytes of its name's SHA-256 as a big-endian number,
/// modulo `count`. The same on every machine and in every version, since shards of one mirror may be run by several.
[[nodiscard]] int shardOf(std::string_view packageName, int count);

/// What makes a package count as there already, before the store is asked for it. Nothing does in a deep run.
enum class Presence {
    TrustedIndex, ///< the store's index lists it, and is one that lists exactly what is there
    StoreIndex,   ///< the store's index lists it
    SourceIndex,  ///< the source's own index lists it: what is new in a cache is what its repodata.json lacks
};

/// Exactly the packages that lock files name.
struct ExactSelection
{
    struct Wanted
    {
        QByteArray sha256; ///< hexadecimal, or empty
        QByteArray md5;    ///< hexadecimal, or empty
        QString from;      ///< the file that names it
    };
    std::map<QString, Wanted> files; ///< by "SUBDIR/FILE"
    struct Other
    {
        QString name;   ///< what the file calls it
        QString reason; ///< why it is not copied
    };
    std::vector<Other> others; ///< entries of other channels, of PyPI, built from source
    std::vector<Other>
        refused; ///< by "SUBDIR/FILE": packages of the channel that can't be taken as the file names them
};

/// A lock file's packages, of all channels. Error kind Parse or Disk, with the file's name.
[[nodiscard]] Result<conda::LockedEnvironment> readLockFile(const QString& path);
/// Adds a lock file's packages of the channel that has one of these names (its own, and the one given with --as). Error
/// kind Parse or Disk, with the file's name; Config where two files want different bytes under one name.
/// \param channelFolder  where the channel is a folder: packages in it are the channel's whatever its name; else empty
[[nodiscard]] Result<void> addLockFile(ExactSelection& selection, const QString& path, const QStringList& channelNames,
                                       const QString& channelFolder);

/// What a person asked for, complete before anything starts: where from, where to, which packages, how.
struct CopySpec
{
    Location source;
    Location store;
    bool withoutStore = false; ///< a dry run that names no registry: planned as for one with nothing in it
    QString sourceAsRegistry;  ///< how the source is written if it is a registry after all; empty: it can't be one

    QStringList subdirs = conda::defaultSubdirs();
    bool subdirsNamed = false;              ///< the user named them; otherwise whatever the source has is taken, too
    std::vector<conda::MatchSpec> packages; ///< empty: all
    bool withDependencies = false;          ///< and what they depend on, transitively, within the subdirs and noarch
    std::optional<ExactSelection> exact;    ///< exactly these; `packages` is not looked at then
    bool newestOnly = false; ///< of each name in a subdir: the newest version, of it the highest build number

    bool dryRun = false;
    bool strict = false;      ///< what can't be in any registry counts as failed
    bool yanked = true;       ///< packages that the channel removed from its index, too
    bool deep = false;        ///< believe no index: ask the store for each planned package
    bool allowShrink = false; ///< publish also an index that has lost everything, or more than half of many records
    /// What a cache's files are counts, and not what indexes promise of them: files that were rebuilt get new sums, and
    /// take the place of those that the store lists under their names.
    bool trustFiles = false;
    Presence presence = Presence::TrustedIndex;
    IndexMode index = IndexMode::Present;
    bool adopt = false;                   ///< go on with an index that says it is of another channel
    std::optional<Shard> shard;           ///< these packages only; they are listed in an index of the shard's own
    int publishShards = 0;                ///< not 0: copy nothing, and publish as the index what so many shards list
    int workers = 4;                      ///< packages at a time
    std::chrono::milliseconds spacing{0}; ///< least time between the starts of two packages, of all workers together
    http::TlsOptions tls;
    qint64 largestUnsized = limits::unsizedFile; ///< bytes of a package whose size the source's index does not say
    std::chrono::milliseconds publishInterval = limits::indexPublishInterval; ///< longest between indexes on the way
    QString indexCache; ///< folder where channel indexes are kept for conditional requests; empty: not kept
};

} // namespace condaoci::mirror

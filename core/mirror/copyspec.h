// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/channel.h"
#include "core/conda/environment.h"
#include "core/conda/matchspec.h"
#include "core/http/tlsoptions.h"
#include "core/mirror/location.h"

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
};

/// A lock file's packages, of all channels. Error kind Parse or Disk, with the file's name.
[[nodiscard]] Result<conda::LockedEnvironment> readLockFile(const QString& path);
/// Adds a lock file's packages of the channel that has one of these names (its own, and the one given with --as). Error
/// kind Parse or Disk, with the file's name; Config where two files want different bytes under one name.
[[nodiscard]] Result<void> addLockFile(ExactSelection& selection, const QString& path, const QStringList& channelNames);

/// What a person asked for, complete before anything starts: where from, where to, which packages, how.
struct CopySpec
{
    Location source;
    Location store;

    QStringList subdirs = conda::defaultSubdirs();
    bool subdirsNamed = false;              ///< the user named them: one that is missing is an error then, not a note
    std::vector<conda::MatchSpec> packages; ///< empty: all
    bool withDependencies = false;          ///< and what they depend on, transitively, within the subdirs and noarch
    std::optional<ExactSelection> exact;    ///< exactly these; `packages` is not looked at then
    bool newestOnly = false; ///< of each name in a subdir: the newest version, of it the highest build number

    bool dryRun = false;
    bool yanked = true; ///< packages that the channel removed from its index, too
    bool deep = false;  ///< believe no index: ask the store for each planned package
    Presence presence = Presence::TrustedIndex;
    IndexMode index = IndexMode::Present;
    int workers = 4;                      ///< packages at a time
    std::chrono::milliseconds spacing{0}; ///< least time between the starts of two requests to one host
    http::TlsOptions tls;
    QString indexCache; ///< folder where channel indexes are kept for conditional requests; empty: not kept
};

} // namespace condaoci::mirror

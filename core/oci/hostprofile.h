// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/http/hostgate.h"

#include <QString>
#include <QUrl>

#include <atomic>

namespace condaoci::oci {

/// How a registry wants to be used, as far as that is known before the first request. Registries that people host
/// themselves (Harbor, Artifactory, Zot, distribution) can't be told by their names: they begin with the defaults, and
/// the rest is learned (HostMemory).
struct HostProfile
{
    const char* name = "";                 ///< for people; empty: not one of the known
    bool chunked = false;                  ///< uploads in pieces from the start
    qint64 chunk = limits::uploadChunk;    ///< bytes of a piece
    int tagsPerPage = limits::tagsPerPage; ///< most that it takes as `n`
    bool imageConfigOnly = false;          ///< refuses manifests with any other config
    int writesPerMinute = 0;               ///< 0: nothing known
    bool isPrivateAtFirst = false;         ///< a new repository is seen by its owner only, until that is changed there
    const char* note = "";                 ///< of noteOf(), untranslated
};

[[nodiscard]] HostProfile profileOf(const QUrl& origin);
/// What its users should know, a sentence for people; mostly empty.
[[nodiscard]] QString noteOf(const QUrl& origin);

/// What the workers of a job share and learn about one registry. Thread-safe.
class HostMemory
{
public:
    explicit HostMemory(const QUrl& origin);

    const HostProfile profile;
    std::atomic<bool> chunked;
    std::atomic<qint64> chunk;           ///< bytes that it took as one piece, or would
    std::atomic<bool> singlePost = true; ///< may a POST bring the blob along? Until one was answered otherwise
    std::atomic<bool> mounts = true;     ///< is it worth asking to mount a blob? Until that was refused
};

} // namespace condaoci::oci

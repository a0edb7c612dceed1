// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/mirror/places/location.h"
#include "core/mirror/places/packagesource.h"
#include "core/mirror/places/packagestore.h"
#include "core/oci/openregistry.h"

#include <functional>
#include <optional>
#include <stop_token>

namespace condaoci::mirror {

/// How places are reached. All that is opened with one Access shares its tokens, pace and warnings.
struct Access
{
    http::Network network;
    std::shared_ptr<oci::Authenticator> authenticator;
    QString indexCache = {}; ///< folder where channels' indexes are kept for conditional requests; empty: not kept
};

/// What opens a place for one worker, who alone uses it; the stop token ends its requests. To be called on any thread,
/// also on one that has no job and no event loop; what is opened belongs to the thread that called.
using OpenSource = std::function<std::unique_ptr<PackageSource>(std::stop_token)>;
using OpenStore = std::function<std::unique_ptr<PackageStore>(std::stop_token)>;

struct SourceOptions
{
    bool trustFiles = false;                     ///< of a cache, whatever an index says of their bytes
    qint64 largestUnsized = limits::unsizedFile; ///< bytes of a package whose size no index says
};
[[nodiscard]] OpenSource openSource(const Location& place, const Access& access, const SourceOptions& options = {});

struct StoreOptions
{
    std::optional<RegistryChannel> comesFrom = {}; ///< see RegistryStore::comesFrom()
    bool isDeep = false;                           ///< see RegistryStore::readsDeeply()
};
/// Error kind Config where the place is a channel, which can't be written to.
[[nodiscard]] Result<OpenStore> openStore(const Location& place, const Access& access,
                                          const StoreOptions& options = {});

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/warnings.h"
#include "core/mirror/copyspec.h"
#include "core/mirror/packagesource.h"
#include "core/mirror/packagestore.h"
#include "core/oci/authenticator.h"

#include <functional>
#include <stop_token>

namespace condaoci::mirror {

/// Makes a worker's own source and store; what workers share (tokens, pace, image layout) is inside the functions.
struct CopyEnds
{
    std::function<std::unique_ptr<PackageSource>(std::stop_token)> openSource;
    std::function<std::unique_ptr<PackageStore>(std::stop_token)> openStore;
    std::shared_ptr<http::Warnings> warnings = {}; ///< what servers warned of meanwhile; null: not known
};

/// \param credentials  asked once an origin, when the first challenge comes
/// \param timeouts  shorter ones are for tests
/// Error kind Config where the store is a channel.
[[nodiscard]] Result<CopyEnds> connectEnds(const CopySpec& spec, oci::Authenticator::Lookup credentials,
                                           const http::Timeouts& timeouts = {});

} // namespace condaoci::mirror

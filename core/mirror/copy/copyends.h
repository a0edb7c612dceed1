// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/warnings.h"
#include "core/mirror/copy/copyspec.h"
#include "core/mirror/places/open.h"

namespace condaoci::mirror {

/// The two ends of a copy.
struct CopyEnds
{
    OpenSource openSource;
    OpenStore openStore;
    std::shared_ptr<http::Warnings> warnings = {}; ///< what servers warned of meanwhile; null: not known
};

/// \param credentials  asked once an origin, when the first challenge comes
/// \param timeouts  shorter ones are for tests
/// Error kind Config where the store is a channel.
[[nodiscard]] Result<CopyEnds> connectEnds(const CopySpec& spec, oci::Authenticator::Lookup credentials,
                                           const http::Timeouts& timeouts = {});

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/authenticator.h"
#include "core/oci/reference.h"

namespace condaoci::app {

/// The credentials for one registry, bound to its origin: `ORAS_USER` and `ORAS_PASS`. Nothing is asked of the user,
/// and nothing is kept.
[[nodiscard]] oci::Authenticator::Lookup credentialsFor(const oci::Endpoint& registry);

} // namespace condaoci::app

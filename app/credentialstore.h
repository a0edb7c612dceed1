// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/authenticator.h"
#include "core/mirror/copyspec.h"

namespace condaoci::app {

/// The credentials of a run: `ORAS_USER` and `ORAS_PASS`, bound to the origin of the registry that is written to, or of
/// the one that is read where none is written to. Nothing is asked of the user, and nothing is kept.
[[nodiscard]] oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec);

} // namespace condaoci::app

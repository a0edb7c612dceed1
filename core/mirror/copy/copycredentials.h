// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyspec.h"
#include "core/oci/knowncredentials.h"

namespace condaoci::mirror {

/// Looks for the credentials of one end of a copy. \param useEnvironment  may ORAS_USER and ORAS_PASS be for it?
using FindCredentials = std::function<std::optional<oci::FoundCredentials>(const oci::Endpoint&, bool useEnvironment)>;

/// The credentials of a run, each bound to the origin of the registry that they are for. `ORAS_USER` and `ORAS_PASS`
/// are for the registry that is written to, or for the one that is read where none is written to. Looked for here and
/// now, so that nothing has to be asked in mid-run; what it returns may be called on any thread.
[[nodiscard]] oci::Authenticator::Lookup credentialsFor(const CopySpec& spec, const FindCredentials& find);

} // namespace condaoci::mirror

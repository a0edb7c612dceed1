// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/authenticator.h"
#include "core/oci/reference.h"

namespace condaoci::oci {

/// A place to look for the credentials of a registry; may wait, for a keychain or a helper.
using CredentialPlace = std::function<std::optional<FoundCredentials>(const Endpoint& registry)>;

/// The credentials for a registry, from the first that has any: `ORAS_USER` and `ORAS_PASS` (if `useEnvironment`),
/// `keychain` (if there is one), docker's and podman's files and helpers. An entry for the registry's namespace comes
/// before one for the registry. Nothing is asked of the user here. `CONDA_OCI_TOKEN_SERVERS` names the hosts, parted by
/// commas, that may see them as the registry's token server besides the registry's own host and the well-known ones.
[[nodiscard]] std::optional<FoundCredentials> knownCredentials(const Endpoint& registry, bool useEnvironment = true,
                                                               const CredentialPlace& keychain = {});

/// Those credentials for that registry's origin, and for no other.
[[nodiscard]] Authenticator::Lookup lookupFor(const Endpoint& registry, const std::optional<FoundCredentials>& found);
/// The same with what knownCredentials() finds, which is not looked for before the registry asks, and only once.
[[nodiscard]] Authenticator::Lookup lookupFor(const Endpoint& registry);

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/authfiles.h"
#include "core/mirror/copyspec.h"

namespace condaoci::app {

/// The credentials for a registry, from the first that has any: `ORAS_USER` and `ORAS_PASS` (if `useEnvironment`), the
/// system's keychain, docker's and podman's files and helpers. An entry for the registry's namespace comes before one
/// for the registry. Waits for the keychain, see keychain.h. Nothing is asked of the user here.
/// `CONDA_OCI_TOKEN_SERVERS` names the hosts, parted by commas, that may see them as the registry's token server
/// besides the registry's own host and the well-known ones.
[[nodiscard]] std::optional<FoundCredentials> findCredentials(const oci::Endpoint& registry,
                                                              bool useEnvironment = true);

/// Those credentials for that registry's origin, and for no other.
[[nodiscard]] oci::Authenticator::Lookup lookupFor(const oci::Endpoint& registry,
                                                   const std::optional<FoundCredentials>& found);

/// The credentials of a run, each bound to the origin of the registry that they are for. `ORAS_USER` and `ORAS_PASS`
/// are for the registry that is written to, or for the one that is read where none is written to.
[[nodiscard]] oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec);
/// The same, with `kept` asked first for each registry.
[[nodiscard]] oci::Authenticator::Lookup
credentialsFor(const mirror::CopySpec& spec,
               const std::function<std::optional<FoundCredentials>(const oci::Endpoint&)>& kept);

/// A registry and, one after the other, shorter namespaces of it, as the keychain's keys are written:
/// "ghcr.io/org/sub", "ghcr.io/org", "ghcr.io".
[[nodiscard]] QStringList keychainPlaces(const oci::Endpoint& registry);

} // namespace condaoci::app

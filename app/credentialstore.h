// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copycredentials.h"

namespace condaoci::app {

using oci::FoundCredentials;
using oci::lookupFor;

/// The credentials for a registry as oci::knownCredentials() finds them, the system's keychain among the places. Waits
/// for the keychain, see keychain.h. Nothing is asked of the user here.
[[nodiscard]] std::optional<FoundCredentials> findCredentials(const oci::Endpoint& registry,
                                                              bool useEnvironment = true);

/// The credentials of a run, see mirror::credentialsFor().
[[nodiscard]] oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec);
/// The same, with `kept` asked first for each registry.
[[nodiscard]] oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec, const oci::CredentialPlace& kept);

/// A registry and, one after the other, shorter namespaces of it, as the keychain's keys are written:
/// "ghcr.io/org/sub", "ghcr.io/org", "ghcr.io".
[[nodiscard]] QStringList keychainPlaces(const oci::Endpoint& registry);

} // namespace condaoci::app

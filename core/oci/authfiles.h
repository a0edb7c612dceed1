// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/credentials.h"

#include <optional>

namespace condaoci::oci {

/// What docker (`config.json`) and then podman (`auth.json`) know about a place, in the order of each: the helper that
/// `credHelpers` has for it, the one that `credsStore` has for everything, `auths`. podman's file is where
/// `REGISTRY_AUTH_FILE` says, or the first of those in `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME` and `~/.config` that knows
/// the place. Read only. A file that is damaged, or a helper that fails, is passed over with a note in the log. Waits
/// for the helper, a minute at most.
/// \param host   "ghcr.io" or "127.0.0.1:5000"
/// \param prefix  namespace in the registry, or empty; the longest entry that covers it counts
[[nodiscard]] std::optional<FoundCredentials> credentialsFromAuthFiles(const QString& host, const QString& prefix);

} // namespace condaoci::oci

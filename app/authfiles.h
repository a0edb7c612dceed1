// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/authenticator.h"

namespace condaoci::app {

using oci::FoundCredentials;

/// What docker (`config.json` with `auths`, `credHelpers`, `credsStore`) and then podman (`auth.json`,
/// `REGISTRY_AUTH_FILE`) know about a place; read only. A file that is damaged, or a helper that fails, is passed over
/// with a note in the log.
/// \param host   "ghcr.io" or "127.0.0.1:5000"
/// \param prefix  namespace in the registry, or empty; the longest entry that covers it counts
[[nodiscard]] std::optional<FoundCredentials> credentialsFromAuthFiles(const QString& host, const QString& prefix);

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/authenticator.h"

/// The system's keychain (Secret Service or KWallet, macOS Keychain, Windows Credential Manager), through QtKeychain
/// and never its plain-text fallback. The calls wait, with an event loop, for the keychain's answer: for the start of a
/// program, before any work has begun. Errors are of kind Auth and name no secret.
namespace condaoci::app::keychain {

/// \param place  a registry as `Endpoint::toString` writes it: what the credentials are for
/// nullopt: the keychain has none for it. An error: there is no usable keychain.
[[nodiscard]] Result<std::optional<oci::Credentials>> read(const QString& place);
[[nodiscard]] Result<void> write(const QString& place, const oci::Credentials& credentials);
/// False if there was nothing to remove.
[[nodiscard]] Result<bool> remove(const QString& place);

} // namespace condaoci::app::keychain

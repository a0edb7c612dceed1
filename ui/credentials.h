// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyspec.h"
#include "core/oci/authenticator.h"

class QThreadPool;

namespace condaoci::ui {

/// What the window does with passwords, given to it by the program, which knows the keychain. Each function may wait
/// (for the keychain, which may ask its user) and is to be called on `thread` only, see inBackground(). Errors name no
/// secret.
struct Credentials
{
    QThreadPool* thread = nullptr; ///< of one thread, since the keychain's library wants to be used from one
    /// Those that a copy to or from the place would use, and where they are from; nullopt: none.
    std::function<std::optional<oci::FoundCredentials>(const oci::Endpoint&)> find;
    /// Into the system's keychain. Error kind Auth where there is none that can be used.
    std::function<Result<void>(const oci::Endpoint&, const oci::Credentials&)> save;
    /// For as long as the program runs, where there is no keychain.
    std::function<void(const oci::Endpoint&, const oci::Credentials&)> keepForThisRun;
    /// From the keychain and from this run. False if there was nothing.
    std::function<Result<bool>(const oci::Endpoint&)> remove;
    /// What docker's and podman's own files say.
    std::function<std::optional<oci::FoundCredentials>(const oci::Endpoint&)> fromDockerOrPodman;
    /// For both ends of a copy, each bound to its origin; the function that it returns may be called on any thread.
    std::function<oci::Authenticator::Lookup(const mirror::CopySpec&)> forCopy;
    /// For one registry, bound to its origin.
    std::function<oci::Authenticator::Lookup(const oci::Endpoint&)> forRegistry;
};

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/credentialstore.h"

#include "core/http/message.h"

namespace condaoci::app {

oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec)
{
    const oci::Credentials credentials{qEnvironmentVariable("ORAS_USER"), qEnvironmentVariable("ORAS_PASS")};
    const auto* registry = std::get_if<mirror::RegistryChannel>(&spec.store);
    if (!registry)
        registry = std::get_if<mirror::RegistryChannel>(&spec.source);
    const QByteArray bound = registry ? http::originOf(registry->endpoint.origin) : QByteArray();
    return [credentials, bound](const QByteArray& origin) -> std::optional<oci::Credentials> {
        if (origin != bound || credentials.user.isEmpty() || credentials.secret.isEmpty())
            return std::nullopt;
        return credentials;
    };
}

} // namespace condaoci::app

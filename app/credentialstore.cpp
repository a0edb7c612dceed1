// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/credentialstore.h"

#include "core/http/message.h"

namespace condaoci::app {

oci::Authenticator::Lookup credentialsFor(const oci::Endpoint& registry)
{
    const oci::Credentials credentials{qEnvironmentVariable("ORAS_USER"), qEnvironmentVariable("ORAS_PASS")};
    const QByteArray bound = http::originOf(registry.origin);
    return [credentials, bound](const QByteArray& origin) -> std::optional<oci::Credentials> {
        if (origin != bound || credentials.user.isEmpty() || credentials.secret.isEmpty())
            return std::nullopt;
        return credentials;
    };
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/knowncredentials.h"

#include "core/oci/authfiles.h"

#include <memory>

namespace condaoci::oci {

namespace {

/// Files and commands end their lines, and no password ends in one: `export ORAS_PASS="$(printf '%s\r\n' …)"`.
QString withoutLineEnd(QString text)
{
    while (text.endsWith(QLatin1Char('\n')) || text.endsWith(QLatin1Char('\r')))
        text.chop(1);
    return text;
}

std::optional<FoundCredentials> fromEnvironment()
{
    const Credentials credentials{withoutLineEnd(qEnvironmentVariable("ORAS_USER")),
                                  withoutLineEnd(qEnvironmentVariable("ORAS_PASS"))};
    if (credentials.user.isEmpty() || credentials.secret.isEmpty())
        return std::nullopt;
    return FoundCredentials{credentials, QStringLiteral("ORAS_USER and ORAS_PASS")};
}

std::optional<FoundCredentials> findAnywhere(const Endpoint& registry, bool useEnvironment,
                                             const CredentialPlace& keychain)
{
    if (auto found = useEnvironment ? fromEnvironment() : std::nullopt)
        return found;
    if (auto found = keychain ? keychain(registry) : std::nullopt)
        return found;
    return credentialsFromAuthFiles(registry.origin.authority(), registry.prefix);
}

} // namespace

std::optional<FoundCredentials> knownCredentials(const Endpoint& registry, bool useEnvironment,
                                                 const CredentialPlace& keychain)
{
    if (registry.kind == Endpoint::Kind::Layout)
        return std::nullopt;
    auto found = findAnywhere(registry, useEnvironment, keychain);
    if (found)
        found->credentials.tokenServers =
            qEnvironmentVariable("CONDA_OCI_TOKEN_SERVERS").split(QLatin1Char(','), Qt::SkipEmptyParts);
    return found;
}

Authenticator::Lookup lookupFor(const Endpoint& registry, const std::optional<FoundCredentials>& found)
{
    return [found, bound = http::originOf(registry.origin)](const QByteArray& origin) {
        return found && origin == bound ? std::optional(found->credentials) : std::nullopt;
    };
}

Authenticator::Lookup lookupFor(const Endpoint& registry)
{
    struct Once
    {
        std::once_flag flag;
        std::optional<FoundCredentials> found;
    };
    return [registry, once = std::make_shared<Once>()](const QByteArray& origin) -> std::optional<Credentials> {
        if (origin != http::originOf(registry.origin))
            return std::nullopt;
        std::call_once(once->flag, [&] { once->found = knownCredentials(registry); });
        return once->found ? std::optional(once->found->credentials) : std::nullopt;
    };
}

} // namespace condaoci::oci

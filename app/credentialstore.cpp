// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/credentialstore.h"

#include "app/keychain.h"
#include "core/http/message.h"

#include <QHash>
#include <QLoggingCategory>

namespace condaoci::app {

namespace {

Q_LOGGING_CATEGORY(authLog, "condaoci.auth", QtWarningMsg)

std::optional<FoundCredentials> fromEnvironment()
{
    const oci::Credentials credentials{qEnvironmentVariable("ORAS_USER"), qEnvironmentVariable("ORAS_PASS")};
    if (credentials.user.isEmpty() || credentials.secret.isEmpty())
        return std::nullopt;
    return FoundCredentials{credentials, QStringLiteral("ORAS_USER and ORAS_PASS")};
}

std::optional<FoundCredentials> fromKeychain(const oci::Endpoint& registry)
{
    for (const QString& place : keychainPlaces(registry)) {
        auto found = keychain::read(place);
        if (!found) {
            qCDebug(authLog).noquote() << found.error().message;
            return std::nullopt;
        }
        if (*found)
            return FoundCredentials{**found, QStringLiteral("the system's keychain")};
    }
    return std::nullopt;
}

std::optional<FoundCredentials> findAnywhere(const oci::Endpoint& registry, bool useEnvironment)
{
    if (auto found = useEnvironment ? fromEnvironment() : std::nullopt)
        return found;
    if (auto found = fromKeychain(registry))
        return found;
    return credentialsFromAuthFiles(registry.origin.authority(), registry.prefix);
}

} // namespace

QStringList keychainPlaces(const oci::Endpoint& registry)
{
    QStringList places;
    oci::Endpoint shorter = registry;
    for (;;) {
        places.append(shorter.toString());
        if (shorter.prefix.isEmpty())
            return places;
        shorter.prefix = shorter.prefix.section(QLatin1Char('/'), 0, -2);
    }
}

std::optional<FoundCredentials> findCredentials(const oci::Endpoint& registry, bool useEnvironment)
{
    if (registry.kind == oci::Endpoint::Kind::Layout)
        return std::nullopt;
    auto found = findAnywhere(registry, useEnvironment);
    if (found)
        found->credentials.tokenServers =
            qEnvironmentVariable("CONDA_OCI_TOKEN_SERVERS").split(QLatin1Char(','), Qt::SkipEmptyParts);
    return found;
}

oci::Authenticator::Lookup lookupFor(const oci::Endpoint& registry, const std::optional<FoundCredentials>& found)
{
    return [found, bound = http::originOf(registry.origin)](const QByteArray& origin) {
        return found && origin == bound ? std::optional(found->credentials) : std::nullopt;
    };
}

oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec)
{
    return credentialsFor(spec, [](const oci::Endpoint&) { return std::nullopt; });
}

oci::Authenticator::Lookup
credentialsFor(const mirror::CopySpec& spec,
               const std::function<std::optional<FoundCredentials>(const oci::Endpoint&)>& kept)
{
    const auto* store = std::get_if<mirror::RegistryChannel>(&spec.store);
    const auto* source = std::get_if<mirror::RegistryChannel>(&spec.source);
    QHash<QByteArray, oci::Credentials> byOrigin;
    for (const auto* registry : {source, store}) { // where both are on one server, those of the store count
        if (!registry)
            continue;
        auto found = kept(registry->endpoint);
        if (!found)
            found = findCredentials(registry->endpoint, registry == store || !store);
        if (found)
            byOrigin.insert(http::originOf(registry->endpoint.origin), found->credentials);
    }
    return [byOrigin](const QByteArray& origin) -> std::optional<oci::Credentials> {
        const auto found = byOrigin.constFind(origin);
        return found == byOrigin.cend() ? std::nullopt : std::optional(*found);
    };
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/credentialstore.h"

#include "app/keychain.h"

#include <QLoggingCategory>

namespace condaoci::app {

namespace {

Q_LOGGING_CATEGORY(authLog, "condaoci.auth", QtWarningMsg)

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
    return oci::knownCredentials(registry, useEnvironment, &fromKeychain);
}

oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec)
{
    return mirror::credentialsFor(spec, &findCredentials);
}

oci::Authenticator::Lookup credentialsFor(const mirror::CopySpec& spec, const oci::CredentialPlace& kept)
{
    return mirror::credentialsFor(spec, [&](const oci::Endpoint& registry, bool useEnvironment) {
        auto found = kept(registry);
        return found ? found : findCredentials(registry, useEnvironment);
    });
}

} // namespace condaoci::app

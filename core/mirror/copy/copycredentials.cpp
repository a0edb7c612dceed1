// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copycredentials.h"

#include <QHash>

namespace condaoci::mirror {

oci::Authenticator::Lookup credentialsFor(const CopySpec& spec, const FindCredentials& find)
{
    const auto* store = std::get_if<RegistryChannel>(&spec.store);
    const auto* source = std::get_if<RegistryChannel>(&spec.source);
    QHash<QByteArray, oci::Credentials> byOrigin;
    for (const auto* registry : {source, store}) { // where both are on one server, those of the store count
        if (!registry || (registry == store && spec.withoutStore))
            continue;
        if (const auto found = find(registry->endpoint, registry == store || !store))
            byOrigin.insert(http::originOf(registry->endpoint.origin), found->credentials);
    }
    return [byOrigin](const QByteArray& origin) -> std::optional<oci::Credentials> {
        const auto found = byOrigin.constFind(origin);
        return found == byOrigin.cend() ? std::nullopt : std::optional(*found);
    };
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/application.h"

#include "app/credentialstore.h"
#include "app/keychain.h"
#include "core/oci/authfiles.h"

#include <QHash>

#include <mutex>

namespace condaoci::app {

/// By place, as Endpoint::toString writes it.
struct WindowCredentials::Kept
{
    std::mutex mutex;
    QHash<QString, oci::Credentials> byPlace;

    std::optional<oci::FoundCredentials> find(const oci::Endpoint& registry)
    {
        const std::scoped_lock lock(mutex);
        for (const QString& place : keychainPlaces(registry)) {
            if (const auto found = byPlace.constFind(place); found != byPlace.cend())
                return oci::FoundCredentials{*found, QStringLiteral("this run")};
        }
        return std::nullopt;
    }
};

WindowCredentials::WindowCredentials()
    : m_kept(std::make_shared<Kept>())
{
    m_thread.setMaxThreadCount(1);
    m_thread.setExpiryTimeout(-1);
}

WindowCredentials::~WindowCredentials() = default;

ui::Credentials WindowCredentials::functions()
{
    ui::Credentials functions;
    functions.thread = &m_thread;
    functions.find = [kept = m_kept](const oci::Endpoint& registry) -> std::optional<oci::FoundCredentials> {
        if (registry.kind == oci::Endpoint::Kind::Layout)
            return std::nullopt;
        if (auto found = kept->find(registry))
            return found;
        return findCredentials(registry);
    };
    functions.save = [](const oci::Endpoint& registry, const oci::Credentials& credentials) {
        return keychain::write(registry.toString(), credentials);
    };
    functions.keepForThisRun = [kept = m_kept](const oci::Endpoint& registry, const oci::Credentials& credentials) {
        const std::scoped_lock lock(kept->mutex);
        kept->byPlace.insert(registry.toString(), credentials);
    };
    functions.remove = [kept = m_kept](const oci::Endpoint& registry) -> Result<bool> {
        bool hadOne = false;
        {
            const std::scoped_lock lock(kept->mutex);
            hadOne = kept->byPlace.remove(registry.toString()) > 0;
        }
        auto removed = keychain::remove(registry.toString());
        if (!removed)
            return hadOne ? Result<bool>(true) : Result<bool>(removed.error());
        return *removed || hadOne;
    };
    functions.fromDockerOrPodman = [](const oci::Endpoint& registry) {
        return oci::credentialsFromAuthFiles(registry.origin.authority(), registry.prefix);
    };
    functions.forRegistry = [find = functions.find](const oci::Endpoint& registry) {
        return lookupFor(registry, find(registry));
    };
    functions.forCopy = [kept = m_kept](const mirror::CopySpec& spec) {
        return credentialsFor(spec, [&](const oci::Endpoint& registry) { return kept->find(registry); });
    };
    return functions;
}

} // namespace condaoci::app

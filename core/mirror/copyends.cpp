// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copyends.h"

#include "core/base/application.h"
#include "core/base/messages.h"
#include "core/mirror/cachesource.h"
#include "core/mirror/cachestore.h"
#include "core/mirror/channelsource.h"
#include "core/mirror/registrysource.h"
#include "core/mirror/registrystore.h"
#include "core/oci/imagelayout.h"
#include "core/oci/remoteregistry.h"

namespace condaoci::mirror {

namespace {

using OpenRegistry = std::function<std::shared_ptr<oci::Registry>(std::stop_token)>;

struct Shared
{
    http::Network network;
    std::shared_ptr<oci::Authenticator> authenticator;
    QString indexCache;
};

OpenRegistry opener(const oci::Endpoint& endpoint, const Shared& shared)
{
    if (endpoint.kind == oci::Endpoint::Kind::Layout) {
        return [layout = std::make_shared<oci::ImageLayout>(endpoint.directory)](const std::stop_token&) {
            return layout;
        };
    }
    return [endpoint, shared, memory = std::make_shared<oci::HostMemory>(endpoint.origin)](std::stop_token stop) {
        return std::make_shared<oci::RemoteRegistry>(endpoint, shared.authenticator, shared.network, std::move(stop),
                                                     memory);
    };
}

std::function<std::unique_ptr<PackageSource>(std::stop_token)> sourceOpener(const Location& source,
                                                                            const Shared& shared)
{
    if (const auto* channel = std::get_if<conda::Channel>(&source))
        return [channel = *channel, shared](std::stop_token stop) {
            return std::make_unique<ChannelSource>(channel, shared.indexCache, shared.network, std::move(stop));
        };
    if (const auto* cache = std::get_if<CacheFolder>(&source))
        return [cache = *cache, shared](std::stop_token stop) {
            return std::make_unique<CacheSource>(cache, shared.network, std::move(stop));
        };
    const auto& registry = std::get<RegistryChannel>(source);
    return [registry, open = opener(registry.endpoint, shared)](std::stop_token stop) {
        return std::make_unique<RegistrySource>(registry, open(std::move(stop)));
    };
}

http::Network networkOf(const CopySpec& spec, const http::Timeouts& timeouts)
{
    http::Network network(std::make_shared<http::HostGate>());
    network.tls = spec.tls;
    network.timeouts = timeouts;
    network.warnings = std::make_shared<http::Warnings>();
    return network;
}

} // namespace

Result<CopyEnds> connectEnds(const CopySpec& spec, oci::Authenticator::Lookup credentials,
                             const http::Timeouts& timeouts)
{
    ensureApplication();
    const Shared shared{networkOf(spec, timeouts), std::make_shared<oci::Authenticator>(std::move(credentials)),
                        spec.indexCache};
    CopyEnds ends;
    ends.warnings = shared.network.warnings;
    ends.openSource = sourceOpener(spec.source, shared);
    if (const auto* cache = std::get_if<CacheFolder>(&spec.store)) {
        ends.openStore = [cache = *cache, unflushed = std::make_shared<UnflushedFiles>()](std::stop_token stop) {
            return std::make_unique<CacheStore>(cache, unflushed, std::move(stop));
        };
    } else if (const auto* registry = std::get_if<RegistryChannel>(&spec.store)) {
        const auto knowledge = std::make_shared<RegistryKnowledge>();
        if (oci::profileOf(registry->endpoint.origin).imageConfigOnly)
            knowledge->setWantsImageConfig();
        ends.openStore = [registry = *registry, knowledge, open = opener(registry->endpoint, shared),
                          source = spec.source](std::stop_token stop) {
            auto store = std::make_unique<RegistryStore>(registry, open(stop), knowledge, stop);
            if (const auto* other = std::get_if<RegistryChannel>(&source))
                store->comesFrom(*other);
            return store;
        };
    } else {
        return Error{ErrorKind::Config,
                     Messages::tr("%1 can't be written to: a channel is a source only; a registry is written "
                                  "oci://HOST, or oci+http://HOST for http")
                         .arg(toString(spec.store))};
    }
    return ends;
}

} // namespace condaoci::mirror

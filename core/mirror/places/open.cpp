// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/open.h"

#include "core/base/messages.h"
#include "core/mirror/places/cachesource.h"
#include "core/mirror/places/cachestore.h"
#include "core/mirror/places/channelsource.h"
#include "core/mirror/places/registrysource.h"
#include "core/mirror/places/registrystore.h"
#include "core/oci/hostprofile.h"

namespace condaoci::mirror {

OpenSource openSource(const Location& place, const Access& access, const SourceOptions& options)
{
    if (const auto* channel = std::get_if<conda::Channel>(&place))
        return [channel = *channel, access, options](std::stop_token stop) {
            auto opened = std::make_unique<ChannelSource>(channel, access.indexCache, access.network, std::move(stop));
            opened->setLargestUnsized(options.largestUnsized);
            return opened;
        };
    if (const auto* cache = std::get_if<CacheFolder>(&place))
        return [cache = *cache, access, options](std::stop_token stop) {
            return std::make_unique<CacheSource>(cache, options.trustFiles, access.network, std::move(stop));
        };
    const auto& registry = std::get<RegistryChannel>(place);
    return [registry, open = oci::registryOpener(registry.endpoint, access.authenticator, access.network)](
               std::stop_token stop) { return std::make_unique<RegistrySource>(registry, open(std::move(stop))); };
}

Result<OpenStore> openStore(const Location& place, const Access& access, const StoreOptions& options)
{
    if (const auto* cache = std::get_if<CacheFolder>(&place)) {
        return OpenStore([cache = *cache, unflushed = std::make_shared<UnflushedFiles>()](std::stop_token stop) {
            return std::make_unique<CacheStore>(cache, unflushed, std::move(stop));
        });
    }
    const auto* registry = std::get_if<RegistryChannel>(&place);
    if (!registry)
        return Error{ErrorKind::Config,
                     Messages::tr("%1 can't be written to: a channel is a source only; a registry is written "
                                  "oci://HOST, or oci+http://HOST for http")
                         .arg(toString(place))};
    const auto knowledge = std::make_shared<RegistryKnowledge>();
    if (oci::profileOf(registry->endpoint.origin).imageConfigOnly)
        knowledge->setWantsImageConfig();
    return OpenStore(
        [registry = *registry, knowledge, options,
         open = oci::registryOpener(registry->endpoint, access.authenticator, access.network)](std::stop_token stop) {
            auto store = std::make_unique<RegistryStore>(registry, open(stop), knowledge, stop);
            if (options.comesFrom)
                store->comesFrom(*options.comesFrom);
            if (options.isDeep)
                store->readsDeeply();
            return store;
        });
}

} // namespace condaoci::mirror

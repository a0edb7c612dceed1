// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copyends.h"

#include "core/mirror/channelsource.h"
#include "core/mirror/registrystore.h"
#include "core/oci/imagelayout.h"
#include "core/oci/remoteregistry.h"

namespace condaoci::mirror {

CopyEnds connectEnds(const CopySpec& spec, oci::Authenticator::Lookup credentials)
{
    const auto gate = std::make_shared<http::HostGate>(spec.spacing);
    const auto knowledge = std::make_shared<RegistryKnowledge>();
    std::function<std::shared_ptr<oci::Registry>(std::stop_token)> openRegistry;
    if (spec.registry.kind == oci::Endpoint::Kind::Layout) {
        openRegistry = [layout = std::make_shared<oci::ImageLayout>(spec.registry.directory)](const std::stop_token&) {
            return layout;
        };
    } else {
        openRegistry = [endpoint = spec.registry, gate,
                        authenticator =
                            std::make_shared<oci::Authenticator>(std::move(credentials))](std::stop_token stop) {
            return std::make_shared<oci::RemoteRegistry>(endpoint, authenticator, gate, std::move(stop));
        };
    }
    return {[channel = spec.channel, cache = spec.indexCache, gate](std::stop_token stop) {
                return std::make_unique<ChannelSource>(channel, cache, gate, std::move(stop));
            },
            [endpoint = spec.registry, channel = spec.channel.name, knowledge, openRegistry](std::stop_token stop) {
                return std::make_unique<RegistryStore>(endpoint, channel, openRegistry(std::move(stop)), knowledge);
            }};
}

} // namespace condaoci::mirror

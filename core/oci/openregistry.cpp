// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/openregistry.h"

#include "core/oci/imagelayout.h"
#include "core/oci/remoteregistry.h"

namespace condaoci::oci {

OpenRegistry registryOpener(const Endpoint& endpoint, std::shared_ptr<Authenticator> authenticator,
                            http::Network network)
{
    if (endpoint.kind == Endpoint::Kind::Layout) {
        return [layout = std::make_shared<ImageLayout>(endpoint.directory)](const std::stop_token&) { return layout; };
    }
    return [endpoint, authenticator = std::move(authenticator), network = std::move(network),
            memory = std::make_shared<HostMemory>(endpoint.origin)](std::stop_token stop) {
        return std::make_shared<RemoteRegistry>(endpoint, authenticator, network, std::move(stop), memory);
    };
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/authenticator.h"
#include "core/oci/reference.h"
#include "core/oci/registry.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace condaoci::oci {

/// Opens a registry for one worker, who alone uses it; the stop token ends its requests. To be called on any thread.
using OpenRegistry = std::function<std::shared_ptr<Registry>(std::stop_token)>;

/// What is opened for the same endpoint shares the authenticator's tokens, the network's pace, what has been learned of
/// the host, or the image layout.
[[nodiscard]] OpenRegistry registryOpener(const Endpoint& endpoint, std::shared_ptr<Authenticator> authenticator,
                                          http::Network network);

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"

#include <CLI/CLI.hpp>

namespace condaoci::app {

/// The options of every verb that talks to a network, as they were typed.
struct NetworkOptions
{
    std::string caFile;
    std::string clientCertificate;
    std::string clientKey;
    std::vector<std::string> acceptedCertificates;
};

void addNetworkOptions(CLI::App& command, NetworkOptions& options);

/// What they mean; Config where a file can't be read.
[[nodiscard]] Result<http::Network> networkOf(const NetworkOptions& options);

} // namespace condaoci::app

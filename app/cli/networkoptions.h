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
    bool debug = false;
};

void addNetworkOptions(CLI::App& command, NetworkOptions& options);

/// From here on, every request to standard error.
void logRequests();

/// What they mean; Config where a file can't be read. Logs requests where that is asked for.
[[nodiscard]] Result<http::Network> networkOf(const NetworkOptions& options);

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyspec.h"

#include <CLI/CLI.hpp>

namespace condaoci::app {

/// The options that every copying verb has, as they were typed.
struct CopyOptions
{
    std::string channel = "conda-forge";
    std::string as;
    std::string registry;
    std::string cacheDirectory = "./cache";
    std::vector<std::string> subdirs;
    std::vector<std::string> packages;
    std::vector<std::string> lockFiles;
    bool withDependencies = false;
    bool dryRun = false;
    bool deep = false;
    int workers = 4;
    int spacing = 0; ///< milliseconds
    bool quiet = false;
    bool debug = false;
    bool json = false;
    std::string report;
};

/// The options that say what is copied and how. Where from and where to are the verb's own.
void addCopyOptions(CLI::App& command, CopyOptions& options);
void addRegistryOption(CLI::App& command, CopyOptions& options);
void addCacheOption(CLI::App& command, CopyOptions& options);

/// The three places that options can name. Error kind Config.
[[nodiscard]] Result<mirror::Location> channelOf(const CopyOptions& options);
[[nodiscard]] Result<mirror::Location> registryOf(const CopyOptions& options);
[[nodiscard]] Result<mirror::Location> cacheOf(const CopyOptions& options);

/// Checks everything that can be checked before a request is sent. Error kind Config.
[[nodiscard]] Result<mirror::CopySpec> copySpec(const CopyOptions& options, const Result<mirror::Location>& source,
                                                const Result<mirror::Location>& store);
} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/networkoptions.h"
#include "core/mirror/request/copyrequest.h"

#include <CLI/CLI.hpp>

namespace condaoci::app {

/// The options that every copying verb has, as they were typed.
struct CopyOptions : NetworkOptions
{
    std::string channel = "conda-forge";
    std::string as;
    std::string registry;
    std::string cacheDirectory = "./cache";
    std::vector<std::string> subdirs;
    std::vector<std::string> packages;
    std::vector<std::string> lockFiles;
    bool withDependencies = false;
    bool adopt = false;
    bool dryRun = false;
    bool deep = false;
    bool allowShrink = false;
    bool trustFiles = false;
    bool strict = false;
    int workers = 4;
    int spacing = 0; ///< milliseconds
    bool quiet = false;
    bool json = false;
    std::string report;
};

inline constexpr int mostWorkers = 64;

/// Which channel, and which platforms of it.
void addChannelOptions(CLI::App& command, CopyOptions& options);
/// How it is run and what is said of it.
void addRunOptions(CLI::App& command, CopyOptions& options);
/// The options that say what is copied and how, with these. Where from and where to are the verb's own.
void addCopyOptions(CLI::App& command, CopyOptions& options);
/// \param isNeeded  also for a dry run
void addRegistryOption(CLI::App& command, CopyOptions& options, bool isNeeded = true);
/// Of the verbs that publish what the source lists.
void addShrinkOption(CLI::App& command, CopyOptions& options);
/// Of the verbs that copy out of a cache.
void addTrustFilesOption(CLI::App& command, CopyOptions& options);
void addAdoptOption(CLI::App& command, CopyOptions& options);
void addCacheOption(CLI::App& command, CopyOptions& options);

/// The request that these options word; the verb's own options are to be added.
[[nodiscard]] mirror::CopyRequest copyRequest(mirror::CopyRequest::Verb verb, const CopyOptions& options);

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyends.h"
#include "core/mirror/copyspec.h"

#include <CLI/CLI.hpp>

namespace condaoci::app {

/// The options that every copying verb has, as they were typed.
struct CopyOptions
{
    std::string channel = "conda-forge";
    std::string as;
    std::string registry;
    std::vector<std::string> subdirs;
    std::vector<std::string> packages;
    bool dryRun = false;
    bool deep = false;
    int workers = 4;
    int spacing = 0; ///< milliseconds
    bool quiet = false;
    bool debug = false;
    bool json = false;
    std::string report;
};

void addCopyOptions(CLI::App& command, CopyOptions& options);
/// Checks everything that can be checked before a request is sent. Error kind Config.
[[nodiscard]] Result<mirror::CopySpec> copySpec(const CopyOptions& options);
/// Runs the job to its end and says what became of it; the exit code.
[[nodiscard]] int runCopy(const mirror::CopySpec& spec, const CopyOptions& options);
/// Says what is wrong and returns the exit code for it.
[[nodiscard]] int failWith(const Error& error);

} // namespace condaoci::app

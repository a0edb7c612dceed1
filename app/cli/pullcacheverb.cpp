// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"
#include "app/cli/verbs.h"

#include <memory>

namespace condaoci::app {

Verb addPullCache(CLI::App& app)
{
    struct Options : CopyOptions
    {
        bool allVersions = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("pull-cache", "Fetch packages of a mirror into a local channel");
    addCopyOptions(*command, *options);
    addRegistryOption(*command, *options);
    addCacheOption(*command, *options);
    addShrinkOption(*command, *options);
    command->add_flag("--all-versions", options->allVersions,
                      "Everything that is selected; otherwise of each name the newest version's highest build number");
    command->footer(
        "Examples:\n"
        "  conda-oci pull-cache -c conda-forge -s linux-64 -s noarch -p zlib --registry ghcr.io/myorg\n"
        "  mamba create -n new -c file://$PWD/cache/conda-forge zlib\n\n"
        "What is there already is hashed, not believed by its size; a download that broke off is gone on with.");
    return {command, [options] {
                mirror::CopyRequest request = copyRequest(mirror::CopyRequest::Verb::PullCache, *options);
                request.allVersions = options->allVersions;
                return runCopy(request, *options);
            }};
}

} // namespace condaoci::app

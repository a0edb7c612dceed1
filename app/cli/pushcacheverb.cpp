// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"
#include "app/cli/verbs.h"

#include <memory>

namespace condaoci::app {

Verb addPushCache(CLI::App& app)
{
    struct Options : CopyOptions
    {
        bool all = false;
        std::string against = "registry";
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("push-cache", "Send packages of a local channel to a mirror");
    addCopyOptions(*command, *options);
    addRegistryOption(*command, *options, false);
    addCacheOption(*command, *options);
    command->add_flag("--all,--push-all", options->all, "Every package, whatever an index lists");
    command
        ->add_option("--against", options->against,
                     "New is what the registry's index lacks (registry), or what the cache's own index lacks (local)")
        ->check(CLI::IsMember({"registry", "local"}))
        ->capture_default_str();
    addTrustFilesOption(*command, *options);
    command->footer("Examples:\n"
                    "  conda-oci push-cache -c conda-forge -s linux-64 --registry ghcr.io/myorg\n"
                    "  conda-oci push-cache -c mine --cache-dir ./built --registry ghcr.io/myorg --all\n\n"
                    "The registry's index is read again just before it is published, and keeps what others pushed.");
    return {command, [options] {
                mirror::CopyRequest request = copyRequest(mirror::CopyRequest::Verb::PushCache, *options);
                request.everything = options->all;
                request.againstLocal = options->against == "local";
                return runCopy(request, *options);
            }};
}

} // namespace condaoci::app

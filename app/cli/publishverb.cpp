// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"
#include "app/cli/verbs.h"

#include <memory>

namespace condaoci::app {

Verb addPublish(CLI::App& app)
{
    struct Options : CopyOptions
    {
        bool yanked = true;
        std::string index = "present";
        int shards = 0;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("publish", "Publish the index of a mirror that was made in shards (mirror --shard)");
    addChannelOptions(*command, *options);
    addRegistryOption(*command, *options);
    command->add_option("--shards", options->shards, "How many shards there are: N of --shard I/N")
        ->check(CLI::Range(1, mirror::Shard::most))
        ->required();
    command->add_flag("--yanked,!--no-yanked", options->yanked,
                      "Include packages removed from the channel's index (default)");
    command
        ->add_option("--index", options->index, "Publish what is there (present), or the channel's whole index (full)")
        ->check(CLI::IsMember({"present", "full"}))
        ->capture_default_str();
    addRunOptions(*command, *options);
    command->footer("Copies nothing: reads what each shard has left in the registry, and publishes what they brought.\n"
                    "Shards that are missing are named, and the exit code is 1 then.\n\n"
                    "Example:\n"
                    "  conda-oci publish -c conda-forge --registry ghcr.io/myorg --shards 16");
    return {command, [options] {
                mirror::CopyRequest request = copyRequest(mirror::CopyRequest::Verb::Mirror, *options);
                request.yanked = options->yanked;
                request.fullIndex = options->index == "full";
                request.shards = options->shards;
                return runCopy(request, *options);
            }};
}

} // namespace condaoci::app

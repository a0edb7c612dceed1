// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"
#include "app/cli/verbs.h"

#include <memory>

namespace condaoci::app {

namespace {

/// Of mirroring, and of publishing what shards of a mirror brought.
struct MirrorOptions : CopyOptions
{
    bool yanked = true;
    std::string index = "present";
    std::string shard;
    int shards = 0;
};

void addIndexOptions(CLI::App& command, MirrorOptions& options)
{
    command.add_flag("--yanked,!--no-yanked", options.yanked,
                     "Include packages removed from the channel's index (default)");
    command
        .add_option("--index", options.index, "Publish what is there (present), or the channel's whole index (full)")
        ->check(CLI::IsMember({"present", "full"}))
        ->capture_default_str();
    addShrinkOption(command, options);
}

int run(const MirrorOptions& options)
{
    mirror::CopyRequest request = copyRequest(mirror::CopyRequest::Verb::Mirror, options);
    request.yanked = options.yanked;
    request.fullIndex = options.index == "full";
    request.shard = QString::fromStdString(options.shard);
    request.shards = options.shards;
    return runCopy(request, options);
}

} // namespace

Verb addMirror(CLI::App& app)
{
    const auto options = std::make_shared<MirrorOptions>();
    CLI::App* command = app.add_subcommand("mirror", "Copy a conda channel into a registry");
    addCopyOptions(*command, *options);
    addRegistryOption(*command, *options, false);
    addAdoptOption(*command, *options);
    // The predecessor kept packages there on their way; jobs that were written for it go on.
    command->add_option("--cache-dir", options->cacheDirectory)->group("");
    addIndexOptions(*command, *options);
    command
        ->add_option("--shard", options->shard,
                     "Only the packages whose names fall to the I-th of N runs, which share the mirror; "
                     "`conda-oci publish` then publishes the index")
        ->type_name("I/N");
    command->footer("Examples:\n"
                    "  conda-oci mirror -c conda-forge -p zlib -s linux-64 --registry ghcr.io/myorg --dry-run\n"
                    "  conda-oci mirror -c ./my-channel --registry oci-layout:./mirror\n"
                    "  conda-oci mirror -c conda-forge --registry ghcr.io/myorg --shard 3/16\n\n"
                    "Exit codes: 0 all done, 1 some packages failed (each is named), 2 usage, 3 authentication,\n"
                    "4 registry or channel unreachable, 5 local disk, 130 cancelled.");
    return {command, [options] { return run(*options); }};
}

Verb addPublish(CLI::App& app)
{
    const auto options = std::make_shared<MirrorOptions>();
    CLI::App* command =
        app.add_subcommand("publish", "Publish the index of a mirror that was made in shards (mirror --shard)");
    addChannelOptions(*command, *options);
    addRegistryOption(*command, *options);
    command->add_option("--shards", options->shards, "How many shards there are: N of --shard I/N")
        ->type_name("N")
        ->check(CLI::Range(1, mirror::Shard::most))
        ->required();
    addIndexOptions(*command, *options);
    addAdoptOption(*command, *options);
    addRunOptions(*command, *options);
    command->footer("Copies nothing: reads what each shard has left in the registry, and publishes what they brought.\n"
                    "Shards that are missing are named, and the exit code is 1 then.\n\n"
                    "Example:\n"
                    "  conda-oci publish -c conda-forge --registry ghcr.io/myorg --shards 16");
    return {command, [options] { return run(*options); }};
}

} // namespace condaoci::app

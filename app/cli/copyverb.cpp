// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"
#include "app/cli/verbs.h"

#include <memory>

namespace condaoci::app {

namespace {

struct Options : CopyOptions
{
    std::string source;
    std::string destination;
    bool newestOnly = false;
};

} // namespace

Verb addCopy(CLI::App& app)
{
    const auto options = std::make_shared<Options>();
    options->channel.clear();
    CLI::App* command = app.add_subcommand("copy", "Copy packages from any place to any other");
    command->add_option("SOURCE", options->source, "A channel (name, URL, directory), registry, layout or cache")
        ->required();
    command->add_option("DESTINATION", options->destination, "A registry, layout or cache")->required();
    addCopyOptions(*command, *options);
    addShrinkOption(*command, *options);
    addAdoptOption(*command, *options);
    addTrustFilesOption(*command, *options);
    command->add_flag("--newest", options->newestOnly, "Of each name only the newest version's highest build number");
    command->footer(
        "Places: ghcr.io/org or oci://HOST/org (https), oci+http://127.0.0.1:5000/org, oci-layout:DIR,\n"
        "cache:DIR; anything else is a channel. --channel names the channel of a registry, layout or cache.\n\n"
        "Examples:\n"
        "  conda-oci copy conda-forge cache:./cache -p zlib -s linux-64\n"
        "  conda-oci copy ghcr.io/myorg oci-layout:./carrier -c conda-forge\n"
        "  conda-oci copy oci-layout:./carrier oci://registry.inside/conda -c conda-forge");
    return {command, [options] {
                mirror::CopyRequest request = copyRequest(mirror::CopyRequest::Verb::Copy, *options);
                request.source = QString::fromStdString(options->source);
                request.destination = QString::fromStdString(options->destination);
                request.newestOnly = options->newestOnly;
                return runCopy(request, *options);
            }};
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyoptions.h"

#include "core/base/text.h"

namespace condaoci::app {

namespace {

QStringList texts(const std::vector<std::string>& typed)
{
    QStringList list;
    for (const std::string& one : typed)
        list.append(text(one));
    return list;
}

} // namespace

void addChannelOptions(CLI::App& command, CopyOptions& options)
{
    command.add_option("-c,--channel", options.channel, "Channel: name, URL or directory")
        ->type_name("CHANNEL")
        ->capture_default_str();
    command.add_option("--as", options.as, "The channel's name in registry and cache")->type_name("NAME");
    command
        .add_option("-s,--subdir", options.subdirs,
                    "Platform to copy; repeatable. Otherwise these, and what else the source says it has")
        ->type_name("PLATFORM")
        ->default_str(conda::defaultSubdirs().join(QLatin1Char(' ')).toStdString())
        ->allow_extra_args(false);
}

void addRunOptions(CLI::App& command, CopyOptions& options)
{
    command.add_flag("--dry-run,!--no-dry-run", options.dryRun, "Print the plan; download no package, write nothing");
    command.add_flag("--strict", options.strict,
                     "Count builds whose names no registry can hold as failed, instead of noting them");
    addNetworkOptions(command, options);
    command.add_flag("-q,--quiet", options.quiet, "Print failures only, and the plan of a dry run");
    command.add_flag("--json", options.json, "Print one JSON object at the end");
    command
        .add_option("--report", options.report, "Write the same JSON object to a file; - is standard output, as --json")
        ->type_name("FILE");
}

void addCopyOptions(CLI::App& command, CopyOptions& options)
{
    addChannelOptions(command, options);
    command
        .add_option("-p,--package", options.packages,
                    "Name, glob or match specification (\"zlib>=1.2,<2\"), or all; repeatable")
        ->type_name("SPEC")
        ->default_str("all")
        ->allow_extra_args(false);
    command
        .add_option("--from", options.lockFiles,
                    "Exactly what a lock file names: pixi.lock, conda-lock.yml or an @EXPLICIT list; repeatable")
        ->type_name("FILE")
        ->allow_extra_args(false)
        ->excludes("--package");
    command.add_flag("--with-dependencies", options.withDependencies,
                     "And what the selection depends on, within the platforms and noarch");
    command.add_flag("--deep", options.deep, "Believe no index: ask the registry for each planned package; in a layout, read its bytes");
    command.add_option("--workers", options.workers, "Packages copied at a time")
        ->type_name("N")
        ->check(CLI::Range(1, mostWorkers))
        ->capture_default_str();
    command
        .add_option("--timeout,--upload-delay", options.spacing,
                    "Least time between the starts of two packages that are copied, in milliseconds")
        ->type_name("MS")
        ->check(CLI::Range(0, 3'600'000))
        ->capture_default_str();
    addRunOptions(command, options);
}

void addRegistryOption(CLI::App& command, CopyOptions& options, bool isNeeded)
{
    CLI::Option* registry = command
                                .add_option("--registry", options.registry,
                                            "ghcr.io/org, https://..., http://127.0.0.1:5000/org, or oci-layout:DIR" +
                                                std::string(isNeeded ? "" : "; not needed with --dry-run"))
                                ->type_name("REGISTRY")
                                ->required(isNeeded);
    if (!isNeeded)
        command.final_callback([registry, &options] {
            if (registry->empty() && !options.dryRun)
                throw CLI::RequiredError("--registry");
        });
}

void addShrinkOption(CLI::App& command, CopyOptions& options)
{
    command.add_flag("--allow-shrink", options.allowShrink,
                     "Publish also an index that lost everything, or more than half and over 100 of its packages");
}

void addTrustFilesOption(CLI::App& command, CopyOptions& options)
{
    command.add_flag("--trust-files", options.trustFiles,
                     "Files of a cache that were rebuilt: take them though indexes list other bytes under their names");
}

void addAdoptOption(CLI::App& command, CopyOptions& options)
{
    command.add_flag("--adopt", options.adopt,
                     "Go on with a mirror that was made from another channel: its index becomes this channel's");
}

void addCacheOption(CLI::App& command, CopyOptions& options)
{
    command.add_option("--cache-dir", options.cacheDirectory, "Directory of the cache; a channel is a folder in it")
        ->type_name("DIR")
        ->capture_default_str();
}

mirror::CopyRequest copyRequest(mirror::CopyRequest::Verb verb, const CopyOptions& options)
{
    mirror::CopyRequest request;
    request.verb = verb;
    request.channel = text(options.channel);
    request.as = text(options.as);
    request.registry = text(options.registry);
    request.cacheDirectory = text(options.cacheDirectory);
    request.subdirs = texts(options.subdirs);
    request.packages = texts(options.packages);
    request.lockFiles = texts(options.lockFiles);
    request.withDependencies = options.withDependencies;
    request.adopt = options.adopt;
    request.dryRun = options.dryRun;
    request.deep = options.deep;
    request.allowShrink = options.allowShrink;
    request.trustFiles = options.trustFiles;
    request.strict = options.strict;
    request.workers = options.workers;
    request.spacing = options.spacing;
    request.caFile = text(options.caFile);
    request.clientCertificate = text(options.clientCertificate);
    request.clientKey = text(options.clientKey);
    request.acceptedCertificates = texts(options.acceptedCertificates);
    return request;
}

} // namespace condaoci::app

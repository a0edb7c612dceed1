// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyoptions.h"

#include <QDir>
#include <QStandardPaths>

namespace condaoci::app {

namespace {

QString text(const std::string& typed)
{
    return QString::fromStdString(typed);
}

Error usage(const QString& message)
{
    return Error{ErrorKind::Config, message};
}

/// The platforms that lock files name packages of.
QStringList subdirsOf(const mirror::ExactSelection& selection)
{
    QStringList subdirs;
    for (const auto& [key, wanted] : selection.files) {
        const QString subdir = key.section(QLatin1Char('/'), 0, 0);
        if (!subdirs.contains(subdir))
            subdirs.append(subdir);
    }
    return subdirs;
}

} // namespace

void addCopyOptions(CLI::App& command, CopyOptions& options)
{
    command.add_option("-c,--channel", options.channel, "Channel: name, URL or directory")->capture_default_str();
    command.add_option("--as", options.as, "The channel's name in registry and cache");
    command.add_option("-s,--subdir", options.subdirs, "Platform to copy; repeatable")
        ->default_str(conda::defaultSubdirs().join(QLatin1Char(' ')).toStdString())
        ->allow_extra_args(false);
    command
        .add_option("-p,--package", options.packages,
                    "Name, glob or match specification (\"zlib>=1.2,<2\"), or all; repeatable")
        ->default_str("all")
        ->allow_extra_args(false);
    command
        .add_option("--from", options.lockFiles,
                    "Exactly what a lock file names: pixi.lock, conda-lock.yml or an @EXPLICIT list; repeatable")
        ->allow_extra_args(false)
        ->excludes("--package");
    command.add_flag("--with-dependencies", options.withDependencies,
                     "And what the selection depends on, within the platforms and noarch");
    command.add_flag("--dry-run,!--no-dry-run", options.dryRun, "Print the plan; download no package, write nothing");
    command.add_flag("--deep", options.deep, "Believe no index: ask the registry for each planned package");
    command.add_option("--workers", options.workers, "Packages copied at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command
        .add_option("--timeout", options.spacing,
                    "Least time between the starts of two requests to a host, in milliseconds")
        ->check(CLI::Range(0, 3'600'000))
        ->capture_default_str();
    command.add_flag("-q,--quiet", options.quiet, "Print failures only");
    command.add_flag("--debug", options.debug, "Log every request to standard error");
    command.add_flag("--json", options.json, "Print one JSON object at the end");
    command.add_option("--report", options.report, "Write the same JSON object to a file");
}

void addRegistryOption(CLI::App& command, CopyOptions& options)
{
    command
        .add_option("--registry", options.registry,
                    "ghcr.io/org, https://..., http://127.0.0.1:5000/org, or oci-layout:DIR")
        ->required();
}

void addCacheOption(CLI::App& command, CopyOptions& options)
{
    command.add_option("--cache-dir", options.cacheDirectory, "Directory of the cache; a channel is a folder in it")
        ->capture_default_str();
}

Result<mirror::Location> channelOf(const CopyOptions& options)
{
    auto channel = conda::parseChannel(text(options.channel), text(options.as));
    if (!channel)
        return channel.error();
    return mirror::Location(*std::move(channel));
}

Result<mirror::Location> registryOf(const CopyOptions& options)
{
    auto channel = conda::parseChannelName(text(options.channel), text(options.as));
    if (!channel)
        return channel.error();
    auto registry = oci::parseEndpoint(text(options.registry));
    if (!registry)
        return registry.error();
    return mirror::Location(mirror::RegistryChannel{*std::move(registry), *std::move(channel)});
}

Result<mirror::Location> cacheOf(const CopyOptions& options)
{
    auto channel = conda::parseChannelName(text(options.channel), text(options.as));
    if (!channel)
        return channel.error();
    if (options.cacheDirectory.empty())
        return usage(QStringLiteral("--cache-dir: a directory is missing"));
    const QString path = text(options.cacheDirectory);
    return mirror::Location(mirror::CacheFolder{QDir::cleanPath(QDir(path).absolutePath()), *std::move(channel)});
}

Result<mirror::CopySpec> copySpec(const CopyOptions& options, const Result<mirror::Location>& source,
                                  const Result<mirror::Location>& store)
{
    mirror::CopySpec spec;
    if (!source)
        return source.error();
    if (!store)
        return store.error();
    spec.source = *source;
    spec.store = *store;
    if (!options.subdirs.empty()) {
        spec.subdirs.clear();
        spec.subdirsNamed = true;
    }
    for (const std::string& typed : options.subdirs) {
        const QString subdir = text(typed);
        if (!conda::isSubdir(subdir))
            return usage(QStringLiteral("--subdir %1: not a platform such as linux-64 or noarch").arg(subdir));
        if (!spec.subdirs.contains(subdir))
            spec.subdirs.append(subdir);
    }
    for (const std::string& typed : options.packages) {
        if (typed == "all") {
            spec.packages.clear();
            break;
        }
        auto parsed = conda::MatchSpec::parse(typed);
        if (!parsed)
            return usage(QStringLiteral("--package: ") + parsed.error().message);
        spec.packages.push_back(*std::move(parsed));
    }
    QStringList names{channelName(spec.source)};
    if (auto own = conda::parseChannelName(text(options.channel)); own && !names.contains(*own))
        names.append(*own);
    for (const std::string& file : options.lockFiles) {
        if (!spec.exact)
            spec.exact.emplace();
        if (auto added = mirror::addLockFile(*spec.exact, text(file), names); !added)
            return usage(added.error().message);
    }
    if (spec.exact && !spec.subdirsNamed)
        spec.subdirs = subdirsOf(*spec.exact);
    if (spec.exact && spec.exact->files.empty())
        return usage(QStringLiteral("--from: nothing in it is of the channel %1").arg(names.join(QStringLiteral(" or "))));
    spec.withDependencies = options.withDependencies;
    if (spec.withDependencies && !spec.subdirs.contains(QStringLiteral("noarch")))
        spec.subdirs.append(QStringLiteral("noarch"));
    spec.dryRun = options.dryRun;
    spec.deep = options.deep;
    spec.workers = options.workers;
    spec.spacing = std::chrono::milliseconds(options.spacing);
    // A dry run writes nothing, not even an index into the user's cache.
    if (!spec.dryRun)
        spec.indexCache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/indexes");
    return spec;
}

} // namespace condaoci::app

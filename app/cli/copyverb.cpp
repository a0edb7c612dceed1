// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"
#include "app/cli/verbs.h"

#include <QDir>

#include <memory>

namespace condaoci::app {

namespace {

struct Options : CopyOptions
{
    std::string source;
    std::string destination;
    bool newestOnly = false;
};

Error usage(const QString& message)
{
    return Error{ErrorKind::Config, message};
}

/// `oci://HOST[/NAMESPACE]`, `oci+http://…`, `HOST.TLD[/NAMESPACE]` or `oci-layout:DIR`: as --registry takes it; empty
/// for anything else. An http(s) URL is a channel.
QString registryText(const QString& typed)
{
    if (typed.startsWith(QLatin1String("oci://")))
        return QStringLiteral("https") + typed.mid(3);
    if (typed.startsWith(QLatin1String("oci+http://")))
        return typed.mid(4);
    const QString first = typed.section(QLatin1Char('/'), 0, 0);
    const bool isHost = !typed.startsWith(QLatin1Char('.')) && !typed.contains(QLatin1String("://")) &&
                        (first.contains(QLatin1Char('.')) || first.contains(QLatin1Char(':')));
    return isHost || typed.startsWith(QLatin1String("oci-layout:")) ? typed : QString();
}

/// \param name  the channel's name there; where it is empty only a channel will do, which has its own
Result<mirror::Location> locationOf(const std::string& text, const QString& name)
{
    const QString typed = QString::fromStdString(text);
    const bool isCache = typed.startsWith(QLatin1String("cache:"));
    const QString registry = isCache ? QString() : registryText(typed);
    if (!isCache && registry.isEmpty()) {
        auto channel = conda::parseChannel(typed);
        if (!channel)
            return channel.error();
        return mirror::Location(*std::move(channel));
    }
    if (name.isEmpty())
        return usage(QStringLiteral("%1: which channel of it? Give its name with --channel").arg(typed));
    if (isCache) {
        const QString path = typed.mid(6);
        if (path.isEmpty())
            return usage(QStringLiteral("cache: needs a directory, for example cache:./cache"));
        return mirror::Location(mirror::CacheFolder{QDir::cleanPath(QDir(path).absolutePath()), name});
    }
    auto endpoint = oci::parseEndpoint(registry);
    if (!endpoint)
        return endpoint.error();
    return mirror::Location(mirror::RegistryChannel{*std::move(endpoint), name});
}

Result<mirror::CopySpec> specOf(const Options& options)
{
    QString name;
    if (!options.channel.empty()) {
        auto parsed = conda::parseChannelName(QString::fromStdString(options.channel));
        if (!parsed)
            return parsed.error();
        name = *std::move(parsed);
    }
    const auto source = locationOf(options.source, name);
    if (!source)
        return source.error();
    QString nameThere = name.isEmpty() ? channelName(*source) : name;
    if (!options.as.empty()) {
        auto parsed = conda::parseChannelName({}, QString::fromStdString(options.as));
        if (!parsed)
            return parsed.error();
        nameThere = *std::move(parsed);
    }
    auto spec = copySpec(options, source, locationOf(options.destination, nameThere));
    if (spec)
        spec->newestOnly = options.newestOnly;
    return spec;
}

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
    command->add_flag("--newest", options->newestOnly, "Of each name only the newest version's highest build number");
    command->footer(
        "Places: ghcr.io/org or oci://HOST/org (https), oci+http://127.0.0.1:5000/org, oci-layout:DIR,\n"
        "cache:DIR; anything else is a channel. --channel names the channel of a registry, layout or cache.\n\n"
        "Examples:\n"
        "  conda-oci copy conda-forge cache:./cache -p zlib -s linux-64\n"
        "  conda-oci copy ghcr.io/myorg oci-layout:./carrier -c conda-forge\n"
        "  conda-oci copy oci-layout:./carrier oci://registry.inside/conda -c conda-forge");
    return {command, [options] { return runCopy(specOf(*options), *options); }};
}

} // namespace condaoci::app

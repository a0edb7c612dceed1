// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/request/copyrequest.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/mirror/places/indexcache.h"

#include <QDir>
#include <QRegularExpression>

namespace condaoci::mirror {

using Verb = CopyRequest::Verb;

namespace {

Error usage(const QString& message)
{
    return Error{ErrorKind::Config, message};
}

/// The platforms that lock files name packages of.
QStringList subdirsOf(const ExactSelection& selection)
{
    QStringList subdirs;
    const auto add = [&subdirs](const QString& key) {
        const QString subdir = key.section(QLatin1Char('/'), 0, 0);
        if (!subdirs.contains(subdir))
            subdirs.append(subdir);
    };
    for (const auto& [key, wanted] : selection.files)
        add(key);
    for (const ExactSelection::Other& refused : selection.refused)
        add(refused.name);
    return subdirs;
}

/// Where a channel is a folder: its path; else nothing.
QString folderOf(const Location& location)
{
    if (const auto* channel = std::get_if<conda::Channel>(&location))
        return channel->isLocal() ? channel->bases.constFirst().toLocalFile() : QString();
    const auto* cache = std::get_if<CacheFolder>(&location);
    return cache ? cache->channelPath() : QString();
}

Result<Location> channelAt(const CopyRequest& request)
{
    auto channel = conda::parseChannel(request.channel, request.as);
    if (!channel)
        return channel.error();
    return Location(*std::move(channel));
}

/// Does the request only ask what there is to copy, into a registry that it does not name?
bool isWithoutRegistry(const CopyRequest& request)
{
    return request.dryRun && request.registry.isEmpty() && request.shards == 0 &&
           (request.verb == Verb::Mirror || request.verb == Verb::PushCache);
}

Result<Location> registryAt(const CopyRequest& request)
{
    auto channel = conda::parseChannelName(request.channel, request.as);
    if (!channel)
        return channel.error();
    if (isWithoutRegistry(request))
        return Location(RegistryChannel{{}, *std::move(channel)});
    if (request.registry.isEmpty())
        return usage(Messages::tr("the registry is missing, for example ghcr.io/myorg"));
    auto registry = oci::parseEndpoint(request.registry);
    if (!registry)
        return registry.error();
    return Location(RegistryChannel{*std::move(registry), *std::move(channel)});
}

Result<Location> cacheAt(const CopyRequest& request)
{
    auto channel = conda::parseChannelName(request.channel, request.as);
    if (!channel)
        return channel.error();
    if (request.cacheDirectory.isEmpty())
        return usage(Messages::tr("the cache's directory is missing"));
    return Location(CacheFolder{QDir::cleanPath(QDir(request.cacheDirectory).absolutePath()), *std::move(channel)});
}

/// `oci://HOST[/NAMESPACE]`, `oci+http://…`, `HOST.TLD[/NAMESPACE]` or `oci-layout:DIR`: as --registry takes it; empty
/// for anything else. An http(s) URL is a channel.
QString registryText(const QString& typed)
{
    if (typed.startsWith(QLatin1String("oci://")) || typed.startsWith(QLatin1String("oci+http://")))
        return typed;
    const QString first = typed.section(QLatin1Char('/'), 0, 0);
    const bool isHost = !typed.startsWith(QLatin1Char('.')) && !typed.contains(QLatin1String("://")) &&
                        (first.contains(QLatin1Char('.')) || first.contains(QLatin1Char(':')));
    return isHost || typed.startsWith(QLatin1String("oci-layout:")) ? typed : QString();
}

/// \param name  the channel's name there; where it is empty only a channel will do, which has its own
Result<Location> placeOf(const QString& typed, const QString& name)
{
    const bool isCache = typed.startsWith(QLatin1String("cache:"));
    const QString registry = isCache ? QString() : registryText(typed);
    if (!isCache && registry.isEmpty()) {
        auto channel = conda::parseChannel(typed);
        if (!channel && typed.contains(QLatin1String("://")))
            return usage(Messages::tr("%1; if it is a registry, write oci://HOST, or oci+http://HOST for http")
                             .arg(channel.error().message));
        if (!channel)
            return channel.error();
        return Location(*std::move(channel));
    }
    if (name.isEmpty())
        return usage(Messages::tr("%1: which channel of it? Give its name with --channel").arg(typed));
    if (isCache) {
        const QString path = typed.mid(6);
        if (path.isEmpty())
            return usage(Messages::tr("cache: needs a directory, for example cache:./cache"));
        return Location(CacheFolder{QDir::cleanPath(QDir(path).absolutePath()), name});
    }
    auto endpoint = oci::parseEndpoint(registry);
    if (!endpoint)
        return endpoint.error();
    return Location(RegistryChannel{*std::move(endpoint), name});
}

struct Ends
{
    Location source;
    Location store;
};

Result<Ends> copyEnds(const CopyRequest& request)
{
    QString name;
    if (!request.channel.isEmpty()) {
        auto parsed = conda::parseChannelName(request.channel);
        if (!parsed)
            return parsed.error();
        name = *std::move(parsed);
    }
    auto source = placeOf(request.source, name);
    if (!source)
        return source.error();
    QString nameThere = name.isEmpty() ? channelName(*source) : name;
    if (!request.as.isEmpty()) {
        auto parsed = conda::parseChannelName({}, request.as);
        if (!parsed)
            return parsed.error();
        nameThere = *std::move(parsed);
    }
    auto store = placeOf(request.destination, nameThere);
    if (!store)
        return store.error();
    return Ends{*std::move(source), *std::move(store)};
}

/// How an http URL that is read as a channel's would be written if it is a registry's; empty where it is none.
QString asRegistry(const CopyRequest& request)
{
    if (request.verb != Verb::Copy)
        return {};
    if (request.source.startsWith(QLatin1String("http://")))
        return withoutSecrets(QStringLiteral("oci+http://") + request.source.mid(7));
    return request.source.startsWith(QLatin1String("https://"))
               ? withoutSecrets(QStringLiteral("oci://") + request.source.mid(8))
               : QString();
}

/// \param names  one, or two for the same channel
QString eitherOf(const QStringList& names)
{
    return names.size() > 1 ? Messages::tr("%1 or %2").arg(names.first(), names.last()) : names.first();
}

/// A specification may say which channel it means; a run has one.
Result<void> checkChannel(const conda::MatchSpec& wanted, const QStringList& names)
{
    const QString channel = text(wanted.channel());
    if (channel.isEmpty())
        return {};
    const auto name = conda::parseChannelName(channel);
    const bool isDefault =
        channel == QLatin1String("defaults") &&
        std::any_of(names.begin(), names.end(), [](const auto& one) { return one.startsWith(QLatin1String("pkgs/")); });
    if (isDefault || (name && names.contains(*name)))
        return {};
    return usage(Messages::tr("'%1' is a package of the channel %2, but this run copies the channel %3")
                     .arg(wanted.shown(), oneLine(withoutSecrets(channel), 100), eitherOf(names)));
}

Result<Ends> endsOf(const CopyRequest& request)
{
    if (request.verb == Verb::Copy)
        return copyEnds(request);
    auto registry = registryAt(request);
    if (!registry)
        return registry.error();
    auto other = request.verb == Verb::Mirror ? channelAt(request) : cacheAt(request);
    if (!other)
        return other.error();
    if (request.verb == Verb::PullCache)
        return Ends{*std::move(registry), *std::move(other)};
    return Ends{*std::move(other), *std::move(registry)};
}

Result<void> setSelection(const CopyRequest& request, CopySpec& spec)
{
    for (const QString& subdir : request.subdirs) {
        if (!conda::isSubdir(subdir))
            return usage(Messages::tr("%1 is not a platform such as linux-64 or noarch").arg(oneLine(subdir, 100)));
    }
    if (!request.subdirs.isEmpty()) {
        spec.subdirs = request.subdirs;
        spec.subdirs.removeDuplicates();
        spec.subdirsNamed = true;
    }
    QStringList names{channelName(spec.source)};
    for (const auto& own : {conda::parseChannelName(request.channel), Result<QString>(ownChannelName(spec.source))}) {
        if (own && !own->isEmpty() && !names.contains(*own))
            names.append(*own);
    }
    if (!request.packages.contains(QStringLiteral("all"))) {
        for (const QString& typed : request.packages) {
            auto parsed = conda::MatchSpec::parse(typed.toStdString());
            if (!parsed)
                return usage(parsed.error().message);
            if (auto checked = checkChannel(*parsed, names); !checked)
                return checked;
            spec.packages.push_back(*std::move(parsed));
        }
    }
    for (const QString& file : request.lockFiles) {
        if (!spec.exact)
            spec.exact.emplace();
        if (auto added = addLockFile(*spec.exact, file, names, folderOf(spec.source)); !added)
            return usage(added.error().message);
    }
    if (spec.exact && !spec.subdirsNamed)
        spec.subdirs = subdirsOf(*spec.exact);
    if (spec.exact && spec.exact->files.empty() && spec.exact->refused.empty()) {
        const QString all = request.lockFiles.join(QStringLiteral(", "));
        if (spec.exact->others.empty())
            return usage(Messages::tr("nothing in %1 is of the channel %2").arg(all, eitherOf(names)));
        const ExactSelection::Other& first = spec.exact->others.front();
        return usage(Messages::tr("nothing in %1 is of the channel %2; the first entry is %3: %4")
                         .arg(all, eitherOf(names), first.name, first.reason));
    }
    spec.withDependencies = request.withDependencies;
    if (spec.withDependencies && !spec.subdirs.contains(QStringLiteral("noarch")))
        spec.subdirs.append(QStringLiteral("noarch"));
    return {};
}

Result<void> setShards(const CopyRequest& request, CopySpec& spec)
{
    if (request.shard.isEmpty() && request.shards == 0)
        return {};
    if (request.verb != Verb::Mirror)
        return usage(Messages::tr("only a mirror is made in shards"));
    if (!request.shard.isEmpty()) {
        auto shard = parseShard(request.shard);
        if (!shard)
            return shard.error();
        spec.shard = *shard;
        if (request.fullIndex)
            return usage(Messages::tr("a shard lists what it brought; give --index full to `conda-oci publish`"));
    }
    if (request.shards < 0 || request.shards > Shard::most)
        return usage(Messages::tr("a mirror has from 1 to %1 shards").arg(Shard::most));
    if (request.shards > 0 && (spec.shard || request.deep))
        return usage(
            Messages::tr("to publish believes what the shards say; it is no shard itself, and asks for no package"));
    spec.publishShards = request.shards;
    return {};
}

/// What the verbs mean beyond their places.
void setMeaning(const CopyRequest& request, CopySpec& spec)
{
    spec.yanked = request.verb == Verb::Mirror ? request.yanked : request.verb == Verb::Copy;
    switch (request.verb) {
    case Verb::Mirror:
        spec.index = request.fullIndex ? IndexMode::Full : IndexMode::Present;
        break;
    case Verb::PullCache:
        spec.newestOnly = !request.allVersions;
        break;
    case Verb::PushCache:
        spec.index = IndexMode::Merged;
        spec.deep = spec.deep || request.everything;
        spec.presence = request.againstLocal ? Presence::SourceIndex : Presence::StoreIndex;
        break;
    case Verb::Copy:
        spec.newestOnly = request.newestOnly;
        break;
    }
}

} // namespace

Result<http::TlsOptions> tlsOptions(const QString& caFile, const QString& clientCertificate, const QString& clientKey,
                                    const QStringList& acceptedCertificates)
{
    http::TlsOptions options{caFile, clientCertificate, clientKey};
    for (const QString& accepted : acceptedCertificates) {
        if (auto taken = http::acceptCertificate(options, accepted); !taken)
            return taken.error();
    }
    if (auto readable = http::tlsConfiguration(options, true); !readable)
        return readable.error();
    return options;
}

Result<CopySpec> toSpec(const CopyRequest& request)
{
    if (request.channel.contains(QLatin1String("***")) || request.source.contains(QLatin1String("***")))
        return usage(
            Messages::tr("the address of this channel was kept without its password or token; write it again"));
    CopySpec spec;
    auto ends = endsOf(request);
    if (!ends)
        return ends.error();
    spec.source = std::move(ends->source);
    spec.store = std::move(ends->store);
    if (auto selected = setSelection(request, spec); !selected)
        return selected.error();
    if (request.workers < 1)
        return usage(Messages::tr("there has to be at least one worker"));
    spec.dryRun = request.dryRun;
    spec.deep = request.deep;
    spec.allowShrink = request.allowShrink;
    spec.adopt = request.adopt;
    spec.trustFiles = request.trustFiles && (request.verb == Verb::PushCache || request.verb == Verb::Copy);
    spec.strict = request.strict;
    spec.withoutStore = isWithoutRegistry(request);
    spec.sourceAsRegistry = asRegistry(request);
    spec.workers = request.workers;
    spec.spacing = std::chrono::milliseconds(request.spacing);
    if (auto shared = setShards(request, spec); !shared)
        return shared.error();
    auto tls = tlsOptions(request.caFile, request.clientCertificate, request.clientKey, request.acceptedCertificates);
    if (!tls)
        return tls.error();
    spec.tls = *std::move(tls);
    setMeaning(request, spec);
    // A dry run writes nothing, not even an index into the user's cache.
    if (!spec.dryRun)
        spec.indexCache = cachedDocumentsFolder();
    return spec;
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copyrequest.h"

#include "core/base/messages.h"
#include "core/base/text.h"

#include <QDir>
#include <QJsonArray>
#include <QRegularExpression>
#include <QStandardPaths>

#include <array>

namespace condaoci::mirror {

using Verb = CopyRequest::Verb;

namespace {

Error usage(const QString& message)
{
    return Error{ErrorKind::Config, message};
}

const std::array<const char*, 4> verbNames{"mirror", "pull-cache", "push-cache", "copy"};

/// Of a specification that begins with its channel's address (URL::name); others may have "token=1.2" in them.
QString withoutAddressSecrets(const QString& specification)
{
    return specification.contains(QLatin1String("://")) ? withoutSecrets(specification) : specification;
}

/// The platforms that lock files name packages of.
QStringList subdirsOf(const ExactSelection& selection)
{
    QStringList subdirs;
    for (const auto& [key, wanted] : selection.files) {
        const QString subdir = key.section(QLatin1Char('/'), 0, 0);
        if (!subdirs.contains(subdir))
            subdirs.append(subdir);
    }
    return subdirs;
}

Result<Location> channelAt(const CopyRequest& request)
{
    auto channel = conda::parseChannel(request.channel, request.as);
    if (!channel)
        return channel.error();
    return Location(*std::move(channel));
}

Result<Location> registryAt(const CopyRequest& request)
{
    auto channel = conda::parseChannelName(request.channel, request.as);
    if (!channel)
        return channel.error();
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
    if (!request.packages.contains(QStringLiteral("all"))) {
        for (const QString& typed : request.packages) {
            auto parsed = conda::MatchSpec::parse(typed.toStdString());
            if (!parsed)
                return usage(parsed.error().message);
            spec.packages.push_back(*std::move(parsed));
        }
    }
    QStringList names{channelName(spec.source)};
    if (auto own = conda::parseChannelName(request.channel); own && !names.contains(*own))
        names.append(*own);
    for (const QString& file : request.lockFiles) {
        if (!spec.exact)
            spec.exact.emplace();
        if (auto added = addLockFile(*spec.exact, file, names); !added)
            return usage(added.error().message);
    }
    if (spec.exact && !spec.subdirsNamed)
        spec.subdirs = subdirsOf(*spec.exact);
    if (spec.exact && spec.exact->files.empty())
        return usage(
            Messages::tr("nothing in %1 is of the channel %2")
                .arg(request.lockFiles.join(QStringLiteral(", ")),
                     names.size() > 1 ? Messages::tr("%1 or %2").arg(names.first(), names.last()) : names.first()));
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
        spec.indexCache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/indexes");
    return spec;
}

QStringList commandLine(const CopyRequest& request)
{
    const CopyRequest defaults;
    QStringList line{request.shards > 0 ? QStringLiteral("publish")
                                        : QLatin1String(verbNames[static_cast<size_t>(request.verb)]).toString()};
    const auto option = [&line](const char* name, const QString& value) {
        line.append(QLatin1String(name));
        line.append(value);
    };
    if (request.verb == Verb::Copy)
        line << withoutSecrets(request.source) << withoutSecrets(request.destination);
    if (!request.channel.isEmpty())
        option("--channel", withoutSecrets(request.channel));
    if (!request.as.isEmpty())
        option("--as", request.as);
    for (const QString& subdir : request.subdirs)
        option("--subdir", subdir);
    for (const QString& package : request.packages)
        option("--package", withoutAddressSecrets(package));
    for (const QString& file : request.lockFiles)
        option("--from", file);
    if (request.verb != Verb::Copy)
        option("--registry", withoutSecrets(request.registry));
    if (request.verb == Verb::PullCache || request.verb == Verb::PushCache)
        option("--cache-dir", request.cacheDirectory);
    const auto flag = [&line](bool given, const char* name) {
        if (given)
            line.append(QLatin1String(name));
    };
    flag(request.withDependencies, "--with-dependencies");
    flag(request.verb == Verb::Mirror && !request.yanked, "--no-yanked");
    if (request.verb == Verb::Mirror && request.fullIndex)
        option("--index", QStringLiteral("full"));
    if (!request.shard.isEmpty())
        option("--shard", request.shard);
    if (request.shards > 0)
        option("--shards", QString::number(request.shards));
    flag(request.verb == Verb::PullCache && request.allVersions, "--all-versions");
    flag(request.verb == Verb::PushCache && request.everything, "--all");
    if (request.verb == Verb::PushCache && request.againstLocal)
        option("--against", QStringLiteral("local"));
    flag(request.verb == Verb::Copy && request.newestOnly, "--newest");
    flag(request.dryRun, "--dry-run");
    flag(request.deep, "--deep");
    if (request.workers != defaults.workers)
        option("--workers", QString::number(request.workers));
    if (request.spacing != defaults.spacing)
        option("--timeout", QString::number(request.spacing));
    const std::array<std::pair<const char*, const QString&>, 3> files{{{"--ca-file", request.caFile},
                                                                       {"--client-cert", request.clientCertificate},
                                                                       {"--client-key", request.clientKey}}};
    for (const auto& [name, file] : files) {
        if (!file.isEmpty())
            option(name, file);
    }
    for (const QString& accepted : request.acceptedCertificates)
        option("--accept-certificate", accepted);
    return line;
}

QString shellCommand(const QStringList& arguments)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+:,./-]+$"));
    QStringList words{QStringLiteral("conda-oci")};
    for (QString argument : arguments) {
        if (plain.match(argument).hasMatch()) {
            words.append(argument);
            continue;
        }
#ifdef Q_OS_WIN
        words.append(QLatin1Char('"') + argument.replace(QLatin1Char('"'), QLatin1String("\\\"")) + QLatin1Char('"'));
#else
        words.append(QLatin1Char('\'') + argument.replace(QLatin1Char('\''), QLatin1String("'\\''")) +
                     QLatin1Char('\''));
#endif
    }
    return words.join(QLatin1Char(' '));
}

QString title(const CopyRequest& request)
{
    const QString name = request.as.isEmpty() ? withoutSecrets(request.channel) : request.as;
    const QString arrow = QStringLiteral(" → ");
    const QString cache = QDir::toNativeSeparators(request.cacheDirectory);
    switch (request.verb) {
    case Verb::Mirror:
        return name + arrow + withoutSecrets(request.registry);
    case Verb::PullCache:
        return QStringLiteral("%1 (%2)").arg(withoutSecrets(request.registry), name) + arrow + cache;
    case Verb::PushCache:
        return QStringLiteral("%1 (%2)").arg(cache, name) + arrow + withoutSecrets(request.registry);
    case Verb::Copy:
        break;
    }
    return withoutSecrets(request.source) + arrow + withoutSecrets(request.destination);
}

namespace {

/// One list of the fields for both directions: `visit(key, value)` for each.
template<typename Request, typename Visit>
void forEachField(Request& request, const Visit& visit)
{
    visit("channel", request.channel);
    visit("as", request.as);
    visit("registry", request.registry);
    visit("cacheDirectory", request.cacheDirectory);
    visit("source", request.source);
    visit("destination", request.destination);
    visit("subdirs", request.subdirs);
    visit("packages", request.packages);
    visit("lockFiles", request.lockFiles);
    visit("withDependencies", request.withDependencies);
    visit("yanked", request.yanked);
    visit("fullIndex", request.fullIndex);
    visit("allVersions", request.allVersions);
    visit("everything", request.everything);
    visit("againstLocal", request.againstLocal);
    visit("newestOnly", request.newestOnly);
    visit("shard", request.shard);
    visit("shards", request.shards);
    visit("dryRun", request.dryRun);
    visit("deep", request.deep);
    visit("workers", request.workers);
    visit("spacing", request.spacing);
    visit("caFile", request.caFile);
    visit("clientCertificate", request.clientCertificate);
    visit("clientKey", request.clientKey);
    visit("acceptedCertificates", request.acceptedCertificates);
}

QJsonValue jsonOf(const QString& text)
{
    return withoutSecrets(text);
}
QJsonValue jsonOf(const QStringList& list)
{
    QJsonArray array;
    for (const QString& text : list)
        array.append(withoutAddressSecrets(text));
    return array;
}
template<typename T>
QJsonValue jsonOf(const T& value)
{
    return QJsonValue(value);
}

bool take(const QJsonValue& json, QString& value)
{
    value = json.toString();
    return json.isString();
}
bool take(const QJsonValue& json, bool& value)
{
    value = json.toBool();
    return json.isBool();
}
bool take(const QJsonValue& json, int& value)
{
    value = json.toInt(-1);
    return value >= 0;
}
bool take(const QJsonValue& json, QStringList& value)
{
    value.clear();
    for (const QJsonValue& item : json.toArray()) {
        if (!item.isString())
            return false;
        value.append(item.toString());
    }
    return json.isArray();
}

} // namespace

QJsonObject toJson(const CopyRequest& request)
{
    QJsonObject json{{QStringLiteral("verb"), QLatin1String(verbNames[static_cast<size_t>(request.verb)])}};
    forEachField(request, [&](const char* key, const auto& value) { json[QLatin1String(key)] = jsonOf(value); });
    return json;
}

Result<CopyRequest> requestFromJson(const QJsonObject& json)
{
    CopyRequest request;
    const QString verb = json.value(QLatin1String("verb")).toString();
    const auto known =
        std::find_if(verbNames.begin(), verbNames.end(), [&](const char* name) { return verb == QLatin1String(name); });
    if (known == verbNames.end())
        return Error{ErrorKind::Parse, Messages::tr("a copy has no known verb: %1").arg(oneLine(verb, 100))};
    request.verb = static_cast<Verb>(known - verbNames.begin());
    QString wrong;
    forEachField(request, [&](const char* key, auto& value) {
        const auto found = json.constFind(QLatin1String(key));
        if (found != json.constEnd() && !take(*found, value))
            wrong = QLatin1String(key);
    });
    if (!wrong.isEmpty())
        return Error{ErrorKind::Parse, Messages::tr("a copy's \"%1\" is of the wrong kind").arg(wrong)};
    return request;
}

QByteArray explicitList(const QString& channelName, const std::vector<SelectedFile>& files)
{
    // Lock files are compared by the channel's name, so any host that gives the channel this name will do.
    QUrl base(QStringLiteral("https://conda.anaconda.org"));
    base.setPath(QLatin1Char('/') + channelName);
    QByteArray list = "@EXPLICIT\n";
    const QByteArray beginning = base.toEncoded() + '/';
    for (const SelectedFile& file : files) {
        const QString path = file.subdir + QLatin1Char('/') + file.fileName;
        // Hardly any has what is to be encoded, and there may be a million.
        const bool isPlain = std::all_of(path.begin(), path.end(), [](QChar c) {
            return (c >= QLatin1Char('a') && c <= QLatin1Char('z')) ||
                   (c >= QLatin1Char('0') && c <= QLatin1Char('9')) ||
                   (c >= QLatin1Char('A') && c <= QLatin1Char('Z')) || QStringLiteral("-_./").contains(c);
        });
        if (isPlain)
            list += beginning + path.toLatin1();
        else
            list += conda::Channel::fileUrl(base, file.subdir, file.fileName).toEncoded();
        if (!file.sha256.isEmpty())
            list += "#sha256:" + file.sha256;
        else if (!file.md5.isEmpty())
            list += '#' + file.md5;
        list += '\n';
    }
    return list;
}

} // namespace condaoci::mirror

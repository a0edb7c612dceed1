// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// A request as text: the command line that does the same, its title, and what is kept of it. None of these has a
// secret.
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/mirror/request/copyrequest.h"

#include <QDir>
#include <QJsonArray>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace condaoci::mirror {

using Verb = CopyRequest::Verb;

namespace {

const std::array<const char*, 4> verbNames{"mirror", "pull-cache", "push-cache", "copy"};

/// Of a specification that begins with its channel's address (URL::name); others may have "token=1.2" in them.
QString withoutAddressSecrets(const QString& specification)
{
    return specification.contains(QLatin1String("://")) ? withoutSecrets(specification) : specification;
}

} // namespace

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
    if (request.verb != Verb::Copy && !request.registry.isEmpty())
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
    flag(request.adopt, "--adopt");
    flag(request.dryRun, "--dry-run");
    flag(request.deep, "--deep");
    flag(request.verb != Verb::PushCache && request.allowShrink, "--allow-shrink");
    flag((request.verb == Verb::PushCache || request.verb == Verb::Copy) && request.trustFiles, "--trust-files");
    flag(request.strict, "--strict");
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
    visit("adopt", request.adopt);
    visit("dryRun", request.dryRun);
    visit("deep", request.deep);
    visit("allowShrink", request.allowShrink);
    visit("trustFiles", request.trustFiles);
    visit("strict", request.strict);
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

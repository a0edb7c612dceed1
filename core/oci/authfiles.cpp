// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/authfiles.h"

#include "core/base/application.h"
#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/text.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>

namespace condaoci::oci {

namespace {

Q_LOGGING_CATEGORY(authLog, "condaoci.auth", QtWarningMsg)

QString inHome(const char* path)
{
    return QDir::homePath() + QLatin1Char('/') + QLatin1String(path);
}

/// A relative one would be another one in each folder; the XDG specification has them ignored.
QString folderIn(const char* variable)
{
    const QString folder = qEnvironmentVariable(variable);
    return QDir::isAbsolutePath(folder) ? folder : QString();
}

QStringList authFiles()
{
    const QString docker = qEnvironmentVariable("DOCKER_CONFIG");
    QStringList files{docker.isEmpty() ? inHome(".docker/config.json") : docker + QStringLiteral("/config.json")};
    const QString podman = qEnvironmentVariable("REGISTRY_AUTH_FILE");
    const QString runtime = folderIn("XDG_RUNTIME_DIR");
    if (!podman.isEmpty()) {
        files.append(podman);
        return files;
    }
    // Where podman has no folder of a session it takes one of its own for each user; /proc/self is this one's.
    files.append((runtime.isEmpty()
                      ? QStringLiteral("/run/containers/%1").arg(QFileInfo(QStringLiteral("/proc/self")).ownerId())
                      : runtime + QStringLiteral("/containers")) +
                 QStringLiteral("/auth.json"));
    if (const QString config = folderIn("XDG_CONFIG_HOME"); !config.isEmpty())
        files.append(config + QStringLiteral("/containers/auth.json"));
    files.append(inHome(".config/containers/auth.json"));
    return files;
}

/// Keys are written with and without a scheme, and Docker's own registry under names from before its second version.
QString normalized(QString key)
{
    static const QRegularExpression scheme(QStringLiteral("^https?://"));
    static const QRegularExpression version(QStringLiteral("/v[12]/?$"));
    key.remove(scheme).remove(version);
    while (key.endsWith(QLatin1Char('/')))
        key.chop(1);
    const QString written = key.section(QLatin1Char('/'), 0, 0);
    const QString host = written.toLower();
    key.replace(0, written.size(), host);
    if (host == QLatin1String("docker.io") || host == QLatin1String("index.docker.io"))
        key = QStringLiteral("registry-1.docker.io") + key.mid(host.size());
    return key;
}

/// "ghcr.io/org/sub", "ghcr.io/org", "ghcr.io".
QStringList placesFor(const QString& host, const QString& prefix)
{
    QStringList places;
    for (QString path = prefix.isEmpty() ? host : host + QLatin1Char('/') + prefix; path.size() >= host.size();
         path = path.section(QLatin1Char('/'), 0, -2)) {
        places.append(path);
        if (path == host)
            break;
    }
    return places;
}

std::optional<Credentials> fromEntry(const QJsonObject& entry)
{
    Credentials credentials{entry.value(QLatin1String("username")).toString(),
                            entry.value(QLatin1String("password")).toString()};
    QByteArray both = QByteArray::fromBase64(entry.value(QLatin1String("auth")).toString().toLatin1());
    while (both.endsWith('\0')) // docker takes them away: there are writers who pad
        both.chop(1);
    if (const auto colon = both.indexOf(':'); credentials.secret.isEmpty() && colon > 0)
        credentials = {QString::fromUtf8(both.first(colon)), QString::fromUtf8(both.sliced(colon + 1))};
    // With an identity token the user's name is a placeholder, and there is no password.
    credentials.identityToken = entry.value(QLatin1String("identitytoken")).toString();
    if (!credentials.identityToken.isEmpty()) {
        credentials.secret.clear();
        return credentials;
    }
    if (credentials.user.isEmpty() || credentials.secret.isEmpty())
        return std::nullopt;
    return credentials;
}

/// docker-credential-helpers' protocol: the server on standard input, JSON on standard output.
std::optional<Credentials> fromHelper(const QString& name, const QString& server)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9._-]+$"));
    const QString program = QStandardPaths::findExecutable(QStringLiteral("docker-credential-") + name);
    if (!plain.match(name).hasMatch() || program.isEmpty()) {
        qCWarning(authLog).noquote()
            << QStringLiteral("there is no program docker-credential-%1, which is to have the password for %2")
                   .arg(oneLine(name, 100), oneLine(server, 200));
        return std::nullopt;
    }
    ensureApplication();
    QProcess helper;
    helper.start(program, {QStringLiteral("get")});
    helper.write(server.toUtf8());
    helper.closeWriteChannel();
    const int wait = static_cast<int>(std::chrono::milliseconds(limits::keychainWait).count());
    if (!helper.waitForFinished(wait) || helper.exitStatus() != QProcess::NormalExit || helper.exitCode() != 0) {
        // The protocol's words for having nothing; anything else is a failure that the user should know of.
        if (helper.readAllStandardOutput().contains("credentials not found"))
            qCDebug(authLog).noquote() << helper.program() << "has nothing for" << server;
        else
            qCWarning(authLog).noquote() << helper.program() << "failed to give the password for"
                                         << oneLine(server, 200);
        helper.kill();
        helper.waitForFinished();
        return std::nullopt;
    }
    const QJsonObject answer = QJsonDocument::fromJson(helper.readAllStandardOutput()).object();
    Credentials credentials{answer.value(QLatin1String("Username")).toString(),
                            answer.value(QLatin1String("Secret")).toString()};
    if (credentials.secret.isEmpty() || credentials.user.isEmpty())
        return std::nullopt;
    // "<token>" marks an identity token, which is exchanged in a way of its own and is no password.
    if (credentials.user == QLatin1String("<token>"))
        std::swap(credentials.identityToken, credentials.secret);
    return credentials;
}

/// The keys of an object that mean one of the places, the longest place first.
QStringList keysFor(const QStringList& places, const QJsonObject& object)
{
    QStringList keys;
    for (const QString& place : places) {
        for (auto it = object.begin(); it != object.end(); ++it) {
            if (normalized(it.key()) == place)
                keys.append(it.key());
        }
    }
    return keys;
}

/// The name under which docker keeps a registry in its store.
QString storedName(const QString& host)
{
    return host == QLatin1String("registry-1.docker.io") ? QStringLiteral("https://index.docker.io/v1/") : host;
}

std::optional<Credentials> fromFile(const QJsonObject& file, const QStringList& places)
{
    const QJsonObject helpers = file.value(QLatin1String("credHelpers")).toObject();
    const QJsonObject auths = file.value(QLatin1String("auths")).toObject();
    const QString store = file.value(QLatin1String("credsStore")).toString();
    for (const QString& key : keysFor(places, helpers)) {
        if (auto found = fromHelper(helpers.value(key).toString(), key))
            return found;
    }
    const QStringList keys = keysFor(places, auths);
    if (!store.isEmpty()) {
        QStringList servers = keys + QStringList(storedName(places.constLast()));
        servers.removeDuplicates();
        for (const QString& server : std::as_const(servers)) {
            if (auto found = fromHelper(store, server))
                return found;
        }
    }
    for (const QString& key : keys) {
        if (auto found = fromEntry(auths.value(key).toObject()))
            return found;
    }
    return std::nullopt;
}

} // namespace

std::optional<FoundCredentials> credentialsFromAuthFiles(const QString& host, const QString& prefix)
{
    for (const QString& path : authFiles()) {
        const bool isNamed = path == qEnvironmentVariable("REGISTRY_AUTH_FILE");
        auto bytes = (isNamed ? readNamedFile : readFile)(path, limits::metadataFile);
        if (!bytes)
            continue;
        QJsonParseError parsed;
        const QJsonObject file = QJsonDocument::fromJson(*bytes, &parsed).object();
        if (parsed.error != QJsonParseError::NoError)
            qCWarning(authLog).noquote() << path << "is damaged and was passed over:" << parsed.errorString();
        if (auto credentials = fromFile(file, placesFor(host, prefix)))
            return FoundCredentials{*std::move(credentials), QDir::toNativeSeparators(path)};
    }
    return std::nullopt;
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/workspace.h"

#include "core/base/atomicfile.h"
#include "core/base/text.h"
#include "ui/preferences.h"
#include "ui/transfers/transfers.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

namespace condaoci::ui {

namespace {

const QString channelsKey = QStringLiteral("channels");
const QString registriesKey = QStringLiteral("registries");
const QString cachesKey = QStringLiteral("caches");
const QString certificatesKey = QStringLiteral("acceptedCertificates");
const QString openedSinceKey = QStringLiteral("channels/openedSinceMirrored");

QStringList strings(const QJsonValue& json)
{
    QStringList list;
    for (const QJsonValue& value : json.toArray()) {
        if (value.isString())
            list.append(value.toString());
    }
    return list;
}

template<typename List>
auto find(List& list, const QString& text)
{
    return std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.text == text; });
}

QString lastKey(mirror::CopyRequest::Verb verb)
{
    return QStringLiteral("copy/last%1").arg(static_cast<int>(verb));
}

/// "HOST:PORT=", as what is accepted there begins.
QString placeOf(const oci::Endpoint& registry)
{
    return QStringLiteral("%1:%2=").arg(registry.origin.host()).arg(registry.origin.port(443));
}

constexpr auto temporaryLife = std::chrono::hours(1); ///< of a window that was ended while it wrote

} // namespace

Workspace::Workspace(const QString& folder, Credentials credentials, QObject* parent)
    : QObject(parent)
    , m_folder(folder)
    , m_credentials(std::move(credentials))
    , m_state(stateFile(folder))
{
    const QString transfers = folder + QStringLiteral("/transfers");
    for (const QString& place : {folder, transfers})
        removeLeftTemporaries(place, temporaryLife);
    load();
    m_transfers = std::make_unique<Transfers>(transfers, m_credentials);
}

Workspace::~Workspace() = default;

void Workspace::load()
{
    for (const QJsonValue& json : m_state.value(channelsKey).toArray()) {
        Channel channel{json[QLatin1String("text")].toString(), strings(json[QLatin1String("subdirs")]),
                        json[QLatin1String("registry")].toString(),
                        QDateTime::fromString(json[QLatin1String("readAt")].toString(), Qt::ISODate)};
        if (!channel.text.isEmpty())
            m_channels.append(channel);
    }
    for (const QJsonValue& json : m_state.value(registriesKey).toArray()) {
        Registry registry{json[QLatin1String("text")].toString(), strings(json[QLatin1String("channels")])};
        if (!registry.text.isEmpty())
            m_registries.append(registry);
    }
    m_caches = strings(m_state.value(cachesKey));
    m_certificates = strings(m_state.value(certificatesKey));
}

void Workspace::keep()
{
    QJsonArray channels;
    for (const Channel& channel : std::as_const(m_channels)) {
        // An address with a password or token in it is for this run only.
        if (withoutSecrets(channel.text) == channel.text)
            channels.append(QJsonObject{{QStringLiteral("text"), channel.text},
                                        {QStringLiteral("subdirs"), QJsonArray::fromStringList(channel.subdirs)},
                                        {QStringLiteral("registry"), channel.registry},
                                        {QStringLiteral("readAt"), channel.readAt.toString(Qt::ISODate)}});
    }
    QJsonArray registries;
    for (const Registry& registry : std::as_const(m_registries))
        registries.append(QJsonObject{{QStringLiteral("text"), registry.text},
                                      {QStringLiteral("channels"), QJsonArray::fromStringList(registry.channels)}});
    m_state.set(channelsKey, channels);
    m_state.set(registriesKey, registries);
    m_state.set(cachesKey, QJsonArray::fromStringList(m_caches));
    m_state.set(certificatesKey, QJsonArray::fromStringList(m_certificates));
}

std::optional<Workspace::Channel> Workspace::channel(const QString& text) const
{
    const auto known = find(m_channels, text);
    return known == m_channels.end() ? std::nullopt : std::optional(*known);
}

void Workspace::putChannel(const Channel& channel)
{
    if (const auto known = find(m_channels, channel.text); known != m_channels.end())
        *known = channel;
    else
        m_channels.append(channel);
    keep();
    Q_EMIT channelsChanged();
}

void Workspace::removeChannel(const QString& text)
{
    m_channels.removeIf([&](const Channel& channel) { return channel.text == text; });
    keep();
    Q_EMIT channelsChanged();
}

void Workspace::putRegistry(const Registry& registry)
{
    if (const auto known = find(m_registries, registry.text); known != m_registries.end()) {
        const auto before = known->channels;
        for (const QString& channel : registry.channels) {
            if (!known->channels.contains(channel))
                known->channels.append(channel);
        }
        if (known->channels == before)
            return;
    } else {
        m_registries.append(registry);
    }
    keep();
    Q_EMIT registriesChanged();
}

void Workspace::removeRegistry(const QString& text)
{
    m_registries.removeIf([&](const Registry& registry) { return registry.text == text; });
    if (const auto endpoint = oci::parseEndpoint(text))
        m_certificates.removeIf([place = placeOf(*endpoint)](const QString& one) { return one.startsWith(place); });
    keep();
    Q_EMIT registriesChanged();
}

std::function<http::Network()> Workspace::network() const
{
    return [preferences = Preferences::load(m_state), certificates = m_certificates] {
        http::Network network;
        auto tls =
            mirror::tlsOptions(preferences.caFile, preferences.clientCertificate, preferences.clientKey, certificates);
        if (tls) // a file that is gone is named by the copy that needs it
            network.tls = *std::move(tls);
        return network;
    };
}

mirror::CopyRequest Workspace::newRequest(mirror::CopyRequest::Verb verb) const
{
    const Preferences preferences = Preferences::load(m_state);
    mirror::CopyRequest request;
    request.verb = verb;
    request.registry = preferences.registry;
    if (request.registry.isEmpty() && !m_registries.isEmpty())
        request.registry = m_registries.constFirst().text;
    const QString last = m_state.value(QStringLiteral("channels/last")).toString();
    for (const Channel& known : m_channels) {
        if (&known == &m_channels.constFirst() || withoutSecrets(known.text) == last)
            request.channel = known.text;
    }
    if (!preferences.cacheDirectory.isEmpty())
        request.cacheDirectory = preferences.cacheDirectory;
    else if (!m_caches.isEmpty())
        request.cacheDirectory = m_caches.constFirst();
    else
        request.cacheDirectory = QDir::homePath() + QStringLiteral("/conda-cache");
    request.workers = preferences.workers;
    request.spacing = preferences.spacing;
    return request;
}

mirror::CopyRequest Workspace::lastRequest(mirror::CopyRequest::Verb verb) const
{
    const Preferences preferences = Preferences::load(m_state);
    mirror::CopyRequest request = newRequest(verb);
    const auto last = mirror::requestFromJson(m_state.value(lastKey(verb)).toObject());
    // What an address had in it that is secret is not kept, and it is no address without that.
    if (!last || last->verb != verb || last->channel.contains(QLatin1String("***")))
        return request;
    // A channel that was opened since is what one is busy with.
    if (verb != mirror::CopyRequest::Verb::Mirror || !m_state.value(openedSinceKey).toBool())
        request.channel = last->channel;
    if (preferences.registry.isEmpty())
        request.registry = last->registry;
    if (preferences.cacheDirectory.isEmpty())
        request.cacheDirectory = last->cacheDirectory;
    request.withDependencies = last->withDependencies;
    request.yanked = last->yanked;
    request.fullIndex = last->fullIndex;
    request.allVersions = last->allVersions;
    request.everything = last->everything;
    request.deep = last->deep;
    if (request.channel == last->channel) {
        request.as = last->as;
        request.subdirs = last->subdirs;
        request.packages = last->packages;
    }
    return request;
}

void Workspace::rememberRequest(const mirror::CopyRequest& request)
{
    mirror::CopyRequest kept = request;
    if (!kept.lockFiles.isEmpty())
        kept.subdirs.clear(); // they were the list's
    kept.lockFiles.clear();
    m_state.set(lastKey(request.verb), mirror::toJson(kept));
    if (request.verb == mirror::CopyRequest::Verb::Mirror)
        m_state.set(openedSinceKey, false);
}

void Workspace::rememberOpened(const QString& channel)
{
    m_state.set(QStringLiteral("channels/last"), withoutSecrets(channel));
    m_state.set(openedSinceKey, true);
}

mirror::CopyRequest Workspace::withNetwork(mirror::CopyRequest request) const
{
    const Preferences preferences = Preferences::load(m_state);
    request.caFile = preferences.caFile;
    request.clientCertificate = preferences.clientCertificate;
    request.clientKey = preferences.clientKey;
    request.acceptedCertificates.clear();
    const auto endpoint = oci::parseEndpoint(request.registry);
    const QString place = endpoint ? placeOf(*endpoint) : QString();
    for (const QString& one : m_certificates) {
        if (!place.isEmpty() && one.startsWith(place))
            request.acceptedCertificates.append(one);
    }
    return request;
}

void Workspace::acceptCertificate(const oci::Endpoint& registry, const QByteArray& sha256)
{
    const QString place = placeOf(registry);
    m_certificates.removeIf([&](const QString& one) { return one.startsWith(place); });
    m_certificates.append(place + QString::fromLatin1(sha256));
    keep();
}

void Workspace::addCache(const QString& directory)
{
    const QString path = QDir::cleanPath(QDir(directory).absolutePath());
    if (m_caches.contains(path))
        return;
    m_caches.append(path);
    keep();
    Q_EMIT cachesChanged();
}

void Workspace::removeCache(const QString& directory)
{
    m_caches.removeAll(directory);
    keep();
    Q_EMIT cachesChanged();
}

Result<QString> Workspace::saveSelection(const QString& folder, const QString& channelName,
                                         const std::vector<mirror::SelectedFile>& files)
{
    const QString path = folder + QLatin1Char('/') +
                         QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz")) +
                         QStringLiteral(".txt");
    if (auto made = makePrivateFolder(folder); !made)
        return made.error();
    if (auto written = writeFileAtomically(path, mirror::explicitList(channelName, files)); !written)
        return written.error();
    return path;
}

bool Workspace::isSelection(const QString& path) const
{
    return path.startsWith(selectionsFolder(m_folder) + QLatin1Char('/'));
}

QString Workspace::keepSelection(const QString& path) const
{
    const QString kept = listsFolder(m_folder) + QLatin1Char('/') + QFileInfo(path).fileName();
    return isSelection(path) && makePrivateFolder(listsFolder(m_folder)) && QFile::rename(path, kept) ? kept : path;
}

} // namespace condaoci::ui

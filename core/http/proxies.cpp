// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/proxies.h"

#include "core/base/messages.h"
#include "core/base/text.h"

#include <QHostAddress>
#include <QNetworkProxyFactory>
#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace condaoci::http {

namespace {

/// The variable in small letters, or in capitals.
QString setting(const char* name)
{
    const QString small = qEnvironmentVariable(name);
    if (!small.isEmpty())
        return small;
    const QByteArray capitals = QByteArray(name).toUpper();
    // A web server hands a visitor's "Proxy:" header to its programs under this very name (CVE-2016-5385).
    if (capitals == "HTTP_PROXY" && qEnvironmentVariableIsSet("REQUEST_METHOD"))
        return {};
    return qEnvironmentVariable(capitals.constData());
}

bool namesAProxy()
{
    static constexpr std::array names{"http_proxy", "https_proxy", "all_proxy"};
    const bool isVisitors = qEnvironmentVariableIsSet("REQUEST_METHOD") && qEnvironmentVariableIsSet("HTTP_PROXY");
    return isVisitors || // the system's settings may be read from it
           std::any_of(names.begin(), names.end(), [](const char* name) { return !setting(name).isEmpty(); });
}

/// One entry of no_proxy.
bool covers(QString entry, const QString& host, int port)
{
    if (entry == QLatin1String("*"))
        return true;
    if (const auto [network, bits] = QHostAddress::parseSubnet(entry);
        entry.contains(QLatin1Char('/')) && !network.isNull())
        return QHostAddress(host).isInSubnet(network, bits);
    static const QRegularExpression withPort(QStringLiteral("^(\\[.*\\]|[^:]*):(\\d+)$"));
    if (const auto match = withPort.match(entry); match.hasMatch()) {
        if (match.captured(2).toInt() != port)
            return false;
        entry = match.captured(1);
    }
    entry.remove(QLatin1Char('[')).remove(QLatin1Char(']'));
    if (const QHostAddress address(entry); !address.isNull())
        return QHostAddress(host).isEqual(address);
    if (entry.startsWith(QLatin1String("*.")))
        entry.remove(0, 1);
    while (entry.startsWith(QLatin1Char('.')))
        entry.remove(0, 1);
    return !entry.isEmpty() && (host == entry || host.endsWith(QLatin1Char('.') + entry));
}

bool isExempt(const QUrl& url)
{
    static const QRegularExpression separators(QStringLiteral("[,\\s]+"));
    QString host = url.host().toLower();
    while (host.endsWith(QLatin1Char('.')))
        host.chop(1);
    const int port = url.port(url.scheme() == QLatin1String("https") ? 443 : 80);
    const QStringList entries = setting("no_proxy").toLower().split(separators, Qt::SkipEmptyParts);
    return std::any_of(entries.begin(), entries.end(), [&](const QString& entry) { return covers(entry, host, port); });
}

Result<QNetworkProxy> parseProxy(const QString& text)
{
    const QUrl url(text.contains(QLatin1String("://")) ? text : QStringLiteral("http://") + text);
    const QString scheme = url.scheme();
    const bool isSocks = scheme == QLatin1String("socks5") || scheme == QLatin1String("socks5h");
    // What follows the host is the rest of a password that should have been encoded.
    if (!url.isValid() || url.host().isEmpty() || url.path().size() > 1 || url.hasQuery() || url.hasFragment())
        return Error{
            ErrorKind::Config,
            Messages::tr("the proxy that the environment names is no URL: %1").arg(oneLine(withoutSecrets(text), 200))};
    if (!isSocks && scheme != QLatin1String("http"))
        return Error{ErrorKind::Config,
                     Messages::tr("the proxy %1 is to be reached by %2; only http and socks5 can be used")
                         .arg(url.host(), oneLine(scheme, 20))};
    return QNetworkProxy(isSocks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(),
                         static_cast<quint16>(url.port(isSocks ? 1080 : 80)), url.userName(QUrl::FullyDecoded),
                         url.password(QUrl::FullyDecoded));
}

} // namespace

Result<QNetworkProxy> proxyFor(const QUrl& url)
{
    if (isExempt(url))
        return QNetworkProxy(QNetworkProxy::NoProxy);
    if (namesAProxy()) {
        QString named = setting(url.scheme() == QLatin1String("https") ? "https_proxy" : "http_proxy");
        if (named.isEmpty())
            named = setting("all_proxy");
        return named.isEmpty() ? Result<QNetworkProxy>(QNetworkProxy(QNetworkProxy::NoProxy)) : parseProxy(named);
    }
    const auto proxies = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(url));
    return proxies.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : proxies.constFirst();
}

QString shownProxy(const QNetworkProxy& proxy)
{
    return proxy.hostName() + QLatin1Char(':') + QString::number(proxy.port());
}

} // namespace condaoci::http

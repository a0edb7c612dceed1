// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// What people are told of an exchange that failed.
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/http/exchange.h"

#include <QNetworkReply>
#include <QRegularExpression>

namespace condaoci::http {

namespace {

/// OpenSSL's words for the alerts of a server that wants a client certificate, or another one (RFC 8446, 6.2).
bool isAboutOurCertificate(const QString& said)
{
    static const QRegularExpression alert(
        QStringLiteral("alert (?:(?:bad|unknown|unsupported|no) )?certificate|alert unknown ca"));
    return said.contains(alert);
}

} // namespace

QString Exchange::shownHost() const
{
    const QUrl& url = m_request.url;
    return url.adjusted(QUrl::RemoveUserInfo).authority(); // with the brackets of an IPv6 address
}

Error Exchange::networkError() const
{
    const QString host = shownHost();
    // Without TLS the proxy is the server that Qt speaks with.
    const bool isOfProxy = !m_security.proxy.isEmpty() && m_request.url.scheme() == QLatin1String("http");
    switch (m_reply->error()) {
    case QNetworkReply::HostNotFoundError:
        if (isOfProxy)
            return proxyError();
        return error(ErrorKind::Network, Messages::tr("can't find the host %1").arg(m_request.url.host()));
    case QNetworkReply::ConnectionRefusedError:
        if (isOfProxy)
            return proxyError();
        return error(ErrorKind::Network, Messages::tr("can't connect to %1: connection refused").arg(host));
    case QNetworkReply::SslHandshakeFailedError: {
        QString why = m_tlsErrors.isEmpty() ? m_reply->errorString() : m_tlsErrors.join(QStringLiteral("; "));
        if (why.contains(QLatin1String("wrong version number"))) // OpenSSL's words for an answer that is no TLS
            why =
                Messages::tr("it does not speak TLS there. If it is meant to be plain http, write http://%1").arg(host);
        Error refused =
            error(ErrorKind::Tls, Messages::tr("no secure connection to %1: %2").arg(host, oneLine(why, 600)));
        refused.certificate = m_refusedCertificate;
        return refused;
    }
    case QNetworkReply::TimeoutError:
        return error(ErrorKind::Timeout, Messages::tr("%1 did not answer in time").arg(host));
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        if (isOfProxy)
            return proxyError();
        return error(ErrorKind::Network, Messages::tr("%1 closed the connection without an answer").arg(host));
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
        return proxyError();
    default:
        // What a server says against our own certificate comes when the connection stands already.
        if (isAboutOurCertificate(m_reply->errorString()))
            return error(ErrorKind::Tls,
                         Messages::tr("%1 asks for a client certificate, or does not take ours").arg(host));
        const QString why = oneLine(withoutSecrets(shownReason()), 200);
        return error(
            ErrorKind::Network,
            m_security.proxy.isEmpty()
                ? Messages::tr("the connection to %1 broke: %2").arg(host, why)
                : Messages::tr("the connection to %1 through the proxy %2 broke: %3").arg(host, m_security.proxy, why));
    }
}

Error Exchange::proxyError() const
{
    const QString way = Messages::tr("the proxy %1 on the way to %2").arg(m_security.proxy, shownHost());
    switch (m_reply->error()) {
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::HostNotFoundError:
        return error(ErrorKind::Network, Messages::tr("can't find %1").arg(way));
    case QNetworkReply::ProxyTimeoutError:
        return error(ErrorKind::Timeout, Messages::tr("%1 did not answer in time").arg(way));
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ConnectionRefusedError:
        return error(ErrorKind::Network, Messages::tr("can't connect to %1: connection refused").arg(way));
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        return error(ErrorKind::Network, Messages::tr("%1 closed the connection without an answer").arg(way));
    default:
        return error(ErrorKind::Auth, Messages::tr("%1 wants a user name and password, and does not take those of its "
                                                   "URL if there are any (http://USER:PASSWORD@PROXY:PORT)")
                                          .arg(way));
    }
}

/// Qt's own words, which may hold the URL.
QString Exchange::shownReason() const
{
    QString why = m_reply->errorString();
    for (const QString& url : {m_request.url.toString(), QString::fromLatin1(m_request.url.toEncoded())})
        why.replace(url, shownUrl(m_request.url));
    return why;
}

Error Exchange::error(ErrorKind kind, const QString& message) const
{
    return {kind, message, QStringLiteral("%1 %2").arg(QString::fromLatin1(m_request.method), shownUrl(m_request.url))};
}

} // namespace condaoci::http

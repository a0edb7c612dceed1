// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/authenticator.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/oci/tokenserver.h"

#include <QUrlQuery>

#include <algorithm>

namespace condaoci::oci {

namespace {

using Clock = std::chrono::steady_clock;

QByteArray keyOf(const QByteArray& origin, const QByteArray& scope)
{
    return origin + ' ' + scope;
}

QString hostOf(const QByteArray& origin)
{
    return QUrl(QString::fromLatin1(origin)).host();
}

Error authError(const QString& message)
{
    return Error{ErrorKind::Auth, message, {}, Side::None, 401};
}

QByteArray basicValue(const Credentials& credentials)
{
    return "Basic " + (credentials.user + QLatin1Char(':') + credentials.secret).toUtf8().toBase64();
}

bool isLoopback(const QString& host)
{
    return host == QLatin1String("localhost") || host == QLatin1String("::1") || host.startsWith(QLatin1String("127."));
}

/// May this realm be shown the credentials for that registry (faults.md A05)? The same host, or the one pair that is
/// known to belong together.
bool isTrustedRealm(const QUrl& registry, const QUrl& realm)
{
    if (registry.scheme() == QLatin1String("https") && realm.scheme() != QLatin1String("https"))
        return false;
    if (realm.host() == registry.host())
        return true;
    if (isLoopback(realm.host()) && isLoopback(registry.host()))
        return true;
    return registry.host() == QLatin1String("registry-1.docker.io") && realm.host() == QLatin1String("auth.docker.io");
}

} // namespace

Authenticator::Authenticator(Lookup lookup)
    : m_lookup(std::move(lookup))
{
}

bool Authenticator::hasCredentials(const QByteArray& origin) const
{
    return m_lookup && m_lookup(origin).has_value();
}

QByteArray Authenticator::cached(const QByteArray& origin, const QByteArray& scope)
{
    const std::scoped_lock lock(m_mutex);
    if (const auto basic = m_basic.constFind(origin); basic != m_basic.cend())
        return *basic;
    const auto token = m_tokens.constFind(keyOf(origin, scope));
    return token != m_tokens.cend() && Clock::now() < token->renewAt ? token->authorization : QByteArray();
}

Result<QByteArray> Authenticator::answer(http::HttpClient& client, const QByteArray& origin, const QByteArray& scope,
                                         const http::Response& unauthorized, const QByteArray& rejected)
{
    const auto challenges = parseChallenges(unauthorized.headers.value("WWW-Authenticate"));
    const auto find = [&](const char* scheme) {
        return std::find_if(challenges.begin(), challenges.end(),
                            [&](const Challenge& one) { return one.scheme == scheme; });
    };
    if (const auto bearer = find("bearer"); bearer != challenges.end())
        return answerBearer(client, origin, scope, *bearer, rejected);
    if (find("basic") != challenges.end())
        return answerBasic(origin, rejected);
    return authError(QStringLiteral("%1 refuses access and does not say how to sign in").arg(hostOf(origin)));
}

Result<QByteArray> Authenticator::answerBasic(const QByteArray& origin, const QByteArray& rejected)
{
    const auto credentials = m_lookup ? m_lookup(origin) : std::nullopt;
    if (!credentials)
        return authError(QStringLiteral("%1 asks for a user name and a password").arg(hostOf(origin)));
    const QByteArray value = basicValue(*credentials);
    const std::scoped_lock lock(m_mutex);
    if (value == rejected) {
        m_basic.remove(origin);
        return authError(
            QStringLiteral("%1 refused the password of %2").arg(hostOf(origin), oneLine(credentials->user, 100)));
    }
    m_basic.insert(origin, value); // sent along from now on, which saves a 401 before every request
    return value;
}

Result<QByteArray> Authenticator::answerBearer(http::HttpClient& client, const QByteArray& origin,
                                               const QByteArray& scope, const Challenge& challenge,
                                               const QByteArray& rejected)
{
    const QByteArray key = keyOf(origin, scope);
    {
        std::unique_lock lock(m_mutex);
        while (m_inFlight.contains(key)) {
            // The one who asks is bounded by its own limits; this only has to notice a cancellation meanwhile.
            m_arrived.wait_for(lock, std::chrono::milliseconds(100));
            if (client.stopToken().stop_requested())
                return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
        }
        const auto token = m_tokens.constFind(key);
        if (token != m_tokens.cend() && token->authorization != rejected && Clock::now() < token->renewAt)
            return token->authorization;
        m_inFlight.insert(key);
    }
    auto token = fetchToken(client, origin, scope, challenge);
    const std::scoped_lock lock(m_mutex);
    m_inFlight.remove(key);
    m_arrived.notify_all();
    if (!token)
        return token.error();
    m_tokens.insert(key, *token);
    return token->authorization;
}

Result<Authenticator::Token> Authenticator::fetchToken(http::HttpClient& client, const QByteArray& origin,
                                                       const QByteArray& scope, const Challenge& challenge) const
{
    const QUrl registry(QString::fromLatin1(origin));
    QUrl realm = QUrl::fromEncoded(challenge.parameters.value("realm"), QUrl::StrictMode);
    const bool http = realm.scheme() == QLatin1String("http") || realm.scheme() == QLatin1String("https");
    if (!realm.isValid() || !http || realm.host().isEmpty() || !realm.userInfo().isEmpty())
        return authError(QStringLiteral("%1 names no usable token server").arg(registry.host()));
    if (registry.scheme() == QLatin1String("https") && realm.scheme() != QLatin1String("https"))
        return authError(
            QStringLiteral("%1 names a token server without encryption, %2").arg(registry.host(), realm.host()));

    QUrlQuery query(realm);
    if (const QByteArray service = challenge.parameters.value("service"); !service.isEmpty())
        query.addQueryItem(QStringLiteral("service"),
                           QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(service))));
    for (const QByteArray& one : scope.split(' ')) {
        if (!one.isEmpty())
            query.addQueryItem(QStringLiteral("scope"),
                               QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(one), ":/,")));
    }
    realm.setQuery(query);

    http::Request request;
    request.url = realm;
    request.limit = limits::tokenBody;
    const auto credentials = m_lookup ? m_lookup(origin) : std::nullopt;
    const bool signsIn = credentials && isTrustedRealm(registry, realm);
    if (signsIn)
        request.authorization = basicValue(*credentials);
    auto response = client.send(request);
    if (!response)
        return response.error().in(QStringLiteral("no token from %1").arg(realm.host()));
    if (response->status != 200) {
        Error error = http::statusError(
            request, *response,
            signsIn ? QStringLiteral("%1 did not sign %2 in").arg(realm.host(), oneLine(credentials->user, 100))
                    : QStringLiteral("%1 gave no token").arg(realm.host()));
        return error;
    }
    auto reply = parseTokenReply(response->body);
    if (!reply)
        return authError(QStringLiteral("%1 gave no usable token").arg(realm.host()));
    // From when it was received, on a clock that nobody sets.
    return Token{"Bearer " + reply->token, Clock::now() + reply->life - limits::tokenRenewMargin};
}

} // namespace condaoci::oci

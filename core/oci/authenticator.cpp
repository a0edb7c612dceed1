// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/authenticator.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/oci/scope.h"
#include "core/oci/tokenserver.h"

#include <algorithm>

namespace condaoci::oci {

namespace {

/// With the port where it is not the scheme's own: two registries of one host have different passwords.
QString hostOf(const QByteArray& origin)
{
    QUrl url(QString::fromLatin1(origin));
    if (url.port() == (url.scheme() == QLatin1String("http") ? 80 : 443))
        url.setPort(-1);
    return url.authority();
}

Error authError(const QString& message)
{
    return Error{ErrorKind::Auth, message, {}, Side::None, 401};
}

QByteArray accountKey(const QByteArray& origin, const std::optional<Credentials>& who)
{
    return origin + '\n' + (who ? who->user.toUtf8() : QByteArray());
}

std::optional<Challenge> challengeOf(const http::Response& response, const char* scheme)
{
    const auto challenges = parseChallenges(response.headers.value("WWW-Authenticate"));
    const auto found =
        std::find_if(challenges.begin(), challenges.end(), [&](const Challenge& one) { return one.scheme == scheme; });
    return found == challenges.end() ? std::nullopt : std::optional(*found);
}

/// What the registry wants besides what the request is known to need. Nothing where it wants too much, nor where the
/// request needs nothing in particular: GHCR then names an example.
QByteArray scopesBeyond(const QByteArray& asked, const Challenge& challenge)
{
    const QByteArray scopes = challenge.parameters.value("scope");
    return asked.isEmpty() || scopes.size() > limits::challengeScopes ? QByteArray() : scopes;
}

} // namespace

Authenticator::Authenticator(Lookup lookup, Now now)
    : m_lookup(std::move(lookup))
    , m_now(std::move(now))
{
}

std::optional<Credentials> Authenticator::credentials(const QByteArray& origin) const
{
    return m_lookup ? m_lookup(origin) : std::nullopt;
}

bool Authenticator::hasCredentials(const QByteArray& origin) const
{
    return credentials(origin).has_value();
}

QByteArray Authenticator::widened(const QByteArray& origin, const QByteArray& scope)
{
    const QByteArray asked = normalizedScopes(scope);
    return m_wider.value(origin + '\n' + asked, asked);
}

Result<QByteArray> Authenticator::authorize(http::HttpClient& client, const QByteArray& origin, const QByteArray& scope)
{
    QByteArray scopes;
    Realm realm;
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto basic = m_basic.constFind(origin); basic != m_basic.cend())
            return *basic;
        const auto known = m_realms.constFind(origin);
        if (known == m_realms.cend())
            return QByteArray();
        realm = *known;
        scopes = widened(origin, scope);
    }
    return token(client, origin, scopes, realm, {});
}

Result<QByteArray> Authenticator::answer(http::HttpClient& client, const QByteArray& origin, const QByteArray& scope,
                                         const http::Response& unauthorized, const QByteArray& rejected)
{
    const auto bearer = challengeOf(unauthorized, "bearer");
    if (!bearer && challengeOf(unauthorized, "basic"))
        return answerBasic(origin, rejected);
    if (!bearer)
        return authError(Messages::tr("%1 refuses access and does not say how to sign in").arg(hostOf(origin)));
    const Realm realm{bearer->parameters.value("realm"), bearer->parameters.value("service")};
    QByteArray scopes;
    {
        const std::scoped_lock lock(m_mutex);
        scopes = unitedScopes(widened(origin, scope), scopesBeyond(scope, *bearer));
        m_wider.insert(origin + '\n' + normalizedScopes(scope), scopes);
    }
    auto answered = token(client, origin, scopes, realm, rejected);
    if (answered) { // only a realm that works is asked before there is a challenge
        const std::scoped_lock lock(m_mutex);
        m_realms.insert(origin, realm);
    }
    return answered;
}

bool Authenticator::wantsMore(const QByteArray& origin, const QByteArray& scope, const http::Response& unauthorized)
{
    const auto bearer = challengeOf(unauthorized, "bearer");
    if (!bearer || bearer->parameters.value("error") != "insufficient_scope")
        return false;
    const std::scoped_lock lock(m_mutex);
    const QByteArray asked = widened(origin, scope);
    return unitedScopes(asked, scopesBeyond(scope, *bearer)) != asked;
}

Result<QByteArray> Authenticator::answerBasic(const QByteArray& origin, const QByteArray& rejected)
{
    const auto who = credentials(origin);
    if (!who)
        return authError(Messages::tr("%1 asks for a user name and a password").arg(hostOf(origin)));
    if (who->secret.isEmpty()) // an identity token is for a token server only (S40)
        return authError(
            Messages::tr("%1 asks for a user name and a password, and there is only an identity token; sign in with "
                         "`conda-oci login`")
                .arg(hostOf(origin)));
    const QByteArray value = "Basic " + (who->user + QLatin1Char(':') + who->secret).toUtf8().toBase64();
    const std::scoped_lock lock(m_mutex);
    if (value == rejected) {
        m_basic.remove(origin);
        return authError(Messages::tr("%1 refused the password of %2").arg(hostOf(origin), oneLine(who->user, 100)));
    }
    m_basic.insert(origin, value); // sent along from now on, which saves a 401 before every request
    return value;
}

Result<QByteArray> Authenticator::token(http::HttpClient& client, const QByteArray& origin, const QByteArray& scopes,
                                        const Realm& realm, const QByteArray& rejected)
{
    const auto who = credentials(origin);
    const QByteArray key = accountKey(origin, who) + '\n' + realm.service + '\n' + scopes;
    std::unique_lock lock(m_mutex);
    for (;;) {
        const auto known = m_tokens.constFind(key);
        if (known != m_tokens.cend() && known->authorization != rejected && m_now() < known->renewAt)
            return known->authorization;
        const auto flight = m_inFlight.value(key);
        if (!flight)
            break;
        while (!flight->landed) {
            // The one who asks is bounded by its own limits; this only has to notice a cancellation meanwhile.
            m_landed.wait_for(lock, std::chrono::milliseconds(100));
            if (client.stopToken().stop_requested())
                return Error{ErrorKind::Cancelled, Messages::tr("cancelled")};
        }
        const Result<Token>& landed = *flight->landed;
        if (landed)
            return landed->authorization;
        if (landed.error().kind != ErrorKind::Cancelled) // of theirs, which is not ours
            return landed.error();
    }
    const auto flight = std::make_shared<Flight>();
    m_inFlight.insert(key, flight);
    lock.unlock();
    auto fetched = fetch(client, origin, scopes, realm, who);
    lock.lock();
    m_inFlight.remove(key);
    flight->landed = fetched;
    m_landed.notify_all();
    if (!fetched)
        return fetched.error();
    m_tokens.insert(key, *fetched);
    return fetched->authorization;
}

Result<Authenticator::Token> Authenticator::fetch(http::HttpClient& client, const QByteArray& origin,
                                                  const QByteArray& scopes, const Realm& realm,
                                                  std::optional<Credentials> who)
{
    const QUrl registry(QString::fromLatin1(origin));
    const QByteArray account = accountKey(origin, who);
    const QUrl server = QUrl::fromEncoded(realm.realm);
    if (who && !who->identityToken.isEmpty()) {
        const std::scoped_lock lock(m_mutex);
        // A newer one is known to the server that issued it only, and goes to no other (S40).
        if (const auto newer = m_refreshed.value(account); http::originOf(newer.first) == http::originOf(server))
            who->identityToken = newer.second;
    }
    const auto begun = m_now();
    auto reply = askForToken(client, {registry, realm.realm, realm.service, scopes, who});
    if (!reply)
        return explained(client, origin, scopes, realm, who, reply.error());
    const std::scoped_lock lock(m_mutex);
    m_accepted.insert(account);
    if (who && !who->identityToken.isEmpty() && !reply->refreshToken.isEmpty())
        m_refreshed.insert(account, {server, reply->refreshToken});
    return Token{"Bearer " + reply->token, begun + reply->life - limits::tokenRenewMargin};
}

/// A token server that answers 403 means either these credentials or this repository; GHCR says it of repositories that
/// are not there. Asked for nothing in particular, it only means the credentials.
Error Authenticator::explained(http::HttpClient& client, const QByteArray& origin, const QByteArray& scopes,
                               const Realm& realm, const std::optional<Credentials>& who, Error error)
{
    const bool isHeldBack = !heldBackFrom(origin, realm.realm).isEmpty();
    if (error.httpStatus != 403 || error.kind != ErrorKind::Auth || scopes.isEmpty() || isHeldBack)
        return withHeldBack(origin, realm.realm, error);
    bool accepted = !who;
    {
        const std::scoped_lock lock(m_mutex);
        accepted = accepted || m_accepted.contains(accountKey(origin, who));
    }
    if (!accepted) {
        const QUrl registry(QString::fromLatin1(origin));
        accepted = askForToken(client, {registry, realm.realm, realm.service, {}, who}).has_value();
    }
    if (!accepted)
        return error;
    const std::scoped_lock lock(m_mutex);
    m_accepted.insert(accountKey(origin, who));
    error.kind = ErrorKind::NotFound;
    return error;
}

QString Authenticator::heldBackFrom(const QByteArray& origin, const QByteArray& realm) const
{
    const auto who = credentials(origin);
    const QUrl server = QUrl::fromEncoded(realm);
    if (!who || server.isEmpty() || isTrustedTokenServer(QUrl(QString::fromLatin1(origin)), server, who->tokenServers))
        return {};
    return server.host();
}

QByteArray Authenticator::realmOf(const QByteArray& origin) const
{
    const std::scoped_lock lock(m_mutex);
    return m_realms.value(origin).realm;
}

bool Authenticator::holdsBack(const QByteArray& origin) const
{
    return !heldBackFrom(origin, realmOf(origin)).isEmpty();
}

/// Says that the credentials were held back from that token server, and what to do, if they were.
Error Authenticator::withHeldBack(const QByteArray& origin, const QByteArray& realm, Error error) const
{
    const QString server = heldBackFrom(origin, realm);
    if (server.isEmpty())
        return error;
    const auto who = credentials(origin);
    error.message =
        Messages::tr("%1. Its token server %2 is another host, so %3 was not shown to it; if it belongs "
                     "to %4, set CONDA_OCI_TOKEN_SERVERS=%2 and try again")
            .arg(error.message, server,
                 who->identityToken.isEmpty() ? Messages::tr("the password of %1").arg(oneLine(who->user, 100))
                                              : Messages::tr("the identity token"),
                 hostOf(origin));
    return error;
}

Error Authenticator::refusal(const QByteArray& origin, const http::Request& request,
                             const http::Response& response) const
{
    const auto who = credentials(origin);
    const QByteArray realm = realmOf(origin);
    const QString host = hostOf(origin);
    const QString message = !who || !heldBackFrom(origin, realm).isEmpty()
                                ? Messages::tr("%1 does not allow that to anybody without signing in").arg(host)
                            : who->identityToken.isEmpty()
                                ? Messages::tr("%1 does not allow that to %2").arg(host, oneLine(who->user, 100))
                                : Messages::tr("%1 does not allow that to the identity token's owner").arg(host);
    Error error = http::statusError(request, response, message);
    error.kind = ErrorKind::Auth;
    return withHeldBack(origin, realm, error);
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/tokenserver.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/secrets.h"
#include "core/base/text.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>

namespace condaoci::oci {

namespace {

constexpr char clientId[] = "conda-oci-mirror";

Error authError(const QString& message)
{
    return Error{ErrorKind::Auth, message, {}, Side::None, 401};
}

/// A token goes into a header as it is, so only what RFC 6750 allows may be in it (faults.md A11).
bool isToken(const QByteArray& token)
{
    return !token.isEmpty() && token.size() <= limits::tokenLength &&
           std::all_of(token.begin(), token.end(),
                       [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

bool isLoopback(const QString& host)
{
    const auto address = http::literalAddress(host);
    return host == QLatin1String("localhost") || (address && address->isLoopback());
}

/// NAME=VALUE of a query or of a form (application/x-www-form-urlencoded).
QByteArray field(const char* name, const QByteArray& value, const QByteArray& readable = {})
{
    return QByteArray(name) + '=' + value.toPercentEncoding(readable);
}

/// The realm's own query stays as it is, byte for byte; each scope is a parameter of its own (S38).
QUrl withQuestion(const QUrl& realm, const TokenQuestion& question)
{
    QByteArrayList parts;
    if (realm.hasQuery())
        parts.append(realm.query(QUrl::FullyEncoded).toLatin1());
    if (!question.service.isEmpty())
        parts.append(field("service", question.service));
    for (const QByteArray& scope : question.scopes.split(' ')) {
        if (!scope.isEmpty())
            parts.append(field("scope", scope, ":/,"));
    }
    QUrl url = realm;
    url.setQuery(parts.isEmpty() ? QString() : QString::fromLatin1(parts.join('&')), QUrl::StrictMode);
    return url;
}

http::Request byGet(const QUrl& realm, const TokenQuestion& question, const std::optional<Credentials>& who)
{
    http::Request request;
    request.url = withQuestion(realm, question);
    if (who) {
        const QString& secret = who->identityToken.isEmpty() ? who->secret : who->identityToken;
        request.authorization = "Basic " + (who->user + QLatin1Char(':') + secret).toUtf8().toBase64();
    }
    return request;
}

http::Request byPost(const QUrl& realm, const TokenQuestion& question, const Credentials& who)
{
    // The one way in which they are sent that is not the Authorization field.
    rememberAuthorization("Basic " + (who.user + QLatin1Char(':') + who.secret).toUtf8().toBase64());
    rememberSecret(who.identityToken.toUtf8());
    QByteArrayList form;
    if (!who.identityToken.isEmpty())
        form = {"grant_type=refresh_token", field("refresh_token", who.identityToken.toUtf8())};
    else
        form = {"grant_type=password", field("username", who.user.toUtf8()), field("password", who.secret.toUtf8())};
    form.append(field("service", question.service));
    form.append(field("client_id", clientId));
    if (!question.scopes.isEmpty())
        form.append(field("scope", question.scopes));
    http::Request request;
    request.method = "POST";
    request.url = realm;
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = http::Body::ofBytes(form.join('&'));
    return request;
}

} // namespace

Result<TokenReply> parseTokenReply(const QByteArray& body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    TokenReply reply;
    reply.token = json.value(QLatin1String("token")).toString().toUtf8();
    if (reply.token.isEmpty())
        reply.token = json.value(QLatin1String("access_token")).toString().toUtf8();
    if (!isToken(reply.token))
        return authError(Messages::tr("it gave no usable token"));
    const double shortest = std::chrono::duration<double>(limits::tokenMinimumLife).count();
    const double longest = std::chrono::duration<double>(limits::tokenLongestLife).count();
    const double life = std::clamp(json.value(QLatin1String("expires_in")).toDouble(0), shortest, longest);
    reply.life = std::chrono::seconds(static_cast<qint64>(life));
    reply.refreshToken = json.value(QLatin1String("refresh_token")).toString();
    return reply;
}

bool isTrustedTokenServer(const QUrl& registry, const QUrl& realm, const QStringList& named)
{
    static constexpr std::array known{
        std::pair{"registry-1.docker.io", "auth.docker.io"},
        std::pair{"registry.gitlab.com", "gitlab.com"},
        std::pair{"registry.digitalocean.com", "api.digitalocean.com"},
    };
    if (registry.scheme() == QLatin1String("https") && realm.scheme() != QLatin1String("https"))
        return false;
    const QString host = realm.host();
    if (host == registry.host() || (isLoopback(host) && isLoopback(registry.host())))
        return true;
    return named.contains(host, Qt::CaseInsensitive) || std::any_of(known.begin(), known.end(), [&](const auto& pair) {
               return registry.host() == QLatin1String(pair.first) && host == QLatin1String(pair.second);
           });
}

Result<QUrl> tokenServer(const QUrl& registry, const QByteArray& realm)
{
    const QUrl url = QUrl::fromEncoded(realm, QUrl::StrictMode);
    const bool http = url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https");
    if (!url.isValid() || !http || url.host().isEmpty() || !url.userInfo().isEmpty())
        return authError(Messages::tr("%1 names no usable token server").arg(registry.host()));
    if (registry.scheme() == QLatin1String("https") && url.scheme() != QLatin1String("https"))
        return authError(
            Messages::tr("%1 names a token server without encryption, %2").arg(registry.host(), url.host()));
    return url;
}

Result<TokenReply> askForToken(http::HttpClient& client, const TokenQuestion& question)
{
    const auto realm = tokenServer(question.registry, question.realm);
    if (!realm)
        return realm.error();
    auto who = question.credentials;
    if (who && !isTrustedTokenServer(question.registry, *realm, who->tokenServers))
        who.reset();
    const bool postFirst = who && !who->identityToken.isEmpty();
    http::Request request = postFirst ? byPost(*realm, question, *who) : byGet(*realm, question, who);
    request.limit = limits::tokenBody;
    auto response = client.send(request);
    if (response && who && (response->status == 404 || response->status == 405)) {
        request = postFirst ? byGet(*realm, question, who) : byPost(*realm, question, *who);
        request.limit = limits::tokenBody;
        response = client.send(request);
    }
    if (!response)
        return response.error().in(Messages::tr("no token from %1").arg(realm->host()));
    if (response->status != 200) {
        const QString host = realm->host();
        const QString what = !who ? Messages::tr("%1 gave no token").arg(host)
                             : who->identityToken.isEmpty()
                                 ? Messages::tr("%1 did not sign %2 in").arg(host, oneLine(who->user, 100))
                                 : Messages::tr("%1 did not sign the identity token's owner in").arg(host);
        return http::statusError(request, *response, what);
    }
    auto reply = parseTokenReply(response->body);
    return reply ? reply : reply.error().in(realm->host());
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/challenge.h"
#include "core/oci/credentials.h"

#include <QHash>
#include <QSet>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

namespace condaoci::oci {

/// Answers the challenges of registries: Basic by the credentials themselves, Bearer by a token from the realm
/// (tokenserver.h). Shared by all workers of a job; thread-safe. Tokens are kept by origin, account, service and set of
/// scopes; whoever needs one that another worker is just asking for gets that one, or the same refusal. Credentials are
/// bound to the origin that they were given for and never offered to another one.
class Authenticator
{
public:
    /// Asked with an origin (http::originOf); nullopt: anonymous. Must be thread-safe.
    using Lookup = std::function<std::optional<Credentials>(const QByteArray& origin)>;

    using Now = std::function<std::chrono::steady_clock::time_point()>;

    /// \param now  the clock that tokens grow old by, one that nobody sets
    explicit Authenticator(Lookup lookup, Now now = &std::chrono::steady_clock::now);

    /// The value for Authorization of a request that needs `scope` ("repository:NAME:pull,push", several parted by a
    /// space). Empty as long as the registry has not said how it wants to be asked. A token that is missing or about to
    /// expire is fetched first, so that no body is sent in vain. Errors as for answer().
    [[nodiscard]] Result<QByteArray> authorize(http::HttpClient& client, const QByteArray& origin,
                                               const QByteArray& scope);
    /// Answers a 401 of `origin`. `rejected` is the Authorization value that the 401 answered, so that a token that
    /// another worker renewed meanwhile is used as it is. What the challenge wants beyond `scope` is asked for too, now
    /// and from then on. Error kind Auth where there is nothing left to try; NotFound where a token server that takes
    /// these credentials gives nothing for this scope: it says so of what is not there (GHCR).
    [[nodiscard]] Result<QByteArray> answer(http::HttpClient& client, const QByteArray& origin, const QByteArray& scope,
                                            const http::Response& unauthorized, const QByteArray& rejected);
    /// Does this 401 ask for more than a token for `scope` holds ("insufficient_scope", RFC 6750)?
    [[nodiscard]] bool wantsMore(const QByteArray& origin, const QByteArray& scope, const http::Response& unauthorized);
    /// What there is to say of a refusal that stands: the status, who was refused, and where the credentials were held
    /// back. Kind Auth.
    [[nodiscard]] Error refusal(const QByteArray& origin, const http::Request& request,
                                const http::Response& response) const;
    [[nodiscard]] bool hasCredentials(const QByteArray& origin) const;
    /// Are there credentials that the registry's token server may not be shown?
    [[nodiscard]] bool holdsBack(const QByteArray& origin) const;

private:
    struct Token
    {
        QByteArray authorization;
        std::chrono::steady_clock::time_point renewAt;
    };
    struct Flight
    {
        std::optional<Result<Token>> landed;
    };
    struct Realm
    {
        QByteArray realm;
        QByteArray service;
    };

    [[nodiscard]] std::optional<Credentials> credentials(const QByteArray& origin) const;
    [[nodiscard]] QByteArray widened(const QByteArray& origin, const QByteArray& scope); ///< m_mutex is held
    [[nodiscard]] Result<QByteArray> answerBasic(const QByteArray& origin, const QByteArray& rejected);
    [[nodiscard]] Result<QByteArray> token(http::HttpClient& client, const QByteArray& origin, const QByteArray& scopes,
                                           const Realm& realm, const QByteArray& rejected);
    [[nodiscard]] Result<Token> fetch(http::HttpClient& client, const QByteArray& origin, const QByteArray& scopes,
                                      const Realm& realm, std::optional<Credentials> who);
    [[nodiscard]] Error explained(http::HttpClient& client, const QByteArray& origin, const QByteArray& scopes,
                                  const Realm& realm, const std::optional<Credentials>& who, Error error);
    /// The token server's host, if the credentials may not be shown to it.
    [[nodiscard]] QString heldBackFrom(const QByteArray& origin, const QByteArray& realm) const;
    [[nodiscard]] Error withHeldBack(const QByteArray& origin, const QByteArray& realm, Error error) const;
    [[nodiscard]] QByteArray realmOf(const QByteArray& origin) const;

    Lookup m_lookup;
    Now m_now;
    mutable std::mutex m_mutex; ///< guards everything below
    std::condition_variable m_landed;
    QHash<QByteArray, Token> m_tokens;                     ///< by origin, account, service and scopes
    QHash<QByteArray, std::shared_ptr<Flight>> m_inFlight; ///< by the same
    QHash<QByteArray, QByteArray> m_basic;                 ///< by origin
    QHash<QByteArray, Realm> m_realms;                     ///< by origin: the last Bearer challenge
    QHash<QByteArray, QByteArray> m_wider;                 ///< by origin and scope: what the registry wants for it
    QHash<QByteArray, std::pair<QUrl, QString>>
        m_refreshed;             ///< by origin and account: a newer identity token, and whose
    QSet<QByteArray> m_accepted; ///< origin and account: a token was given once
};

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/challenge.h"

#include <QHash>
#include <QSet>
#include <QString>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>

namespace condaoci::oci {

struct Credentials
{
    QString user;
    QString secret; ///< password or token; never logged, never part of an Error
};

struct FoundCredentials
{
    Credentials credentials;
    QString where; ///< for people: "ORAS_USER and ORAS_PASS", "the system's keychain", "/home/me/.docker/config.json"
};

/// Answers the challenges of registries: Basic by the credentials themselves, Bearer by a token from the realm
/// (distribution's "Token Authentication"). Shared by all workers of a job; thread-safe; at most one token request at a
/// time for one origin and scope. Credentials are bound to the origin that they were given for and never offered to
/// another one.
class Authenticator
{
public:
    /// Asked with an origin (http::originOf); nullopt: anonymous. Must be thread-safe.
    using Lookup = std::function<std::optional<Credentials>(const QByteArray& origin)>;

    explicit Authenticator(Lookup lookup);

    /// A value for Authorization if one is known for this scope already (no request is sent); empty otherwise.
    [[nodiscard]] QByteArray cached(const QByteArray& origin, const QByteArray& scope);
    /// Answers a 401 of `origin`. `scope` is what the request needs ("repository:NAME:pull,push", several parted by a
    /// space). `rejected` is the Authorization value that the 401 answered, so that a token that another worker renewed
    /// meanwhile is used as it is. Error kind Auth where there is nothing left to try.
    [[nodiscard]] Result<QByteArray> answer(http::HttpClient& client, const QByteArray& origin, const QByteArray& scope,
                                            const http::Response& unauthorized, const QByteArray& rejected);
    [[nodiscard]] bool hasCredentials(const QByteArray& origin) const;

private:
    struct Token
    {
        QByteArray authorization;
        std::chrono::steady_clock::time_point renewAt;
    };
    [[nodiscard]] Result<QByteArray> answerBasic(const QByteArray& origin, const QByteArray& rejected);
    [[nodiscard]] Result<QByteArray> answerBearer(http::HttpClient& client, const QByteArray& origin,
                                                  const QByteArray& scope, const Challenge& challenge,
                                                  const QByteArray& rejected);
    [[nodiscard]] Result<Token> fetchToken(http::HttpClient& client, const QByteArray& origin, const QByteArray& scope,
                                           const Challenge& challenge) const;

    Lookup m_lookup;
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    QHash<QByteArray, Token> m_tokens;     ///< by origin and scope
    QHash<QByteArray, QByteArray> m_basic; ///< by origin
    QSet<QByteArray> m_inFlight;
};

} // namespace condaoci::oci

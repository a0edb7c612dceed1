// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tests/support/ocitest.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

namespace condaoci::test {

inline const oci::Credentials someone{QStringLiteral("me"), QStringLiteral("pw-CANARY")};
inline const oci::Credentials withIdentity{QStringLiteral("<token>"), {}, QStringLiteral("refresh-CANARY")};

inline Answer json(const QJsonObject& object, int status = 200)
{
    return Answer::whole(reply(status, QJsonDocument(object).toJson(), {"Content-Type: application/json"}));
}

inline QJsonObject tokenOf(const QByteArray& token)
{
    return {{QStringLiteral("token"), QString::fromLatin1(token)}};
}

inline Answer challenge(const QByteArray& realm, const QByteArray& more = {})
{
    QByteArray field = "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"the registry\"";
    if (!more.isEmpty())
        field += ',' + more;
    return Answer::whole(reply(401, "{}", {field}));
}

inline QByteArray scopeOf(const ReceivedRequest& request)
{
    const QUrlQuery query(QUrl::fromEncoded(request.path));
    return query.allQueryItemValues(QStringLiteral("scope"), QUrl::FullyDecoded).join(QLatin1Char(' ')).toLatin1();
}

/// A token server that numbers its tokens T1, T2, …, and a registry that takes those of `good`.
struct Pair
{
    std::atomic<int> given = 0;
    QJsonObject extra; ///< goes into every reply
    std::function<bool(const QByteArray& token)> good = [](const QByteArray&) { return true; };
    QByteArray challengeMore;
    ScriptedServer tokens{[this](const ReceivedRequest&) {
        QJsonObject body = extra;
        body[QStringLiteral("token")] = QStringLiteral("T%1").arg(++given);
        return json(body);
    }};
    ScriptedServer registry{[this](const ReceivedRequest& request) {
        const QByteArray authorization = request.header("Authorization");
        if (!authorization.startsWith("Bearer ") || !good(authorization.mid(7)))
            return challenge(tokens.address().toLatin1() + "/token", challengeMore);
        return Answer::whole(reply(200, "{\"tags\":[\"a\"]}"));
    }};
};

} // namespace condaoci::test

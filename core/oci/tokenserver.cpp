// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/tokenserver.h"

#include "core/base/limits.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace condaoci::oci {

namespace {

constexpr std::chrono::seconds longestLife = std::chrono::hours(24);

/// A token goes into a header as it is, so only what RFC 6750 allows may be in it (faults.md A11).
bool isToken(const QByteArray& token)
{
    return !token.isEmpty() && token.size() <= limits::tokenLength &&
           std::all_of(token.begin(), token.end(),
                       [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

/// `expires_in` may be any number, and a duration holds not all of them.
std::chrono::seconds lifeOf(double expiresIn)
{
    const double shortest = static_cast<double>(std::chrono::seconds(limits::tokenMinimumLife).count());
    const double longest = static_cast<double>(longestLife.count());
    return std::chrono::seconds(static_cast<qint64>(std::clamp(expiresIn, shortest, longest)));
}

} // namespace

Result<TokenReply> parseTokenReply(const QByteArray& body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    QByteArray token = json.value(QLatin1String("token")).toString().toUtf8();
    if (token.isEmpty())
        token = json.value(QLatin1String("access_token")).toString().toUtf8();
    if (!isToken(token))
        return Error{ErrorKind::Auth, QStringLiteral("there is no usable token in the answer"), {}, Side::None, 401};
    // `issued_at` may be anything (S39).
    return TokenReply{std::move(token), lifeOf(json.value(QLatin1String("expires_in")).toDouble(0))};
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/error.h"

#include <QJsonObject>

namespace condaoci {

QString kindName(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Cancelled:
        return QStringLiteral("cancelled");
    case ErrorKind::Network:
        return QStringLiteral("network");
    case ErrorKind::Timeout:
        return QStringLiteral("timeout");
    case ErrorKind::Tls:
        return QStringLiteral("tls");
    case ErrorKind::Auth:
        return QStringLiteral("auth");
    case ErrorKind::NotFound:
        return QStringLiteral("not-found");
    case ErrorKind::RateLimited:
        return QStringLiteral("rate-limited");
    case ErrorKind::Server:
        return QStringLiteral("server");
    case ErrorKind::Protocol:
        return QStringLiteral("protocol");
    case ErrorKind::Integrity:
        return QStringLiteral("integrity");
    case ErrorKind::Parse:
        return QStringLiteral("parse");
    case ErrorKind::Disk:
        return QStringLiteral("disk");
    case ErrorKind::Config:
        return QStringLiteral("config");
    }
    Q_UNREACHABLE();
}

QJsonObject toJson(const Error& error)
{
    QJsonObject json{{QStringLiteral("kind"), kindName(error.kind)}, {QStringLiteral("message"), error.message}};
    if (error.side != Side::None)
        json[QStringLiteral("side")] = error.side == Side::Source ? QStringLiteral("source") : QStringLiteral("store");
    if (error.httpStatus != 0)
        json[QStringLiteral("status")] = error.httpStatus;
    if (!error.detail.isEmpty())
        json[QStringLiteral("detail")] = error.detail;
    if (error.retryAfter)
        json[QStringLiteral("retryAfterSeconds")] = static_cast<qint64>(error.retryAfter->count() / 1000);
    return json;
}

int exitCode(const Error& fatal)
{
    switch (fatal.kind) {
    case ErrorKind::Cancelled:
        return 130;
    case ErrorKind::Config:
        return 2;
    case ErrorKind::Auth:
        return 3;
    case ErrorKind::Disk:
        return 5;
    default:
        return 4;
    }
}

} // namespace condaoci

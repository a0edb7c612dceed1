// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>
#include <QMetaType>
#include <QString>

#include <chrono>
#include <optional>

class QJsonObject;

namespace condaoci {

/// What went wrong, in the terms that callers decide by (retry, stop the job, exit code).
enum class ErrorKind {
    Cancelled,   ///< the user stopped the work
    Network,     ///< no connection, reset, name not found
    Timeout,     ///< connect, idle, minimum-rate or total limit reached
    Tls,         ///< certificate or handshake refused
    Auth,        ///< credentials missing, wrong, or not allowed to do this
    NotFound,    ///< 404 and its kin; final for that item
    RateLimited, ///< 429, or a wait longer than we are willing to sit out
    Server,      ///< 5xx after all tries
    Protocol,    ///< an answer that the specification does not allow, or any other unexpected status
    Integrity,   ///< size or digest differ from what was promised
    Parse,       ///< malformed document, archive or name
    Disk,        ///< local file system: full, denied, short write
    Config,      ///< what the user asked for can't be done as written
};

/// Which end of a copy an error belongs to.
enum class Side { None, Source, Store };

/// The one error type of the library. `message` is for people and ends without a full stop; `detail` is for the log
/// (method, URL, status, registry code) and never holds a secret.
struct Error
{
    ErrorKind kind = ErrorKind::Protocol;
    QString message;
    QString detail = {};
    Side side = Side::None;
    int httpStatus = 0;
    std::optional<std::chrono::milliseconds> retryAfter = {};
    QByteArray certificate = {}; ///< Tls: SHA-256, hexadecimal, of the certificate that was not trusted; may be empty

    /// The same error with the message put into context: "context: message".
    [[nodiscard]] Error in(const QString& context) const
    {
        Error copy = *this;
        copy.message = context + QStringLiteral(": ") + message;
        return copy;
    }
    /// The same error, blamed on one end of the copy unless it has been blamed already.
    [[nodiscard]] Error at(Side where) const
    {
        Error copy = *this;
        if (copy.side == Side::None)
            copy.side = where;
        return copy;
    }
};

/// The kind's name as it stands in reports and JSON, for example "rate-limited".
[[nodiscard]] QString kindName(ErrorKind kind);
/// Kind, message, and whatever else is known of it.
[[nodiscard]] QJsonObject toJson(const Error& error);
/// The exit code of a command line that this ended: 2 configuration, 3 authentication, 4 registry or channel
/// unreachable, 5 local disk, 130 cancelled.
[[nodiscard]] int exitCode(const Error& fatal);

} // namespace condaoci

Q_DECLARE_METATYPE(condaoci::Error)

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QIODevice>
#include <QList>
#include <QUrl>

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

namespace condaoci::http {

/// Header fields in the order in which they are sent or came; names compare without case (RFC 9110, 5.1).
class Headers
{
public:
    void set(const QByteArray& name, const QByteArray& value); ///< replaces
    void add(const QByteArray& name, const QByteArray& value);
    void remove(QByteArrayView name);
    [[nodiscard]] QByteArray value(QByteArrayView name) const; ///< empty if absent; several are joined by ", "
    [[nodiscard]] bool contains(QByteArrayView name) const;
    [[nodiscard]] const QList<std::pair<QByteArray, QByteArray>>& all() const { return m_fields; }

private:
    QList<std::pair<QByteArray, QByteArray>> m_fields;
};

/// A request body that can be sent as often as a retry or a new authentication asks for.
class Body
{
public:
    Body() = default;
    [[nodiscard]] static Body ofBytes(QByteArray bytes);
    /// The file as it stands when it is sent; `size` is what is announced as Content-Length.
    [[nodiscard]] static Body ofFile(QString path, qint64 size);

    [[nodiscard]] qint64 size() const; ///< bytes
    /// A device at the start of the body, open for reading. Error kind Disk.
    [[nodiscard]] Result<std::unique_ptr<QIODevice>> open() const;
    /// The bytes, when they are in memory; null otherwise.
    [[nodiscard]] const QByteArray* bytes() const { return std::get_if<QByteArray>(&m_content); }

private:
    struct File
    {
        QString path;
        qint64 size;
    };
    std::variant<std::monostate, QByteArray, File> m_content;
};

/// Where the body of a successful response goes, piece by piece.
class Sink
{
public:
    virtual ~Sink() = default;
    [[nodiscard]] virtual Result<void> write(QByteArrayView bytes) = 0;
    /// Forget everything written so far; the next write is byte 0 again.
    [[nodiscard]] virtual Result<void> restart() = 0;
    [[nodiscard]] virtual qint64 written() const = 0; ///< bytes held; where a resumed download goes on
    /// Does the sink hash what it holds, for its user to compare? Then nobody else has to.
    [[nodiscard]] virtual bool isHashed() const { return false; }
    /// Said before the first write: all that will be written stands in this file, and stays there for as long as the
    /// sink is used. A sink that would make a temporary file of it may go on to read that one.
    virtual void standsInFile(const QString& path) { Q_UNUSED(path) }
    /// Bytes free where it keeps what it is given; as much as there can be where that is not known.
    [[nodiscard]] virtual qint64 room() const { return std::numeric_limits<qint64>::max(); }
};

struct Request
{
    QByteArray method = "GET";
    QUrl url;
    Headers headers;
    /// Value of the Authorization field. Kept apart from `headers`, since it never crosses to another origin.
    QByteArray authorization;
    Body body;

    /// A 2xx body goes here instead of into Response::body. A GET into a sink that already holds bytes is sent as a
    /// Range request and resumed by Range after a broken connection; where the server does not play along the sink is
    /// restarted.
    Sink* sink = nullptr;
    /// Size that the whole entity must have, -1 if unknown; looked at where there is a sink. A Content-Length that
    /// disagrees fails before a byte is written.
    qint64 expectedSize = -1;
    /// Most bytes accepted, as Response::body or into the sink.
    qint64 limit = 8LL * 1024 * 1024;
    /// The same for an answer whose server does not announce a length; -1: `limit`.
    qint64 unannounced = -1;
    /// Looks at the beginning of what goes into Response::body: true is enough, false asks for more of it, and an error
    /// ends the transfer. Null: nobody looks.
    std::function<Result<bool>(QByteArrayView)> look;

    /// Is it known not to begin as a gzip or zlib file does? Then a gzip or deflate coding that the server insists on,
    /// though `identity` is asked for, can be told from a label, and is undone. Where `expectedSize` and Content-Length
    /// tell the two apart, it is undone anyway.
    bool isPlain = false;
    /// Most tries in all; fewer than usual for what can be had in another form.
    int attempts = limits::attempts;
    /// May the request be sent again after a failure that leaves open whether it took effect? (A closing upload PUT may
    /// not.)
    bool retriable = true;
    /// Is any outcome the last word? For what is only worth asking while it costs nothing; `retriable` is not looked
    /// at.
    bool once = false;
    /// Bytes of the body sent or received so far, called on the calling thread.
    std::function<void(qint64)> progress;
};

/// Does it only ask? What asks can be asked again, and is not counted by limits on writing.
[[nodiscard]] inline bool isRead(const Request& request)
{
    return request.method == "GET" || request.method == "HEAD";
}

struct Response
{
    int status = 0;
    Headers headers;
    QByteArray body;     ///< empty where it went into the sink
    QUrl url;            ///< the URL that answered, after redirects
    qint64 received = 0; ///< bytes of the body on the wire, before its coding was undone
};

/// How long a cache may keep the answer without asking again (RFC 9111, 5.2.2.1); nullopt where it does not say, or
/// forbids it.
[[nodiscard]] std::optional<std::chrono::seconds> maxAge(const Headers& headers);

/// A server's URL reference as it should have been written: what may not stand in one as it is (space, `|`, `{`, `"`,
/// bytes over 127, a `%` that encodes nothing) is encoded, and nothing else is touched. Invalid where it is none.
[[nodiscard]] QUrl urlReference(QByteArrayView text);

/// Scheme, host and port, the port made explicit: "https://ghcr.io:443". What credentials are bound to (RFC 6454).
[[nodiscard]] QByteArray originOf(const QUrl& url);

/// The Error for a response whose status the caller did not want: kind by status (401/403 Auth, 404/410 NotFound, 429
/// RateLimited, 5xx Server, otherwise Protocol), the registry's own codes and messages from the body
/// (distribution-spec, "Error Codes"), cleaned and cut, as part of the message.
[[nodiscard]] Error statusError(const Request& request, const Response& response, const QString& what);

} // namespace condaoci::http

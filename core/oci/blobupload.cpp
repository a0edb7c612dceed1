// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/blobupload.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/http/contentrange.h"
#include "core/http/retrypolicy.h"
#include "core/http/spool.h"

#include <QRandomGenerator>

namespace condaoci::oci {

namespace {

using http::Request;
using http::Response;

/// The `digest` parameter joins whatever query the registry gave, byte for byte (S22).
QUrl withDigest(const QUrl& location, const Digest& digest)
{
    QByteArray encoded = location.toEncoded(QUrl::FullyEncoded);
    encoded += encoded.contains('?') ? '&' : '?';
    encoded += "digest=" + digest.toByteArray();
    return QUrl::fromEncoded(encoded, QUrl::StrictMode);
}

/// Bytes that the registry says it has; nullopt if it does not say.
std::optional<qint64> heldBytes(const Response& response)
{
    return http::parseUploadRange(response.headers.value("Range"));
}

/// One upload session, from its POST to the PUT that closes it (distribution-spec, "Pushing blobs").
class Upload
{
public:
    Upload(const UploadRoute& route, const Descriptor& blob, const http::Body& body,
           const std::function<void(qint64)>& progress)
        : m_route(route)
        , m_blob(blob)
        , m_body(body)
        , m_progress(progress)
        , m_chunk(route.host.chunk)
    {
    }

    [[nodiscard]] std::optional<UploadFailure> run();

private:
    using Failure = std::optional<UploadFailure>;

    Failure begin();
    Failure sendWhole();
    Failure sendChunks();
    Failure sendChunk(QIODevice& source);
    Failure close();
    Failure goOn(const Result<Response>& outcome, const Request& request);
    Failure shrink(const Request& request, const Response& response);
    bool askHeld();
    bool follow(const Request& request, const Response& response);
    [[nodiscard]] bool isConfirmed(const Response& response) const;
    [[nodiscard]] bool isProved(const Response& response) const;
    [[nodiscard]] Result<Response> send(const Request& request) const { return m_route.send(request); }
    [[nodiscard]] UploadFailure failure(const Request& request, const Result<Response>& outcome) const;
    [[nodiscard]] UploadFailure broken(const QString& message) const;

    const UploadRoute& m_route;
    const Descriptor& m_blob;
    const http::Body& m_body;
    const std::function<void(qint64)>& m_progress;
    QUrl m_location;
    qint64 m_held = 0; ///< bytes of the blob that the registry has
    qint64 m_chunk;
    qint64 m_least = 0; ///< OCI-Chunk-Min-Length
    int m_standstills = 0;
    int m_closings = 0; ///< PUTs that the registry answered by asking for more
    qint64 m_sent = 0;  ///< bytes of all pieces, those that were sent again too
    bool m_done = false;
};

UploadFailure Upload::failure(const Request& request, const Result<Response>& outcome) const
{
    if (!outcome) {
        const ErrorKind kind = outcome.error().kind;
        const bool broke = kind == ErrorKind::Network || kind == ErrorKind::Timeout;
        // To begin is asked as often as any request by the client itself.
        return {outcome.error(), broke && !m_location.isEmpty(), false, m_location};
    }
    const int status = outcome->status;
    Error error = http::statusError(
        request, *outcome,
        m_location.isEmpty()
            ? Messages::tr("%1 did not accept an upload").arg(m_route.shown)
            : Messages::tr("%1 did not take a blob of %2").arg(m_route.shown, shownBytes(m_blob.size)));
    const bool again = status == 404 || status == 416 || http::isTransient(status);
    return {std::move(error), again && !m_location.isEmpty(), false, status == 404 ? QUrl() : m_location,
            http::retryAfter(*outcome).value_or(std::chrono::milliseconds{0})};
}

UploadFailure Upload::broken(const QString& message) const
{
    return {Error{ErrorKind::Protocol, message}, false, false, m_location};
}

/// The newest Location counts (S25); false where it may not be followed.
bool Upload::follow(const Request& request, const Response& response)
{
    if (!response.headers.contains("Location"))
        return true;
    const auto next = uploadLocation(m_route, request, response);
    if (next)
        m_location = *next;
    return next.has_value();
}

/// Has the registry taken the blob? 201, and 204 of those that mean it; 200 and 202 only where that is proved (S23).
bool Upload::isConfirmed(const Response& response) const
{
    if (response.status == 201 || response.status == 204)
        return true;
    return (response.status == 200 || response.status == 202) && isProved(response);
}

/// Does it say the blob's digest, or that it has the blob when it is asked?
bool Upload::isProved(const Response& response) const
{
    if (const auto claimed = Digest::parse(response.headers.value("Docker-Content-Digest")))
        return *claimed == m_blob.digest;
    Request request;
    request.method = "HEAD";
    request.url = m_route.uploads.resolved(QUrl(QStringLiteral("../") + m_blob.digest.toString()));
    const auto there = send(request);
    const QByteArray length = there ? there->headers.value("Content-Length") : QByteArray();
    return there && there->status == 200 && (length.isEmpty() || length.toLongLong() == m_blob.size);
}

Upload::Failure Upload::begin()
{
    Request request;
    request.method = "POST";
    request.url = m_route.uploads;
    const bool withBlob = m_route.host.singlePost && m_blob.size > 0 && m_blob.size <= limits::singlePost;
    if (withBlob) { // S24
        request.url = withDigest(request.url, m_blob.digest);
        request.headers.set("Content-Type", "application/octet-stream");
        request.body = m_body;
    }
    auto begun = send(request);
    if (withBlob && begun && (begun->status == 200 || begun->status == 201)) {
        // Either may mean a session too: then its Location is not that of the blob.
        const QByteArray location = begun->headers.value("Location");
        const bool isPlain = begun->status == 201 && (location.isEmpty() || location.contains(m_blob.digest.hex()));
        m_done = isPlain || isProved(*begun);
        if (m_done)
            return {};
    }
    if (withBlob && begun)
        m_route.host.singlePost = false;
    // Who does not know the short way may refuse it in any way, and takes the long one.
    const bool refusesShort = begun && withBlob && begun->status >= 400 && !http::isTransient(begun->status) &&
                              begun->status != 401 && begun->status != 403;
    if (refusesShort) {
        request.url = m_route.uploads;
        request.body = {};
        begun = send(request);
    }
    if (!begun || begun->status < 200 || begun->status > 202)
        return failure(request, begun);
    auto location = uploadLocation(m_route, request, *begun);
    if (!location)
        return UploadFailure{location.error(), false, false, {}};
    m_location = *location;
    m_least = begun->headers.value("OCI-Chunk-Min-Length").toLongLong();
    return {};
}

Upload::Failure Upload::sendWhole()
{
    Request request;
    request.method = "PUT";
    request.url = withDigest(m_location, m_blob.digest);
    request.headers.set("Content-Type", "application/octet-stream");
    request.body = m_body;
    request.retriable = false; // the session may be spent
    request.progress = m_progress;
    const auto outcome = send(request);
    if (outcome && isConfirmed(*outcome)) {
        m_done = true;
        return {};
    }
    auto failed = failure(request, outcome);
    if (outcome && (outcome->status == 413 || outcome->status == 405 || outcome->status == 404) && m_blob.size > 0) {
        m_route.host.chunked = failed.again = failed.learned = true;
        return failed;
    }
    // What did arrive of a large blob need not be sent again, where the registry kept it.
    const bool isBroken = failed.again && (!outcome || http::isTransient(outcome->status));
    if (isBroken && m_blob.size >= limits::resumeUploadFrom && askHeld() && m_held > 0 && m_held <= m_blob.size)
        return sendChunks();
    return failed;
}

/// Asks the session how far it has come (S26); false where it does not say.
bool Upload::askHeld()
{
    Request request;
    request.url = m_location;
    const auto answered = send(request);
    if (!answered || (answered->status != 204 && answered->status != 200) || !follow(request, *answered))
        return false;
    const auto held = heldBytes(*answered);
    // Nothing at all is told as "0-0" too.
    m_held = held && *held > 1 ? *held : 0;
    return held.has_value();
}

/// After a piece that failed: goes on from where the registry is, unless that leads nowhere.
Upload::Failure Upload::goOn(const Result<Response>& outcome, const Request& request)
{
    auto failed = failure(request, outcome);
    const qint64 before = m_held;
    if (!failed.again || (outcome && outcome->status == 404))
        return failed;
    if (const auto delay =
            http::retryDelay(m_standstills + 1, outcome, {}, QRandomGenerator::global()->generateDouble(),
                             m_route.timeouts.retryBase, m_route.timeouts.retryCap)) {
        if (auto slept = http::sleepFor(*delay, m_route.stop); !slept)
            return UploadFailure{slept.error(), false, false, m_location};
    }
    if (!askHeld())
        return failed;
    if (m_held > before + std::min(m_chunk, m_blob.size - before))
        return broken(Messages::tr("%1 claims to have more of a blob than it was sent").arg(m_route.shown));
    m_standstills = m_held > before ? 0 : m_standstills + 1;
    if (m_closings >= limits::uploadClosings)
        failed.again = false; // the next session would be like this one
    if (m_standstills >= limits::uploadStandstills || !failed.again)
        return failed;
    // A registry that takes no pieces of this size may say so by 416 (GHCR).
    if (outcome && outcome->status == 416 && m_held <= before &&
        m_chunk / 2 >= std::max(limits::uploadChunkLeast, m_least))
        m_chunk /= 2;
    return {};
}

Upload::Failure Upload::shrink(const Request& request, const Response& response)
{
    if (m_chunk / 2 < std::max(limits::uploadChunkLeast, m_least))
        return failure(request, response);
    m_chunk /= 2;
    return askHeld() ? Failure() : failure(request, response);
}

Upload::Failure Upload::sendChunk(QIODevice& source)
{
    const qint64 size = std::min(m_chunk, m_blob.size - m_held);
    // Some progress with each piece is not enough: a registry could go on like that for ever.
    m_sent += size;
    if (m_sent / limits::uploadTimesSent > std::max(m_blob.size, m_chunk))
        return broken(Messages::tr("%1 was sent a blob of %2 more than %3 times and does not have it")
                          .arg(m_route.shown, shownBytes(m_blob.size))
                          .arg(limits::uploadTimesSent));
    http::Spool piece;
    if (!source.seek(m_held))
        return UploadFailure{
            Error{ErrorKind::Disk, Messages::tr("can't read what was to be sent: %1").arg(source.errorString())}, false,
            false, m_location};
    while (piece.written() < size) {
        const QByteArray bytes = source.read(std::min(limits::ioChunk, size - piece.written()));
        auto written = bytes.isEmpty() ? Error{ErrorKind::Disk, Messages::tr("what was to be sent ended too early")}
                                       : piece.write(bytes);
        if (!written)
            return UploadFailure{written.error(), false, false, m_location};
    }
    if (auto finished = piece.finish(); !finished)
        return UploadFailure{finished.error(), false, false, m_location};
    Request request;
    request.method = "PATCH";
    request.url = m_location;
    request.headers.set("Content-Type", "application/octet-stream");
    request.headers.set("Content-Range", QByteArray::number(m_held) + '-' + QByteArray::number(m_held + size - 1));
    request.body = piece.body();
    request.retriable = false; // a piece that arrived may not come twice
    if (m_progress)
        request.progress = [this, from = m_held](qint64 sent) { m_progress(from + sent); };
    const auto outcome = send(request);
    if (outcome && outcome->status == 413)
        return shrink(request, *outcome);
    const bool isTaken = outcome && ((outcome->status >= 200 && outcome->status <= 202) || outcome->status == 204);
    if (!isTaken)
        return goOn(outcome, request);
    if (!follow(request, *outcome))
        return broken(Messages::tr("%1 wants the rest of a blob where it may not be sent").arg(m_route.shown));
    const qint64 held = heldBytes(*outcome).value_or(m_held + size);
    if (held > m_held + size)
        return broken(Messages::tr("%1 claims to have more of a blob than it was sent").arg(m_route.shown));
    m_standstills = held > m_held ? 0 : m_standstills + 1;
    if (m_standstills >= limits::uploadStandstills)
        return broken(Messages::tr("%1 takes the pieces of a blob and keeps none").arg(m_route.shown));
    m_held = held;
    return {};
}

Upload::Failure Upload::sendChunks()
{
    if (m_least > limits::uploadChunkDemanded)
        return broken(Messages::tr("%1 wants blobs in pieces of at least %2, which is too much")
                          .arg(m_route.shown, shownBytes(m_least)));
    m_chunk = std::max(m_chunk, m_least);
    auto source = m_body.open();
    if (!source)
        return UploadFailure{source.error(), false, false, m_location};
    while (!m_done) {
        while (m_held < m_blob.size) {
            if (auto failed = sendChunk(**source))
                return failed;
        }
        if (auto failed = close())
            return failed;
    }
    m_route.host.chunk = m_chunk;
    return {};
}

Upload::Failure Upload::close()
{
    Request request;
    request.method = "PUT";
    request.url = withDigest(m_location, m_blob.digest);
    request.headers.set("Content-Type", "application/octet-stream");
    request.retriable = false;
    const auto outcome = send(request);
    m_done = outcome && isConfirmed(*outcome);
    if (m_done)
        return {};
    // Not all has arrived after all (S26).
    if (outcome && outcome->status == 416) {
        ++m_closings;
        return goOn(outcome, request);
    }
    return failure(request, outcome);
}

Upload::Failure Upload::run()
{
    if (auto failed = begin(); failed || m_done)
        return failed;
    return m_route.host.chunked ? sendChunks() : sendWhole();
}

} // namespace

Result<QUrl> uploadLocation(const UploadRoute& route, const Request& request, const Response& response)
{
    const QByteArray location = response.headers.value("Location");
    const QUrl reference = http::urlReference(location);
    const QUrl target = response.url.resolved(reference);
    const auto refuse = [&](const QString& sentence) {
        Error error = http::statusError(request, response, sentence.arg(route.shown));
        error.kind = ErrorKind::Protocol;
        return error;
    };
    if (location.isEmpty() || !reference.isValid() || !target.isValid())
        return refuse(Messages::tr("%1 began an upload but did not say where to send it"));
    const bool http = target.scheme() == QLatin1String("http") || target.scheme() == QLatin1String("https");
    if (!http || !target.userInfo().isEmpty() ||
        (route.registry.scheme() == QLatin1String("https") && target.scheme() != QLatin1String("https")))
        return refuse(Messages::tr("%1 began an upload but wants it where it may not be sent"));
    return target;
}

std::optional<UploadFailure> uploadBlob(const UploadRoute& route, const Descriptor& blob, const http::Body& body,
                                        const std::function<void(qint64)>& progress)
{
    return Upload(route, blob, body, progress).run();
}

} // namespace condaoci::oci

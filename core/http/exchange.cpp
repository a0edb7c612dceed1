// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/exchange.h"

#include "core/base/messages.h"
#include "core/base/secrets.h"
#include "core/base/text.h"
#include "core/http/contentrange.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QSslError>

#include <new>

namespace condaoci::http {

namespace {

constexpr auto tick = std::chrono::milliseconds(100);
constexpr qint64 readAhead = 1 * limits::MiB; // what Qt may hold before the sink has taken it

/// Header values that Qt would send as they are, line breaks and all (Q04).
bool isFieldValue(QByteArrayView value)
{
    return std::all_of(value.begin(), value.end(),
                       [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

/// Codes that Qt never gives for a status.
bool isTransportError(QNetworkReply::NetworkError code)
{
    switch (code) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::SslHandshakeFailedError:
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::UnknownNetworkError:
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ContentReSendError:
    case QNetworkReply::ProtocolFailure:
        return true;
    default:
        return false;
    }
}

/// A body that can be read once. Qt sends a request again by itself when the connection breaks before an answer, as
/// long as it can go back to the start of the body (Q10).
class OnceDevice final : public QIODevice
{
public:
    OnceDevice(std::unique_ptr<QIODevice> source, bool* isRead)
        : m_source(std::move(source))
        , m_isRead(isRead)
    {
        open(ReadOnly | Unbuffered);
    }
    bool isSequential() const override { return true; }
    bool atEnd() const override { return m_source->atEnd(); }
    bool seek(qint64) override { return false; }
    bool reset() override { return false; }
    qint64 bytesAvailable() const override { return m_source->bytesAvailable() + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char* data, qint64 size) override
    {
        *m_isRead = true;
        const qint64 got = m_source->read(data, size);
        return got == 0 && m_source->atEnd() ? -1 : got;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    std::unique_ptr<QIODevice> m_source;
    bool* m_isRead; ///< Qt reads when there is a connection, and tells of the first bytes a tenth of a second later
};

} // namespace

Exchange::Exchange(QNetworkAccessManager& manager, const Request& request, const Timeouts& timeouts,
                   const std::stop_token& stop, Security security)
    : m_manager(manager)
    , m_request(request)
    , m_timeouts(timeouts)
    , m_stop(stop)
    , m_security(std::move(security))
{
    m_ticks.setInterval(std::min(tick, timeouts.connect / 4 + std::chrono::milliseconds(1)));
    connect(&m_ticks, &QTimer::timeout, this, &Exchange::onTick);
    if (request.sink)
        m_resumeFrom = request.sink->written();
}

Result<Response> Exchange::run()
{
    auto prepared = prepare();
    if (!prepared)
        return prepared.error();
    if (m_request.body.size() > 0 && (!m_request.retriable || !m_request.body.bytes())) {
        auto opened = m_request.body.open();
        if (!opened)
            return opened.error();
        m_upload =
            m_request.retriable ? *std::move(opened) : std::make_unique<OnceDevice>(*std::move(opened), &m_reached);
    }
    m_total.start();
    m_sinceActivity.start();
    m_window.start();
    const std::unique_ptr<QNetworkReply> reply(start(*prepared));
    m_reply = reply.get();
    m_reply->setReadBufferSize(readAhead);
    connect(m_reply, &QNetworkReply::requestSent, this, [this] {
        m_reached = true;
        m_sinceActivity.restart();
    });
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &Exchange::onHead);
    connect(m_reply, &QNetworkReply::readyRead, this, &Exchange::onData);
    connect(m_reply, &QNetworkReply::finished, &m_loop, &QEventLoop::quit);
    connect(m_reply, &QNetworkReply::uploadProgress, this, [this](qint64 sent, qint64) {
        if (sent <= 0) // Qt says so at the end even when nothing could be sent
            return;
        m_reached = true;
        m_sinceActivity.restart();
        m_windowBytes = sent;
        if (m_request.progress && m_request.body.size() > 0)
            m_request.progress(sent);
    });
    connect(m_reply, &QNetworkReply::sslErrors, this, &Exchange::onTlsErrors);
    m_ticks.start();
    // The callback may run on any thread and at any time up to its destruction; the queue brings it to this one.
    const std::stop_callback onStop(m_stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { fail(error(ErrorKind::Cancelled, Messages::tr("cancelled"))); }, Qt::QueuedConnection);
    });
    if (!m_reply->isFinished())
        m_loop.exec();
    m_ticks.stop();
    onHead();
    onData();
    return conclude();
}

/// Names the server's own certificate, so that it can be looked at and, if that is wanted, accepted by its fingerprint.
void Exchange::onTlsErrors(const QList<QSslError>& errors)
{
    const QSslCertificate leaf = m_reply->sslConfiguration().peerCertificate();
    const QByteArray fingerprint = leaf.digest(QCryptographicHash::Sha256).toHex();
    if (!leaf.isNull() && !m_security.accepted.isEmpty() && fingerprint == m_security.accepted) {
        m_reply->ignoreSslErrors(errors);
        return;
    }
    m_refusedCertificate = leaf.isNull() ? QByteArray() : fingerprint;
    if (!leaf.isNull())
        m_tlsErrors.append(Messages::tr("certificate of %1, issued by %2, sha256 %3")
                               .arg(oneLine(leaf.subjectDisplayName(), 100), oneLine(leaf.issuerDisplayName(), 100),
                                    QString::fromLatin1(fingerprint)));
    if (!m_security.accepted.isEmpty())
        m_tlsErrors.append(Messages::tr("the certificate that is accepted there is another one"));
    for (const QSslError& one : errors)
        m_tlsErrors.append(one.errorString());
    m_tlsErrors.removeDuplicates();
}

Result<QNetworkRequest> Exchange::prepare() const
{
    QNetworkRequest prepared(m_request.url);
    prepared.setSslConfiguration(m_security.configuration);
    prepared.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    prepared.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    prepared.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    prepared.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    prepared.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    prepared.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    Headers headers = m_request.headers;
    headers.set("Accept-Encoding", "identity"); // Qt would inflate behind our back (Q07)
    headers.set("User-Agent", "conda-oci-mirror/" CONDAOCI_VERSION);
    for (const auto& [name, value] : {std::pair("Authorization", m_request.authorization),
                                      std::pair("Proxy-Authorization", m_security.proxyAuthorization)}) {
        if (value.isEmpty())
            continue;
        rememberAuthorization(value);
        headers.set(name, value);
    }
    if (m_resumeFrom > 0)
        headers.set("Range", "bytes=" + QByteArray::number(m_resumeFrom) + '-');
    if (m_request.body.size() > 0 || m_request.method == "POST" || m_request.method == "PUT") {
        headers.set("Content-Length", QByteArray::number(m_request.body.size()));
        if (!headers.contains("Content-Type"))
            headers.set("Content-Type", "application/octet-stream");
    }
    if (!m_security.address.isNull()) {
        QUrl url = m_request.url;
        url.setHost(m_security.address.toString());
        prepared.setUrl(url);
        prepared.setPeerVerifyName(m_request.url.host());
        headers.set("Host", m_request.url.authority(QUrl::FullyEncoded).toLatin1());
    }
    for (const auto& [name, value] : headers.all()) {
        if (!isFieldValue(value))
            return error(ErrorKind::Config,
                         Messages::tr("the value of the %1 header has characters that HTTP does not allow")
                             .arg(QString::fromLatin1(name)));
        prepared.setRawHeader(name, value);
    }
    return prepared;
}

QNetworkReply* Exchange::start(const QNetworkRequest& prepared)
{
    if (m_request.method == "GET")
        return m_manager.get(prepared);
    if (m_request.method == "HEAD")
        return m_manager.head(prepared);
    const QByteArray none;
    const QByteArray& bytes = m_request.body.bytes() ? *m_request.body.bytes() : none;
    if (m_request.method == "POST")
        return m_upload ? m_manager.post(prepared, m_upload.get()) : m_manager.post(prepared, bytes);
    if (m_request.method == "PUT")
        return m_upload ? m_manager.put(prepared, m_upload.get()) : m_manager.put(prepared, bytes);
    return m_upload ? m_manager.sendCustomRequest(prepared, m_request.method, m_upload.get())
                    : m_manager.sendCustomRequest(prepared, m_request.method, bytes);
}

bool Exchange::intoSink() const
{
    return m_request.sink && m_response.status >= 200 && m_response.status < 300;
}

void Exchange::onHead()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_headSeen || status < 200)
        return;
    m_headSeen = m_reached = true;
    m_sinceActivity.restart();
    m_arrivals.restart();
    m_response.status = status;
    m_response.url = m_request.url;
    for (const auto& [name, value] : m_reply->rawHeaderPairs())
        m_response.headers.add(name, value);
    checkHead();
}

void Exchange::checkHead()
{
    const QByteArray length = m_response.headers.value("Content-Length");
    if (!length.isEmpty() && m_request.method != "HEAD") {
        // Qt takes the first of two that differ (Q03), and does not understand a list of equal ones in one field.
        m_announced = parseContentLength(length).value_or(-1);
        m_endsByLength = length.contains(',');
        if (m_announced < 0)
            return fail(
                error(ErrorKind::Protocol, Messages::tr("%1 sent a malformed Content-Length").arg(shownHost())));
    }
    if (!intoSink()) {
        if (m_response.status < 300 && m_announced > m_request.limit)
            fail(tooLarge(m_request.limit));
        return;
    }
    if (m_response.status == 206)
        return checkResumed();
    if (m_resumeFrom > 0) {
        // The server does not do ranges, or the file is another one by now: everything comes again (S16).
        m_resumeFrom = 0;
        if (auto restarted = m_request.sink->restart(); !restarted)
            return fail(restarted.error());
    }
    if (m_request.expectedSize < 0 && m_announced > m_request.limit)
        return fail(tooLarge(m_request.limit));
    // Whether it is coded, and that is why, its first byte tells.
    const bool mayBeCoded = m_announced > 0 && isInflatable(m_response.headers.value("Content-Encoding"));
    if (m_request.expectedSize >= 0 && m_announced >= 0 && m_announced != m_request.expectedSize && !mayBeCoded)
        fail(otherSize());
}

Error Exchange::otherSize() const
{
    return error(ErrorKind::Integrity, Messages::tr("%1 bytes were promised, %2 offers %3")
                                           .arg(m_request.expectedSize)
                                           .arg(shownHost())
                                           .arg(m_announced));
}

Error Exchange::tooLarge(qint64 most) const
{
    return error(m_request.expectedSize >= 0 ? ErrorKind::Integrity : ErrorKind::Protocol,
                 Messages::tr("%1 sent more than the %2 bytes that are allowed here").arg(shownHost()).arg(most));
}

/// S16: only the very bytes that were asked for, of a whole of the right size.
void Exchange::checkResumed()
{
    const auto range = parseContentRange(m_response.headers.value("Content-Range"));
    const qint64 size = range ? range->last + 1 : -1;
    if (m_resumeFrom == 0 || !range || range->first != m_resumeFrom || (range->size >= 0 && range->size != size) ||
        (m_request.expectedSize >= 0 && size != m_request.expectedSize))
        fail(error(ErrorKind::Protocol,
                   Messages::tr("%1 answered with a part of the file that was not asked for").arg(shownHost())));
}

void Exchange::onData()
{
    while (!m_failure && m_reply->bytesAvailable() > 0) {
        onHead();
        QByteArray bytes = m_reply->read(std::min<qint64>(m_reply->bytesAvailable(), limits::ioChunk));
        if (m_endsByLength && m_announced >= 0)
            bytes.truncate(m_announced - m_received);
        if (bytes.isEmpty())
            return;
        m_sinceActivity.restart();
        m_arrivals.restart();
        m_received += bytes.size();
        m_windowBytes += bytes.size();
        take(bytes);
        if (m_endsByLength && m_received == m_announced)
            m_loop.quit();
    }
}

void Exchange::take(const QByteArray& bytes)
{
    if (m_response.status >= 300) { // of a refusal only the beginning is of use
        m_response.body.append(
            bytes.left(limits::errorBodyRead - std::min<qint64>(m_response.body.size(), limits::errorBodyRead)));
        return;
    }
    if (m_received == bytes.size())
        beginBody(bytes.front());
    if (m_failure)
        return;
    const auto write = [this](QByteArrayView piece) { return deliver(piece); };
    if (auto taken = m_inflater ? m_inflater->feed(bytes, write) : deliver(bytes); !taken)
        fail(taken.error());
}

/// Undoes a coding that was not asked for where it is one. What has the promised size is as it should be, whatever it
/// is called.
void Exchange::beginBody(char firstByte)
{
    const bool isOtherSize = m_request.expectedSize >= 0 && m_announced >= 0 && m_announced != m_request.expectedSize;
    const bool isPromised = m_request.expectedSize >= 0 && m_announced == m_request.expectedSize;
    if (m_response.status != 206 && !isPromised && (m_request.isPlain || (intoSink() && isOtherSize)))
        m_inflater = Inflater::forBody(m_response.headers.value("Content-Encoding"), firstByte,
                                       intoSink() ? Inflater::Bounds() : Inflater::boundsOfDocuments());
    if (!m_inflater && intoSink() && m_response.status != 206 && isOtherSize)
        fail(otherSize());
}

Result<void> Exchange::deliver(QByteArrayView bytes)
{
    const qint64 have = intoSink() ? m_request.sink->written() : m_response.body.size();
    const qint64 limit = m_announced < 0 && m_request.unannounced >= 0 ? m_request.unannounced : m_request.limit;
    const qint64 most = m_request.expectedSize >= 0 ? std::min(limit, m_request.expectedSize) : limit;
    if (bytes.size() > most - have)
        return tooLarge(most);
    if (!intoSink()) {
        try {
            m_response.body.append(bytes);
        } catch (const std::bad_alloc&) { // Qt lets nothing be thrown through its event loop
            m_response.body = {};
            return error(
                ErrorKind::Disk,
                Messages::tr("this computer does not have enough memory for the answer of %1").arg(shownHost()));
        }
        return m_isLookedAt ? Result<void>() : look();
    }
    if (auto written = m_request.sink->write(bytes); !written)
        return written;
    if (m_request.progress)
        m_request.progress(m_request.sink->written());
    return {};
}

Result<void> Exchange::look()
{
    const auto looked = m_request.look ? m_request.look(m_response.body) : Result<bool>(true);
    m_isLookedAt = looked && *looked;
    return looked ? Result<void>() : looked.error();
}

void Exchange::onTick()
{
    const QString host = shownHost();
    if (const qint64 came = m_arrivals.bytes(); !m_headSeen && came > limits::headBytes)
        return fail(error(
            ErrorKind::Protocol,
            Messages::tr("the head of the answer of %1 has more than %2 bytes").arg(host).arg(limits::headBytes)));
    else if (came > limits::silentBytes)
        return fail(
            error(ErrorKind::Protocol,
                  Messages::tr("%1 sent more than %2 bytes that are not content").arg(host).arg(limits::silentBytes)));
    const auto passed = [](const QElapsedTimer& timer, std::chrono::milliseconds limit) {
        return timer.elapsed() >= limit.count();
    };
    if (!m_reached && passed(m_total, m_timeouts.connect))
        return fail(error(
            ErrorKind::Timeout,
            m_security.proxy.isEmpty()
                ? Messages::tr("can't connect to %1: no answer").arg(host)
                : Messages::tr("can't connect to %1 through the proxy %2: no answer").arg(host, m_security.proxy)));
    if (passed(m_sinceActivity, m_timeouts.idle))
        return fail(error(ErrorKind::Timeout, Messages::tr("%1 has been silent for too long").arg(host)));
    const bool isTransfer = m_request.sink || m_upload;
    if (!isTransfer && m_request.limit <= limits::manifestRead && passed(m_total, m_timeouts.smallTotal))
        return fail(error(ErrorKind::Timeout, Messages::tr("%1 took too long to answer").arg(host)));
    if (passed(m_window, m_timeouts.rateWindow)) {
        const bool waitsForTheServer = m_upload && !m_headSeen && m_upload->atEnd(); // it may be busy with what it got
        const qint64 wanted =
            limits::minimumRate * std::chrono::duration_cast<std::chrono::seconds>(m_timeouts.rateWindow).count();
        if (m_reached && !waitsForTheServer && m_windowBytes < std::max<qint64>(wanted, 1))
            return fail(error(ErrorKind::Timeout, Messages::tr("%1 is too slow: %2 bytes in %3 s")
                                                      .arg(host)
                                                      .arg(m_windowBytes)
                                                      .arg(m_timeouts.rateWindow.count() / 1000)));
        m_windowBytes = 0;
        m_window.restart();
    }
}

void Exchange::fail(Error error)
{
    if (m_failure)
        return;
    m_failure = std::move(error);
    m_reply->abort();
    m_loop.quit();
}

Result<Response> Exchange::conclude()
{
    if (m_failure)
        return *m_failure;
    m_response.received = m_received;
    // Qt reports statuses as errors too, some of them (400, 407, 418) under codes of broken connections; a complete
    // answer is the caller's to judge.
    // A redirect has said everything with its head; what was to be sent may be cut off by it.
    if (m_response.status >= 300 && m_response.status < 400)
        return std::move(m_response);
    const auto code = m_reply->error();
    if (m_response.status == 407 && !m_security.proxy.isEmpty())
        return proxyError();
    if (code != QNetworkReply::NoError && (m_response.status < 400 || isTransportError(code)))
        return networkError();
    if (m_response.status == 0)
        return error(ErrorKind::Protocol, Messages::tr("%1 did not answer with HTTP").arg(shownHost()));
    if (m_announced >= 0 && m_received < m_announced && m_response.status < 300 && m_response.status != 204)
        return error(
            ErrorKind::Network,
            Messages::tr("%1 broke off after %2 of %3 bytes").arg(shownHost()).arg(m_received).arg(m_announced));
    if (m_inflater && !m_inflater->isAtEnd())
        return error(
            ErrorKind::Network,
            Messages::tr("%1 broke off within a compressed answer, after %2 bytes").arg(shownHost()).arg(m_received));
    if (m_inflater) {
        m_response.headers.remove("Content-Encoding");
        m_response.headers.remove("Content-Length");
    }
    // A chunked body that was cut looks complete to Qt (Q03).
    if (intoSink() && m_request.expectedSize >= 0 && m_request.sink->written() < m_request.expectedSize)
        return error(ErrorKind::Network, Messages::tr("%1 broke off after %2 of %3 bytes")
                                             .arg(shownHost())
                                             .arg(m_request.sink->written())
                                             .arg(m_request.expectedSize));
    return std::move(m_response);
}

} // namespace condaoci::http

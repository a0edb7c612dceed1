// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/arrivals.h"
#include "core/http/httpclient.h"
#include "core/http/inflater.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QHostAddress>
#include <QSslConfiguration>
#include <QTimer>

class QNetworkAccessManager;
class QNetworkReply;
class QNetworkRequest;
class QSslError;

namespace condaoci::http {

/// How one exchange is secured.
struct Security
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    QByteArray accepted; ///< SHA-256 (hexadecimal) of the certificate that is taken whatever is wrong with it, or empty
    QString proxy;       ///< "host:port" on the way, or empty; to be named when it fails
    QHostAddress address; ///< where to connect to, in place of what the URL's host is looked up to be; null: look it up
    QByteArray proxyAuthorization; ///< for a proxy that is not tunnelled through; the server behind it never sees it
};

/// One request on the wire and its answer, without redirects and retries. Drains the answer as it comes, checks it
/// against what the request allows, and watches the clock: Qt has no limits of its own that hold (oci-client.md Q03,
/// Q05, Q06).
class Exchange : public QObject
{
    Q_OBJECT

public:
    /// \param request  its URL and headers as they go out; must outlive the exchange
    Exchange(QNetworkAccessManager& manager, const Request& request, const Timeouts& timeouts,
             const std::stop_token& stop, Security security = {});

    /// Runs to its end, once. A 2xx body went into the sink if there is one.
    [[nodiscard]] Result<Response> run();
    /// Did bytes of the request, or of an answer, pass? False means that the server can't have acted on it.
    [[nodiscard]] bool reachedServer() const { return m_reached; }

private:
    [[nodiscard]] Result<QNetworkRequest> prepare() const;
    QNetworkReply* start(const QNetworkRequest& prepared);
    void onHead();
    void checkHead();
    void checkResumed();
    void onData();
    void take(const QByteArray& bytes);
    void beginBody(char firstByte);
    [[nodiscard]] Result<void> deliver(QByteArrayView bytes);
    [[nodiscard]] Result<void> look();
    [[nodiscard]] Error otherSize() const;
    [[nodiscard]] Error tooLarge(qint64 most) const;
    void onTick();
    void onTlsErrors(const QList<QSslError>& errors);
    void fail(Error error);
    [[nodiscard]] bool intoSink() const;
    [[nodiscard]] Result<Response> conclude();
    [[nodiscard]] QString shownHost() const; ///< of the request, with its port where the URL names one
    [[nodiscard]] Error networkError() const;
    [[nodiscard]] Error proxyError() const;
    [[nodiscard]] QString shownReason() const;
    [[nodiscard]] Error error(ErrorKind kind, const QString& message) const;

    QNetworkAccessManager& m_manager;
    const Request& m_request;
    const Timeouts& m_timeouts;
    std::stop_token m_stop;
    Security m_security;
    std::unique_ptr<QIODevice> m_upload;
    QNetworkReply* m_reply = nullptr;
    QEventLoop m_loop;
    QTimer m_ticks;
    QElapsedTimer m_total;
    QElapsedTimer m_sinceActivity;
    QElapsedTimer m_window;
    Arrivals m_arrivals; ///< since Qt told of anything
    qint64 m_windowBytes = 0;
    qint64 m_resumeFrom = 0;
    qint64 m_received = 0;
    qint64 m_announced = -1;              ///< Content-Length
    std::unique_ptr<Inflater> m_inflater; ///< of a body that came coded; null: as it is
    bool m_endsByLength = false;          ///< and not by what Qt makes of it
    bool m_headSeen = false;
    bool m_isLookedAt = false; ///< the beginning of the body, by the request's `look`
    bool m_reached = false;
    QByteArray m_refusedCertificate; ///< its SHA-256
    QStringList m_tlsErrors;
    std::optional<Error> m_failure;
    Response m_response;
};

} // namespace condaoci::http

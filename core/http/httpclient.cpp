// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/httpclient.h"

#include "core/base/text.h"
#include "core/http/exchange.h"
#include "core/http/retrypolicy.h"

#include <QCoreApplication>
#include <QHash>
#include <QLoggingCategory>
#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QRandomGenerator>
#include <QThread>

Q_LOGGING_CATEGORY(httpLog, "condaoci.http", QtWarningMsg)

namespace condaoci::http {

namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds since(Clock::time_point begun)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
}

/// The system's proxies (on Unix `http_proxy`, `https_proxy`, `no_proxy`), asked for once a server.
class SystemProxies final : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override
    {
        auto known = m_known.find(query.url());
        if (known == m_known.end())
            known = m_known.insert(query.url(), ask(query));
        return *known;
    }

private:
    static QList<QNetworkProxy> ask(const QNetworkProxyQuery& query)
    {
        const QList<QNetworkProxy> proxies = systemProxyForQuery(query);
        // No proxy is said as "the default one", and the default is none: sockets with an explicit NoProxy are
        // unbuffered in Qt 6.4, which reads the head of every answer byte by byte.
        const bool direct = proxies.isEmpty() || proxies.constFirst().type() == QNetworkProxy::NoProxy;
        return direct ? QList<QNetworkProxy>{QNetworkProxy(QNetworkProxy::DefaultProxy)} : proxies;
    }

    QHash<QUrl, QList<QNetworkProxy>> m_known;
};

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Does the same failure leave open whether the request took effect?
bool mayHaveTakenEffect(const Result<Response>& outcome, bool reachedServer)
{
    return outcome.has_value() || reachedServer;
}

} // namespace

class HttpClient::Private
{
public:
    std::shared_ptr<HostGate> gate;
    std::stop_token stop;
    Timeouts timeouts;
    QNetworkAccessManager manager;

    Result<Response> follow(const Request& request, bool* reached);
    Result<Request> redirected(const Request& request, const Response& response) const;
    std::optional<Error> tooLong(const Request& request, const Result<Response>& outcome) const;
};

HttpClient::HttpClient(std::shared_ptr<HostGate> gate, std::stop_token stop, Timeouts timeouts)
    : d(std::make_unique<Private>())
{
    d->gate = std::move(gate);
    d->stop = std::move(stop);
    d->timeouts = timeouts;
    d->manager.setProxyFactory(new SystemProxies);
    Q_ASSERT_X(!qApp || !qApp->inherits("QGuiApplication") || QThread::currentThread() != qApp->thread(), "HttpClient",
               "made on the thread of the user interface");
}

HttpClient::~HttpClient() = default;

const std::stop_token& HttpClient::stopToken() const
{
    return d->stop;
}

const Timeouts& HttpClient::timeouts() const
{
    return d->timeouts;
}

Result<Response> HttpClient::send(const Request& request)
{
    const auto begun = Clock::now();
    for (int attempt = 1;; ++attempt) {
        const qint64 before = request.sink ? request.sink->written() : 0;
        bool reached = false;
        auto outcome = d->follow(request, &reached);
        if (outcome && outcome->status == 416 && before > 0) {
            // What is there can't be continued (S16): once more from the start.
            if (auto restarted = request.sink->restart(); !restarted)
                return restarted.error();
            continue;
        }
        if (!request.retriable && mayHaveTakenEffect(outcome, reached))
            return outcome;
        if (auto error = d->tooLong(request, outcome))
            return *error;
        const auto delay = retryDelay(attempt, outcome, since(begun), QRandomGenerator::global()->generateDouble(),
                                      d->timeouts.retryBase, d->timeouts.retryCap);
        if (!delay)
            return outcome;
        // A long download over a bad line is not given up while it gets on.
        if (request.sink && request.sink->written() - before >= limits::MiB)
            attempt = 0;
        if (outcome && (outcome->status == 429 || outcome->status == 503))
            d->gate->pauseUntil(originOf(outcome->url), HostGate::Clock::now() + *delay);
        qCDebug(httpLog).noquote() << "trying again in" << delay->count() << "ms:" << shownUrl(request.url);
        if (auto slept = sleepFor(*delay, d->stop); !slept)
            return slept.error();
    }
}

/// A wait that the server asks for and that is longer than we sit out is reported, with its length, instead of being
/// cut short.
std::optional<Error> HttpClient::Private::tooLong(const Request& request, const Result<Response>& outcome) const
{
    if (!outcome || !isTransient(outcome->status))
        return std::nullopt;
    const auto wait = retryAfter(*outcome);
    if (!wait || *wait <= limits::retryAfterCap)
        return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*wait).count();
    Error error = statusError(request, *outcome,
                              QStringLiteral("%1 asks to come back in %2 s").arg(request.url.host()).arg(seconds));
    error.kind = ErrorKind::RateLimited;
    error.retryAfter = wait;
    return error;
}

Result<Response> HttpClient::Private::follow(const Request& request, bool* reached)
{
    Request current = request;
    for (int hops = 0;; ++hops) {
        if (auto entered = gate->enter(originOf(current.url), stop); !entered)
            return entered.error();
        Exchange exchange(manager, current, timeouts, stop);
        auto outcome = exchange.run();
        *reached = *reached || exchange.reachedServer();
        if (httpLog().isDebugEnabled())
            qCDebug(httpLog).noquote() << current.method << shownUrl(current.url) << "→"
                                       << (outcome ? QString::number(outcome->status) : outcome.error().message);
        if (!outcome || !isRedirect(outcome->status))
            return outcome;
        if (hops == limits::redirects)
            return Error{
                ErrorKind::Protocol,
                QStringLiteral("%1 redirects more than %2 times").arg(request.url.host()).arg(limits::redirects)};
        auto next = redirected(current, *outcome);
        if (!next)
            return next.error();
        current = *std::move(next);
    }
}

Result<Request> HttpClient::Private::redirected(const Request& request, const Response& response) const
{
    const auto refuse = [&](const QString& why) {
        return Error{ErrorKind::Protocol,
                     QStringLiteral("a redirect of %1 was not followed: %2").arg(request.url.host(), why),
                     QStringLiteral("%1 %2").arg(QString::fromLatin1(request.method), shownUrl(request.url))};
    };
    const QByteArray location = response.headers.value("Location");
    const QUrl target = request.url.resolved(QUrl::fromEncoded(location, QUrl::StrictMode));
    if (location.isEmpty() || !target.isValid() || target.host().isEmpty())
        return refuse(QStringLiteral("it leads nowhere"));
    if (target.scheme() != QLatin1String("https") && target.scheme() != QLatin1String("http"))
        return refuse(QStringLiteral("it leads away from HTTP"));
    if (request.url.scheme() == QLatin1String("https") && target.scheme() != QLatin1String("https"))
        return refuse(QStringLiteral("it leads from https to http"));
    if (!target.userInfo().isEmpty())
        return refuse(QStringLiteral("its URL contains a user name or password"));
    const bool sameOrigin = originOf(target) == originOf(request.url);
    const bool isRead = request.method == "GET" || request.method == "HEAD";
    if (!isRead && (!sameOrigin || (response.status != 307 && response.status != 308)))
        return refuse(QStringLiteral("what was to be sent may not go there"));
    Request next = request;
    next.url = target;
    if (!sameOrigin) {
        next.authorization.clear();
        next.headers = {};
        if (request.headers.contains("Accept"))
            next.headers.set("Accept", request.headers.value("Accept"));
    }
    return next;
}

} // namespace condaoci::http

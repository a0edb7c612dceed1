// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/httpclient.h"

#include "core/base/application.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/http/exchange.h"
#include "core/http/proxies.h"
#include "core/http/redirect.h"
#include "core/http/retrypolicy.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QHash>
#include <QLoggingCategory>
#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QRandomGenerator>
#include <QThread>

#include <algorithm>

Q_LOGGING_CATEGORY(httpLog, "condaoci.http", QtWarningMsg)

namespace condaoci::http {

namespace {

using Clock = std::chrono::steady_clock;

std::chrono::milliseconds since(Clock::time_point begun)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
}

/// The proxies of proxyFor(), asked for once an origin.
class KnownProxies final : public QNetworkProxyFactory
{
public:
    Result<QNetworkProxy> find(const QUrl& url)
    {
        const QByteArray origin = originOf(url);
        auto known = m_known.constFind(origin);
        if (known == m_known.cend())
            known = m_known.insert(origin, proxyFor(url));
        return *known;
    }
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override
    {
        const auto proxy = find(query.url());
        // No proxy is said as "the default one", and the default is none: sockets with an explicit NoProxy are
        // unbuffered in Qt 6.4, which reads the head of every answer byte by byte.
        const bool direct = !proxy || proxy->type() == QNetworkProxy::NoProxy;
        return {direct ? QNetworkProxy(QNetworkProxy::DefaultProxy) : *proxy};
    }

private:
    QHash<QByteArray, Result<QNetworkProxy>> m_known;
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
    Network network;
    std::stop_token stop;
    QNetworkAccessManager manager;
    KnownProxies* proxies = new KnownProxies; ///< the manager's
    std::optional<Result<QSslConfiguration>> tls;
    std::optional<Result<QSslConfiguration>> tlsAtHome; ///< with the client certificate
    QHash<QString, bool> inside;                        ///< by host: is every address of it private?
    /// By host: the addresses that were judged when a server led us there. A name may mean something else a moment
    /// later (faults.md A06), so that connections go to these.
    QHash<QString, QList<QHostAddress>> judged;

    Result<Response> follow(const Request& request, bool* reached);
    void learn(const HostGate::Pass& pass, const Request& request, const Response& response);
    Result<Request> followed(const Request& request, const Response& response, const QUrl& from);
    Result<Security> securityFor(const QUrl& url);
    /// Why a URL that the server at `from` gave may not be followed: Protocol, or Network where its name is not found.
    std::optional<Error> objection(const QUrl& from, const QUrl& to);
    Result<Response> exchange(const Request& request, const Security& security, bool* reached);
    bool looksNamesUp(const QUrl& url);
    QList<QHostAddress> addresses(const QUrl& url);
    bool isInside(const QUrl& url);
    bool triesAgain(const Request& request, const Result<Response>& outcome) const;
    std::optional<Error> tooLong(const Request& request, const Result<Response>& outcome) const;
};

HttpClient::HttpClient(Network network, std::stop_token stop)
    : d((ensureApplication(), std::make_unique<Private>()))
{
    d->network = std::move(network);
    d->stop = std::move(stop);
    d->manager.setProxyFactory(d->proxies);
    Q_ASSERT_X(!qApp || !qApp->inherits("QGuiApplication") || QThread::currentThread() != qApp->thread(), "HttpClient",
               "made on the thread of the user interface");
}

HttpClient::HttpClient(std::shared_ptr<HostGate> gate, std::stop_token stop, const Timeouts& timeouts)
    : HttpClient(Network(std::move(gate)), std::move(stop))
{
    d->network.timeouts = timeouts;
}

HttpClient::~HttpClient() = default;

const std::stop_token& HttpClient::stopToken() const
{
    return d->stop;
}

const Timeouts& HttpClient::timeouts() const
{
    return d->network.timeouts;
}

Result<Response> HttpClient::send(const Request& request)
{
    auto begun = Clock::now();
    bool isRestarted = false;
    for (int attempt = 1;; ++attempt) {
        const qint64 before = request.sink ? request.sink->written() : 0;
        bool reached = false;
        auto outcome = d->follow(request, &reached);
        if (request.once)
            return outcome;
        if (outcome && outcome->status == 416 && before > 0 && !isRestarted) {
            // What is there can't be continued (S16): once more from the start.
            isRestarted = true;
            if (auto restarted = request.sink->restart(); !restarted)
                return restarted.error();
            continue;
        }
        if (auto error = d->tooLong(request, outcome))
            return *error;
        if (!request.retriable && mayHaveTakenEffect(outcome, reached))
            return outcome;
        // A long download over a bad line is not given up while it gets on.
        const bool getsOn = request.sink && request.sink->written() - before >= limits::MiB;
        if (getsOn) {
            attempt = 1;
            begun = Clock::now();
        }
        const Timeouts& timeouts = d->network.timeouts;
        const auto delay = attempt < request.attempts ? retryDelay(attempt, outcome, since(begun),
                                                                   QRandomGenerator::global()->generateDouble(),
                                                                   timeouts.retryBase, timeouts.retryCap)
                                                      : std::nullopt;
        if (!delay)
            return outcome;
        if (!getsOn && !d->triesAgain(request, outcome))
            return outcome;
        if (outcome && (isRateLimit(*outcome) || outcome->status == 503))
            d->network.gate->pauseUntil(originOf(outcome->url), HostGate::Clock::now() + *delay);
        qCDebug(httpLog).noquote() << "trying again in" << delay->count() << "ms:" << shownUrl(request.url);
        if (auto slept = sleepFor(*delay, d->stop); !slept)
            return slept.error();
    }
}

/// Many requests that fail are not made many more. A retry that the server itself asks for costs nothing.
bool HttpClient::Private::triesAgain(const Request& request, const Result<Response>& outcome) const
{
    if ((outcome && retryAfter(*outcome)) || network.gate->mayRetry(originOf(request.url)))
        return true;
    qCDebug(httpLog).noquote() << "not trying again, there have been too many retries:" << shownUrl(request.url);
    return false;
}

/// A wait that the server asks for and that is longer than we sit out is reported, with its length and end, instead of
/// being cut short.
std::optional<Error> HttpClient::Private::tooLong(const Request& request, const Result<Response>& outcome) const
{
    if (!outcome || !(isTransient(outcome->status) || isRateLimit(*outcome)))
        return std::nullopt;
    const auto wait = retryAfter(*outcome);
    if (!wait || *wait <= limits::retryAfterCap)
        return std::nullopt;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*wait).count();
    const QDateTime then = QDateTime::currentDateTime().addMSecs(wait->count());
    Error error = statusError(request, *outcome,
                              Messages::tr("%1 asks to come back in %2 s, on %3")
                                  .arg(request.url.host())
                                  .arg(seconds)
                                  .arg(then.toString(QStringLiteral("yyyy-MM-dd hh:mm"))));
    error.kind = ErrorKind::RateLimited;
    error.retryAfter = wait;
    return error;
}

Result<Response> HttpClient::Private::follow(const Request& request, bool* reached)
{
    const QUrl from = network.home.isEmpty() ? request.url : network.home;
    if (const auto why = network.home.isEmpty() ? std::nullopt : objection(network.home, request.url))
        return Error{why->kind,
                     Messages::tr("%1 sends us to %2, which was not followed: %3")
                         .arg(network.home.host(), oneLine(request.url.host(), 200), why->message),
                     QStringLiteral("%1 %2").arg(QString::fromLatin1(request.method), shownUrl(request.url))};
    Request current = request;
    for (int hops = 0;; ++hops) {
        auto security = securityFor(current.url);
        if (!security)
            return security.error();
        const auto pass = network.gate->enter(originOf(current.url), stop, !isRead(current));
        if (!pass)
            return pass.error();
        auto outcome = exchange(current, *security, reached);
        if (httpLog().isDebugEnabled())
            qCDebug(httpLog).noquote() << current.method << shownUrl(current.url) << "→"
                                       << (outcome ? QString::number(outcome->status) : outcome.error().message);
        if (outcome)
            learn(*pass, current, *outcome);
        if (!outcome || !isRedirect(outcome->status))
            return outcome;
        if (hops == limits::redirects)
            return Error{
                ErrorKind::Protocol,
                Messages::tr("%1 redirects more than %2 times").arg(request.url.host()).arg(limits::redirects)};
        auto next = followed(current, *outcome, from);
        if (!next)
            return next.error();
        current = *std::move(next);
    }
}

/// Over one connection; where the addresses to choose from are known, the first that answers is taken.
Result<Response> HttpClient::Private::exchange(const Request& request, const Security& security, bool* reached)
{
    QList<QHostAddress> ways = looksNamesUp(request.url) ? judged.value(request.url.host()) : QList<QHostAddress>();
    if (ways.isEmpty())
        ways.append(QHostAddress());
    for (int i = 0;; ++i) {
        Security way = security;
        way.address = ways[i];
        Exchange exchange(manager, request, network.timeouts, stop, std::move(way));
        auto outcome = exchange.run();
        *reached = *reached || exchange.reachedServer();
        // Qt does not notice that a proxy hangs up before the tunnel stands, and would wait in it for ever after.
        if (!outcome && !exchange.reachedServer())
            manager.clearConnectionCache();
        const bool isLast = i + 1 == std::min<qsizetype>(ways.size(), limits::addressesTried);
        if (outcome || exchange.reachedServer() || outcome.error().kind == ErrorKind::Cancelled || isLast)
            return outcome;
    }
}

/// What an answer says besides its content.
void HttpClient::Private::learn(const HostGate::Pass& pass, const Request& request, const Response& response)
{
    if (isRateLimit(response) || response.status == 503)
        network.gate->overloaded(pass);
    else if (response.status < 500)
        network.gate->succeeded(pass);
    if (const auto rate = isRead(request) ? std::nullopt : allowedPerMinute(response))
        network.gate->limitWrites(originOf(request.url), *rate);
    if (network.warnings)
        network.warnings->add(request.url.host(), warningsOf(response.headers));
}

Result<Security> HttpClient::Private::securityFor(const QUrl& url)
{
    auto proxy = proxies->find(url);
    if (!proxy)
        return proxy.error();
    Security security;
    if (proxy->type() != QNetworkProxy::NoProxy)
        security.proxy = shownProxy(*proxy);
    if (url.scheme() != QLatin1String("https")) {
        // Qt asks a person, who is not here. In a tunnel it uses what the proxy's URL says.
        if (proxy->type() == QNetworkProxy::HttpProxy && !proxy->user().isEmpty())
            security.proxyAuthorization =
                "Basic " + (proxy->user() + QLatin1Char(':') + proxy->password()).toUtf8().toBase64();
        return security;
    }
    const bool isHome = !network.home.isEmpty() && originOf(url) == originOf(network.home);
    auto& configuration = isHome ? tlsAtHome : tls;
    if (!configuration)
        configuration = tlsConfiguration(network.tls, isHome);
    if (!*configuration)
        return configuration->error();
    security.configuration = **configuration;
    security.accepted = acceptedAt(network.tls, url);
    return security;
}

Result<void> HttpClient::mayFollow(const QUrl& from, const QUrl& to)
{
    if (const auto why = d->objection(from, to))
        return Error{why->kind, Messages::tr("%1 leads to %2, which was not followed: %3")
                                    .arg(from.host(), oneLine(to.host(), 200), why->message)};
    return {};
}

std::optional<Error> HttpClient::Private::objection(const QUrl& from, const QUrl& to)
{
    if (const auto why = objectionTo(from, to))
        return Error{ErrorKind::Protocol, *why};
    if (to.host() == from.host() || isInside(from))
        return std::nullopt;
    const QList<QHostAddress> found = addresses(to);
    for (const QHostAddress& address : found) {
        if (!isPublic(address))
            return Error{ErrorKind::Protocol,
                         Messages::tr("it leads from the internet to a private address, %1").arg(address.toString())};
    }
    // Whoever could not be looked up for the judgement may be found, and be another one, for the connection.
    if (found.isEmpty() && (network.resolve || looksNamesUp(to)))
        return Error{ErrorKind::Network, Messages::tr("the address of its host can't be found")};
    judged.insert(to.host(), found);
    return std::nullopt;
}

/// Behind a proxy it is the proxy that does.
bool HttpClient::Private::looksNamesUp(const QUrl& url)
{
    const auto proxy = proxies->find(url);
    return !proxy || proxy->type() == QNetworkProxy::NoProxy;
}

/// None where they can't be known: behind a proxy, which looks names up itself.
QList<QHostAddress> HttpClient::Private::addresses(const QUrl& url)
{
    if (const auto literal = literalAddress(url.host()))
        return {*literal};
    if (network.resolve)
        return network.resolve(url.host());
    return looksNamesUp(url) ? addressesOf(url.host(), stop) : QList<QHostAddress>();
}

/// Is the server one of a private network? Not already when one of its addresses is: that anybody can write into a
/// name.
bool HttpClient::Private::isInside(const QUrl& url)
{
    const auto known = inside.constFind(url.host());
    if (known != inside.cend())
        return *known;
    const auto found = addresses(url);
    return *inside.insert(url.host(), !found.isEmpty() && std::none_of(found.begin(), found.end(), isPublic));
}

/// With what the network says of the place, too.
Result<Request> HttpClient::Private::followed(const Request& request, const Response& response, const QUrl& from)
{
    auto next = redirected(request, response);
    for (const QUrl& before : {request.url, from}) {
        if (const auto why = next ? objection(before, next->url) : std::nullopt)
            return Error{why->kind,
                         Messages::tr("a redirect of %1 was not followed: %2").arg(request.url.host(), why->message),
                         QStringLiteral("%1 %2").arg(QString::fromLatin1(request.method), shownUrl(request.url))};
    }
    return next;
}

} // namespace condaoci::http

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/exchange.h"
#include "tests/support/httptest.h"

#include <QDateTime>
#include <QLocale>
#include <QNetworkAccessManager>
#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class TestRetries : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void F09_F04_F02_triesAgain_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QList<Answer>>("answers"); // before the good one
        QTest::addColumn<bool>("retriable");
        QTest::addColumn<int>("status"); // 0: an error of kind Network
        const auto row = [](const char* name, const QByteArray& method, const QList<Answer>& answers,
                            bool retriable = true,
                            int status = 201) { QTest::newRow(name) << method << answers << retriable << status; };
        const auto bad = [](int status) { return Answer::whole(reply(status, "no")); };
        const Answer closed = Answer::thenClose({});
        const Answer closedWithin = Answer::thenClose("HTTP/1.1 201 Cre");
        row("F09 408", "GET", {bad(408)}); // retryDelay() has a test of them all
        row("F09 500", "GET", {bad(500)});
        row("F09 PUT, body again", "PUT", {bad(500)});
        row("F09 twice", "GET", {bad(503), bad(500)});
        row("F09 GET not retriable", "GET", {bad(500)}, false, 500);
        row("F09 PUT not retriable", "PUT", {bad(500)}, false, 500);
        row("F08 429 not retriable", "PUT", {bad(429)}, false, 429);
        row("F09 501 is final", "GET", {bad(501)}, true, 501);
        row("S20 404 is final", "GET", {bad(404)}, true, 404);
        row("F02 silence", "GET", {Answer::silence()});
        row("F04 closed without an answer", "GET", {closed});
        row("F04 closed within the head", "GET", {closedWithin});
        row("F04 PUT, closed without an answer", "PUT", {closed});
        row("F04 PUT not retriable, closed without an answer", "PUT", {closed}, false, 0);
        row("F04 PUT not retriable, closed within the head", "PUT", {closedWithin}, false, 0);
    }
    void F09_F04_F02_triesAgain()
    {
        QFETCH(QByteArray, method);
        QFETCH(QList<Answer>, answers);
        QFETCH(bool, retriable);
        QFETCH(int, status);
        const ScriptedServer server(answers + QList<Answer>{Answer::whole(reply(201))});
        Request request = requestTo(server, method);
        request.retriable = retriable;
        if (method == "PUT")
            request.body = Body::ofBytes(QByteArray(100'000, 'r'));
        const auto response = sendBy(request, {.idle = 1s});
        QVERIFY2(statusOf(response) == status, qPrintable(shown(response)));
        QVERIFY(response || response.error().kind == ErrorKind::Network);
        QCOMPARE(server.requests().size(), status == 201 ? answers.size() + 1 : 1);
        for (const ReceivedRequest& one : server.requests())
            QCOMPARE(one.body.size(), request.body.size());
    }

    // Qt itself sends a request once more when a connection that had been used before breaks; not what may take effect
    // twice.
    void Q10_sendsWhatIsNotRetriableOnce_data()
    {
        QTest::addColumn<QByteArray>("method");
        for (const char* method : {"POST", "PUT", "PATCH"})
            QTest::addRow("Q10 %s", method) << QByteArray(method);
    }
    void Q10_sendsWhatIsNotRetriableOnce()
    {
        QFETCH(QByteArray, method);
        const ScriptedServer server({Answer::whole(reply(200)), Answer::thenClose({}), Answer::thenClose({})});
        HttpClient client(std::make_shared<HostGate>(), {});
        QVERIFY(client.send(requestTo(server)));
        Request request = requestTo(server, method);
        request.body = Body::ofBytes("once");
        request.retriable = false;
        const auto response = client.send(request);
        QVERIFY2(failureOf(response) == ErrorKind::Network, qPrintable(shown(response)));
        QCOMPARE(server.requests().size(), 2);
    }

    void S07_waitsAsLongAsAsked_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("value"); // "date": a second from now
        QTest::addColumn<int>("least");        // ms
        QTest::newRow("S07 429, seconds") << 429 << QByteArray("1") << 1000;
        QTest::newRow("S07 503, date") << 503 << QByteArray("date") << 0; // its clock has no parts of a second
        QTest::newRow("F08 zero") << 429 << QByteArray("0") << 0;
    }
    void S07_waitsAsLongAsAsked()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, value);
        QFETCH(int, least);
        const QDateTime date = QDateTime::currentDateTimeUtc().addSecs(1);
        if (value == "date")
            value = QLocale::c().toString(date, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'")).toLatin1();
        const ScriptedServer server(
            {Answer::whole(reply(status, {}, {"Retry-After: " + value})), Answer::whole(reply(200, "good"))});
        const auto response = sendBy(requestTo(server));
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QCOMPARE(server.requests().size(), 2);
        QVERIFY(server.requests().at(1).at - server.requests().at(0).at >= std::chrono::milliseconds(least));
    }

    void F08_reportsAWaitThatIsTooLong_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("value");
        const auto above = QByteArray::number(std::chrono::seconds(limits::retryAfterCap).count() + 1);
        for (const int status : {408, 429, 500, 503, 504}) {
            QTest::addRow("F08 %d, 10^9", status) << status << QByteArray("1000000000");
            QTest::addRow("F08 %d, just above", status) << status << above;
        }
        QTest::newRow("F08 429, date") << 429 << QByteArray("Fri, 31 Dec 2100 23:59:59 GMT");
    }
    void F08_reportsAWaitThatIsTooLong()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, value);
        const ScriptedServer server(always(Answer::whole(reply(status, {}, {"Retry-After: " + value}))));
        LogWatch log; // if it waits, it does so for years
        const auto response = sendBy(requestTo(server), {}, log.onWait.get_token());
        QVERIFY2(failureOf(response) == ErrorKind::RateLimited, qPrintable(shown(response)));
        QVERIFY(response.error().retryAfter && *response.error().retryAfter > limits::retryAfterCap);
        QCOMPARE(response.error().httpStatus, status);
        QCOMPARE(server.requests().size(), 1);
    }

    // GHCR's ways to say "not so fast".
    void S07_waitsForWhatTheBodySays_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("least"); // ms
        QTest::newRow("S07 429, a time in the body")
            << 429
            << QByteArray("{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"retry-after: 300.5ms, allowed: "
                          "2000/minute\"}]}")
            << 300;
        QTest::newRow("S07 403, secondary limit")
            << 403 << QByteArray("You have exceeded a secondary rate limit. Please wait a few minutes.") << 400;
    }
    void S07_waitsForWhatTheBodySays()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, least);
        const ScriptedServer server({Answer::whole(reply(status, body)), Answer::whole(reply(201, "good"))});
        const auto gate = std::make_shared<HostGate>();
        Timeouts timeouts;
        timeouts.retryCap = 200ms;
        HttpClient client(gate, {}, timeouts);
        Request request = requestTo(server, "PUT");
        request.body = Body::ofBytes("b");
        const auto response = client.send(request);
        QVERIFY2(statusOf(response) == 201, qPrintable(shown(response)));
        QCOMPARE(server.requests().size(), 2);
        QVERIFY(server.requests().at(1).at - server.requests().at(0).at >= std::chrono::milliseconds(least));
        QCOMPARE(gate->concurrency(originOf(QUrl(server.address()))), 2); // halved to one, then one answer
    }

    // A refusal that says how many writes a minute there may be is kept to by those that follow.
    void S07_keepsToARateThatIsNamed()
    {
        const ScriptedServer server({Answer::whole(reply(429, "too many requests, allowed: 300/minute")),
                                     Answer::whole(reply(201)), Answer::whole(reply(201)), Answer::whole(reply(201))});
        Timeouts timeouts;
        timeouts.retryBase = timeouts.retryCap = 1ms;
        HttpClient client(std::make_shared<HostGate>(), {}, timeouts);
        Request request = requestTo(server, "PUT");
        request.body = Body::ofBytes("b");
        const auto begun = Clock::now();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(statusOf(client.send(request)), 201);
        QCOMPARE(server.requests().size(), 4);
        QVERIFY(Clock::now() - begun >= 400ms); // two spaces of a 300th of a minute
    }

    // A 403 that is no limit is not tried again.
    void F10_403IsFinal()
    {
        const ScriptedServer server(always(Answer::whole(reply(403, "denied"))));
        QCOMPARE(statusOf(sendBy(requestTo(server))), 403);
        QCOMPARE(server.requests().size(), 1);
    }

    // Where everything fails, a thousand requests do not become six thousand.
    void F23_makesNoStormOfRetries()
    {
        const ScriptedServer server(always(Answer::whole(reply(500))));
        Timeouts timeouts;
        timeouts.retryBase = timeouts.retryCap = 1ms;
        HttpClient client(std::make_shared<HostGate>(), {}, timeouts);
        for (int i = 0; i < 200; ++i)
            QCOMPARE(statusOf(client.send(requestTo(server))), 500);
        QCOMPARE(server.requests().size(), 200 + static_cast<int>(limits::retryReserve));
    }

    void F08_saysWhenToComeBack()
    {
        const ScriptedServer server(always(Answer::whole(reply(429, "slow down", {"Retry-After: 3600"}))));
        const auto response = sendBy(requestTo(server));
        QVERIFY2(failureOf(response) == ErrorKind::RateLimited, qPrintable(shown(response)));
        const QString message = response.error().message;
        QVERIFY2(message.contains(QStringLiteral("in 3600 s")), qPrintable(message));
        const QDateTime then = QDateTime::currentDateTime().addSecs(3600);
        const bool named = message.contains(then.toString(QStringLiteral("yyyy-MM-dd hh:mm"))) ||
                           message.contains(then.addSecs(-60).toString(QStringLiteral("yyyy-MM-dd hh:mm")));
        QVERIFY2(named, qPrintable(message));
    }

    // One worker's 429 holds all who share the gate, at the server that said it.
    void S07_pausesTheOriginThatAskedForIt_data()
    {
        QTest::addColumn<bool>("behindRedirect");
        QTest::newRow("S07 asked itself") << false;
        QTest::newRow("S07 behind a redirect") << true;
    }
    void S07_pausesTheOriginThatAskedForIt()
    {
        QFETCH(bool, behindRedirect);
        const ScriptedServer b(always(Answer::whole(reply(429, {}, {"Retry-After: 1"}))));
        const ScriptedServer a(always(redirectTo(b)));
        const auto gate = std::make_shared<HostGate>();
        LogWatch log;
        HttpClient client(gate, log.onWait.get_token());
        const auto response = client.send(requestTo(behindRedirect ? a : b));
        QVERIFY2(failureOf(response) == ErrorKind::Cancelled, qPrintable(shown(response)));
        QVERIFY(gate->enter(originOf(QUrl(b.address())), {}));
        QVERIFY(Clock::now() - b.requests().constFirst().at >= 1s);
    }

    /// Nothing was sent, so that even what is not retriable may be tried again.
    void F01_knowsThatTheServerWasNotReached_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<bool>("stalls");
        for (const char* method : {"GET", "POST", "PUT", "PATCH"}) {
            QTest::addRow("F01 %s, refused", method) << QByteArray(method) << false;
            if (qstrcmp(method, "PATCH") != 0)
                QTest::addRow("F02 %s, handshake stalls", method) << QByteArray(method) << true;
        }
    }
    void F01_knowsThatTheServerWasNotReached()
    {
        QFETCH(QByteArray, method);
        QFETCH(bool, stalls);
        std::optional<ScriptedServer> server(std::in_place);
        Request request = requestTo(*server, method);
        if (method != "GET")
            request.body = Body::ofBytes("body");
        if (stalls)
            request.url.setScheme(QStringLiteral("https"));
        else
            server.reset();
        const Timeouts timeouts{.connect = 100ms};
        QNetworkAccessManager manager;
        Exchange exchange(manager, request, timeouts, {});
        const auto begun = Clock::now();
        const auto response = exchange.run();
        QVERIFY2(failureOf(response) == (stalls ? ErrorKind::Timeout : ErrorKind::Network),
                 qPrintable(shown(response)));
        QVERIFY(response.error().message.contains(QStringLiteral("can't connect to 127.0.0.1:")));
        QVERIFY(!stalls || Clock::now() - begun >= 100ms);
        QVERIFY(Clock::now() - begun < 5s);
        QVERIFY(!exchange.reachedServer());
    }

    void F01_triesAgainWhatNeverLeft()
    {
        Request request = requestTo(ScriptedServer(), "PUT"); // which is gone by then
        request.body = Body::ofBytes("body");
        request.retriable = false;
        LogWatch log;
        QVERIFY(!sendBy(request, {}, log.onWait.get_token()));
        QCOMPARE(log.waits, 1);
    }
};

QTEST_GUILESS_MAIN(TestRetries)
#include "tst_retries.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/exchange.h"
#include "tests/support/httptest.h"

#include <QNetworkAccessManager>
#include <QTest>

#include <thread>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class TestInterruptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void Q05_Q06_F02_F03_doesNotWaitForever_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<bool>("intoSink");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const Answer& answer, bool intoSink, const char* says = "silent") {
            QTest::newRow(name) << answer << intoSink << QString::fromLatin1(says);
        };
        const QByteArray head = headOnly(200, {"Content-Length: 100000"});
        const QByteArray body(100'000, 'x');
        const Answer dribbled = Answer::dribbled(head + body, 20ms, head.size());
        row("F02 no answer", Answer::silence(), false);
        row("F02 half a head", Answer::whole(head.left(20)), false);
        row("F02 head only", Answer::whole(head), true);
        row("F02 half a body", Answer::whole(head + "half"), true);
        row("F02 a refusal that does not end", Answer::whole(headOnly(404, {"Content-Length: 10"}) + "no"), false);
        row("F03 dribbled file", dribbled, true, "too slow");
        row("F03 dribbled document", dribbled, false, "too long");
        row("Q06 a head of a hundred thousand fields",
            Answer::whole("HTTP/1.1 200 OK\r\n" + QByteArray("X: y\r\n").repeated(100'000)), false, "too long");
        row("F03 dribbled head", Answer::dribbled(headOnly(200, {"X: " + body}), 20ms), false, "too long");
    }
    void Q05_Q06_F02_F03_doesNotWaitForever()
    {
        QFETCH(Answer, answer);
        QFETCH(bool, intoSink);
        QFETCH(QString, says);
        const ScriptedServer server({answer});
        Collector sink;
        Request request = requestInto(intoSink ? &sink : nullptr, server);
        request.limit = limits::manifestRead;
        request.retriable = false;
        const auto idle = says == QLatin1String("silent") ? 200ms : 60s;
        const auto total = says == QLatin1String("too long") ? 300ms : 60s;
        const auto begun = Clock::now();
        const auto response = sendBy(request, {.idle = idle, .rateWindow = 1000ms, .smallTotal = total});
        const auto took = Clock::now() - begun;
        QVERIFY2(failureOf(response) == ErrorKind::Timeout, qPrintable(shown(response)));
        QVERIFY2(response.error().message.contains(says), qPrintable(response.error().message));
        QVERIFY(took >= 200ms && took < 5s);
        QCOMPARE(server.requests().size(), 1);
    }

    void Q06_F14_endsAtSoManyBytes_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("isHead");
        const QByteArray status("HTTP/1.1 200 OK\r\n");
        const qsizetype many = 8 * limits::silentBytes; // of which most are never read
        QTest::newRow("Q06 a head of fields") << status + QByteArray("X: y\r\n").repeated(many / 6) << true;
        QTest::newRow("Q06 a head of one field") << status + "X: " + QByteArray(many, 'y') << true;
        QTest::newRow("Q06 a status line") << "HTTP/1.1 200 " + QByteArray(many, 'y') << true;
        QTest::newRow("Q06 answers before the answer")
            << QByteArray("HTTP/1.1 100 Continue\r\n\r\n").repeated(many / 25) << true;
        const QByteArray chunks = status + "Transfer-Encoding: chunked\r\n\r\n";
        QTest::newRow("F14 an extension of a chunk") << chunks + "1;" + QByteArray(many, 'y') << false;
    }
    /// Whatever the clock says, and however often it might be tried again.
    void Q06_F14_endsAtSoManyBytes()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, isHead);
        for (const bool intoSink : {false, true}) {
            const ScriptedServer server(always(Answer::whole(answer)));
            Collector sink;
            const auto response = sendBy(requestInto(intoSink ? &sink : nullptr, server), {});
            QVERIFY2(failureOf(response) == ErrorKind::Protocol, qPrintable(shown(response)));
            const qint64 limit = isHead ? limits::headBytes : limits::silentBytes;
            QVERIFY2(response.error().message.contains(QString::number(limit)), qPrintable(shown(response)));
            QCOMPARE(server.requests().size(), 1);
        }
    }

    void aLargeBodyIsNotAnEndlessHead()
    {
        const QByteArray body(4 * limits::silentBytes, 'x');
        const ScriptedServer server(always(Answer::whole(reply(200, body))));
        for (const bool intoSink : {false, true}) {
            Collector sink;
            Request request = requestInto(intoSink ? &sink : nullptr, server);
            request.limit = body.size();
            const auto response = sendBy(request, {});
            QVERIFY2(response && (intoSink ? sink.written() : response->body.size()) == body.size(),
                     qPrintable(shown(response)));
        }
    }

    void slowIsNotSilent()
    {
        const QByteArray whole = reply(200, QByteArray(60, 's'));
        const ScriptedServer server({Answer::dribbled(whole, 15ms, whole.size() - 60)}); // most of a second
        const auto response = sendBy(requestTo(server), {.idle = 600ms});
        QVERIFY2(response && response->body.size() == 60, qPrintable(shown(response)));
    }

    void F22_stops_data()
    {
        QTest::addColumn<Answer>("answer");
        const QByteArray many(100'000, 'x');
        QTest::newRow("F22 silence") << Answer::silence();
        QTest::newRow("F22 dribbled file") << Answer::dribbled(reply(200, many), 10ms);
        QTest::newRow("F22 dribbled head") << Answer::dribbled(headOnly(200, {"X: " + many}), 10ms);
        QTest::newRow("F22 waiting for Retry-After") << Answer::whole(reply(429, {}, {"Retry-After: 100"}));
        QTest::newRow("F22 waiting to try again") << Answer::thenClose({});
        for (const char* row : {"F22 paused origin", "F22 upload that is not answered", "F22 handshake"})
            QTest::newRow(row) << Answer::silence();
    }
    void F22_stops()
    {
        QFETCH(Answer, answer);
        const QByteArray row = QTest::currentDataTag();
        const ScriptedServer server(always(answer));
        const auto gate = std::make_shared<HostGate>();
        Collector sink;
        Request request = requestInto(&sink, server);
        int connections = 1;
        int requests = 1;
        if (row == "F22 paused origin") {
            gate->pauseUntil(originOf(request.url), HostGate::Clock::now() + 1h);
            connections = requests = 0;
        } else if (row == "F22 upload that is not answered") {
            request.method = "PUT";
            request.sink = nullptr;
            request.body = Body::ofBytes(QByteArray(1'000'000, 'u'));
        } else if (row == "F22 handshake") {
            request.url.setScheme(QStringLiteral("https"));
            requests = 0;
        }
        std::stop_source source;
        Clock::time_point stopped;
        std::jthread other([&] {
            server.waitFor(connections, requests);
            std::this_thread::sleep_for(50ms);
            stopped = Clock::now();
            source.request_stop();
        });
        HttpClient client(gate, source.get_token());
        const auto response = client.send(request);
        const auto ended = Clock::now();
        other.join();
        QVERIFY2(failureOf(response) == ErrorKind::Cancelled, qPrintable(shown(response)));
        QVERIFY(ended - stopped < 1s);
        QVERIFY(failureOf(client.send(request)) == ErrorKind::Cancelled); // and it stays so
    }

    void F22_sendsNothingWhenStoppedBefore()
    {
        const ScriptedServer server(always(Answer::whole(reply(200))));
        std::stop_source source;
        source.request_stop();
        QVERIFY(failureOf(sendBy(requestTo(server), {}, source.get_token())) == ErrorKind::Cancelled);
        QCOMPARE(server.connections(), 0);
    }

    // What is there when the user stops is kept, to go on from later.
    void F22_keepsThePart()
    {
        const ScriptedServer server({Answer::whole(headOnly(200, {"Content-Length: 100"}) + "part")});
        std::stop_source source;
        Collector sink;
        Request request = requestInto(&sink, server);
        request.progress = [&](qint64 bytes) {
            if (bytes == 4)
                source.request_stop();
        };
        QVERIFY(failureOf(sendBy(request, {}, source.get_token())) == ErrorKind::Cancelled);
        QCOMPARE(sink.bytes, QByteArray("part"));
        QCOMPARE(sink.restarts, 0);
    }

    void Q04_A11_refusesWhatWouldBeAHeaderOfItsOwn_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("allowed");
        QTest::newRow("Q04 CR LF") << QByteArray("Bearer a\r\nX-Injected: 1") << false;
        QTest::newRow("Q04 LF") << QByteArray("Bearer a\nX-Injected: 1") << false;
        QTest::newRow("Q04 CR") << QByteArray("Bearer a\rX-Injected: 1") << false;
        QTest::newRow("Q04 LF at the end") << QByteArray("Bearer a\n") << false;
        QTest::newRow("A11 NUL") << QByteArray("Bearer a\0b", 10) << false;
        QTest::newRow("A11 escape") << QByteArray("Bearer \x1b[0m") << false;
        QTest::newRow("A11 DEL") << QByteArray("Bearer a\x7f") << false;
        QTest::newRow("tab and printable") << QByteArray("Bearer\t~!@#$%^&*()_+ az") << true;
    }
    void Q04_A11_refusesWhatWouldBeAHeaderOfItsOwn()
    {
        QFETCH(QByteArray, value);
        QFETCH(bool, allowed);
        const ScriptedServer server(always(Answer::whole(reply(200))));
        for (const bool own : {true, false}) {
            Request request = requestTo(server);
            if (own)
                request.headers.set("X-Own", value);
            else
                request.authorization = value;
            const auto response = sendBy(request);
            QVERIFY2(failureOf(response) == (allowed ? Failure() : ErrorKind::Config), qPrintable(shown(response)));
        }
        QCOMPARE(server.requests().size(), allowed ? 2 : 0);
        QCOMPARE(server.connections() > 0, allowed); // not even a connection
    }

    void A10_errorsHoldNoSecret_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<bool>("isAnswer"); // a status, of which statusError() makes the error
        const auto row = [](const char* name, const Answer& answer) { QTest::newRow(name) << answer << false; };
        row("A10 closed without an answer", Answer::thenClose({}));
        row("A10 closed within the head", Answer::thenClose("HTTP/1.1 2"));
        row("A10 closed within the body", Answer::thenClose(headOnly(200, {"Content-Length: 9"}) + "x"));
        row("A10 not HTTP", Answer::thenClose("/t/CANARY/x?key=CANARY\r\n\r\n"));
        row("A10 two lengths", Answer::thenClose(headOnly(200, {"Content-Length: 9", "Content-Length: 8"}) + "x"));
        row("A10 too long", Answer::whole(reply(200, QByteArray(200, 'x'))));
        row("A10 silence", Answer::silence());
        const QByteArray refused = "Location: ftp://CANARY:CANARY@h/t/CANARY/x?key=CANARY";
        row("A10 redirect refused", Answer::whole(reply(302, {}, {refused})));
        row("A10 redirect nowhere", Answer::whole(reply(302)));
        row("A10 redirect loop", Answer::whole(reply(302, {}, {"Location: /t/CANARY/y?key=CANARY"})));
        row("A10 long wait", Answer::whole(reply(429, "see /t/CANARY/x", {"Retry-After: 1000000"})));
        row("A10 206 unasked", Answer::whole(reply(206, "x", {"Content-Range: bytes 0-0/1"})));
        const QByteArray said = "GET http://u:CANARY@h/t/CANARY/x?sig=CANARY with Authorization: Basic CANARY failed";
        for (const int status : {400, 401, 403, 404, 407, 418, 500})
            QTest::addRow("A10 %d", status) << Answer::whole(reply(status, said)) << true;
    }
    void A10_errorsHoldNoSecret()
    {
        QFETCH(Answer, answer);
        QFETCH(bool, isAnswer);
        const ScriptedServer server(always(answer));
        Collector sink;
        Request request = requestTo(server, "GET", QStringLiteral("/t/CANARY/x?key=CANARY&sig=CANARY"));
        request.authorization = "Basic CANARY";
        request.headers.set("X-Token", "CANARY");
        request.retriable = qstrcmp(QTest::currentDataTag(), "A10 long wait") == 0; // final by its length
        request.limit = 100;
        request.sink = &sink;
        std::optional<LogWatch> log(std::in_place);
        const auto response = sendBy(request, {.idle = 300ms});
        const QStringList lines = log->lines;
        log.reset();
        const Error error = response ? statusError(request, *response, QStringLiteral("refused")) : response.error();
        QVERIFY(!lines.isEmpty());
        const QString all = (QStringList{error.message, error.detail} + lines).join(QLatin1Char('\n'));
        QVERIFY2(!all.contains(QStringLiteral("CANARY")), qPrintable(all));
        QCOMPARE(response.has_value(), isAnswer);
    }

    void A10_errorsBeforeTheServerHoldNoSecret_data()
    {
        QTest::addColumn<QString>("server");
        QTest::addColumn<QByteArray>("authorization");
        const QByteArray basic = "Basic CANARY";
        QTest::newRow("A10 header with a line break")
            << QStringLiteral("http://127.0.0.1:1") << basic + "\r\nX: CANARY";
        QTest::newRow("A10 refused") << QStringLiteral("http://127.0.0.1:1") << basic;
        QTest::newRow("A10 no such host") << QStringLiteral("http://name.invalid") << basic;
        QTest::newRow("A10 other protocol") << QStringLiteral("ftp://127.0.0.1:1") << basic;
    }
    void A10_errorsBeforeTheServerHoldNoSecret()
    {
        QFETCH(QString, server);
        QFETCH(QByteArray, authorization);
        Request request;
        request.url = QUrl(server + QStringLiteral("/t/CANARY/x?key=CANARY"));
        request.authorization = authorization;
        QNetworkAccessManager manager;
        const Timeouts timeouts;
        Exchange exchange(manager, request, timeouts, {});
        const auto response = exchange.run();
        QVERIFY2(!response, qPrintable(shown(response)));
        const QString all = response.error().message + QLatin1Char('\n') + response.error().detail;
        QVERIFY2(!all.contains(QStringLiteral("CANARY")), qPrintable(all));
    }
};

QTEST_GUILESS_MAIN(TestInterruptions)
#include "tst_interruptions.moc"

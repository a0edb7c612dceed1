// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/httptest.h"

#include <QFile>
#include <QSemaphore>
#include <QSet>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;
using namespace std::chrono_literals;

namespace {

/// Refuses before the body of a request is there, and hangs up.
class HastyServer : public QThread
{
public:
    HastyServer()
    {
        start();
        m_ready.acquire();
    }
    ~HastyServer() override
    {
        m_stop = true;
        wait();
    }
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] int connections() const { return m_connections; }

protected:
    void run() override
    {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        m_port = server.serverPort();
        m_ready.release();
        while (!m_stop) {
            if (!server.waitForNewConnection(50))
                continue;
            ++m_connections;
            const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
            socket->waitForReadyRead(1000);
            socket->write(reply(413, "too large"));
            socket->waitForBytesWritten(1000);
            socket->abort();
        }
    }

private:
    QSemaphore m_ready;
    std::atomic<bool> m_stop = false;
    std::atomic<int> m_connections = 0;
    quint16 m_port = 0;
};

} // namespace

class TestAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void sendsWhatIsAskedFor_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("fromFile");
        const auto row = [](const char* name, const QByteArray& method, const QByteArray& body = {},
                            bool fromFile = false) { QTest::newRow(name) << method << body << fromFile; };
        row("GET", "GET");
        row("HEAD", "HEAD");
        row("DELETE", "DELETE");
        row("S22 POST of nothing", "POST");
        row("POST", "POST", "body");
        row("S26 PUT of nothing", "PUT");
        row("S26 PUT of an empty file", "PUT", {}, true);
        row("PUT", "PUT", QByteArray("b\0dy", 4));
        row("PUT of a file", "PUT", QByteArray(1'000'000, 'f'), true);
        row("PATCH", "PATCH", "body");
        row("PATCH of a file", "PATCH", QByteArray(300'000, 'p'), true);
    }
    void sendsWhatIsAskedFor()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, body);
        QFETCH(bool, fromFile);
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("body")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(body) == body.size() && file.flush());
        const ScriptedServer server({Answer::whole(headOnly(200, {"Content-Length: 0", "X-Said: yes"}))});
        Request request = requestTo(server, method, QStringLiteral("/a/b?c=d%2Fe&f"));
        request.authorization = "Basic dTpw";
        request.headers.set("Accept", "a/b, c/d");
        request.body = fromFile ? Body::ofFile(file.fileName(), body.size()) : Body::ofBytes(body);
        const auto response = sendBy(request);
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QCOMPARE(response->headers.value("x-said"), QByteArray("yes"));
        QCOMPARE(response->url, request.url);
        QCOMPARE(server.requests().size(), 1);
        const ReceivedRequest seen = server.requests().constFirst();
        QCOMPARE(seen.method, method);
        QCOMPARE(seen.path, QByteArray("/a/b?c=d%2Fe&f"));
        QCOMPARE(seen.header("Accept"), QByteArray("a/b, c/d"));
        QCOMPARE(seen.header("Accept-Encoding"), QByteArray("identity"));
        QCOMPARE(seen.header("Authorization"), QByteArray("Basic dTpw"));
        QVERIFY(seen.header("User-Agent").startsWith("conda-oci-mirror/"));
        QVERIFY(seen.header("Cookie").isNull());
        QVERIFY(seen.header("Range").isNull());
        QVERIFY(seen.body == body);
        if (!body.isEmpty() || method == "POST" || method == "PUT") {
            QCOMPARE(seen.header("Content-Length"), QByteArray::number(body.size()));
            QCOMPARE(seen.header("Content-Type"), QByteArray("application/octet-stream"));
        }
        QSet<QByteArray> names;
        for (const auto& one : seen.headers)
            names.insert(one.first.toLower());
        QCOMPARE(names.size(), seen.headers.size()); // none twice
    }

    void Q09_keepsNoCookies()
    {
        const ScriptedServer server(always(Answer::whole(reply(200, "x", {"Set-Cookie: session=1; Path=/"}))));
        HttpClient client(std::make_shared<HostGate>(), {});
        for (int i = 0; i < 3; ++i)
            QVERIFY(client.send(requestTo(server)));
        for (const ReceivedRequest& seen : server.requests())
            QVERIFY(seen.header("Cookie").isNull());
        QCOMPARE(server.connections(), 1); // kept alive
    }

    // Qt gives one value for what came as several fields.
    void Q08_S37_mergesRepeatedFields()
    {
        const ScriptedServer server(always(Answer::whole(
            reply(401, "no", {"WWW-Authenticate: Basic realm=\"a, b\"", "WWW-Authenticate: Bearer realm=\"c\""}))));
        const auto response = sendBy(requestTo(server));
        QVERIFY2(statusOf(response) == 401, qPrintable(shown(response)));
        QCOMPARE(response->headers.value("WWW-Authenticate"), QByteArray("Basic realm=\"a, b\", Bearer realm=\"c\""));
    }

    // Qt loses the status where the server hangs up while the body is still going: what is left is no success, is not
    // sent twice by anybody, and may be asked about.
    void Q11_F16_anEarlyRefusalIsNoSuccess_data()
    {
        QTest::addColumn<bool>("fromFile");
        QTest::newRow("Q11 from memory") << false;
        QTest::newRow("Q11 from a file") << true;
    }
    void Q11_F16_anEarlyRefusalIsNoSuccess()
    {
        QFETCH(bool, fromFile);
        const QByteArray content(30'000'000, 'u');
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("body")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.flush());
        const HastyServer server;
        Request request;
        request.method = "PUT";
        request.url = QUrl(QStringLiteral("http://127.0.0.1:%1/x").arg(server.port()));
        request.body = fromFile ? Body::ofFile(file.fileName(), content.size()) : Body::ofBytes(content);
        request.retriable = false;
        const auto response = sendBy(request);
        QVERIFY2(statusOf(response) == 413 || failureOf(response) == ErrorKind::Network, qPrintable(shown(response)));
        QVERIFY(server.connections() <= 2); // Qt may knock once more by itself, with nothing left to send; we do not
    }

    void A02_answersNoChallengeByItself_data()
    {
        QTest::addColumn<QByteArray>("challenge");
        for (const char* one : {"Basic realm=\"x\"", "Bearer realm=\"http://127.0.0.1/token\"",
                                "Digest realm=\"x\", nonce=\"1\", qop=\"auth\"", "NTLM", "Negotiate"})
            QTest::addRow("A02 %s", one) << QByteArray(one);
    }
    void A02_answersNoChallengeByItself()
    {
        QFETCH(QByteArray, challenge);
        const ScriptedServer server(always(Answer::whole(reply(401, "no", {"WWW-Authenticate: " + challenge}))));
        const auto response = sendBy(requestTo(server));
        QVERIFY2(statusOf(response) == 401, qPrintable(shown(response)));
        QCOMPARE(response->headers.value("WWW-Authenticate"), challenge);
        QCOMPARE(server.requests().size(), 1);
        QVERIFY(server.requests().constFirst().header("Authorization").isNull());
    }

    void F10_everyStatusIsAnAnswer_data()
    {
        QTest::addColumn<int>("status");
        for (const int status :
             {200, 201, 202, 203, 206, 300, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 413, 414, 415,
              416, 418, 422, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 507, 522, 599})
            QTest::addRow("F10 %d", status) << status;
    }
    void F10_everyStatusIsAnAnswer()
    {
        QFETCH(int, status);
        const QByteArray said = "{\"errors\":[{\"code\":\"X\"}]}";
        for (const QByteArray& method : {QByteArray("GET"), QByteArray("PUT")}) {
            const ScriptedServer server(always(Answer::whole(reply(status, said))));
            Request request = requestTo(server, method);
            request.retriable = false;
            const auto response = sendBy(request);
            QVERIFY2(statusOf(response) == status, qPrintable(shown(response)));
            QCOMPARE(response->body, said);
            QCOMPARE(server.requests().size(), 1);
        }
    }

    void S15_headsHaveNoBody_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::newRow("204") << QByteArray("GET") << headOnly(204) << 204;
        QTest::newRow("304") << QByteArray("GET") << headOnly(304, {"ETag: \"x\""}) << 304;
        QTest::newRow("S15 HEAD with a size") << QByteArray("HEAD") << headOnly(200, {"Content-Length: 12345"}) << 200;
        QTest::newRow("S15 HEAD 404") << QByteArray("HEAD") << headOnly(404, {"Content-Length: 100"}) << 404;
        QTest::newRow("200 of nothing, after a 100") << QByteArray("GET") << headOnly(100) + reply(200) << 200;
    }
    void S15_headsHaveNoBody()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        const ScriptedServer server({Answer::whole(answer)});
        Request request = requestTo(server, method);
        const auto response = sendBy(request);
        QVERIFY2(statusOf(response) == status, qPrintable(shown(response)));
        QVERIFY(response->body.isEmpty());
    }

    // A server that codes what it was asked not to: undone where it can't be a mere label.
    void W12_undoesCodings_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<bool>("isPlain");
        QTest::addColumn<QByteArray>("body"); // null: an error
        const QByteArray gzip = QByteArray::fromHex("1f8b0800000000000003cb48cdc9c9070086a6103605000000");
        const QByteArray zlib = QByteArray::fromHex("789ccb48cdc9c90700062c0215");
        const QByteArray hello = "hello";
        const auto row = [](const char* name, const Answer& answer, bool isPlain, const QByteArray& body) {
            QTest::newRow(name) << answer << isPlain << body;
        };
        row("gzip", Answer::whole(reply(200, gzip, {"Content-Encoding: gzip"})), false, hello);
        row("GZip, dribbled", Answer::dribbled(reply(200, gzip, {"Content-Encoding: GZip"}), 1ms), false, hello);
        row("x-gzip", Answer::whole(reply(200, gzip, {"Content-Encoding: x-gzip"})), false, hello);
        row("deflate", Answer::whole(reply(200, zlib, {"Content-Encoding: deflate"})), false, hello);
        row("gzip, chunked", Answer::whole(chunked(gzip, {"Content-Encoding: gzip"})), true, hello);
        row("deflate, chunked", Answer::whole(chunked(zlib, {"Content-Encoding: deflate"})), true, hello);
        row("label", Answer::whole(reply(200, hello, {"Content-Encoding: gzip"})), true, hello);
        row("label, chunked", Answer::whole(chunked(hello, {"Content-Encoding: x-gzip"})), true, hello);
        row("another size, a label", Answer::whole(reply(200, "hello!", {"Content-Encoding: gzip"})), true, {});
        row("another size, another coding", Answer::whole(reply(200, gzip, {"Content-Encoding: br"})), true, {});
        row("another size, no coding", Answer::whole(reply(200, gzip)), true, {});
        row("cut", Answer::whole(reply(200, gzip.chopped(9), {"Content-Encoding: gzip"})), true, {});
        row("damaged",
            Answer::whole(reply(200, QByteArray(gzip).replace(12, 3, "\xff\xff\xff"), {"Content-Encoding: gzip"})),
            true, {});
    }
    void W12_undoesCodings()
    {
        QFETCH(Answer, answer);
        QFETCH(bool, isPlain);
        QFETCH(QByteArray, body);
        const ScriptedServer server(always(answer));
        Request request = requestTo(server);
        request.attempts = 1;
        request.isPlain = isPlain;
        request.expectedSize = 5;
        Collector sink;
        request.sink = &sink;
        const auto sunk = sendBy(request);
        QVERIFY2(sunk.has_value() != body.isNull(), qPrintable(shown(sunk)));
        QVERIFY(body.isNull() || sink.bytes == body);
        QCOMPARE(server.requests().size(), 1);
    }

    void W12_bodiesThatInflateToTooMuch()
    {
        // 4 MB of zeros, which come as a few kB.
        const QByteArray packed = qCompress(QByteArray(4'000'000, '\0'), 9).sliced(4);
        const ScriptedServer server(always(Answer::whole(reply(200, packed, {"Content-Encoding: deflate"}))));
        Request request = requestTo(server);
        request.isPlain = true;
        request.limit = 3'999'999;
        QVERIFY(!sendBy(request));
        request.limit = 4'000'000;
        const auto whole = sendBy(request);
        QVERIFY2(whole, qPrintable(shown(whole)));
        QVERIFY(whole->body.size() == 4'000'000 && !whole->headers.contains("Content-Encoding"));
        request.isPlain = false;
        QVERIFY(sendBy(request)->body == packed);
    }

    void Q07_Q03_readsBodiesAsTheyAre_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char* name, const Answer& answer, const QByteArray& body = "hello") {
            QTest::newRow(name) << answer << body;
        };
        const QByteArray large(3'000'000, 'l');
        row("length", Answer::whole(reply(200, large)), large);
        row("chunked", Answer::whole(chunked(large)), large);
        row("until the end", Answer::thenClose(headOnly(200) + "hello"));
        row("dribbled", Answer::dribbled(reply(200, "hello"), 2ms));
        row("Q03 more than announced", Answer::thenClose(reply(200, "hello") + " and more"));
        // "identity" was asked for: what comes coded all the same is not inflated.
        const QByteArray gzip = QByteArray::fromHex("1f8b0800000000000003cb48cdc9c9070086a6103605000000");
        row("Q07 gzip", Answer::whole(reply(200, gzip, {"Content-Encoding: gzip"})), gzip);
        row("Q07 gzip, chunked", Answer::whole(chunked(gzip, {"Content-Encoding: gzip"})), gzip);
        row("Q07 unknown coding", Answer::whole(reply(200, "hello", {"Content-Encoding: br, x"})));
    }
    void Q07_Q03_readsBodiesAsTheyAre()
    {
        QFETCH(Answer, answer);
        QFETCH(QByteArray, body);
        const ScriptedServer server(always(answer));
        Request request = requestTo(server);
        request.expectedSize = body.size();
        const auto response = sendBy(request);
        QVERIFY2(response, qPrintable(shown(response)));
        QVERIFY(response->body == body);
        Collector sink;
        qint64 seen = 0;
        request.sink = &sink;
        request.progress = [&](qint64 bytes) { seen = bytes; };
        const auto sunk = sendBy(request);
        QVERIFY2(sunk, qPrintable(shown(sunk)));
        QVERIFY(sunk->body.isEmpty());
        QVERIFY(sink.bytes == body);
        QCOMPARE(seen, body.size());
        QCOMPARE(server.requests().size(), 2);
    }

    void A16_readsTheBeginningOfARefusal()
    {
        Collector sink;
        for (Sink* into : {static_cast<Sink*>(nullptr), static_cast<Sink*>(&sink)}) {
            const ScriptedServer server({Answer::whole(reply(404, QByteArray(1'000'000, 'x')))});
            const auto response = sendBy(requestInto(into, server, 3)); // which bounds the file only
            QVERIFY2(response, qPrintable(shown(response)));
            QVERIFY(response->body == QByteArray(limits::errorBodyRead, 'x'));
        }
        QVERIFY(sink.bytes.isEmpty());
    }

    void A16_S14_Q03_checksTheSize_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<qint64>("expectedSize");
        QTest::addColumn<qint64>("limit");
        QTest::addColumn<Failure>("failure");
        QTest::addColumn<qint64>("most"); // bytes that reach the sink
        const auto limited = [](const char* name, qint64 limit, const Answer& answer, Failure failure) {
            QTest::newRow(name) << answer << qint64(-1) << limit << failure << limit;
        };
        const QByteArray body(1000, 'x');
        const QByteArray huge = headOnly(200, {"Content-Length: 4611686018427387904"}) + body;
        limited("A16 at", 1000, Answer::whole(reply(200, body)), {});
        limited("A16 above", 999, Answer::whole(reply(200, body)), ErrorKind::Protocol);
        limited("A16 at, chunked", 1000, Answer::whole(chunked(body)), {});
        limited("A16 above, chunked", 999, Answer::whole(chunked(body)), ErrorKind::Protocol);
        limited("A16 at, until the end", 1000, Answer::thenClose(headOnly(200) + body), {});
        limited("A16 above, until the end", 999, Answer::thenClose(headOnly(200) + body), ErrorKind::Protocol);
        limited("F14 no end", 20, Answer::dribbled(headOnly(200) + body.repeated(100), 1ms), ErrorKind::Protocol);
        limited("F14 announces too much", 999, Answer::whole(huge), ErrorKind::Protocol);
        limited("A16 nothing allowed", 0, Answer::whole(reply(200, "x")), ErrorKind::Protocol);

        const auto sized = [](const char* name, const Answer& answer, Failure failure = ErrorKind::Integrity) {
            QTest::newRow(name) << answer << qint64(5) << Request().limit << failure << qint64(failure ? 0 : 5);
        };
        sized("S14 equal", Answer::whole(reply(200, "12345")), {});
        sized("S14 announces less", Answer::whole(reply(200, "1234")));
        sized("S14 announces more", Answer::whole(reply(200, "123456")));
        sized("S14 announces nothing", Answer::whole(reply(200)));
        sized("F05 longer, chunked", Answer::whole(chunked("123456")));
        sized("F05 longer, until the end", Answer::thenClose(headOnly(200) + "123456"));

        const auto contradicting = [](const char* name, const QByteArrayList& fields) {
            QTest::newRow(name) << Answer::thenClose(headOnly(200, fields) + "hello") << qint64(-1) << Request().limit
                                << Failure(ErrorKind::Protocol) << qint64(0);
        };
        contradicting("Q03 two lengths", {"Content-Length: 5", "Content-Length: 3"});
        contradicting("Q03 two lengths, the other first", {"Content-Length: 3", "Content-Length: 5"});
        contradicting("Q03 two lengths in one", {"Content-Length: 5, 3"});
        const auto repeating = [](const char* name, const Answer& answer) {
            QTest::newRow(name) << answer << qint64(-1) << Request().limit << Failure() << qint64(5);
        };
        const QByteArrayList twice{"Content-Length: 5", "Content-Length: 5"};
        repeating("two equal lengths", Answer::whole(headOnly(200, twice) + "hello"));
        repeating("three, and more than they say", Answer::whole(headOnly(200, twice + twice.mid(1)) + "hello!"));
        repeating("two equal lengths in one field", Answer::whole(headOnly(200, {"Content-Length: 5, 5"}) + "hello"));
        repeating("and more than they say", Answer::whole(headOnly(200, {"Content-Length: 5,5"}) + "hello, world"));
        contradicting("Q03 three lengths", {"Content-Length: 5", "Content-Length: 5", "Content-Length: 6"});
        contradicting("Q03 a length and nothing", {"Content-Length: 5,"});
        contradicting("F05 negative", {"Content-Length: -1"});
        contradicting("F05 not a number", {"Content-Length: five"});
        contradicting("F05 fraction", {"Content-Length: 5.0"});
        contradicting("F05 more than 64 bits", {"Content-Length: 18446744073709551616"});
    }
    void A16_S14_Q03_checksTheSize()
    {
        QFETCH(Answer, answer);
        QFETCH(qint64, expectedSize);
        QFETCH(qint64, limit);
        QFETCH(Failure, failure);
        QFETCH(qint64, most);
        const bool isFile = expectedSize >= 0;
        for (const bool first : {true, false}) { // a file with a tight limit or not, anything else into a sink or not
            const ScriptedServer server(always(answer));
            Collector sink;
            Request request = requestInto(isFile || first ? &sink : nullptr, server, expectedSize);
            request.limit = isFile && first ? expectedSize : limit;
            const auto response = sendBy(request);
            QVERIFY2(failureOf(response) == failure, qPrintable(shown(response)));
            QVERIFY(sink.written() <= most);
            QVERIFY(failure || !request.sink || sink.written() == most);
            QCOMPARE(server.requests().size(), 1); // not tried again
        }
    }

    void F05_refusesWhatIsNotHttp_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("F05 other protocol") << QByteArray("SSH-2.0-OpenSSH_9.2\r\n");
        QTest::newRow("F05 no status") << QByteArray("HTTP/1.1 \r\n\r\n");
        QTest::newRow("F05 a text") << QByteArray("hello\r\n\r\nworld");
        QTest::newRow("F05 a status that is no number") << QByteArray("HTTP/1.1 OK\r\n\r\n");
        QTest::newRow("F05 a TLS alert") << QByteArray("\x15\x03\x01\x00\x02\x02\x46", 7);
    }
    void F05_refusesWhatIsNotHttp()
    {
        QFETCH(QByteArray, answer);
        const ScriptedServer server(always(Answer::thenClose(answer)));
        Request request = requestTo(server);
        request.retriable = false;
        const auto response = sendBy(request);
        const Failure failure = failureOf(response);
        QVERIFY2(failure == ErrorKind::Protocol || failure == ErrorKind::Network, qPrintable(shown(response)));
    }
};

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"

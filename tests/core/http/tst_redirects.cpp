// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/httptest.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;

namespace {

/// `text` with {a} and {b} replaced by host and port of two servers.
QByteArray filled(QByteArray text, const ScriptedServer& a, const ScriptedServer& b)
{
    return text.replace("{a}", a.address().mid(7).toLatin1()).replace("{b}", b.address().mid(7).toLatin1());
}

} // namespace

class TestRedirects : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S05_A01_Q01_followsRedirects_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("location"); // from a
        QTest::addColumn<bool>("sameOrigin");
        for (const int status : {301, 302, 303, 307, 308}) {
            QTest::addRow("S05 %d, same origin", status) << status << QByteArray("http://{a}/y?z=%2F") << true;
            QTest::addRow("A01 %d, other port", status) << status << QByteArray("http://{b}/y?z=%2F") << false;
        }
        QTest::newRow("S05 absolute path") << 302 << QByteArray("/y?z=%2F") << true;
        QTest::newRow("S05 relative path") << 302 << QByteArray("y?z=%2F") << true;
        QTest::newRow("S05 without scheme") << 302 << QByteArray("//{a}/y?z=%2F") << true;
        QTest::newRow("A01 without scheme") << 302 << QByteArray("//{b}/y?z=%2F") << false;
        QTest::newRow("S05 upper-case scheme") << 302 << QByteArray("HTTP://{a}/y?z=%2F") << true;
    }
    void S05_A01_Q01_followsRedirects()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, location);
        QFETCH(bool, sameOrigin);
        ScriptedServer a;
        ScriptedServer b;
        const auto handler = [&](const ReceivedRequest& request) {
            if (request.path != "/x")
                return Answer::whole(reply(200, "there", {"Set-Cookie: c=1"}));
            return Answer::whole(reply(status, "moved", {"Location: " + filled(location, a, b), "Set-Cookie: c=1"}));
        };
        a.setHandler(handler);
        b.setHandler(handler);
        const ScriptedServer& target = sameOrigin ? a : b;
        for (const QByteArray& method : {QByteArray("GET"), QByteArray("HEAD")}) {
            Request request = requestTo(a, method);
            request.authorization = "Bearer secret";
            request.headers.set("Accept", "a/b");
            for (const char* name : {"X-Own", "Cookie", "Proxy-Authorization"})
                request.headers.set(name, "secret");
            const auto response = sendBy(request);
            QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
            QCOMPARE(originOf(response->url), originOf(QUrl(target.address())));
            const ReceivedRequest seen = target.requests().constLast();
            QCOMPARE(seen.method, method);
            QCOMPARE(seen.path, QByteArray("/y?z=%2F"));
            QCOMPARE(seen.header("Accept"), QByteArray("a/b"));
            QCOMPARE(seen.header("Accept-Encoding"), QByteArray("identity"));
            for (const char* name : {"Authorization", "X-Own", "Cookie", "Proxy-Authorization"})
                QVERIFY2(seen.header(name).isNull() == !sameOrigin, name);
            for (const auto& [name, value] : seen.headers)
                QVERIFY2(sameOrigin || !value.contains("secret"), name.constData());
        }
        QCOMPARE(a.requests().size(), sameOrigin ? 4 : 2);
        QCOMPARE(b.requests().size(), sameOrigin ? 0 : 2);
    }

    void followsWhatShouldHaveBeenEncoded_data()
    {
        QTest::addColumn<QByteArray>("location"); // from a; a reference
        QTest::addColumn<QByteArray>("path");     // that is asked for
        const auto odd = [](const char* name, const QByteArray& as, const QByteArray& path) {
            QTest::addRow("%s, absolute", name) << "http://{a}" + as << path;
            QTest::addRow("%s, relative", name) << as << path;
        };
        odd("space", "/a b?c d", "/a%20b?c%20d");
        odd("signs", "/{a}|\"b\"^`<c>?d=\\|", "/%7Ba%7D%7C%22b%22%5E%60%3Cc%3E?d=%5C%7C");
        odd("a % that encodes nothing", "/100%zz?q=5%", "/100%25zz?q=5%25");
        odd("UTF-8",
            "/b\xc3\xbc"
            "cher",
            "/b%C3%BCcher");
        odd("what is encoded stays so", "/a%2Fb%20c?d=%2B+&e=[1]", "/a%2Fb%20c?d=%2B+&e=[1]");
    }
    void followsWhatShouldHaveBeenEncoded()
    {
        QFETCH(QByteArray, location);
        QFETCH(QByteArray, path);
        ScriptedServer a;
        a.setHandler([&](const ReceivedRequest& request) {
            if (request.path != "/x")
                return Answer::whole(reply(200, "there"));
            return Answer::whole(
                reply(307, {}, {"Location: " + QByteArray(location).replace("http://{a}", a.address().toLatin1())}));
        });
        const auto response = sendBy(requestTo(a));
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QCOMPARE(a.requests().constLast().path, path);
    }

    // What was dropped on the way stays dropped, though the way leads back.
    void A01_doesNotTakeCredentialsUpAgain()
    {
        ScriptedServer a;
        ScriptedServer b;
        b.setHandler(always(redirectTo(a, 302)));
        a.setHandler([&](const ReceivedRequest& request) {
            return request.path == "/x" ? redirectTo(b, 302) : Answer::whole(reply(200, "there"));
        });
        Request request = requestTo(a);
        request.authorization = "Bearer secret";
        QVERIFY(sendBy(request));
        QCOMPARE(a.requests().size(), 2);
        QCOMPARE(a.requests().constFirst().header("Authorization"), QByteArray("Bearer secret"));
        QVERIFY(a.requests().constLast().header("Authorization").isNull());
    }

    void A01_sendsTheCredentialsAgainWhenTriedAgain()
    {
        const ScriptedServer b({Answer::whole(reply(500)), Answer::whole(reply(200))});
        const ScriptedServer a(always(redirectTo(b)));
        Request request = requestTo(a);
        request.authorization = "Bearer secret";
        const auto response = sendBy(request);
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QCOMPARE(a.requests().size(), 2); // from the start, since what it led to may be signed for a short time
        QCOMPARE(b.requests().size(), 2);
        for (const ReceivedRequest& one : a.requests())
            QCOMPARE(one.header("Authorization"), QByteArray("Bearer secret"));
        for (const ReceivedRequest& one : b.requests())
            QVERIFY(one.header("Authorization").isNull());
    }

    void F13_countsRedirects_data()
    {
        QTest::addColumn<int>("hops");
        QTest::newRow("F13 as many as allowed") << limits::redirects;
        QTest::newRow("F13 one more") << limits::redirects + 1;
        QTest::newRow("F13 a loop") << 1'000'000;
    }
    void F13_countsRedirects()
    {
        QFETCH(int, hops);
        auto left = std::make_shared<int>(hops);
        const ScriptedServer server([left](const ReceivedRequest&) {
            return Answer::whole(--*left >= 0 ? reply(302, {}, {"Location: /x"}) : reply(200));
        });
        const auto response = sendBy(requestTo(server));
        QVERIFY2(failureOf(response) == (hops <= limits::redirects ? Failure() : ErrorKind::Protocol),
                 qPrintable(shown(response)));
        QCOMPARE(server.requests().size(), limits::redirects + 1);
    }

    void Q09_Q12_F13_refusesToFollow_data()
    {
        QTest::addColumn<QByteArray>("location");
        QTest::newRow("F13 ftp") << QByteArray("Location: ftp://{b}/y");
        QTest::newRow("F13 file") << QByteArray("Location: file:///etc/passwd");
        QTest::newRow("F13 file on a host") << QByteArray("Location: file://localhost/etc/passwd");
        QTest::newRow("F13 data") << QByteArray("Location: data:text/plain,x");
        QTest::newRow("F13 javascript") << QByteArray("Location: javascript:alert(1)");
        QTest::newRow("F13 qrc") << QByteArray("Location: qrc:/x");
        QTest::newRow("Q09 user and password") << QByteArray("Location: http://u:p@{b}/y");
        QTest::newRow("Q09 user") << QByteArray("Location: http://u@{b}/y");
        QTest::newRow("Q09 user and password, same origin") << QByteArray("Location: http://u:p@{a}/y");
        QTest::newRow("Q09 without scheme") << QByteArray("Location: //u:p@{b}/y");
        QTest::newRow("F13 no Location") << QByteArray("X-Location: http://{b}/y");
        QTest::newRow("F13 empty Location") << QByteArray("Location: ");
        QTest::newRow("F13 no host") << QByteArray("Location: http:///y");
        QTest::newRow("F13 bad port") << QByteArray("Location: http://127.0.0.1:99999/y");
        QTest::newRow("F13 not a URL") << QByteArray("Location: http://[::1/y");
        QTest::newRow("F13 bad escape in its host") << QByteArray("Location: http://%zz/y");
        QTest::newRow("F13 blank in its host") << QByteArray("Location: http://{b} c/y");
    }
    void Q09_Q12_F13_refusesToFollow()
    {
        QFETCH(QByteArray, location);
        ScriptedServer a;
        const ScriptedServer b(always(Answer::whole(reply(200, "reached"))));
        a.setHandler([&](const ReceivedRequest& request) {
            return Answer::whole(request.path == "/x" ? reply(302, {}, {filled(location, a, b)})
                                                      : reply(200, "reached"));
        });
        Request request = requestTo(a);
        request.authorization = "Bearer secret";
        const auto response = sendBy(request);
        QVERIFY2(failureOf(response) == ErrorKind::Protocol, qPrintable(shown(response)));
        QVERIFY(!response.error().message.isEmpty());
        QCOMPARE(a.requests().size(), 1);
        QCOMPARE(b.connections(), 0);
    }

    void Q02_A04_redirectsOfUploads_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("sameOrigin");
        QTest::addColumn<bool>("fromFile");
        for (const char* method : {"PUT", "POST", "PATCH"}) {
            for (const int status : {301, 302, 303, 307, 308}) {
                QTest::addRow("Q02 %s %d", method, status) << QByteArray(method) << status << true << false;
                QTest::addRow("A04 %s %d, other origin", method, status)
                    << QByteArray(method) << status << false << false;
            }
        }
        QTest::newRow("Q02 PUT 307 of a file") << QByteArray("PUT") << 307 << true << true;
        QTest::newRow("A04 PUT 307 of a file, other origin") << QByteArray("PUT") << 307 << false << true;
        QTest::newRow("Q02 DELETE 302") << QByteArray("DELETE") << 302 << true << false;
        QTest::newRow("Q02 DELETE 307") << QByteArray("DELETE") << 307 << true << false;
    }
    void Q02_A04_redirectsOfUploads()
    {
        QFETCH(QByteArray, method);
        QFETCH(int, status);
        QFETCH(bool, sameOrigin);
        QFETCH(bool, fromFile);
        const bool followed = sameOrigin && (status == 307 || status == 308);
        const QByteArray content = method == "DELETE" ? QByteArray() : QByteArray(200'000, 'u');
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("body")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.flush());
        ScriptedServer a;
        const ScriptedServer b(always(Answer::whole(reply(201))));
        a.setHandler([&](const ReceivedRequest& request) {
            return request.path == "/x" ? redirectTo(sameOrigin ? a : b, status) : Answer::whole(reply(201));
        });
        Request request = requestTo(a, method);
        request.body = fromFile ? Body::ofFile(file.fileName(), content.size()) : Body::ofBytes(content);
        request.authorization = "Bearer secret";
        request.headers.set("Content-Type", "a/b");
        const auto response = sendBy(request);
        QVERIFY2(failureOf(response) == (followed ? Failure() : ErrorKind::Protocol), qPrintable(shown(response)));
        QVERIFY(!followed || response->status == 201);
        QCOMPARE(b.connections(), 0);
        QCOMPARE(a.requests().size(), followed ? 2 : 1);
        for (const ReceivedRequest& one : a.requests()) {
            QCOMPARE(one.method, method);
            QVERIFY(one.body == content);
            QCOMPARE(one.header("Content-Type"), QByteArray("a/b"));
            QCOMPARE(one.header("Authorization"), QByteArray("Bearer secret"));
        }
    }
};

QTEST_GUILESS_MAIN(TestRedirects)
#include "tst_redirects.moc"

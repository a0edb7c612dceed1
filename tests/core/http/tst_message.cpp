// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/http/message.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace condaoci;
using namespace condaoci::http;

namespace {

Response responseOf(int status, const QByteArray& body)
{
    Response response;
    response.status = status;
    response.body = body;
    return response;
}

Error errorOf(int status, const QByteArray& body)
{
    Request request;
    request.url = QUrl(QStringLiteral("https://registry.example/v2/conda-forge/zlib/manifests/1.2"));
    return statusError(request, responseOf(status, body), QStringLiteral("can't read the manifest"));
}

bool isPlain(const QString& text)
{
    return std::none_of(text.begin(), text.end(), [](QChar c) {
        return c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
               c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph;
    });
}

} // namespace

class TestMessage : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    void headersCompareNamesWithoutCase()
    {
        Headers headers;
        headers.set("Accept", "a/b");
        QVERIFY(headers.contains("ACCEPT"));
        QCOMPARE(headers.value("accept"), QByteArray("a/b"));
        headers.set("aCCept", "c/d"); // replaces
        QCOMPARE(headers.all().size(), 1);
        QCOMPARE(headers.value("Accept"), QByteArray("c/d"));
        headers.remove("ACCEPT");
        QVERIFY(!headers.contains("Accept"));
        QVERIFY(headers.all().isEmpty());
    }

    void headersKeepTheirOrderAndRepeat()
    {
        Headers headers;
        headers.add("Warning", "299 - \"a\"");
        headers.add("Link", "<x>");
        headers.add("warning", "299 - \"b\"");
        QCOMPARE(headers.all().size(), 3);
        QCOMPARE(headers.all().at(0).first, QByteArray("Warning"));
        QCOMPARE(headers.all().at(1).first, QByteArray("Link"));
        QCOMPARE(headers.all().at(2).first, QByteArray("warning"));
        QCOMPARE(headers.value("WARNING"), QByteArray("299 - \"a\", 299 - \"b\""));
        headers.set("Warning", "one");
        QCOMPARE(headers.value("Warning"), QByteArray("one"));
        QCOMPARE(headers.all().size(), 2);
    }

    void anAbsentHeaderIsEmpty()
    {
        Headers headers;
        QVERIFY(headers.value("X").isEmpty());
        QVERIFY(!headers.contains("X"));
        headers.remove("X");
        headers.add("X", "");
        QVERIFY(headers.contains("X")); // there, but empty
        QVERIFY(!headers.contains("X-Y"));
        QVERIFY(!headers.contains(""));
    }

    void opensItsBodyAsOftenAsAsked_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<bool>("onDisk");
        QTest::newRow("bytes") << QByteArray("some\0bytes", 10) << false;
        QTest::newRow("no bytes") << QByteArray() << false;
        QTest::newRow("file") << QByteArray(300'000, 'f') << true;
        QTest::newRow("empty file") << QByteArray() << true;
    }
    void opensItsBodyAsOftenAsAsked()
    {
        QFETCH(QByteArray, content);
        QFETCH(bool, onDisk);
        const QString path = m_folder.filePath(QStringLiteral("body"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        const Body body = onDisk ? Body::ofFile(path, content.size()) : Body::ofBytes(content);
        QCOMPARE(body.size(), content.size());
        QCOMPARE(body.bytes() != nullptr, !onDisk);
        for (int i = 0; i < 3; ++i) {
            const auto device = body.open();
            QVERIFY(device);
            QCOMPARE((*device)->readAll(), content);
        }
        const auto one = body.open(); // two at the same time do not share a position
        const auto other = body.open();
        QVERIFY(one && other);
        QCOMPARE((*one)->readAll(), content);
        QCOMPARE((*other)->readAll(), content);
    }

    void hasNoBodyByDefault()
    {
        const Body body;
        QCOMPARE(body.size(), 0);
        QVERIFY(!body.bytes());
        const auto device = body.open();
        QVERIFY(device);
        QVERIFY((*device)->readAll().isEmpty());
    }

    void refusesAFileThatIsNotAsAnnounced_data()
    {
        QTest::addColumn<bool>("exists");
        QTest::addColumn<qint64>("announced");
        QTest::newRow("gone") << false << qint64(4);
        QTest::newRow("grown") << true << qint64(3);
        QTest::newRow("shrunk") << true << qint64(5);
    }
    void refusesAFileThatIsNotAsAnnounced()
    {
        QFETCH(bool, exists);
        QFETCH(qint64, announced);
        const QString path = m_folder.filePath(QStringLiteral("changing"));
        QFile::remove(path);
        if (exists) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write("four") == 4);
        }
        const auto device = Body::ofFile(path, announced).open();
        QVERIFY(!device);
        QCOMPARE(device.error().kind, ErrorKind::Disk);
        QVERIFY(!device.error().message.isEmpty());
    }

    void S43_namesTheOrigin_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArray>("origin");
        QTest::newRow("https") << QStringLiteral("https://ghcr.io/v2/") << QByteArray("https://ghcr.io:443");
        QTest::newRow("http") << QStringLiteral("http://ghcr.io/v2/") << QByteArray("http://ghcr.io:80");
        QTest::newRow("port said") << QStringLiteral("https://ghcr.io:443/") << QByteArray("https://ghcr.io:443");
        QTest::newRow("other port") << QStringLiteral("http://localhost:5000/") << QByteArray("http://localhost:5000");
        QTest::newRow("80 of https") << QStringLiteral("https://h:80/") << QByteArray("https://h:80");
        QTest::newRow("upper case") << QStringLiteral("HTTPS://GHCR.IO/") << QByteArray("https://ghcr.io:443");
        QTest::newRow("user info") << QStringLiteral("https://u:p@ghcr.io/") << QByteArray("https://ghcr.io:443");
        QTest::newRow("query, fragment") << QStringLiteral("https://h/a?b=https://x#c") << QByteArray("https://h:443");
        QTest::newRow("no path") << QStringLiteral("https://h") << QByteArray("https://h:443");
    }
    void S43_namesTheOrigin()
    {
        QFETCH(QString, url);
        QTEST(originOf(QUrl(url)), "origin");
    }

    void S43_tellsOriginsApart_data()
    {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<bool>("same");
        QTest::newRow("scheme") << QStringLiteral("https://h/") << QStringLiteral("http://h/") << false;
        QTest::newRow("scheme, port said")
            << QStringLiteral("https://h:443/") << QStringLiteral("http://h:443/") << false;
        QTest::newRow("port") << QStringLiteral("https://h/") << QStringLiteral("https://h:444/") << false;
        QTest::newRow("subdomain") << QStringLiteral("https://h.x/") << QStringLiteral("https://a.h.x/") << false;
        QTest::newRow("IPv6, port") << QStringLiteral("http://[::1]:5000/") << QStringLiteral("http://[::1]/") << false;
        QTest::newRow("IPv6, other way to write")
            << QStringLiteral("http://[::1]/") << QStringLiteral("http://[0:0:0:0:0:0:0:1]:80/x") << true;
        QTest::newRow("user is not the host")
            << QStringLiteral("https://ghcr.io/") << QStringLiteral("https://ghcr.io:443@evil.example/") << false;
        QTest::newRow("name in another script") << QStringLiteral("https://b\u00fccher.example/")
                                                << QStringLiteral("https://xn--bcher-kva.example/") << true;
        QTest::newRow("look-alike") << QStringLiteral("https://ghcr.io/") << QStringLiteral("https://ghcr.\u0456o/")
                                    << false;
    }
    void S43_tellsOriginsApart()
    {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(bool, same);
        QVERIFY(QUrl(b).isValid());
        QCOMPARE(originOf(QUrl(a)) == originOf(QUrl(b)), same);
    }

    void tellsTheKindByTheStatus_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, int status, ErrorKind kind, const QByteArray& body = {}) {
            QTest::newRow(name) << status << body << static_cast<int>(kind);
        };
        row("401", 401, ErrorKind::Auth);
        row("403", 403, ErrorKind::Auth);
        row("403, GitHub's rate limit", 403, ErrorKind::RateLimited, "You have exceeded a secondary Rate Limit.");
        row("403, rate limit in JSON", 403, ErrorKind::RateLimited,
            "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"rate limit\"}]}");
        row("S20 404", 404, ErrorKind::NotFound);
        row("410", 410, ErrorKind::NotFound);
        row("404 that speaks of a rate limit", 404, ErrorKind::NotFound, "rate limit");
        row("429", 429, ErrorKind::RateLimited);
        row("500", 500, ErrorKind::Server);
        row("503", 503, ErrorKind::Server);
        row("599", 599, ErrorKind::Server);
        row("200", 200, ErrorKind::Protocol);
        row("206", 206, ErrorKind::Protocol);
        row("302", 302, ErrorKind::Protocol);
        row("400", 400, ErrorKind::Protocol);
        row("405", 405, ErrorKind::Protocol);
        row("S30 413", 413, ErrorKind::Protocol);
        row("416", 416, ErrorKind::Protocol);
        row("418", 418, ErrorKind::Protocol);
    }
    void tellsTheKindByTheStatus()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        const Error error = errorOf(status, body);
        QCOMPARE(static_cast<int>(error.kind), kind);
        QCOMPARE(error.httpStatus, status);
        QVERIFY2(error.message.startsWith(QStringLiteral("can't read the manifest")), qPrintable(error.message));
        QVERIFY2(error.message.contains(QString::number(status)), qPrintable(error.message));
        QVERIFY2(
            error.detail.startsWith(QStringLiteral("GET https://registry.example/v2/conda-forge/zlib/manifests/1.2")),
            qPrintable(error.detail));
        QVERIFY2(error.detail.contains(QString::number(status)), qPrintable(error.detail));
    }

    void S06_passesOnWhatTheRegistrySays_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("said"); // empty: nothing
        const auto row = [](const char* name, const QByteArray& body, const QString& said) {
            QTest::newRow(name) << body << said;
        };
        row("code and message", "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
            QStringLiteral("MANIFEST_UNKNOWN: manifest unknown"));
        row("code only", "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}", QStringLiteral("NAME_UNKNOWN"));
        row("message only", "{\"errors\":[{\"message\":\"no such thing\"}]}", QStringLiteral("no such thing"));
        row("several", "{\"errors\":[{\"code\":\"A\",\"message\":\"a\"},{\"code\":\"B\"}]}", QStringLiteral("A: a; B"));
        row("unknown code", "{\"errors\":[{\"code\":\"COFFEE_OUT\",\"message\":\"x\"}]}",
            QStringLiteral("COFFEE_OUT: x"));
        row("detail is an object", "{\"errors\":[{\"code\":\"A\",\"message\":\"a\",\"detail\":{\"x\":[1]}}]}",
            QStringLiteral("A: a"));
        row("detail is a text", "{\"errors\":[{\"code\":\"A\",\"message\":\"a\",\"detail\":\"d\"}]}",
            QStringLiteral("A: a"));
        row("detail is null", "{\"errors\":[{\"code\":\"A\",\"message\":\"a\",\"detail\":null}]}",
            QStringLiteral("A: a"));
        row("errors is no list", "{\"errors\":\"x\"}", QStringLiteral("{\"errors\":\"x\"}"));
        row("errors of other types", "{\"errors\":[1,null,[],{\"code\":7,\"message\":{}}]}",
            QStringLiteral("{\"errors\":[1,null,[],{\"code\":7,\"message\":{}}]}"));
        row("truncated JSON", "{\"errors\":[{\"code\":\"A", QStringLiteral("{\"errors\":[{\"code\":\"A"));
        row("plain text", "  no luck\n", QStringLiteral("no luck"));
        row("HTML", "\n<!DOCTYPE html><html><body>Blocked</body></html>", {});
        row("HTML with a byte order mark", "\xef\xbb\xbf<html>x</html>", {});
        row("empty", "", {});
        row("blank", " \r\n\t ", {});
    }
    void S06_passesOnWhatTheRegistrySays()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, said);
        const Error error = errorOf(404, body);
        const QString expected = QStringLiteral("can't read the manifest (HTTP status 404)") +
                                 (said.isEmpty() ? QString() : QStringLiteral(": ") + said);
        QCOMPARE(error.message, expected);
    }

    // Z08's oracle: one short line without anything that a terminal would obey.
    void A33_staysOneShortLine_data()
    {
        QTest::addColumn<QByteArray>("body");
        const auto json = [](const QByteArray& message) -> QByteArray {
            return "{\"errors\":[{\"code\":\"X\",\"message\":\"" + message + "\"}]}";
        };
        QTest::newRow("A33 escape sequence") << QByteArray("\x1b[31mred\x1b]8;;http://x\x07");
        QTest::newRow("A33 escape sequence in JSON") << json("\\u001b[31mred");
        QTest::newRow("A33 new lines") << QByteArray("a\r\n2026-01-01 ERROR forged\nb");
        QTest::newRow("A33 new lines in JSON") << json("a\\r\\nb\\u2028c\\u2029d");
        QTest::newRow("A33 C1") << json("\\u009b31m\\u0085");
        QTest::newRow("A33 bidi") << json("\\u202egnp.exe\\u2066\\u200f");
        QTest::newRow("A33 NUL") << QByteArray("a\0b", 3);
        QTest::newRow("A33 NUL in JSON") << json("a\\u0000b");
        QTest::newRow("A20 no UTF-8") << QByteArray("\xff\xfe\x80\xc0 bad");
        QTest::newRow("A20 lone surrogate") << json("\\ud800 x");
        QTest::newRow("A20 deep") << QByteArray(30'000, '[');
        QTest::newRow("A16 long text") << QByteArray(limits::errorBodyRead, 'a');
        QTest::newRow("A16 long text with an at sign") << QByteArray(limits::errorBodyRead - 1, 'a') + "@";
        QTest::newRow("A16 long message") << json(QByteArray(60'000, 'm'));
        QTest::newRow("A16 long code") << QByteArray("{\"errors\":[{\"code\":\"" + QByteArray(60'000, 'C') + "\"}]}");
        QTest::newRow("A16 many errors") << QByteArray(
            "{\"errors\":[" + QByteArray("{\"code\":\"A\",\"message\":\"b\"},").repeated(2000) + "{\"code\":\"Z\"}]}");
        QTest::newRow("A16 all escaped") << QByteArray(limits::errorBodyRead, '\x1b');
        QTest::newRow("A16 many schemes") << QByteArray("a://").repeated(16'000);
        QTest::newRow("A16 many words") << QByteArray("token ").repeated(10'000);
    }
    void A33_staysOneShortLine()
    {
        QFETCH(QByteArray, body);
        QElapsedTimer timer;
        timer.start();
        const Error error = errorOf(500, body);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        for (const QString& text : {error.message, error.detail}) {
            QVERIFY2(isPlain(text), qPrintable(text));
            QVERIFY2(text.size() <= limits::errorTextShown + 200, qPrintable(QString::number(text.size())));
        }
        QCOMPARE(error.kind, ErrorKind::Server);
    }

    void A10_hidesSecretsOfTheBodyAndTheUrl_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QByteArray>("body");
        const QString plain = QStringLiteral("https://h/v2/");
        QTest::newRow("path") << QStringLiteral("https://h/t/CANARY/chan/repodata.json") << QByteArray();
        QTest::newRow("query") << QStringLiteral("https://h/blob?key=CANARY") << QByteArray();
        QTest::newRow("user info") << QStringLiteral("https://CANARY:CANARY@h/blob") << QByteArray();
        QTest::newRow("body, path") << plain << QByteArray("no such page: /t/CANARY/chan");
        QTest::newRow("body, URL") << plain << QByteArray("GET https://u:CANARY@h/x?sig=CANARY failed");
        QTest::newRow("body, header")
            << plain << QByteArray("{\"errors\":[{\"code\":\"X\",\"message\":\"Authorization: Bearer CANARY\"}]}");
        QTest::newRow("body, header as JSON")
            << plain << QByteArray("{\"headers\":{\"authorization\":\"Basic CANARY\"}}");
        QTest::newRow("body, token") << plain
                                     << QByteArray("{\"access_token\":\"CANARY\",\"refresh_token\":\"CANARY\"}");
    }
    void A10_hidesSecretsOfTheBodyAndTheUrl()
    {
        QFETCH(QString, url);
        QFETCH(QByteArray, body);
        Request request;
        request.url = QUrl(url);
        request.authorization = "Bearer CANARY";
        request.headers.set("X-Key", "CANARY");
        const Error error = statusError(request, responseOf(403, body), QStringLiteral("refused"));
        QVERIFY2(!error.message.contains(QStringLiteral("CANARY")), qPrintable(error.message));
        QVERIFY2(!error.detail.contains(QStringLiteral("CANARY")), qPrintable(error.detail));
    }
};

QTEST_GUILESS_MAIN(TestMessage)
#include "tst_message.moc"

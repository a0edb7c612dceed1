// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/secrets.h"
#include "core/base/text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace condaoci;

class TestText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A10: nothing that is shown or logged holds a secret.
    void A10_hidesSecrets_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("user info") << QStringLiteral("GET https://user:CANARY@host/x failed");
        QTest::newRow("user only") << QStringLiteral("https://CANARY@host/x");
        QTest::newRow("password with @") << QStringLiteral("https://user:x@CANARY@host/x");
        QTest::newRow("user with @") << QStringLiteral("https://user@CANARY@host/x");
        QTest::newRow("password with /") << QStringLiteral("GET https://user:x/CANARY@host/x failed");
        QTest::newRow("password with /, like a port") << QStringLiteral("https://user:12/CANARY@host/x");
        QTest::newRow("password with ? and #") << QStringLiteral("https://user:x?y#CANARY@host/x");
        QTest::newRow("two URLs") << QStringLiteral("https://u:CANARY@host/x https://u:CANARY@host/y");
        QTest::newRow("before a digest") << QStringLiteral("https://u:CANARY@host:5000/x@sha256:0");
        QTest::newRow("conda token, encoded t") << QStringLiteral("https://host/%74/CANARY/x");
        QTest::newRow("conda token, path only") << QStringLiteral("nothing at /t/CANARY/conda-forge");
        QTest::newRow("conda token, capital T") << QStringLiteral("https://host/T/CANARY/x");
        QTest::newRow("conda token, two slashes") << QStringLiteral("https://host//t//CANARY/x");
        QTest::newRow("token behind get") << QStringLiteral("https://host/get/CANARY-7f3a9b2c1d4e5f60/noarch");
        QTest::newRow("conda token") << QStringLiteral("https://host/t/CANARY/conda-forge/noarch/repodata.json");
        QTest::newRow("conda token at the end") << QStringLiteral("https://host/t/CANARY");
        QTest::newRow("encoded conda token") << QStringLiteral("?next=%2Ft%2FCANARY%2Fx");
        QTest::newRow("bearer") << QStringLiteral("Authorization: Bearer CANARY");
        QTest::newRow("basic in JSON") << QStringLiteral("{\"authorization\": \"Basic CANARY\"}");
        QTest::newRow("proxy") << QStringLiteral("Proxy-Authorization: Basic CANARY");
        QTest::newRow("token in JSON") << QStringLiteral("{\"token\":\"CANARY\"}");
        QTest::newRow("access token") << QStringLiteral("{\"access_token\" : \"CANARY\", \"x\":1}");
        QTest::newRow("query") << QStringLiteral("https://host/x?sig=CANARY&y=1");
        QTest::newRow("signed query") << QStringLiteral("https://host/x?X-Amz-Signature=CANARY");
        QTest::newRow("form") << QStringLiteral("grant_type=password&password=CANARY&user=x");
        QTest::newRow("refresh") << QStringLiteral("refresh_token=CANARY");
    }
    void A10_hidesSecrets()
    {
        QFETCH(QString, text);
        const QString shown = withoutSecrets(text);
        QVERIFY2(!shown.contains(QStringLiteral("CANARY")), qPrintable(shown));
        QVERIFY(shown.contains(QStringLiteral("***")));
    }

    // What a server sends back, in whatever form and without a word that tells what it is.
    void A10_hidesSecretsThatWereUsed_data()
    {
        QTest::addColumn<QByteArray>("sentBack");
        const QByteArray account = "alice:CANARY/pass+word?";
        const QByteArray password = account.mid(6);
        QTest::newRow("the password") << password;
        QTest::newRow("with its user") << account;
        QTest::newRow("as it was sent") << account.toBase64();
        QTest::newRow("with its scheme") << "Basic " + account.toBase64();
        QTest::newRow("base64") << password.toBase64();
        QTest::newRow("base64 for URLs") << password.toBase64(QByteArray::Base64UrlEncoding |
                                                              QByteArray::OmitTrailingEquals);
        QTest::newRow("percent") << password.toPercentEncoding();
        QTest::newRow("token") << QByteArray("CANARY.eyJhbGciOi.x_y");
        QTest::newRow("token with its scheme") << QByteArray("Bearer CANARY.eyJhbGciOi.x_y");
        QTest::newRow("identity token") << QByteArray("CANARY-identity");
    }
    void A10_hidesSecretsThatWereUsed()
    {
        QFETCH(QByteArray, sentBack);
        rememberAuthorization("Basic " + QByteArray("alice:CANARY/pass+word?").toBase64());
        rememberAuthorization("Bearer CANARY.eyJhbGciOi.x_y");
        rememberSecret("CANARY-identity");
        const QString said = QStringLiteral("denied for <") + QString::fromUtf8(sentBack) + QStringLiteral("> today");
        const QString shown = withoutSecrets(said);
        QVERIFY2(!shown.contains(QString::fromUtf8(sentBack)), qPrintable(shown));
        QVERIFY2(!shown.contains(QStringLiteral("CANARY")), qPrintable(shown));
        QVERIFY2(shown.startsWith(QStringLiteral("denied for <")) && shown.endsWith(QStringLiteral("***> today")),
                 qPrintable(shown));
    }
    void remembersNoMoreThanItHasTo()
    {
        rememberAuthorization("Basic " + QByteArray("u:ab").toBase64());
        QCOMPARE(withoutSecrets(QStringLiteral("a table of abbreviations")),
                 QStringLiteral("a table of abbreviations"));
        for (int i = 0; i < 1000; ++i)
            rememberSecret("token-number-" + QByteArray::number(i));
        QCOMPARE(withoutSecrets(QStringLiteral("<token-number-999>")), QStringLiteral("<***>"));
        QCOMPARE(withoutSecrets(QStringLiteral("<token-number-0>")), QStringLiteral("<token-number-0>"));
    }

    void leavesTheRestAlone()
    {
        for (const QString& text :
             {QStringLiteral(
                  "GET https://ghcr.io/v2/org/conda-forge/linux-64/zlib/manifests/1.2.11-0 → 404 NAME_UNKNOWN"),
              QStringLiteral("oci://localhost:5000/conda-forge/zlib@sha256:0123"),
              QStringLiteral("{\"url\":\"https://host:5000/x\",\"mail\":\"a@b\"}"),
              QStringLiteral("can't read /home/me/t/channel/noarch/repodata.json: no such file"),
              QStringLiteral("oci-layout:/srv/t/mirror"), QStringLiteral("cache:./t/cache"),
              QStringLiteral("'../t/channel' is not there"), QStringLiteral("file:///srv/T/channel"),
              QStringLiteral("~/t/channel"), QStringLiteral("https://host/get/my-channel/noarch/repodata.json"),
              QStringLiteral("see https://host/a@b")})
            QCOMPARE(withoutSecrets(text), text);
    }

    void showsUrlsWithoutSecrets()
    {
        QCOMPARE(shownUrl(QUrl(QStringLiteral("https://user:pw@host:5000/t/tok/chan?sig=1"))),
                 QStringLiteral("https://host:5000/t/***/chan?***"));
        QCOMPARE(shownUrl(QUrl(QStringLiteral("https://host/chan"))), QStringLiteral("https://host/chan"));
    }

    void A33_escapesAllButAscii()
    {
        QCOMPARE(oneAsciiLine(QStringLiteral("py\u0441on\x1b x")), QStringLiteral("py\\u0441on\\u001b x"));
        QCOMPARE(oneAsciiLine(QStringLiteral("\U0001f40d~\x7f")), QStringLiteral("\\U0001f40d~\\u007f"));
        QCOMPARE(oneAsciiLine(QString(12, QChar(0x441)), 13), QStringLiteral("\\u0441\\u0441") + QChar(0x2026));
    }

    void A32_showsTextOfSeveralLines_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("shown"); // null: it is not text
        QTest::newRow("text") << QByteArray("{\n\t\"a\": 1\n}\n") << QStringLiteral("{\n\t\"a\": 1\n}\n");
        QTest::newRow("letters") << QByteArray("na\xc3\xafve \xf0\x9f\x90\x8d")
                                 << QStringLiteral("na\u00efve \U0001f40d");
        QTest::newRow("lines of Windows") << QByteArray("a\r\nb\r\n") << QStringLiteral("a\nb\n");
        QTest::newRow("a line written over") << QByteArray("bad\rgood") << QStringLiteral("bad\\u000dgood");
        QTest::newRow("a terminal's title") << QByteArray("\x1b]0;t\x07") << QStringLiteral("\\u001b]0;t\\u0007");
        QTest::newRow("C1") << QByteArray("\xc2\x9b"
                                          "31m")
                            << QStringLiteral("\\u009b31m");
        QTest::newRow("right to left") << QByteArray("\xe2\x80\xae") << QStringLiteral("\\u202e");
        QTest::newRow("long") << QByteArray(100'000, 'x') << QString(100'000, QLatin1Char('x'));
        QTest::newRow("empty") << QByteArray() << QStringLiteral("");
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << QString();
        QTest::newRow("not UTF-8") << QByteArray("caf\xe9") << QString();
        QTest::newRow("a bare CSI") << QByteArray("\x9b"
                                                  "31m")
                                    << QString();
        QTest::newRow("an archive") << QByteArray("PK\3\4\xff\xfe") << QString();
    }
    void A32_showsTextOfSeveralLines()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, shown);
        const auto text = shownLines(bytes);
        QCOMPARE(text.has_value(), !shown.isNull());
        QCOMPARE(text.value_or(QString()), shown);
    }

    void A33_jsonDoesNothingToATerminal_data()
    {
        QTest::addColumn<QString>("value");
        QTest::newRow("plain") << QStringLiteral("zlib-1.2 \"x\" \\ \t\n");
        QTest::newRow("letters") << QStringLiteral("na\u00efve \u2192 \U0001f40d");
        QTest::newRow("C0") << QStringLiteral("\x1b]0;t\x07");
        QTest::newRow("DEL") << QStringLiteral("a\x7f");
        QTest::newRow("C1") << QStringLiteral("\u009b31m \u0080");
        QTest::newRow("bidi") << QStringLiteral("\u202e\u2066\u061c");
        QTest::newRow("lines") << QStringLiteral("\u2028\u2029");
        QTest::newRow("beyond the basic plane") << QStringLiteral("a\U000e0061b");
        QTest::newRow("what looks escaped") << QStringLiteral("\\u009b");
    }
    void A33_jsonDoesNothingToATerminal()
    {
        QFETCH(QString, value);
        const QJsonDocument document(QJsonObject{{value, QJsonArray{value}}});
        const QByteArray json = shownJson(document.toJson(QJsonDocument::Indented));
        for (const char32_t c : QString::fromUtf8(json).toUcs4())
            QVERIFY(c == U'\n' || !isHidden(c));
        QCOMPARE(QJsonDocument::fromJson(json), document);
        const auto characters = value.toUcs4();
        if (!std::any_of(characters.begin(), characters.end(), isHidden))
            QCOMPARE(json, document.toJson(QJsonDocument::Indented));
    }

    // A33: one event is one line, whatever a remote string holds.
    void A33_escapesWhatATerminalWouldObey()
    {
        QCOMPARE(oneLine(QStringLiteral("a\r\nb\x1b[31mred")), QStringLiteral("a\\u000d\\u000ab\\u001b[31mred"));
        QCOMPARE(oneLine(QString(QChar(0x202e)) + QStringLiteral("gnp.exe")), QStringLiteral("\\u202egnp.exe"));
        QCOMPARE(oneLine(QString(QChar(0x9b))), QStringLiteral("\\u009b"));
        QCOMPARE(oneLine(QStringLiteral("a\U000e0061b\U0001f40d")), QStringLiteral("a\\U000e0061b\U0001f40d"));
        QCOMPARE(oneLine(QStringLiteral("naïve → ok")), QStringLiteral("naïve → ok"));
        QCOMPARE(oneLine(QString(50, QLatin1Char('x')), 10), QString(10, QLatin1Char('x')) + QChar(0x2026));
        QCOMPARE(oneLine(QString(10, QLatin1Char('x')), 10), QString(10, QLatin1Char('x')));
        QCOMPARE(oneLine(QStringLiteral("12345\n"), 10), QStringLiteral("12345") + QChar(0x2026)); // found by fuzzing
        QCOMPARE(oneLine(QStringLiteral("1234\n"), 10), QStringLiteral("1234\\u000a"));
    }

    void showsBytes_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("shown");
        QTest::newRow("none") << qint64(0) << QStringLiteral("0 B");
        QTest::newRow("bytes") << qint64(999) << QStringLiteral("999 B");
        QTest::newRow("kilo") << qint64(1000) << QStringLiteral("1.0 kB");
        QTest::newRow("no four digits") << qint64(999'960) << QStringLiteral("1.0 MB");
        QTest::newRow("tera") << qint64(26'371'750'010'441) << QStringLiteral("26.4 TB");
    }
    void showsBytes()
    {
        QFETCH(qint64, bytes);
        QTEST(shownBytes(bytes), "shown");
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "tst_text.moc"

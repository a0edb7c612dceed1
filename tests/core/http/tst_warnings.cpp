// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/http/warnings.h"
#include "tests/support/httptest.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;

class TestWarnings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S08_readsWarnings_data()
    {
        QTest::addColumn<QByteArrayList>("fields");
        QTest::addColumn<QStringList>("texts");
        const auto row = [](const char* name, const QByteArrayList& fields, const QStringList& texts) {
            QTest::newRow(name) << fields << texts;
        };
        const QString old = QStringLiteral("old API");
        row("none", {}, {});
        row("one", {"299 - \"old API\""}, {old});
        row("two fields", {"299 - \"old API\"", "299 - \"b\""}, {old, QStringLiteral("b")});
        row("merged", {"299 - \"old API\", 299 - \"b, c\""}, {old, QStringLiteral("b, c")});
        row("merged without blank", {"299 - \"old API\",299 - \"b\""}, {old, QStringLiteral("b")});
        row("twice the same", {"299 - \"old API\"", "299 - \"old API\""}, {old});
        row("with a date", {"299 - \"old API\" \"Wed, 21 Oct 2015 07:28:00 GMT\""}, {old});
        row("quoted pairs", {"299 - \"say \\\"hi\\\" \\\\ \\a\""}, {QStringLiteral("say \"hi\" \\ a")});
        row("UTF-8", {"299 - \"\xc3\xbc\xe2\x82\xac\""}, {QStringLiteral("ü€")});
        row("other code", {"199 - \"x\", 299 - \"old API\""}, {old});
        row("other agent", {"299 proxy.example \"x\""}, {});
        row("empty text", {"299 - \"\"", "299 - \" \""}, {});
        row("no quotes", {"299 - old"}, {});
        row("quote not closed", {"299 - \"old"}, {});
        row("broken after a good one", {"299 - \"old API\", 299 - \"b"}, {old});
        row("garbage", {"\"\"\"\\\\\\,,,,299"}, {});
        row("A33 escape", {QByteArray("299 - \"\x1b[31mred\"")}, {});
        row("A33 tab", {QByteArray("299 - \"a\tb\"")}, {});
        row("A33 C1",
            {QByteArray("299 - \"a\xc2\x9b"
                        "b\"")},
            {});
        row("A33 bidi",
            {QByteArray("299 - \"a\xe2\x80\xae"
                        "b\"")},
            {});
        row("as long as may be", {"299 - \"" + QByteArray(limits::warningBytes - 8, 'w') + '"'},
            {QString(limits::warningBytes - 8, QLatin1Char('w'))});
        row("too long", {"299 - \"" + QByteArray(limits::warningBytes - 7, 'w') + '"'}, {});
        row("too many", QByteArrayList(500, "299 - \"x\""), {});
    }
    void S08_readsWarnings()
    {
        QFETCH(QByteArrayList, fields);
        QFETCH(QStringList, texts);
        Headers headers;
        for (const QByteArray& field : fields)
            headers.add("Warning", field);
        QCOMPARE(warningsOf(headers), texts);
    }

    void S08_collectsEachOnce()
    {
        const ScriptedServer server([](const ReceivedRequest& request) {
            return Answer::whole(
                reply(request.path == "/x" ? 200 : 404, "x",
                      {"Warning: 299 - \"token=CANARY is deprecated\"", "Warning: 299 - \"" + request.path + "\""}));
        });
        Network network;
        network.warnings = std::make_shared<Warnings>();
        HttpClient client(network, {});
        for (const char* path : {"/x", "/y", "/x"})
            QVERIFY(client.send(requestTo(server, "GET", QString::fromLatin1(path))));
        const QStringList all = network.warnings->all();
        QCOMPARE(all.size(), 3);
        QCOMPARE(all.at(1), QStringLiteral("127.0.0.1 warns: /x"));
        QCOMPARE(all.at(2), QStringLiteral("127.0.0.1 warns: /y"));
        QVERIFY2(!all.at(0).contains(QStringLiteral("CANARY")), qPrintable(all.at(0)));
        for (int i = 0; i < 100; ++i)
            network.warnings->add(QStringLiteral("h"), {QString::number(i)});
        QCOMPARE(network.warnings->all().size(), limits::warningsKept);
    }
};

QTEST_GUILESS_MAIN(TestWarnings)
#include "tst_warnings.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "tests/support/ocitest.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

// S31 needs no code: nothing that is pushed has a subject. Of S35 only the question whether a registry keeps lists of
// referrers is asked (by `conda-oci check`), since no such list is ever read.

namespace {

QByteArray errorBody(const QByteArray& code)
{
    return "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"said so\",\"detail\":[1,{\"x\":null}]}]}";
}

} // namespace

/// Finding out what a registry holds, and deleting it.
class TestListing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S33_S34_listsPageByPage_data()
    {
        QTest::addColumn<QByteArrayList>(
            "pages");                  // "TAGS|Link target"; @ is the server, N are as many tags as asked for
        QTest::addColumn<int>("tags"); // -1: an error
        QTest::addColumn<int>("requests");
        QTest::newRow("one page") << QByteArrayList{"b,a"} << 2 << 1;
        QTest::newRow("names that there are not") << QByteArrayList{"a,b c,../d"} << 1 << 1;
        QTest::newRow("null") << QByteArrayList{"null"} << 0 << 1;
        QTest::newRow("short pages with a Link") << QByteArrayList{"a|/v2/a/tags/list?p=2", "b|?p=3", "c"} << 3 << 3;
        QTest::newRow("absolute Link") << QByteArrayList{"a|@/v2/a/tags/list?p=2", "b"} << 2 << 2;
        QTest::newRow("full page without a Link") << QByteArrayList{"N", "z"} << 1001 << 2;
        QTest::newRow("full page, then an empty one") << QByteArrayList{"N", "null"} << 1000 << 2;
        QTest::newRow("`last` is ignored") << QByteArrayList{"N", "N"} << 1000 << 2;
        QTest::newRow("A18 an empty page with a Link") << QByteArrayList{"a|?p=2", "null|?p=3", "never"} << 1 << 2;
        QTest::newRow("A18 a Link to itself") << QByteArrayList{"a|?n=1000", "never"} << 1 << 1;
        QTest::newRow("A18 another server") << QByteArrayList{"a|http://elsewhere.example/v2/a/tags/list"} << -1 << 1;
        QTest::newRow("A03 another scheme") << QByteArrayList{"a|ftp://127.0.0.1/"} << -1 << 1;
        QTest::newRow("no JSON") << QByteArrayList{"<html>"} << -1 << 1;
    }
    void S33_S34_listsPageByPage()
    {
        QFETCH(QByteArrayList, pages);
        QFETCH(int, tags);
        QFETCH(int, requests);
        ScriptedServer server;
        int page = 0;
        server.setHandler([&](const ReceivedRequest&) {
            const QByteArrayList parts = pages.value(page++).split('|');
            if (parts[0].startsWith('<'))
                return Answer::whole(reply(200, parts[0]));
            QJsonArray names;
            for (const QByteArray& name : parts[0].split(','))
                names.append(QString::fromLatin1(name));
            if (parts[0] == "N") {
                names = {};
                for (int i = 0; i < limits::tagsPerPage; ++i)
                    names.append(QStringLiteral("t%1").arg(i));
            }
            QJsonObject body{{QStringLiteral("tags"), names}};
            if (parts[0] == "null")
                body[QStringLiteral("tags")] = QJsonValue();
            QByteArrayList fields;
            if (parts.size() > 1)
                fields.append("Link: <" + QByteArray(parts[1]).replace("@", server.address().toLatin1()) +
                              ">; rel=\"next\"");
            return Answer::whole(reply(200, QJsonDocument(body).toJson(), fields));
        });
        const Connection registry(server.address());
        const auto listed = registry->tags(QStringLiteral("a"));
        QCOMPARE(listed ? static_cast<int>(listed->size()) : -1, tags);
        QCOMPARE(server.requests().size(), requests);
        QCOMPARE(lines(server.requests()).constFirst(), QByteArray("GET /v2/a/tags/list?n=1000"));
        if (pages.constFirst() == "N")
            QVERIFY(server.requests().at(1).path.contains("last=t999"));
        if (tags == 2 && requests == 1)
            QCOMPARE(*listed, QStringList({QStringLiteral("b"), QStringLiteral("a")})); // in the registry's order
    }

    void S33_aPageThatGoesMissingIsAnError()
    {
        ScriptedServer server(
            QList<Answer>{Answer::whole(reply(200, "{\"tags\":[\"a\"]}", {"Link: </v2/a/tags/list?p=2>; rel=next"})),
                          Answer::whole(reply(404))});
        const Connection registry(server.address());
        QVERIFY(!registry->tags(QStringLiteral("a"))); // half a list would look like a whole one
    }

    void S35_asksWhetherThereAreReferrers_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("outcome"); // -1: an error
        QTest::newRow("a list") << 200 << QByteArray("{\"schemaVersion\":2,\"manifests\":[]}") << 1;
        QTest::newRow("not known") << 404 << errorBody("NOT_FOUND") << 0;
        QTest::newRow("refused") << 400 << errorBody("DIGEST_INVALID") << -1;
        QTest::newRow("a page") << 200 << QByteArray("<html>") << -1;
    }
    void S35_asksWhetherThereAreReferrers()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, outcome);
        ScriptedServer server(test::always(Answer::whole(reply(status, body))));
        const Connection registry(server.address());
        const Digest digest = Digest::ofBytes("x");
        const auto offered = registry->offersReferrers(QStringLiteral("a"), digest);
        QCOMPARE(offered ? static_cast<int>(*offered) : -1, outcome);
        QCOMPARE(lines(server.requests()), QByteArrayList{"GET /v2/a/referrers/" + digest.toByteArray()});
    }

    void S36_deletesWhereItMay_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("outcome"); // -1: an error
        for (const auto& [status, outcome] : {std::pair{202, Registry::Removal::Done},
                                              {404, Registry::Removal::WasNotThere},
                                              {400, Registry::Removal::NotOffered},
                                              {405, Registry::Removal::NotOffered}})
            QTest::addRow("%d", status) << status << static_cast<int>(outcome);
        QTest::newRow("403") << 403 << -1;
    }
    void S36_deletesWhereItMay()
    {
        QFETCH(int, status);
        QFETCH(int, outcome);
        ScriptedServer server(test::always(Answer::whole(reply(status, errorBody("UNSUPPORTED")))));
        const Connection registry(server.address());
        const Digest digest = Digest::ofBytes("x");
        for (const auto& removed : {registry->removeManifest(QStringLiteral("a"), QStringLiteral("1")),
                                    registry->removeManifest(QStringLiteral("a"), digest.toString()),
                                    registry->removeBlob(QStringLiteral("a"), digest)}) {
            QCOMPARE(removed ? static_cast<int>(*removed) : -1, outcome);
            if (!removed)
                QCOMPARE(removed.error().kind, ErrorKind::Auth);
        }
        QCOMPARE(lines(server.requests()),
                 QByteArrayList({"DELETE /v2/a/manifests/1", "DELETE /v2/a/manifests/" + digest.toByteArray(),
                                 "DELETE /v2/a/blobs/" + digest.toByteArray()}));
    }

    void S36_aCatalogIsAnExtension_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("outcome"); // 1 offered, 0 not, -1 an error
        for (const auto& [status, outcome] :
             {std::pair{200, 1}, {401, 0}, {403, 0}, {404, 0}, {405, 0}, {400, 0}, {501, 0}, {302, -1}})
            QTest::addRow("%d", status) << status << outcome;
    }
    void S36_aCatalogIsAnExtension()
    {
        QFETCH(int, status);
        QFETCH(int, outcome);
        ScriptedServer server(test::always(Answer::whole(reply(status, "{\"repositories\":[\"a/b\",\"c\"]}"))));
        const Connection registry(server.address());
        const auto all = registry->repositories(QStringLiteral("a"));
        QCOMPARE(all ? static_cast<int>(all->has_value()) : -1, outcome);
        if (outcome == 1)
            QCOMPARE(**all, QStringList(QStringLiteral("a/b")));
        QCOMPARE(server.requests().size(), 1);
    }

    /// A part of what there is would look like all of it.
    void W26_aLongCatalogIsNoAnswer_data()
    {
        QTest::addColumn<int>("pages");
        QTest::addColumn<int>("asked");
        QTest::addColumn<bool>("known");
        QTest::newRow("more than asked for") << 2 << 2 << false;
        QTest::newRow("just as many") << 3 << 3 << true;
        QTest::newRow("fewer") << 30 << 3 << true;
    }
    void W26_aLongCatalogIsNoAnswer()
    {
        QFETCH(int, pages);
        QFETCH(bool, known);
        ScriptedServer server;
        int page = 0;
        server.setHandler([&](const ReceivedRequest&) {
            const QByteArray number = QByteArray::number(++page);
            QByteArrayList fields;
            if (page < 3)
                fields.append("Link: </v2/_catalog?page=" + number + ">; rel=\"next\"");
            return Answer::whole(reply(200, "{\"repositories\":[\"a/" + number + "\"]}", fields));
        });
        const Connection registry(server.address());
        const auto all = registry->repositories(QStringLiteral("a/"), pages);
        QVERIFY(all);
        QCOMPARE(all->has_value(), known);
        if (known)
            QCOMPARE((*all)->size(), 3);
        QTEST(static_cast<int>(server.requests().size()), "asked");
    }
};

QTEST_GUILESS_MAIN(TestListing)
#include "tst_listing.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/imagelayout.h"
#include "core/oci/reference.h"
#include "core/oci/remoteregistry.h"
#include "core/oci/verifyingsink.h"
#include "tests/support/httptest.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

namespace {

/// JSON with ' for ", since moc of Qt 6.4 stumbles over raw strings with quotation marks.
QByteArray q(QByteArray json)
{
    return json.replace('\'', '"');
}

const QString name = QStringLiteral("org/name");
const QByteArray someDigest = "sha256:" + QByteArray(64, 'a');
const QByteArray type = QByteArray("Content-Type: ") + manifestMediaType;

QByteArray manifestWith(const QByteArray& digest, const QByteArray& size = "3")
{
    const QByteArray descriptor = q("{'mediaType':'application/x','digest':'") + digest + q("','size':") + size + '}';
    return q("{'schemaVersion':2,'config':") + descriptor + q(",'layers':[") + descriptor + "]}";
}

RemoteRegistry at(const ScriptedServer& server)
{
    const auto anonymous = [](const QByteArray&) { return std::optional<Credentials>(); };
    return {*parseEndpoint(server.address()), std::make_shared<Authenticator>(anonymous),
            std::make_shared<http::HostGate>(), std::stop_token()};
}

/// What digests are written like that we can't verify, or that would be a path.
QByteArrayList hostileDigests()
{
    const QByteArray hex(64, 'a');
    return {"",
            "sha256",
            "sha256:",
            "sha256:" + hex.left(63),
            "sha256:" + hex + 'a',
            "sha256:" + hex.toUpper(),
            "sha256:../../../../etc/passwd",
            "sha256:" + QByteArray("../").repeated(21) + 'a',
            "sha256:/" + hex.left(63),
            "sha256:" + hex.left(62) + "%2",
            "sha256:" + hex.left(63) + '\0',
            "sha256:" + hex.left(63) + ' ',
            "../sha256:" + hex,
            "SHA256:" + hex,
            "sha512:" + hex,
            "sha384:" + QByteArray(96, 'a'),
            "md5:" + hex.left(32),
            "sha1:" + hex.left(40),
            "sha256+b64:" + hex,
            "sha256:" + hex.left(61) + "\xc3\xa4" + "a"};
}

} // namespace

/// What a registry may say that nobody may believe.
class TestHostileContent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void A13_otherBytesUnderTheRightHeader_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<bool>("isRight");
        const QByteArray promised = manifestWith(someDigest);
        QTest::newRow("A13 the right ones") << promised << true;
        QTest::newRow("A13 one bit is another") << QByteArray(promised).replace("3}", "2}") << false;
        QTest::newRow("A13 white space more") << promised + ' ' << false;
        QTest::newRow("A13 another manifest") << manifestWith(someDigest, "4") << false;
        QTest::newRow("A13 nothing") << QByteArray() << false;
    }
    void A13_otherBytesUnderTheRightHeader()
    {
        QFETCH(QByteArray, sent);
        QFETCH(bool, isRight);
        const QByteArray promised = manifestWith(someDigest);
        const Digest digest = Digest::ofBytes(promised);
        ScriptedServer server(
            always(Answer::whole(reply(200, sent, {type, "Docker-Content-Digest: " + digest.toByteArray()}))));
        auto registry = at(server);
        const auto manifest = registry.manifest(name, digest.toString());
        QCOMPARE(manifest.has_value(), isRight);
        QVERIFY(manifest || manifest.error().kind == ErrorKind::Integrity);
        QCOMPARE(server.requests().size(), 1);

        // A blob: nothing that was sent is given on as the blob.
        const Descriptor blob{QStringLiteral("x"), digest, promised.size(), {}};
        const auto bytes = registry.readBlob(name, blob, limits::MiB);
        QCOMPARE(bytes.has_value(), isRight);
        QVERIFY(bytes || bytes.error().kind == ErrorKind::Integrity || bytes.error().kind == ErrorKind::Network);
    }

    void A14_refusesDigests_data()
    {
        QTest::addColumn<QByteArray>("digest");
        for (const QByteArray& digest : hostileDigests())
            QTest::newRow(("A14 " + digest.left(80).toPercentEncoding(":/.+")).constData()) << digest;
    }
    void A14_refusesDigests()
    {
        QFETCH(QByteArray, digest);
        QVERIFY(!Digest::parse(digest));
        // In a manifest,
        const QByteArray escaped = QByteArray(digest).replace('\0', "\\u0000");
        const auto manifest = Manifest::parse(manifestWith(escaped));
        QVERIFY(!manifest && manifest.error().message.size() < 300);
        // in a URL,
        ScriptedServer server(always(Answer::whole(reply(200, "x"))));
        if (!isTag(QString::fromLatin1(digest))) {
            QVERIFY(!at(server).manifest(name, QString::fromLatin1(digest)));
            QCOMPARE(server.requests().size(), 0);
        }
        // and in the index of a layout, where it would be a path.
        const QTemporaryDir folder;
        QDir().mkpath(folder.filePath(QStringLiteral("layout/blobs/sha256")));
        QFile outside(folder.filePath(QStringLiteral("outside")));
        QFile index(folder.filePath(QStringLiteral("layout/index.json")));
        QVERIFY(outside.open(QIODevice::WriteOnly) && index.open(QIODevice::WriteOnly));
        outside.write(manifestWith(someDigest));
        index.write(q("{'manifests':[{'digest':'") + escaped +
                    q("','size':3,'annotations':{'org.opencontainers.image.ref.name':'org/name:1'}}]}"));
        outside.close();
        index.close();
        ImageLayout layout(folder.filePath(QStringLiteral("layout")));
        QVERIFY(!layout.manifest(name, QStringLiteral("1")));
    }

    void A14_doesNotFollowADigestOutOfALayout()
    {
        const QTemporaryDir folder;
        QDir().mkpath(folder.filePath(QStringLiteral("layout/blobs/sha256")));
        QFile outside(folder.filePath(QStringLiteral("layout/secret")));
        QFile index(folder.filePath(QStringLiteral("layout/index.json")));
        QVERIFY(outside.open(QIODevice::WriteOnly) && index.open(QIODevice::WriteOnly));
        outside.write("CANARY");
        index.write(q("{'manifests':[{'digest':'sha256:../../secret','size':6,'annotations':{"
                      "'org.opencontainers.image.ref.name':'org/name:1'}}]}"));
        outside.close();
        index.close();
        ImageLayout layout(folder.filePath(QStringLiteral("layout")));
        const auto manifest = layout.manifest(name, QStringLiteral("1"));
        QVERIFY(!manifest && manifest.error().kind == ErrorKind::Protocol);
        QVERIFY(!manifest.error().message.contains(QLatin1String("CANARY")));
    }

    void A16_stopsAtTheCap_data()
    {
        QTest::addColumn<QString>("verb");
        QTest::addColumn<qint64>("cap");
        QTest::addColumn<QString>("framing");
        for (const char* framing : {"length", "chunked", "until the end"}) {
            QTest::addRow("A16 manifest, %s", framing) << "manifest" << limits::manifestRead << framing;
            QTest::addRow("A16 tag list, %s", framing) << "tags" << limits::tagPageBody << framing;
            QTest::addRow("A16 catalog, %s", framing) << "catalog" << limits::tagPageBody << framing;
            QTest::addRow("A16 small blob, %s", framing) << "blob" << qint64(3) << framing;
        }
    }
    void A16_stopsAtTheCap()
    {
        QFETCH(QString, verb);
        QFETCH(qint64, cap);
        QFETCH(QString, framing);
        const QByteArray body(cap + 1, ' ');
        const Answer answer = framing == QLatin1String("length")    ? Answer::whole(reply(200, body, {type}))
                              : framing == QLatin1String("chunked") ? Answer::whole(chunked(body, {type}))
                                                                    : Answer::thenClose(headOnly(200, {type}) + body);
        ScriptedServer server(always(answer));
        auto registry = at(server);
        const Descriptor blob{QStringLiteral("x"), Digest::ofBytes("abc"), 3, {}};
        const auto failure = [&]() -> std::optional<Error> {
            if (verb == QLatin1String("manifest")) {
                const auto got = registry.manifest(name, QStringLiteral("1"));
                return got ? std::nullopt : std::optional(got.error());
            }
            if (verb == QLatin1String("blob")) {
                const auto got = registry.readBlob(name, blob, limits::MiB);
                return got ? std::nullopt : std::optional(got.error());
            }
            if (verb == QLatin1String("catalog")) {
                const auto got = registry.repositories({});
                return got ? std::nullopt : std::optional(got.error());
            }
            const auto got = registry.tags(name);
            return got ? std::nullopt : std::optional(got.error());
        }();
        QVERIFY(failure);
        QVERIFY(failure->kind == ErrorKind::Protocol || failure->kind == ErrorKind::Integrity);
        QCOMPARE(server.requests().size(), 1); // it would be no smaller next time
    }

    void A16_readsTheBeginningOfAnErrorOnly()
    {
        const QByteArray body =
            q("{'errors':[{'code':'DENIED','message':'") + QByteArray(4 * limits::MiB, 'x') + q("'}]}");
        for (const Answer& answer : {Answer::whole(reply(403, body)), Answer::whole(chunked(body, {}, 403))}) {
            ScriptedServer server(always(answer));
            const auto there = at(server).hasBlob(name, {QStringLiteral("x"), Digest::ofBytes("abc"), 3, {}});
            QVERIFY(!there && there.error().kind == ErrorKind::Auth);
            const auto manifest = at(server).manifest(name, QStringLiteral("1"));
            QVERIFY(!manifest && manifest.error().message.size() < 2 * limits::errorTextShown);
        }
    }

    void A16_aTokenServerIsLimitedAsWell()
    {
        ScriptedServer server;
        server.setHandler([&server](const ReceivedRequest& request) {
            if (request.path.startsWith("/token"))
                return Answer::whole(
                    reply(200, q("{'token':'t','x':'") + QByteArray(limits::tokenBody, 'x') + q("'}")));
            return Answer::whole(
                reply(401, {},
                      {"WWW-Authenticate: Bearer realm=\"" + server.address().toLatin1() + "/token\",service=\"x\""}));
        });
        const auto manifest = at(server).manifest(name, QStringLiteral("1"));
        QVERIFY(!manifest);
        QVERIFY2(manifest.error().message.contains(QLatin1String("allowed")), qPrintable(manifest.error().message));
        QCOMPARE(server.requests().size(), 2);
    }

    void A17_refusesSizes_data()
    {
        QTest::addColumn<QByteArray>("size");
        QTest::addColumn<bool>("isRight");
        for (const char* size : {"0", "3", "1099511627776"})
            QTest::addRow("A17 %s", size) << QByteArray(size) << true;
        for (const char* size : {"-1", "1099511627777", "4611686018427387904", "9223372036854775807",
                                 "9223372036854775808", "18446744073709551616", "3.0", "3.5", "3e2", "1e300", "-0.0",
                                 "'3'", "null", "true", "[3]", "{}", "03", "0x3"})
            QTest::addRow("A17 %s", size) << q(size) << false;
    }
    void A17_refusesSizes()
    {
        QFETCH(QByteArray, size);
        QTEST(Manifest::parse(manifestWith(someDigest, size)).has_value(), "isRight");
    }

    void A17_allocatesNothingByADeclaredSize()
    {
        // The largest that may be promised, and three bytes of it.
        ScriptedServer server(always(Answer::whole(reply(200, "abc"))));
        const Descriptor blob{QStringLiteral("x"), Digest::ofBytes("abc"), limits::largestFile, {}};
        MemorySink sink;
        const auto fetched = at(server).fetchBlob(name, blob, sink, {});
        QVERIFY(!fetched && fetched.error().kind == ErrorKind::Integrity);
        QCOMPARE(sink.bytes.capacity(), 0);
        QVERIFY(!at(server).readBlob(name, blob, limits::metadataFile));
        QCOMPARE(server.requests().size(), 1); // what is announced as too large is not asked for
    }

    void A18_listsComeToAnEnd_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("mostRequests");
        QTest::addColumn<bool>("isList");
        QTest::newRow("A18 a Link to itself") << "itself" << 1 << true;
        QTest::newRow("A18 two that lead to each other") << "circle" << 2 << true;
        QTest::newRow("A18 last never advances") << "stuck" << 2 << true;
        QTest::newRow("A18 more than anybody has") << "endless" << 12 << false;
        QTest::newRow("A18 to another server") << "away" << 1 << false;
        QTest::newRow("A18 to another scheme") << "file" << 1 << false;
    }
    void A18_listsComeToAnEnd()
    {
        QFETCH(QString, kind);
        QFETCH(int, mostRequests);
        QFETCH(bool, isList);
        ScriptedServer elsewhere(always(Answer::whole(reply(200, q("{'tags':['stolen']}")))));
        ScriptedServer server;
        int page = 0;
        server.setHandler([&](const ReceivedRequest& request) {
            ++page;
            QByteArray tags = "\"a" + QByteArray::number(page) + '"';
            QByteArray link;
            if (kind == QLatin1String("itself"))
                link = request.path;
            else if (kind == QLatin1String("circle"))
                link = request.path.contains("n=1000") ? QByteArray("?n=2") : QByteArray("?n=1000");
            else if (kind == QLatin1String("away"))
                link = elsewhere.address().toLatin1() + "/v2/org/name/tags/list";
            else if (kind == QLatin1String("file"))
                link = "file:///etc/passwd";
            else if (kind == QLatin1String("endless"))
                link = "?page=" + QByteArray::number(page);
            const int more = kind == QLatin1String("stuck") ? 999 : kind == QLatin1String("endless") ? 99'999 : 0;
            if (kind == QLatin1String("stuck"))
                tags = "\"a1\"";
            for (int i = 0; i < more; ++i)
                tags += ",\"t" + QByteArray::number(page * 100'000 + i) + '"';
            return Answer::whole(
                reply(200, "{\"tags\":[" + tags + "]}",
                      link.isEmpty() ? QByteArrayList() : QByteArrayList{"Link: <" + link + ">; rel=next"}));
        });
        const auto tags = at(server).tags(name);
        QCOMPARE(tags.has_value(), isList);
        QVERIFY(tags || tags.error().kind == ErrorKind::Protocol);
        QVERIFY(server.requests().size() <= mostRequests);
        QCOMPARE(elsewhere.requests().size(), 0);
    }

    void A18_listsOnlyNamesThatMayBe()
    {
        ScriptedServer server(always(Answer::whole(reply(
            200, q("{'tags':['1.0-0','../x','a b','\\u001b[2J','','-x',null,5,'") + QByteArray(129, 'x') + q("']}")))));
        QCOMPARE(at(server).tags(name).value_or(QStringList()), QStringList{QStringLiteral("1.0-0")});
    }

    void A19_followsNoIndexAndNoSubject_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isManifest");
        const QByteArray index = q("'manifests':[{'mediaType':'application/vnd.oci.image.index.v1+json','digest':'") +
                                 someDigest + q("','size':3}]");
        QTest::newRow("A19 an index of indexes") << q("{'schemaVersion':2,") + index + '}' << false;
        QByteArray nested = "{}";
        for (int depth = 0; depth < 20; ++depth)
            nested = q("{'schemaVersion':2,'manifests':[") + nested + "]}";
        QTest::newRow("A19 nested in itself") << nested << false;
        QTest::newRow("A19 nested beyond the depth that is read")
            << manifestWith(someDigest).chopped(1) + q(",'x':") + QByteArray("[").repeated(limits::jsonDepth) +
                   QByteArray("]").repeated(limits::jsonDepth) + '}'
            << false;
        QTest::newRow("A19 with a subject")
            << manifestWith(someDigest).chopped(1) + q(",'subject':{'mediaType':'x','digest':'") + someDigest +
                   q("','size':3}}")
            << true;
    }
    void A19_followsNoIndexAndNoSubject()
    {
        QFETCH(QByteArray, body);
        QFETCH(bool, isManifest);
        ScriptedServer server(always(Answer::whole(reply(200, body))));
        const auto stored = at(server).manifest(name, QStringLiteral("1"));
        QVERIFY(stored && *stored && (*stored)->bytes == body);
        QCOMPARE(Manifest::parse((*stored)->bytes).has_value(), isManifest);
        QCOMPARE(server.requests().size(), 1); // there is nothing to go round in
    }
};

QTEST_GUILESS_MAIN(TestHostileContent)
#include "tst_hostilecontent.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/oci/verifyingsink.h"
#include "tests/support/ocitest.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

namespace {

const QByteArray manifestBytes =
    "{ \"schemaVersion\":2,\n\t\"config\":{\"mediaType\":\"application/x.odd\",\"digest\":\"sha256:" +
    QByteArray(64, 'a') +
    "\",\"size\":2},\"layers\":[], \"artifactType\":\"application/y.odd\",\"unknown\":{\"a\":[1,2]} }\n";
const QByteArray manifestType = "Content-Type: application/vnd.oci.image.manifest.v1+json";

QByteArray digestField(const QByteArray& digest)
{
    return "Docker-Content-Digest: " + digest;
}

QByteArray errorBody(const QByteArray& code)
{
    return "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"said so\",\"detail\":[1,{\"x\":null}]}]}";
}

} // namespace

/// What is asked of a registry and what is made of its answers.
class TestRemoteRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S01_sendsNothingForNamesThatThereAreNot_data()
    {
        QTest::addColumn<QString>("repository");
        QTest::addColumn<bool>("isAllowed");
        QTest::newRow("plain") << "a/b" << true;
        QTest::newRow("dot dot") << "../a" << false;
        QTest::newRow("upper case") << "A" << false;
        QTest::newRow("query") << "a?b" << false;
        QTest::newRow("empty") << "" << false;
        QTest::newRow("encoded slash") << "a%2fb" << false;
        // The host, its port and a slash count: 127.0.0.1:PORT/.
        QTest::newRow("long") << QString(230, QLatin1Char('a')) << true;
        QTest::newRow("too long with the host") << QString(250, QLatin1Char('a')) << false;
    }
    void S01_sendsNothingForNamesThatThereAreNot()
    {
        QFETCH(QString, repository);
        QFETCH(bool, isAllowed);
        ScriptedServer server(test::always(Answer::whole(reply(404, "{}"))));
        const Connection registry(server.address());
        MemorySink sink;
        const std::vector<std::optional<Error>> errors{
            [](const auto& r) { return r ? std::nullopt : std::optional(r.error()); }(registry->tags(repository)),
            [](const auto& r) {
                return r ? std::nullopt : std::optional(r.error());
            }(registry->manifest(repository, QStringLiteral("1"))),
            [](const auto& r) {
                return r ? std::nullopt : std::optional(r.error());
            }(registry->hasBlob(repository, describe("x"))),
            [](const auto& r) {
                return r ? std::nullopt : std::optional(r.error());
            }(registry->removeManifest(repository, QStringLiteral("1"))),
            [](const auto& r) {
                return r ? std::nullopt : std::optional(r.error());
            }(registry->removeBlob(repository, Digest::ofBytes("x")))};
        for (const auto& error : errors)
            QCOMPARE(error && error->kind == ErrorKind::Config, !isAllowed);
        QCOMPARE(server.requests().size(), isAllowed ? 5 : 0);
    }

    void S03_sendsNothingForDigestsThatAreNone_data()
    {
        QTest::addColumn<QString>("reference");
        for (const char* reference :
             {"sha256:abc", "sha256:../x", "md5:d41d8cd98f00b204e9800998ecf8427e", "a/b", "a b", ""})
            QTest::newRow(reference) << QString::fromLatin1(reference);
        QTest::newRow("upper case") << QStringLiteral("sha256:") + QString(64, QLatin1Char('A'));
        QTest::newRow("short sha512") << QStringLiteral("sha512:") + QString(64, QLatin1Char('a'));
    }
    void S03_sendsNothingForDigestsThatAreNone()
    {
        QFETCH(QString, reference);
        ScriptedServer server;
        const Connection registry(server.address());
        const auto read = registry->manifest(QStringLiteral("a"), reference);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Config);
        QCOMPARE(registry->removeManifest(QStringLiteral("a"), reference).error().kind, ErrorKind::Config);
        QCOMPARE(server.requests().size(), 0);
    }

    void S04_knowsARegistryByItsFirstAnswer_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind"); // -1: it is one
        QTest::newRow("open") << 200 << QByteArray("{}") << -1;
        QTest::newRow("of a captive portal") << 200 << QByteArray("<html>please sign in</html>") << -1;
        QTest::newRow("asks to sign in") << 401 << QByteArray() << -1;
        QTest::newRow("no registry") << 404 << QByteArray("<html>") << static_cast<int>(ErrorKind::NotFound);
        QTest::newRow("forbidden") << 403 << QByteArray() << static_cast<int>(ErrorKind::Auth);
    }
    void S04_knowsARegistryByItsFirstAnswer()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        ScriptedServer server(test::always(Answer::whole(reply(status, body))));
        const Connection registry(server.address());
        const auto support = registry->probe();
        QCOMPARE(support ? -1 : static_cast<int>(support.error().kind), kind);
        QCOMPARE(lines(server.requests()), QByteArrayList{"GET /v2/"});
        if (support)
            QCOMPARE(support->challenged, status == 401);
        if (status == 404)
            QVERIFY(support.error().message.contains(QStringLiteral("not an OCI registry")));
        // What such a page says later is no manifest and no list either.
        if (body.startsWith('<')) {
            const auto manifest = registry->manifest(QStringLiteral("a"), QStringLiteral("1"));
            QVERIFY(!manifest || !*manifest || !Manifest::parse((*manifest)->bytes, (*manifest)->mediaType));
            QVERIFY(status == 404 || !registry->tags(QStringLiteral("a")));
        }
    }

    // Where nobody has to sign in a password can't be found right, and is not shown either.
    void S04_checksNoPasswordWhereNobodyAsksForOne()
    {
        const ScriptedServer server(test::always(Answer::whole(reply(200, "{}"))));
        const auto checked =
            checkCredentials(*parseEndpoint(server.address()), {QStringLiteral("me"), QStringLiteral("pw-CANARY")}, {});
        QVERIFY(!checked);
        QCOMPARE(checked.error().kind, ErrorKind::Config);
        QVERIFY2(checked.error().message.contains(QStringLiteral("asks nobody to sign in")),
                 qPrintable(checked.error().message));
        QCOMPARE(lines(server.requests()), QByteArrayList{"GET /v2/"});
        QVERIFY(!saw(server.requests(), "CANARY"));
    }

    void S10_asksForEveryKindOfManifest()
    {
        ScriptedServer server(test::always(Answer::whole(reply(200, manifestBytes, {manifestType}))));
        const Connection registry(server.address());
        QVERIFY(registry->manifest(QStringLiteral("a"), QStringLiteral("1")));
        const QByteArray accepted = server.requests().constFirst().header("Accept");
        for (const char* type :
             {"vnd.oci.image.manifest.v1+json", "vnd.oci.image.index.v1+json",
              "vnd.docker.distribution.manifest.v2+json", "vnd.docker.distribution.manifest.list.v2+json"})
            QVERIFY2(accepted.contains(type), type);
    }

    void S12_S13_believesTheBytes_data()
    {
        QTest::addColumn<bool>("byDigest");
        QTest::addColumn<QByteArray>("served"); // W the right bytes, otherwise these
        QTest::addColumn<QByteArray>("header"); // D the right digest, B that of what was served
        QTest::addColumn<bool>("isRight");
        const QByteArray other = "sha256:" + QByteArray(64, 'b');
        QTest::newRow("S12 digest, right") << true << QByteArray("W") << QByteArray("D") << true;
        QTest::newRow("S12 digest, no header") << true << QByteArray("W") << QByteArray() << true;
        QTest::newRow("S12 digest, wrong header: the bytes count") << true << QByteArray("W") << other << true;
        QTest::newRow("A13 other bytes, the header as asked for")
            << true << QByteArray("{}") << QByteArray("D") << false;
        QTest::newRow("A13 other bytes, the header as they are")
            << true << QByteArray("{}") << QByteArray("B") << false;
        QTest::newRow("S13 tag, right") << false << QByteArray("W") << QByteArray("D") << true;
        QTest::newRow("S13 tag, no header") << false << QByteArray("W") << QByteArray() << true;
        QTest::newRow("S13 tag, wrong header") << false << QByteArray("W") << other << false;
        QTest::newRow("S13 tag, another algorithm")
            << false << QByteArray("W") << "sha512:" + QByteArray(128, 'b') << true;
        QTest::newRow("S13 tag, no digest at all") << false << QByteArray("W") << QByteArray("garbage") << true;
    }
    void S12_S13_believesTheBytes()
    {
        QFETCH(bool, byDigest);
        QFETCH(QByteArray, served);
        QFETCH(QByteArray, header);
        QFETCH(bool, isRight);
        const Digest right = Digest::ofBytes(manifestBytes);
        const QByteArray body = served == "W" ? manifestBytes : served;
        if (header == "D" || header == "B")
            header = header == "D" ? right.toByteArray() : Digest::ofBytes(body).toByteArray();
        ScriptedServer server(test::always(Answer::whole(reply(
            200, body,
            header.isEmpty() ? QByteArrayList{manifestType} : QByteArrayList{manifestType, digestField(header)}))));
        const Connection registry(server.address());
        const auto read = registry->manifest(QStringLiteral("a"), byDigest ? right.toString() : QStringLiteral("1"));
        QCOMPARE(read.has_value(), isRight);
        QCOMPARE(server.requests().size(), 1);
        if (!read) {
            QCOMPARE(read.error().kind, ErrorKind::Integrity);
            return;
        }
        QCOMPARE((*read)->digest, Digest::ofBytes(body));
    }

    void S11_S17_S18_keepsOddManifestsAsTheyAre()
    {
        ScriptedServer server([](const ReceivedRequest& request) {
            return Answer::whole(
                request.method == "PUT" ? reply(201) : reply(200, manifestBytes, {manifestType + "; charset=utf-8"}));
        });
        const Connection registry(server.address());
        const auto read = registry->manifest(QStringLiteral("a"), QStringLiteral("1"));
        QVERIFY(read && *read);
        QCOMPARE((*read)->mediaType, QByteArray(manifestMediaType));  // S11: without parameters
        QVERIFY(Manifest::parse((*read)->bytes, (*read)->mediaType)); // S17: unknown types are no error
        const auto put =
            registry->putManifest(QStringLiteral("b"), QStringLiteral("1"), (*read)->bytes, (*read)->mediaType);
        QVERIFY(put);
        QCOMPARE(*put, (*read)->digest);
        QCOMPARE(server.requests().constLast().body, manifestBytes); // S18: byte for byte
        QCOMPARE(server.requests().constLast().header("Content-Type"), QByteArray(manifestMediaType));
    }

    void S14_aBlobIsWhatItsDescriptorSays_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("isRight");
        QTest::addColumn<qint64>("written"); // most that may reach the sink
        QTest::newRow("right") << reply(200, "content") << true << qint64(7);
        QTest::newRow("chunked") << chunked("content") << true << qint64(7);
        QTest::newRow("other bytes of that size") << reply(200, "c0ntent") << false << qint64(7);
        QTest::newRow("another length is announced") << reply(200, "contents") << false << qint64(0);
        QTest::newRow("more comes unannounced") << chunked("contents") << false << qint64(7);
    }
    void S14_aBlobIsWhatItsDescriptorSays()
    {
        QFETCH(QByteArray, answer);
        QFETCH(bool, isRight);
        QFETCH(qint64, written);
        ScriptedServer server(test::always(Answer::whole(answer)));
        const Connection registry(server.address());
        MemorySink sink;
        const auto fetched = registry->fetchBlob(QStringLiteral("a"), describe("content"), sink, {});
        QCOMPARE(fetched.has_value(), isRight);
        if (!fetched)
            QCOMPARE(fetched.error().kind, ErrorKind::Integrity);
        QVERIFY(sink.written() <= written);
    }

    void S15_S20_whatIsAbsentAndWhatIsAnError_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("outcome"); // 1 there, 0 absent, -1 an error
        for (const auto& [status, outcome] :
             {std::pair{200, 1}, {404, 0}, {400, -1}, {403, -1}, {405, -1}, {410, -1}, {204, -1}, {301, -1}, {501, -1}})
            QTest::addRow("F10 %d", status) << status << outcome;
    }
    void S15_S20_whatIsAbsentAndWhatIsAnError()
    {
        QFETCH(int, status);
        QFETCH(int, outcome);
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (status == 204 || request.method == "HEAD")
                return Answer::whole(
                    headOnly(status, status == 204 ? QByteArrayList() : QByteArrayList{"Content-Length: 1"}));
            return Answer::whole(
                reply(status, status == 200 ? manifestBytes : errorBody("MANIFEST_UNKNOWN"), {manifestType}));
        });
        const Connection registry(server.address());
        const auto there = registry->hasBlob(QStringLiteral("a"), describe("x"));
        QCOMPARE(there ? static_cast<int>(*there) : -1, outcome);
        const auto manifest = registry->manifest(QStringLiteral("a"), QStringLiteral("1"));
        QCOMPARE(manifest ? static_cast<int>(manifest->has_value()) : -1, outcome);
        QCOMPARE(server.requests().size(), 2); // S20: final, nothing is tried again
        if (!manifest && status >= 400) {
            QCOMPARE(manifest.error().httpStatus, status);
            QVERIFY(manifest.error().message.contains(QStringLiteral("MANIFEST_UNKNOWN: said so")));
        }
    }

    void S20_tellsTheRegistrysCode_data()
    {
        QTest::addColumn<QByteArray>("code");
        for (const char* code : {"BLOB_UNKNOWN", "NAME_UNKNOWN", "SOMETHING_NEW"})
            QTest::newRow(code) << QByteArray(code);
    }
    void S20_tellsTheRegistrysCode()
    {
        QFETCH(QByteArray, code);
        ScriptedServer server(test::always(Answer::whole(reply(404, errorBody(code)))));
        const Connection registry(server.address());
        MemorySink sink;
        const auto fetched = registry->fetchBlob(QStringLiteral("a"), describe("x"), sink, {});
        QVERIFY(!fetched);
        QCOMPARE(fetched.error().kind, ErrorKind::NotFound);
        QVERIFY(fetched.error().message.contains(QString::fromLatin1(code)));
        QCOMPARE(server.requests().size(), 1);
    }

    void S19_neverFollowsTheUrlsOfAManifest()
    {
        ScriptedServer foreign(test::always(Answer::whole(reply(200, "x"))));
        const QByteArray digest = Digest::ofBytes("x").toByteArray();
        const QByteArray json = "{\"schemaVersion\":2,\"config\":{\"mediaType\":\"c\",\"digest\":\"" + digest +
                                "\",\"size\":1},\"layers\":[{\"mediaType\":\"l\",\"digest\":\"" + digest +
                                "\",\"size\":1,\"data\":\"b3RoZXI=\",\"urls\":[\"" + foreign.address().toLatin1() +
                                "/x\"]}]}";
        ScriptedServer server(test::always(Answer::whole(reply(404))));
        const Connection registry(server.address());
        const auto manifest = Manifest::parse(json);
        QVERIFY(manifest);
        QVERIFY(!registry->readBlob(QStringLiteral("a"), manifest->layers.front(), 10)); // nor its `data`
        QCOMPARE(foreign.requests().size(), 0);
    }

    void S30_aManifestIsStoredOrNot_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("digest"); // D the right one
        QTest::addColumn<int>("kind");          // -1: success
        QTest::newRow("stored") << 201 << QByteArray("D") << -1;
        QTest::newRow("no digest in the answer") << 201 << QByteArray() << -1;
        QTest::newRow("digest of another algorithm") << 201 << "sha512:" + QByteArray(128, 'a') << -1;
        QTest::newRow("another digest") << 201 << "sha256:" + QByteArray(64, 'a')
                                        << static_cast<int>(ErrorKind::Integrity);
        for (const int status : {200, 202, 204, 206, 400, 405, 413, 415})
            QTest::addRow("F10 %d", status) << status << QByteArray() << static_cast<int>(ErrorKind::Protocol);
    }
    void S30_aManifestIsStoredOrNot()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, digest);
        QFETCH(int, kind);
        if (digest == "D")
            digest = Digest::ofBytes(manifestBytes).toByteArray();
        ScriptedServer server([&](const ReceivedRequest&) {
            const QByteArrayList fields = digest.isEmpty() ? QByteArrayList() : QByteArrayList{digestField(digest)};
            return Answer::whole(status == 204 ? headOnly(204) : reply(status, {}, fields));
        });
        const Connection registry(server.address());
        const auto put =
            registry->putManifest(QStringLiteral("a"), QStringLiteral("1"), manifestBytes, manifestMediaType);
        QCOMPARE(put ? -1 : static_cast<int>(put.error().kind), kind);
        QByteArrayList asked{"PUT /v2/a/manifests/1"};
        if (status == 200 || status == 202 || status == 204)
            asked.append("GET /v2/a/manifests/1"); // W13: what is there decides
        QCOMPARE(lines(server.requests()), asked);
        if (status == 413)
            QVERIFY(put.error().message.contains(shownBytes(manifestBytes.size())));
    }

    void W13_aManifestThatIsThereWasTaken_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("digest"); // D the right one
        QTest::addColumn<QByteArray>("there");  // what the tag names; empty: nothing
        QTest::addColumn<bool>("isTaken");
        QTest::addColumn<int>("gets");
        for (const int status : {200, 202, 204}) {
            QTest::addRow("%d with the digest", status) << status << QByteArray("D") << QByteArray() << true << 0;
            QTest::addRow("%d, and it is there", status)
                << status << QByteArray() << QByteArray(manifestBytes) << true << 1;
            QTest::addRow("%d, and another is there", status)
                << status << QByteArray() << QByteArray("{\"schemaVersion\":2}") << false << 1;
            QTest::addRow("%d, and nothing is there", status) << status << QByteArray() << QByteArray() << false << 1;
            QTest::addRow("%d with another digest", status)
                << status << "sha256:" + QByteArray(64, 'a') << QByteArray(manifestBytes) << false << 0;
            QTest::addRow("%d with a digest of another kind, and it is there", status)
                << status << "sha512:" + QByteArray(128, 'a') << QByteArray(manifestBytes) << true << 1;
        }
        QTest::newRow("206") << 206 << QByteArray("D") << QByteArray(manifestBytes) << false << 0;
    }
    void W13_aManifestThatIsThereWasTaken()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, digest);
        QFETCH(QByteArray, there);
        QFETCH(bool, isTaken);
        QFETCH(int, gets);
        if (digest == "D")
            digest = Digest::ofBytes(manifestBytes).toByteArray();
        ScriptedServer server([&](const ReceivedRequest& request) {
            const QByteArrayList fields = digest.isEmpty() ? QByteArrayList() : QByteArrayList{digestField(digest)};
            if (request.method == "PUT")
                return Answer::whole(status == 204 ? headOnly(204, fields) : reply(status, {}, fields));
            return Answer::whole(
                there.isEmpty() ? reply(404) : reply(200, there, {QByteArray("Content-Type: ") + manifestMediaType}));
        });
        const Connection registry(server.address());
        const auto put =
            registry->putManifest(QStringLiteral("a"), QStringLiteral("1"), manifestBytes, manifestMediaType);
        QCOMPARE(put.has_value(), isTaken);
        if (put)
            QCOMPARE(put->toByteArray(), Digest::ofBytes(manifestBytes).toByteArray());
        QCOMPARE(countOf(server.requests(), "GET /v2/a/manifests/1"), gets);
    }

    void W08_readsHowLongABlobMayBeKept_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<int>("seconds"); // -1: nothing is said
        QTest::newRow("as docker-registry") << QByteArray("max-age=31536000") << 31536000;
        QTest::newRow("none") << QByteArray() << -1;
        QTest::newRow("among others") << QByteArray("public, Max-Age=60 , immutable") << 60;
        QTest::newRow("forbidden") << QByteArray("max-age=60, no-cache") << -1;
        QTest::newRow("not stored") << QByteArray("no-store, max-age=60") << -1;
        QTest::newRow("of shared caches") << QByteArray("s-maxage=60") << -1;
        QTest::newRow("not a number") << QByteArray("max-age=soon") << -1;
        QTest::newRow("negative") << QByteArray("max-age=-1") << -1;
        QTest::newRow("absurd") << QByteArray("max-age=99999999999999999999") << -1;
    }
    void W08_readsHowLongABlobMayBeKept()
    {
        QFETCH(QByteArray, field);
        ScriptedServer server(test::always(Answer::whole(
            reply(200, "{}", field.isEmpty() ? QByteArrayList() : QByteArrayList{"Cache-Control: " + field}))));
        const Connection registry(server.address());
        const auto kept = registry->blobLifetime(QStringLiteral("a"), emptyDescriptor());
        QVERIFY(kept);
        QTEST(*kept ? static_cast<int>((*kept)->count()) : -1, "seconds");
        QCOMPARE(server.requests().size(), 1);
    }

    void S30_sendsManifestsOfUpTo4MiB()
    {
        ScriptedServer server(test::always(Answer::whole(reply(201))));
        const Connection registry(server.address());
        const QByteArray largest(limits::manifestPush, ' ');
        QVERIFY(registry->putManifest(QStringLiteral("a"), QStringLiteral("1"), largest, manifestMediaType));
        QVERIFY(!registry->putManifest(QStringLiteral("a"), QStringLiteral("1"), largest + ' ', manifestMediaType));
        QCOMPARE(server.requests().size(), 1);
    }

    void knowsTheWellKnown_data()
    {
        QTest::addColumn<QString>("registry");
        QTest::addColumn<QString>("name");
        for (const auto& [registry, name] : {std::pair{"ghcr.io/org", "GitHub"},
                                             {"docker.io", "Docker Hub"},
                                             {"1234.dkr.ecr.eu-west-1.amazonaws.com", "Amazon ECR"},
                                             {"mine.azurecr.io", "Azure Container Registry"},
                                             {"us-docker.pkg.dev", "Google Artifact Registry"},
                                             {"quay.io", "Quay"},
                                             {"registry.gitlab.com", "GitLab"},
                                             {"x.jfrog.io", "Artifactory"},
                                             {"ghcr.io.evil.org", ""},
                                             {"harbor.example", ""}})
            QTest::newRow(registry) << QString::fromLatin1(registry) << QString::fromLatin1(name);
    }
    void knowsTheWellKnown()
    {
        QFETCH(QString, registry);
        const auto profile = profileOf(parseEndpoint(registry)->origin);
        QTEST(QString::fromLatin1(profile.name), "name");
        QCOMPARE(profile.imageConfigOnly, registry.contains(QLatin1String("gitlab")));
        QCOMPARE(profile.chunk, registry == QLatin1String("ghcr.io/org") ? 4 * limits::MiB : limits::uploadChunk);
        QVERIFY(profile.tagsPerPage <= 1000); // ECR refuses more
    }
};

QTEST_GUILESS_MAIN(TestRemoteRegistry)
#include "tst_remoteregistry.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/oci/blobupload.h"
#include "tests/support/uploadregistry.h"

#include <QTemporaryFile>
#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

// S27, digest-algorithm: blobs are only ever pushed under their sha256, which needs no parameter. S31 and S32: nothing
// that is pushed has a subject, and an index gets its two tags one after the other on purpose (the moving one last).

namespace {

QByteArray content(qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = 7;
    for (char& byte : bytes)
        byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

Result<void> push(const Connection& registry, const QByteArray& bytes)
{
    return registry->pushBlob(QStringLiteral("a/b"), describe(bytes), http::Body::ofBytes(bytes), {});
}

} // namespace

/// The shapes of an upload, by what goes over the line.
class TestUploads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S22_S23_S24_S25_takesTheShapeThatTheRegistryTakes_data()
    {
        QTest::addColumn<bool>("singlePost");
        QTest::addColumn<bool>("chunked");
        QTest::addColumn<qint64>("size");
        QTest::addColumn<QByteArrayList>("first"); // methods of a first upload
        QTest::addColumn<QByteArrayList>("second");
        const QByteArrayList whole{"POST", "PUT"};
        QTest::newRow("S23 whole") << false << false << qint64(2'000'000) << whole << whole;
        QTest::newRow("S23 nothing in it") << false << false << qint64(0) << whole << whole;
        QTest::newRow("S24 one POST") << true << false << qint64(1000) << QByteArrayList{"POST"}
                                      << QByteArrayList{"POST"};
        QTest::newRow("S24 answered 202: goes on with PUT") << false << false << qint64(1000) << whole << whole;
        QTest::newRow("S24 not for large ones") << true << false << limits::singlePost + 1 << whole << whole;
        QTest::newRow("S26 pieces, nothing in it") << false << true << qint64(0) << whole << whole;
        QTest::newRow("S25 one piece") << false << true << qint64(1'000'000) << QByteArrayList{"POST", "PATCH", "PUT"}
                                       << QByteArrayList{"POST", "PATCH", "PUT"};
        QTest::newRow("S26 exactly two pieces")
            << false << true << qint64(2'097'152) << QByteArrayList{"POST", "PATCH", "PATCH", "PUT"}
            << QByteArrayList{"POST", "PATCH", "PATCH", "PUT"};
        QTest::newRow("S25 two pieces and a bit")
            << false << true << qint64(2'097'153) << QByteArrayList{"POST", "PATCH", "PATCH", "PATCH", "PUT"}
            << QByteArrayList{"POST", "PATCH", "PATCH", "PATCH", "PUT"};
    }
    void S22_S23_S24_S25_takesTheShapeThatTheRegistryTakes()
    {
        QFETCH(bool, singlePost);
        QFETCH(bool, chunked);
        QFETCH(qint64, size);
        QFETCH(QByteArrayList, first);
        QFETCH(QByteArrayList, second);
        UploadRegistry fake;
        fake.singlePost = singlePost;
        const Connection registry(fake.server.address());
        registry.memory->chunked = chunked;
        registry.memory->chunk = limits::MiB;
        const QByteArray bytes = content(size);
        qint64 seen = 0;
        const auto pushed = registry->pushBlob(QStringLiteral("a/b"), describe(bytes), http::Body::ofBytes(bytes),
                                               [&](qint64 sent) { seen = sent; });
        QVERIFY2(pushed, pushed ? "" : qPrintable(pushed.error().message));
        QCOMPARE(fake.methods(), first);
        QVERIFY(push(registry, bytes));
        QCOMPARE(fake.methods(), first + second);
        QVERIFY(fake.stored == QByteArrayList({bytes, bytes}));
        if (size > 0 && first.size() > 1)
            QCOMPARE(seen, size);
        const ReceivedRequest begun = fake.server.requests().constFirst();
        QCOMPARE(begun.path.split('?').constFirst(), QByteArray("/v2/a/b/blobs/uploads/"));
        if (begun.body.isEmpty())
            QCOMPARE(begun.header("Content-Length"), QByteArray("0"));
        const ReceivedRequest last = fake.server.requests().constLast();
        QCOMPARE(last.header("Content-Type"), QByteArray("application/octet-stream"));
        QVERIFY(last.path.endsWith("digest=" + describe(bytes).digest.toByteArray()));
    }

    void S25_sendsAFileInPieces()
    {
        UploadRegistry fake;
        const Connection registry(fake.server.address());
        registry.memory->chunked = true;
        registry.memory->chunk = 300'000;
        const QByteArray bytes = content(1'000'000);
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write(bytes);
        file.flush();
        QVERIFY(registry->pushBlob(QStringLiteral("a"), describe(bytes),
                                   http::Body::ofFile(file.fileName(), bytes.size()), {}));
        QVERIFY(fake.stored == QByteArrayList{bytes});
        QCOMPARE(fake.patches, 4);
    }

    void S22_followsTheLocation_data()
    {
        QTest::addColumn<QByteArray>("location"); // @ is the registry, # another server
        QTest::addColumn<QByteArray>("path");     // of the PUT; empty: refused
        QTest::addColumn<bool>("isElsewhere");
        QTest::newRow("relative") << QByteArray("/u/1") << QByteArray("/u/1?digest=D") << false;
        QTest::newRow("relative to the place")
            << QByteArray("1") << QByteArray("/v2/a/blobs/uploads/1?digest=D") << false;
        QTest::newRow("absolute") << QByteArray("http://@/u/1") << QByteArray("/u/1?digest=D") << false;
        QTest::newRow("scheme-relative") << QByteArray("//@/u/1") << QByteArray("/u/1?digest=D") << false;
        QTest::newRow("its query is kept")
            << QByteArray("/u/1?a=b%2Fc%20d&e=+") << QByteArray("/u/1?a=b%2Fc%20d&e=+&digest=D") << false;
        QTest::newRow("what should have been encoded, absolute")
            << QByteArray("http://@/u {1}|x?a=b|c%zz&d=\"e\"")
            << QByteArray("/u%20%7B1%7D%7Cx?a=b%7Cc%25zz&d=%22e%22&digest=D") << false;
        QTest::newRow("what should have been encoded, relative")
            << QByteArray("/u {1}|x?a=b|c%zz") << QByteArray("/u%20%7B1%7D%7Cx?a=b%7Cc%25zz&digest=D") << false;
        QTest::newRow("A04 another host, without credentials")
            << QByteArray("http://#/u/1") << QByteArray("/u/1?digest=D") << true;
        QTest::newRow("missing") << QByteArray() << QByteArray() << false;
        QTest::newRow("no URL") << QByteArray("http://[") << QByteArray() << false;
        QTest::newRow("another protocol") << QByteArray("ftp://@/u/1") << QByteArray() << false;
        QTest::newRow("a file") << QByteArray("file:///etc/passwd") << QByteArray() << false;
        QTest::newRow("with a password in it") << QByteArray("http://u:p@@/u/1") << QByteArray() << false;
        QTest::newRow("with a space in its host") << QByteArray("http://r example/u/1") << QByteArray() << false;
    }
    void S22_followsTheLocation()
    {
        QFETCH(QByteArray, location);
        QFETCH(QByteArray, path);
        QFETCH(bool, isElsewhere);
        ScriptedServer elsewhere(test::always(Answer::whole(reply(201))));
        ScriptedServer server;
        if (!location.contains("u:p"))
            location.replace('@', server.address().mid(7).toLatin1());
        else
            location.replace("@@", '@' + server.address().mid(7).toLatin1());
        location.replace('#', elsewhere.address().mid(7).toLatin1());
        server.setHandler([&](const ReceivedRequest& request) {
            if (request.header("Authorization").isNull())
                return Answer::whole(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""}));
            if (request.method == "POST")
                return Answer::whole(
                    reply(202, {}, location.isEmpty() ? QByteArrayList() : QByteArrayList{"Location: " + location}));
            return Answer::whole(reply(201));
        });
        const Connection registry(server.address(),
                                  test::always(Credentials{QStringLiteral("me"), QStringLiteral("pw-CANARY")}));
        registry.memory->singlePost = false;
        const auto pushed = registry->pushBlob(QStringLiteral("a"), describe("x"), http::Body::ofBytes("x"), {});
        QCOMPARE(pushed.has_value(), !path.isEmpty());
        if (!pushed) {
            QCOMPARE(pushed.error().kind, ErrorKind::Protocol);
            QCOMPARE(server.requests().size(), 2);
            return;
        }
        const auto last = (isElsewhere ? elsewhere : server).requests().constLast();
        QCOMPARE(last.path, path.replace("digest=D", "digest=" + describe("x").digest.toByteArray()));
        QVERIFY(!saw(elsewhere.requests(), "CANARY"));
    }

    void S22_neverFromHttpsToHttp()
    {
        HostMemory memory{QUrl(QStringLiteral("https://r.example"))};
        const UploadRoute route{
            QUrl(QStringLiteral("https://r.example")), {}, QStringLiteral("r.example"), memory, {}, {}};
        http::Request request;
        http::Response response;
        response.status = 202;
        response.url = QUrl(QStringLiteral("https://r.example/v2/a/blobs/uploads/"));
        for (const auto& [location, isAllowed] :
             {std::pair{"http://r.example/u", false}, {"https://s3.example/u", true}}) {
            response.headers.set("Location", location);
            QCOMPARE(uploadLocation(route, request, response).has_value(), isAllowed);
        }
    }

    void S23_onlyAConfirmationIsSuccess_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("isSuccess");
        for (const auto& [status, isSuccess] : {std::pair{201, true},
                                                {204, true},
                                                {200, false}, // neither is proved, see W13
                                                {202, false},
                                                {206, false},
                                                {302, false},
                                                {400, false},
                                                {403, false}})
            QTest::addRow("F10 %d", status) << status << isSuccess;
    }
    void S23_onlyAConfirmationIsSuccess()
    {
        QFETCH(int, status);
        QFETCH(bool, isSuccess);
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.method == "POST")
                return Answer::whole(reply(202, {}, {"Location: /u"}));
            if (request.method == "HEAD")
                return Answer::whole(headOnly(404));
            return Answer::whole(status == 204 ? headOnly(204) : reply(status, {}, {"Location: /elsewhere"}));
        });
        const Connection registry(server.address());
        registry.memory->singlePost = false;
        QCOMPARE(push(registry, "x").has_value(), isSuccess);
        // Nothing is tried again, and a session that is not spent is given up (S27).
        QCOMPARE(countOf(server.requests(), "POST"), 1);
        QCOMPARE(countOf(server.requests(), "PUT"), 1);
        QCOMPARE(countOf(server.requests(), "DELETE"), isSuccess ? 0 : 1);
    }

    void W13_whatIsProvedCounts_data()
    {
        QTest::addColumn<int>("post");        // status of the POST
        QTest::addColumn<int>("put");         // of the PUT
        QTest::addColumn<QByteArray>("says"); // Docker-Content-Digest of the PUT: "ours", "another" or none
        QTest::addColumn<int>("head");
        QTest::addColumn<qint64>("length"); // of the HEAD
        QTest::addColumn<bool>("isSuccess");
        QTest::addColumn<int>("heads");
        const QByteArray none;
        QTest::newRow("200 with the digest") << 202 << 200 << QByteArray("ours") << 404 << qint64(1) << true << 0;
        QTest::newRow("202 with the digest") << 202 << 202 << QByteArray("ours") << 404 << qint64(1) << true << 0;
        QTest::newRow("200 with another digest")
            << 202 << 200 << QByteArray("another") << 200 << qint64(1) << false << 0;
        QTest::newRow("200, and it is there") << 202 << 200 << none << 200 << qint64(1) << true << 1;
        QTest::newRow("202, and it is there") << 202 << 202 << none << 200 << qint64(1) << true << 1;
        QTest::newRow("200, and it is not there") << 202 << 200 << none << 404 << qint64(1) << false << 1;
        QTest::newRow("200, and another size is there") << 202 << 200 << none << 200 << qint64(7) << false << 1;
        QTest::newRow("200, and nobody knows") << 202 << 200 << none << 403 << qint64(1) << false << 1;
        QTest::newRow("206 is nothing") << 202 << 206 << QByteArray("ours") << 200 << qint64(1) << false << 0;
        QTest::newRow("302 is nothing") << 202 << 302 << QByteArray("ours") << 200 << qint64(1) << false << 0;
        QTest::newRow("session 200") << 200 << 201 << none << 404 << qint64(1) << true << 0;
        QTest::newRow("session 201") << 201 << 201 << none << 404 << qint64(1) << true << 0;
        QTest::newRow("session 204 is nothing") << 204 << 201 << none << 404 << qint64(1) << false << 0;
    }
    void W13_whatIsProvedCounts()
    {
        QFETCH(int, post);
        QFETCH(int, put);
        QFETCH(QByteArray, says);
        QFETCH(int, head);
        QFETCH(qint64, length);
        QFETCH(bool, isSuccess);
        QFETCH(int, heads);
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.method == "POST")
                return Answer::whole(post == 204 ? headOnly(204) : reply(post, {}, {"Location: /u"}));
            if (request.method == "HEAD")
                return Answer::whole(headOnly(head, {"Content-Length: " + QByteArray::number(length)}));
            if (request.method == "DELETE")
                return Answer::whole(headOnly(204));
            const Digest said = Digest::ofBytes(says == "ours" ? "x" : "y");
            return Answer::whole(reply(
                put, {},
                says.isEmpty() ? QByteArrayList() : QByteArrayList{"Docker-Content-Digest: " + said.toByteArray()}));
        });
        const Connection registry(server.address());
        registry.memory->singlePost = false;
        QCOMPARE(push(registry, "x").has_value(), isSuccess);
        QCOMPARE(countOf(server.requests(), "HEAD /v2/a/b/blobs/" + Digest::ofBytes("x").toByteArray()), heads);
    }

    void W13_aPieceOrAPostMayBeAnswered200()
    {
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.method == "HEAD")
                return Answer::whole(
                    headOnly(200, {"Content-Length: " + QByteArray::number(request.path.contains("sha") ? 3 : 0)}));
            return Answer::whole(
                reply(200, {}, request.path.contains("digest") ? QByteArrayList() : QByteArrayList{"Location: /u"}));
        });
        const Connection registry(server.address());
        QVERIFY(push(registry, "xyz")); // with the POST
        QCOMPARE(countOf(server.requests(), "POST"), 1);
        QCOMPARE(countOf(server.requests(), "PUT"), 0);
        registry.memory->singlePost = false;
        registry.memory->chunked = true;
        QVERIFY(push(registry, "abc"));
        QCOMPARE(countOf(server.requests(), "PATCH"), 1);
    }

    void S24_aRefusedShortWayIsNotTriedAgain_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {400, 404, 405, 411, 413, 415})
            QTest::addRow("%d", status) << status;
    }
    void S24_aRefusedShortWayIsNotTriedAgain()
    {
        QFETCH(int, status);
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.method == "POST")
                return Answer::whole(request.path.contains("digest=") ? reply(status)
                                                                      : reply(202, {}, {"Location: /u"}));
            return Answer::whole(reply(201));
        });
        const Connection registry(server.address());
        QVERIFY(push(registry, "x"));
        QVERIFY(push(registry, "y"));
        QCOMPARE(countOf(server.requests(), "POST /v2/a/b/blobs/uploads/?digest="), 1);
        QCOMPARE(server.requests().size(), 5);
    }

    void S25_learnsPiecesWhereAWholeIsRefused_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {413, 405, 404})
            QTest::addRow("%d", status) << status;
    }
    void S25_learnsPiecesWhereAWholeIsRefused()
    {
        QFETCH(int, status);
        UploadRegistry fake;
        fake.wholePut = status;
        const Connection registry(fake.server.address());
        const QByteArray bytes = content(500'000);
        QVERIFY(push(registry, bytes));
        QVERIFY(push(registry, bytes));
        QVERIFY(fake.stored == QByteArrayList({bytes, bytes}));
        QByteArrayList expected{"POST", "PUT"};
        if (status != 404) // then there is nothing left to be given up
            expected.append("DELETE");
        QCOMPARE(fake.methods(), expected + QByteArrayList({"POST", "PATCH", "PUT", "POST", "PATCH", "PUT"}));
    }

    void S25_obeysTheLeastLength_data()
    {
        QTest::addColumn<qint64>("least");
        QTest::addColumn<int>("patches"); // 0: refused
        QTest::newRow("smaller than ours") << qint64(1000) << 3;
        QTest::newRow("larger than ours") << qint64(2'000'000) << 2;
        QTest::newRow("F15 absurd") << qint64(2) * limits::GiB << 0;
    }
    void S25_obeysTheLeastLength()
    {
        QFETCH(qint64, least);
        QFETCH(int, patches);
        UploadRegistry fake;
        fake.chunkLeast = least;
        const Connection registry(fake.server.address());
        registry.memory->chunked = true;
        registry.memory->chunk = 1'000'000;
        QCOMPARE(push(registry, content(3'000'000)).has_value(), patches > 0);
        QCOMPARE(fake.patches, patches);
        if (patches == 0)
            QCOMPARE(fake.methods(), QByteArrayList({"POST", "DELETE"}));
    }

    void S26_F06_U_goesOnFromWhereTheRegistryIs_data()
    {
        QTest::addColumn<int>("breakPatch");
        QTest::addColumn<qint64>("kept");
        QTest::addColumn<qint64>("chunkMost");
        QTest::addColumn<int>("refusal");
        QTest::addColumn<int>("closing416");
        QTest::addColumn<bool>("saysRange");
        QTest::newRow("nothing happens") << 0 << qint64(-1) << qint64(0) << 416 << 0 << true;
        QTest::newRow("no Range in the answers") << 0 << qint64(-1) << qint64(0) << 416 << 0 << false;
        QTest::newRow("F04 a piece broke, some of it is there")
            << 2 << qint64(123'456) << qint64(0) << 416 << 0 << true;
        QTest::newRow("F04 a piece broke, all of it is there") << 2 << qint64(-1) << qint64(0) << 416 << 0 << true;
        QTest::newRow("F04 a piece broke, none of it is there") << 2 << qint64(0) << qint64(0) << 416 << 0 << true;
        QTest::newRow("F04 the last piece broke") << 3 << qint64(50) << qint64(0) << 416 << 0 << true;
        QTest::newRow("416 of pieces that are too large") << 0 << qint64(-1) << qint64(600'000) << 416 << 0 << true;
        QTest::newRow("413 of pieces that are too large") << 0 << qint64(-1) << qint64(600'000) << 413 << 0 << true;
        QTest::newRow("416 of the closing PUT") << 0 << qint64(-1) << qint64(0) << 416 << 1 << true;
    }
    void S26_F06_U_goesOnFromWhereTheRegistryIs()
    {
        QFETCH(int, breakPatch);
        QFETCH(qint64, kept);
        QFETCH(qint64, chunkMost);
        QFETCH(int, refusal);
        QFETCH(int, closing416);
        QFETCH(bool, saysRange);
        UploadRegistry fake;
        fake.breakPatch = breakPatch;
        fake.keptOfBroken = kept;
        fake.chunkMost = chunkMost;
        fake.chunkRefusal = refusal;
        fake.closing416 = closing416;
        fake.saysRange = saysRange;
        const Connection registry(fake.server.address());
        registry.memory->chunked = true;
        registry.memory->chunk = 1'000'000;
        const QByteArray bytes = content(2'500'000);
        const auto pushed = push(registry, bytes);
        QVERIFY2(pushed, pushed ? "" : qPrintable(pushed.error().message));
        QVERIFY(fake.stored == QByteArrayList{bytes});
        QCOMPARE(fake.sessions, 1);
    }

    void S26_endsWhereItLeadsNowhere_data()
    {
        QTest::addColumn<qint64>("claims");
        QTest::addColumn<int>("closing416");
        QTest::newRow("F15 more than was sent") << qint64(50'000'000) << 0;
        QTest::newRow("never more than one byte") << qint64(0) << 0;
        QTest::newRow("416 for ever") << qint64(-1) << 1'000'000;
    }
    void S26_endsWhereItLeadsNowhere()
    {
        QFETCH(qint64, claims);
        QFETCH(int, closing416);
        UploadRegistry fake;
        fake.claims = claims;
        fake.closing416 = closing416;
        HostMemory memory{QUrl(fake.server.address())};
        memory.chunked = true;
        memory.chunk = limits::uploadChunkLeast;
        http::HttpClient client(std::make_shared<http::HostGate>(), {});
        const UploadRoute route{QUrl(fake.server.address()),
                                QUrl(fake.server.address() + QStringLiteral("/v2/a/blobs/uploads/")),
                                QStringLiteral("fake"),
                                memory,
                                [&](const http::Request& request) { return client.send(request); },
                                {}};
        const QByteArray bytes = content(600'000);
        const auto failed = uploadBlob(route, describe(bytes), http::Body::ofBytes(bytes), {});
        QVERIFY(failed);
        QVERIFY(!failed->session.isEmpty());
        QVERIFY2(fake.server.requests().size() <= 15, qPrintable(QString::number(fake.server.requests().size())));
    }

    // Some progress with each piece, and yet no end.
    void S26_endsWhereItNeverIsEnough_data()
    {
        QTest::addColumn<qint64>("keptOfPiece");
        QTest::addColumn<qint64>("keptOfAll");
        QTest::addColumn<int>("closing416");
        QTest::newRow("all is taken, and forgotten at the end") << qint64(-1) << qint64(3) << 1'000'000;
        QTest::newRow("all is taken, and wanted once more") << qint64(-1) << qint64(-1) << 1'000'000;
        QTest::newRow("two bytes of each piece") << qint64(2) << qint64(-1) << 0;
    }
    void S26_endsWhereItNeverIsEnough()
    {
        QFETCH(qint64, keptOfPiece);
        QFETCH(qint64, keptOfAll);
        QFETCH(int, closing416);
        UploadRegistry fake;
        fake.keptOfPiece = keptOfPiece;
        fake.keptOfAll = keptOfAll;
        fake.closing416 = closing416;
        const Connection registry(fake.server.address());
        registry.memory->chunked = true;
        registry.memory->chunk = limits::uploadChunkLeast;
        const QByteArray bytes = content(600'000);
        const auto pushed = push(registry, bytes);
        QVERIFY(!pushed);
        qint64 sent = 0;
        for (const auto& request : fake.server.requests())
            sent += request.body.size();
        QVERIFY2(sent <= 4 * bytes.size(), qPrintable(QString::number(sent)));
        QCOMPARE(countOf(fake.server.requests(), "DELETE"), 1);
    }

    void F15_U_believesNoRegistryThatClaimsMoreThanItWasSent_data()
    {
        QTest::addColumn<int>("breakPatch");
        QTest::newRow("in the answer to a piece") << 0;
        QTest::newRow("asked after a piece that broke") << 1;
    }
    void F15_U_believesNoRegistryThatClaimsMoreThanItWasSent()
    {
        QFETCH(int, breakPatch);
        UploadRegistry fake;
        fake.breakPatch = breakPatch;
        fake.claims = 50'000'000;
        const Connection registry(fake.server.address());
        registry.memory->chunked = true;
        registry.memory->chunk = limits::uploadChunkLeast;
        const auto pushed = push(registry, content(600'000));
        QVERIFY(!pushed);
        QCOMPARE(pushed.error().kind, ErrorKind::Protocol);
        QVERIFY2(pushed.error().message.contains(QStringLiteral("claims to have more")),
                 qPrintable(pushed.error().message));
        // What is missing is not declared to be all.
        QCOMPARE(fake.patches, 1);
        QCOMPARE(countOf(fake.server.requests(), "PUT"), 0);
        QCOMPARE(countOf(fake.server.requests(), "DELETE"), 1);
    }

    void F15_U_aClaimOfMoreThanTheWholeBlobStartsAgain()
    {
        UploadRegistry fake;
        fake.breakWholePut = 1;
        fake.keptOfBroken = 7'000'000;
        const QByteArray bytes = content(limits::resumeUploadFrom + 100);
        fake.claims = bytes.size() + 1;
        const Connection registry(fake.server.address());
        const auto pushed = push(registry, bytes);
        QVERIFY2(pushed, pushed ? "" : qPrintable(pushed.error().message));
        QVERIFY(fake.stored == QByteArrayList{bytes});
        QCOMPARE(fake.sessions, 2);
    }

    void F04_U_theRestOfALargeBlobIsSent_data()
    {
        QTest::addColumn<qint64>("kept");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("sessions");
        QTest::newRow("where its beginning was kept") << qint64(7'000'000) << 204 << 1;
        QTest::newRow("from the start where nothing was") << qint64(0) << 204 << 2;
        QTest::newRow("from the start where it does not say") << qint64(7'000'000) << 404 << 2;
    }
    void F04_U_theRestOfALargeBlobIsSent()
    {
        QFETCH(qint64, kept);
        QFETCH(int, status);
        QFETCH(int, sessions);
        UploadRegistry fake;
        fake.breakWholePut = 1;
        fake.keptOfBroken = kept;
        fake.status = status;
        const Connection registry(fake.server.address());
        const QByteArray bytes = content(limits::resumeUploadFrom + 100);
        const auto pushed = push(registry, bytes);
        QVERIFY2(pushed, pushed ? "" : qPrintable(pushed.error().message));
        QVERIFY(fake.stored == QByteArrayList{bytes});
        QCOMPARE(fake.sessions, sessions);
        if (sessions == 1)
            QCOMPARE(fake.held.size(), bytes.size());
    }

    void S27_F22_U_aCancelledUploadIsGivenUp()
    {
        ScriptedServer server;
        std::stop_source stop;
        server.setHandler([&](const ReceivedRequest& request) {
            if (request.method == "POST")
                return Answer::whole(reply(202, {}, {"Location: /u?x=1"}));
            if (request.method == "PUT") {
                stop.request_stop();
                return Answer::silence();
            }
            return Answer::whole(headOnly(204));
        });
        const Connection registry(server.address());
        const auto worker = registry.worker(stop.get_token());
        QElapsedTimer time;
        time.start();
        const auto pushed = worker->pushBlob(QStringLiteral("a"), describe(content(1'000'000)),
                                             http::Body::ofBytes(content(1'000'000)), {});
        QVERIFY(time.elapsed() < 10'000);
        QVERIFY(!pushed);
        QCOMPARE(pushed.error().kind, ErrorKind::Cancelled);
        QCOMPARE(lines(server.requests()).constLast(), QByteArray("DELETE /u?x=1"));
    }

    // The farewell goes where the upload was, which need not be the registry.
    void S27_A04_givesUpAnUploadElsewhereWithoutCredentials()
    {
        const ScriptedServer elsewhere([](const ReceivedRequest& request) {
            return Answer::whole(request.method == "PUT" ? reply(403) : headOnly(204));
        });
        const ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.header("Authorization").isNull())
                return Answer::whole(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""}));
            return Answer::whole(reply(202, {}, {"Location: " + elsewhere.address().toLatin1() + "/u?s=1"}));
        });
        const Connection registry(server.address(),
                                  test::always(Credentials{QStringLiteral("me"), QStringLiteral("pw-CANARY")}));
        registry.memory->singlePost = false;
        QVERIFY(!push(registry, "x"));
        const auto seen = elsewhere.requests();
        QCOMPARE(lines(seen).constLast(), QByteArray("DELETE /u?s=1"));
        QCOMPARE(seen.size(), 2);
        QVERIFY(!saw(seen, "CANARY"));
    }

    void S28_aMountIsOnlyWhatSays201_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("outcome"); // 1 mounted, 0 push it, -1 an error
        for (const auto& [status, outcome] : {std::pair{201, 1}, {202, 0}, {400, 0}, {403, 0}, {404, 0}, {405, 0}})
            QTest::addRow("F15 %d", status) << status << outcome;
        // W06: a mount is an offer, so nothing that is said to it is an error.
        QTest::newRow("F15 200") << 200 << 0;
    }
    void S28_aMountIsOnlyWhatSays201()
    {
        QFETCH(int, status);
        QFETCH(int, outcome);
        ScriptedServer server([&](const ReceivedRequest& request) {
            return Answer::whole(request.method == "POST" ? reply(status, {}, {"Location: /u"}) : headOnly(204));
        });
        const Connection registry(server.address());
        const auto mounted = registry->mountBlob(QStringLiteral("to"), Digest::ofBytes("x"), QStringLiteral("from"));
        QCOMPARE(mounted ? static_cast<int>(*mounted) : -1, outcome);
        QByteArrayList expected{"POST /v2/to/blobs/uploads/?mount=" + Digest::ofBytes("x").toByteArray() +
                                "&from=from"};
        if (status == 202)
            expected.append("DELETE /u");
        QCOMPARE(lines(server.requests()), expected);
    }

    void W06_aMountThatIsRefusedIsNotAskedForAgain_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<bool>("isAskedAgain");
        QTest::addColumn<int>("asked"); // 0: as often as it likes
        const auto unauthorized = [](const char* name, const QByteArrayList& fields) {
            QTest::newRow(name) << Answer::whole(reply(401, {}, fields)) << false << 1;
        };
        unauthorized("401, Basic", {"WWW-Authenticate: Basic realm=\"x\""}); // the password was sent along
        unauthorized("401, Bearer", {"WWW-Authenticate: Bearer realm=\"http://127.0.0.1:1/token\""});
        unauthorized("401 and nothing", {});
        for (const int code : {200, 204, 400, 403, 404, 405, 409, 416, 500, 501, 502, 503, 504})
            QTest::addRow("%d", code) << Answer::whole(code == 204 ? headOnly(204) : reply(code)) << false << 1;
        QTest::newRow("cut off") << Answer::thenClose({}) << false << 0; // which Qt asks again by itself
        QTest::newRow("silence") << Answer::silence() << false << 1;
        QTest::newRow("202") << Answer::whole(reply(202, {}, {"Location: /u"})) << true << 2;
        QTest::newRow("201") << Answer::whole(reply(201)) << true << 2;
        QTest::newRow("429: another time") << Answer::whole(reply(429)) << true << 2;
    }
    void W06_aMountThatIsRefusedIsNotAskedForAgain()
    {
        QFETCH(Answer, answer);
        QFETCH(bool, isAskedAgain);
        QFETCH(int, asked);
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.header("Authorization").isNull())
                return Answer::whole(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""}));
            if (request.path.contains("mount="))
                return answer;
            if (request.method == "POST")
                return Answer::whole(reply(202, {}, {"Location: /u"}));
            return Answer::whole(request.method == "DELETE" ? headOnly(204) : reply(201));
        });
        const Connection registry(server.address(),
                                  test::always(Credentials{QStringLiteral("me"), QStringLiteral("pw-CANARY")}));
        http::Network network(std::make_shared<http::HostGate>());
        network.timeouts.retryBase = std::chrono::milliseconds(1);
        if (qstrcmp(QTest::currentDataTag(), "silence") == 0)
            network.timeouts.idle = std::chrono::milliseconds(300);
        auto mounter = std::make_unique<RemoteRegistry>(registry.endpoint, registry.authenticator, network,
                                                        std::stop_token(), registry.memory);
        registry.memory->singlePost = false;
        QVERIFY(push(registry, "signed in"));
        int first = 0;
        for (int i = 0; i < 2; ++i) {
            const auto mounted = mounter->mountBlob(QStringLiteral("to"), Digest::ofBytes("x"), QStringLiteral("from"));
            QVERIFY2(mounted, mounted ? "" : qPrintable(mounted.error().message));
            QVERIFY(push(registry, "x"));
            first = i == 0 ? countOf(server.requests(), "mount=") : first;
        }
        const int all = countOf(server.requests(), "mount=");
        QCOMPARE(all > first, isAskedAgain);
        if (asked > 0)
            QCOMPARE(all, asked);
        QCOMPARE(registry.memory->mounts.load(), isAskedAgain);
    }
};

QTEST_GUILESS_MAIN(TestUploads)
#include "tst_uploads.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/remoteregistry.h"
#include "tests/support/httptest.h"
#include "tests/support/recordingproxy.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

namespace {

const QString repository = QStringLiteral("a/b");

std::unique_ptr<RemoteRegistry> registryAt(const QString& address, http::Network network = {})
{
    const Endpoint endpoint = *parseEndpoint(address);
    return std::make_unique<RemoteRegistry>(
        endpoint, std::make_shared<Authenticator>(boundTo(endpoint, {QStringLiteral("me"), QStringLiteral("CANARY")})),
        std::move(network), std::stop_token());
}

Descriptor blobOf(const QByteArray& bytes)
{
    Descriptor blob;
    blob.digest = Digest::ofBytes(bytes);
    blob.size = bytes.size();
    return blob;
}

} // namespace

/// Where a registry sends us: what goes there, and what does not.
class TestOutside : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    // A registry on the internet, which only the proxy knows; what it names is inside, and can be reached from here.
    void A06_neverGoesInside_data()
    {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QByteArray>("host");
        for (const char* what : {"redirect", "realm", "location", "link"}) {
            for (const char* host : {"127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"})
                QTest::addRow("A06 %s to %s", what, host) << QString::fromLatin1(what) << QByteArray(host);
        }
    }
    void A06_neverGoesInside()
    {
        QFETCH(QString, what);
        QFETCH(QByteArray, host);
        const ScriptedServer inside(always(Answer::whole(reply(200, "{}"))));
        const QByteArray target = "http://" + host + ':' + QByteArray::number(inside.port()) + "/y";
        const ScriptedServer outside([&](const ReceivedRequest& request) {
            if (what == QLatin1String("redirect"))
                return Answer::whole(reply(307, {}, {"Location: " + target}));
            if (what == QLatin1String("realm"))
                return Answer::whole(
                    reply(401, {}, {"WWW-Authenticate: Bearer realm=\"" + target + "\",service=\"s\""}));
            if (what == QLatin1String("link"))
                return Answer::whole(reply(200, "{\"tags\":[\"1\"]}", {"Link: <" + target + ">; rel=\"next\""}));
            return Answer::whole(request.method == "HEAD" ? headOnly(404, {"Content-Length: 0"})
                                                          : reply(202, {}, {"Location: " + target}));
        });
        const RecordingProxy proxy({{QStringLiteral("registry.example"), outside.port()}});
        const EnvironmentOf environment({{"http_proxy", "http://127.0.0.1:" + QByteArray::number(proxy.port())},
                                         {"no_proxy", "127.0.0.1,localhost"}});
        const auto registry = registryAt(QStringLiteral("http://registry.example"));
        const QByteArray content = "content";
        const auto error = what == QLatin1String("location")
                               ? registry->pushBlob(repository, blobOf(content), http::Body::ofBytes(content), {})
                               : [&]() -> Result<void> {
            auto tags = registry->tags(repository);
            return tags ? Result<void>() : Result<void>(tags.error());
        }();
        QVERIFY(!error);
        QVERIFY2(error.error().kind == ErrorKind::Protocol, qPrintable(error.error().message));
        QCOMPARE(inside.connections(), 0);
        for (const ReceivedRequest& one : proxy.requests())
            QVERIFY2(one.path.startsWith("http://registry.example/"), one.path.constData());
        QVERIFY(!error.error().message.contains(QStringLiteral("CANARY")));
    }

    // The token server sends us on: the password stays, and a hop to elsewhere is looked at like any other.
    void A07_redirectsOfTheTokenServer_data()
    {
        QTest::addColumn<bool>("sameOrigin");
        QTest::newRow("A07 on itself") << true;
        QTest::newRow("A07 to another server") << false;
    }
    void A07_redirectsOfTheTokenServer()
    {
        QFETCH(bool, sameOrigin);
        ScriptedServer registry;
        const auto token = Answer::whole(reply(200, "{\"token\":\"t0k3n\"}"));
        const ScriptedServer other(always(token));
        const QByteArray here = registry.address().toLatin1();
        registry.setHandler([&](const ReceivedRequest& request) {
            if (request.path.startsWith("/token"))
                return Answer::whole(
                    reply(307, {}, {"Location: " + (sameOrigin ? here : other.address().toLatin1()) + "/moved"}));
            if (request.path.startsWith("/moved"))
                return token;
            if (request.header("Authorization") == "Bearer t0k3n")
                return Answer::whole(reply(200, "{\"tags\":[]}"));
            return Answer::whole(
                reply(401, {}, {"WWW-Authenticate: Bearer realm=\"" + here + "/token\",service=\"s\""}));
        });
        const auto tags = registryAt(registry.address())->tags(repository);
        QVERIFY2(tags, tags ? "" : qPrintable(tags.error().message));
        int passwords = 0;
        for (const ReceivedRequest& one : registry.requests())
            passwords += one.header("Authorization").startsWith("Basic ") ? 1 : 0;
        QCOMPARE(passwords, sameOrigin ? 2 : 1);
        QCOMPARE(other.requests().size(), sameOrigin ? 0 : 1);
        for (const ReceivedRequest& one : other.requests())
            QVERIFY(one.header("Authorization").isNull());
    }

    // An upload may go to another server, without anything of ours but the bytes.
    void A04_S44_uploadsElsewhereWithoutCredentials()
    {
        const QByteArray content = "content";
        const ScriptedServer other(always(Answer::whole(reply(201))));
        const ScriptedServer registry([&](const ReceivedRequest& request) {
            if (request.header("Authorization").isNull())
                return Answer::whole(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""}));
            if (request.method == "HEAD")
                return Answer::whole(headOnly(404, {"Content-Length: 0"}));
            return Answer::whole(reply(202, {}, {"Location: " + other.address().toLatin1() + "/up?s=1"}));
        });
        const auto pushed =
            registryAt(registry.address())->pushBlob(repository, blobOf(content), http::Body::ofBytes(content), {});
        QVERIFY2(pushed, pushed ? "" : qPrintable(pushed.error().message));
        QCOMPARE(other.requests().size(), 1);
        QCOMPARE(other.requests().constFirst().body, content);
        QVERIFY(other.requests().constFirst().header("Authorization").isNull());
        QVERIFY(other.requests().constFirst().path.startsWith("/up?s=1&digest=sha256:"));
    }

    void A11_refusesTokensThatAreNone_data()
    {
        QTest::addColumn<QByteArray>("token"); // as it stands in JSON
        QTest::newRow("A11 CR LF") << QByteArray("a\\r\\nX-Injected: 1");
        QTest::newRow("A11 NUL") << QByteArray("a\\u0000b");
        QTest::newRow("A11 not ASCII") << QByteArray("t\xc3\xb6k");
        QTest::newRow("A11 blank") << QByteArray("a b");
        QTest::newRow("A11 too long") << QByteArray(limits::tokenLength + 1, 't');
        QTest::newRow("A11 empty") << QByteArray();
    }
    void A11_refusesTokensThatAreNone()
    {
        QFETCH(QByteArray, token);
        ScriptedServer registry;
        const QByteArray here = registry.address().toLatin1();
        registry.setHandler([&](const ReceivedRequest& request) {
            return Answer::whole(
                request.path.startsWith("/token")
                    ? reply(200, "{\"token\":\"" + token + "\"}")
                    : reply(401, {}, {"WWW-Authenticate: Bearer realm=\"" + here + "/token\",service=\"s\""}));
        });
        const auto tags = registryAt(registry.address())->tags(repository);
        QVERIFY(!tags);
        QCOMPARE(tags.error().kind, ErrorKind::Auth);
        for (const ReceivedRequest& one : registry.requests()) {
            QVERIFY(!one.header("Authorization").startsWith("Bearer"));
            QVERIFY(one.header("X-Injected").isNull());
        }
    }
};

QTEST_GUILESS_MAIN(TestOutside)
#include "tst_outside.moc"

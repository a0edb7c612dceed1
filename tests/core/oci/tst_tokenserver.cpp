// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/tokenserver.h"

#include "core/base/limits.h"
#include "tests/support/namedhosts.h"
#include "tests/support/tokenserver.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

/// The token server's side: what it is asked, whether it may be, and what its answers mean.
class TestTokenServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S39_readsTheReply_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("token"); // empty: refused
        QTest::addColumn<qint64>("seconds");
        const qint64 day = std::chrono::seconds(limits::tokenLongestLife).count();
        QTest::newRow("token") << QByteArray("{\"token\":\"t\"}") << QByteArray("t") << 60LL;
        QTest::newRow("access_token") << QByteArray("{\"access_token\":\"t\"}") << QByteArray("t") << 60LL;
        QTest::newRow("both") << QByteArray("{\"token\":\"t\",\"access_token\":\"u\"}") << QByteArray("t") << 60LL;
        QTest::newRow("neither") << QByteArray("{\"expires_in\":300}") << QByteArray() << 0LL;
        QTest::newRow("empty") << QByteArray("{\"token\":\"\"}") << QByteArray() << 0LL;
        QTest::newRow("not JSON") << QByteArray("<html>") << QByteArray() << 0LL;
        for (const auto& [expires, seconds] : {std::pair{"300", 300LL},
                                               {"0", 60LL},
                                               {"-1", 60LL},
                                               {"59", 60LL},
                                               {"61", 61LL},
                                               {"2147483648", day},
                                               {"1e300", day},
                                               {"\"300\"", 60LL},
                                               {"null", 60LL}})
            QTest::addRow("F12 expires_in %s", expires)
                << QByteArray("{\"token\":\"t\",\"expires_in\":") + expires + '}' << QByteArray("t") << seconds;
        for (const char* issued : {"2016-01-01T00:00:00Z", "2056-01-01T00:00:00Z", "garbage", ""})
            QTest::addRow("F12 issued_at %s", issued)
                << QByteArray("{\"token\":\"t\",\"expires_in\":300,\"issued_at\":\"") + issued + "\"}"
                << QByteArray("t") << 300LL;
        QTest::newRow("A11 line break") << QByteArray("{\"token\":\"a\\r\\nX: 1\"}") << QByteArray() << 0LL;
        QTest::newRow("A11 NUL") << QByteArray("{\"token\":\"a\\u0000\"}") << QByteArray() << 0LL;
        QTest::newRow("A11 not ASCII") << QByteArray("{\"token\":\"\\u00e9\"}") << QByteArray() << 0LL;
        QTest::newRow("A11 space") << QByteArray("{\"token\":\"a b\"}") << QByteArray() << 0LL;
        QTest::newRow("A11 16 KiB") << "{\"token\":\"" + QByteArray(limits::tokenLength, 'x') + "\"}"
                                    << QByteArray(limits::tokenLength, 'x') << 60LL;
        QTest::newRow("A11 more than 16 KiB")
            << "{\"token\":\"" + QByteArray(limits::tokenLength + 1, 'x') + "\"}" << QByteArray() << 0LL;
    }
    void S39_readsTheReply()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, token);
        QFETCH(qint64, seconds);
        const auto read = parseTokenReply(body);
        QCOMPARE(read.has_value(), !token.isEmpty());
        if (!read) {
            QCOMPARE(read.error().kind, ErrorKind::Auth);
            return;
        }
        QCOMPARE(read->token, token);
        QCOMPARE(static_cast<qint64>(read->life.count()), seconds);
    }

    void S40_identityTokensGoByPost()
    {
        Pair pair;
        pair.tokens.setHandler([&](const ReceivedRequest& request) {
            return request.method == "POST"
                       ? json({{QStringLiteral("access_token"), QStringLiteral("T%1").arg(++pair.given)},
                               {QStringLiteral("refresh_token"), QStringLiteral("newer-CANARY")}})
                       : json({}, 404);
        });
        const Connection registry(pair.registry.address(), test::always(withIdentity));
        QVERIFY(registry->tags(QStringLiteral("a")));
        QVERIFY(registry->tags(QStringLiteral("b")));
        const auto asked = pair.tokens.requests();
        QCOMPARE(lines(asked), QByteArrayList({"POST /token", "POST /token"}));
        QCOMPARE(asked.at(0).header("Content-Type"), QByteArray("application/x-www-form-urlencoded"));
        QCOMPARE(asked.at(0).body,
                 QByteArray("grant_type=refresh_token&refresh_token=refresh-CANARY&service=the%20registry&"
                            "client_id=conda-oci-mirror&scope=repository%3Aa%3Apull"));
        QVERIFY(asked.at(0).header("Authorization").isNull());
        QVERIFY(asked.at(1).body.contains("refresh_token=newer-CANARY&")); // that server's own
        QVERIFY(!saw(pair.registry.requests(), "CANARY"));
    }

    // A registry may send us on to another token server, on another port of the same host for one.
    void S40_aNewerIdentityTokenGoesToItsOwnServerOnly()
    {
        const auto giving = [](const QString& token, const QString& newer) {
            return test::always(
                json({{QStringLiteral("access_token"), token}, {QStringLiteral("refresh_token"), newer}}));
        };
        ScriptedServer other(giving(QStringLiteral("other"), QStringLiteral("of-the-other-CANARY")));
        Pair pair;
        pair.tokens.setHandler(giving(QStringLiteral("own"), QStringLiteral("newer-CANARY")));
        pair.registry.setHandler([&](const ReceivedRequest& request) {
            const bool isOthers = request.path.startsWith("/v2/b/");
            if (request.header("Authorization") != (isOthers ? "Bearer other" : "Bearer own"))
                return challenge((isOthers ? other : pair.tokens).address().toLatin1() + "/token");
            return Answer::whole(reply(200, "{\"tags\":[]}"));
        });
        const Connection registry(pair.registry.address(), test::always(withIdentity));
        QVERIFY(registry->tags(QStringLiteral("a")));
        QVERIFY(registry->tags(QStringLiteral("b")));
        QCOMPARE(other.requests().size(), 1);
        QVERIFY(other.requests().constFirst().body.contains("refresh_token=refresh-CANARY&"));
    }

    void S40_whatTheServerDoesNotKnowIsAskedTheOtherWay_data()
    {
        QTest::addColumn<bool>("identity");
        QTest::addColumn<int>("refusal");
        QTest::addColumn<QByteArrayList>("methods");
        QTest::newRow("POST 404") << true << 404 << QByteArrayList{"POST", "GET"};
        QTest::newRow("POST 405") << true << 405 << QByteArrayList{"POST", "GET"};
        QTest::newRow("GET 404") << false << 404 << QByteArrayList{"GET", "POST"};
        QTest::newRow("POST 401 is an answer") << true << 401 << QByteArrayList{"POST"};
        QTest::newRow("GET 401 is an answer") << false << 401 << QByteArrayList{"GET"};
    }
    void S40_whatTheServerDoesNotKnowIsAskedTheOtherWay()
    {
        QFETCH(bool, identity);
        QFETCH(int, refusal);
        QFETCH(QByteArrayList, methods);
        Pair pair;
        pair.tokens.setHandler([&](const ReceivedRequest& request) {
            return request.method == methods.constFirst() ? json({}, refusal) : json(tokenOf("T"));
        });
        const Connection registry(pair.registry.address(), test::always(identity ? withIdentity : someone));
        QCOMPARE(registry->tags(QStringLiteral("a")).has_value(), methods.size() > 1);
        QByteArrayList asked;
        for (const auto& request : pair.tokens.requests())
            asked.append(request.method);
        QCOMPARE(asked, methods);
        if (!identity && methods.size() > 1)
            QVERIFY(
                pair.tokens.requests().at(1).body.startsWith("grant_type=password&username=me&password=pw-CANARY&"));
        QVERIFY(!saw(pair.registry.requests(), "CANARY"));
    }

    void S40_identityTokensAreNoPasswords()
    {
        ScriptedServer server(test::always(Answer::whole(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""}))));
        const Connection registry(server.address(), test::always(withIdentity));
        const auto listed = registry->tags(QStringLiteral("a"));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, ErrorKind::Auth);
        QCOMPARE(server.requests().size(), 1);
        QVERIFY(!saw(server.requests(), "CANARY"));
    }

    void A05_trustsTheRegistrysOwnTokenServers_data()
    {
        QTest::addColumn<QString>("registry");
        QTest::addColumn<QString>("realm");
        QTest::addColumn<bool>("isTrusted");
        QTest::newRow("same host") << "https://ghcr.io"
                                   << "https://ghcr.io/token" << true;
        QTest::newRow("same host, another port") << "https://r.example"
                                                 << "https://r.example:8443/token" << true;
        QTest::newRow("without encryption") << "https://r.example"
                                            << "http://r.example/token" << false;
        QTest::newRow("Docker Hub") << "https://registry-1.docker.io"
                                    << "https://auth.docker.io/token" << true;
        QTest::newRow("GitLab") << "https://registry.gitlab.com"
                                << "https://gitlab.com/jwt/auth" << true;
        QTest::newRow("Docker Hub's for another") << "https://r.example"
                                                  << "https://auth.docker.io/token" << false;
        QTest::newRow("subdomain") << "https://example.org"
                                   << "https://auth.example.org" << false;
        QTest::newRow("parent domain") << "https://r.example.org"
                                       << "https://example.org" << false;
        QTest::newRow("looks alike") << "https://ghcr.io"
                                     << "https://ghcr.io.evil.org" << false;
        QTest::newRow("loopback by two names") << "http://127.0.0.1:5000"
                                               << "http://localhost:5001" << true;
        QTest::newRow("loopback of another registry") << "https://r.example"
                                                      << "https://127.0.0.1" << false;
        QTest::newRow("named by the user") << "https://r.example"
                                           << "https://Named.example/x" << true;
    }
    void A05_trustsTheRegistrysOwnTokenServers()
    {
        QFETCH(QString, registry);
        QFETCH(QString, realm);
        QTEST(isTrustedTokenServer(QUrl(registry), QUrl(realm), {QStringLiteral("named.example")}), "isTrusted");
    }

    void A05_refusesRealmsThatAreNone_data()
    {
        QTest::addColumn<QByteArray>("realm");
        for (const char* realm : {"", "token", "/token", "ftp://r.example/token", "file:///etc/passwd", "https://",
                                  "https://u:p@r.example/token", "http://r.example/token", "https://r.example/a b"})
            QTest::newRow(realm) << QByteArray(realm);
    }
    void A05_refusesRealmsThatAreNone()
    {
        QFETCH(QByteArray, realm);
        const auto server = tokenServer(QUrl(QStringLiteral("https://r.example")), realm);
        QVERIFY(!server);
        QCOMPARE(server.error().kind, ErrorKind::Auth);
        QVERIFY(tokenServer(QUrl(QStringLiteral("https://r.example")), "https://r.example/token?a=b"));
    }

    void A05_aStrangersTokenServerSeesNoPassword_data()
    {
        QTest::addColumn<bool>("isNamed");
        QTest::addColumn<bool>("identity");
        QTest::addColumn<int>("anonymousStatus");
        QTest::newRow("held back, anonymous is enough") << false << false << 200;
        QTest::newRow("held back, anonymous is refused") << false << false << 401;
        QTest::newRow("held back, anonymous gets 403") << false << false << 403;
        QTest::newRow("identity token held back") << false << true << 401;
        QTest::newRow("named by the user") << true << false << 401;
    }
    void A05_aStrangersTokenServerSeesNoPassword()
    {
        QFETCH(bool, isNamed);
        QFETCH(bool, identity);
        QFETCH(int, anonymousStatus);
        const auto tokens = [&](const ReceivedRequest& request) {
            const bool signedIn = !request.header("Authorization").isNull() || request.method == "POST";
            return signedIn || anonymousStatus == 200 ? json(tokenOf("T")) : json({}, anonymousStatus);
        };
        const NamedHosts hosts({{"registry.example",
                                 [](const ReceivedRequest& request) {
                                     return request.header("Authorization") == "Bearer T"
                                                ? Answer::whole(reply(200, "{\"tags\":[]}"))
                                                : challenge("http://auth.example/token");
                                 }},
                                {"auth.example", tokens}});
        Credentials who = identity ? withIdentity : someone;
        if (isNamed)
            who.tokenServers = {QStringLiteral("auth.example")};
        const Connection registry(QStringLiteral("http://registry.example"), test::always(who));
        const auto listed = registry->tags(QStringLiteral("a"));
        QCOMPARE(hosts.requests("auth.example").size(), 1);
        QCOMPARE(saw(hosts.requests("auth.example"), "CANARY"), isNamed);
        QVERIFY(!saw(hosts.requests("registry.example"), "CANARY"));
        QCOMPARE(listed.has_value(), isNamed || anonymousStatus == 200);
        if (listed)
            return;
        QCOMPARE(listed.error().kind, ErrorKind::Auth);
        for (const char* part : {"auth.example", "CONDA_OCI_TOKEN_SERVERS=auth.example"})
            QVERIFY2(listed.error().message.contains(QLatin1String(part)), qPrintable(listed.error().message));
        QVERIFY(!listed.error().message.contains(QStringLiteral("CANARY")));
    }

    void A05_saysSoOfWhatAnonymousMayNotDo()
    {
        const NamedHosts hosts({{"registry.example",
                                 [](const ReceivedRequest& request) {
                                     return request.header("Authorization").isNull()
                                                ? challenge("http://auth.example/token")
                                                : Answer::whole(reply(403, "{}"));
                                 }},
                                {"auth.example", [](const ReceivedRequest&) { return json(tokenOf("T")); }}});
        const Connection registry(QStringLiteral("http://registry.example"), test::always(someone));
        const auto pushed = registry->pushBlob(QStringLiteral("a"), describe("x"), http::Body::ofBytes("x"), {});
        QVERIFY(!pushed);
        QCOMPARE(pushed.error().kind, ErrorKind::Auth);
        QVERIFY(pushed.error().message.contains(QStringLiteral("CONDA_OCI_TOKEN_SERVERS=auth.example")));
    }

    void A07_aRedirectedTokenServerSeesNoPassword_data()
    {
        QTest::addColumn<bool>("identity");
        QTest::newRow("GET: followed without the password") << false;
        QTest::newRow("POST: not followed") << true;
    }
    void A07_aRedirectedTokenServerSeesNoPassword()
    {
        QFETCH(bool, identity);
        ScriptedServer elsewhere([](const ReceivedRequest&) { return json(tokenOf("T1")); });
        Pair pair;
        pair.tokens.setHandler([&](const ReceivedRequest&) { return redirectTo(elsewhere); });
        const Connection registry(pair.registry.address(), test::always(identity ? withIdentity : someone));
        QCOMPARE(registry->tags(QStringLiteral("a")).has_value(), !identity);
        QCOMPARE(elsewhere.requests().size(), identity ? 0 : 1);
        QVERIFY(saw(pair.tokens.requests(), "CANARY"));
        QVERIFY(!saw(elsewhere.requests(), "CANARY"));
    }

    void S42_aTokenRefusedForOneRepositoryOnly_data()
    {
        QTest::addColumn<bool>("signsIn");
        QTest::addColumn<bool>("isPasswordRight");
        QTest::addColumn<bool>("isAbsent"); // otherwise the credentials are wrong
        QTest::newRow("anonymous") << false << false << true;
        QTest::newRow("signed in") << true << true << true;
        QTest::newRow("wrong password") << true << false << false;
    }
    void S42_aTokenRefusedForOneRepositoryOnly()
    {
        QFETCH(bool, signsIn);
        QFETCH(bool, isPasswordRight);
        QFETCH(bool, isAbsent);
        Pair pair;
        pair.tokens.setHandler([&](const ReceivedRequest& request) {
            return scopeOf(request).isEmpty() && isPasswordRight ? json(tokenOf("T")) : json({}, 403);
        });
        const Connection registry(pair.registry.address(), signsIn ? test::always(someone) : anonymous());
        const auto read = registry->manifest(QStringLiteral("a"), QStringLiteral("latest"));
        QCOMPARE(read.has_value() && !*read, isAbsent);
        if (!isAbsent)
            QCOMPARE(read.error().kind, ErrorKind::Auth);
        const auto pushed = registry->pushBlob(QStringLiteral("a"), describe("x"), http::Body::ofBytes("x"), {});
        QVERIFY(!pushed);
        QCOMPARE(pushed.error().kind, ErrorKind::Auth);
    }
};

QTEST_GUILESS_MAIN(TestTokenServer)
#include "tst_tokenserver.moc"

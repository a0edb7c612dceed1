// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/scope.h"

#include "core/base/limits.h"
#include "core/oci/verifyingsink.h"
#include "tests/support/tokenserver.h"

#include <QTest>

#include <thread>

using namespace condaoci;
using namespace condaoci::oci;
using namespace condaoci::test;

/// Signing in by tokens: when one is asked for, kept, and used.
class TestTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S38_asksTheRealmWithEachScopeByItself_data()
    {
        QTest::addColumn<QString>("realm"); // behind the server's address
        QTest::addColumn<bool>("signsIn");
        QTest::addColumn<QString>("query");
        const QString asked =
            QStringLiteral("service=the%20registry&scope=repository:from/b:pull&scope=repository:to/a:pull,push");
        QTest::newRow("anonymous") << "/token" << false << asked;
        QTest::newRow("signed in") << "/token" << true << asked;
        QTest::newRow("realm with a query")
            << "/token?a=b%2Fc&d" << false << QString(QStringLiteral("a=b%2Fc&d&") + asked);
    }
    void S38_asksTheRealmWithEachScopeByItself()
    {
        QFETCH(QString, realm);
        QFETCH(bool, signsIn);
        QFETCH(QString, query);
        ScriptedServer tokens([](const ReceivedRequest&) { return json(tokenOf("T")); });
        ScriptedServer server([&](const ReceivedRequest& request) {
            return request.header("Authorization") == "Bearer T" ? Answer::whole(reply(201))
                                                                 : challenge((tokens.address() + realm).toLatin1());
        });
        const Connection registry(server.address(), signsIn ? test::always(someone) : anonymous());
        QVERIFY(*registry->mountBlob(QStringLiteral("to/a"), Digest::ofBytes("x"), QStringLiteral("from/b")));
        QCOMPARE(tokens.requests().size(), 1);
        const ReceivedRequest asked = tokens.requests().constFirst();
        QCOMPARE(asked.path, "/token?" + query.toLatin1());
        QCOMPARE(asked.header("Authorization"),
                 signsIn ? "Basic " + QByteArray("me:pw-CANARY").toBase64() : QByteArray());
        QVERIFY(!saw(server.requests(), "CANARY"));
    }

    void F12_T_oneRequestAToken_data()
    {
        QTest::addColumn<QJsonObject>("extra");
        QTest::newRow("expires_in 0") << QJsonObject{{QStringLiteral("expires_in"), 0}};
        QTest::newRow("expires_in -1") << QJsonObject{{QStringLiteral("expires_in"), -1}};
        QTest::newRow("expires_in 2^31") << QJsonObject{{QStringLiteral("expires_in"), 2147483648.0}};
        for (const char* issued : {"2016-01-01T00:00:00Z", "2056-01-01T00:00:00Z"})
            QTest::newRow(issued) << QJsonObject{{QStringLiteral("expires_in"), 300},
                                                 {QStringLiteral("issued_at"), QLatin1String(issued)}};
    }
    void F12_T_oneRequestAToken()
    {
        QFETCH(QJsonObject, extra);
        Pair pair;
        pair.extra = extra;
        const Connection registry(pair.registry.address());
        for (int i = 0; i < 10; ++i)
            QVERIFY(registry->tags(QStringLiteral("a/b")));
        QCOMPARE(pair.given.load(), 1);
        QCOMPARE(pair.registry.requests().size(), 11); // the first was answered 401
    }

    void S41_renewsBeforeATokenExpires()
    {
        Pair pair;
        pair.extra = {{QStringLiteral("expires_in"), 100}};
        const auto begun = std::chrono::steady_clock::now();
        std::chrono::seconds later{0};
        const Connection registry(pair.registry.address(), anonymous(), [&] { return begun + later; });
        for (const auto& [at, tokens] : {std::pair{0, 1}, {89, 1}, {91, 2}, {91 + 89, 2}, {91 + 91, 3}, {100'000, 4}}) {
            later = std::chrono::seconds(at);
            QVERIFY(registry->tags(QStringLiteral("a/b")));
            QCOMPARE(pair.given.load(), tokens);
        }
        // Fetched beforehand, so that the registry refuses nothing but the very first request.
        QCOMPARE(pair.registry.requests().size(), 7);
    }

    void S41_keepsTokensBySetOfScopes()
    {
        QCOMPARE(normalizedScopes("repository:b:push,pull repository:a:pull repository:b:pull"),
                 QByteArray("repository:a:pull repository:b:pull,push"));
        QCOMPARE(unitedScopes("repository:h:5000/x:pull", "repository:h:5000/x:push registry:catalog:*"),
                 QByteArray("registry:catalog:* repository:h:5000/x:pull,push"));
        QCOMPARE(unitedScopes("odd", "odd  "), QByteArray("odd"));
        Pair pair;
        const Connection registry(pair.registry.address());
        for (int i = 0; i < 3; ++i) {
            QVERIFY(registry->tags(QStringLiteral("a")));
            QVERIFY(registry->tags(QStringLiteral("b")));
        }
        QCOMPARE(pair.given.load(), 2);
        // The second repository's token was asked for before the registry had to refuse.
        QCOMPARE(pair.registry.requests().size(), 7);
    }

    void S41_keepsTokensByAccount()
    {
        Pair pair;
        std::atomic<bool> other = false;
        const Connection registry(pair.registry.address(), [&](const QByteArray&) {
            return std::optional(other ? Credentials{QStringLiteral("you"), QStringLiteral("x")} : someone);
        });
        QVERIFY(registry->tags(QStringLiteral("a")));
        other = true;
        QVERIFY(registry->tags(QStringLiteral("a")));
        QCOMPARE(pair.given.load(), 2);
        QVERIFY(!saw(pair.tokens.requests().mid(1), "CANARY"));
    }

    void S41_workersShareOneTokenRequest_data()
    {
        QTest::addColumn<bool>("succeeds");
        QTest::newRow("token") << true;
        QTest::newRow("refusal") << false;
    }
    void S41_workersShareOneTokenRequest()
    {
        QFETCH(bool, succeeds);
        constexpr int workers = 8;
        std::atomic<int> waiting = 0;
        ScriptedServer tokens;
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (request.header("Authorization") == "Bearer T")
                return Answer::whole(reply(200, "{\"tags\":[]}"));
            ++waiting;
            return challenge(tokens.address().toLatin1());
        });
        tokens.setHandler([&](const ReceivedRequest&) {
            // Until all workers were refused, and have had the time to come for a token too.
            for (int i = 0; i < 500 && waiting < workers; ++i)
                QThread::msleep(10);
            QThread::msleep(300);
            return succeeds ? json(tokenOf("T")) : json({}, 401);
        });
        const Connection registry(server.address(), test::always(someone));
        std::atomic<int> good = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < workers; ++i)
                threads.emplace_back([&] {
                    const auto worker = registry.worker();
                    good += worker->tags(QStringLiteral("a")).has_value() ? 1 : 0;
                });
        }
        QCOMPARE(tokens.requests().size(), 1);
        QCOMPARE(good.load(), succeeds ? workers : 0);
    }

    void S42_stopsAtASecond401()
    {
        Pair pair;
        pair.good = [](const QByteArray&) { return false; };
        const Connection registry(pair.registry.address(), test::always(someone));
        const auto listed = registry->tags(QStringLiteral("a"));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, ErrorKind::Auth);
        QVERIFY2(listed.error().message.contains(QStringLiteral("me")), qPrintable(listed.error().message));
        QVERIFY(!listed.error().message.contains(QStringLiteral("CANARY")));
        QCOMPARE(pair.registry.requests().size(), 2);
        QCOMPARE(pair.given.load(), 1);
    }

    void S42_asksForTheUnionOnce_data()
    {
        QTest::addColumn<QByteArray>("wanted"); // that the registry names with insufficient_scope
        QTest::addColumn<bool>("isEnough");
        QTest::addColumn<int>("requests");
        QTest::addColumn<int>("tokens");
        QTest::newRow("F11 granted then") << QByteArray("repository:a:delete") << true << 3 << 2;
        QTest::newRow("F11 refused then too") << QByteArray("repository:a:delete") << false << 3 << 2;
        QTest::newRow("F11 nothing beyond what was asked for") << QByteArray("repository:a:pull") << false << 2 << 1;
        QTest::newRow("F11 names no scope") << QByteArray() << false << 2 << 1;
        QTest::newRow("absurdly many") << "repository:" + QByteArray(limits::challengeScopes, 'x') + ":pull" << false
                                       << 2 << 1;
    }
    void S42_asksForTheUnionOnce()
    {
        QFETCH(QByteArray, wanted);
        QFETCH(bool, isEnough);
        QFETCH(int, requests);
        QFETCH(int, tokens);
        Pair pair;
        pair.registry.setHandler([&](const ReceivedRequest& request) {
            const QByteArray authorization = request.header("Authorization");
            if (authorization.isEmpty())
                return challenge(pair.tokens.address().toLatin1(), "scope=\"repository:a:pull\"");
            if (isEnough && authorization == "Bearer T2")
                return Answer::whole(reply(200, "{\"tags\":[]}"));
            return challenge(pair.tokens.address().toLatin1(), "error=\"insufficient_scope\",scope=\"" + wanted + '"');
        });
        const Connection registry(pair.registry.address());
        QCOMPARE(registry->tags(QStringLiteral("a")).has_value(), isEnough);
        QCOMPARE(pair.registry.requests().size(), requests);
        QCOMPARE(pair.given.load(), tokens);
        if (tokens == 2)
            QCOMPARE(scopeOf(pair.tokens.requests().at(1)), QByteArray("repository:a:delete,pull"));
        if (!isEnough)
            return;
        QVERIFY(registry->tags(QStringLiteral("a"))); // and from then on nothing has to be refused first
        QCOMPARE(pair.registry.requests().size(), requests + 1);
        QCOMPARE(pair.given.load(), tokens);
    }

    void S42_aSignInAsksForNothingInParticular()
    {
        Pair pair;
        pair.challengeMore = "scope=\"repository:user/image:pull\""; // GHCR's example
        const Connection registry(pair.registry.address(), test::always(someone));
        const auto support = registry->probe();
        QVERIFY(support && support->challenged && support->signedIn);
        QCOMPARE(pair.given.load(), 1);
        QCOMPARE(scopeOf(pair.tokens.requests().constFirst()), QByteArray());
    }

    void F11_M_answersWhatItCan_data()
    {
        QTest::addColumn<QByteArray>("challenges");
        QTest::addColumn<QByteArray>("sent"); // the scheme of the second request; empty: there is none
        QTest::newRow("none") << QByteArray() << QByteArray();
        QTest::newRow("unknown ones only") << QByteArray("Negotiate, Digest realm=\"x\"") << QByteArray();
        QTest::newRow("Basic") << QByteArray("Basic realm=\"x\"") << QByteArray("Basic");
        QTest::newRow("two: Bearer is preferred")
            << QByteArray("Basic realm=\"x\", Bearer realm=\"@\"") << QByteArray("Bearer");
        QTest::newRow("S37 Bearer without a realm") << QByteArray("Bearer service=\"x\"") << QByteArray();
        QTest::newRow("an unknown one before it")
            << QByteArray("Negotiate abc==, Bearer realm=\"@\"") << QByteArray("Bearer");
    }
    void F11_M_answersWhatItCan()
    {
        QFETCH(QByteArray, challenges);
        QFETCH(QByteArray, sent);
        ScriptedServer tokens([](const ReceivedRequest&) { return json(tokenOf("T")); });
        challenges.replace("@", tokens.address().toLatin1());
        ScriptedServer server([&](const ReceivedRequest& request) {
            if (!request.header("Authorization").isNull())
                return Answer::whole(reply(404));
            return Answer::whole(reply(
                401, {}, challenges.isEmpty() ? QByteArrayList() : QByteArrayList{"WWW-Authenticate: " + challenges}));
        });
        const Connection registry(server.address(), test::always(someone));
        const auto manifest = registry->manifest(QStringLiteral("a"), QStringLiteral("1"));
        QCOMPARE(manifest.has_value(), !sent.isEmpty());
        QCOMPARE(server.requests().size(), sent.isEmpty() ? 1 : 2);
        if (!sent.isEmpty())
            QVERIFY(server.requests().at(1).header("Authorization").startsWith(sent + ' '));
        else
            QCOMPARE(manifest.error().kind, ErrorKind::Auth);
    }

    void F11_M_stopsAtWrongPasswords()
    {
        ScriptedServer server(test::always(Answer::whole(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""}))));
        const Connection registry(server.address(), test::always(someone));
        const auto listed = registry->tags(QStringLiteral("a"));
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, ErrorKind::Auth);
        QVERIFY(listed.error().message.contains(QStringLiteral("refused the password of me")));
        QCOMPARE(server.requests().size(), 2);
    }

    void F11_B_aTokenThatExpiresKeepsTheOffset()
    {
        const QByteArray content(1'000'000, 'c');
        Pair pair;
        pair.good = [](const QByteArray&) { return true; };
        int reads = 0;
        pair.registry.setHandler([&](const ReceivedRequest& request) {
            const QByteArray authorization = request.header("Authorization");
            const QByteArray range = request.header("Range");
            if (authorization.isEmpty() || (!range.isEmpty() && authorization == "Bearer T1"))
                return challenge(pair.tokens.address().toLatin1(),
                                 authorization.isEmpty() ? "" : "error=\"invalid_token\"");
            ++reads;
            if (range.isEmpty())
                return Answer::cutAfter(reply(200, content), 600'000);
            const qsizetype from = range.mid(6).chopped(1).toLongLong();
            return Answer::whole(reply(206, content.mid(from),
                                       {"Content-Range: bytes " + QByteArray::number(from) + "-999999/1000000"}));
        });
        const Connection registry(pair.registry.address());
        MemorySink sink;
        const auto fetched = registry->fetchBlob(QStringLiteral("a"), describe(content), sink, {});
        QVERIFY2(fetched, fetched ? "" : qPrintable(fetched.error().message));
        QVERIFY(sink.bytes == content);
        QCOMPARE(reads, 2);
        QCOMPARE(pair.given.load(), 2);
    }

    void F11_U_aTokenThatExpiresBeforeTheClosingPut()
    {
        const QByteArray content(3'000'000, 'u');
        Pair pair;
        QByteArray stored;
        pair.registry.setHandler([&](const ReceivedRequest& request) {
            const QByteArray authorization = request.header("Authorization");
            if (authorization.isEmpty() || (request.method == "PUT" && authorization == "Bearer T1"))
                return challenge(pair.tokens.address().toLatin1());
            if (request.method == "POST")
                return Answer::whole(reply(202, {}, {"Location: /upload/1?state=x%2Fy"}));
            stored = request.body;
            return Answer::whole(reply(201));
        });
        const Connection registry(pair.registry.address());
        QVERIFY(registry->pushBlob(QStringLiteral("a"), describe(content), http::Body::ofBytes(content), {}));
        QVERIFY(stored == content); // the whole body, once more
        QCOMPARE(countOf(pair.registry.requests(), "PUT"), 2);
        QCOMPARE(pair.given.load(), 2);
    }

    void S43_credentialsStayWithTheirOrigin_data()
    {
        QTest::addColumn<QString>("owner");
        QTest::addColumn<QString>("asks");
        QTest::addColumn<bool>("isOffered");
        QTest::newRow("the same") << "ghcr.io/a"
                                  << "ghcr.io/b" << true;
        QTest::newRow("port made explicit") << "ghcr.io"
                                            << "https://ghcr.io:443" << true;
        QTest::newRow("another host") << "ghcr.io"
                                      << "evil.io" << false;
        QTest::newRow("another port") << "ghcr.io"
                                      << "ghcr.io:5000" << false;
        QTest::newRow("another scheme") << "ghcr.io"
                                        << "http://ghcr.io" << false;
        QTest::newRow("a longer name") << "ghcr.io"
                                       << "ghcr.io.evil.io" << false;
        QTest::newRow("Docker's alias") << "docker.io"
                                        << "registry-1.docker.io" << true;
        QTest::newRow("no other alias") << "docker.io"
                                        << "index.docker.io" << false;
    }
    void S43_credentialsStayWithTheirOrigin()
    {
        QFETCH(QString, owner);
        QFETCH(QString, asks);
        const auto lookup = boundTo(*parseEndpoint(owner), someone);
        QTEST(lookup(http::originOf(parseEndpoint(asks)->origin)).has_value(), "isOffered");
    }

    void A02_aRedirectedHostsChallengeIsNotAnswered()
    {
        ScriptedServer elsewhere;
        ScriptedServer thief([](const ReceivedRequest&) { return json(tokenOf("stolen")); });
        elsewhere.setHandler([&](const ReceivedRequest&) { return challenge(thief.address().toLatin1()); });
        Pair pair;
        pair.registry.setHandler([&](const ReceivedRequest& request) {
            return request.header("Authorization").isEmpty() ? challenge(pair.tokens.address().toLatin1())
                                                             : redirectTo(elsewhere);
        });
        const Connection registry(pair.registry.address(), test::always(someone));
        MemorySink sink;
        const auto fetched = registry->fetchBlob(QStringLiteral("a"), describe("x"), sink, {});
        QVERIFY(!fetched);
        QCOMPARE(fetched.error().httpStatus, 401);
        QCOMPARE(elsewhere.requests().size(), 1);
        QVERIFY(elsewhere.requests().constFirst().header("Authorization").isNull());
        QCOMPARE(thief.requests().size(), 0);
    }

    /// GHCR's token server says 403 of a repository that is not there, and of a wrong password.
};

QTEST_GUILESS_MAIN(TestTokens)
#include "tst_tokens.moc"

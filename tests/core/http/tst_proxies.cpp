// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/proxies.h"
#include "tests/support/httptest.h"
#include "tests/support/recordingproxy.h"
#include "tests/support/secureserver.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;
using Fault = RecordingProxy::Fault;

namespace {

using Variables = QList<std::pair<QByteArray, QByteArray>>;

const QByteArray secret = "CANARY-p@ss/w0rd";
const QByteArray inUrl = "CANARY-p%40ss%2Fw0rd";

/// None of the user's own, and these.
Variables only(const Variables& wanted)
{
    Variables all;
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                             "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD"})
        all.append(std::pair(QByteArray(name), QByteArray()));
    return all + wanted;
}

QByteArray urlOf(const RecordingProxy& proxy, const QByteArray& user = {})
{
    return "http://" + (user.isEmpty() ? QByteArray() : user + '@') + "127.0.0.1:" + QByteArray::number(proxy.port());
}

Request requestFor(const QString& url, const QByteArray& method = "GET")
{
    Request request;
    request.method = method;
    request.url = QUrl(url);
    return request;
}

} // namespace

class TestProxies : public QObject
{
    Q_OBJECT

    Certificates m_authority;

private Q_SLOTS:
    void readsTheEnvironment_data()
    {
        QTest::addColumn<Variables>("variables");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("proxy"); // "type host:port user:password"; empty: none
        const auto row = [](const char* name, const Variables& variables, const char* url, const char* proxy) {
            QTest::newRow(name) << variables << QString::fromLatin1(url) << QString::fromLatin1(proxy);
        };
        const Variables both{{"http_proxy", "http://plain:1"}, {"https_proxy", "http://secure:2"}};
        row("http", both, "http://a.example/", "http plain:1");
        row("https", both, "https://a.example/", "http secure:2");
        row("capitals", {{"HTTP_PROXY", "http://p:1"}}, "http://a.example/", "http p:1");
        row("capitals, https", {{"HTTPS_PROXY", "http://p:1"}}, "https://a.example/", "http p:1");
        row("small ones first", {{"HTTP_PROXY", "http://big:1"}, {"http_proxy", "http://small:1"}}, "http://a.example/",
            "http small:1");
        row("of the other scheme", {{"http_proxy", "http://p:1"}}, "https://a.example/", "");
        row("all", {{"all_proxy", "http://p:1"}}, "https://a.example/", "http p:1");
        row("ALL", {{"ALL_PROXY", "socks5://p"}}, "https://a.example/", "socks5 p:1080");
        row("without scheme", {{"http_proxy", "p:3128"}}, "http://a.example/", "http p:3128");
        row("without port", {{"http_proxy", "http://p"}}, "http://a.example/", "http p:80");
        row("with credentials", {{"http_proxy", "http://me:" + inUrl + "@p:1"}}, "http://a.example/",
            "http p:1 me:CANARY-p@ss/w0rd");
        row("of a visitor of a web server", {{"HTTP_PROXY", "http://p:1"}, {"REQUEST_METHOD", "GET"}},
            "http://a.example/", "");
        const auto exempt = [&](const char* name, const QByteArray& entries, const char* url, bool isExempt) {
            row(name, {{"http_proxy", "http://p:1"}, {"no_proxy", entries}}, url, isExempt ? "" : "http p:1");
        };
        exempt("no_proxy", "a.example", "http://a.example/", true);
        exempt("no_proxy, below", "example", "http://a.example/", true);
        exempt("no_proxy, with a point", ".example", "http://a.example/", true);
        exempt("no_proxy, with a star", "*.example", "http://a.example/", true);
        exempt("no_proxy, ends alike", "example", "http://notexample/", false);
        exempt("no_proxy, of several", "x.example, A.Example other", "http://a.example/", true);
        exempt("no_proxy, another", "b.example", "http://a.example/", false);
        exempt("no_proxy, all", "*", "http://a.example/", true);
        exempt("no_proxy, port", "a.example:8080", "http://a.example:8080/", true);
        exempt("no_proxy, other port", "a.example:8080", "http://a.example/", false);
        exempt("no_proxy, address", "10.1.2.3", "http://10.1.2.3/", true);
        exempt("no_proxy, network", "10.0.0.0/8", "http://10.1.2.3/", true);
        exempt("no_proxy, other network", "10.0.0.0/8", "http://11.1.2.3/", false);
        exempt("no_proxy, IPv6", "::1", "http://[::1]:5000/", true);
        exempt("no_proxy, IPv6 and port", "[::1]:5000", "http://[::1]:5000/", true);
        exempt("no_proxy, empty entries", ",, ,", "http://a.example/", false);
        row("NO_PROXY", {{"http_proxy", "http://p:1"}, {"NO_PROXY", "a.example"}}, "http://a.example/", "");
        row("NO_PROXY, small one first", {{"http_proxy", "http://p:1"}, {"NO_PROXY", "*"}, {"no_proxy", "b.example"}},
            "http://a.example/", "http p:1");
    }
    void readsTheEnvironment()
    {
        QFETCH(Variables, variables);
        QFETCH(QString, url);
        QFETCH(QString, proxy);
        const EnvironmentOf environment(only(variables));
        const auto found = proxyFor(QUrl(url));
        QVERIFY2(found, found ? "" : qPrintable(found.error().message));
        if (proxy.isEmpty()) {
            QCOMPARE(found->type(), QNetworkProxy::NoProxy);
            return;
        }
        QString text =
            (found->type() == QNetworkProxy::HttpProxy ? QStringLiteral("http ") : QStringLiteral("socks5 ")) +
            shownProxy(*found);
        QVERIFY(!text.contains(QStringLiteral("CANARY")));
        if (!found->user().isEmpty())
            text += QLatin1Char(' ') + found->user() + QLatin1Char(':') + found->password();
        QCOMPARE(text, proxy);
    }

    void A10_refusesProxiesWithoutShowingTheirPasswords_data()
    {
        QTest::addColumn<QByteArray>("proxy");
        QTest::newRow("A10 https") << QByteArray("https://me:" + inUrl + "@p:1");
        QTest::newRow("A10 socks4") << QByteArray("socks4://me:" + inUrl + "@p:1");
        QTest::newRow("A10 not encoded") << QByteArray("http://me:" + secret + "@p:1");
        QTest::newRow("A10 bad port") << QByteArray("http://me:" + inUrl + "@p:99999");
        QTest::newRow("A10 no host") << QByteArray("http://me:" + inUrl + "@");
    }
    void A10_refusesProxiesWithoutShowingTheirPasswords()
    {
        QFETCH(QByteArray, proxy);
        const EnvironmentOf environment(only({{"http_proxy", proxy}}));
        const ScriptedServer server(always(Answer::whole(reply(200))));
        const auto response = sendBy(requestTo(server));
        QVERIFY2(failureOf(response) == ErrorKind::Config, qPrintable(shown(response)));
        QVERIFY2(!response.error().message.contains(QStringLiteral("CANARY")), qPrintable(response.error().message));
        QCOMPARE(server.connections(), 0); // not directly instead
    }

    // The proxy gets the credentials of its URL; the server behind it never sees them.
    void S44_A10_sendsCredentialsToTheProxyOnly_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<QByteArray>("method");
        for (const char* method : {"GET", "HEAD", "POST", "PUT"}) {
            QTest::addRow("S44 http %s", method) << false << QByteArray(method);
            QTest::addRow("S44 https %s", method) << true << QByteArray(method);
        }
    }
    void S44_A10_sendsCredentialsToTheProxyOnly()
    {
        QFETCH(bool, tls);
        QFETCH(QByteArray, method);
        const auto good = always(Answer::whole(reply(200, method == "HEAD" ? QByteArray() : "good")));
        const ScriptedServer plain(good);
        const SecureServer secure(m_authority.issue(QStringLiteral("srv"), QStringLiteral("DNS:registry.example")),
                                  good);
        const RecordingProxy proxy({{QStringLiteral("registry.example"), tls ? secure.port() : plain.port()}},
                                   "me:" + secret);
        const EnvironmentOf environment(
            only({{tls ? "https_proxy" : "http_proxy", urlOf(proxy, "me:" + inUrl)}, {"no_proxy", "127.0.0.1"}}));
        LogWatch log;
        Network network;
        network.tls.caFile = m_authority.authority();
        HttpClient client(network, {});
        Request request = requestFor(
            (tls ? QStringLiteral("https") : QStringLiteral("http")) + QStringLiteral("://registry.example/x"), method);
        request.authorization = "Bearer of-the-registry";
        if (method == "PUT" || method == "POST")
            request.body = Body::ofBytes(QByteArray(10'000, 'b'));
        for (int i = 0; i < 2; ++i) {
            const auto response = client.send(request);
            QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        }
        const auto behind = tls ? secure.requests() : plain.requests();
        QCOMPARE(behind.size(), 2);
        for (const ReceivedRequest& one : behind) {
            QCOMPARE(one.header("Authorization"), QByteArray("Bearer of-the-registry"));
            QCOMPARE(one.body.size(), request.body.size());
            for (const auto& [name, value] : one.headers) {
                QVERIFY2(!name.toLower().startsWith("proxy-"), name.constData());
                QVERIFY2(!value.contains("CANARY") && !value.contains(("me:" + secret).toBase64()), value.constData());
            }
        }
        QVERIFY(!proxy.requests().isEmpty());
        for (const ReceivedRequest& one : proxy.requests()) {
            QCOMPARE(one.method, tls ? QByteArray("CONNECT") : method);
            QVERIFY(!tls || one.header("Authorization").isNull()); // what is for the registry is inside the tunnel
        }
        QVERIFY2(!log.lines.join(QLatin1Char(' ')).contains(QStringLiteral("CANARY")),
                 qPrintable(log.lines.join(QLatin1Char(' '))));
    }

    void leavesTheProxyOutWhereToldTo()
    {
        const ScriptedServer server(always(Answer::whole(reply(200, "good"))));
        const RecordingProxy proxy({});
        const EnvironmentOf environment(only({{"http_proxy", urlOf(proxy)}, {"NO_PROXY", "127.0.0.0/8"}}));
        QCOMPARE(statusOf(sendBy(requestTo(server))), 200);
        QCOMPARE(proxy.requests().size(), 0);
    }

    void F24_saysThatTheProxyRefuses_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<QByteArray>("user");
        QTest::newRow("F24 http, no credentials") << false << QByteArray();
        QTest::newRow("F24 https, no credentials") << true << QByteArray();
        QTest::newRow("F24 http, wrong ones") << false << QByteArray("me:CANARY-wrong");
        QTest::newRow("F24 https, wrong ones") << true << QByteArray("me:CANARY-wrong");
    }
    void F24_saysThatTheProxyRefuses()
    {
        QFETCH(bool, tls);
        QFETCH(QByteArray, user);
        const ScriptedServer server(always(Answer::whole(reply(200, "good"))));
        const RecordingProxy proxy({{QStringLiteral("registry.example"), server.port()}}, "me:right", Fault::Refuses);
        const EnvironmentOf environment(only({{"all_proxy", urlOf(proxy, user)}}));
        LogWatch log;
        const auto response = sendBy(requestFor((tls ? QStringLiteral("https") : QStringLiteral("http")) +
                                                QStringLiteral("://registry.example/x")),
                                     {}, log.onWait.get_token());
        QVERIFY2(failureOf(response) == ErrorKind::Auth, qPrintable(shown(response)));
        const QString message = response.error().message;
        QVERIFY2(message.contains(QStringLiteral("the proxy 127.0.0.1:%1").arg(proxy.port())), qPrintable(message));
        QVERIFY(!(message + response.error().detail).contains(QStringLiteral("CANARY")));
        QCOMPARE(server.connections(), 0);
        QCOMPARE(log.waits, 0); // is not tried again
    }

    void F24_triesAgainWhenTheProxyDies_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<int>("fault");
        for (const bool tls : {false, true}) {
            QTest::addRow("F24 %s, before the answer", tls ? "https" : "http")
                << tls << static_cast<int>(Fault::DiesForOnce);
            QTest::addRow("F24 %s, within the answer", tls ? "https" : "http")
                << tls << static_cast<int>(Fault::DiesInAnswer);
        }
    }
    void F24_triesAgainWhenTheProxyDies()
    {
        QFETCH(bool, tls);
        QFETCH(int, fault);
        const QByteArray content(50'000, 'c');
        const auto good = always(Answer::whole(reply(200, content)));
        const ScriptedServer plain(good);
        const SecureServer secure(m_authority.issue(QStringLiteral("srv"), QStringLiteral("DNS:registry.example")),
                                  good);
        const RecordingProxy proxy({{QStringLiteral("registry.example"), tls ? secure.port() : plain.port()}}, {},
                                   static_cast<Fault>(fault));
        const EnvironmentOf environment(only({{"all_proxy", urlOf(proxy)}}));
        Network network;
        network.tls.caFile = m_authority.authority();
        network.timeouts.retryBase = network.timeouts.retryCap = std::chrono::milliseconds(10);
        network.timeouts.connect = std::chrono::seconds(3);
        HttpClient client(network, {});
        Collector sink;
        Request request = requestFor((tls ? QStringLiteral("https") : QStringLiteral("http")) +
                                     QStringLiteral("://registry.example/x"));
        request.sink = &sink;
        request.expectedSize = request.limit = content.size();
        const auto response = client.send(request);
        QVERIFY2(response, qPrintable(shown(response)));
        QVERIFY(sink.bytes == content);
        QVERIFY(proxy.requests().size() >= 2);
    }

    void F24_namesTheProxyThatIsGone_data()
    {
        QTest::addColumn<bool>("tls");
        QTest::addColumn<bool>("dies");
        for (const bool tls : {false, true}) {
            QTest::addRow("F24 %s, dies", tls ? "https" : "http") << tls << true;
            QTest::addRow("F24 %s, not there", tls ? "https" : "http") << tls << false;
        }
    }
    void F24_namesTheProxyThatIsGone()
    {
        QFETCH(bool, tls);
        QFETCH(bool, dies);
        std::optional<RecordingProxy> proxy(std::in_place, QMap<QString, quint16>{}, "", Fault::Dies);
        const EnvironmentOf environment(only({{"all_proxy", urlOf(*proxy, "me:CANARY")}}));
        const QString place = QStringLiteral("127.0.0.1:%1").arg(proxy->port());
        if (!dies)
            proxy.reset();
        Timeouts timeouts;
        timeouts.retryBase = timeouts.retryCap = std::chrono::milliseconds(5);
        timeouts.connect = std::chrono::seconds(1);
        const auto response = sendBy(requestFor((tls ? QStringLiteral("https") : QStringLiteral("http")) +
                                                QStringLiteral("://registry.example/x")),
                                     timeouts);
        const Failure failure = failureOf(response); // that it hangs up before the tunnel stands, Qt does not notice
        QVERIFY2(failure == ErrorKind::Network || (tls && dies && failure == ErrorKind::Timeout),
                 qPrintable(shown(response)));
        QVERIFY2(response.error().message.contains(QStringLiteral("the proxy ") + place), qPrintable(shown(response)));
        QVERIFY(!response.error().message.contains(QStringLiteral("CANARY")));
        QVERIFY(!dies || proxy->requests().size() >= limits::attempts);
    }
};

QTEST_GUILESS_MAIN(TestProxies)
#include "tst_proxies.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/exchange.h"
#include "core/http/peers.h"
#include "tests/support/httptest.h"
#include "tests/support/recordingproxy.h"

#include <QNetworkAccessManager>
#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;

namespace {

/// Whatever is asked, and nobody but these servers is.
class Internet
{
public:
    explicit Internet(const QMap<QString, quint16>& hosts)
        : m_proxy(hosts)
        , m_environment({{"http_proxy", "http://127.0.0.1:" + QByteArray::number(m_proxy.port())},
                         {"no_proxy", "127.0.0.1,localhost,10.0.0.0/8"}})
    {
    }
    [[nodiscard]] const RecordingProxy& proxy() const { return m_proxy; }

private:
    RecordingProxy m_proxy;
    EnvironmentOf m_environment;
};

} // namespace

class TestPeers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        forgetProxies();
        for (const char* name : {"no_proxy", "NO_PROXY"})
            qunsetenv(name);
    }

    void A06_tellsPublicAddresses_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<bool>("isPublic");
        for (const char* address : {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "100.63.0.1",
                                    "100.128.0.1", "169.253.1.1", "198.17.0.1", "223.255.255.255", "2606:4700::1111",
                                    "64:ff9b::808:808", "2002:808:808::1", "::ffff:8.8.8.8"})
            QTest::newRow(address) << QString::fromLatin1(address) << true;
        for (const char* address : {"0.0.0.0",
                                    "0.1.2.3",
                                    "10.0.0.1",
                                    "100.64.0.1",
                                    "127.0.0.1",
                                    "127.255.255.254",
                                    "169.254.169.254",
                                    "172.16.0.1",
                                    "172.31.255.255",
                                    "192.168.1.1",
                                    "192.0.0.192",
                                    "198.18.0.1",
                                    "224.0.0.1",
                                    "255.255.255.255",
                                    "::",
                                    "::1",
                                    "fe80::1",
                                    "fe80::1%1",
                                    "fc00::1",
                                    "fd12::1",
                                    "fec0::1",
                                    "ff02::1",
                                    "::ffff:127.0.0.1",
                                    "::ffff:10.0.0.1",
                                    "::127.0.0.1",
                                    "::ffff:0:127.0.0.1",
                                    "64:ff9b::7f00:1",
                                    "64:ff9b::a9fe:a9fe",
                                    "64:ff9b:1::1",
                                    "2002:7f00:1::",
                                    "2002:a00:1::1",
                                    "2001::1"})
            QTest::newRow(address) << QString::fromLatin1(address) << false;
    }
    void A06_tellsPublicAddresses()
    {
        QFETCH(QString, address);
        QFETCH(bool, isPublic);
        QVERIFY(!QHostAddress(address).isNull());
        QCOMPARE(http::isPublic(QHostAddress(address)), isPublic);
        QVERIFY(!http::isPublic(QHostAddress()));
    }

    // A registry on the internet sends us to where only we can go; nothing is sent there, in whatever form it is named.
    void A06_refusesToLeadInside_data()
    {
        QTest::addColumn<QString>("host");
        for (const char* host : {"127.0.0.1",
                                 "127.1",
                                 "2130706433",
                                 "0x7f000001",
                                 "0x7f.1",
                                 "0177.0.0.1",
                                 "017700000001",
                                 "localhost",
                                 "LOCALHOST",
                                 "localhost.",
                                 "a.localhost",
                                 "[::1]",
                                 "[::ffff:127.0.0.1]",
                                 "[::ffff:7f00:1]",
                                 "[::127.0.0.1]",
                                 "0.0.0.0",
                                 "0",
                                 "[::]",
                                 "10.0.0.1",
                                 "169.254.169.254",
                                 "192.168.0.1",
                                 "172.16.1.1",
                                 "100.64.1.1",
                                 "[fe80::1]",
                                 "[fd00::1]",
                                 "[64:ff9b::7f00:1]",
                                 "[2002:7f00:1::]"})
            QTest::newRow(host) << QString::fromLatin1(host);
    }
    void A06_refusesToLeadInside()
    {
        QFETCH(QString, host);
        const ScriptedServer inside(always(Answer::whole(reply(200, "reached"))));
        const QByteArray location = "http://" + host.toLatin1() + ':' + QByteArray::number(inside.port()) + "/y";
        const ScriptedServer registry(always(Answer::whole(reply(307, {}, {"Location: " + location}))));
        const Internet internet({{QStringLiteral("registry.example"), registry.port()}});
        for (const char* method : {"GET", "HEAD", "PUT"}) {
            Request request;
            request.method = method;
            request.url = QUrl(QStringLiteral("http://registry.example/x"));
            const auto response = sendBy(request);
            QVERIFY2(failureOf(response) == ErrorKind::Protocol, qPrintable(shown(response)));
        }
        QCOMPARE(registry.requests().size(), 3);
        QCOMPARE(inside.connections(), 0);
        QCOMPARE(internet.proxy().requests().size(), 3); // the one inside was not asked for by the proxy either
        // What the registry names otherwise (realm, upload location, next page) is sent by a client of its own.
        Network network;
        network.home = QUrl(QStringLiteral("http://registry.example/"));
        HttpClient client(network, {});
        Request request;
        request.url = QUrl::fromEncoded(location);
        request.authorization = "Basic CANARY";
        const auto response = client.send(request);
        QVERIFY2(failureOf(response) == ErrorKind::Protocol, qPrintable(shown(response)));
        QVERIFY2(response.error().message.contains(QStringLiteral("private address")), qPrintable(shown(response)));
        QCOMPARE(inside.connections(), 0);
    }

    void A06_looksNamesUp_data()
    {
        QTest::addColumn<QStringList>("registry"); // addresses
        QTest::addColumn<QStringList>("target");
        QTest::addColumn<bool>("followed");
        const QStringList outside{QStringLiteral("203.0.113.1")};
        const QStringList inside{QStringLiteral("10.1.2.3")};
        QTest::newRow("A06 outside to outside") << outside << QStringList{QStringLiteral("198.51.100.1")} << true;
        QTest::newRow("A06 outside to inside") << outside << inside << false;
        QTest::newRow("A06 outside to both") << outside << outside + inside << false;
        QTest::newRow("A06 outside to inside by IPv6") << outside << QStringList{QStringLiteral("fd00::1")} << false;
        QTest::newRow("A06 both to inside") << outside + inside << inside << false;
        QTest::newRow("A06 inside to inside") << inside << QStringList{QStringLiteral("192.168.1.1")} << true;
        QTest::newRow("A06 inside to loopback") << inside << QStringList{QStringLiteral("127.0.0.1")} << true;
        QTest::newRow("A06 inside to outside") << inside << outside << true;
        QTest::newRow("A06 unknown to inside") << QStringList() << inside << false;
        QTest::newRow("A06 outside to unknown") << outside << QStringList() << false; // it may be found a moment later
    }
    void A06_looksNamesUp()
    {
        QFETCH(QStringList, registry);
        QFETCH(QStringList, target);
        QFETCH(bool, followed);
        Network network;
        int asked = 0;
        network.resolve = [&](const QString& host) {
            ++asked;
            QList<QHostAddress> found;
            for (const QString& one : host == QLatin1String("registry.example") ? registry : target)
                found.append(QHostAddress(one));
            return found;
        };
        HttpClient client(network, {});
        const QUrl from(QStringLiteral("https://registry.example/v2/"));
        const auto may = client.mayFollow(from, QUrl(QStringLiteral("https://blobs.example/y")));
        QCOMPARE(may.has_value(), followed);
        QVERIFY(may || may.error().kind == (target.isEmpty() ? ErrorKind::Network : ErrorKind::Protocol));
        QVERIFY(asked > 0);
        asked = 0;
        QVERIFY(client.mayFollow(from, QUrl(QStringLiteral("https://registry.example:444/y"))));
        QCOMPARE(asked, 0); // the same host
    }

    // Between two look-ups a name may change what it means: the one in the middle was outside when it was gone to.
    void A06_aNameThatTurnsInsideLeadsNowhere()
    {
        const ScriptedServer inside(always(Answer::whole(reply(200, "reached"))));
        std::atomic<bool> isTurned = false;
        const ScriptedServer turning([&](const ReceivedRequest&) {
            isTurned = true;
            return redirectTo(inside);
        });
        const ScriptedServer registry(always(Answer::whole(reply(307, {}, {"Location: http://turning.example/y"}))));
        const Internet internet({{QStringLiteral("registry.example"), registry.port()},
                                 {QStringLiteral("turning.example"), turning.port()}});
        Network network;
        network.resolve = [&](const QString& host) -> QList<QHostAddress> {
            const bool isInside = host == QLatin1String("turning.example") && isTurned;
            return {QHostAddress(isInside ? QStringLiteral("10.1.2.3") : QStringLiteral("203.0.113.1"))};
        };
        HttpClient client(network, {});
        Request request;
        request.url = QUrl(QStringLiteral("http://registry.example/x"));
        const auto response = client.send(request);
        QVERIFY2(failureOf(response) == ErrorKind::Protocol, qPrintable(shown(response)));
        QCOMPARE(turning.requests().size(), 1);
        QCOMPARE(inside.connections(), 0);
    }

    // A name server that fails for the judgement and answers for the connection has led nobody inside.
    void A06_whoCouldNotBeJudgedIsNotGoneTo()
    {
        const ScriptedServer registry(always(Answer::whole(reply(307, {}, {"Location: http://flip.example/y"}))));
        const ScriptedServer inside(always(Answer::whole(reply(200, "reached"))));
        const Internet internet(
            {{QStringLiteral("registry.example"), registry.port()}, {QStringLiteral("flip.example"), inside.port()}});
        Network network;
        network.timeouts.retryBase = std::chrono::milliseconds(1);
        network.resolve = [&](const QString& host) {
            return host == QLatin1String("flip.example")
                       ? QList<QHostAddress>()
                       : QList<QHostAddress>{QHostAddress(QStringLiteral("203.0.113.1"))};
        };
        HttpClient client(network, {});
        Request request;
        request.url = QUrl(QStringLiteral("http://registry.example/x"));
        const auto response = client.send(request);
        QVERIFY2(failureOf(response) == ErrorKind::Network, qPrintable(shown(response)));
        QVERIFY2(response.error().message.contains(QStringLiteral("can't be found")), qPrintable(shown(response)));
        QCOMPARE(inside.connections(), 0);
    }

    void A06_connectsToTheAddressThatWasJudged()
    {
        const ScriptedServer server(always(Answer::whole(reply(200, "there"))));
        Request request;
        request.url = QUrl(QStringLiteral("http://blobs.example:%1/y").arg(server.port()));
        Security security;
        security.address = QHostAddress(QHostAddress::LocalHost);
        QNetworkAccessManager manager;
        const Timeouts timeouts;
        Exchange exchange(manager, request, timeouts, {}, security);
        const auto response = exchange.run();
        QVERIFY2(response && response->status == 200, qPrintable(shown(response)));
        QCOMPARE(response->url, request.url);
        QCOMPARE(server.requests().first().header("Host"), "blobs.example:" + QByteArray::number(server.port()));
    }

    // With the system's own resolver, and servers that are really there.
    void A06_aRegistryInsideMayLeadInside()
    {
        const ScriptedServer b(always(Answer::whole(reply(200, "there"))));
        const ScriptedServer a(always(
            Answer::whole(reply(302, {}, {"Location: http://localhost:" + QByteArray::number(b.port()) + "/y"}))));
        const auto response = sendBy(requestTo(a));
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QVERIFY(!addressesOf(QStringLiteral("localhost"), {}).isEmpty());
        QVERIFY(addressesOf(QStringLiteral("no-such-host.invalid"), {}).isEmpty());
        std::stop_source stop;
        stop.request_stop();
        QElapsedTimer timer;
        timer.start();
        (void)addressesOf(QStringLiteral("no-such-host.invalid"), stop.get_token());
        QVERIFY(timer.elapsed() < 5000);
    }

    void A03_Q09_refusesOtherUrls_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<bool>("may");
        QTest::newRow("A03 https to http, same host") << "https://10.0.0.1/"
                                                      << "http://10.0.0.1/" << false;
        QTest::newRow("A03 https to http, other host") << "https://10.0.0.1/"
                                                       << "http://10.0.0.2/" << false;
        QTest::newRow("http to https") << "http://10.0.0.1/"
                                       << "https://10.0.0.2/" << true;
        QTest::newRow("F13 file") << "http://10.0.0.1/"
                                  << "file:///etc/passwd" << false;
        QTest::newRow("F13 ftp") << "http://10.0.0.1/"
                                 << "ftp://10.0.0.2/" << false;
        QTest::newRow("Q09 user") << "http://10.0.0.1/"
                                  << "http://u:p@10.0.0.1/" << false;
    }
    void A03_Q09_refusesOtherUrls()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(bool, may);
        HttpClient client(Network(), {});
        QCOMPARE(client.mayFollow(QUrl(from), QUrl(to)).has_value(), may);
    }
};

QTEST_GUILESS_MAIN(TestPeers)
#include "tst_peers.moc"

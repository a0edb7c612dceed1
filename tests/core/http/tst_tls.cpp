// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/httptest.h"
#include "tests/support/recordingproxy.h"
#include "tests/support/secureserver.h"

#include <QFile>
#include <QSslCertificate>
#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;

namespace {

const QString local = QStringLiteral("IP:127.0.0.1,DNS:localhost");

SecureServer::Handler saysGood()
{
    return always(Answer::whole(reply(200, "good")));
}

Result<Response> get(const QString& url, const TlsOptions& tls, const QUrl& home = {})
{
    Network network;
    network.tls = tls;
    network.home = home;
    HttpClient client(network, {});
    Request request;
    request.url = QUrl(url);
    request.authorization = "Bearer CANARY";
    return client.send(request);
}

QString fileWith(const QTemporaryDir& folder, const QString& name, const QByteArray& content)
{
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("can't write a file");
    return file.fileName();
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestTls : public QObject
{
    Q_OBJECT

    Certificates m_authority;
    Certificates m_other{QStringLiteral("Other Root")};
    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        forgetProxies();
        qunsetenv("SSL_CERT_FILE");
    }

    // Nothing is sent, by no scheme, and the message names the very certificate.
    void A12_refusesWhatIsNotTrusted_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("says");
        QTest::newRow("A12 trusted") << m_authority.issue(QStringLiteral("right"), local) << QString();
        QTest::newRow("A12 expired") << m_authority.issue(QStringLiteral("expired"), local, -1)
                                     << QStringLiteral("expired");
        QTest::newRow("A12 wrong host") << m_authority.issue(QStringLiteral("elsewhere"),
                                                             QStringLiteral("DNS:registry.example"))
                                        << QStringLiteral("host name did not match");
        QTest::newRow("A12 self-signed") << m_authority.selfSigned(QStringLiteral("alone"), local)
                                         << QStringLiteral("self-signed");
        QTest::newRow("A12 untrusted root")
            << m_other.issue(QStringLiteral("stranger"), local) << QStringLiteral("issuer certificate");
    }
    void A12_refusesWhatIsNotTrusted()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, says);
        const SecureServer server(certificate, saysGood());
        const auto response = get(server.address(), {m_authority.authority(), {}, {}});
        if (says.isEmpty()) {
            QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
            QCOMPARE(server.requests().constFirst().header("Authorization"), QByteArray("Bearer CANARY"));
            return;
        }
        QVERIFY2(failureOf(response) == ErrorKind::Tls, qPrintable(shown(response)));
        const QString message = response.error().message;
        QVERIFY2(message.contains(says, Qt::CaseInsensitive), qPrintable(message));
        QVERIFY2(message.contains(QString::fromLatin1(Certificates::fingerprint(certificate))), qPrintable(message));
        QVERIFY(message.contains(QSslCertificate(contentOf(certificate)).subjectDisplayName()));
        QCOMPARE(server.requests().size(), 0);
    }

    void A12_acceptsTheOneCertificateThatIsNamed_data()
    {
        QTest::addColumn<QString>("server"); // which certificate it shows
        QTest::addColumn<QString>("named");  // which one is accepted
        QTest::addColumn<int>("portOff");    // from the server's own
        QTest::addColumn<int>("otherDigit"); // of the fingerprint; -1: none
        QTest::addColumn<bool>("works");
        for (const char* kind : {"self-signed", "expired", "wrong host"})
            QTest::newRow(qPrintable(QStringLiteral("A12 ") + QLatin1String(kind)))
                << QString::fromLatin1(kind) << QString::fromLatin1(kind) << 0 << -1 << true;
        QTest::newRow("A12 another certificate") << "self-signed"
                                                 << "expired" << 0 << -1 << false;
        QTest::newRow("A12 at another port") << "self-signed"
                                             << "self-signed" << 1 << -1 << false;
        for (const int digit : {0, 32, 63})
            QTest::addRow("A12 digit %d is another", digit) << "self-signed"
                                                            << "self-signed" << 0 << digit << false;
    }
    void A12_acceptsTheOneCertificateThatIsNamed()
    {
        QFETCH(QString, server);
        QFETCH(QString, named);
        QFETCH(int, portOff);
        QFETCH(int, otherDigit);
        QFETCH(bool, works);
        const QMap<QString, QString> made{
            {QStringLiteral("self-signed"), m_other.selfSigned(QStringLiteral("s"), local)},
            {QStringLiteral("expired"), m_other.issue(QStringLiteral("e"), local, -1)},
            {QStringLiteral("wrong host"), m_other.issue(QStringLiteral("w"), QStringLiteral("DNS:registry.example"))}};
        const SecureServer secure(made.value(server), saysGood());
        QByteArray fingerprint = Certificates::fingerprint(made.value(named));
        if (otherDigit >= 0)
            fingerprint[otherDigit] = fingerprint[otherDigit] == '0' ? '1' : '0';
        TlsOptions tls;
        QVERIFY(acceptCertificate(
            tls, QStringLiteral("127.0.0.1:%1=%2").arg(secure.port() + portOff).arg(QString::fromLatin1(fingerprint))));
        const auto response = get(secure.address(), tls);
        QVERIFY2(failureOf(response) == (works ? Failure() : ErrorKind::Tls), qPrintable(shown(response)));
        QCOMPARE(secure.requests().size(), works ? 1 : 0);
    }

    void A12_trustsTheFileOfTheEnvironment_data()
    {
        QTest::addColumn<QString>("environment");
        QTest::addColumn<QString>("option");
        QTest::addColumn<bool>("works");
        QTest::newRow("SSL_CERT_FILE") << m_authority.authority() << QString() << true;
        QTest::newRow("the other authority's") << m_other.authority() << QString() << false;
        QTest::newRow("the option adds to it") << m_other.authority() << m_authority.authority() << true;
        QTest::newRow("it stays with the option") << m_authority.authority() << m_other.authority() << true;
    }
    void A12_trustsTheFileOfTheEnvironment()
    {
        QFETCH(QString, environment);
        QFETCH(QString, option);
        QFETCH(bool, works);
        const EnvironmentOf variables({{"SSL_CERT_FILE", environment.toLocal8Bit()}});
        const SecureServer server(m_authority.issue(QStringLiteral("env"), local), saysGood());
        const auto response = get(server.address(), {option, {}, {}});
        QVERIFY2(failureOf(response) == (works ? Failure() : ErrorKind::Tls), qPrintable(shown(response)));
    }

    void A12_saysWhichFileIsUnusable_data()
    {
        QTest::addColumn<TlsOptions>("options");
        QTest::addColumn<QString>("says");
        const QString empty = fileWith(m_folder, QStringLiteral("empty.pem"), {});
        const QString text = fileWith(m_folder, QStringLiteral("text.pem"), "not a certificate");
        const QString good = m_authority.issue(QStringLiteral("client"), local);
        const QString noKey = fileWith(m_folder, QStringLiteral("nokey.pem"), contentOf(m_authority.authority()));
        QTest::newRow("missing") << TlsOptions{QStringLiteral("/nowhere/ca.pem"), {}, {}} << "/nowhere/ca.pem";
        QTest::newRow("empty") << TlsOptions{empty, {}, {}} << "empty.pem";
        QTest::newRow("no certificate") << TlsOptions{text, {}, {}} << "text.pem";
        QTest::newRow("no client certificate") << TlsOptions{{}, text, good} << "text.pem";
        QTest::newRow("no key") << TlsOptions{{}, noKey, {}} << "nokey.pem";
        QTest::newRow("missing key") << TlsOptions{{}, good, QStringLiteral("/nowhere/key.pem")} << "/nowhere/key.pem";
        QTest::newRow("key alone") << TlsOptions{{}, {}, good} << "client certificate";
    }
    void A12_saysWhichFileIsUnusable()
    {
        QFETCH(TlsOptions, options);
        QFETCH(QString, says);
        const auto read = tlsConfiguration(options, true);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Config);
        QVERIFY2(read.error().message.contains(says), qPrintable(read.error().message));
        const SecureServer server(m_authority.issue(QStringLiteral("unused"), local), saysGood());
        const auto response = get(server.address(), options, QUrl(server.address()));
        QVERIFY2(failureOf(response) == ErrorKind::Config, qPrintable(shown(response)));
        QCOMPARE(server.requests().size(), 0);
    }

    void A12_readsFingerprints_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("key"); // empty: refused
        const QString hex(QStringLiteral("ab").repeated(32));
        const QString colons = QStringLiteral("AB:").repeated(32).chopped(1);
        QTest::newRow("host") << QStringLiteral("Registry.Example=") + hex << "registry.example:443";
        QTest::newRow("port") << QStringLiteral("registry.example:5000=") + hex.toUpper() << "registry.example:5000";
        QTest::newRow("openssl's") << QStringLiteral("10.0.0.1=") + colons << "10.0.0.1:443";
        QTest::newRow("named") << QStringLiteral("host=sha256:") + hex << "host:443";
        QTest::newRow("IPv6") << QStringLiteral("[::1]:5000=") + hex << "::1:5000";
        QTest::newRow("none") << QStringLiteral("host=") << QString();
        QTest::newRow("short") << QStringLiteral("host=") + hex.chopped(2) << QString();
        QTest::newRow("long") << QStringLiteral("host=") + hex + QStringLiteral("ab") << QString();
        QTest::newRow("SHA-1") << QStringLiteral("host=") + hex.left(40) << QString();
        QTest::newRow("no host") << QStringLiteral("=") + hex << QString();
        QTest::newRow("no equals") << hex << QString();
        QTest::newRow("port 0") << QStringLiteral("host:0=") + hex << QString();
        QTest::newRow("port 65536") << QStringLiteral("host:65536=") + hex << QString();
        QTest::newRow("a URL") << QStringLiteral("https://host=") + hex << QString();
        QTest::newRow("any host") << QStringLiteral("*=") + hex << QString();
    }
    void A12_readsFingerprints()
    {
        QFETCH(QString, text);
        QFETCH(QString, key);
        TlsOptions options;
        const auto taken = acceptCertificate(options, text);
        QCOMPARE(taken.has_value(), !key.isEmpty());
        QCOMPARE(options.accepted.keys(), key.isEmpty() ? QStringList() : QStringList{key});
        QVERIFY(key.isEmpty() || options.accepted.first() == QByteArray("ab").repeated(32));
        QVERIFY(taken || taken.error().kind == ErrorKind::Config);
    }

    void A12_acceptsItAtThatHostAndPortOnly_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("A12 there") << "https://a.example:5000/x" << true;
        QTest::newRow("A12 in capitals") << "https://A.EXAMPLE:5000/x" << true;
        QTest::newRow("A12 another host") << "https://b.example:5000/x" << false;
        QTest::newRow("A12 a host below") << "https://sub.a.example:5000/x" << false;
        QTest::newRow("A12 another port") << "https://a.example:5001/x" << false;
        QTest::newRow("A12 no port") << "https://a.example/x" << false;
        QTest::newRow("A12 the port of https") << "https://c.example/x" << true;
        QTest::newRow("A12 the port of https, written") << "https://c.example:443/x" << true;
    }
    void A12_acceptsItAtThatHostAndPortOnly()
    {
        QFETCH(QString, url);
        QFETCH(bool, accepted);
        TlsOptions options;
        const QString hex = QStringLiteral("ab").repeated(32);
        QVERIFY(acceptCertificate(options, QStringLiteral("a.example:5000=") + hex));
        QVERIFY(acceptCertificate(options, QStringLiteral("c.example=") + hex));
        QCOMPARE(acceptedAt(options, QUrl(url)), accepted ? hex.toLatin1() : QByteArray());
    }

    // No older protocol than Qt itself takes for secure, which is TLS 1.2.
    void A12_speaksNoOldProtocol()
    {
        for (const TlsOptions& options : {TlsOptions(), TlsOptions{m_authority.authority(), {}, {}}}) {
            const auto configuration = tlsConfiguration(options, false);
            QVERIFY(configuration);
            QCOMPARE(configuration->protocol(), QSsl::SecureProtocols);
            QCOMPARE(configuration->peerVerifyMode(), QSslSocket::AutoVerifyPeer);
        }
    }

    void S44_showsTheClientCertificateToItsOriginOnly_data()
    {
        QTest::addColumn<bool>("isHome");
        QTest::newRow("S44 to the registry") << true;
        QTest::newRow("S44 to another server") << false;
    }
    void S44_showsTheClientCertificateToItsOriginOnly()
    {
        QFETCH(bool, isHome);
        const SecureServer server(m_authority.issue(QStringLiteral("srv"), local), saysGood(), m_authority.authority());
        const TlsOptions tls{m_authority.authority(), m_authority.issue(QStringLiteral("Client CN"), local), {}};
        // Of two ports of one host only one is the registry.
        const QUrl home(isHome ? server.address() : QStringLiteral("https://127.0.0.1:1"));
        const auto response = get(server.address(), tls, home);
        QVERIFY2(isHome ? statusOf(response) == 200 : !response.has_value(), qPrintable(shown(response)));
        QCOMPARE(server.clients(), isHome ? QStringList{QStringLiteral("Client CN")} : QStringList());
    }

    // A server that merely asks gets none either, nor credentials or headers.
    void S44_A01_redirectsDoNotTakeTheClientCertificateAlong()
    {
        const QString certificate = m_authority.issue(QStringLiteral("srv"), local);
        const SecureServer b(certificate, saysGood(), m_authority.authority(), true);
        const SecureServer a(certificate,
                             always(Answer::whole(reply(307, {}, {"Location: " + b.address().toLatin1() + "/y"}))),
                             m_authority.authority());
        const TlsOptions tls{m_authority.authority(), m_authority.issue(QStringLiteral("Client CN"), local), {}};
        const auto response = get(a.address() + QStringLiteral("/x"), tls, QUrl(a.address()));
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QCOMPARE(a.clients(), QStringList{QStringLiteral("Client CN")});
        QCOMPARE(b.clients(), QStringList{QString()});
        QVERIFY(b.requests().constFirst().header("Authorization").isNull());
    }

    // What the server says of it depends on the server: an alert, or nothing.
    void S44_aMissingClientCertificateIsAnError()
    {
        const SecureServer server(m_authority.issue(QStringLiteral("srv"), local), saysGood(), m_authority.authority());
        Network network;
        network.tls.caFile = m_authority.authority();
        network.timeouts.retryBase = network.timeouts.retryCap = std::chrono::milliseconds(5);
        HttpClient client(network, {});
        Request request;
        request.url = QUrl(server.address());
        const auto response = client.send(request);
        const Failure failure = failureOf(response);
        QVERIFY2(failure == ErrorKind::Tls || failure == ErrorKind::Network, qPrintable(shown(response)));
        QCOMPARE(server.requests().size(), 0);
    }

    void A03_doesNotFollowFromHttpsToHttp_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("A03 GET") << QByteArray("GET");
        QTest::newRow("A03 HEAD") << QByteArray("HEAD");
        QTest::newRow("A03 PUT") << QByteArray("PUT");
    }
    void A03_doesNotFollowFromHttpsToHttp()
    {
        QFETCH(QByteArray, method);
        const ScriptedServer plain(always(Answer::whole(reply(200, "reached"))));
        const SecureServer secure(
            m_authority.issue(QStringLiteral("srv"), local),
            always(Answer::whole(reply(307, {}, {"Location: " + plain.address().toLatin1() + "/y"}))));
        Network network;
        network.tls.caFile = m_authority.authority();
        HttpClient client(network, {});
        Request request;
        request.method = method;
        request.url = QUrl(secure.address());
        const auto response = client.send(request);
        QVERIFY2(failureOf(response) == ErrorKind::Protocol, qPrintable(shown(response)));
        QVERIFY(response.error().message.contains(QStringLiteral("from https to http")));
        QCOMPARE(plain.connections(), 0);
        // Nor does what a registry names otherwise (realm, upload location, next page) lead there.
        network.home = QUrl(secure.address());
        HttpClient ofRegistry(network, {});
        QCOMPARE(failureOf(ofRegistry.send(requestTo(plain, method))), Failure(ErrorKind::Protocol));
        QCOMPARE(plain.connections(), 0);
    }

    // The server would rather speak HTTP/2; Qt's is not used, since it is where its advisories are.
    void Q17_speaksHttp1()
    {
        const SecureServer server(m_authority.issue(QStringLiteral("srv"), local), saysGood());
        for (int i = 0; i < 2; ++i) {
            const auto response = get(server.address(), {m_authority.authority(), {}, {}});
            QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        }
        for (const QByteArray& protocol : server.protocols())
            QVERIFY2(protocol != "h2", protocol.constData());
        QCOMPARE(server.requests().size(), 2);
        const ScriptedServer plain(always(Answer::whole(reply(200, "good"))));
        QVERIFY(sendBy(requestTo(plain)));
        QVERIFY(plain.requests().constFirst().header("Upgrade").isNull());
        QVERIFY(plain.requests().constFirst().header("HTTP2-Settings").isNull());
    }
};

QTEST_GUILESS_MAIN(TestTls)
#include "tst_tls.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/reference.h"

#include <QDir>
#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;

class TestReference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEndpoints_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("origin"); // empty: refused
        QTest::addColumn<QString>("prefix");
        QTest::newRow("host") << "ghcr.io"
                              << "https://ghcr.io"
                              << "";
        QTest::newRow("namespace") << "ghcr.io/myorg"
                                   << "https://ghcr.io"
                                   << "myorg";
        QTest::newRow("deep namespace, slashes at the end") << "harbor.example.com/a/b//"
                                                            << "https://harbor.example.com"
                                                            << "a/b";
        QTest::newRow("port") << "localhost:5000/x"
                              << "https://localhost:5000"
                              << "x";
        QTest::newRow("plain http when written") << "http://127.0.0.1:5000"
                                                 << "http://127.0.0.1:5000"
                                                 << "";
        QTest::newRow("IPv6") << "http://[::1]:5000/org"
                              << "http://[::1]:5000"
                              << "org";
        QTest::newRow("upper-case host") << "GHCR.io/org"
                                         << "https://ghcr.io"
                                         << "org";
        QTest::newRow("docker.io is another server's name") << "docker.io/me"
                                                            << "https://registry-1.docker.io"
                                                            << "me";
        QTest::newRow("as readers write it") << "oci://ghcr.io/myorg"
                                             << "https://ghcr.io"
                                             << "myorg";
        QTest::newRow("as copy writes plain http") << "oci+http://127.0.0.1:5000/x"
                                                   << "http://127.0.0.1:5000"
                                                   << "x";
        QTest::newRow("what is of every registry's address") << "ghcr.io/v2/myorg"
                                                             << ""
                                                             << "";
        QTest::newRow("nothing") << ""
                                 << ""
                                 << "";
        QTest::newRow("upper-case namespace") << "ghcr.io/MyOrg"
                                              << ""
                                              << "";
        QTest::newRow("scheme") << "ftp://ghcr.io/org"
                                << ""
                                << "";
        QTest::newRow("no scheme before ://") << "my_https://ghcr.io/org"
                                              << ""
                                              << "";
        QTest::newRow("user info") << "https://me:s3cr3t@ghcr.io/org"
                                   << ""
                                   << "";
        QTest::newRow("query") << "ghcr.io/org?x=1"
                               << ""
                               << "";
        QTest::newRow("fragment") << "ghcr.io/org#x"
                                  << ""
                                  << "";
        QTest::newRow("dot dot") << "ghcr.io/../org"
                                 << ""
                                 << "";
        QTest::newRow("space") << "ghcr.io/my org"
                               << ""
                               << "";
        QTest::newRow("line break") << "ghcr.io/org\nHost: x"
                                    << ""
                                    << "";
        QTest::newRow("layout without a directory") << "oci-layout:"
                                                    << ""
                                                    << "";
    }
    void readsEndpoints()
    {
        QFETCH(QString, text);
        QFETCH(QString, origin);
        QFETCH(QString, prefix);
        const auto endpoint = parseEndpoint(text);
        if (origin.isEmpty()) {
            QVERIFY(!endpoint);
            QCOMPARE(endpoint.error().kind, ErrorKind::Config);
            QVERIFY2(!endpoint.error().message.contains(QLatin1String("s3cr3t")), qPrintable(endpoint.error().message));
            return;
        }
        QVERIFY2(endpoint, endpoint ? "" : qPrintable(endpoint.error().message));
        QCOMPARE(endpoint->origin.toString(), origin);
        QCOMPARE(endpoint->prefix, prefix);
        const auto again = parseEndpoint(endpoint->toString());
        QVERIFY(again);
        QCOMPARE(again->origin, endpoint->origin);
        QCOMPARE(again->prefix, endpoint->prefix);
    }

    void readsALayoutAsAPath()
    {
        const auto endpoint = parseEndpoint(QStringLiteral("oci-layout:some/where/../here"));
        QVERIFY(endpoint);
        QVERIFY(endpoint->kind == Endpoint::Kind::Layout);
        QCOMPARE(endpoint->directory, QDir::currentPath() + QStringLiteral("/some/here"));
    }

    void S01_knowsTheGrammarOfNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isName");
        QTest::addColumn<bool>("isTagToo");
        QTest::newRow("plain") << "a" << true << true;
        QTest::newRow("separators") << "a.b_c__d-e--f" << true << true;
        QTest::newRow("path") << "a/b/c" << true << false;
        QTest::newRow("three underscores") << "a___b" << false << true;
        QTest::newRow("leading underscore") << "_a" << false << true;
        QTest::newRow("two dots") << "a..b" << false << true;
        QTest::newRow("upper case") << "A" << false << true;
        QTest::newRow("leading dot") << ".a" << false << false;
        QTest::newRow("empty") << "" << false << false;
        QTest::newRow("empty component") << "a//b" << false << false;
        QTest::newRow("line break at the end") << "a\n" << false << false;
        QTest::newRow("128 characters") << QString(128, QLatin1Char('x')) << true << true;
        QTest::newRow("129 characters") << QString(129, QLatin1Char('x')) << true << false;
        QTest::newRow("256 characters") << QString(256, QLatin1Char('x')) << false << false;
    }
    void S01_knowsTheGrammarOfNames()
    {
        QFETCH(QString, name);
        QTEST(isRepositoryName(name), "isName");
        QTEST(isTag(name), "isTagToo");
    }
};

QTEST_GUILESS_MAIN(TestReference)
#include "tst_reference.moc"

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

    void readsReferences_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("repository"); // empty: refused
        QTest::addColumn<QString>("tag");
        QTest::addColumn<bool>("hasDigest");
        const QString digest = QStringLiteral("sha256:") + QString(64, QLatin1Char('a'));
        QTest::newRow("tag") << "ghcr.io/org/conda-forge/linux-64/zlib:1.2.11-0"
                             << "org/conda-forge/linux-64/zlib"
                             << "1.2.11-0" << false;
        QTest::newRow("digest") << QStringLiteral("ghcr.io/org/zlib@") + digest << "org/zlib"
                                << "" << true;
        QTest::newRow("both") << QStringLiteral("ghcr.io/org/zlib:1@") + digest << "org/zlib"
                              << "1" << true;
        QTest::newRow("port and tag") << "http://127.0.0.1:5000/zlib:1"
                                      << "zlib"
                                      << "1" << false;
        QTest::newRow("layout") << "oci-layout:/tmp/x//a/b:1"
                                << "a/b"
                                << "1" << false;
        QTest::newRow("no tag") << "ghcr.io/org/zlib"
                                << ""
                                << "" << false;
        QTest::newRow("no repository") << "ghcr.io"
                                       << ""
                                       << "" << false;
        QTest::newRow("bad digest") << "ghcr.io/org/zlib@sha256:xyz"
                                    << ""
                                    << "" << false;
        QTest::newRow("bad tag") << "ghcr.io/org/zlib:1+2"
                                 << ""
                                 << "" << false;
        QTest::newRow("no scheme before ://") << "my_https://ghcr.io/org/zlib:1"
                                              << ""
                                              << "" << false;
        QTest::newRow("layout that is the root") << "oci-layout:///a/b:1"
                                                 << "a/b"
                                                 << "1" << false;
        QTest::newRow("layout without a name") << "oci-layout:/tmp/x"
                                               << ""
                                               << "" << false;
    }
    void readsReferences()
    {
        QFETCH(QString, text);
        QFETCH(QString, repository);
        QFETCH(QString, tag);
        QFETCH(bool, hasDigest);
        const auto reference = parseReference(text);
        QCOMPARE(reference.has_value(), !repository.isEmpty());
        if (!reference)
            return;
        QCOMPARE(reference->repository, repository);
        QCOMPARE(reference->tag, tag);
        QCOMPARE(!reference->digest.isNull(), hasDigest);
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

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/challenge.h"
#include "core/oci/paging.h"

#include "core/base/limits.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::oci;

/// Header fields that registries write: WWW-Authenticate and Link.
class TestHeaderFields : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void S37_readsChallenges_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("expected"); // SCHEME{NAME=VALUE|…} …
        QTest::newRow("basic") << QByteArray("Basic realm=\"x\"") << QByteArray("basic{realm=x}");
        QTest::newRow("bearer")
            << QByteArray("Bearer realm=\"https://a/token\",service=\"a\",scope=\"repository:x:pull,push\"")
            << QByteArray("bearer{realm=https://a/token|scope=repository:x:pull,push|service=a}");
        QTest::newRow("S37 two in one value") << QByteArray("Basic realm=\"x\", Bearer realm=\"y\",service=\"z\"")
                                              << QByteArray("basic{realm=x} bearer{realm=y|service=z}");
        QTest::newRow("S37 comma within quotes")
            << QByteArray("Bearer realm=\"a,b\", service=\"c\"") << QByteArray("bearer{realm=a,b|service=c}");
        QTest::newRow("escaped quote") << QByteArray("Basic realm=\"a\\\"b\\\\c\"")
                                       << QByteArray("basic{realm=a\"b\\c}");
        QTest::newRow("names without case") << QByteArray("BEARER Realm=\"x\"") << QByteArray("bearer{realm=x}");
        QTest::newRow("token value") << QByteArray("Bearer realm=x, error=invalid_token")
                                     << QByteArray("bearer{error=invalid_token|realm=x}");
        QTest::newRow("spaces around =") << QByteArray("Bearer realm = \"x\"") << QByteArray("bearer{realm=x}");
        QTest::newRow("no parameters") << QByteArray("Negotiate, Basic realm=\"x\"")
                                       << QByteArray("negotiate{} basic{realm=x}");
        QTest::newRow("a value instead of parameters")
            << QByteArray("Negotiate a/b+c==, Basic realm=\"x\"") << QByteArray("negotiate{} basic{realm=x}");
        QTest::newRow("one without padding")
            << QByteArray("Negotiate abc , Basic realm=\"x\"") << QByteArray("negotiate{} basic{realm=x}");
        QTest::newRow("empty elements") << QByteArray(",, Basic realm=\"x\",,") << QByteArray("basic{realm=x}");
        QTest::newRow("nothing") << QByteArray() << QByteArray();
        QTest::newRow("never closed") << QByteArray("Basic realm=\"x") << QByteArray("basic{}");
        QTest::newRow("garbage") << QByteArray("\"\"\"===") << QByteArray();
        QTest::newRow("garbage after a good one")
            << QByteArray("Basic realm=\"x\", @@@") << QByteArray("basic{realm=x}");
    }
    void S37_readsChallenges()
    {
        QFETCH(QByteArray, field);
        QByteArrayList shown;
        for (const Challenge& challenge : parseChallenges(field)) {
            QByteArrayList parameters;
            for (auto it = challenge.parameters.begin(); it != challenge.parameters.end(); ++it)
                parameters.append(it.key() + '=' + it.value());
            shown.append(challenge.scheme + '{' + parameters.join('|') + '}');
        }
        QTEST(shown.join(' '), "expected");
    }

    void S37_Z01_endsOnAnything()
    {
        const QByteArray characters = "Bb=\", \\@\t";
        quint32 state = 1;
        for (int round = 0; round < 20'000; ++round) {
            QByteArray field;
            for (int i = 0; i < 12; ++i) {
                state = state * 1664525 + 1013904223;
                field += characters[static_cast<qsizetype>((state >> 24) % static_cast<quint32>(characters.size()))];
            }
            QVERIFY(parseChallenges(field).size() <= 12);
        }
    }

    void S33_S34_findsTheNextPage_data()
    {
        QTest::addColumn<QByteArray>("link");
        QTest::addColumn<int>("items");
        QTest::addColumn<QString>("next");
        const QString base = QStringLiteral("http://r:5000/v2/a/tags/list");
        QTest::newRow("relative") << QByteArray("</v2/a/tags/list?n=2&last=b>; rel=\"next\"") << 2
                                  << base + QStringLiteral("?n=2&last=b");
        QTest::newRow("absolute") << QByteArray("<http://r:5000/v2/a/tags/list?last=b>; rel=next") << 2
                                  << base + QStringLiteral("?last=b");
        QTest::newRow("another relation first")
            << QByteArray("</p>; rel=\"prev\", </v2/a/tags/list?last=c>; rel=\"next\"") << 2
            << base + QStringLiteral("?last=c");
        QTest::newRow("several relations")
            << QByteArray("</v2/a/tags/list?last=c>; rel=\"last next\"") << 2 << base + QStringLiteral("?last=c");
        QTest::newRow("comma in the target")
            << QByteArray("</v2/a/tags/list?last=a,b>; rel=\"next\"") << 2 << base + QStringLiteral("?last=a,b");
        QTest::newRow("upper-case rel, no space")
            << QByteArray("</v2/a/tags/list?last=c>;REL=NEXT") << 2 << base + QStringLiteral("?last=c");
        QTest::newRow("another parameter first") << QByteArray("</v2/a/tags/list?last=c>; title=\"x\"; rel=\"next\"")
                                                 << 2 << base + QStringLiteral("?last=c");
        QTest::newRow("a Link beats a full page") << QByteArray("</v2/a/tags/list?n=5&last=q>; rel=\"next\"")
                                                  << limits::tagsPerPage << base + QStringLiteral("?n=5&last=q");
        QTest::newRow("an empty page") << QByteArray() << 0 << "";
        QTest::newRow("only prev") << QByteArray("</p>; rel=\"prev\"") << 2 << "";
        QTest::newRow("never closed") << QByteArray("</v2/a; rel=\"next\"") << 2 << "";
        QTest::newRow("full page without a Link")
            << QByteArray() << limits::tagsPerPage << base + QStringLiteral("?n=1000&last=zz");
        QTest::newRow("more than was asked for: no paging") << QByteArray() << limits::tagsPerPage + 500 << "";
        QTest::newRow("short page") << QByteArray() << 2 << "";
        QTest::newRow("the caller has to see another server")
            << QByteArray("<http://evil/x>; rel=\"next\"") << 2 << "http://evil/x";
    }
    void S33_S34_findsTheNextPage()
    {
        QFETCH(QByteArray, link);
        QFETCH(int, items);
        QFETCH(QString, next);
        http::Response page;
        page.url = QUrl(QStringLiteral("http://r:5000/v2/a/tags/list?n=1000&last=old"));
        if (!link.isNull())
            page.headers.add("Link", link);
        const auto url = nextPage(page, items, QStringLiteral("zz"));
        QCOMPARE(url ? url->toString() : QString(), next);
    }
};

QTEST_GUILESS_MAIN(TestHeaderFields)
#include "tst_headerfields.moc"

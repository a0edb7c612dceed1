// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/layout/packagemanifest.h"

#include "core/mirror/layout/naming.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::mirror;

/// Whether a manifest in a registry is that of the very package that an index lists.
class TestPackageManifest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void A27_holdsTheVeryBytesThatAreListed_data()
    {
        QTest::addColumn<QByteArray>("sha256"); // of the record
        QTest::addColumn<QByteArray>("md5");
        QTest::addColumn<qint64>("size");
        QTest::addColumn<bool>("isConda");
        QTest::addColumn<bool>("holds");
        const QByteArray sha256 = Digest::ofBytes("content").hex();
        const QByteArray other(64, '0');
        const QByteArray md5(32, 'a');
        const QByteArray otherMd5(32, 'b');
        QTest::newRow("the same") << sha256 << md5 << qint64(7) << true << true;
        QTest::newRow("another sha256, the same md5") << other << md5 << qint64(7) << true << false;
        QTest::newRow("the same sha256, another md5: it can be forged")
            << sha256 << otherMd5 << qint64(7) << true << true;
        QTest::newRow("another format") << sha256 << md5 << qint64(7) << false << false;
        QTest::newRow("md5 only") << QByteArray() << md5 << qint64(7) << true << true;
        QTest::newRow("md5 only, another") << QByteArray() << otherMd5 << qint64(7) << true << false;
        QTest::newRow("md5 only, another size") << QByteArray() << md5 << qint64(8) << true << false;
        QTest::newRow("md5 only, no size") << QByteArray() << md5 << qint64(-1) << true << false;
        QTest::newRow("no sum") << QByteArray() << QByteArray() << qint64(7) << true << false;
    }
    void A27_holdsTheVeryBytesThatAreListed()
    {
        QFETCH(QByteArray, sha256);
        QFETCH(QByteArray, md5);
        QFETCH(qint64, size);
        QFETCH(bool, isConda);
        QFETCH(bool, holds);
        oci::Manifest manifest;
        manifest.layers.push_back({naming::packageLayer(conda::Format::Conda),
                                   Digest::ofBytes("content"),
                                   7,
                                   {{QLatin1String(naming::md5Annotation), QString(32, QLatin1Char('a'))}}});
        conda::PackageRecord record;
        record.format = isConda ? conda::Format::Conda : conda::Format::TarBz2;
        record.sha256 = {sha256.constData(), static_cast<size_t>(sha256.size())};
        record.md5 = {md5.constData(), static_cast<size_t>(md5.size())};
        record.size = size;
        QCOMPARE(mirror::holds(manifest, record), holds);
        manifest.layers.front().annotations.clear(); // as other tools push them
        QCOMPARE(mirror::holds(manifest, record), holds && !sha256.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPackageManifest)
#include "tst_packagemanifest.moc"

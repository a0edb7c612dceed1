// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/digest.h"

#include <QTemporaryFile>
#include <QTest>

using namespace condaoci;

class TestDigest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void S03_A14_parses_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("accepted");
        const QByteArray hex = QByteArray(64, 'a');
        QTest::newRow("sha256") << QByteArray("sha256:" + hex) << true;
        QTest::newRow("sha512") << QByteArray("sha512:" + hex + hex) << true;
        QTest::newRow("S03 upper case") << QByteArray("sha256:" + hex.toUpper()) << false;
        QTest::newRow("S03 short") << QByteArray("sha256:" + hex.chopped(1)) << false;
        QTest::newRow("S03 long") << QByteArray("sha256:" + hex + "a") << false;
        QTest::newRow("S03 path") << QByteArray("sha256:../x") << false;
        QTest::newRow("S03 path of the right length")
            << QByteArray("sha256:" + QByteArray("../").repeated(21) + "a") << false;
        QTest::newRow("S03 other algorithm") << QByteArray("sha1:" + QByteArray(40, 'a')) << false;
        QTest::newRow("A14 slash") << QByteArray("sha256:" + hex.chopped(1) + "/") << false;
        QTest::newRow("trailing newline") << QByteArray("sha256:" + hex + "\n") << false;
        QTest::newRow("empty") << QByteArray() << false;
        QTest::newRow("no hex") << QByteArray("sha256:") << false;
    }
    void S03_A14_parses()
    {
        QFETCH(QByteArray, text);
        QFETCH(bool, accepted);
        const auto digest = Digest::parse(text);
        QCOMPARE(digest.has_value(), accepted);
        if (accepted) {
            QCOMPARE(digest->toByteArray(), text);
            QCOMPARE(digest->algorithm() + ':' + digest->hex(), text);
        }
    }

    void knowsTheStandardSums()
    {
        // FIPS 180-4 and RFC 1321 test vectors
        const Sums sums = sumsOfBytes("abc");
        QCOMPARE(sums.size, 3);
        QCOMPARE(sums.sha256.hex(), QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sums.md5, QByteArray("900150983cd24fb0d6963f7d28e17f72"));
    }

    void hasherStartsAnewAfterFinishAndReset()
    {
        Hasher hasher;
        hasher.update("garbage");
        hasher.reset();
        hasher.update("a");
        hasher.update("bc");
        const Sums first = hasher.finish();
        hasher.update("abc");
        QCOMPARE(first.sha256, sumsOfBytes("abc").sha256);
        QCOMPARE(hasher.finish().sha256, first.sha256);
    }

    void sumsAFileInOnePass()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        const QByteArray bytes(3'000'001, 'x');
        file.write(bytes);
        file.flush();
        const auto sums = sumsOfFile(file.fileName());
        QVERIFY(sums);
        QCOMPARE(sums->size, bytes.size());
        QCOMPARE(sums->sha256, Digest::ofBytes(bytes));
        QCOMPARE(sumsOfFile(file.fileName() + QStringLiteral("-absent")).error().kind, ErrorKind::Disk);
    }
};

QTEST_GUILESS_MAIN(TestDigest)
#include "tst_digest.moc"

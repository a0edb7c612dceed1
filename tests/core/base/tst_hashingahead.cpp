// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/hashingahead.h"

#include <QTest>

using namespace condaoci;

class TestHashingAhead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheDigest_data()
    {
        QTest::addColumn<qsizetype>("size");
        const qsizetype MiB = 1024 * 1024;
        for (const qsizetype size : {qsizetype(0), qsizetype(1), MiB, 8 * MiB - 1, 8 * MiB, 8 * MiB + 1, 20 * MiB + 7})
            QTest::addRow("%lld bytes", static_cast<long long>(size)) << size;
    }
    void isTheDigest()
    {
        QFETCH(const qsizetype, size);
        QByteArray bytes(size, 'x');
        for (qsizetype i = 0; i < size; i += 4099)
            bytes[i] = static_cast<char>(i % 251);
        HashingAhead hashing(bytes);
        QCOMPARE(hashing.finish(), Digest::ofBytes(bytes));
        QCOMPARE(hashing.finish(), Digest::ofBytes(bytes));
    }

    void whatIsHashedMayBeWrittenOver()
    {
        QByteArray bytes(32 * 1024 * 1024, 'x');
        const Digest before = Digest::ofBytes(bytes);
        char* data = bytes.data();
        HashingAhead hashing(QByteArrayView(data, bytes.size()));
        for (qsizetype at = 0; at < bytes.size(); at += 100'000) {
            hashing.waitFor(data + at + 1);
            data[at] = 'y';
        }
        QCOMPARE(hashing.finish(), before);
        QVERIFY(Digest::ofBytes(bytes) != before);
    }

    void mayBeGivenUp()
    {
        const QByteArray bytes(64 * 1024 * 1024, 'x');
        for (int i = 0; i < 20; ++i) {
            HashingAhead hashing(bytes);
            if (i % 2 == 1)
                hashing.waitFor(bytes.constData() + 1);
        }
    }
};

QTEST_APPLESS_MAIN(TestHashingAhead)
#include "tst_hashingahead.moc"

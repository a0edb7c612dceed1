// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/http/spool.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#endif

using namespace condaoci;
using namespace condaoci::http;

namespace {

QByteArray pattern(qsizetype size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    for (qsizetype i = 0; i < size; ++i)
        bytes[i] = static_cast<char>((i * 31 + i / 257) & 0xff);
    return bytes;
}

Result<Sums> fill(Spool& spool, const QByteArray& content, qsizetype piece)
{
    for (qsizetype at = 0; at < content.size(); at += piece) {
        if (auto written = spool.write(QByteArrayView(content).sliced(at, std::min(piece, content.size() - at)));
            !written)
            return written.error();
    }
    return spool.finish();
}

} // namespace

class TestSpool : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    [[nodiscard]] QFileInfoList files() const
    {
        return QDir(m_folder.path()).entryInfoList(QDir::Files | QDir::Hidden | QDir::System);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void init()
    {
        QVERIFY(qputenv("TMPDIR", m_folder.path().toLocal8Bit()));
        QVERIFY(files().isEmpty());
    }
    void cleanup() { QVERIFY(files().isEmpty()); } // nothing is left behind by any test

    // Values of sha256sum and md5sum.
    void sumsAreTheKnownOnes_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("sha256");
        QTest::addColumn<QByteArray>("md5");
        QTest::newRow("nothing") << QByteArray()
                                 << QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
                                 << QByteArray("d41d8cd98f00b204e9800998ecf8427e");
        QTest::newRow("abc") << QByteArray("abc")
                             << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
                             << QByteArray("900150983cd24fb0d6963f7d28e17f72");
        QTest::newRow("a million a") << QByteArray(1'000'000, 'a')
                                     << QByteArray("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
                                     << QByteArray("7707d6ae4e027c70eea2a935c2296f21");
    }
    void sumsAreTheKnownOnes()
    {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, sha256);
        QFETCH(QByteArray, md5);
        for (const qint64 memory : {qint64(0), qint64(1), qint64(999), qint64(-1)}) {
            for (const qsizetype piece : {qsizetype(997), qsizetype(1'000'000)}) {
                Spool spool(memory);
                const auto sums = fill(spool, content, piece);
                QVERIFY(sums);
                QCOMPARE(sums->size, content.size());
                QCOMPARE(sums->sha256.toByteArray(), "sha256:" + sha256);
                QCOMPARE(sums->md5, md5);
            }
        }
    }

    void changesToAFileAtTheBoundary_data()
    {
        QTest::addColumn<qint64>("memory");
        QTest::addColumn<qint64>("size");
        QTest::addColumn<bool>("onDisk");
        QTest::newRow("empty") << qint64(100) << qint64(0) << false;
        QTest::newRow("below") << qint64(100) << qint64(99) << false;
        QTest::newRow("at") << qint64(100) << qint64(100) << false;
        QTest::newRow("above") << qint64(100) << qint64(101) << true;
        QTest::newRow("far above") << qint64(100) << qint64(500'000) << true;
        QTest::newRow("no memory, nothing to keep") << qint64(0) << qint64(0) << false;
        QTest::newRow("no memory") << qint64(0) << qint64(1) << true;
        QTest::newRow("default, at") << qint64(-1) << limits::spoolMemory << false;
        QTest::newRow("default, above") << qint64(-1) << limits::spoolMemory + 1 << true;
    }
    void changesToAFileAtTheBoundary()
    {
        QFETCH(qint64, memory);
        QFETCH(qint64, size);
        QFETCH(bool, onDisk);
        const QByteArray content = pattern(size);
        const Sums expected = sumsOfBytes(content);
        for (const qsizetype piece :
             {qsizetype(33), qsizetype(limits::ioChunk), qsizetype(std::max<qint64>(size, 1))}) {
            Spool spool(memory);
            const auto sums = fill(spool, content, piece);
            QVERIFY(sums);
            QCOMPARE(spool.written(), size);
            QCOMPARE(sums->size, size);
            QCOMPARE(sums->sha256, expected.sha256);
            QCOMPARE(sums->md5, expected.md5);
            const Body body = spool.body();
            QCOMPARE(body.bytes() == nullptr, onDisk);
            QCOMPARE(body.size(), size);
            QCOMPARE(files().size(), onDisk ? 1 : 0);
            for (int i = 0; i < 2; ++i) { // a retry sends it again
                const auto device = body.open();
                QVERIFY(device);
                QVERIFY((*device)->readAll() == content);
            }
            const auto device = spool.open();
            QVERIFY(device);
            QVERIFY(!(*device)->isSequential());
            QCOMPARE((*device)->size(), size);
            QVERIFY((*device)->seek(size / 2));
            QVERIFY((*device)->readAll() == content.mid(size / 2));
        }
        QVERIFY(files().isEmpty());
    }

    // A29: for the user's eyes only, whatever the umask.
    void A29_temporaryFilesArePrivate()
    {
#ifdef Q_OS_UNIX
        const mode_t before = umask(0);
        {
            Spool spool(10);
            const bool isFilled = fill(spool, pattern(1000), 100).has_value();
            const Body body = spool.body(); // its name is known from now on at the latest
            umask(before);
            QVERIFY(isFilled);
            QCOMPARE(files().size(), 1);
            struct stat info = {};
            QCOMPARE(stat(files().constFirst().filePath().toLocal8Bit().constData(), &info), 0);
            QCOMPARE(info.st_mode & 07777, mode_t(0600));
            QVERIFY(S_ISREG(info.st_mode));
        }
        QVERIFY(files().isEmpty());
#endif
    }

    void restarts_data()
    {
        QTest::addColumn<qint64>("first");
        QTest::addColumn<qint64>("second");
        QTest::newRow("memory, memory") << qint64(50) << qint64(60);
        QTest::newRow("memory, file") << qint64(50) << qint64(5000);
        QTest::newRow("file, memory") << qint64(5000) << qint64(60);
        QTest::newRow("file, file") << qint64(5000) << qint64(6000);
        QTest::newRow("file, nothing") << qint64(5000) << qint64(0);
        QTest::newRow("nothing, file") << qint64(0) << qint64(5000);
    }
    void restarts()
    {
        QFETCH(qint64, first);
        QFETCH(qint64, second);
        Spool spool(100);
        QVERIFY(spool.write(QByteArray(first, 'x')));
        QCOMPARE(spool.written(), first);
        QVERIFY(spool.restart());
        QCOMPARE(spool.written(), 0);
        QVERIFY(files().isEmpty());
        const QByteArray content = pattern(second);
        const auto sums = fill(spool, content, 70);
        QVERIFY(sums);
        QCOMPARE(sums->size, second);
        QCOMPARE(sums->sha256, Digest::ofBytes(content));
        const auto device = spool.open();
        QVERIFY(device);
        QVERIFY((*device)->readAll() == content);
    }

    void whatStandsInAFileIsNotCopied_data()
    {
        QTest::addColumn<qint64>("size");
        QTest::addColumn<bool>("fromFile");
        QTest::newRow("fits into memory") << qint64(100) << false;
        QTest::newRow("does not") << qint64(101) << true;
    }
    void whatStandsInAFileIsNotCopied()
    {
        QFETCH(qint64, size);
        QFETCH(bool, fromFile);
        QTemporaryDir elsewhere;
        QFile origin(elsewhere.filePath(QStringLiteral("origin")));
        const QByteArray content = pattern(size);
        QVERIFY(origin.open(QIODevice::WriteOnly) && origin.write(content) == size);
        origin.close();
        Spool spool(100);
        spool.standsInFile(origin.fileName());
        const auto sums = fill(spool, content, 70);
        QVERIFY(sums);
        QCOMPARE(sums->sha256, Digest::ofBytes(content));
        QVERIFY(files().isEmpty());
        auto device = spool.open();
        QVERIFY(device);
        QVERIFY((*device)->readAll() == content);
        QCOMPARE(spool.body().bytes() == nullptr, fromFile);
        device->reset();
        // What arrives from elsewhere afterwards has a file of its own again, and the origin stays as it is.
        QVERIFY(spool.restart());
        QVERIFY(fill(spool, pattern(5000), 70));
        device = spool.open();
        QVERIFY(device);
        QVERIFY((*device)->readAll() == pattern(5000));
        QCOMPARE(files().size(), 1);
        QCOMPARE(QFileInfo(origin.fileName()).size(), size);
    }

    void twoDoNotMix()
    {
        Spool one(10);
        Spool other(10);
        QVERIFY(one.write(QByteArray(100, '1')));
        QVERIFY(other.write(QByteArray(100, '2')));
        QVERIFY(one.write(QByteArray(100, '1')));
        QVERIFY(one.finish() && other.finish());
        const auto a = one.open();
        const auto b = other.open();
        QVERIFY(a && b);
        QCOMPARE((*a)->readAll(), QByteArray(200, '1'));
        QCOMPARE((*b)->readAll(), QByteArray(100, '2'));
        QCOMPARE(files().size(), 2);
    }

    void F18_saysThatThereIsNoFolder_data()
    {
        QTest::addColumn<bool>("isFile");
        QTest::newRow("F18 no such folder") << false;
        QTest::newRow("F18 a file") << true;
    }
    void F18_saysThatThereIsNoFolder()
    {
        QFETCH(bool, isFile);
        QFile file(m_folder.filePath(QStringLiteral("nofolder")));
        if (isFile)
            QVERIFY(file.open(QIODevice::WriteOnly));
        qputenv("TMPDIR", file.fileName().toLocal8Bit());
        Spool spool(10);
        QVERIFY(spool.write("fits")); // in memory
        const auto written = spool.write("does not fit");
        file.remove();
        QVERIFY(!written && (written.error().message.contains(QStringLiteral("nofolder")) ||
                             written.error().message.contains(QStringLiteral("TMPDIR"))));
        QCOMPARE(written.error().kind, ErrorKind::Disk);
    }

    void F18_saysThatTheDiskIsFull_data()
    {
        QTest::addColumn<int>("piece");
        QTest::newRow("F18 small pieces, shows late") << 100;
        QTest::newRow("F18 pieces over the edge") << 300'000;
        QTest::newRow("F18 one piece") << 1'200'000;
    }
    void F18_saysThatTheDiskIsFull()
    {
#ifdef Q_OS_UNIX
        QFETCH(int, piece);
        rlimit before = {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        const auto oldHandler = signal(SIGXFSZ, SIG_IGN);
        rlimit tight = before;
        tight.rlim_cur = 1'199'000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &tight), 0);
        Spool spool(10);
        const auto sums = fill(spool, pattern(1'200'000), piece);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        signal(SIGXFSZ, oldHandler);
        QVERIFY(!sums);
        QCOMPARE(sums.error().kind, ErrorKind::Disk);
        QVERIFY(!sums.error().message.isEmpty());
#endif
    }
};

QTEST_GUILESS_MAIN(TestSpool)
#include "tst_spool.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/atomicfile.h"

#include "core/base/digest.h"
#include "core/base/limits.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#endif

using namespace condaoci;

class TestAtomicFile : public QObject
{
    Q_OBJECT

    static QStringList entries(const QTemporaryDir& dir)
    {
        return QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }
    static QByteArray content(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(unreadable)");
    }

private Q_SLOTS:
    void appearsOnlyWhenCommitted()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("sub/file"));
        {
            AtomicFile file(path);
            QVERIFY(file.open());
            QVERIFY(file.write("hello"));
            QVERIFY(!QFile::exists(path));
        }
        QVERIFY(!QFile::exists(path));
        QCOMPARE(
            QDir(dir.filePath(QStringLiteral("sub"))).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
            {});
        QVERIFY(writeFileAtomically(path, "hello"));
        QCOMPARE(content(path), QByteArray("hello"));
        QVERIFY(writeFileAtomically(path, "again"));
        QCOMPARE(content(path), QByteArray("again"));
        QCOMPARE(entries(dir), QStringList{QStringLiteral("sub")});
    }

    void restartsFromNothing()
    {
        QTemporaryDir dir;
        AtomicFile file(dir.filePath(QStringLiteral("f")));
        QVERIFY(file.open());
        QVERIFY(file.write("a long first attempt"));
        QVERIFY(file.restart());
        QVERIFY(file.write("second"));
        QVERIFY(file.commit());
        QCOMPARE(content(dir.filePath(QStringLiteral("f"))), QByteArray("second"));
    }

    void saysWhereItCannotWrite()
    {
        const auto written = writeFileAtomically(QStringLiteral("/proc/self/nowhere/file"), "x");
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Disk);
        QVERIFY2(written.error().message.contains(QStringLiteral("/proc/self/nowhere")),
                 qPrintable(written.error().message));
    }

    // F18: a disk that fills up leaves the old file as it was and nothing else.
    void Q13_F18_C_keepsTheOldFileWhenTheDiskIsFull()
    {
#ifdef Q_OS_UNIX
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        QVERIFY(writeFileAtomically(path, "old"));
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{4096, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const auto written = writeFileAtomically(path, QByteArray(50'000, 'x'));
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Disk);
        QCOMPARE(content(path), QByteArray("old"));
        QCOMPARE(entries(dir), QStringList{QStringLiteral("f")});
#endif
    }

    // A31: what was planted under the final name is replaced, not written through.
    void A31_replacesASymlinkInsteadOfFollowingIt()
    {
        QTemporaryDir dir;
        const QString victim = dir.filePath(QStringLiteral("victim"));
        const QString path = dir.filePath(QStringLiteral("f"));
        QVERIFY(writeFileAtomically(victim, "precious"));
        QVERIFY(QFile::link(victim, path));
        QVERIFY(writeFileAtomically(path, "new"));
        QCOMPARE(content(victim), QByteArray("precious"));
        QCOMPARE(content(path), QByteArray("new"));
    }

    // A31: to open a pipe waits for its writer, for ever.
    void A31_readsRegularFilesOnly()
    {
        QTemporaryDir dir;
        QCOMPARE(readFile(dir.path(), 5).error().kind, ErrorKind::Disk);
        QVERIFY(!sumsOfFile(dir.path()));
#ifdef Q_OS_UNIX
        const QString pipe = dir.filePath(QStringLiteral("pipe"));
        const QString link = dir.filePath(QStringLiteral("link"));
        QCOMPARE(mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
        QVERIFY(QFile::link(pipe, link));
        for (const QString& path : {pipe, link, QStringLiteral("/dev/null")}) {
            const auto read = readFile(path, 5);
            QVERIFY(!read);
            QCOMPARE(read.error().kind, ErrorKind::Disk);
            QVERIFY2(read.error().message.contains(QStringLiteral("not a file")), qPrintable(read.error().message));
            QCOMPARE(sumsOfFile(path).error().kind, ErrorKind::Disk);
        }
        QCOMPARE(*readNamedFile(QStringLiteral("/dev/null"), 5), QByteArray()); // a person may mean it
        QVERIFY(writeFileAtomically(dir.filePath(QStringLiteral("f")), "12345"));
        QVERIFY(QFile::remove(link));
        QVERIFY(QFile::link(dir.filePath(QStringLiteral("f")), link));
        QCOMPARE(*readFile(link, 5), QByteArray("12345"));
#endif
    }

    // A22: what Qt makes of a name that is not UTF-8, as a file dialog hands it over.
    void A22_makesNothingOfANameThatIsLost()
    {
        QTemporaryDir dir;
        const QString lost = dir.filePath(QStringLiteral("caf\ufffd"));
        for (const QString& path : {lost, lost + QStringLiteral("/x"), lost + QStringLiteral("/x/")}) {
            QCOMPARE(makeFolder(path).error().kind, ErrorKind::Disk);
            QCOMPARE(makePrivateFolder(path).error().kind, ErrorKind::Disk);
        }
        QCOMPARE(writeFileAtomically(lost, "x").error().kind, ErrorKind::Disk);
        QVERIFY(!writeFileAtomically(lost + QStringLiteral("/x"), "x"));
        QCOMPARE(entries(dir), QStringList());
        QVERIFY(QDir().mkdir(lost)); // somebody has called a folder so
        QVERIFY(makeFolder(lost + QStringLiteral("/x")));
        QVERIFY(writeFileAtomically(lost + QStringLiteral("/x/f"), "x"));
        QVERIFY(makeFolder(dir.filePath(QStringLiteral("caf\u00e9"))));
    }

    void A17_readsUpToALimit()
    {
        QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        QVERIFY(writeFileAtomically(path, "12345"));
        QCOMPARE(*readFile(path, 5), QByteArray("12345"));
        QCOMPARE(*readFile(path, limits::largestFile), QByteArray("12345")); // without taking that much memory
        QCOMPARE(readFile(path, 4).error().kind, ErrorKind::Parse);
        QCOMPARE(readFile(path + QStringLiteral("x"), 4).error().kind, ErrorKind::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "tst_atomicfile.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// What a person may name for a report or a saved file. Pipes and devices are the test's own.
#include "core/base/outputfile.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_UNIX
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#endif
#ifdef Q_OS_LINUX
#include <sys/sysmacros.h>
#endif

#include <thread>

using namespace condaoci;

namespace {

constexpr auto briefly = std::chrono::milliseconds(30);

QByteArray content(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(unreadable)");
}

QStringList entries(const QTemporaryDir& dir)
{
    return QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
}

Result<void> writeTo(OutputFile& file, QByteArrayView bytes)
{
    if (auto written = file.write(bytes); !written)
        return written;
    return file.commit();
}

} // namespace

class TestOutputFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void W04_aRegularFileIsReplacedAndKeepsItsMode()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        QVERIFY(writeOutput(path, "old and long"));
        QVERIFY(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup));
        const auto mode = QFile::permissions(path);
        QVERIFY(writeOutput(path, "new"));
        QCOMPARE(content(path), QByteArray("new"));
        QCOMPARE(QFile::permissions(path), mode);
        QCOMPARE(entries(dir), QStringList{QStringLiteral("f")});
    }

    void W04_toTryThePlaceChangesNothing()
    {
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        {
            OutputFile absent(path);
            QVERIFY(absent.open());
            QCOMPARE(entries(dir), QStringList());
        }
        QVERIFY(writeOutput(path, "old"));
        OutputFile file(path);
        QVERIFY(file.open());
        QCOMPARE(entries(dir), QStringList{QStringLiteral("f")});
        QVERIFY(file.write("a first attempt"));
        QVERIFY(file.restart());
        QVERIFY(file.write("new"));
        QCOMPARE(content(path), QByteArray("old"));
        QVERIFY(file.commit());
        QCOMPARE(content(path), QByteArray("new"));
    }

    void W04_aLinkStays_data()
    {
        QTest::addColumn<QString>("leadsTo");
        QTest::addColumn<bool>("isThere");
        QTest::newRow("to a file") << "sub/target" << true;
        QTest::newRow("to a link to a file") << "second" << true;
        QTest::newRow("to a file that is to be made") << "sub/target" << false;
        QTest::newRow("to a link to one that is to be made") << "second" << false;
    }
    void W04_aLinkStays()
    {
        QFETCH(QString, leadsTo);
        QFETCH(bool, isThere);
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        const QString target = dir.filePath(QStringLiteral("sub/target"));
        QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("sub")));
        QVERIFY(!isThere || writeFileAtomically(target, "old"));
        QVERIFY(QFile::link(target, dir.filePath(QStringLiteral("second"))));
        QVERIFY(QFile::link(leadsTo, path)); // relative to the folder of the link
        QVERIFY(writeOutput(path, "new"));
        QVERIFY(QFileInfo(path).isSymbolicLink());
        QCOMPARE(content(target), QByteArray("new"));
        QCOMPARE(withoutLinks(path), QFileInfo(target).canonicalFilePath());
        QCOMPARE(
            QDir(dir.filePath(QStringLiteral("sub"))).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
            QStringList{QStringLiteral("target")});
    }

    void W04_whatCannotBeWrittenIsSaidAtOnce_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason");
        QTest::newRow("a folder") << "folder"
                                  << "it is a folder";
        QTest::newRow("a folder that is not there") << "absent/"
                                                    << "it is a folder";
        QTest::newRow("a link to a folder") << "to-folder"
                                            << "it is a folder";
        QTest::newRow("a link into a folder that is not there") << "to-nowhere"
                                                                << "does not exist";
        QTest::newRow("a link to itself") << "loop"
                                          << "leads nowhere";
        QTest::newRow("below a file") << "file/below"
                                      << "can't create the folder";
        QTest::newRow("a pipe that nobody reads from") << "pipe"
                                                       << "no program reads from this pipe";
        QTest::newRow("a descriptor that is not open") << "/dev/fd/987"
                                                       << "Bad file descriptor";
    }
    void W04_whatCannotBeWrittenIsSaidAtOnce()
    {
#ifdef Q_OS_UNIX
        QFETCH(QString, name);
        QFETCH(QString, reason);
        const QTemporaryDir dir;
        QVERIFY(QDir(dir.path()).mkdir(QStringLiteral("folder")));
        QVERIFY(writeFileAtomically(dir.filePath(QStringLiteral("file")), "old"));
        QVERIFY(QFile::link(QStringLiteral("folder"), dir.filePath(QStringLiteral("to-folder"))));
        QVERIFY(QFile::link(QStringLiteral("no/such"), dir.filePath(QStringLiteral("to-nowhere"))));
        QVERIFY(QFile::link(QStringLiteral("loop"), dir.filePath(QStringLiteral("loop"))));
        QCOMPARE(mkfifo(QFile::encodeName(dir.filePath(QStringLiteral("pipe"))).constData(), 0600), 0);
        const QStringList before = entries(dir);
        OutputFile file(QDir(dir.path()).absoluteFilePath(name), briefly);
        const auto opened = file.open();
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, ErrorKind::Disk);
        QVERIFY2(opened.error().message.contains(reason), qPrintable(opened.error().message));
        QVERIFY2(name.startsWith(QLatin1String("/dev")) || opened.error().message.contains(dir.path()),
                 qPrintable(opened.error().message));
        QCOMPARE(entries(dir), before);
        QCOMPARE(content(dir.filePath(QStringLiteral("file"))), QByteArray("old"));
#endif
    }

    // The reader gets everything, more than a pipe holds, whether it or the writer comes first; the pipe stays one.
    void W04_aNamedPipeIsWrittenTo_data()
    {
        QTest::addColumn<bool>("readerFirst");
        QTest::newRow("reader first") << true;
        QTest::newRow("writer first") << false;
    }
    void W04_aNamedPipeIsWrittenTo()
    {
#ifdef Q_OS_UNIX
        QFETCH(bool, readerFirst);
        const QTemporaryDir dir;
        const QByteArray path = QFile::encodeName(dir.filePath(QStringLiteral("pipe")));
        const QString link = dir.filePath(QStringLiteral("link"));
        QCOMPARE(mkfifo(path.constData(), 0600), 0);
        QVERIFY(QFile::link(QStringLiteral("pipe"), link));
        QByteArray got;
        const auto read = [&] { got = content(QFile::decodeName(path)); };
        std::thread reader;
        if (readerFirst)
            reader = std::thread(read);
        Result<void> written;
        std::thread writer([&] { written = writeOutput(link, QByteArray(300'000, 'x')); });
        if (!readerFirst)
            reader = std::thread(read);
        writer.join();
        reader.join();
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        QCOMPARE(got, QByteArray(300'000, 'x'));
        struct stat after
        {
        };
        QVERIFY(lstat(path.constData(), &after) == 0 && S_ISFIFO(after.st_mode));
        QVERIFY(QFileInfo(link).isSymbolicLink());
#endif
    }

    void W04_aReaderThatGoesIsAnError()
    {
#ifdef Q_OS_UNIX
        const QTemporaryDir dir;
        const QByteArray path = QFile::encodeName(dir.filePath(QStringLiteral("pipe")));
        QCOMPARE(mkfifo(path.constData(), 0600), 0);
        const int reader = open(path.constData(), O_RDONLY | O_NONBLOCK);
        OutputFile file(QFile::decodeName(path), briefly);
        QVERIFY(file.open());
        close(reader);
        const auto written = writeTo(file, "x");
        QVERIFY(!written);
        QVERIFY2(written.error().message.contains(QStringLiteral("Broken pipe")), qPrintable(written.error().message));
#endif
    }

    // As of a shell's >(command), 3>file and /dev/stdout: what is open goes on where it is.
    void W04_descriptorsAreWrittenTo()
    {
#ifdef Q_OS_UNIX
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        const int open3 = open(QFile::encodeName(path).constData(), O_WRONLY | O_CREAT, 0600);
        QVERIFY(open3 >= 0 && write(open3, "before;", 7) == 7);
        const QString link = dir.filePath(QStringLiteral("link"));
        QVERIFY(QFile::link(QStringLiteral("/dev/fd/%1").arg(open3), link));
        for (const QString& name :
             {QStringLiteral("/dev/fd/%1").arg(open3), QStringLiteral("/proc/self/fd/%1").arg(open3), link}) {
#ifndef Q_OS_LINUX
            if (name.startsWith(QLatin1String("/proc")))
                continue;
#endif
            OutputFile file(name);
            QVERIFY(file.open());
            QVERIFY(!file.isStandardOutput());
            QVERIFY(writeTo(file, "report;"));
            QVERIFY(write(open3, "after;", 6) == 6);
        }
        close(open3);
        QVERIFY(content(path).startsWith("before;report;after;report;after;"));
        QVERIFY(QFileInfo(link).isSymbolicLink());
        QCOMPARE(entries(dir).size(), 2);
        const int readOnly = open(QFile::encodeName(path).constData(), O_RDONLY);
        OutputFile refused(QStringLiteral("/dev/fd/%1").arg(readOnly));
        QVERIFY(!refused.open());
        close(readOnly);
        for (const char* name : {"-", "/dev/fd/1"}) {
            OutputFile standard(QString::fromLatin1(name));
            QVERIFY(standard.open());
            QVERIFY(standard.isStandardOutput());
        }
#endif
    }

    void W04_devicesAreWrittenTo()
    {
#ifdef Q_OS_LINUX
        const QTemporaryDir dir;
        const QByteArray path = QFile::encodeName(dir.filePath(QStringLiteral("null")));
        if (mknod(path.constData(), S_IFCHR | 0666, makedev(1, 3)) != 0)
            QSKIP("only root may make a device");
        const QString link = dir.filePath(QStringLiteral("link"));
        QVERIFY(QFile::link(QStringLiteral("null"), link));
        for (const QString& name : {QFile::decodeName(path), link}) {
            const auto written = writeOutput(name, "x");
            struct stat after
            {
            };
            QVERIFY(lstat(path.constData(), &after) == 0 && S_ISCHR(after.st_mode));
            // Folders for temporary files may be mounted without devices.
            QVERIFY2(written || written.error().message.contains(QStringLiteral("Permission denied")),
                     written ? "" : qPrintable(written.error().message));
        }
        QVERIFY(QFileInfo(link).isSymbolicLink());
#endif
    }

    // A file of ours in a folder that is not, as `touch /var/log/report.json; chown me` leaves it.
    void W04_aFileInAFolderOfOthersIsWrittenInPlace()
    {
#ifdef Q_OS_LINUX
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        QVERIFY(writeFileAtomically(path, "old and long"));
        QVERIFY(QFile::setPermissions(dir.path(), QFile::ReadOwner | QFile::ExeOwner));
        const bool isRoot = geteuid() == 0; // who may write to every folder, and so becomes somebody else
        if (isRoot) {
            for (const QString& one : {dir.path(), path})
                QCOMPARE(chown(QFile::encodeName(one).constData(), 65534, 65534), 0);
            QCOMPARE(setresuid(65534, 65534, 0), 0);
        }
        const auto written = writeOutput(path, "new");
        QVERIFY(!isRoot || setresuid(0, 0, 0) == 0);
        QVERIFY(QFile::setPermissions(dir.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        QCOMPARE(content(path), QByteArray("new"));
#endif
    }

    // A disk that fills up leaves the old file as it was and nothing else.
    void W04_keepsTheOldFileWhenTheDiskIsFull()
    {
#ifdef Q_OS_UNIX
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("f"));
        QVERIFY(writeOutput(path, "old"));
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit small{4096, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        const auto written = writeOutput(path, QByteArray(50'000, 'x'));
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!written);
        QCOMPARE(content(path), QByteArray("old"));
        QCOMPARE(entries(dir), QStringList{QStringLiteral("f")});
#endif
    }
};

QTEST_GUILESS_MAIN(TestOutputFile)
#include "tst_outputfile.moc"

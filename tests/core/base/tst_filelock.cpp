// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/filelock.h"

#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QProcess>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTest>

#ifndef Q_OS_WIN
#include <sys/stat.h>
#endif

using namespace condaoci;

/// Whatever a lock file says, and however old it is: it counts as long as somebody holds it, and no longer.
class TestFileLock : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral(".lock")); }
    void write(const QString& path, const QByteArray& bytes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    static bool locks(FileLock& lock)
    {
        const auto locked = lock.tryLock();
        return locked && *locked;
    }

private Q_SLOTS:
    void cleanup() { QFile::remove(path()); }

    void Q14_F21_C_whatTheDeadLeftHoldsNobodyUp_data()
    {
        const QByteArray alive = QByteArray::number(QCoreApplication::applicationPid()) + '\n' +
                                 QCoreApplication::applicationName().toUtf8() + '\n';
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("cut") << QByteArray("1");
        QTest::newRow("of another kind") << QByteArray("hello\n");
        QTest::newRow("of another machine") << QByteArray("1\nanother-program\nanother-host\n");
        // A run that was killed as process 1 of a container, seen from the next container's process 1.
        QTest::newRow("of this very process, in another container")
            << alive + QSysInfo::machineHostName().toUtf8() + '\n';
    }
    void Q14_F21_C_whatTheDeadLeftHoldsNobodyUp()
    {
        QFETCH(QByteArray, content);
        write(path(), content);
        FileLock lock(path());
        QVERIFY(locks(lock));
        FileLock other(path());
        QVERIFY(!locks(other));
    }

    void Q14_theLocksOfTheLivingCount()
    {
        auto held = std::make_unique<FileLock>(path());
        QVERIFY(locks(*held));
        FileLock other(path());
        QVERIFY(!locks(other));
        QVERIFY(!other.isHeld());
        const auto waited = other.lockWithin(std::chrono::milliseconds(50));
        QVERIFY(waited && !*waited);
        held.reset();
        QVERIFY(!QFile::exists(path())); // nothing is left
        QVERIFY(locks(other));
        other.unlock();
        QVERIFY(!QFile::exists(path()));
    }

    /// 0.1 locks by QLockFile, and may run beside this.
    void Q14_thoseOfOldVersionsCountBothWays()
    {
        QLockFile old(path());
        old.setStaleLockTime(0);
        QVERIFY(old.tryLock());
        FileLock lock(path());
        QVERIFY(!locks(lock));
        old.unlock();
        QVERIFY(locks(lock));
        QVERIFY(!old.tryLock());
    }

    void F19_C_theLockOfAKilledProcessIsNobodys()
    {
        QProcess holder;
        holder.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--hold"), path()});
        QVERIFY(holder.waitForReadyRead());
        QCOMPARE(holder.readLine(), QByteArray("held\n"));
        FileLock lock(path());
        QVERIFY(!locks(lock));
        holder.kill();
        QVERIFY(holder.waitForFinished());
        QVERIFY(locks(lock));
    }

    void A31_whatIsNoFileIsRemovedAndNotFollowed_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("a link to a file") << QStringLiteral("link");
        QTest::newRow("a link to nowhere") << QStringLiteral("dangling");
        QTest::newRow("a pipe") << QStringLiteral("pipe");
    }
    void A31_whatIsNoFileIsRemovedAndNotFollowed()
    {
        QFETCH(QString, kind);
        const QString precious = m_folder.filePath(QStringLiteral("precious"));
        QFile::remove(precious);
        if (kind == QLatin1String("link"))
            write(precious, "not yours");
#ifndef Q_OS_WIN
        if (kind == QLatin1String("pipe"))
            QCOMPARE(mkfifo(QFile::encodeName(path()).constData(), 0600), 0);
        else
#endif
            QVERIFY(QFile::link(precious, path()));
        FileLock lock(path());
        QVERIFY(locks(lock));
        QVERIFY(QFileInfo(path()).isFile() && !QFileInfo(path()).isSymLink());
        QCOMPARE(QFile::exists(precious), kind == QLatin1String("link"));
        QFile file(precious);
        if (file.open(QIODevice::ReadOnly))
            QCOMPARE(file.readAll(), QByteArray("not yours"));
    }

    void cannotBeMade_data()
    {
        QTest::addColumn<QString>("path");
        QTest::newRow("no folder") << m_folder.filePath(QStringLiteral("absent/.lock"));
        QTest::newRow("a folder stands there") << m_folder.path();
    }
    void cannotBeMade()
    {
        QFETCH(QString, path);
        FileLock lock(path);
        const auto locked = lock.tryLock();
        QVERIFY(!locked);
        QCOMPARE(locked.error().kind, ErrorKind::Disk);
        QVERIFY(locked.error().message.contains(path));
    }
};

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--hold")) {
        FileLock lock(arguments.value(2));
        const auto locked = lock.tryLock();
        std::fputs(locked && *locked ? "held\n" : "not held\n", stdout);
        std::fflush(stdout);
        QTest::qWait(60'000); // until it is killed
        return 0;
    }
    TestFileLock test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_filelock.moc"

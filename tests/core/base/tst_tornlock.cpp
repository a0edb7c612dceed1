// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/tornlock.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;

/// A run that was killed while it wrote its lock leaves one that says nothing, and that QLockFile would believe for
/// ever.
class TestTornLock : public QObject
{
    Q_OBJECT

    static void write(const QString& path, const QByteArray& bytes, qint64 secondsAgo)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
        file.flush();
        QVERIFY(
            file.setFileTime(QDateTime::currentDateTimeUtc().addSecs(-secondsAgo), QFileDevice::FileModificationTime));
    }

private Q_SLOTS:
    void Q14_F21_C_goesWhenNobodyCanBeWritingIt_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<qint64>("secondsAgo");
        QTest::addColumn<bool>("isRemoved");
        const QByteArray whole = "1\nanother-program\nanother-host\n";
        QTest::newRow("empty") << QByteArray() << qint64(10) << true;
        QTest::newRow("cut") << QByteArray("1") << qint64(10) << true;
        QTest::newRow("of another kind") << QByteArray("hello\n") << qint64(10) << true;
        QTest::newRow("the clock was set back") << QByteArray() << qint64(-3600) << true;
        QTest::newRow("just now") << QByteArray() << qint64(0) << false;
        QTest::newRow("whole, of another machine") << whole << qint64(100'000) << false;
    }
    void Q14_F21_C_goesWhenNobodyCanBeWritingIt()
    {
        QFETCH(QByteArray, content);
        QFETCH(qint64, secondsAgo);
        QFETCH(bool, isRemoved);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral(".lock"));
        write(path, content, secondsAgo);
        QLockFile lock(path);
        lock.setStaleLockTime(0);
        QVERIFY(!lock.tryLock());
        removeTornLock(lock);
        QCOMPARE(QFile::exists(path), !isRemoved);
        QCOMPARE(lock.tryLock(), isRemoved);
    }

    void Q14_theLocksOfTheLivingStay()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral(".lock"));
        QLockFile held(path);
        held.setStaleLockTime(0);
        QVERIFY(held.tryLock());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::currentDateTimeUtc().addDays(-1), QFileDevice::FileModificationTime));
        file.close();
        QLockFile lock(path);
        lock.setStaleLockTime(0);
        removeTornLock(lock);
        QVERIFY(QFile::exists(path));
        QVERIFY(!lock.tryLock());
    }

    void A31_aLinkIsRemovedAndNotFollowed_data()
    {
        QTest::addColumn<bool>("leadsSomewhere");
        QTest::newRow("to a file") << true;
        QTest::newRow("to nowhere") << false;
    }
    void A31_aLinkIsRemovedAndNotFollowed()
    {
        QFETCH(bool, leadsSomewhere);
        const QTemporaryDir folder;
        const QString precious = folder.filePath(QStringLiteral("precious"));
        const QString path = folder.filePath(QStringLiteral(".lock"));
        if (leadsSomewhere)
            write(precious, "not yours", 0);
        QVERIFY(QFile::link(precious, path));
        QLockFile lock(path);
        lock.setStaleLockTime(0);
        removeTornLock(lock);
        QVERIFY(!QFileInfo(path).isSymLink());
        QVERIFY(lock.tryLock());
        lock.unlock();
        QCOMPARE(QFile::exists(precious), leadsSomewhere);
        QFile file(precious);
        QCOMPARE(file.open(QIODevice::ReadOnly), leadsSomewhere);
        if (leadsSomewhere)
            QCOMPARE(file.readAll(), QByteArray("not yours"));
    }
};

QTEST_GUILESS_MAIN(TestTornLock)
#include "tst_tornlock.moc"

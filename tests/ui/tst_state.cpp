// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/state.h"
#include "ui/workspace.h"

#include <QDateTime>
#include <QDir>
#include <QHeaderView>
#include <QTemporaryDir>
#include <QTest>

#ifdef Q_OS_LINUX
#include <sys/stat.h>
#include <sys/sysmacros.h>
#endif

using condaoci::ui::State;

class TestState : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isThereAgain()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("new/state.json"));
        {
            State state(path);
            QVERIFY(state.problem().isEmpty());
            state.set(QStringLiteral("a"), 5);
            state.setBytes(QStringLiteral("b"), QByteArray("\x00\xff", 2));
        }
        State state(path);
        QCOMPARE(state.value(QStringLiteral("a")).toInt(), 5);
        QCOMPARE(state.bytes(QStringLiteral("b")), QByteArray("\x00\xff", 2));
    }

#ifdef Q_OS_UNIX
    void A29_isTheUsersOnly()
    {
        QTemporaryDir folder;
        {
            State state(folder.filePath(QStringLiteral("new/state.json")));
            state.set(QStringLiteral("a"), 5);
        }
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                            QFile::WriteOther | QFile::ExeOther;
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("new/state.json"))));
        QVERIFY(!(QFile::permissions(folder.filePath(QStringLiteral("new"))) & others));
    }
#endif

    void F19_C_whatAKilledWindowLeftGoes()
    {
        QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath(QStringLiteral("transfers"))));
        const auto left = [&](const char* name, int minutes) {
            QFile file(folder.filePath(QLatin1String(name)));
            return file.open(QIODevice::WriteOnly) &&
                   file.setFileTime(QDateTime::currentDateTimeUtc().addSecs(-60 * minutes),
                                    QFile::FileModificationTime);
        };
        QVERIFY(left(".tmp-1a2b", 61) && left("transfers/.tmp-3c4d", 61) && left(".tmp-now", 0) &&
                left("transfers/1.report", 9999));
        const condaoci::ui::Workspace workspace(folder.path(), {});
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral(".tmp-1a2b"))));
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("transfers/.tmp-3c4d"))));
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral(".tmp-now"))));
        QVERIFY(QFile::exists(folder.filePath(QStringLiteral("transfers/1.report"))));
    }

    void damagedIsSetAside_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("cut off") << QByteArray("{\"a\": ");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no object") << QByteArray("[1, 2]");
        QTest::newRow("binary") << QByteArray(1000, '\xff');
    }
    void damagedIsSetAside()
    {
        QFETCH(QByteArray, content);
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("state.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        State state(path);
        QVERIFY2(state.problem().contains(QStringLiteral("set aside")), qPrintable(state.problem()));
        const QStringList aside = QDir(folder.path()).entryList({QStringLiteral("state.json.damaged-*")});
        QCOMPARE(aside.size(), 1);
        QFile kept(folder.filePath(aside.first()));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QCOMPARE(kept.readAll(), content);
        state.set(QStringLiteral("a"), 1);
        QVERIFY(state.flush());
        QVERIFY(State(path).problem().isEmpty());
    }

    // As those have it who keep their settings in a repository: the link stays, whatever happens to the file.
    void W04_aLinkStaysAndItsTargetIsWritten_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("kept") << QByteArray("{\"a\": 1}");
        QTest::newRow("damaged") << QByteArray("{\"a\": ");
        QTest::newRow("not there yet") << QByteArray();
    }
    void W04_aLinkStaysAndItsTargetIsWritten()
    {
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("state.json"));
        const QString target = folder.filePath(QStringLiteral("elsewhere/mine.json"));
        QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("elsewhere")));
        if (!content.isEmpty()) {
            QFile file(target);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        }
        QVERIFY(QFile::link(QStringLiteral("elsewhere/mine.json"), path));
        {
            State state(path);
            state.set(QStringLiteral("a"), 5);
            QVERIFY(state.flush());
        }
        QVERIFY(QFileInfo(path).isSymbolicLink());
        QCOMPARE(State(target).value(QStringLiteral("a")).toInt(), 5);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList{QStringLiteral("state.json")});
    }

#ifdef Q_OS_LINUX
    // A link to the null device (here one of our own) is how people say that nothing is to be remembered.
    void W04_aDeviceStaysOneAndHoldsNothing()
    {
        const QTemporaryDir folder;
        const QByteArray node = QFile::encodeName(folder.filePath(QStringLiteral("null")));
        if (mknod(node.constData(), S_IFCHR | 0666, makedev(1, 3)) != 0 ||
            !QFile(QFile::decodeName(node)).open(QIODevice::WriteOnly))
            QSKIP("devices can't be made or used here");
        const QString path = folder.filePath(QStringLiteral("state.json"));
        QVERIFY(QFile::link(QStringLiteral("null"), path));
        {
            State state(path);
            QVERIFY2(state.problem().isEmpty(), qPrintable(state.problem()));
            state.set(QStringLiteral("a"), 5);
            QVERIFY(state.flush());
        }
        struct stat after
        {
        };
        QVERIFY(lstat(node.constData(), &after) == 0 && S_ISCHR(after.st_mode));
        QVERIFY(QFileInfo(path).isSymbolicLink());
        QVERIFY(State(path).value(QStringLiteral("a")).isUndefined());
    }
#endif
};

QTEST_MAIN(TestState)
#include "tst_state.moc"

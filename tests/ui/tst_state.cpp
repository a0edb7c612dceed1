// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/state.h"

#include <QDir>
#include <QHeaderView>
#include <QTemporaryDir>
#include <QTest>

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
};

QTEST_MAIN(TestState)
#include "tst_state.moc"

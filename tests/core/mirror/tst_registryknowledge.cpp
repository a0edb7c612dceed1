// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/mirror/places/registryknowledge.h"

#include <QTest>

using namespace condaoci;

class TestRegistryKnowledge : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A channel can have a thing to say of each of its packages; the first are said, in an order that no worker's luck
    // decides, and the others counted.
    void A20_saysTheFirstOfAKind_data()
    {
        QTest::addColumn<bool>("isLacking"); // or written over
        QTest::addColumn<int>("count");
        for (const bool isLacking : {true, false}) {
            for (const int count : {0, 1, 20, 21, 10'000})
                QTest::addRow("A20 %s %d", isLacking ? "lacking" : "written over", count) << isLacking << count;
        }
    }
    void A20_saysTheFirstOfAKind()
    {
        QFETCH(bool, isLacking);
        QFETCH(int, count);
        mirror::RegistryKnowledge knowledge;
        for (int i = count; i > 0; --i) {
            const QString name = QStringLiteral("p%1").arg(i, 5, 10, QLatin1Char('0'));
            knowledge.isUnreadable(name, QStringLiteral("why"));
            isLacking ? knowledge.lacks(name) : knowledge.wrote(name);
        }
        QStringList notes = knowledge.notes();
        const int others = std::max(count - static_cast<int>(limits::leftOutNotes), 0);
        QCOMPARE(notes.size(), count - others + (others > 0 ? 1 : 0));
        if (others > 0)
            QVERIFY2(notes.takeLast().endsWith(QStringLiteral(": %1").arg(others)),
                     qPrintable(knowledge.notes().last()));
        QVERIFY(std::is_sorted(notes.begin(), notes.end()));
    }
};

QTEST_GUILESS_MAIN(TestRegistryKnowledge)
#include "tst_registryknowledge.moc"

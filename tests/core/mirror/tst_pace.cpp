// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/pace.h"

#include <QTest>

using condaoci::mirror::Pace;
using namespace std::chrono_literals;

class TestPace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void W29_startsAreApart_data()
    {
        QTest::addColumn<int>("spacing");      // ms
        QTest::addColumn<QList<int>>("asked"); // ms from the beginning, in the order in which workers ask
        QTest::addColumn<QList<int>>("starts");
        QTest::newRow("none") << 0 << QList<int>{0, 0, 5} << QList<int>{0, 0, 5};
        QTest::newRow("the first does not wait") << 500 << QList<int>{0} << QList<int>{0};
        QTest::newRow("four workers at once") << 500 << QList<int>{0, 0, 0, 0} << QList<int>{0, 500, 1000, 1500};
        QTest::newRow("who comes late does not wait") << 500 << QList<int>{0, 700} << QList<int>{0, 700};
        QTest::newRow("who comes early waits the rest") << 500 << QList<int>{0, 200} << QList<int>{0, 500};
        QTest::newRow("late ones are not made up for") << 500 << QList<int>{0, 3000, 3000} << QList<int>{0, 3000, 3500};
        QTest::newRow("a clock that another worker read before") << 500 << QList<int>{100, 90} << QList<int>{100, 600};
    }
    void W29_startsAreApart()
    {
        QFETCH(int, spacing);
        QFETCH(QList<int>, asked);
        Pace pace{std::chrono::milliseconds(spacing)};
        const auto begun = Pace::Clock::now();
        QList<int> starts;
        for (const int now : asked)
            starts.append(static_cast<int>((pace.nextStart(begun + std::chrono::milliseconds(now)) - begun) / 1ms));
        QTEST(starts, "starts");
    }
};

QTEST_GUILESS_MAIN(TestPace)
#include "tst_pace.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/http/hostgate.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

using namespace condaoci;
using namespace condaoci::http;
using namespace std::chrono_literals;
using Clock = HostGate::Clock;

namespace {

const QByteArray ghcr = "https://ghcr.io:443";
const QByteArray quay = "https://quay.io:443";
constexpr auto generous = 5s; // only an upper time that no loaded machine reaches

} // namespace

class TestHostGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void doesNotHoldUpWithoutSpacing()
    {
        HostGate gate;
        const auto begun = Clock::now();
        for (int i = 0; i < 1000; ++i)
            QVERIFY(gate.enter(ghcr, {}));
        QVERIFY(Clock::now() - begun < generous);
    }

    void keepsTheSpacing_data()
    {
        QTest::addColumn<int>("spacing"); // ms
        QTest::addColumn<int>("threads");
        QTest::addColumn<int>("each");
        QTest::newRow("one worker") << 40 << 1 << 6;
        QTest::newRow("many workers") << 20 << 8 << 2;
    }
    void keepsTheSpacing()
    {
        QFETCH(int, spacing);
        QFETCH(int, threads);
        QFETCH(int, each);
        HostGate gate;
        gate.limitWrites(ghcr, 60'000 / spacing);
        std::mutex mutex;
        int entered = 0;
        const auto begun = Clock::now();
        {
            std::vector<std::jthread> workers;
            for (int i = 0; i < threads; ++i)
                workers.emplace_back([&] {
                    for (int k = 0; k < each; ++k) {
                        const bool isIn = gate.enter(ghcr, {}, true).has_value();
                        const std::scoped_lock lock(mutex);
                        entered += isIn ? 1 : 0;
                    }
                });
        }
        const auto took = Clock::now() - begun;
        QCOMPARE(entered, threads * each);
        QVERIFY(took >= std::chrono::milliseconds(spacing * (threads * each - 1)));
        QVERIFY(took < generous);
    }

    void theFirstOneDoesNotWait()
    {
        HostGate gate;
        gate.limitWrites(ghcr, 1);
        const auto begun = Clock::now();
        QVERIFY(gate.enter(ghcr, {}, true));
        QVERIFY(Clock::now() - begun < generous);
    }

    void spacesEachOriginByItself()
    {
        HostGate gate;
        const auto begun = Clock::now();
        for (int i = 0; i < 20; ++i) {
            const QByteArray origin = "http://127.0.0.1:" + QByteArray::number(5000 + i);
            gate.limitWrites(origin, 1);
            QVERIFY(gate.enter(origin, {}, true));
        }
        QVERIFY(Clock::now() - begun < generous);
    }

    void S07_pauses_data()
    {
        QTest::addColumn<QList<int>>("pauses"); // ms from now, in the order in which they are imposed
        QTest::addColumn<int>("least");
        QTest::newRow("S07 one") << QList<int>{300} << 300;
        QTest::newRow("S07 a shorter one does not shorten") << QList<int>{300, 10} << 300;
        QTest::newRow("S07 a longer one lengthens") << QList<int>{10, 300} << 300;
        QTest::newRow("F08 past") << QList<int>{-1000} << 0;
        QTest::newRow("none") << QList<int>{} << 0;
    }
    void S07_pauses()
    {
        QFETCH(QList<int>, pauses);
        QFETCH(int, least);
        HostGate gate;
        const auto begun = Clock::now();
        for (const int pause : pauses)
            gate.pauseUntil(ghcr, begun + std::chrono::milliseconds(pause));
        QVERIFY(gate.enter(ghcr, {}));
        QVERIFY(Clock::now() - begun >= std::chrono::milliseconds(least));
        QVERIFY(Clock::now() - begun < generous);
    }

    void S07_pausesTheOneOriginOnly()
    {
        HostGate gate;
        const auto begun = Clock::now();
        gate.pauseUntil(ghcr, begun + 60s);
        QVERIFY(gate.enter(quay, {}));
        QVERIFY(gate.enter("http://ghcr.io:80", {}));
        QVERIFY(gate.enter("https://ghcr.io:5000", {}));
        QVERIFY(Clock::now() - begun < generous);
    }

    // A 429 that one worker got while others already wait for their slot holds them too.
    void S07_pausesThoseWhoWaitAlready()
    {
        HostGate gate;
        const auto begun = Clock::now();
        gate.pauseUntil(ghcr, begun + 100ms);
        std::atomic<int> entered = 0;
        std::vector<std::jthread> workers;
        for (int i = 0; i < 3; ++i)
            workers.emplace_back([&] {
                if (gate.enter(ghcr, {}) && Clock::now() - begun >= 500ms)
                    ++entered;
            });
        gate.pauseUntil(ghcr, begun + 500ms);
        workers.clear();
        QVERIFY(Clock::now() - begun < generous);
        QCOMPARE(entered, 3);
    }

    void keepsTheSpacingAfterAPause()
    {
        HostGate gate;
        gate.limitWrites(ghcr, 600); // one in 100 ms
        const auto begun = Clock::now();
        gate.pauseUntil(ghcr, begun + 200ms);
        QVERIFY(gate.enter(ghcr, {}, true));
        QVERIFY(gate.enter(ghcr, {}, true));
        QVERIFY(Clock::now() - begun >= 300ms);
        QVERIFY(Clock::now() - begun < generous);
    }

    // Few at first, one more with every answer, up to what there is.
    void S07_startsSlowly()
    {
        HostGate gate;
        QCOMPARE(gate.concurrency(ghcr), limits::hostStart);
        for (int i = 0; i < limits::hostMost * 2; ++i) {
            const auto pass = gate.enter(ghcr, {});
            QVERIFY(pass);
            gate.succeeded(*pass);
            QCOMPARE(gate.concurrency(ghcr), std::min(limits::hostStart + i + 1, limits::hostMost));
        }
        QCOMPARE(gate.concurrency(quay), limits::hostStart);
    }

    void S07_holdsAsManyAsTheOriginTakes()
    {
        HostGate gate;
        std::atomic<int> inside = 0;
        std::atomic<int> most = 0;
        std::vector<std::jthread> workers;
        for (int i = 0; i < 12; ++i)
            workers.emplace_back([&] {
                for (int k = 0; k < 5; ++k) {
                    const auto pass = gate.enter(ghcr, {});
                    const int now = ++inside;
                    for (int before = most; before < now && !most.compare_exchange_weak(before, now);) {
                    }
                    std::this_thread::sleep_for(2ms);
                    --inside;
                }
            });
        workers.clear();
        QCOMPARE(most, limits::hostStart);
    }

    // Half as many when it is too much, once for all that was under way; then more again, slowly.
    void S07_backsOffAndGrowsAgain()
    {
        HostGate gate;
        const auto answered = [&](int times) {
            for (int i = 0; i < times; ++i) {
                const auto pass = gate.enter(ghcr, {});
                gate.succeeded(*pass);
            }
        };
        answered(14);
        QCOMPARE(gate.concurrency(ghcr), 16);
        std::vector<HostGate::Pass> underWay;
        for (int i = 0; i < 16; ++i)
            underWay.push_back(*gate.enter(ghcr, {}));
        for (const HostGate::Pass& pass : underWay)
            gate.overloaded(pass);
        QCOMPARE(gate.concurrency(ghcr), 8);
        underWay.clear();
        answered(8);
        QCOMPARE(gate.concurrency(ghcr), 8); // a whole round for one more
        answered(2);
        QCOMPARE(gate.concurrency(ghcr), 9);
        for (int i = 0; i < 20; ++i) {
            const auto pass = gate.enter(ghcr, {});
            gate.overloaded(*pass);
        }
        QCOMPARE(gate.concurrency(ghcr), 1); // never none
        answered(200);
        QVERIFY(gate.concurrency(ghcr) > 8);
    }

    void S07_aFreedPlaceLetsTheNextOneIn()
    {
        HostGate gate;
        auto first = std::make_unique<Result<HostGate::Pass>>(gate.enter(ghcr, {}));
        const auto second = gate.enter(ghcr, {});
        std::atomic<bool> entered = false;
        std::jthread third([&] { entered = gate.enter(ghcr, {}).has_value(); });
        std::this_thread::sleep_for(50ms);
        QVERIFY(!entered);
        first.reset();
        third.join();
        QVERIFY(entered);
        std::stop_source source;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(50ms);
            source.request_stop();
        });
        const auto fourth = gate.enter(ghcr, {});
        QVERIFY(!gate.enter(ghcr, source.get_token())); // F22: a wait for a place ends, too
    }

    // Requests that fail are not made many more (a fifth at most, beyond a reserve to begin with).
    void S07_countsRetries()
    {
        HostGate gate;
        int granted = 0;
        while (gate.mayRetry(ghcr))
            ++granted;
        QCOMPARE(granted, static_cast<int>(limits::retryReserve));
        QVERIFY(gate.mayRetry(quay));
        for (int i = 0; i < 100; ++i) {
            const auto pass = gate.enter(ghcr, {});
            gate.succeeded(*pass);
        }
        for (granted = 0; gate.mayRetry(ghcr);)
            ++granted;
        QVERIFY2(granted == 19 || granted == 20, qPrintable(QString::number(granted)));
        for (int i = 0; i < 10'000; ++i) {
            const auto pass = gate.enter(ghcr, {});
            gate.succeeded(*pass);
        }
        for (granted = 0; gate.mayRetry(ghcr);)
            ++granted;
        QCOMPARE(granted, static_cast<int>(limits::retryCredit)); // not saved up without end
    }

    void S07_keepsAKnownRateOfWrites()
    {
        HostGate gate;
        gate.limitWrites(ghcr, 600);
        const auto begun = Clock::now();
        for (int i = 0; i < 20; ++i)
            QVERIFY(gate.enter(ghcr, {}));
        QVERIFY(Clock::now() - begun < 100ms * 20); // reading is free
        for (int i = 0; i < 4; ++i)
            QVERIFY(gate.enter(ghcr, {}, true));
        QVERIFY(Clock::now() - begun >= 300ms);
        gate.limitWrites(ghcr, 0);
        QVERIFY(gate.enter(ghcr, {}, true));
        const auto freed = Clock::now();
        for (int i = 0; i < 100; ++i)
            QVERIFY(gate.enter(ghcr, {}, true));
        QVERIFY(Clock::now() - freed < generous);
    }

    void F22_stopsWaiting_data()
    {
        QTest::addColumn<bool>("byPause");
        QTest::addColumn<int>("after"); // ms; 0: before
        QTest::newRow("F22 pause") << true << 100;
        QTest::newRow("F22 spacing") << false << 100;
        QTest::newRow("F22 stopped before") << true << 0;
    }
    void F22_stopsWaiting()
    {
        QFETCH(bool, byPause);
        QFETCH(int, after);
        HostGate gate;
        gate.limitWrites(ghcr, 1);
        if (byPause)
            gate.pauseUntil(ghcr, Clock::now() + 1h);
        else
            QVERIFY(gate.enter(ghcr, {}, true));
        std::stop_source source;
        std::jthread other;
        if (after == 0)
            source.request_stop();
        else
            other = std::jthread([&] {
                std::this_thread::sleep_for(std::chrono::milliseconds(after));
                source.request_stop();
            });
        const auto begun = Clock::now();
        const auto entered = gate.enter(ghcr, source.get_token(), true);
        QVERIFY(Clock::now() - begun < generous);
        QVERIFY(!entered);
        QCOMPARE(entered.error().kind, ErrorKind::Cancelled);
    }

    void F22_doesNotEnterAnOpenGateWhenStopped()
    {
        HostGate gate;
        gate.limitWrites(ghcr, 1);
        std::stop_source source;
        source.request_stop();
        QVERIFY(!gate.enter(ghcr, source.get_token(), true));
        const auto begun = Clock::now();
        QVERIFY(gate.enter(ghcr, {}, true)); // the slot was not taken by the one that was stopped
        QVERIFY(Clock::now() - begun < generous);
    }

    void F22_stopsOneOfManyOnly()
    {
        HostGate gate;
        const auto begun = Clock::now();
        gate.pauseUntil(ghcr, begun + 500ms);
        std::stop_source source;
        std::atomic<int> cancelled = 0;
        std::atomic<int> entered = 0;
        std::vector<std::jthread> workers;
        for (int i = 0; i < 4; ++i)
            workers.emplace_back([&, i] {
                const auto result = gate.enter(ghcr, i % 2 == 0 ? source.get_token() : std::stop_token());
                ++(result ? entered : cancelled);
            });
        source.request_stop();
        workers.clear();
        QCOMPARE(cancelled, 2);
        QCOMPARE(entered, 2);
        QVERIFY(Clock::now() - begun >= 500ms);
        QVERIFY(Clock::now() - begun < generous);
    }
};

QTEST_GUILESS_MAIN(TestHostGate)
#include "tst_hostgate.moc"

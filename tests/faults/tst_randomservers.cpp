// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/faultscene.h"
#include "tests/support/httptest.h"

#include <QRandomGenerator>
#include <QTest>

using namespace condaoci;
using namespace condaoci::test;

namespace {

/// What a server may do in place of what it should.
QList<std::pair<QByteArray, Lie>> lies()
{
    QList<std::pair<QByteArray, Lie>> all;
    for (const int status : {200, 204, 206, 400, 403, 404, 405, 416, 500, 503})
        all.append({QByteArray::number(status), says(reply(status, "<html>some words</html>"))});
    all.append({"401", says(reply(401, "who?"))});
    all.append({"429", says(reply(429, {}, {"Retry-After: 0"}))});
    all.append({"no such server", says("garbage\r\n\r\n")});
    all.append({"hangs up", [](const ReceivedRequest&, const Honest&) { return Answer::thenClose({}); }});
    // Done, and never told: the request has its effect, and the answer is lost.
    all.append({"done, then reset",
                [](const ReceivedRequest&, const Honest& honest) { return Answer::resetAfter(honest().bytes, 0); }});
    all.append({"half of the answer", [](const ReceivedRequest&, const Honest& honest) {
                    const QByteArray bytes = honest().bytes;
                    return Answer::cutAfter(bytes, bytes.size() / 2);
                }});
    all.append({"a bit flipped", [](const ReceivedRequest&, const Honest& honest) {
                    QByteArray bytes = honest().bytes;
                    bytes.back() = static_cast<char>(bytes.back() ^ 1);
                    return Answer::whole(bytes);
                }});
    all.append({"done, but says 500", [](const ReceivedRequest&, const Honest& honest) {
                    (void)honest();
                    return Answer::whole(reply(500));
                }});
    return all;
}

} // namespace

/// Random behaviour of the servers against random deeds of ours; the model is what a registry and a cache may contain.
class TestRandomServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void Z15_sequence_data()
    {
        QTest::addColumn<quint32>("seed");
        // RANDOM_SERVERS=FIRST-LAST tries other sequences; a row's name repeats it.
        const QStringList range =
            qEnvironmentVariable("RANDOM_SERVERS", QStringLiteral("1-24")).split(QLatin1Char('-'));
        for (quint32 seed = range.first().toUInt(); seed <= range.last().toUInt(); ++seed)
            QTest::newRow(("Z15 seed " + QByteArray::number(seed)).constData()) << seed;
    }
    void Z15_sequence()
    {
        QFETCH(quint32, seed);
        QRandomGenerator random(seed);
        const auto pick = [&random](const auto& list) {
            return list.at(random.bounded(static_cast<int>(list.size())));
        };
        const auto all = lies();
        FaultScene scene;
        QByteArray story;
        for (int step = 0; step < 8; ++step) {
            const Operation operation = pick(operations());
            const auto [what, lie] = pick(all);
            const int times = random.bounded(1, 8), after = random.bounded(3);
            // A deed need not be the one that the operation is of: then nothing happens.
            const Deed deed = random.bounded(3) > 0 ? operation.deed : pick(operations()).deed;
            story += QByteArray("; ") + operation.letter + ' ' + what + " x" + QByteArray::number(times);
            scene.world.setFault({operation.op, operation.where, times, after, lie});
            (void)scene.run(deed, quickRetries());
            scene.world.clearFault();
            const QStringList wrong = scene.world.problems() + scene.cacheProblems() + scene.world.leaks();
            QVERIFY2(wrong.isEmpty(), (wrong.join(QStringLiteral("; ")).toUtf8() + story).constData());
        }
        for (const Deed deed : {Deed::Push, Deed::Pull, Deed::Deep}) {
            const auto report = scene.run(deed, quickRetries());
            const Error* error = report.fatal              ? &*report.fatal
                                 : report.failures.empty() ? nullptr
                                                           : &report.failures.front().error;
            QVERIFY2(exitCode(report) == 0, ((error ? error->message.toUtf8() : QByteArray()) + story).constData());
        }
        FaultScene quiet;
        QCOMPARE(exitCode(quiet.run(Deed::Push, quickRetries())), 0);
        QCOMPARE(scene.world.contents(), quiet.world.contents());
        QVERIFY(QFile::exists(scene.cacheFile()));
    }
};

QTEST_GUILESS_MAIN(TestRandomServers)
#include "tst_randomservers.moc"

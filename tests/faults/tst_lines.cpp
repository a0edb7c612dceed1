// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/faultscene.h"
#include "tests/support/httptest.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::test;

namespace {

constexpr int tries = limits::attempts;

/// Of an index there is another form, which comes without the fault (W12).
bool isIndex(const Operation& operation)
{
    return operation.letter == QByteArray("R index");
}

/// A network that does not come back: the item failed.
int lost(const Operation& operation)
{
    return isIndex(operation) ? 0 : 1;
}

bool isHead(const Operation& operation)
{
    return operation.op == Op::Head;
}

} // namespace

/// Faults of the line: nobody there, silence, a trickle, breaks.
class TestLines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void F01_refused_data()
    {
        columns();
        for (const Operation& one : operations()) {
            // The server is gone for a moment, with all its connections, and comes back.
            row("F01", one, "gone and back") << Cell{one,
                                                     [](const ReceivedRequest&, const auto&) { return Answer::resetAfter({}, 0); },
                                                     1,
                                                     0,
                                                     -1,
                                                     {},
                                                     quickRetries()};
        }
    }
    void F01_refused()
    {
        QFETCH(Cell, cell);
        FaultScene scene;
        ScriptedServer* server = cell.operation.op == Op::Token     ? &scene.world.tokens
                                 : cell.operation.op == Op::Channel ? &scene.world.channel
                                                                    : &scene.world.registry;
        const auto plain = cell.answer;
        cell.answer = [server, plain](const ReceivedRequest& request, const std::function<Answer()>& honest) {
            server->refuseFor(std::chrono::milliseconds(60));
            return plain(request, honest);
        };
        cell.timeouts.retryBase = std::chrono::milliseconds(100);
        cell.timeouts.retryCap = std::chrono::seconds(10); // the moment may be a long one on a busy machine
        scene.check(cell);
    }

    void F02_silence_data()
    {
        columns();
        for (const Operation& one : operations()) {
            row("F02", one, "once") << Cell{
                one, [](const ReceivedRequest&, const auto&) { return Answer::silence(); }, 1, 0, 1, {}, impatient()};
        }
    }
    void F02_silence() { check(); }

    void F03_trickle_data()
    {
        columns();
        for (const Operation& one : operations()) {
            // Never silent for long, and never to an end in time.
            const auto dribble = [](const ReceivedRequest&, const std::function<Answer()>& honest) {
                return Answer::dribbled(honest().bytes, std::chrono::milliseconds(120), 20);
            };
            Cell cell{one, dribble, Fault::forever, lost(one), -1, {}, impatient()};
            cell.timeouts.rateWindow = std::chrono::milliseconds(400);
            cell.timeouts.smallTotal = std::chrono::milliseconds(600);
            if (one.op == Op::UploadPut) // the blob is there, whatever becomes of the answer
                cell.exitCode = 0;
            row("F03", one, "120 ms a byte") << cell;
        }
    }
    void F03_trickle() { check(); }

    void F04_breaks_data()
    {
        columns();
        struct Place
        {
            const char* name;
            std::function<qsizetype(const QByteArray&)> at;
        };
        const auto body = [](const QByteArray& bytes) { return bytes.indexOf("\r\n\r\n") + 4; };
        const QList<Place> places{
            {"before the head", [](const QByteArray&) { return 0; }},
            {"in the head", [body](const QByteArray& bytes) { return body(bytes) / 2; }},
            {"after byte 1", [body](const QByteArray& bytes) { return body(bytes) + 1; }},
            {"in the middle", [body](const QByteArray& bytes) { return (body(bytes) + bytes.size()) / 2; }},
            {"before the last byte", [](const QByteArray& bytes) { return bytes.size() - 1; }},
        };
        for (const Operation& one : operations()) {
            for (const Place& place : places) {
                const bool noBody =
                    isHead(one) || one.op == Op::UploadStart || one.op == Op::UploadPut || one.op == Op::ManifestPut;
                if (noBody && place.name[0] != 'b' && place.name[0] != 'i')
                    continue;
                if (noBody && place.name == QByteArray("in the middle"))
                    continue;
                const auto cut = [at = place.at](const ReceivedRequest&, const std::function<Answer()>& honest) {
                    const QByteArray bytes = honest().bytes;
                    return Answer::resetAfter(bytes, at(bytes));
                };
                row("F04", one, place.name) << Cell{one, cut, 1, 0, 1, {}, quickRetries()};
            }
        }
    }
    void F04_breaks() { check(); }

    void F04_B_resumesAndCountsBytes()
    {
        FaultScene scene;
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        qsizetype head = 0;
        qsizetype whole = 0;
        scene.world.setFault(
            {Op::Blob, "/sample-data/", 1, 0, [&](const ReceivedRequest&, const std::function<Answer()>& honest) {
                 const QByteArray bytes = honest().bytes;
                 head = bytes.indexOf("\r\n\r\n") + 4;
                 whole = bytes.size() - head;
                 return Answer::resetAfter(bytes, head + whole / 2);
             }});
        QCOMPARE(exitCode(scene.run(Deed::Pull, quickRetries())), 0);
        const auto asked = scene.world.asked(Op::Blob, "/sample-data/");
        QCOMPARE(asked.size(), 2);
        QVERIFY(asked[0].header("Range").isNull());
        QCOMPARE(asked[1].header("Range"), "bytes=" + QByteArray::number(whole / 2) + '-');
        QVERIFY(scene.cacheProblems().isEmpty());
    }

    void F04_allTheTime_data()
    {
        columns();
        for (const Operation& one : operations()) {
            const auto cut = [](const ReceivedRequest&, const std::function<Answer()>&) {
                return Answer::resetAfter("HTTP/1.1 2", 10);
            };
            row("F04", one, "every time")
                << Cell{one, cut, Fault::forever, lost(one), isIndex(one) ? 2 : tries, {}, quickRetries(), 0, 3 * tries};
        }
    }
    void F04_allTheTime() { check(); }

    void F24_sleeps_data()
    {
        columns();
        for (const Operation& one : operations()) { // the connection is dead when the machine wakes up
            row("F24", one, "kept connection dead after a while") << Cell{
                one,           [](const ReceivedRequest&, const auto&) { return Answer::thenClose({}); }, 2, 0, 2, {},
                quickRetries()};
        }
    }
    void F24_sleeps() { check(); }
};

QTEST_GUILESS_MAIN(TestLines)
#include "tst_lines.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/httptest.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::http;
using namespace condaoci::test;

namespace {

const QByteArray all = "0123456789";

Answer partial(const QByteArray& body, const QByteArray& range)
{
    return Answer::whole(reply(206, body, {"Content-Range: " + range}));
}

} // namespace

class TestResume : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void S16_F06_Q03_resumes_data()
    {
        QTest::addColumn<QByteArray>("held"); // already in the sink
        QTest::addColumn<QList<Answer>>("answers");
        QTest::addColumn<QByteArrayList>("ranges"); // that were asked for, one a request
        QTest::addColumn<int>("restarts");
        QTest::addColumn<int>("status"); // 0: any
        QTest::addColumn<Failure>("failure");
        const auto row = [](const char* name, const QByteArray& held, const QList<Answer>& answers,
                            const QByteArrayList& ranges, int restarts = 0, Failure failure = {}, int status = 0) {
            QTest::newRow(name) << held << answers << ranges << restarts << status << failure;
        };
        const Answer whole = Answer::whole(reply(200, all));
        const auto cut = [&](qsizetype n) {
            return Answer::cutAfter(whole.bytes, whole.bytes.size() - all.size() + n);
        };
        const Answer rest = partial("456789", "bytes 4-9/10");
        const QByteArray range = "Content-Range: bytes 4-9/10";
        const QByteArray inChunks = headOnly(200, {"Transfer-Encoding: chunked"});
        row("S16 206", {}, {cut(4), rest}, {"", "bytes=4-"});
        row("S16 206 of unknown size", "0123", {partial("456789", "bytes 4-9/*")}, {"bytes=4-"});
        row("S16 206, chunked", "0123", {Answer::whole(chunked("456789", {range}, 206))}, {"bytes=4-"});
        row("F04 a part is cut", "0123",
            {Answer::cutAfter(rest.bytes, rest.bytes.size() - 3), partial("789", "bytes 7-9/10")},
            {"bytes=4-", "bytes=7-"});
        row("F04 cut after byte 1", {}, {cut(1), partial("123456789", "bytes 1-9/10")}, {"", "bytes=1-"});
        row("F04 cut before the last byte", {}, {cut(9), partial("9", "bytes 9-9/10")}, {"", "bytes=9-"});
        row("F04 cut before the body", {}, {cut(0), whole}, {"", ""});
        row("Q03 chunked, cut", {}, {Answer::thenClose(inChunks + "4\r\n0123\r\n"), rest}, {"", "bytes=4-"});
        row("Q03 chunked, cut in a chunk", {}, {Answer::thenClose(inChunks + "a\r\n0123"), rest}, {"", "bytes=4-"});
        row("Q03 chunked, ends early", {}, {Answer::whole(chunked("0123")), rest}, {"", "bytes=4-"});
        row("F05 until the end, short", {}, {Answer::thenClose(headOnly(200) + "0123"), rest}, {"", "bytes=4-"});
        row("S16 goes on where the sink is", "0123", {rest}, {"bytes=4-"});
        row("S16 200 instead of 206", "xxxx", {whole}, {"bytes=4-"}, 1);
        row("S16 416", {}, {cut(4), Answer::whole(reply(416)), whole}, {"", "bytes=4-", ""}, 1);
        row("S20 404", "0123", {Answer::whole(reply(404))}, {"bytes=4-"}, 0, {}, 404);

        const auto wrong = [&](const char* name, const Answer& answer) {
            row(name, "0123", {answer}, {"bytes=4-"}, 0, ErrorKind::Protocol);
        };
        wrong("F06 wrong start", partial("3456789", "bytes 3-9/10"));
        wrong("F06 from the start", partial(all, "bytes 0-9/10"));
        wrong("F06 start behind", partial("56789", "bytes 5-9/10"));
        wrong("F06 wrong total", partial("456789x", "bytes 4-10/11"));
        wrong("F06 smaller total", partial("45678", "bytes 4-8/9"));
        wrong("F06 not up to the end", partial("4567", "bytes 4-7/10"));
        wrong("F06 beyond the end", partial("456789", "bytes 4-10/10"));
        wrong("F06 no Content-Range", Answer::whole(reply(206, "456789")));
        wrong("F06 no unit", partial("456789", "4-9/10"));
        wrong("F06 other unit", partial("456789", "items 4-9/10"));
        wrong("F06 as a Range", partial("456789", "bytes=4-9/10"));
        wrong("F06 more than 64 bits", partial("456789", "bytes 4-18446744073709551625/18446744073709551626"));
        wrong("F06 two", Answer::whole(reply(206, "456789", {range, range})));
        const QByteArray multipart = "Content-Type: multipart/byteranges; boundary=x";
        wrong("F06 several parts", Answer::whole(reply(206, "--x\r\n\r\n456789\r\n--x--", {multipart})));
        row("F10 206 unasked", {}, {partial(all, "bytes 0-9/10")}, {""}, 0, ErrorKind::Protocol);
        row("F10 206 unasked, a part", {}, {rest}, {""}, 0, ErrorKind::Protocol);
        row("S14 another file now", "0123", {Answer::whole(reply(200, "another file"))}, {"bytes=4-"}, 1,
            ErrorKind::Integrity);
        row("F06 206, longer than it says", "0123", {Answer::thenClose(headOnly(206, {range}) + "456789x")},
            {"bytes=4-"}, 0, ErrorKind::Integrity);
    }
    void S16_F06_Q03_resumes()
    {
        QFETCH(QByteArray, held);
        QFETCH(QList<Answer>, answers);
        QFETCH(QByteArrayList, ranges);
        QFETCH(int, restarts);
        QFETCH(int, status);
        QFETCH(Failure, failure);
        const ScriptedServer server(answers);
        Collector sink;
        sink.bytes = held;
        const auto response = sendBy(requestInto(&sink, server, 10));
        QByteArrayList asked;
        for (const ReceivedRequest& one : server.requests())
            asked.append(one.header("Range"));
        QCOMPARE(asked, ranges);
        QCOMPARE(sink.restarts, restarts);
        QVERIFY2(failureOf(response) == failure, qPrintable(shown(response)));
        if (status != 0)
            QCOMPARE(response->status, status); // an answer like any other
        else if (!failure)
            QCOMPARE(sink.bytes, all);
    }

    // How often it is sent then is for Qt to say, which tries by itself.
    void F04_cutInTheHead_data()
    {
        QTest::addColumn<int>("after");
        for (const int after : {0, 1, 9, 13, 17, 19, 20, 30, 38})
            QTest::addRow("F04 cut after %d bytes", after) << after;
    }
    void F04_cutInTheHead()
    {
        QFETCH(int, after);
        const Answer whole = Answer::whole(reply(200, all));
        QList<Answer> answers(10, whole);
        answers.first() = Answer::cutAfter(whole.bytes, after);
        const ScriptedServer server(answers);
        Collector sink;
        const auto response = sendBy(requestInto(&sink, server, 10));
        QVERIFY2(statusOf(response) == 200, qPrintable(shown(response)));
        QCOMPARE(sink.bytes, all);
        QVERIFY(server.requests().size() >= 2);
    }

    void S16_gives416BackWhenNothingIsHeld()
    {
        const ScriptedServer server(always(Answer::whole(reply(416))));
        Collector sink;
        sink.bytes = "0123";
        const auto response = sendBy(requestInto(&sink, server));
        QVERIFY2(statusOf(response) == 416, qPrintable(shown(response)));
        QCOMPARE(sink.restarts, 1);
        QCOMPARE(server.requests().size(), 2);
    }

    void S16_resumesBehindARedirect()
    {
        const QByteArray whole = reply(200, all);
        ScriptedServer b({Answer::cutAfter(whole, whole.size() - 6), partial("456789", "bytes 4-9/10")});
        ScriptedServer a(always(redirectTo(b)));
        Collector sink;
        const auto response = sendBy(requestInto(&sink, a, 10));
        QVERIFY2(response, qPrintable(shown(response)));
        QCOMPARE(sink.bytes, all);
        QCOMPARE(b.requests().constLast().header("Range"), QByteArray("bytes=4-"));
    }

    void anErrorOfTheSinkEndsIt()
    {
        const ScriptedServer server(always(Answer::whole(reply(200, "hello"))));
        Collector sink;
        sink.verdict = Error{ErrorKind::Disk, QStringLiteral("full")};
        const auto response = sendBy(requestInto(&sink, server));
        QVERIFY2(failureOf(response) == ErrorKind::Disk, qPrintable(shown(response)));
        QCOMPARE(response.error().message, QStringLiteral("full"));
        QCOMPARE(server.requests().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestResume)
#include "tst_resume.moc"

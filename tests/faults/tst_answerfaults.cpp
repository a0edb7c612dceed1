// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/faultscene.h"
#include "tests/support/httptest.h"

#include <QLocale>
#include <QTest>

using namespace condaoci;
using namespace condaoci::test;

namespace {

constexpr int tries = limits::attempts;

bool isIndex(const Operation& operation)
{
    return operation.letter == QByteArray("R index");
}

qsizetype bodyOf(const QByteArray& bytes)
{
    return bytes.indexOf("\r\n\r\n") + 4;
}

/// The honest answer, changed.
Lie changed(std::function<Answer(QByteArray head, QByteArray body)> change)
{
    return [change = std::move(change)](const ReceivedRequest&, const Honest& honest) {
        const QByteArray bytes = honest().bytes;
        return change(bytes.left(bodyOf(bytes)), bytes.mid(bodyOf(bytes)));
    };
}

QByteArray withoutLength(const QByteArray& head)
{
    QByteArrayList kept;
    for (const QByteArray& line : head.chopped(4).split('\n')) {
        if (!line.toLower().startsWith("content-length"))
            kept.append(line.trimmed());
    }
    return kept.join("\r\n") + "\r\n";
}

QByteArray date(qint64 secondsFromNow)
{
    const QDateTime when = QDateTime::currentDateTimeUtc().addSecs(secondsFromNow);
    return QLocale::c().toString(when, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss")).toLatin1() + " GMT";
}

QList<Operation> reading()
{
    QList<Operation> some;
    for (const Operation& one : operations()) {
        if (!isWrite(one) && one.op != Op::Head)
            some.append(one);
    }
    return some;
}

} // namespace

/// Faults of what a server says, and that come again or not.
class TestAnswerFaults : public QObject
{
    Q_OBJECT

    static void add(const char* fault, const Operation& operation, const QByteArray& what, const Lie& lie, int times,
                    int code, int hits, const QString& said = {})
    {
        row(fault, operation, what) << Cell{operation, lie, times, code, hits, said, quickRetries()};
    }

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void F05_lengths_data()
    {
        columns();
        for (const Operation& one : reading()) {
            const bool isFile = one.op == Op::Blob || (one.op == Op::Channel && !isIndex(one));
            add("F05", one, "short", changed([](const QByteArray& head, const QByteArray& body) {
                    return Answer::thenClose(head + body.left(body.size() / 2));
                }),
                1, 0, 1);
            add("F05", one, "chunked without an end, once", changed([](const QByteArray& head, const QByteArray& body) {
                    return Answer::thenClose(withoutLength(head) + "Transfer-Encoding: chunked\r\n\r\n" +
                                             QByteArray::number(body.size(), 16) + "\r\n" + body.left(body.size() / 2));
                }),
                1, 0, 1);
            add("F05", one, "two lengths", changed([](const QByteArray& head, const QByteArray& body) {
                    return Answer::whole(withoutLength(head) + "Content-Length: 5\r\nContent-Length: " +
                                         QByteArray::number(body.size()) + "\r\n\r\n" + body);
                }),
                Fault::forever, isIndex(one) ? 0 : 1, 1); // of an index there is another form (W12)
            if (isFile)
                add("F05", one, "longer", changed([](const QByteArray& head, const QByteArray& body) {
                        return Answer::thenClose(withoutLength(head) + "\r\n" + body + "more");
                    }),
                    Fault::forever, 1, 1, QStringLiteral("integrity"));
        }
    }
    void F05_lengths() { check(); }

    void F07_bits_data()
    {
        columns();
        const auto flipped = [](qsizetype where) {
            return changed([where](const QByteArray& head, QByteArray body) {
                const qsizetype at = where < 0 ? body.size() - 1 : where == 0 ? 0 : body.size() / 2;
                body[at] = static_cast<char>(body[at] ^ 1);
                return Answer::whole(head + body);
            });
        };
        for (const Operation& one : operations()) {
            const bool isFile = one.op == Op::Blob || (one.op == Op::Channel && !isIndex(one));
            if (isFile) {
                add("F07", one, "first byte, once", flipped(0), 1, 0, 1);
                add("F07", one, "last byte, once", flipped(-1), 1, 0, 1);
                add("F07", one, "middle, every time", flipped(1), Fault::forever, 1, 2, QStringLiteral("integrity"));
            } else if (one.op == Op::Manifest) {
                add("F07", one, "first byte", flipped(0), Fault::forever, 1, 1, QStringLiteral("integrity"));
            }
        }
    }
    void F07_bits() { check(); }

    void F07_M_wrongManifest()
    {
        FaultScene scene;
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        scene.world.setFault({Op::Manifest, "/repodata.json/manifests/", Fault::forever, 0,
                              changed([](const QByteArray& head, QByteArray body) {
                                  body[body.size() / 2] = static_cast<char>(body[body.size() / 2] ^ 1);
                                  return Answer::whole(head + body);
                              })});
        const auto report = scene.run(Deed::Pull, quickRetries());
        QCOMPARE(exitCode(report), 4);
        QVERIFY(report.fatal);
        QCOMPARE(report.fatal->kind, ErrorKind::Integrity);
        QCOMPARE(scene.world.hits(), 1);
    }

    /// The registry finds that what arrived is not what was announced.
    void F07_U_digestInvalid()
    {
        FaultScene scene;
        scene.check(
            {operations()[8],
             says(reply(400, R"({"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match"}]})")),
             Fault::forever, 1, 1, QStringLiteral("DIGEST_INVALID"), quickRetries()});
    }
    void F07_P_digestInvalid()
    {
        FaultScene scene;
        scene.check({operations()[9],
                     [](const ReceivedRequest&, const Honest&) {
                         return Answer::whole(reply(201, {}, {"Docker-Content-Digest: sha256:" + QByteArray(64, 'a')}));
                     },
                     Fault::forever, 1, 2, QStringLiteral("another manifest"), quickRetries()}); // sent once more
    }

    void F08_retryAfter_data()
    {
        columns();
        const QList<std::pair<QByteArray, QByteArray>> values{{"none", {}},        {"zero", "0"},
                                                              {"negative", "-5"},  {"garbage", "soon, I hope"},
                                                              {"a date", date(1)}, {"a date gone by", date(-1000)},
                                                              {"one second", "1"}};
        for (const Operation& one : operations()) {
            for (const auto& [name, value] : values) {
                const bool waits = name == "one second" || name == "a date";
                if (waits && one.op != Op::Token && one.op != Op::Blob && one.op != Op::UploadPut)
                    continue; // a second each: it is the same code, and three ends are enough
                const QByteArrayList fields =
                    value.isEmpty() ? QByteArrayList() : QByteArrayList{"Retry-After: " + value};
                add("F08", one, name, says(reply(429, "slow down", fields)), 1, 0, 1);
            }
            const int code = isIndex(one) || one.deed == Deed::Push || one.deed == Deed::Deep ? 4 : 1;
            add("F08", one, "a billion seconds", says(reply(429, "go away", {"Retry-After: 1000000000"})),
                Fault::forever, one.letter == QByteArray("R") ? 1 : code, 1, QStringLiteral("asks to come back in"));
        }
    }
    void F08_retryAfter() { check(); }

    void F09_transient_data()
    {
        columns();
        for (const Operation& one : operations()) {
            for (const int status : {500, 502, 503, 504, 408, 499, 522})
                add("F09", one, QByteArray::number(status) + " once", says(reply(status, "oh")), 1, 0, 1);
            // A form of an index is not waited for as long as what there is no other form of (W12).
            add("F09", one, "503 four times", says(reply(503, "oh")), 4, 0, isIndex(one) ? 2 : 4);
            add("F09", one, "500 forever", says(reply(500, "oh")), Fault::forever, isIndex(one) ? 0 : 1,
                isIndex(one) ? 2 : tries, isIndex(one) ? QString() : QStringLiteral("500"));
        }
    }
    void F09_transient() { check(); }

    void F10_final_data()
    {
        columns();
        const QByteArray html = "<html><body>Please sign in to the hotel's network</body></html>";
        for (const Operation& one : operations()) {
            for (const int status : {400, 403, 404, 405, 410, 501}) {
                const bool noTry = one.op == Op::Token;
                int code = 1;
                int hits = 1;
                if (isIndex(one)) // another form is there
                    code = 0;
                else if (one.op == Op::Head && status == 404) // the blob is not there: it is pushed
                    code = 0;
                else if ((one.op == Op::Manifest || one.op == Op::List) && status == 404)
                    code = 0; // none there: that is an answer
                else if (status == 403 && one.op != Op::Channel && one.deed != Deed::Pull && one.deed != Deed::Tags)
                    code = 3;
                if (one.op == Op::ManifestPut && status == 400)
                    hits = 2; // once more with the config that old registries know
                if (one.op == Op::UploadPut && status == 404)
                    hits = tries; // the session is gone: once more with another
                if (one.op == Op::UploadStart && status != 403)
                    hits = 2; // the short way, then the long one
                if (one.op == Op::UploadPut && status == 405)
                    hits = 2; // as a whole, then the end of pieces
                if (noTry && (status == 404 || status == 405))
                    code = 0; // it may know the other method
                else if (noTry && status != 403 && status != 410)
                    code = 1;
                if (noTry && (status == 404 || status == 405))
                    hits = 3; // scopes
                if (noTry && status == 410)
                    hits = 2;
                if (noTry && status == 403)
                    hits = 2; // this account, or this repository? Asked for none, it says
                if (noTry && status == 410)
                    code = 3;
                add("F10", one, QByteArray::number(status), says(reply(status, "no")), Fault::forever, code, hits);
            }
            if (one.op == Op::Head)
                continue; // a HEAD has no body that could be wrong
            const int code = isIndex(one) ? 0 : one.op == Op::Token ? 3 : 1;
            add("F10", one, "200 with a page of a hotel", says(reply(200, html, {"Content-Type: text/html"})),
                Fault::forever, code, one.op == Op::UploadPut || isWrite(one) ? 1 : -1);
            add("F10", one, "204", says(headOnly(204)), Fault::forever,
                one.op == Op::UploadPut || one.op == Op::ManifestPut ? -1
                : isIndex(one)                                       ? 0
                                                                     : 1,
                -1);
            add("F10", one, "206 unasked", says(reply(206, html.left(10), {"Content-Range: bytes 3-12/100"})),
                Fault::forever, isIndex(one) ? 0 : 1, -1);
        }
    }
    void F10_final()
    {
        QFETCH(Cell, cell);
        FaultScene scene;
        if (cell.exitCode >= 0)
            return scene.check(cell);
        // 204 is taken for 201, as registries give it. Where it is a lie, the next run, which asks, mends it.
        scene.world.setFault({cell.operation.op, cell.operation.where, 1, 0, cell.answer});
        (void)scene.run(cell.operation.deed, quickRetries());
        scene.world.clearFault();
        QVERIFY(scene.world.hits() <= 1);
    }

    void F14_oversize_data()
    {
        columns();
        for (const Operation& one : operations()) {
            if (one.op == Op::Head || isWrite(one))
                continue;
            const int code = isIndex(one) ? 4 : one.op == Op::Token ? 3 : 1;
            const bool isFile = one.op == Op::Blob || (one.op == Op::Channel && !isIndex(one));
            if (!isIndex(one)) // 2 GiB would be, and is a test of the reader's
                add(
                    "F14", one, "9 MiB announced",
                    [](const ReceivedRequest&, const Honest&) {
                        return Answer::thenClose(headOnly(200, {"Content-Length: 9437184"}) + QByteArray(9 << 20, ' '));
                    },
                    Fault::forever, one.op == Op::Token ? 1 : code, 1,
                    isFile ? QStringLiteral("integrity") : QString());
            if (isFile)
                add(
                    "F14", one, "endless",
                    [](const ReceivedRequest&, const Honest&) {
                        return Answer::thenClose(headOnly(200) + QByteArray(1 << 20, ' '));
                    },
                    Fault::forever, 1, 1, QStringLiteral("integrity"));
        }
        for (const Operation& one : {operations()[8], operations()[9]})
            row("F14", one, "413") << Cell{one, says(reply(413, "too large")), Fault::forever, 1,
                                           1,   QStringLiteral("413"),         quickRetries(), {},
                                           8}; // in smaller and smaller pieces
    }
    void F14_oversize() { check(); }
};

QTEST_GUILESS_MAIN(TestAnswerFaults)
#include "tst_answerfaults.moc"

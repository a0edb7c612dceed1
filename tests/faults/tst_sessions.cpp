// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/faultscene.h"
#include "tests/paths.h"
#include "tests/support/httptest.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using namespace condaoci::test;

namespace {

const Operation& named(const char* letter)
{
    for (const Operation& one : operations()) {
        if (one.letter == QByteArray(letter))
            return one;
    }
    qFatal("no operation %s", letter);
}

/// The honest answer with its head's line of that name replaced.
Lie withField(const QByteArray& name, const std::function<QByteArray(const QByteArray&)>& line, int status = 0)
{
    return [=](const ReceivedRequest&, const Honest& honest) {
        const QByteArray bytes = honest().bytes;
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        QByteArrayList lines;
        for (const QByteArray& one : bytes.left(end).replace("\r\n", "\n").split('\n')) {
            if (!one.toLower().startsWith(name.toLower() + ':'))
                lines.append(one);
            else if (const QByteArray changed = line(one.mid(name.size() + 1).trimmed()); !changed.isNull())
                lines.append(name + ": " + changed);
        }
        if (status != 0)
            lines[0] = "HTTP/1.1 " + QByteArray::number(status) + " Text";
        return Answer::whole(lines.join("\r\n") + bytes.mid(end));
    };
}

} // namespace

/// Faults of what lasts longer than a request: tokens, redirects, upload sessions, resumed downloads, the registry's
/// and the channel's content.
class TestSessions : public QObject
{
    Q_OBJECT

    static void add(const char* fault, const char* letter, const QByteArray& what, const Lie& lie, int times, int code,
                    int hits, const QString& said = {})
    {
        row(fault, named(letter), what) << Cell{named(letter), lie, times, code, hits, said, quickRetries()};
    }

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }

    void F06_resumptions_data()
    {
        columns();
        for (const char* letter : {"B", "R"}) {
            // The first answer breaks off in the middle; the second is no proper continuation.
            const auto then = [](const Lie& second) {
                const auto first = std::make_shared<bool>(true);
                return [first, second](const ReceivedRequest& request, const Honest& honest) {
                    if (!std::exchange(*first, false))
                        return second(request, honest);
                    const QByteArray bytes = honest().bytes;
                    return Answer::resetAfter(bytes, (bytes.indexOf("\r\n\r\n") + 4 + bytes.size()) / 2);
                };
            };
            add("F06", letter, "416", then(says(reply(416))), 2, 0, 2);
            add("F06", letter, "200 with all of it", then([](const ReceivedRequest& request, const Honest& honest) {
                    Q_UNUSED(request)
                    QByteArray bytes = honest().bytes;
                    return Answer::whole(bytes.replace("206 Text", "206 Text"));
                }),
                2, 0, 2);
            add("F06", letter, "wrong start",
                then(withField("Content-Range",
                               [](const QByteArray& value) { return "bytes 1-" + value.mid(value.indexOf('-') + 1); })),
                2, 0, 2);
            add("F06", letter, "wrong total",
                then(withField("Content-Range",
                               [](const QByteArray& value) { return value.left(value.indexOf('/')) + "/99999999"; })),
                2, 0, 2);
        }
    }
    void F06_resumptions() { check(); }

    void F11_challenges_data()
    {
        columns();
        for (const char* letter : {"M", "L", "H", "B", "U begin", "U send", "P"}) {
            const int code = letter == QByteArray("B") || letter == QByteArray("L") ? -1 : 3;
            add("F11", letter, "without a challenge", says(reply(401, "who?")), Fault::forever, code, 1);
            add("F11", letter, "for ever", says(reply(401, {}, {"WWW-Authenticate: Basic realm=\"x\""})),
                Fault::forever, code, -1);
        }
        add("F11", "T", "401", says(reply(401, R"({"details":"wrong password"})")), Fault::forever, 3, 1);
        add("F11", "T", "no token in it", says(reply(200, "{}")), Fault::forever, 3, 1, QStringLiteral("token"));
    }
    void F11_challenges()
    {
        QFETCH(Cell, cell);
        FaultScene scene;
        if (cell.hits < 0 && cell.operation.op != Op::Token) // it wants another token each time, and gets none but one
            cell.answer = [&scene](const ReceivedRequest&, const Honest&) {
                return Answer::whole(reply(
                    401, {},
                    {"WWW-Authenticate: Bearer realm=\"" + scene.world.tokens.address().toLatin1() + "/token\""}));
            };
        if (cell.exitCode < 0) // what was asked for alone is refused: exit code 1, or all of it: 3
            cell.exitCode = cell.operation.deed == Deed::Tags ? 1 : 3;
        scene.check(cell);
    }

    /// All tokens expire in the middle of the job: the request is made again, with a new one, once.
    void F11_expired_data()
    {
        columns();
        for (const char* letter : {"M", "L", "H", "B", "U begin", "U send", "P"})
            row("F11", named(letter), "token expired") << Cell{named(letter), {}, 1, 0, 1, {}, quickRetries()};
    }
    void F11_expired()
    {
        QFETCH(Cell, cell);
        FaultScene scene;
        cell.answer = [&scene](const ReceivedRequest&, const Honest& honest) {
            scene.world.revokeTokens();
            return honest();
        };
        const auto before = scene.world.asked(Op::Token).size();
        scene.check(cell);
        QVERIFY(scene.world.asked(Op::Token).size() > before);
    }

    void F12_lifetimes_data()
    {
        QTest::addColumn<QByteArray>("members");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B none") << QByteArray(R"(,"x":1)");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B zero") << QByteArray(R"(,"expires_in":0)");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B negative") << QByteArray(R"(,"expires_in":-1)");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B 2^31")
            << QByteArray(R"(,"expires_in":2147483648)");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B 1e300") << QByteArray(R"(,"expires_in":1e300)");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B issued long ago")
            << QByteArray(R"(,"expires_in":300,"issued_at":"2009-11-10T23:00:00Z")");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B issued in ten years")
            << QByteArray(R"(,"expires_in":300,"issued_at":"2039-11-10T23:00:00Z")");
        QTest::newRow("F12_T F12_M F12_U F12_P F12_R F12_L F12_H F12_B issued at noon")
            << QByteArray(R"(,"expires_in":300,"issued_at":"noon")");
    }
    void F12_lifetimes()
    {
        QFETCH(QByteArray, members);
        FaultScene scene;
        scene.world.setTokenReply(members);
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        QMap<QByteArray, int> perScope;
        for (const ReceivedRequest& one : scene.world.asked(Op::Token))
            ++perScope[one.path];
        for (auto one = perScope.cbegin(); one != perScope.cend(); ++one)
            QVERIFY2(one.value() == 1, one.key().constData()); // no storm: one a scope, whatever it says of itself
        for (const Deed deed : {Deed::Deep, Deed::Pull, Deed::Tags})
            QCOMPARE(exitCode(scene.run(deed, quickRetries())), 0);
        QVERIFY(scene.world.asked(Op::Token).size() <= perScope.size() * 4); // each run asks for its own
        QVERIFY(scene.world.problems().isEmpty());
    }

    void F13_redirects_data()
    {
        columns();
        const auto to = [](const QByteArray& where, int status = 307) {
            return says(reply(status, {}, where.isNull() ? QByteArrayList() : QByteArrayList{"Location: " + where}));
        };
        for (const Operation& one : operations()) {
            const bool token = one.op == Op::Token;
            // None of these is followed; of an index there is another form, and a note tells why (W12).
            const bool isIndex = one.letter == QByteArray("R index");
            const int code = isIndex ? 0 : 1;
            const QString why = isIndex ? QString() : QStringLiteral("redirect");
            Q_UNUSED(token)
            const auto self = [](const ReceivedRequest& request, const Honest&) {
                return Answer::whole(reply(307, {}, {"Location: " + request.path}));
            };
            add("F13", one.letter, "loop", self, Fault::forever, code, limits::redirects + 1,
                isIndex ? QString() : QStringLiteral("redirects more than"));
            add("F13", one.letter, "nowhere", to({}), Fault::forever, code, 1, why);
            add("F13", one.letter, "a file", to("file:///etc/passwd"), Fault::forever, code, 1, why);
            add("F13", one.letter, "user info", to("http://me:CANARY-x@127.0.0.1/"), Fault::forever, code, 1, why);
            if (isWrite(one))
                add("F13", one.letter, "302", to("/elsewhere", 302), Fault::forever, code, 1,
                    QStringLiteral("redirect"));
        }
    }
    void F13_redirects() { check(); }

    /// A CDN: another port is another origin, and hears nothing of us.
    void F13_elsewhere_data()
    {
        columns();
        for (const Operation& one : operations())
            row("F13", one, "another origin") << Cell{one, {}, 1, isWrite(one) ? 1 : 0, 1, {}, quickRetries()};
    }
    void F13_elsewhere()
    {
        QFETCH(Cell, cell);
        FaultScene scene;
        const auto given = std::make_shared<QByteArray>();
        const auto mutex = std::make_shared<std::mutex>();
        scene.world.elsewhere.setHandler([given, mutex](const ReceivedRequest&) {
            const std::scoped_lock lock(*mutex);
            return Answer::whole(*given);
        });
        cell.answer = [&scene, given, mutex](const ReceivedRequest&, const Honest& honest) {
            const std::scoped_lock lock(*mutex);
            *given = honest().bytes;
            return Answer::whole(reply(307, {}, {"Location: " + scene.world.elsewhere.address().toLatin1() + "/x"}));
        };
        if (cell.operation.op == Op::Token) // it would have to be shown the password to give a token
            cell.exitCode = -1;
        if (cell.exitCode < 0) {
            scene.world.setFault({cell.operation.op, cell.operation.where, 1, 0, cell.answer});
            (void)scene.run(cell.operation.deed, quickRetries());
            scene.world.clearFault();
            QVERIFY2(scene.world.leaks().isEmpty(), qPrintable(scene.world.leaks().join(QLatin1Char(' '))));
            return;
        }
        scene.check(cell);
        QCOMPARE(scene.world.elsewhere.requests().size(), isWrite(cell.operation) ? 0 : 1);
    }

    void F15_sessions_data()
    {
        columns();
        const auto location = [](const std::function<QByteArray(const QByteArray&)>& change) {
            return withField("Location", change);
        };
        add("F15", "U begin", "no Location", location([](const QByteArray&) { return QByteArray(); }), Fault::forever,
            1, 1, QStringLiteral("did not say where"));
        add("F15", "U begin", "relative",
            location([](const QByteArray& path) { return path.mid(path.lastIndexOf('/') + 1); }), Fault::forever, 0,
            -1);
        add("F15", "U begin", "without a Range", withField("Range", [](const QByteArray&) { return QByteArray(); }),
            Fault::forever, 0, -1);
        add("F15", "U begin", "user info",
            location([](const QByteArray& path) { return "http://me:CANARY-x@127.0.0.1" + path; }), Fault::forever, 1,
            1);
        add("F15", "U begin", "a file", location([](const QByteArray& path) { return "file://" + path; }),
            Fault::forever, 1, 1);
        add("F15", "U send", "the session is gone", says(reply(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")),
            1, 0, 1);
        add("F15", "U send", "the session is at another place", says(reply(416, {}, {"Range: 0-0"})), 1, 0, 1);
    }
    void F15_sessions() { check(); }

    /// The config is mounted from another repository, or not.
    void F15_U_mounts_data()
    {
        columns();
        Operation mount = named("U begin");
        mount.where = "mount=";
        QTest::newRow("F15_U mount is an upload") << Cell{mount,
                                                          says(reply(202, {},
                                                                     {"Location: /v2/chan/noarch/repodata.json"
                                                                      "/blobs/uploads/s999"})),
                                                          Fault::forever,
                                                          0,
                                                          -1,
                                                          {},
                                                          quickRetries()};
        QTest::newRow("F15_U mount is not known")
            << Cell{mount, says(reply(404, "no")), Fault::forever, 0, -1, {}, quickRetries()};
        QTest::newRow("F15_U mount is not allowed")
            << Cell{mount, says(reply(405, "no")), Fault::forever, 0, -1, {}, quickRetries()};
    }
    void F15_U_mounts() { check(); }

    /// The session that another server is named for gets no credential of ours; that the blob arrives there or is
    /// refused are both fine.
    void F15_U_anotherHost()
    {
        FaultScene scene;
        scene.world.elsewhere.setHandler(always(Answer::whole(reply(201))));
        const QByteArray there = scene.world.elsewhere.address().toLatin1();
        scene.world.setFault({Op::UploadStart, "/sample-data/", Fault::forever, 0,
                              withField("Location", [there](const QByteArray& path) { return there + path; })});
        (void)scene.run(Deed::Push, quickRetries());
        scene.world.clearFault();
        QVERIFY2(scene.world.leaks().isEmpty(), qPrintable(scene.world.leaks().join(QLatin1Char(' '))));
        QVERIFY2(scene.world.problems().isEmpty(), qPrintable(scene.world.problems().join(QLatin1Char(' '))));
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
    }

    /// The registry refuses a body that is still on its way.
    void F16_early_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("exitCode");
        QTest::newRow("F16_U F16_P 413") << 413 << 1;
        QTest::newRow("F16_U F16_P 500") << 500 << 1;
        QTest::newRow("F16_U F16_P 403") << 403 << 3;
    }
    void F16_early()
    {
        QFETCH(int, status);
        FaultScene scene;
        for (const Op op : {Op::UploadPut, Op::ManifestPut}) {
            scene.world.registry.setEarlyHandler([op, status](const ReceivedRequest& request) {
                return opOf(request) == op && request.path.contains("sample-data")
                           ? std::optional(Answer::thenClose(reply(status, "too early", {"Connection: close"})))
                           : std::nullopt;
            });
            const auto report = scene.run(Deed::Push, quickRetries());
            // A body of a few kilobytes comes in one piece as often as not: then nothing happens.
            if (exitCode(report) != 0) {
                QTEST(exitCode(report), "exitCode");
                const Error& error = report.fatal ? *report.fatal : report.failures.front().error;
                QVERIFY2(error.httpStatus == status, qPrintable(error.message));
            }
            QVERIFY(scene.world.problems().isEmpty());
        }
        scene.world.registry.setEarlyHandler({});
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
    }

    /// What was just put is not there for a moment.
    void F17_UP_late()
    {
        FaultScene scene;
        scene.world.hideNewBlobs(2);
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        QVERIFY(scene.world.problems().isEmpty());
        QVERIFY(scene.world.asked(Op::ManifestPut, "/sample-data/").size() > 1);
    }

    /// A registry may not show for a while what it has taken. A job never reads what it has put, so it can't be misled;
    /// only whether an index is still its own is looked at, and an older one changes nothing.
    void F17_M_F17_H_F17_B_nothingIsReadBack()
    {
        FaultScene scene;
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        QSet<QByteArray> put;
        for (const ReceivedRequest& one : scene.world.registry.requests()) {
            const QByteArray path = one.path.left(one.path.indexOf('?') < 0 ? one.path.size() : one.path.indexOf('?'));
            if (one.method == "PUT" && path.contains("/manifests/"))
                put.insert(path);
            else if (one.method == "PUT") // an upload session's; the blob is known by the digest that it ends with
                put.insert(path.left(path.indexOf("/uploads/") + 1) +
                           one.path.mid(one.path.indexOf("digest=") + 7).replace("%3A", ":"));
            else
                QVERIFY2((one.method != "GET" && one.method != "HEAD") || !put.contains(path) ||
                             path.endsWith("/repodata.json/manifests/latest"),
                         path.constData());
        }
        QVERIFY(put.size() >= 4); // the package's blobs and manifest, the index's
    }

    /// The next job comes too early: what it does not see it puts once more.
    void F17_late_data()
    {
        columns();
        const auto notYet = says(reply(404, R"({"errors":[{"code":"MANIFEST_UNKNOWN"}]})"));
        row("F17", named("M"), "not shown yet") << Cell{named("M"), notYet, 1, 0, 1, {}, quickRetries()};
        row("F17", named("H"), "not shown yet") << Cell{named("H"), notYet, 1, 0, 1, {}, quickRetries()};
    }
    void F17_late() { check(); }

    void F22_cancelled_data()
    {
        columns();
        for (const Operation& one : operations())
            row("F22", one, "cancelled") << Cell{one, {}, Fault::forever, 130, -1, {}, quickRetries()};
    }
    /// The registry is silent when the user cancels: the job ends without waiting for it, and the next one does all.
    void F22_cancelled()
    {
        QFETCH(Cell, cell);
        std::stop_source stop;
        FaultScene scene;
        scene.stopWith(stop.get_token());
        cell.answer = [&](const ReceivedRequest&, const Honest&) {
            stop.request_stop();
            return Answer::silence();
        };
        // Were it to wait, it would do so for longer than the scene bears.
        cell.timeouts.connect = cell.timeouts.idle = cell.timeouts.rateWindow = cell.timeouts.smallTotal =
            std::chrono::minutes(5);
        scene.check(cell);
        QVERIFY(stop.stop_requested());
    }

    /// A blob is lost between its upload and the manifest: whatever becomes of it, no manifest names what is not
    /// there, and the next run puts it there.
    void F17_P_lostBlob()
    {
        FaultScene scene;
        scene.world.setFault(
            {Op::ManifestPut, "/sample-data/", 1, 0, [&scene](const ReceivedRequest& request, const Honest& honest) {
                 const qsizetype at = request.body.indexOf("sha256:", request.body.indexOf("layers"));
                 scene.world.forgetBlob(request.body.mid(at, 71));
                 return honest();
             }});
        const auto report = scene.run(Deed::Push, quickRetries());
        scene.world.clearFault();
        QVERIFY2(scene.world.problems().isEmpty(), qPrintable(scene.world.problems().join(QLatin1Char(' '))));
        QVERIFY(exitCode(report) == 0 || exitCode(report) == 1);
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        QVERIFY(scene.world.problems().isEmpty());
    }

    /// The package is another one than the index that was read promises.
    void F25_R_packageReplaced()
    {
        FaultScene scene;
        scene.check({named("R"),
                     [](const ReceivedRequest&, const Honest& honest) {
                         QByteArray bytes = honest().bytes;
                         const qsizetype size = bytes.size() - bytes.indexOf("\r\n\r\n") - 4;
                         return Answer::whole(bytes.chopped(size) + QByteArray(size, 'x'));
                     },
                     Fault::forever, 1, 2, QStringLiteral("wrong sha256: the index promises"), quickRetries()});
    }

    /// The index changes while the packages of the old one are copied: what is published is the old one.
    void F25_P_indexReplaced()
    {
        FaultScene scene;
        QTemporaryDir other;
        QVERIFY(QDir(other.path()).mkpath(QStringLiteral("noarch")));
        for (const char* name : {"sample-data-2024.1-0.conda", "sample-python-0.3.1-pyhd8ed1ab_0.conda"})
            QVERIFY(QFile::copy(QStringLiteral(SOURCE_DIR "/resources/sample-channel/noarch/") + QLatin1String(name),
                                other.filePath(QStringLiteral("noarch/") + QLatin1String(name))));
        QFile index(other.filePath(QStringLiteral("noarch/repodata.json")));
        QVERIFY(index.open(QIODevice::WriteOnly));
        index.write(R"({"info":{"subdir":"noarch"},"packages":{},"packages.conda":{}})");
        index.close();
        scene.world.setFault({Op::Channel, "/sample-data-", 1, 0, [&](const ReceivedRequest&, const Honest& honest) {
                                  scene.world.setChannelFolder(other.path());
                                  return honest();
                              }});
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        QVERIFY(scene.world.problems().isEmpty());
        QCOMPARE(scene.world.contents().size(), 4); // and the index lists what was copied, as it was listed
    }

    /// The tag of the index moves between two runs: it is read again.
    void F25_M_readsTheTagAgain()
    {
        FaultScene scene;
        QCOMPARE(exitCode(scene.run(Deed::Push, quickRetries())), 0);
        QCOMPARE(exitCode(scene.run(Deed::Pull, quickRetries())), 0);
        const auto before = scene.world.asked(Op::Manifest, "/repodata.json/manifests/latest").size();
        QCOMPARE(exitCode(scene.run(Deed::Pull, quickRetries())), 0);
        QVERIFY(scene.world.asked(Op::Manifest, "/repodata.json/manifests/latest").size() > before);
    }
};

QTEST_GUILESS_MAIN(TestSessions)
#include "tst_sessions.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/digest.h"
#include "core/mirror/copy/copyjob.h"
#include "core/mirror/places/unsizedsink.h"
#include "tests/paths.h"
#include "tests/support/httptest.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <limits>
#include <map>
#include <utility>

using namespace condaoci;
using namespace condaoci::mirror;
using namespace condaoci::test;

namespace {

constexpr qint64 most = limits::MiB;

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A sink on a disk with so much room.
class SmallDisk final : public http::Sink
{
public:
    Result<void> write(QByteArrayView bytes) override
    {
        if (bytes.size() > m_free)
            return Error{ErrorKind::Disk, QStringLiteral("no space left")};
        m_free -= bytes.size();
        m_written += bytes.size();
        return {};
    }
    Result<void> restart() override
    {
        m_free += std::exchange(m_written, 0);
        return {};
    }
    qint64 written() const override { return m_written; }
    qint64 room() const override { return m_isTold ? m_free : std::numeric_limits<qint64>::max(); }

    qint64 m_free = 0;
    qint64 m_written = 0;
    bool m_isTold = true; ///< does the system say how much is free?
};

} // namespace

/// Packages whose size the index does not say.
class TestUnsized : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::map<QByteArray, Answer> m_answers; ///< by path
    const QString m_noarch = QStringLiteral(SOURCE_DIR "/resources/sample-channel/noarch/");
    const QString m_victim = QStringLiteral("sample-data-2024.1-0.conda");

    /// The sample channel's noarch, its index without the victim's size.
    void fill()
    {
        m_answers.clear();
        QJsonObject index = QJsonDocument::fromJson(readAll(m_noarch + QStringLiteral("repodata.json"))).object();
        QJsonObject records = index[QStringLiteral("packages.conda")].toObject();
        QJsonObject record = records[m_victim].toObject();
        record.remove(QStringLiteral("size"));
        records[m_victim] = record;
        index[QStringLiteral("packages.conda")] = records;
        m_answers["/noarch/repodata.json"] = Answer::whole(reply(200, QJsonDocument(index).toJson()));
        for (const char* filter : {"*.conda", "*.tar.bz2"}) {
            for (const QString& name : QDir(m_noarch).entryList({QLatin1String(filter)}))
                m_answers["/noarch/" + name.toUtf8()] = Answer::whole(reply(200, readAll(m_noarch + name)));
        }
    }
    CopyReport run(const QString& channel, const Location& store)
    {
        CopySpec spec;
        spec.source = *conda::parseChannel(channel, QStringLiteral("chan"));
        spec.store = store;
        spec.subdirs = QStringList{QStringLiteral("noarch")};
        spec.subdirsNamed = true;
        spec.yanked = false;
        spec.largestUnsized = most;
        CopyJob job(spec, *connectEnds(spec, {}));
        QSignalSpy finished(&job, &CopyJob::finished);
        job.start();
        if (!finished.wait(60'000))
            qFatal("the job does not end");
        return finished.constFirst().constFirst().value<CopyReport>();
    }
    [[nodiscard]] Location place(bool isCache) const
    {
        if (isCache)
            return CacheFolder{m_folder->filePath(QStringLiteral("cache")), QStringLiteral("chan")};
        return RegistryChannel{
            *oci::parseEndpoint(QStringLiteral("oci-layout:") + m_folder->filePath(QStringLiteral("layout"))),
            QStringLiteral("chan")};
    }

private Q_SLOTS:
    void initTestCase() { forgetProxies(); }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void A16_F18_R_anEndlessPackageFailsAlone_data()
    {
        QTest::addColumn<Answer>("answer");
        QTest::addColumn<bool>("intoCache");
        QTest::addColumn<int>("failures");
        const QByteArray much(2 * most, 'x');
        const QByteArray announced = "Content-Length: " + QByteArray::number(3 * most);
        const QByteArray whole = readAll(m_noarch + m_victim);
        for (const bool intoCache : {true, false}) {
            const auto row = [&](const char* name, const Answer& answer, int failures = 1) {
                QTest::addRow("%s, into a %s", name, intoCache ? "cache" : "layout") << answer << intoCache << failures;
            };
            row("never ends", Answer::whole(headOnly(200) + much));
            row("never ends, in chunks",
                Answer::whole(headOnly(200, {"Transfer-Encoding: chunked"}) + "200000\r\n" + much));
            row("announces too much", Answer::whole(headOnly(200, {announced}) + "x"));
            row("wrong bytes", Answer::whole(reply(200, "x")));
            row("right, its length said", Answer::whole(reply(200, whole)), 0);
            row("right, until the end", Answer::thenClose(headOnly(200) + whole), 0);
        }
    }
    void A16_F18_R_anEndlessPackageFailsAlone()
    {
        QFETCH(Answer, answer);
        QFETCH(bool, intoCache);
        QFETCH(int, failures);
        fill();
        m_answers["/noarch/" + m_victim.toUtf8()] = answer;
        const ScriptedServer server([this](const ReceivedRequest& request) {
            const auto found = m_answers.find(request.path);
            return found == m_answers.end() ? Answer::whole(reply(404)) : found->second;
        });
        const auto report = run(server.address(), place(intoCache));
        QVERIFY2(!report.fatal, report.fatal ? qPrintable(report.fatal->message) : "");
        QCOMPARE(static_cast<int>(report.failures.size()), failures);
        QCOMPARE(exitCode(report), failures);
        QCOMPARE(report.totals.copied, 3 - failures);
        if (failures > 0)
            QCOMPARE(report.failures.front().fileName, m_victim);
        QDirIterator left(m_folder->path(), {QStringLiteral("*.part"), QStringLiteral(".tmp*")},
                          QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        QVERIFY2(!left.hasNext(), qPrintable(left.next()));
    }

    // A folder is a channel, too: what has no end there is not read.
    void A16_aPipeInAFolderIsNoPackage()
    {
#ifdef Q_OS_UNIX
        const QDir channel(m_folder->filePath(QStringLiteral("chan/noarch")));
        QVERIFY(channel.mkpath(QStringLiteral(".")));
        fill();
        const QByteArray index = m_answers["/noarch/repodata.json"].bytes;
        QFile json(channel.filePath(QStringLiteral("repodata.json")));
        QVERIFY(json.open(QIODevice::WriteOnly));
        json.write(index.mid(index.indexOf("\r\n\r\n") + 4));
        json.close();
        for (const auto& [path, answer] : m_answers) {
            const QString name = QString::fromUtf8(path.mid(8));
            if (name != QLatin1String("repodata.json") && name != m_victim)
                QVERIFY(QFile::copy(m_noarch + name, channel.filePath(name)));
        }
        QVERIFY(QFile::link(QStringLiteral("/dev/zero"), channel.filePath(m_victim)));
        const auto report = run(m_folder->filePath(QStringLiteral("chan")), place(true));
        QVERIFY(!report.fatal);
        QCOMPARE(static_cast<int>(report.failures.size()), 1);
        QCOMPARE(report.failures.front().fileName, m_victim);
        QCOMPARE(report.totals.copied, 2);
#else
        QSKIP("there are no device files");
#endif
    }

    void A16_F18_R_theDiskIsNotFilled_data()
    {
        QTest::addColumn<qint64>("room");
        QTest::addColumn<bool>("isTold");
        QTest::addColumn<qint64>("largest");
        QTest::addColumn<qint64>("left"); // at least, when it is refused
        QTest::newRow("much room: the limit") << 8 * limits::GiB << true << 32 * limits::MiB << 7 * limits::GiB;
        QTest::newRow("little room: half of it")
            << 96 * limits::MiB << true << limits::unsizedFile << 48 * limits::MiB - limits::unsizedLook;
        QTest::newRow("some room: a reserve")
            << limits::GiB * 9 / 4 << true << limits::unsizedFile << limits::GiB - limits::unsizedLook;
        QTest::newRow("nobody knows the room") << 8 * limits::MiB << false << limits::unsizedFile << qint64(0);
    }
    void A16_F18_R_theDiskIsNotFilled()
    {
        QFETCH(qint64, room);
        QFETCH(bool, isTold);
        QFETCH(qint64, largest);
        QFETCH(qint64, left);
        SmallDisk disk;
        disk.m_free = room;
        disk.m_isTold = isTold;
        const QByteArray piece(limits::MiB, 'x');
        qint64 leftThen = 0;
        const auto fetched = fetchUnsized(disk, largest, [&](http::Sink& sink, qint64) {
            Result<void> written;
            for (int i = 0; written && i < 10'000; ++i)
                written = sink.write(piece);
            leftThen = disk.m_free;
            return written;
        });
        QVERIFY(!fetched);
        QCOMPARE(fetched.error().kind, ErrorKind::Integrity); // of the package; Disk would end the run
        QVERIFY(leftThen >= left);
        QCOMPARE(disk.m_free, room); // given back
        QCOMPARE(disk.written(), 0);
    }
};

QTEST_GUILESS_MAIN(TestUnsized)
#include "tst_unsized.moc"

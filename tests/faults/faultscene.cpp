// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/faultscene.h"

#include "core/mirror/copy/copyjob.h"
#include "core/oci/remoteregistry.h"
#include "tests/paths.h"
#include "tests/support/httptest.h"

#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QLoggingCategory>
#include <QSignalSpy>
#include <QTest>

namespace condaoci::test {

namespace {

const QString sample = QStringLiteral(SOURCE_DIR "/resources/sample-channel");
const QString package = QStringLiteral("sample-data-2024.1-0.conda");

std::mutex overheardMutex;
QStringList overheard;

oci::Endpoint endpoint(const FakeWorld& world)
{
    return *oci::parseEndpoint(world.registry.address());
}

oci::Authenticator::Lookup account(const FakeWorld& world)
{
    return oci::boundTo(endpoint(world), {QLatin1String(FakeWorld::user), QLatin1String(FakeWorld::password)});
}

} // namespace

const QList<Operation>& operations()
{
    static const QList<Operation> all{
        {"T", Deed::Push, Op::Token, "sample-data"},
        {"M", Deed::Deep, Op::Manifest, "/sample-data/manifests/"},
        {"L", Deed::Tags, Op::List, "/sample-data/"},
        {"H", Deed::Deep, Op::Head, "/sample-data/blobs/"},
        {"B", Deed::Pull, Op::Blob, "/sample-data/blobs/"},
        {"R", Deed::Push, Op::Channel, "/sample-data-"},
        {"R index", Deed::Push, Op::Channel, "repodata.json.zst"},
        {"U begin", Deed::Push, Op::UploadStart, "/sample-data/"},
        {"U send", Deed::Push, Op::UploadPut, "/sample-data/"},
        {"P", Deed::Push, Op::ManifestPut, "/sample-data/"},
    };
    return all;
}

Lie says(const QByteArray& bytes)
{
    return [bytes](const ReceivedRequest&, const Honest&) { return Answer::whole(bytes); };
}

bool isWrite(const Operation& operation)
{
    return operation.op == Op::UploadStart || operation.op == Op::UploadPut || operation.op == Op::ManifestPut;
}

void columns()
{
    QTest::addColumn<Cell>("cell");
}

QTestData& row(const char* fault, const Operation& operation, const QByteArray& what)
{
    return QTest::newRow((QByteArray(fault) + '_' + operation.letter + ' ' + what).constData());
}

void check()
{
    QFETCH(Cell, cell);
    FaultScene scene;
    scene.check(cell);
}

http::Timeouts quickRetries()
{
    http::Timeouts quick;
    quick.connect = quick.idle = quick.rateWindow = std::chrono::seconds(5);
    quick.retryBase = std::chrono::milliseconds(4);
    quick.retryCap = std::chrono::milliseconds(20);
    return quick;
}

http::Timeouts impatient()
{
    http::Timeouts quick = quickRetries();
    quick.connect = quick.idle = std::chrono::milliseconds(500);
    quick.rateWindow = std::chrono::milliseconds(1000);
    quick.smallTotal = std::chrono::milliseconds(2000);
    return quick;
}

FaultScene::FaultScene()
    : world(sample)
{
}

mirror::CopySpec FaultScene::spec(Deed deed) const
{
    const mirror::RegistryChannel registry{endpoint(world), QStringLiteral("chan")};
    const conda::Channel channel = *conda::parseChannel(world.channel.address() + QStringLiteral("/chan"));
    mirror::CopySpec spec;
    if (deed == Deed::Pull) {
        spec.source = registry;
        spec.store = mirror::CacheFolder{m_folder.filePath(QStringLiteral("cache")), QStringLiteral("chan")};
    } else {
        spec.source = channel;
        spec.store = registry;
    }
    spec.subdirs = {QStringLiteral("noarch")};
    spec.packages.push_back(*conda::MatchSpec::parse("sample-data"));
    spec.workers = 1;
    spec.deep = deed == Deed::Deep;
    return spec;
}

mirror::CopyReport FaultScene::run(Deed deed, const http::Timeouts& timeouts)
{
    if (deed == Deed::Tags)
        return listTags(timeouts);
    const mirror::CopySpec wanted = spec(deed);
    mirror::CopyJob job(wanted, *mirror::connectEnds(wanted, account(world), timeouts));
    QSignalSpy finished(&job, &mirror::CopyJob::finished);
    const std::stop_callback cancel(m_stop, [&job] { job.cancel(); });
    job.start();
    if (!finished.wait(60'000))
        qFatal("the job does not end");
    return finished.constFirst().constFirst().value<mirror::CopyReport>();
}

mirror::CopyReport FaultScene::listTags(const http::Timeouts& timeouts)
{
    http::Network network;
    network.timeouts = timeouts;
    oci::RemoteRegistry registry(endpoint(world), std::make_shared<oci::Authenticator>(account(world)), network,
                                 m_stop);
    mirror::CopyReport made;
    (void)registry.probe(); // so that it knows how to sign in, as in the middle of a job
    auto tags = registry.tags(QStringLiteral("chan/noarch/sample-data"));
    m_tags = tags ? *tags : QStringList();
    made.cancelled = m_stop.stop_requested();
    if (!tags)
        made.failures.push_back({QStringLiteral("noarch"), {}, tags.error()});
    return made;
}

QString FaultScene::cacheFile() const
{
    return m_folder.filePath(QStringLiteral("cache/chan/noarch/")) + package;
}

/// Files under a final name that are not what they should be, and temporary ones.
QStringList FaultScene::cacheProblems() const
{
    QStringList found;
    QDirIterator files(m_folder.filePath(QStringLiteral("cache")), QDir::Files | QDir::Hidden,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (files.fileName().startsWith(QLatin1String(".tmp-")))
            found.append(path);
        if (!path.endsWith(QLatin1String(".conda")))
            continue;
        QFile original(sample + QStringLiteral("/noarch/") + files.fileName());
        QFile copy(path);
        if (!original.open(QIODevice::ReadOnly) || !copy.open(QIODevice::ReadOnly) ||
            original.readAll() != copy.readAll())
            found.append(path);
    }
    return found;
}

void FaultScene::check(const Cell& cell)
{
    // What has to be there before, without any fault.
    const auto stop = std::exchange(m_stop, {});
    if (cell.operation.deed != Deed::Push)
        QCOMPARE(exitCode(run(Deed::Push, quickRetries())), 0);
    m_stop = stop;
    if (cell.prepare)
        cell.prepare(world);
    Overheard heard;
    world.setFault({cell.operation.op, cell.operation.where, cell.times, cell.after, cell.answer});
    report = run(cell.operation.deed, cell.timeouts);
    m_stop = {};
    const int hits = world.hits();
    world.clearFault();

    const Error* error = report.fatal              ? &*report.fatal
                         : report.failures.empty() ? nullptr
                                                   : &report.failures.front().error;
    const QString said = error ? kindName(error->kind) + QStringLiteral(": ") + error->message : QString();
    QVERIFY2(exitCode(report) == cell.exitCode,
             qPrintable(QStringLiteral("exit code %1, %2").arg(exitCode(report)).arg(said)));
    QVERIFY2(cell.hits < 0 || (hits >= cell.hits && hits <= std::max(cell.hits, cell.mostHits)),
             qPrintable(QStringLiteral("tried %1 times; %2").arg(hits).arg(said)));
    QVERIFY2(said.contains(cell.says, Qt::CaseInsensitive), qPrintable(said));
    QVERIFY2(world.problems().isEmpty(), qPrintable(world.problems().join(QStringLiteral("; "))));
    QVERIFY2(cacheProblems().isEmpty(), qPrintable(cacheProblems().join(QStringLiteral("; "))));
    QVERIFY2(world.leaks().isEmpty(), qPrintable(world.leaks().join(QStringLiteral("; "))));
    const QString told =
        heard.lines().join(QLatin1Char('\n')) + QString::fromUtf8(QJsonDocument(mirror::toJson(report)).toJson());
    QVERIFY2(!told.contains(QLatin1String("CANARY")), qPrintable(told));
    checkConverges(cell);
}

/// Without the fault the next run ends as if nothing had ever happened.
void FaultScene::checkConverges(const Cell& cell)
{
    report = run(cell.operation.deed, quickRetries());
    QCOMPARE(exitCode(report), 0);
    static const QStringList undisturbed = [] {
        FaultScene quiet;
        (void)quiet.run(Deed::Push, quickRetries());
        return quiet.world.contents();
    }();
    QCOMPARE(undisturbed.size(), 4); // the package, the index, and the two placeholders beside it (W07)
    QCOMPARE(world.contents(), undisturbed);
    QVERIFY(world.problems().isEmpty());
    if (cell.operation.deed == Deed::Pull)
        QVERIFY(QFile::exists(cacheFile()) && !QFile::exists(cacheFile() + QStringLiteral(".part")));
    if (cell.operation.deed == Deed::Tags)
        QCOMPARE(m_tags, QStringList{QStringLiteral("2024.1-0")});
}

Overheard::Overheard()
{
    {
        const std::scoped_lock lock(overheardMutex);
        overheard.clear();
    }
    QLoggingCategory::setFilterRules(QStringLiteral("condaoci.*.debug=true"));
    m_before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString& text) {
        const std::scoped_lock lock(overheardMutex);
        overheard.append(text);
        if (qEnvironmentVariableIsSet("FAULTS_SHOW_LOG"))
            fprintf(stderr, "%s\n", qPrintable(text));
    });
}

Overheard::~Overheard()
{
    qInstallMessageHandler(m_before);
    QLoggingCategory::setFilterRules({});
}

QStringList Overheard::lines() const
{
    const std::scoped_lock lock(overheardMutex);
    return overheard;
}

} // namespace condaoci::test

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copyjob.h"
#include "core/mirror/copy/planner.h"
#include "core/mirror/places/cachestore.h"
#include "core/oci/imagelayout.h"
#include "tests/paths.h"

#include <QCryptographicHash>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using namespace condaoci::mirror;

namespace {

const QString sampleChannel = QStringLiteral(SOURCE_DIR "/resources/sample-channel");

QStringList words(std::initializer_list<const char*> texts)
{
    QStringList list;
    for (const char* text : texts)
        list.append(QLatin1String(text));
    return list;
}

void copyTree(const QString& from, const QString& to)
{
    QDirIterator files(from, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString file = files.next();
        const QString target = to + file.mid(from.size());
        QDir().mkpath(QFileInfo(target).path());
        QFile::copy(file, target);
        QFile::setPermissions(target, QFile::ReadOwner | QFile::WriteOwner);
    }
}

void edit(const QString& path, const std::function<void(QByteArray&)>& change)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray bytes = file.readAll();
    change(bytes);
    file.resize(0);
    file.seek(0);
    file.write(bytes);
}

/// Tells how many files have been asked for.
class StoppingSource final : public PackageSource
{
public:
    StoppingSource(std::unique_ptr<PackageSource> source, std::function<void(int)> onAsked)
        : m_source(std::move(source))
        , m_onAsked(std::move(onAsked))
    {
    }
    Result<std::optional<QStringList>> subdirs() override { return m_source->subdirs(); }
    Result<SourceIndex> index(const QString& subdir, bool withYanked, const conda::Repodata* stored) override
    {
        return m_source->index(subdir, withYanked, stored);
    }
    std::optional<Error> knownMissing(const FileRef& file) const override
    {
        m_onAsked(++m_asked);
        return m_source->knownMissing(file);
    }
    Result<void> fetch(const FileRef& file, http::Sink& sink, const Progress& progress) override
    {
        return m_source->fetch(file, sink, progress);
    }

private:
    std::unique_ptr<PackageSource> m_source;
    std::function<void(int)> m_onAsked;
    mutable int m_asked = 0;
};

} // namespace

/// Plans and jobs from a channel in a folder into an image layout; the registry's side is in tests/integration.
class TestCopyJob : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    CopySpec m_spec;

    [[nodiscard]] QString channel() const { return m_folder->filePath(QStringLiteral("channel")); }
    Result<std::shared_ptr<const CopyPlan>> plan()
    {
        const CopyEnds ends = *connectEnds(m_spec, {});
        const auto source = ends.openSource({});
        const auto store = ends.openStore({});
        return makePlan(m_spec, *source, *store, true, {});
    }
    CopyReport run(bool cancelAtOnce = false)
    {
        CopyJob job(m_spec, *connectEnds(m_spec, {}));
        QSignalSpy finished(&job, &CopyJob::finished);
        job.start();
        if (cancelAtOnce)
            job.cancel();
        if (!finished.wait(20'000))
            qFatal("the job does not end");
        const auto report = finished.constFirst().constFirst().value<CopyReport>();
        if (finished.wait(50))
            qFatal("it ended twice");
        return report;
    }
    /// Cancels the job when the store is about to be asked for the file of that number, from 1.
    CopyReport runUntil(int file)
    {
        CopyEnds ends = *connectEnds(m_spec, {});
        CopyJob* running = nullptr;
        ends.openSource = [&running, file, open = ends.openSource](std::stop_token stop) {
            return std::make_unique<StoppingSource>(open(std::move(stop)), [&running, file](int asked) {
                if (asked == file)
                    running->cancel();
            });
        };
        CopyJob job(m_spec, std::move(ends));
        running = &job;
        QSignalSpy finished(&job, &CopyJob::finished);
        job.start();
        if (!finished.wait(20'000))
            qFatal("the job does not end");
        return finished.constFirst().constFirst().value<CopyReport>();
    }
    QStringList published(const QString& subdir)
    {
        const CopyEnds ends = *connectEnds(m_spec, {});
        const auto stored = ends.openStore({})->index(subdir, QStringLiteral("repodata.json"), {});
        QStringList names;
        for (const auto& record : stored->repodata->records())
            names.append(QString::fromUtf8(record.fileName.data(), static_cast<qsizetype>(record.fileName.size())));
        names.sort();
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        copyTree(sampleChannel, channel());
        for (const char* zst : {"/linux-64/repodata.json.zst", "/noarch/repodata.json.zst"})
            QVERIFY(QFile::remove(channel() + QLatin1String(zst)));
        m_spec = {};
        m_spec.source = *conda::parseChannel(channel(), QStringLiteral("chan"));
        m_spec.store = RegistryChannel{
            *oci::parseEndpoint(QStringLiteral("oci-layout:") + m_folder->filePath(QStringLiteral("layout"))),
            QStringLiteral("chan")};
    }

    void plansWhatIsMissing()
    {
        const auto first = plan();
        QVERIFY(first);
        QCOMPARE((*first)->files.size(), 7U);
        QCOMPARE((*first)->units.size(), 6U); // one build is there in both formats
        QCOMPARE((*first)->copyFiles, 7);
        QVERIFY((*first)->copyBytes > 5000);
        QCOMPARE((*first)->missingSubdirs.size(), 5);
        QVERIFY(!QFile::exists(m_folder->filePath(QStringLiteral("layout")))); // a plan writes nothing

        QCOMPARE(exitCode(run()), 0);
        const auto second = plan();
        QVERIFY(second);
        QCOMPARE((*second)->units.size(), 0U);
        QCOMPARE((*second)->presentFiles, 7);
        QCOMPARE((*second)->presentBytes, (*first)->copyBytes);
    }

    void plansASelection_data()
    {
        QTest::addColumn<QStringList>("specs");
        QTest::addColumn<int>("files");
        QTest::newRow("one name, both formats") << words({"hello-conda"}) << 2;
        QTest::newRow("two") << words({"hello-conda", "sample-data"}) << 3;
        QTest::newRow("overlapping") << words({"hello-conda", "hello-conda>=1"}) << 2;
        QTest::newRow("too new") << words({"hello-conda>=2"}) << 0;
        QTest::newRow("pattern") << words({"sample-*"}) << 4;
        QTest::newRow("leading underscore") << words({"_sample_mutex"}) << 1;
        QTest::newRow("epoch") << words({"sample-epoch 1!2.*"}) << 1;
        QTest::newRow("unknown") << words({"nothing-of-the-kind"}) << 0;
    }
    void plansASelection()
    {
        QFETCH(QStringList, specs);
        for (const QString& one : specs)
            m_spec.packages.push_back(*conda::MatchSpec::parse(one.toStdString()));
        const auto made = plan();
        QVERIFY(made);
        QTEST(static_cast<int>((*made)->copyFiles), "files");
        QVERIFY((*made)->selective);
    }

    void W18_namesASubdirThatIsMissing()
    {
        m_spec.subdirs = words({"osx-64"});
        m_spec.subdirsNamed = true;
        const auto none = plan();
        QVERIFY(!none);
        QCOMPARE(none.error().kind, ErrorKind::NotFound);
        m_spec.subdirs.append(QStringLiteral("noarch"));
        const auto named = plan(); // as long as there is another
        QVERIFY(named);
        QCOMPARE((*named)->missingSubdirs, words({"osx-64"}));
        QCOMPARE((*named)->notes.size(), 1);
        QVERIFY2((*named)->notes.first().contains(QStringLiteral("no index of osx-64")),
                 qPrintable((*named)->notes.first()));
        m_spec.subdirs = words({"osx-64", "win-64"});
        const auto neither = plan();
        QVERIFY(!neither);
        QCOMPARE(neither.error().kind, ErrorKind::NotFound);
    }

    void W17_takesThePlatformsOfAFolder()
    {
        QVERIFY(QFile::rename(channel() + QStringLiteral("/linux-64"), channel() + QStringLiteral("/linux-ppc")));
        QVERIFY(QDir().mkpath(channel() + QStringLiteral("/linux-32")));                    // nothing in it
        QVERIFY(QDir().mkpath(channel() + QStringLiteral("/label/noarch/not-a-platform"))); // another channel's
        const auto made = plan();
        QVERIFY(made);
        QCOMPARE((*made)->files.size(), 7U);
        QCOMPARE((*made)->notes, QStringList());
        QCOMPARE((*made)->missingSubdirs.size(), 6);
    }

    /// A mirror of the Python tool: nothing in it claims to list what is there.
    void W31_anInterruptedTakeOverGoesOn()
    {
        QCOMPARE(exitCode(run()), 0);
        for (const char* subdir : {"linux-64", "noarch"}) {
            const auto store = connectEnds(m_spec, {})->openStore({});
            const auto stored = store->index(QLatin1String(subdir), QStringLiteral("repodata.json"), {});
            QVERIFY(stored);
            const auto published = store->publishIndex(
                {QLatin1String(subdir), QStringLiteral("repodata.json"), stored->repodata->bytes().toByteArray()},
                {*stored});
            QVERIFY(published && published->isDone());
            QVERIFY(store->flush());
        }
        qint64 known = (*plan())->presentFiles;
        QCOMPARE(known, 0);
        m_spec.workers = 1;
        m_spec.publishInterval = std::chrono::milliseconds(0);
        for (const int asked : {2, 3}) { // the last of them is not waited for
            QVERIFY(runUntil(asked).cancelled);
            const qint64 now = (*plan())->presentFiles;
            QVERIFY2(now >= known + asked - 1, qPrintable(QString::number(now)));
            QVERIFY(now < 7);
            known = now;
        }
        const auto report = run();
        QCOMPARE(exitCode(report), 0);
        QCOMPARE(report.totals.copied, 0);
        QCOMPARE(report.plan->presentFiles, known);
        for (const char* subdir : {"linux-64", "noarch"}) {
            const auto stored = connectEnds(m_spec, {})
                                    ->openStore({})
                                    ->index(QLatin1String(subdir), QStringLiteral("repodata.json"), {});
            QVERIFY(stored && stored->trusted);
        }
        QCOMPARE((*plan())->presentFiles, 7);
        QCOMPARE(report.notes, QStringList());
    }

    void A22_refusesRecordsThatCannotBeCopied()
    {
        edit(channel() + QStringLiteral("/noarch/repodata.json"), [](QByteArray& json) {
            json.replace(
                "\"packages.conda\": {",
                "\"packages.conda\": {\"../evil-1-0.conda\": {\"name\": \"../evil\", \"version\": \"1\", \"build\": "
                "\"0\"},"
                "\"nosums-1-0.conda\": {\"name\": \"nosums\", \"version\": \"1\", \"build\": \"0\", \"size\": 1},");
        });
        const auto made = plan();
        QVERIFY(made);
        QCOMPARE((*made)->refused.size(), 2U);
        QCOMPARE((*made)->copyFiles, 7);
        const auto report = run();
        QCOMPARE(exitCode(report), 1);
        QCOMPARE(report.failures.size(), 2U);
        QCOMPARE(report.totals.copied, 7);
        QVERIFY(!published(QStringLiteral("noarch")).join(QLatin1Char(' ')).contains(QLatin1String("evil")));
    }

    // In a registry 1+2 and 1__p__2 are one tag, and the one would take the place of the other.
    void S02_refusesNamesThatCouldNotBeToldApart()
    {
        const QString twin = QStringLiteral("twin-1__p__2-0.conda");
        edit(channel() + QStringLiteral("/noarch/repodata.json"), [&](QByteArray& json) {
            json.replace("\"packages.conda\": {",
                         "\"packages.conda\": {\"" + twin.toLatin1() +
                             "\": {\"name\": \"twin\", \"version\": \"1__p__2\", \"build\": \"0\", \"size\": 1, "
                             "\"sha256\": \"" +
                             QByteArray(64, 'a') + "\"},");
        });
        m_spec.strict = true;
        const auto made = plan();
        QVERIFY(made);
        QCOMPARE((*made)->refused.size(), 1U);
        QCOMPARE((*made)->refused[0].fileName, twin);
        QVERIFY2((*made)->refused[0].reason.contains(QStringLiteral("could not be told from another package")),
                 qPrintable((*made)->refused[0].reason));
        QCOMPARE((*made)->copyFiles, 7);
        // In a folder files have their own names.
        m_spec.store = CacheFolder{m_folder->filePath(QStringLiteral("cache")), QStringLiteral("chan")};
        const auto intoCache = plan();
        QVERIFY(intoCache);
        QCOMPARE((*intoCache)->refused.size(), 0U);
        QCOMPARE((*intoCache)->copyFiles, 8);
    }

    // What can never be in a registry is a fact about the channel, not a failure of each night.
    void W32_whatCanNeverBeMirroredIsANote_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QStringList>("specs");
        QTest::addColumn<bool>("strict");
        QTest::addColumn<int>("code");
        const QString twin = QStringLiteral("twin-1__p__2-0.conda");
        const QString stars = QStringLiteral("groundingdino-py-cuda-0.4.1-cuda129_py310* *_cpython_h93df00f_0.conda");
        QTest::newRow("its tag") << twin << QStringList() << false << 0;
        QTest::newRow("its file name") << stars << QStringList() << false << 0;
        QTest::newRow("strict, its tag") << twin << QStringList() << true << 1;
        QTest::newRow("strict, its file name") << stars << QStringList() << true << 1;
        QTest::newRow("brought by a pattern") << twin << words({"*"}) << false << 0;
        QTest::newRow("asked for by name") << twin << words({"twin"}) << false << 1;
        QTest::newRow("not a package's name") << QStringLiteral("README.conda") << QStringList() << false << 0;
        QTest::newRow("an attack is none of these")
            << QStringLiteral("../evil-1-0.conda") << QStringList() << false << 1;
    }
    void W32_whatCanNeverBeMirroredIsANote()
    {
        QFETCH(QString, file);
        QFETCH(QStringList, specs);
        QFETCH(bool, strict);
        edit(channel() + QStringLiteral("/noarch/repodata.json"), [&](QByteArray& json) {
            const auto part = [&](int from) { return file.chopped(6).section(QLatin1Char('-'), from, from).toUtf8(); };
            json.replace("\"packages.conda\": {", "\"packages.conda\": {\"" + file.toUtf8() + "\": {\"name\": \"" +
                                                      file.chopped(6).section(QLatin1Char('-'), 0, -3).toUtf8() +
                                                      "\", \"version\": \"" + part(-2) + "\", \"build\": \"" +
                                                      part(-1) + "\", \"size\": 1, \"sha256\": \"" +
                                                      QByteArray(64, 'a') + "\"},");
        });
        for (const QString& one : specs)
            m_spec.packages.push_back(*conda::MatchSpec::parse(one.toStdString()));
        m_spec.strict = strict;
        const auto report = run();
        QTEST(exitCode(report), "code");
        const bool isFailure = exitCode(report) == 1;
        QCOMPARE(report.failures.size(), isFailure ? 1U : 0U);
        const QString told = isFailure ? report.failures[0].fileName : report.notes.join(QLatin1Char('\n'));
        QVERIFY2(told.contains(file), qPrintable(told));
        if (specs != words({"twin"}))
            QCOMPARE(report.totals.copied, 7);
    }

    // Before a pull into a cache that is full, the plan says so; what is there is hashed in the run.
    void W34_countsWhatSeemsToBeThere()
    {
        m_spec.store = CacheFolder{m_folder->filePath(QStringLiteral("cache")), QStringLiteral("chan")};
        const auto before = plan();
        QVERIFY(before);
        QCOMPARE((*before)->seemingFiles, 0);
        QCOMPARE(exitCode(run()), 0);
        edit(m_folder->filePath(QStringLiteral("cache/chan/noarch/sample-data-2024.1-0.conda")),
             [](QByteArray& bytes) { bytes.chop(1); });
        const auto after = plan();
        QVERIFY(after);
        QCOMPARE((*after)->copyFiles, 7);
        QCOMPARE((*after)->seemingFiles, 6);
        QVERIFY((*after)->seemingBytes > 0 && (*after)->seemingBytes < (*after)->copyBytes);
        QCOMPARE(run().totals.copied, 1);
    }

    void publishesOnlyWhatIsThereAndTheRestLater()
    {
        const QString package = channel() + QStringLiteral("/noarch/sample-data-2024.1-0.conda");
        QVERIFY(QFile::rename(package, package + QStringLiteral(".away")));
        const auto report = run();
        QCOMPARE(exitCode(report), 1);
        QCOMPARE(report.failures.size(), 1U);
        QCOMPARE(report.failures[0].fileName, QStringLiteral("sample-data-2024.1-0.conda"));
        QCOMPARE(report.failures[0].error.kind, ErrorKind::NotFound);
        QCOMPARE(report.failures[0].error.side, Side::Source);
        QVERIFY(!published(QStringLiteral("noarch")).contains(QStringLiteral("sample-data-2024.1-0.conda")));
        QCOMPARE(published(QStringLiteral("noarch")).size(), 2);

        QVERIFY(QFile::rename(package + QStringLiteral(".away"), package));
        const auto again = run();
        QCOMPARE(exitCode(again), 0);
        QCOMPARE(again.totals.copied, 1);
        QCOMPARE(published(QStringLiteral("noarch")).size(), 3);
    }

    // The channel may give a package other bytes under the same name; what is there then is another package.
    void A27_aReplacedPackageTakesThePlaceOfTheOld_data()
    {
        QTest::addColumn<bool>("hasSha256");
        QTest::newRow("by sha256") << true;
        QTest::newRow("by md5") << false;
    }
    void A27_aReplacedPackageTakesThePlaceOfTheOld()
    {
        QFETCH(bool, hasSha256);
        const QString fileName = QStringLiteral("sample-data-2024.1-0.conda");
        QByteArray bytes;
        const auto describeAgain = [&] {
            edit(channel() + QStringLiteral("/noarch/repodata.json"), [&](QByteArray& json) {
                QJsonObject index = QJsonDocument::fromJson(json).object();
                QJsonObject conda = index[QStringLiteral("packages.conda")].toObject();
                QJsonObject record = conda[fileName].toObject();
                record[QStringLiteral("size")] = bytes.size();
                record[QStringLiteral("md5")] =
                    QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Md5).toHex());
                record[QStringLiteral("sha256")] = QString::fromLatin1(Digest::ofBytes(bytes).hex());
                if (!hasSha256)
                    record.remove(QStringLiteral("sha256"));
                conda[fileName] = record;
                index[QStringLiteral("packages.conda")] = conda;
                json = QJsonDocument(index).toJson();
            });
        };
        edit(channel() + QStringLiteral("/noarch/") + fileName, [&](QByteArray& package) { bytes = package; });
        describeAgain();
        QCOMPARE(exitCode(run()), 0);
        edit(channel() + QStringLiteral("/noarch/") + fileName, [&](QByteArray& package) {
            package[package.size() - 2] = 1; // the length of the zip's comment
            package += 'x';
            bytes = package;
        });
        describeAgain();
        const auto report = run();
        QCOMPARE(exitCode(report), 0);
        QCOMPARE(report.totals.copied, 1);
        oci::ImageLayout layout(m_folder->filePath(QStringLiteral("layout")));
        const auto stored = layout.manifest(QStringLiteral("chan/noarch/sample-data"), QStringLiteral("2024.1-0"));
        QVERIFY(stored && *stored);
        const auto manifest = oci::Manifest::parse((*stored)->bytes);
        QVERIFY(manifest);
        QCOMPARE(manifest->layers.front().digest, Digest::ofBytes(bytes));
    }

    void deepFindsWhatIsGone()
    {
        QCOMPARE(exitCode(run()), 0);
        QFile package(channel() + QStringLiteral("/noarch/sample-data-2024.1-0.conda"));
        QVERIFY(package.open(QIODevice::ReadOnly));
        const QString blob = m_folder->filePath(QStringLiteral("layout/blobs/sha256/")) +
                             QString::fromLatin1(Digest::ofBytes(package.readAll()).hex());
        QVERIFY(QFile::remove(blob));
        QCOMPARE(run().totals.copied, 0); // its index and its manifest say that it is there
        QVERIFY(!QFile::exists(blob));
        m_spec.deep = true;
        const auto report = run();
        QCOMPARE(exitCode(report), 0);
        QCOMPARE(report.totals.copied, 1);
        QVERIFY(QFile::exists(blob));
    }

    // What was written over since the index was is looked into, though its size is the same.
    void aCachesIndexListsWhatIsThereByNow()
    {
        const CacheFolder cache{m_folder->filePath(QStringLiteral("cache")), QStringLiteral("chan")};
        m_spec.store = cache;
        QCOMPARE(exitCode(run()), 0);
        const QString fileName = QStringLiteral("sample-data-2024.1-0.conda");
        const QString folder = cache.subdirPath(QStringLiteral("noarch")) + QLatin1Char('/');
        QFile index(folder + QStringLiteral("repodata.json"));
        QVERIFY(index.open(QIODevice::ReadOnly));
        const QByteArray before = index.readAll();
        QVERIFY(before.contains(fileName.toLatin1()));
        edit(folder + fileName, [](QByteArray& bytes) { bytes.fill('x'); });
        m_spec.packages.push_back(*conda::MatchSpec::parse("sample-python"));
        const auto report = run();
        QCOMPARE(exitCode(report), 0);
        QVERIFY2(report.notes.join(QLatin1Char(' ')).contains(fileName),
                 qPrintable(report.notes.join(QLatin1Char(' '))));
        QVERIFY(!published(QStringLiteral("noarch")).contains(fileName));
        QVERIFY(published(QStringLiteral("noarch")).join(QLatin1Char(' ')).contains(QStringLiteral("sample-python")));
    }

    void A27_namesADamagedPackage_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("conda") << "/linux-64/sample-epoch-1!2.0+abc-h0f1e2d3_1.conda";
        QTest::newRow("tar.bz2") << "/linux-64/_sample_mutex-1.0-main_0.tar.bz2";
    }
    void A27_namesADamagedPackage()
    {
        QFETCH(QString, file);
        edit(channel() + file,
             [](QByteArray& bytes) { bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x40); });
        const auto report = run();
        QCOMPARE(exitCode(report), 1);
        QCOMPARE(report.failures.size(), 1U);
        QCOMPARE(report.failures[0].error.kind, ErrorKind::Integrity);
        QVERIFY(!published(QStringLiteral("linux-64")).contains(file.section(QLatin1Char('/'), -1)));
    }

    void F22_RC_canBeCancelled()
    {
        const auto report = run(true);
        QVERIFY(report.cancelled);
        QCOMPARE(exitCode(report), 130);
        QCOMPARE(exitCode(run()), 0); // and goes on
        QCOMPARE(published(QStringLiteral("linux-64")).size(), 4);
    }

    void F21_C_locksACache()
    {
        const CacheFolder cache{m_folder->filePath(QStringLiteral("cache")), QStringLiteral("a/b")};
        const auto unflushed = std::make_shared<UnflushedFiles>();
        auto first = std::make_unique<CacheStore>(cache, unflushed, std::stop_token());
        QVERIFY(first->begin(1));
        CacheStore second(cache, unflushed, {});
        const auto busy = second.begin(1);
        QVERIFY(!busy);
        QCOMPARE(busy.error().kind, ErrorKind::Disk);
        QVERIFY(busy.error().message.contains(QLatin1String("another run")));
        first.reset();
        QVERIFY(second.begin(1));
        const auto full = CacheStore({m_folder->filePath(QStringLiteral("other")), QStringLiteral("c")}, unflushed, {})
                              .begin(qint64(1) << 60);
        QVERIFY(!full);
        QVERIFY2(full.error().message.contains(QLatin1String("are free")), qPrintable(full.error().message));
    }

    void knowsWhatMayNotBeMirrored_data()
    {
        QTest::addColumn<QString>("channel");
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("expected");
        QTest::newRow("on the list") << "conda-forge"
                                     << "cudatoolkit" << true;
        QTest::newRow("label of the channel") << "conda-forge/label/dev"
                                              << "cudnn" << true;
        QTest::newRow("another package") << "conda-forge"
                                         << "zlib" << false;
        QTest::newRow("another channel") << "nvidia"
                                         << "cudatoolkit" << false;
        QTest::newRow("channel of a similar name") << "conda-forge-x"
                                                   << "cudatoolkit" << false;
    }
    void knowsWhatMayNotBeMirrored()
    {
        QFETCH(QString, channel);
        QFETCH(QString, name);
        QTEST(isUndistributable(channel, name.toStdString()), "expected");
    }
};

QTEST_GUILESS_MAIN(TestCopyJob)
#include "tst_copyjob.moc"

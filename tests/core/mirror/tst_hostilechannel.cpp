// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/digest.h"
#include "core/conda/repodata.h"
#include "core/mirror/copy/copyjob.h"
#include "core/mirror/layout/naming.h"
#include "core/oci/imagelayout.h"
#include "tests/paths.h"

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
const QString noarch = QStringLiteral("noarch");
const QString victim = QStringLiteral("sample-data-2024.1-0.conda");

QByteArray readAll(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeAll(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(bytes), bytes.size());
}

QStringList filesBelow(const QString& folder)
{
    QStringList files;
    QDirIterator found(folder, QDir::Files | QDir::Hidden | QDir::System, QDirIterator::Subdirectories);
    while (found.hasNext())
        files.append(found.next().mid(folder.size() + 1));
    files.sort();
    return files;
}

} // namespace

/// A channel or a mirror that says what is not so, from a folder into an image layout or a cache.
class TestHostileChannel : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    CopySpec m_spec;

    [[nodiscard]] QString path(const char* below) const { return m_folder->filePath(QLatin1String(below)); }
    [[nodiscard]] RegistryChannel layout() const
    {
        return {*oci::parseEndpoint(QStringLiteral("oci-layout:") + path("layout")), QStringLiteral("chan")};
    }
    [[nodiscard]] CacheFolder cache() const { return {path("cache"), QStringLiteral("chan")}; }
    CopyReport run()
    {
        CopyJob job(m_spec, *connectEnds(m_spec, {}));
        QSignalSpy finished(&job, &CopyJob::finished);
        job.start();
        if (!finished.wait(20'000))
            qFatal("the job does not end");
        return finished.constFirst().constFirst().value<CopyReport>();
    }
    /// Changes the records of the channel's .conda packages for noarch.
    void editRecords(const std::function<void(QJsonObject&)>& change)
    {
        const QString index = path("channel/noarch/repodata.json");
        QJsonObject json = QJsonDocument::fromJson(readAll(index)).object();
        QJsonObject records = json[QStringLiteral("packages.conda")].toObject();
        change(records);
        json[QStringLiteral("packages.conda")] = records;
        writeAll(index, QJsonDocument(json).toJson());
    }
    void editRecord(const std::function<void(QJsonObject&)>& change)
    {
        editRecords([&](QJsonObject& records) {
            QJsonObject record = records[victim].toObject();
            change(record);
            records[victim] = record;
        });
    }
    QStringList tagsOf(const char* package)
    {
        oci::ImageLayout layout(path("layout"));
        return layout.tags(QStringLiteral("chan/noarch/") + QLatin1String(package)).value_or(QStringList());
    }
    bool layoutHas(const QByteArray& sha256)
    {
        return QFile::exists(path("layout/blobs/sha256/") + QString::fromLatin1(sha256));
    }
    QStringList listed(const Location& where)
    {
        CopySpec spec = m_spec;
        spec.store = where;
        const auto stored = connectEnds(spec, {})->openStore({})->index(noarch, QStringLiteral("repodata.json"), {});
        QStringList names;
        if (!stored || !stored->repodata)
            return names;
        for (const auto& record : stored->repodata->records())
            names.append(QString::fromUtf8(record.fileName.data(), static_cast<qsizetype>(record.fileName.size())));
        names.sort();
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir().mkpath(path("channel/noarch")));
        for (const QFileInfo& file : QDir(sampleChannel + QStringLiteral("/noarch")).entryInfoList(QDir::Files)) {
            if (file.suffix() != QLatin1String("zst"))
                writeAll(path("channel/noarch/") + file.fileName(), readAll(file.filePath()));
        }
        m_spec = {};
        m_spec.source = *conda::parseChannel(path("channel"), QStringLiteral("chan"));
        m_spec.store = layout();
        m_spec.subdirs = QStringList{noarch};
    }

    void A22_A35_namesNeverLeaveTheFolder_data()
    {
        QTest::addColumn<bool>("intoCache");
        QTest::newRow("A22 into a cache") << true;
        QTest::newRow("A22 into a layout") << false;
    }
    void A22_A35_namesNeverLeaveTheFolder()
    {
        QFETCH(bool, intoCache);
        if (intoCache)
            m_spec.store = cache();
        QStringList names;
        for (const char* name :
             {"..", "../..", "../../../evil", "/evil", "a/../../evil", "a\\..\\evil", "C:evil", "evil:x", "evil\n",
              "\xe2\x80\xae"
              "evil",
              "NUL", "COM1.x", ".", ""})
            names.append(QString::fromUtf8(name));
        names.append(QString(300, QLatin1Char('e')));
        editRecords([&](QJsonObject& records) {
            for (const QString& name : std::as_const(names)) {
                QJsonObject record = records[victim].toObject();
                for (const char* field : {"name", "build", "version"}) {
                    record = records[victim].toObject();
                    record[QLatin1String(field)] = name;
                    const QString fileName = record[QStringLiteral("name")].toString() + QLatin1Char('-') +
                                             record[QStringLiteral("version")].toString() + QLatin1Char('-') +
                                             record[QStringLiteral("build")].toString() + QStringLiteral(".conda");
                    records[fileName] = record;
                }
            }
        });
        const CopyReport report = run();
        QCOMPARE(exitCode(report), 1);
        QVERIFY(!report.fatal);
        QCOMPARE(report.totals.copied, 3); // what was right stays right
        for (const QString& file : filesBelow(m_folder->path()))
            QVERIFY2(!file.contains(QLatin1String("evil")) && !file.contains(QLatin1String("eee")), qPrintable(file));
        QVERIFY(!QFile::exists(QDir::cleanPath(m_folder->path() + QStringLiteral("/../evil-2024.1-0.conda"))));
        QCOMPARE(listed(m_spec.store).size(), 3);
        for (const Failure& failure : report.failures)
            QVERIFY(!failure.error.message.contains(QLatin1Char('\n')) &&
                    !failure.error.message.contains(QChar(0x202e)));
    }

    void A23_titlesNameNoFiles_data()
    {
        QTest::addColumn<QString>("title");
        for (const char* title : {"../../../evil.conda", "/tmp/evil.conda", "C:\\evil.conda", "evil.conda", "..", ""})
            QTest::addRow("A23 %s", title) << QString::fromLatin1(title);
    }
    void A23_titlesNameNoFiles()
    {
        QFETCH(QString, title);
        QCOMPARE(exitCode(run()), 0);
        {
            oci::ImageLayout registry(path("layout"));
            const QString name = QStringLiteral("chan/noarch/sample-data");
            const auto stored = registry.manifest(name, QStringLiteral("2024.1-0"));
            QVERIFY(stored && *stored);
            auto manifest = oci::Manifest::parse((*stored)->bytes);
            QVERIFY(manifest);
            for (oci::Descriptor& layer : manifest->layers)
                layer.annotations[QLatin1String(oci::titleAnnotation)] = title;
            QVERIFY(registry.putManifest(name, QStringLiteral("2024.1-0"), manifest->toJson(), oci::manifestMediaType));
            QVERIFY(registry.flush());
        }
        m_spec.source = layout();
        m_spec.store = cache();
        const QStringList before = filesBelow(m_folder->path());
        QCOMPARE(exitCode(run()), 0);
        QStringList added = filesBelow(m_folder->path());
        added.removeIf([&](const QString& file) { return before.contains(file); });
        for (const QString& file : std::as_const(added))
            QVERIFY2(file.startsWith(QLatin1String("cache/chan/")) && !file.contains(QLatin1String("evil")),
                     qPrintable(file));
        QCOMPARE(readAll(path("cache/chan/noarch/") + victim), readAll(path("channel/noarch/") + victim));
    }

    void A26_aPackageIsWhatItIsCalled_data()
    {
        QTest::addColumn<QString>("fileName");
        QTest::newRow("A26 another name") << "other-2024.1-0.conda";
        QTest::newRow("A26 another version") << "sample-data-2024.2-0.conda";
        QTest::newRow("A26 another build") << "sample-data-2024.1-1.conda";
    }
    void A26_aPackageIsWhatItIsCalled()
    {
        QFETCH(QString, fileName);
        const QString stem = fileName.chopped(6);
        const QByteArray bytes = readAll(path("channel/noarch/") + victim);
        writeAll(path("channel/noarch/") + fileName, bytes);
        editRecords([&](QJsonObject& records) {
            QJsonObject record = records[victim].toObject(); // size and sums are right
            record[QStringLiteral("name")] = stem.section(QLatin1Char('-'), 0, -3);
            record[QStringLiteral("version")] = stem.section(QLatin1Char('-'), -2, -2);
            record[QStringLiteral("build")] = stem.section(QLatin1Char('-'), -1);
            records[fileName] = record;
            records.remove(victim);
        });
        const CopyReport report = run();
        QCOMPARE(exitCode(report), 1);
        QCOMPARE(report.failures.size(), 1U);
        QCOMPARE(report.failures[0].fileName, fileName);
        QCOMPARE(report.failures[0].error.kind, ErrorKind::Integrity);
        QCOMPARE(report.failures[0].error.side, Side::Source);
        QVERIFY(report.failures[0].error.message.contains(QLatin1String("info/index.json says")));
        QVERIFY(tagsOf("sample-data").isEmpty() && tagsOf("other").isEmpty());
        QVERIFY(!layoutHas(Digest::ofBytes(bytes).hex()) && !listed(layout()).contains(fileName));
    }

    void A27_bytesAreWhatTheRecordPromises_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value"); // empty: the field is removed
        QTest::addColumn<QString>("also");  // a second field that is removed
        QTest::addColumn<bool>("isPushed");
        const QString zeros(64, QLatin1Char('0'));
        QTest::newRow("A27 right") << "license"
                                   << "x"
                                   << "" << true;
        QTest::newRow("A27 wrong size") << "size"
                                        << "2015"
                                        << "" << false;
        QTest::newRow("A27 no size") << "size"
                                     << ""
                                     << "" << true;
        QTest::newRow("A27 wrong sha256, right md5") << "sha256" << zeros << "" << false;
        QTest::newRow("A27 right sha256, wrong md5") << "md5" << zeros.left(32) << "" << true;
        QTest::newRow("A27 no sha256, right md5") << "sha256"
                                                  << ""
                                                  << "" << true;
        QTest::newRow("A27 no sha256, wrong md5") << "md5" << zeros.left(32) << "sha256" << false;
        QTest::newRow("A27 no sum at all") << "md5"
                                           << ""
                                           << "sha256" << false;
        QTest::newRow("A27 sha256 of another length") << "sha256" << zeros.left(63) << "" << false;
    }
    void A27_bytesAreWhatTheRecordPromises()
    {
        QFETCH(QString, field);
        QFETCH(QString, value);
        QFETCH(QString, also);
        QFETCH(bool, isPushed);
        editRecord([&](QJsonObject& record) {
            if (value.isEmpty())
                record.remove(field);
            else
                record[field] = field == QLatin1String("size") ? QJsonValue(value.toInt()) : QJsonValue(value);
            record.remove(also);
        });
        const QByteArray sha256 = Digest::ofBytes(readAll(path("channel/noarch/") + victim)).hex();
        const CopyReport report = run();
        QCOMPARE(exitCode(report), isPushed ? 0 : 1);
        QCOMPARE(report.failures.size(), isPushed ? 0U : 1U);
        QCOMPARE(layoutHas(sha256), isPushed);
        QCOMPARE(tagsOf("sample-data").size(), isPushed ? 1 : 0);
        QCOMPARE(listed(layout()).contains(victim), isPushed);
        // What is checked by md5 only says so.
        const bool byMd5 = value.isEmpty() ? field == QLatin1String("sha256") : !also.isEmpty();
        QCOMPARE(report.notes.join(QLatin1Char(' ')).contains(QLatin1String("by md5 only")), byMd5);
    }

    // A manifest that names two indexes: what the plain layer has counts, whichever form is read.
    void theCompressedIndexCountsOnlyWhereItIsThePlainOne()
    {
        QCOMPARE(exitCode(run()), 0);
        {
            oci::ImageLayout registry(path("layout"));
            const QString name = QStringLiteral("chan/noarch/repodata.json");
            const QString latest = QStringLiteral("latest");
            const auto stored = registry.manifest(name, latest);
            QVERIFY(stored && *stored);
            auto manifest = oci::Manifest::parse((*stored)->bytes);
            QVERIFY(manifest);
            const QByteArray other = conda::compressZstd(conda::emptyRepodata(noarch));
            int replaced = 0;
            for (oci::Descriptor& layer : manifest->layers) {
                if (layer.mediaType != QLatin1String(naming::repodataZstLayer))
                    continue;
                layer.digest = Digest::ofBytes(other);
                layer.size = other.size();
                QVERIFY(registry.pushBlob(name, layer, http::Body::ofBytes(other), {}));
                ++replaced;
            }
            QCOMPARE(replaced, 1);
            QVERIFY(registry.putManifest(name, latest, manifest->toJson(), oci::manifestMediaType));
            QVERIFY(registry.flush());
        }
        QCOMPARE(listed(layout()).size(), 3);
        m_spec.source = layout();
        m_spec.store = cache();
        const CopyReport report = run();
        QCOMPARE(exitCode(report), 0);
        QCOMPARE(report.totals.copied, 3);
        QCOMPARE(listed(cache()).size(), 3);
    }

    void A28_anOlderIndexIsNoticed()
    {
        const QByteArray newer = readAll(path("channel/noarch/repodata.json"));
        QCOMPARE(exitCode(run()), 0);
        editRecords([](QJsonObject& records) { records.remove(victim); });
        const CopyReport older = run();
        QCOMPARE(exitCode(older), 0);
        QVERIFY2(older.notes.join(QLatin1Char(' ')).contains(QLatin1String("no longer in the channel's index")),
                 qPrintable(older.notes.join(QLatin1Char(' '))));
        QVERIFY(!listed(layout()).contains(victim));
        QCOMPARE(tagsOf("sample-data").size(), 1); // the package itself stays
        writeAll(path("channel/noarch/repodata.json"), newer);
        const CopyReport again = run();
        QCOMPARE(exitCode(again), 0);
        QCOMPARE(again.totals.copied, 0); // nothing was lost by it
        QVERIFY(listed(layout()).contains(victim));
    }

    void A28_anOlderMirrorTakesNothingFromACache()
    {
        QCOMPARE(exitCode(run()), 0);
        const CopySpec mirroring = m_spec;
        m_spec.source = layout();
        m_spec.store = cache();
        QCOMPARE(exitCode(run()), 0);
        const QStringList before = filesBelow(path("cache"));
        QCOMPARE(listed(cache()).size(), 3);
        m_spec = mirroring;
        editRecords([](QJsonObject& records) { records.remove(victim); });
        QCOMPARE(exitCode(run()), 0);
        m_spec.source = layout();
        m_spec.store = cache();
        QCOMPARE(exitCode(run()), 0);
        QCOMPARE(listed(cache()).size(), 3);
        QCOMPARE(filesBelow(path("cache")), before);
    }
};

QTEST_GUILESS_MAIN(TestHostileChannel)
#include "tst_hostilechannel.moc"

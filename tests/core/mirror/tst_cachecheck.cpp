// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/filelock.h"
#include "core/mirror/upkeep/cachecheck.h"
#include "tests/paths.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using mirror::CacheState;

namespace {

const QString sample = QStringLiteral(SOURCE_DIR) + QStringLiteral("/resources/sample-channel");
const QString victim = QStringLiteral("sample-data-2024.1-0.conda");

void copyTree(const QString& from, const QString& to)
{
    QDir().mkpath(to);
    for (const QFileInfo& info : QDir(from).entryInfoList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
        if (info.isDir())
            copyTree(info.filePath(), to + QLatin1Char('/') + info.fileName());
        else
            QFile::copy(info.filePath(), to + QLatin1Char('/') + info.fileName());
    }
}

void write(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    file.write(bytes);
}

QByteArray read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// How each file stands, listed and then verified.
QMap<QString, CacheState> verified(const QString& directory, QMap<QString, QString>* reasons = nullptr)
{
    QMap<QString, CacheState> states;
    auto contents = mirror::listCache(directory, {});
    std::atomic<qint64> read = 0;
    for (const mirror::CacheFile& file : contents ? contents->files : std::vector<mirror::CacheFile>()) {
        const mirror::CacheFile checked = mirror::verifyFile(directory, file, {}, read);
        states.insert(file.fileName, checked.state);
        if (reasons)
            reasons->insert(file.fileName, checked.reason);
    }
    return states;
}

} // namespace

class TestCacheCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void states_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("says");
        QTest::newRow("good") << "" << static_cast<int>(CacheState::Verified) << "";
        QTest::newRow("flipped byte") << "flip" << static_cast<int>(CacheState::Damaged) << "wrong sha256";
        QTest::newRow("A30 flipped byte, and taken out of the index")
            << "flip, left out" << static_cast<int>(CacheState::Damaged) << "wrong sha256";
        QTest::newRow("cut off") << "cut" << static_cast<int>(CacheState::Damaged) << "";
        QTest::newRow("gone") << "remove" << static_cast<int>(CacheState::Missing) << "not there";
        QTest::newRow("not listed") << "unlist" << static_cast<int>(CacheState::Unlisted) << "";
        QTest::newRow("not listed, no package") << "unlist rubbish" << static_cast<int>(CacheState::Damaged) << "";
        QTest::newRow("not listed, another's content") << "unlist other" << static_cast<int>(CacheState::Damaged) << "";
    }
    void states()
    {
        QFETCH(QString, fault);
        QFETCH(int, state);
        QFETCH(QString, says);
        QTemporaryDir folder;
        const QString subdir = folder.path() + QStringLiteral("/conda-forge/label/dev/noarch/");
        copyTree(sample + QStringLiteral("/noarch"), subdir);
        QByteArray bytes = read(subdir + victim);
        if (fault.startsWith(QLatin1String("flip")))
            bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        if (fault == QLatin1String("cut"))
            bytes.chop(10);
        if (fault.contains(QLatin1String("rubbish")))
            bytes = "rubbish";
        if (fault.contains(QLatin1String("other")))
            bytes = read(subdir + QStringLiteral("sample-python-0.3.1-pyhd8ed1ab_0.conda"));
        write(subdir + victim, bytes);
        if (fault == QLatin1String("remove"))
            QFile::remove(subdir + victim);
        if (fault.startsWith(QLatin1String("unlist")))
            QFile::remove(subdir + QStringLiteral("repodata.json"));
        if (fault.endsWith(QLatin1String("left out"))) // what is known of it then
            QVERIFY(QFile::rename(subdir + QStringLiteral("repodata.json"), subdir + QStringLiteral(".damaged.json")));
        QMap<QString, QString> reasons;
        const auto found = verified(folder.path(), &reasons);
        QCOMPARE(found.size(), 3);
        QCOMPARE(static_cast<int>(found.value(victim)), state);
        QVERIFY2(reasons.value(victim).contains(says), qPrintable(reasons.value(victim)));
        auto contents = mirror::listCache(folder.path(), {});
        QCOMPARE(contents->files.front().channel, QStringLiteral("conda-forge/label/dev"));
    }

    void partsAndLinksAndBrokenIndexes()
    {
        QTemporaryDir folder;
        copyTree(sample, folder.path() + QStringLiteral("/chan"));
        write(folder.path() + QStringLiteral("/chan/noarch/big-1-0.conda.part"), "beginning");
        write(folder.path() + QStringLiteral("/chan/linux-64/repodata.json"), "{\"packages\": ");
        QFile::link(QDir::rootPath(), folder.path() + QStringLiteral("/chan/osx-64"));
        QFile::link(folder.path(), folder.path() + QStringLiteral("/loop"));
        auto contents = mirror::listCache(folder.path(), {});
        QVERIFY(contents);
        QCOMPARE(contents->problems.size(), 1);
        QVERIFY(contents->problems.first().contains(QStringLiteral("chan/linux-64")));
        const auto states = verified(folder.path());
        QCOMPARE(states.value(QStringLiteral("big-1-0.conda.part")), CacheState::Partial);
        QCOMPARE(states.value(QStringLiteral("hello-conda-1.0.0-h5a3e0c1_0.conda")), CacheState::Unlisted);
        QCOMPARE(states.size(), 8);
        QVERIFY(!mirror::listCache(folder.path() + QStringLiteral("/nothing"), {}));
    }

    // Where the index has md5 only, that has to be right; where it has neither, nothing is known to be right.
    void A27_md5WhereThereIsNothingBetter_data()
    {
        QTest::addColumn<QStringList>("without"); // of the record
        QTest::addColumn<bool>("isFlipped");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("says");
        const QString sha256 = QStringLiteral("sha256");
        const QString md5 = QStringLiteral("md5");
        QTest::newRow("md5, good") << QStringList{sha256} << false << static_cast<int>(CacheState::Verified) << "";
        QTest::newRow("md5, flipped byte")
            << QStringList{sha256} << true << static_cast<int>(CacheState::Damaged) << "wrong md5";
        QTest::newRow("neither") << QStringList{sha256, md5} << false << static_cast<int>(CacheState::Damaged)
                                 << "no sum";
    }
    void A27_md5WhereThereIsNothingBetter()
    {
        QFETCH(QStringList, without);
        QFETCH(bool, isFlipped);
        QFETCH(int, state);
        QFETCH(QString, says);
        QTemporaryDir folder;
        const QString subdir = folder.path() + QStringLiteral("/chan/noarch/");
        copyTree(sample + QStringLiteral("/noarch"), subdir);
        QJsonObject index = QJsonDocument::fromJson(read(subdir + QStringLiteral("repodata.json"))).object();
        QJsonObject conda = index.value(QStringLiteral("packages.conda")).toObject();
        QJsonObject record = conda.value(victim).toObject();
        for (const QString& sum : without)
            record.remove(sum);
        conda[victim] = record;
        index[QStringLiteral("packages.conda")] = conda;
        write(subdir + QStringLiteral("repodata.json"), QJsonDocument(index).toJson());
        QByteArray bytes = read(subdir + victim);
        if (isFlipped)
            bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        write(subdir + victim, bytes);
        QMap<QString, QString> reasons;
        const auto found = verified(folder.path(), &reasons);
        QCOMPARE(static_cast<int>(found.value(victim)), state);
        QVERIFY2(reasons.value(victim).contains(says), qPrintable(reasons.value(victim)));
    }

    // What lies elsewhere is neither read nor counted, though its name fits.
    void A31_linksToFilesAreNotListed()
    {
        QTemporaryDir folder;
        const QString outside = folder.path() + QStringLiteral("/outside.conda");
        write(outside, "not of the cache");
        copyTree(sample, folder.path() + QStringLiteral("/caches/chan"));
        const QString name = QStringLiteral("linked-1-0.conda");
        QVERIFY(QFile::link(outside, folder.path() + QStringLiteral("/caches/chan/noarch/") + name));
        QVERIFY(!verified(folder.path() + QStringLiteral("/caches")).contains(name));
    }

    void stops()
    {
        std::stop_source stop;
        stop.request_stop();
        QTemporaryDir folder;
        copyTree(sample, folder.path() + QStringLiteral("/chan"));
        auto listed = mirror::listCache(folder.path(), stop.get_token());
        QVERIFY(!listed);
        QCOMPARE(listed.error().kind, ErrorKind::Cancelled);
        auto contents = mirror::listCache(folder.path(), {});
        std::atomic<qint64> read = 0;
        QCOMPARE(mirror::verifyFile(folder.path(), contents->files.front(), stop.get_token(), read).state,
                 CacheState::Unverified);
    }

    void deletingLeavesTheOthersRecordsAsTheyWere()
    {
        QTemporaryDir folder;
        copyTree(sample, folder.path() + QStringLiteral("/chan"));
        const QString index = folder.path() + QStringLiteral("/chan/noarch/repodata.json");
        QJsonObject before = QJsonDocument::fromJson(read(index)).object();
        auto contents = mirror::listCache(folder.path(), {});
        std::vector<mirror::CacheFile> chosen;
        for (const mirror::CacheFile& file : contents->files) {
            if (file.fileName == victim)
                chosen.push_back(file);
        }
        QCOMPARE(chosen.size(), size_t(1));
        QVERIFY(mirror::deleteFromCache(folder.path(), chosen));
        QVERIFY(!QFile::exists(folder.path() + QStringLiteral("/chan/noarch/") + victim));
        QJsonObject conda = before.value(QStringLiteral("packages.conda")).toObject();
        conda.remove(victim);
        before[QStringLiteral("packages.conda")] = conda;
        QCOMPARE(QJsonDocument::fromJson(read(index)).object(), before);
        for (const CacheState state : verified(folder.path()))
            QCOMPARE(state, CacheState::Verified);
    }

    void F21_C_deletesNothingUnderAnotherRun()
    {
        QTemporaryDir folder;
        copyTree(sample, folder.path() + QStringLiteral("/chan"));
        const QString index = folder.path() + QStringLiteral("/chan/noarch/repodata.json");
        const QByteArray before = read(index);
        auto contents = mirror::listCache(folder.path(), {});
        QVERIFY(contents);
        FileLock run(folder.path() + QStringLiteral("/chan/.lock"));
        QVERIFY(*run.tryLock());
        const auto deleted = mirror::deleteFromCache(folder.path(), contents->files);
        QVERIFY(!deleted);
        QCOMPARE(deleted.error().kind, ErrorKind::Disk);
        QVERIFY2(deleted.error().message.contains(QStringLiteral("another run")), qPrintable(deleted.error().message));
        QCOMPARE(read(index), before);
        for (const CacheState state : verified(folder.path()))
            QCOMPARE(state, CacheState::Verified);
        run.unlock();
        QVERIFY(mirror::deleteFromCache(folder.path(), contents->files));
        QVERIFY(!QFile::exists(folder.path() + QStringLiteral("/chan/noarch/") + victim));
    }
};

QTEST_GUILESS_MAIN(TestCacheCheck)
#include "tst_cachecheck.moc"

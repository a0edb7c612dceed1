// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/indexcache.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using namespace condaoci::mirror;

namespace {

const QUrl here(QStringLiteral("https://conda.example/t/to-CANARY/chan/noarch/repodata.json"));
const QByteArray document = "{\"packages\":{}}\n";

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

} // namespace

/// Indexes that are kept from one run to the next: believed only as they were kept, and nobody else's business.
class TestIndexCache : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_home;

    [[nodiscard]] QString folder() const { return m_home->filePath(QStringLiteral("cache/indexes")); }
    /// Makes the file where there is none.
    static void setAge(const QString& path, int minutes)
    {
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(QDateTime::currentDateTimeUtc().addSecs(-60 * minutes), QFile::FileModificationTime));
    }
    [[nodiscard]] QString onlyFile() const
    {
        const QStringList files = QDir(folder()).entryList(QDir::Files | QDir::Hidden);
        return files.size() == 1 ? folder() + QLatin1Char('/') + files.constFirst() : QString();
    }

private Q_SLOTS:
    void init() { m_home = std::make_unique<QTemporaryDir>(); }

    void keepsWhatCanBeAskedForAgain_data()
    {
        QTest::addColumn<QByteArray>("etag");
        QTest::addColumn<QByteArray>("lastModified");
        QTest::addColumn<bool>("isKept");
        QTest::newRow("both") << QByteArray("\"e\"") << QByteArray("Thu, 01 Jan 2026 00:00:00 GMT") << true;
        QTest::newRow("ETag") << QByteArray("W/\"e\"") << QByteArray() << true;
        QTest::newRow("Last-Modified") << QByteArray() << QByteArray("Thu, 01 Jan 2026 00:00:00 GMT") << true;
        QTest::newRow("neither") << QByteArray() << QByteArray() << false;
    }
    void keepsWhatCanBeAskedForAgain()
    {
        QFETCH(QByteArray, etag);
        QFETCH(QByteArray, lastModified);
        QFETCH(bool, isKept);
        storeCachedDocument(folder(), here, {etag, lastModified, document});
        const auto kept = loadCachedDocument(folder(), here);
        QCOMPARE(kept.has_value(), isKept);
        if (!kept)
            return;
        QCOMPARE(kept->etag, etag);
        QCOMPARE(kept->lastModified, lastModified);
        QCOMPARE(kept->bytes, document);
        QVERIFY(!loadCachedDocument(folder(), here.resolved(QUrl(QStringLiteral("other.json")))));
        QVERIFY(!loadCachedDocument({}, here));
    }

    // A server that says 304 vouches for what it once gave, not for what a disk made of it.
    void A30_F07_C_damageIsAsIfThereWereNothing_data()
    {
        QTest::addColumn<QByteArray>("damage");
        for (const char* damage :
             {"bit", "document cut", "head cut", "document added to", "another document", "no head", "empty"})
            QTest::newRow(damage) << QByteArray(damage);
    }
    void A30_F07_C_damageIsAsIfThereWereNothing()
    {
        QFETCH(QByteArray, damage);
        storeCachedDocument(folder(), here, {"\"e\"", {}, document});
        const QString path = onlyFile();
        const QByteArray whole = readAll(path);
        QVERIFY(whole.endsWith('\n' + document));
        const qsizetype begin = whole.size() - document.size();
        QByteArray changed = whole;
        if (damage == "bit")
            changed[begin + 2] = static_cast<char>(changed[begin + 2] ^ 1);
        else if (damage == "document cut")
            changed.chop(1);
        else if (damage == "head cut")
            changed.remove(0, 5);
        else if (damage == "document added to")
            changed += '\n';
        else if (damage == "another document")
            changed = whole.first(begin) + "{}";
        else if (damage == "no head")
            changed = document;
        else
            changed.clear();
        writeAll(path, changed);
        QVERIFY(!loadCachedDocument(folder(), here));
        writeAll(path, whole);
        QVERIFY(loadCachedDocument(folder(), here));
    }

    void F19_R_leavesOfKilledRunsAndOldIndexesGo_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("minutes"); // since it was written
        QTest::addColumn<bool>("goes");
        const QString kept = QString(64, QLatin1Char('a'));
        constexpr int day = 24 * 60;
        QTest::newRow("a killed run's") << QStringLiteral(".tmp-1x2y3z") << 61 << true;
        QTest::newRow("one that may be written just now") << QStringLiteral(".tmp-1x2y3z") << 30 << false;
        QTest::newRow("an index that nobody asks for") << kept << 31 * day << true;
        QTest::newRow("an index of this month") << kept << 29 * day << false;
        QTest::newRow("an index of tomorrow") << kept << -day << false;
        QTest::newRow("what is not ours") << QStringLiteral("notes.txt") << 400 * day << false;
        QTest::newRow("what is hidden and not ours") << QStringLiteral(".gitignore") << 400 * day << false;
    }
    void F19_R_leavesOfKilledRunsAndOldIndexesGo()
    {
        QFETCH(QString, name);
        QFETCH(int, minutes);
        QFETCH(bool, goes);
        QVERIFY(QDir().mkpath(folder()));
        setAge(folder() + QLatin1Char('/') + name, minutes);
        tidyCachedDocuments(folder());
        QCOMPARE(!QFile::exists(folder() + QLatin1Char('/') + name), goes);
        tidyCachedDocuments({});
        tidyCachedDocuments(m_home->filePath(QStringLiteral("not there")));
    }

    void F19_R_anIndexThatIsAskedForStays()
    {
        storeCachedDocument(folder(), here, {"\"e\"", {}, document});
        const QString path = onlyFile();
        setAge(path, 40 * 24 * 60);
        QVERIFY(loadCachedDocument(folder(), here));
        tidyCachedDocuments(folder());
        QVERIFY(loadCachedDocument(folder(), here));
    }

    void A10_A29_isTheUsersOnly()
    {
        storeCachedDocument(folder(), here, {"\"e\"", {}, document});
        const QString path = onlyFile();
        QVERIFY(!path.isEmpty());
#ifdef Q_OS_UNIX
        const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther |
                            QFile::WriteOther | QFile::ExeOther;
        QVERIFY(!(QFileInfo(folder()).permissions() & others));
#endif
        // The token of the URL stands in no name, in no form, and in no file.
        QVERIFY2(QFileInfo(path).fileName().size() == 64, qPrintable(path));
        QVERIFY(!path.contains(QStringLiteral("CANARY")));
        QVERIFY(!readAll(path).contains("CANARY"));
    }
};

QTEST_GUILESS_MAIN(TestIndexCache)
#include "tst_indexcache.moc"

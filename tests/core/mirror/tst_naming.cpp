// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/layout/naming.h"

#include "core/conda/repodata.h"
#include "core/oci/reference.h"
#include "tests/paths.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

using namespace condaoci;
using namespace condaoci::mirror;

class TestNaming : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void S02_escapesAndReadsBack_data()
    {
        QTest::addColumn<QString>("fileName");
        QTest::addColumn<QString>("repository"); // empty: refused
        QTest::addColumn<QString>("tag");
        QTest::newRow("plain") << "zlib-1.2.11-0.conda"
                               << "chan/linux-64/zlib"
                               << "1.2.11-0";
        QTest::newRow("leading underscore") << "_libgcc_mutex-0.1-main.conda"
                                            << "chan/linux-64/zzz_libgcc_mutex"
                                            << "0.1-main";
        QTest::newRow("two leading underscores") << "__x-1-0.conda"
                                                 << "chan/linux-64/zzz__x"
                                                 << "1-0";
        QTest::newRow("plus, epoch") << "a-1!2.0+abc-h1_0.tar.bz2"
                                     << "chan/linux-64/a"
                                     << "1__e__2.0__p__abc-h1_0";
        QTest::newRow("equals") << "a-1=2-0.conda"
                                << "chan/linux-64/a"
                                << "1__eq__2-0";
        QTest::newRow("dashes in the name") << "a-b-c-1.0-0.conda"
                                            << "chan/linux-64/a-b-c"
                                            << "1.0-0";
        QTest::newRow("dot in the name") << "backports.zoneinfo-0.2-py_0.conda"
                                         << "chan/linux-64/backports.zoneinfo"
                                         << "0.2-py_0";
        QTest::newRow("escape text in the version") << "a-1__p__2-0.conda"
                                                    << ""
                                                    << "";
        QTest::newRow("escape text in the name") << "zzz_a-1-0.conda"
                                                 << ""
                                                 << "";
        QTest::newRow("name ends in an underscore") << "a_-1-0.conda"
                                                    << ""
                                                    << "";
        QTest::newRow("three underscores in the name") << "a___b-1-0.conda"
                                                       << ""
                                                       << "";
        QTest::newRow("characters that tags lack") << "a-1~2-0.conda"
                                                   << ""
                                                   << "";
        QTest::newRow("tag of 128") << QStringLiteral("a-") + QString(126, QLatin1Char('1')) +
                                           QStringLiteral("-0.conda")
                                    << "chan/linux-64/a" << QString(126, QLatin1Char('1')) + QStringLiteral("-0");
        QTest::newRow("tag of 129") << QStringLiteral("a-") + QString(127, QLatin1Char('1')) +
                                           QStringLiteral("-0.conda")
                                    << ""
                                    << "";
    }
    void S02_escapesAndReadsBack()
    {
        QFETCH(QString, fileName);
        QFETCH(QString, repository);
        QFETCH(QString, tag);
        const QByteArray utf8 = fileName.toUtf8();
        const auto name =
            conda::parsePackageFileName(std::string_view(utf8.constData(), static_cast<size_t>(utf8.size())));
        QVERIFY(name);
        const QString gotRepository =
            naming::repository(QStringLiteral("chan"), QStringLiteral("linux-64"), name->name);
        const QString gotTag = naming::tag(name->version, name->build);
        const auto checked = naming::check(QStringLiteral("ghcr.io"), gotRepository, gotTag, *name);
        if (repository.isEmpty()) {
            QVERIFY(!checked);
            QCOMPARE(checked.error().kind, ErrorKind::Config);
            return;
        }
        QVERIFY2(checked, checked ? "" : qPrintable(checked.error().message));
        QCOMPARE(gotRepository, repository);
        QCOMPARE(gotTag, tag);
        QCOMPARE(naming::decodeName(gotRepository.section(QLatin1Char('/'), -1)).toStdString(),
                 std::string(name->name));
        QCOMPARE(naming::decodeTag(gotTag).toStdString(), std::string(name->version) + '-' + std::string(name->build));
    }

    void S01_countsTheHost()
    {
        const auto name = *conda::parsePackageFileName("a-1-0.conda");
        const QString prefix = QString(230, QLatin1Char('x'));
        QVERIFY(naming::check(QStringLiteral("ghcr.io"), prefix + QStringLiteral("/c/noarch/a"), naming::tag("1", "0"),
                              name));
        QVERIFY(!naming::check(QStringLiteral("a-longer-host.example.com"), prefix + QStringLiteral("/c/noarch/a"),
                               naming::tag("1", "0"), name));
    }

    /// No two packages of the real channels fall on one place, and each place reads back.
    void S02_isOneToOneOnRealChannels()
    {
        QHash<QString, QString> places;
        qsizetype seen = 0;
        QDirIterator files(QStringLiteral(CORPUS_DIR), {QStringLiteral("repodata.json")}, QDir::Files,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto repodata = conda::Repodata::parse(file.readAll());
            if (!repodata)
                continue;
            for (const auto& record : (*repodata)->records()) {
                const conda::PackageName name{record.name, record.version, record.build, record.format};
                const QString repository = naming::repository(QStringLiteral("c"), QStringLiteral("s"), record.name);
                const QString tag = naming::tag(record.version, record.build);
                if (!naming::check(QStringLiteral("ghcr.io"), repository, tag, name))
                    continue;
                ++seen;
                const QString stem = QString::fromUtf8(
                    record.fileName.data(),
                    static_cast<qsizetype>(record.fileName.size() - conda::extension(record.format).size()));
                const auto known = places.constFind(repository + QLatin1Char(':') + tag);
                QVERIFY2(known == places.cend() || *known == stem, qPrintable(stem));
                places.insert(repository + QLatin1Char(':') + tag, stem);
            }
        }
        QVERIFY(seen > 10);
    }

    void writesTimesInUtc()
    {
        QCOMPARE(naming::timeText(0), QStringLiteral("1970.01.01.00.00"));
        QCOMPARE(naming::timeText(1'700'000'000'000), QStringLiteral("2023.11.14.22.13"));
    }

    void F21_P_ownTagsNeverCollide()
    {
        const QDateTime time = QDateTime::fromMSecsSinceEpoch(1'700'000'000'000, Qt::UTC);
        const QString tag = naming::ownTag(time);
        QVERIFY2(tag.startsWith(QStringLiteral("2023.11.14.22.13.20-")), qPrintable(tag));
        QCOMPARE(tag.size(), 36);
        QVERIFY(oci::isTag(tag));
        QVERIFY(naming::isOwnTag(tag));
        QVERIFY(tag != naming::ownTag(time));
        QCOMPARE(naming::timeOfTag(tag).value_or(QDateTime()), time);
        QCOMPARE(naming::ownTag(time.toOffsetFromUtc(7200)).left(19), tag.left(19));
    }

    void readsTimesOfTags_data()
    {
        QTest::addColumn<QString>("tag");
        QTest::addColumn<QString>("time"); ///< ISO 8601, empty: it is of no time
        QTest::addColumn<bool>("isOwn");

        QTest::newRow("its own") << "2026.12.01.02.03.04-0a"
                                 << "2026-12-01T02:03:04Z" << true;
        QTest::newRow("of version 0.1 and the predecessor") << "2026.12.01.02.03"
                                                            << "2026-12-01T02:03:00Z" << false;
        QTest::newRow("leap day") << "2024.02.29.00.00.00-x"
                                  << "2024-02-29T00:00:00Z" << true;
        QTest::newRow("no leap day") << "2026.02.29.00.00.00-x"
                                     << "" << false;
        QTest::newRow("without the random part") << "2026.12.01.02.03.04-"
                                                 << "" << false;
        QTest::newRow("seconds alone") << "2026.12.01.02.03.04"
                                       << "" << false;
        QTest::newRow("a version") << "2026.12.01-0"
                                   << "" << false;
        QTest::newRow("latest") << "latest"
                                << "" << false;
        QTest::newRow("other text behind the minute") << "2026.12.01.02.03-x"
                                                      << "" << false;
        QTest::newRow("hour 24") << "2026.12.01.24.00.00-x"
                                 << "" << false;
        QTest::newRow("empty") << ""
                               << "" << false;
    }
    void readsTimesOfTags()
    {
        QFETCH(QString, tag);
        QFETCH(QString, time);
        const auto read = naming::timeOfTag(tag);
        QCOMPARE(read ? read->toUTC().toString(Qt::ISODate) : QString(), time);
        QTEST(naming::isOwnTag(tag), "isOwn");
    }
};

QTEST_GUILESS_MAIN(TestNaming)
#include "tst_naming.moc"

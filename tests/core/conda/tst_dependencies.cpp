// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/dependencies.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::conda;

namespace {

/// An index from lines "NAME VERSION NUMBER | DEPENDENCY, …".
std::shared_ptr<const Repodata> index(const QStringList& lines)
{
    QStringList records;
    for (const QString& line : lines) {
        const QStringList parts = line.section(QLatin1Char('|'), 0, 0).simplified().split(QLatin1Char(' '));
        QStringList depends;
        for (const QString& one : line.section(QLatin1Char('|'), 1).split(QLatin1Char(','), Qt::SkipEmptyParts))
            depends.append(QLatin1Char('"') + one.trimmed() + QLatin1Char('"'));
        records.append(QStringLiteral("\"%1-%2-h_%3.conda\":{\"name\":\"%1\",\"version\":\"%2\",\"build\":\"h_%3\","
                                      "\"build_number\":%3,\"depends\":[%4]}")
                           .arg(parts[0], parts[1], parts[2], depends.join(QLatin1Char(','))));
    }
    return *Repodata::parse("{\"packages.conda\":{" + records.join(QLatin1Char(',')).toUtf8() + "}}");
}

QString names(const std::vector<const PackageRecord*>& records)
{
    QStringList list;
    for (const PackageRecord* record : records)
        list.append(QString::fromUtf8(record->fileName.data(), static_cast<qsizetype>(record->fileName.size() - 6)));
    list.sort();
    return list.join(QLatin1Char(' '));
}

} // namespace

class TestDependencies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheNewest_data()
    {
        QTest::addColumn<QStringList>("lines");
        QTest::addColumn<QString>("expected");
        const auto lines = [](const char* text) { return QString::fromLatin1(text).split(QLatin1Char(';')); };
        QTest::newRow("by conda's ordering, not as text") << lines("a 1.9 0;a 1.10 0") << "a-1.10-h_0";
        QTest::newRow("highest build number") << lines("a 1 0;a 1 10;a 1 9") << "a-1-h_10";
        QTest::newRow("equal versions, spelled in two ways")
            << lines("a 1.0 3;a 1.0.0 3;a 1.0 2") << "a-1.0-h_3 a-1.0.0-h_3";
        QTest::newRow("each name") << lines("a 1 0;b 1 0;b 2rc1 0;b 2 0") << "a-1-h_0 b-2-h_0";
        QTest::newRow("epoch") << lines("a 9999 0;a 1!0.1 0") << "a-1!0.1-h_0";
        QTest::newRow("a version that conda can't read") << lines("a 1 0;a ... 0") << "a-1-h_0";
        QTest::newRow("no version that it can read") << lines("a ... 0;b 1 0") << "a-...-h_0 b-1-h_0";
    }
    void keepsTheNewest()
    {
        QFETCH(QStringList, lines);
        const auto repodata = index(lines);
        std::vector<const PackageRecord*> records;
        for (const PackageRecord& record : repodata->records())
            records.push_back(&record);
        keepNewest(records);
        QTEST(names(records), "expected");
    }

    void followsDependencies_data()
    {
        QTest::addColumn<bool>("newestOnly");
        QTest::addColumn<QString>("root");
        QTest::addColumn<QString>("needed");
        QTest::addColumn<QString>("unmet");
        const QString none;
        QTest::newRow("transitively, newest") << true << "app"
                                              << "lib-2.1-h_0 zlib-1.3-h_1" << none;
        QTest::newRow("transitively, all that match")
            << false << "app"
            << "lib-2.0-h_0 lib-2.1-h_0 zlib-1.2-h_0 zlib-1.3-h_0 zlib-1.3-h_1" << none;
        QTest::newRow("constraints narrow") << true << "old"
                                            << "lib-1.0-h_0 zlib-1.2-h_0" << none;
        QTest::newRow("into noarch and back") << true << "pure"
                                              << "lib-2.1-h_0 tool-1-h_0 zlib-1.3-h_1" << none;
        QTest::newRow("circles end") << true << "left"
                                     << "right-1-h_0" << none;
        QTest::newRow("virtual packages are the machine's") << true << "native" << none << none;
        QTest::newRow("what is missing is named once")
            << true << "broken"
            << "also-1-h_0"
            << "broken-1-h_0 needs nowhere >=9; broken-1-h_0 needs zlib >=99";
    }
    void followsDependencies()
    {
        QFETCH(bool, newestOnly);
        QFETCH(QString, root);
        const auto lines = [](const char* text) { return QString::fromLatin1(text).split(QLatin1Char(';')); };
        const auto linux64 = index(lines("app 1 0|lib >=2.0;old 1 0|lib <2;lib 1.0 0|zlib 1.2.*;lib 2.0 0|zlib;lib 2.1 "
                                         "0|zlib >=1.2;zlib 1.2 0;zlib 1.3 0;zlib 1.3 1;"
                                         "left 1 0|right;right 1 0|left;native 1 0|__glibc >=2.17, __linux;broken 1 "
                                         "0|nowhere >=9, zlib >=99, also;also 1 0|nowhere >=9"));
        const auto noarch = index(lines("pure 1 0|tool;tool 1 0|lib"));
        std::vector<const PackageRecord*> roots;
        for (const auto& one : {linux64, noarch}) {
            for (const PackageRecord& record : one->records()) {
                if (record.name == root.toStdString())
                    roots.push_back(&record);
            }
        }
        QCOMPARE(roots.size(), 1U);
        const auto closure = dependencyClosure({linux64.get(), noarch.get()}, roots, newestOnly);
        std::vector<const PackageRecord*> needed;
        for (const NeededPackage& one : closure.needed) {
            QVERIFY(one.by);
            QCOMPARE(one.index, one.record->name == "tool" ? 1U : 0U);
            needed.push_back(one.record);
        }
        QTEST(names(needed), "needed");
        QTEST(closure.unmet.join(QStringLiteral("; ")), "unmet");
    }
};

QTEST_GUILESS_MAIN(TestDependencies)
#include "tst_dependencies.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/dependencies.h"

#include <QTest>

using namespace condaoci;
using namespace condaoci::conda;

namespace {

/// An index from lines "NAME VERSION NUMBER | DEPENDENCY, …", in which ; is a comma and $ a semicolon.
std::shared_ptr<const Repodata> index(const QStringList& lines)
{
    QStringList records;
    for (const QString& line : lines) {
        const QStringList parts = line.section(QLatin1Char('|'), 0, 0).simplified().split(QLatin1Char(' '));
        QStringList depends;
        for (const QString& one : line.section(QLatin1Char('|'), 1).split(QLatin1Char(','), Qt::SkipEmptyParts))
            depends.append(
                QLatin1Char('"') +
                one.trimmed().replace(QLatin1Char(';'), QLatin1Char(',')).replace(QLatin1Char('$'), QLatin1Char(';')) +
                QLatin1Char('"'));
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

QStringList words(std::initializer_list<const char*> texts)
{
    QStringList list;
    for (const char* text : texts)
        list.append(QLatin1String(text));
    return list;
}

DependencyClosure closureOf(const Repodata& all, const QString& root, bool newestOnly)
{
    std::vector<const PackageRecord*> roots;
    for (const PackageRecord& record : all.records()) {
        if (record.name == root.section(QLatin1Char(' '), 0, 0).toStdString() &&
            record.version == root.section(QLatin1Char(' '), 1).toStdString())
            roots.push_back(&record);
    }
    return dependencyClosure({&all}, roots, newestOnly);
}

std::vector<const PackageRecord*> neededBy(const DependencyClosure& closure)
{
    std::vector<const PackageRecord*> records;
    for (const NeededPackage& one : closure.needed)
        records.push_back(one.record);
    return records;
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

    // mamba asks for pip beside python, conda's classic solver takes it for one of python's dependencies.
    void W22_pipComesWithPython_data()
    {
        QTest::addColumn<QString>("root");
        QTest::addColumn<bool>("newestOnly");
        QTest::addColumn<QString>("needed");
        QTest::newRow("python itself") << "python 3.11" << false << "pip-23-h_0 pip-24-h_0 setuptools-70-h_0";
        QTest::newRow("newest") << "python 3.11" << true << "pip-24-h_0 setuptools-70-h_0";
        QTest::newRow("an old python") << "python 2.7" << false << "pip-19-h_0 setuptools-40-h_0";
        QTest::newRow("by a dependency") << "app 1" << true << "pip-24-h_0 python-3.12-h_0 setuptools-70-h_0";
        QTest::newRow("pip itself") << "pip 24" << true << "python-3.12-h_0 setuptools-70-h_0";
        QTest::newRow("no python") << "zlib 1" << false << "";
    }
    void W22_pipComesWithPython()
    {
        QFETCH(QString, root);
        QFETCH(bool, newestOnly);
        const auto all = index(
            words({"python 2.7 0|zlib", "python 3.11 0", "python 3.12 0", "zlib 1 0", "app 1 0|python >=3",
                   "pip 19 0|python >=2.7;<3,setuptools <50", "pip 23 0|python >=3.8,setuptools",
                   "pip 24 0|python >=3.8,setuptools", "setuptools 40 0|python <3", "setuptools 70 0|python >=3"}));
        const auto closure = closureOf(*all, root, newestOnly);
        QTEST(names(neededBy(closure)).remove(QStringLiteral("zlib-1-h_0")).trimmed(), "needed");
        QCOMPARE(closure.unmet, QStringList());
    }

    // The channel may have a python and no pip.
    void W22_whereThereIsNoPip()
    {
        const auto all = index(words({"python 3.11 0"}));
        const auto closure = closureOf(*all, QStringLiteral("python 3.11"), false);
        QVERIFY(closure.needed.empty() && closure.unmet.isEmpty());
    }

    // Forms of 2026 that are not understood name a package all the same.
    void W22_takesByNameWhatItCanNotRead_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("needed");
        QTest::addColumn<bool>("isUnread");
        const QString both = QStringLiteral("lib-1-h_0 lib-2-h_0");
        QTest::newRow("condition in brackets") << "lib[when=\\\"__linux\\\"]" << both << true;
        QTest::newRow("extras") << "lib[default]" << both << true;
        QTest::newRow("extras and a version") << "lib[default;data] >=2;<3"
                                              << "lib-2-h_0" << true;
        QTest::newRow("condition behind") << "lib >=2$ if python <3"
                                          << "lib-2-h_0" << true;
        QTest::newRow("a version that is none") << "lib >>1" << both << true;
        QTest::newRow("a channel") << "conda-forge::lib[flags=cpu]" << both << true;
        QTest::newRow("plain") << "lib >=2"
                               << "lib-2-h_0" << false;
        QTest::newRow("nothing to be read") << "<lib"
                                            << "" << false;
        QTest::newRow("not there") << "else[when=x]"
                                   << "" << false;
    }
    void W22_takesByNameWhatItCanNotRead()
    {
        QFETCH(QString, spec);
        QFETCH(bool, isUnread);
        QFETCH(QString, needed);
        const auto all = index(QStringList{QStringLiteral("app 1 0|") + spec} + words({"lib 1 0", "lib 2 0"}));
        const auto closure = closureOf(*all, QStringLiteral("app 1"), false);
        QCOMPARE(names(neededBy(closure)), needed);
        QCOMPARE(closure.unread.size(), isUnread ? 1 : 0);
        QCOMPARE(closure.unmet.size(), needed.isEmpty() ? 1 : 0);
    }
};

QTEST_GUILESS_MAIN(TestDependencies)
#include "tst_dependencies.moc"

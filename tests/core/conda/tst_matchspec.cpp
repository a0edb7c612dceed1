// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/matchspec.h"
#include "core/conda/repodata.h"
#include "tests/paths.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace condaoci;
using conda::MatchSpec;

class TestMatchSpec : public QObject
{
    Q_OBJECT

    static std::shared_ptr<const conda::Repodata> load(const QString& path)
    {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return nullptr;
        auto parsed = conda::Repodata::parse(file.readAll());
        return parsed ? *parsed : nullptr;
    }

private Q_SLOTS:
    // Computed with conda 26.7 over real indexes.
    void matchesWhatCondaMatches_data()
    {
        QFile file(QStringLiteral(CORPUS_DIR "/matchspec/matches.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QJsonObject>("expected");
        const QJsonObject all = QJsonDocument::fromJson(file.readAll()).object();
        QVERIFY(all.size() > 20);
        for (auto it = all.begin(); it != all.end(); ++it)
            QTest::newRow(qPrintable(it.key())) << it.key() << it.value().toObject();
    }
    void matchesWhatCondaMatches()
    {
        QFETCH(QString, spec);
        QFETCH(QJsonObject, expected);
        const auto parsed = MatchSpec::parse(spec.toStdString());
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        static std::map<QString, std::shared_ptr<const conda::Repodata>> indexes;
        const QDir folder(QStringLiteral(CORPUS_DIR "/repodata"));
        for (const QString& name : folder.entryList({QStringLiteral("*.json")})) {
            const QString stem = name.chopped(5);
            if (!indexes.contains(stem))
                indexes[stem] = load(folder.filePath(name));
            QVERIFY(indexes[stem]);
            QStringList found;
            for (const auto& record : indexes[stem]->records()) {
                if (parsed->matches(record))
                    found.append(QString::fromUtf8(record.fileName.data(), qsizetype(record.fileName.size())));
            }
            QStringList wanted;
            for (const auto& value : expected.value(stem).toArray())
                wanted.append(value.toString());
            found.sort();
            wanted.sort();
            QCOMPARE(found, wanted);
        }
    }

    void matches_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<bool>("expected");
        for (const char* spec : {"zlib",
                                 "ZLIB",
                                 "z*",
                                 "*",
                                 "zlib 1.2.11",
                                 "zlib==1.2.11",
                                 "zlib=1.2",
                                 "zlib=1.2.11=h7b_3",
                                 "zlib 1.2.* h7b*",
                                 "zlib>=1.2,<2",
                                 "zlib >=1.2, <2",
                                 "zlib[version='>=1.2,<2']",
                                 "zlib[build=h7b*]",
                                 "zlib[build_number=3]",
                                 "zlib[build_number='>=3']",
                                 "zlib[subdir=linux-64]",
                                 "conda-forge::zlib",
                                 "conda-forge/linux-64::zlib",
                                 "zlib-1.2.11-h7b_3.conda",
                                 "zlib (>=1|<0),!=5",
                                 "zlib >=1.0,(<1.2|>1.2.10)",
                                 "zlib ~=1.2.3",
                                 "zlib # a comment",
                                 "zlib[md5=AB3456789012345678901234567890AB]",
                                 "^z.*b$",
                                 "zlib=",
                                 "zlib =",
                                 "zlib[]",
                                 "z[a-l]ib",
                                 "[!a]lib",
                                 "z[lm]i*",
                                 "zlib[version==1.2.11]",
                                 "^[z].*$",
                                 "^z(?!x).*$",
                                 "^[z].*$[build=h7b*]",
                                 "linux-64::zlib",
                                 "conda-forge::^[z].*$",
                                 "https://h/c/linux-64::zlib",
                                 "https://h/c::zlib",
                                 "zlib[channel=https://h/c/linux-64]",
                                 "zlib[channel=conda-forge]",
                                 "zlib[channel='conda-forge/linux-64']"})
            QTest::addRow("matches %s", spec) << QString::fromLatin1(spec) << true;
        for (const char* spec :
             {"zli", "zlib2", "zlib 1.2", "zlib=1.3", "zlib=1.2.11=other", "zlib>=2", "zlib[build_number=4]",
              "conda-forge/osx-64::zlib", "zlib-1.2.11-h7b_3.tar.bz2", "zlib[version='<1']", "z[m-z]ib", "[!z]lib",
              "zli[c-d]", "linux-32::zlib", "https://h/c/linux-32::zlib", "zlib[channel=https://h/c/osx-64]",
              "zlib[channel='conda-forge/noarch']"})
            QTest::addRow("does not match %s", spec) << QString::fromLatin1(spec) << false;
    }
    void matches()
    {
        QFETCH(QString, spec);
        conda::PackageRecord record;
        record.fileName = "zlib-1.2.11-h7b_3.conda";
        record.name = "zlib";
        record.version = "1.2.11";
        record.build = "h7b_3";
        record.buildNumber = 3;
        record.subdir = "linux-64";
        record.md5 = "ab3456789012345678901234567890ab";
        const auto parsed = MatchSpec::parse(spec.toStdString());
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        QTEST(parsed->matches(record), "expected");
    }

    void W20_saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* spec, const char* says) {
            QTest::newRow(spec) << QString::fromLatin1(spec) << QString::fromLatin1(says);
        };
        // What a script writes whose variable is empty; without the condition it would be everything.
        row("zlib==", "==");
        row("zlib ==", "==");
        row("zlib>=", ">=");
        row("zlib<", "<");
        row("zlib=1=", "=1=");
        row("zlib==1=", "==1=");
        row("zlib>=1,", ">=1,");
        row("zlib[version=]", "version has no value");
        row("zlib[version='']", "version has no value");
        row("zlib[build=]", "build has no value");
        row("zlib[build=\"\", version='>1']", "build has no value");
        row("zlib[subdir= ]", "subdir has no value");
        row("zlib[channel=]", "channel has no value");
        row("", "it is empty");
        row("  ", "it is empty");
        row("# nothing", "it is empty");
        row("::zlib", "the channel is missing");
        row("conda-forge::", "it has no package name");
        row("[build=x]", "it has no package name");
        // A channel or a platform counts, so there can be only one.
        row("conda-forge::zlib[channel=defaults]", "a channel twice");
        row("linux-64::zlib[subdir=osx-64]", "two platforms");
        // The reason is the reason.
        row("x[extras=[a, b]]", "the key extras is not supported");
        row("pkg[when=__win, extras=[a,b], flags=cpu]", "the key extras is not supported");
        row("x; if python >=3", "conditions");
        row("zlib[version]", "expected key=value");
        row("ray[default]", "expected key=value");
        row("ray[default,data]", "expected key=value");
        row("a,b", "name each by itself");
        row("https://me:CANARY@h/c::zlib>=", "***");
    }
    void W20_saysWhatIsWrong()
    {
        QFETCH(QString, spec);
        QFETCH(QString, says);
        const auto parsed = MatchSpec::parse(spec.toStdString());
        QVERIFY(!parsed);
        QVERIFY2(parsed.error().message.contains(says), qPrintable(parsed.error().message));
        QVERIFY2(!parsed.error().message.contains(QLatin1String("CANARY")), qPrintable(parsed.error().message));
    }

    void W20_knowsItsChannel_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("channel");
        QTest::newRow("none") << "zlib"
                              << "";
        QTest::newRow("a name") << "defaults::zlib"
                                << "defaults";
        QTest::newRow("a label") << "conda-forge/label/dev::zlib"
                                 << "conda-forge/label/dev";
        QTest::newRow("a label that looks like a platform") << "conda-forge/label-x::zlib"
                                                            << "conda-forge/label-x";
        QTest::newRow("with a platform") << "conda-forge/noarch::zlib"
                                         << "conda-forge";
        QTest::newRow("a platform alone") << "linux-64::zlib"
                                          << "";
        QTest::newRow("a URL") << "https://h/c/osx-arm64/::zlib"
                               << "https://h/c";
        QTest::newRow("a key") << "zlib[channel='https://h/c']"
                               << "https://h/c";
    }
    void W20_knowsItsChannel()
    {
        QFETCH(QString, spec);
        const auto parsed = MatchSpec::parse(spec.toStdString());
        QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
        QTEST(QString::fromStdString(parsed->channel()), "channel");
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("spec");
        for (const char* spec : {"", " ", ">=1", "zlib >>1", "zlib >", "zlib[", "zlib[version]", "zlib[version='>=1]",
                                 "zlib[url=x]", "zlib (1.2", "zlib 1.2)", "zlib ^1.2", "zlib ^($", "zlib >=1,",
                                 "zlib 1..2", "zlib ~=1", "zlib[nonsense=1]", "a/b.conda/../c.conda[", "x.conda"})
            QTest::addRow("'%s'", spec) << QString::fromLatin1(spec);
        QTest::newRow("deep") << QStringLiteral("zlib ") + QString(1000, QLatin1Char('('));
    }
    void refuses()
    {
        QFETCH(QString, spec);
        const auto parsed = MatchSpec::parse(spec.toStdString());
        QVERIFY(!parsed);
        QCOMPARE(parsed.error().kind, ErrorKind::Parse);
        QVERIFY(!parsed.error().message.isEmpty());
    }

    /// Over every index of the corpus: what a filter finds is what its specifications match.
    void filtersAsItsSpecificationsMatch()
    {
        std::vector<MatchSpec> specs;
        for (const char* text : {"*zlib*", "z*b", "*", "lib*-*", "*a*a*", "zlib>=1.2.11", "python=3.1*", "ab*ba"}) {
            const auto spec = MatchSpec::parse(text);
            QVERIFY2(spec, text);
            specs.push_back(*spec);
        }
        const QDir folder(QStringLiteral(CORPUS_DIR "/repodata"));
        qsizetype asked = 0;
        for (const QString& name : folder.entryList({QStringLiteral("*.json")}, QDir::Files)) {
            const auto index = load(folder.filePath(name));
            for (size_t from = 0; index && from < specs.size(); ++from) {
                const std::vector some(specs.begin() + static_cast<std::ptrdiff_t>(from), specs.end());
                conda::RecordFilter filter(some);
                for (const auto& record : index->records()) {
                    const bool matches =
                        std::any_of(some.begin(), some.end(), [&](const auto& spec) { return spec.matches(record); });
                    QCOMPARE(filter.matches(record), matches);
                    ++asked;
                }
            }
        }
        QVERIFY(asked > 100);
    }

    void knowsItsExactName()
    {
        QCOMPARE(MatchSpec::parse("zlib>=1")->exactName(), std::string_view("zlib"));
        QVERIFY(MatchSpec::parse("z*")->exactName().empty());
    }
};

QTEST_GUILESS_MAIN(TestMatchSpec)
#include "tst_matchspec.moc"

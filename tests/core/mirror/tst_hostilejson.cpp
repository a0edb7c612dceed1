// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/conda/environment.h"
#include "core/conda/indexer.h"
#include "core/conda/packagearchive.h"
#include "core/conda/repodata.h"
#include "core/http/message.h"
#include "core/mirror/copy/copyspec.h"
#include "core/mirror/request/copyrequest.h"
#include "core/oci/imagelayout.h"
#include "core/oci/listpage.h"
#include "core/oci/manifest.h"
#include "core/oci/tokenserver.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;

namespace {

/// JSON with ' for ", since moc of Qt 6.4 stumbles over raw strings with quotation marks.
QByteArray q(QByteArray json)
{
    return json.replace('\'', '"');
}

const QByteArray descriptor = q("{'digest':'sha256:") + QByteArray(64, 'a') + q("','size':1}");

/// Something that reads JSON of others, with a document that it takes: the beginning, where a field can follow.
struct Reader
{
    const char* name;
    QByteArray begin;
    std::function<bool(const QByteArray&)> takes;
};

bool layoutTakes(const QByteArray& json)
{
    const QTemporaryDir folder;
    QFile index(folder.filePath(QStringLiteral("index.json")));
    if (!index.open(QIODevice::WriteOnly) || index.write(json) != json.size())
        qFatal("no temporary file");
    index.close();
    oci::ImageLayout layout(folder.path());
    return layout.tags(QStringLiteral("a")).has_value();
}

std::vector<Reader> readers()
{
    return {
        {"manifest", q("{'schemaVersion':2,'layers':[],'config':") + descriptor,
         [](const QByteArray& json) { return oci::Manifest::parse(json).has_value(); }},
        {"repodata", q("{'packages':{}"),
         [](const QByteArray& json) { // what is wrong within one key is refused by its name (W05)
             const auto parsed = conda::Repodata::parse(json);
             return parsed && (*parsed)->refused().empty();
         }},
        {"index.json", q("{'name':'x','version':'1','build':'0'"),
         [](const QByteArray& json) {
             return conda::checkIndexJson(json, {"x", "1", "0", conda::Format::Conda}).has_value() &&
                    conda::makeRecord(json, sumsOfBytes("x")).has_value();
         }},
        {"token", q("{'token':'t'"), [](const QByteArray& json) { return oci::parseTokenReply(json).has_value(); }},
        {"tag list", q("{'tags':['a']"),
         [](const QByteArray& json) { return oci::parseListPage(json, QStringLiteral("tags")).has_value(); }},
        {"layout", q("{'manifests':[]"), layoutTakes},
        {"job", q("{'verb':'mirror'"),
         [](const QByteArray& json) {
             return mirror::requestFromJson(QJsonDocument::fromJson(json).object()).has_value();
         }},
    };
}

} // namespace

/// Documents that are made to exhaust, or to be read differently by another reader, for everything that reads JSON.
class TestHostileJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void A20_Q15_readersEndCleanly_data()
    {
        QTest::addColumn<int>("reader");
        QTest::addColumn<QByteArray>("end"); // from the comma behind Reader::begin
        QTest::addColumn<bool>("isJson");
        QByteArray keys;
        for (int i = 0; i < 200'000; ++i) // of a million below: the documents of a registry end at 8 MiB
            keys += ",\"k" + QByteArray::number(i) + "\":0";
        const auto all = readers();
        for (int i = 0; i < static_cast<int>(all.size()); ++i) {
            const auto row = [&](const char* label, const QByteArray& end, bool isJson) {
                QTest::addRow("A20 %s, %s", all[static_cast<size_t>(i)].name, label) << i << end << isJson;
            };
            row("as it is", "}", true);
            row("many keys", keys + '}', true);
            row("a string of 4 MB", q(",'x':'") + QByteArray(4'000'000, 'x') + q("'}"), true);
            row("a number of 100 kB", q(",'x':") + QByteArray(100'000, '9') + '}', true);
            row("depth 1025", q(",'x':") + QByteArray(1025, '[') + QByteArray(1025, ']') + '}', false);
            row("depth 1025 of objects", q(",'x':") + q("{'x':").repeated(1025) + '0' + QByteArray(1026, '}'), false);
            row("a million open", q(",'x':") + QByteArray(1'000'000, '['), false);
            row("invalid UTF-8", q(",'x':'\xc3\x28'}"), false);
            row("overlong UTF-8", q(",'x':'\xc0\xaf'}"), false);
            row("UTF-8 of a surrogate", q(",'x':'\xed\xa0\x80'}"), false);
            row("NaN", q(",'x':NaN}"), false);
            row("Infinity", q(",'x':-Infinity}"), false);
            row("NUL behind it", QByteArray("}\0", 2), false);
            row("something behind it", "}{}", false);
            row("cut", q(",'x':'"), false);
            row("a comma too much", ",}", false);
            row("a comment", "/**/}", false);
        }
    }
    void A20_Q15_readersEndCleanly()
    {
        QFETCH(int, reader);
        QFETCH(QByteArray, end);
        QFETCH(bool, isJson);
        const Reader one = readers()[static_cast<size_t>(reader)];
        QElapsedTimer timer;
        timer.start();
        const bool takes = one.takes(one.begin + end);
        QVERIFY2(timer.elapsed() < 20'000, "no hang");
        // A number that is none may be refused or passed over, and is by some.
        if (!end.contains("99999"))
            QCOMPARE(takes, isJson);
    }

    void A20_aByteOrderMarkIsNoManifest()
    {
        const QByteArray manifest = readers()[0].begin + '}';
        QVERIFY(oci::Manifest::parse(manifest));
        QVERIFY(!oci::Manifest::parse("\xef\xbb\xbf" + manifest));
        QVERIFY(!conda::Repodata::parse("\xef\xbb\xbf{\"packages\":{}}"));
    }

    void A20_errorBodiesAreShownInAnyState_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("A20 deep") << QByteArray("[").repeated(limits::errorBodyRead);
        QTest::newRow("A20 many errors") << "{\"errors\":[" + QByteArray("{\"code\":\"X\"},").repeated(5'000) + "{}]}";
        QTest::newRow("A20 no UTF-8") << QByteArray("\xff\xfe\x80").repeated(20'000);
        QTest::newRow("A20 one long word") << QByteArray(limits::errorBodyRead, 'a');
        QTest::newRow("A20 like schemes") << QByteArray("a:/").repeated(limits::errorBodyRead / 3);
        QTest::newRow("A20 like secrets") << QByteArray("token= ").repeated(limits::errorBodyRead / 7);
        QTest::newRow("A20 like user info") << QByteArray("http://u:").repeated(limits::errorBodyRead / 9);
        QTest::newRow("A20 NUL") << QByteArray(limits::errorBodyRead, '\0');
    }
    void A20_errorBodiesAreShownInAnyState()
    {
        QFETCH(QByteArray, body);
        http::Response response;
        response.status = 500;
        response.body = body;
        QElapsedTimer timer;
        timer.start();
        const Error error = http::statusError({}, response, QStringLiteral("refused"));
        QVERIFY2(timer.elapsed() < 5'000, "no hang");
        QVERIFY(error.message.size() < 2 * limits::errorTextShown);
    }

    void Z08_errorBodiesHoldNoMarkupAndNoCutSecret()
    {
        http::Response response;
        response.status = 500;
        response.body = "Error: <script>x</script> 1 < 2";
        QCOMPARE(http::statusError({}, response, QStringLiteral("refused")).message,
                 QStringLiteral("refused (HTTP status 500): Error: \u2039script>x\u2039/script> 1 < 2"));
        // However long it is, and wherever it is cut, a password is not taken for a host.
        for (int before = 1980; before < 2010; ++before) {
            response.body = "token=" + QByteArray(before - 20, 'x') + " https://u:CANARY@host/";
            QVERIFY(
                !http::statusError({}, response, QStringLiteral("refused")).message.contains(QLatin1String("CANARY")));
            response.body = "https://u:CANARY" + QByteArray(before, 'x') + "@host/";
            QVERIFY(
                !http::statusError({}, response, QStringLiteral("refused")).message.contains(QLatin1String("CANARY")));
        }
    }

    void A20_lockFilesEndCleanly_data()
    {
        QTest::addColumn<QByteArray>("yaml");
        QTest::newRow("A20 deep") << "version: 6\npackages: " + QByteArray(100'000, '[');
        QTest::newRow("A20 deep maps") << "version: 6\npackages: " + QByteArray("{a: ").repeated(100'000);
        QTest::newRow("A20 deep lists") << "version: 6\npackages:\n" + QByteArray("- ").repeated(100'000);
        QByteArray laughs = "version: 6\na0: &a0 [x,x]\n";
        for (int i = 1; i < 40; ++i)
            laughs += "a" + QByteArray::number(i) + ": &a" + QByteArray::number(i) + " [*a" +
                      QByteArray::number(i - 1) + ",*a" + QByteArray::number(i - 1) + "]\n";
        QTest::newRow("A20 a billion laughs") << laughs + "packages: *a39\n";
        QTest::newRow("A20 itself") << QByteArray("version: 6\npackages: &a [*a]\n");
        QTest::newRow("A20 no UTF-8") << QByteArray("version: 6\npackages: [\xff\xfe]\n");
        QTest::newRow("A20 NUL") << QByteArray("version: 6\0packages: []\n", 24);
    }
    void A20_lockFilesEndCleanly()
    {
        QFETCH(QByteArray, yaml);
        QElapsedTimer timer;
        timer.start();
        const auto environment = conda::parseLockFile(yaml);
        QVERIFY2(timer.elapsed() < 20'000, "no hang");
        QVERIFY(!environment);
        QCOMPARE(environment.error().kind, ErrorKind::Parse);
        QVERIFY(environment.error().message.size() < 600);
    }

    // Some MB can make thousands: of each value a node, of a bracket that may be part of a key all behind it.
    void A20_lockFilesHaveBounds_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const QByteArray list("version: 6\npackages:\n");
        const QByteArray flow("version: 6\npackages: [");
        const QString entries = QStringLiteral("it has more than %1 entries").arg(limits::lockEntries);
        const QString goesOn = QStringLiteral("goes on for more than %1 bytes").arg(limits::lockLookahead);
        const QString aliases = QStringLiteral("anchors and aliases take more than %1 bytes").arg(limits::lockAliases);
        constexpr auto tooMany = limits::lockEntries + 1;
        constexpr auto tooLong = 2 * limits::lockLookahead;
        QTest::newRow("A20 entries") << list + QByteArray("- a\n").repeated(tooMany) << entries;
        QTest::newRow("A20 commas") << flow + QByteArray(tooMany, ',') + "]" << entries;
        QTest::newRow("A20 lines of an explicit list")
            << "@EXPLICIT\n" + QByteArray("a\n").repeated(tooMany) << entries;
        QTest::newRow("A20 values") << "version: 6\nenvironments:\n" +
                                           QByteArray("- - a\n").repeated(limits::lockValues / 3 + 1)
                                    << QStringLiteral("it has more than %1 values").arg(limits::lockValues);
        QTest::newRow("A20 a list that may be a key") << flow + "[" + QByteArray(tooLong, ',') + "]]" << goesOn;
        QTest::newRow("A20 a map that may be a key") << "{" + QByteArray("a: b,").repeated(tooLong / 5) + "}" << goesOn;
        QTest::newRow("A20 blank lines") << "version: 6\n" + QByteArray(tooLong, '\n') + "packages: []\n" << goesOn;
        QTest::newRow("A20 a text") << list + "- " + QByteArray("a ").repeated(tooLong / 2) << goesOn;
        QTest::newRow("A20 anchors") << list + QByteArray("- &a b\n").repeated(limits::lockAliases / 40) << aliases;
        QTest::newRow("A20 aliases") << "version: 6\nb: &b " + QByteArray(64 * limits::KiB, 'b') + "\npackages:\n" +
                                            QByteArray("- *b\n").repeated(limits::lockAliases / (64 * limits::KiB))
                                     << aliases;
    }
    void A20_lockFilesHaveBounds()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto environment = conda::parseLockFile(text);
        QVERIFY(!environment);
        QVERIFY2(environment.error().message.contains(says), qPrintable(environment.error().message));
    }
    void A20_lockFilesHaveBounds_bySize()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("pixi.lock")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("version: 6\npackages:\n- conda: "
                                                              "https://h/c/noarch/a-1-0.conda\n") > 0);
        QVERIFY(file.flush() && mirror::readLockFile(file.fileName()));
        QVERIFY(file.resize(limits::lockFile + 1));
        const auto environment = mirror::readLockFile(file.fileName());
        QVERIFY(!environment);
        QVERIFY(environment.error().message.contains(QStringLiteral("is larger than %1 bytes").arg(limits::lockFile)));
    }
};

QTEST_GUILESS_MAIN(TestHostileJson)
#include "tst_hostilejson.moc"

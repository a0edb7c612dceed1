// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/conda/repodata.h"
#include "tests/paths.h"

#include <KCompressionDevice>

#include <QBuffer>
#include <QDir>
#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>

using namespace condaoci;
using conda::Repodata;

namespace {

using Index = std::shared_ptr<const Repodata>;

QByteArray q(QByteArray text)
{
    return text.replace('\'', '"');
} ///< JSON with ' instead of "

// Odd on purpose: unknown keys everywhere, uneven whitespace, escapes, v3 sections.
const QByteArray small = q("  {'info' : {'subdir':'linux-64', 'x':[1,{'y':null}]},\r\n 'packages':{ 'b-1-0.tar.bz2' "
                           ":{'name':'b','version':'1','build':'0',"
                           "'build_number':0,'zz':{'k':[1, 2 ,'}']}} "
                           ",\n\t'a-2-1.tar.bz2':\n{'build':'1','name':'a','version':'2','size':123456789012,"
                           "'depends':[]},'e-1-0.tar.bz2':{'name':'e','version':'1','build':'0','by':'\xc3\xa9'}},\n'"
                           "packages.conda':{'c-1!2+x-0.conda':{"
                           "'name':'c','version':'1!2+x','build':'0','size':7,'sha256':\n'"
                           "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef', "
                           "'md5':null,'timestamp':1500000000,'license':['x']}},'removed':['x'] "
                           ",'v3':{'whl':{'d-1.whl':{'packages':{'e':{}}}},'conda':{}},"
                           "'repodata_version':1, 'text':'\\'}\\\\','huge':1e300, 'no':null,'yes':true} ");
Index parsed(const QByteArray& json)
{
    return Repodata::parse(json).value_or(Index());
}
QByteArray copy(std::string_view view)
{
    return {view.data(), static_cast<qsizetype>(view.size())};
}
std::vector<Repodata::Published> all(const Repodata& index)
{
    std::vector<Repodata::Published> published;
    for (const auto& record : index.records())
        published.push_back({&record, {}});
    return published;
}
bool isSame(const Repodata::Published& one, const conda::PackageRecord& record)
{
    return one.record->raw == record.raw && one.record->fileName == record.fileName;
}
/// What a reader sees besides the records.
QJsonObject rest(QByteArrayView json)
{
    QJsonObject object = QJsonDocument::fromJson(json.toByteArray()).object();
    object.remove(QStringLiteral("packages"));
    object.remove(QStringLiteral("packages.conda"));
    return object;
}
/// An index with this record and a good one after it.
QByteArray document(const QByteArray& record, const QByteArray& fileName = "zlib-1.2-0.conda")
{
    return "{\"packages.conda\":{\"" + fileName + "\":" + record +
           q(",'after-1-0.conda':{'name':'after','version':'1','build':'0'}}}");
}
void addRow(const QByteArray& label, const QByteArray& json)
{
    QTest::newRow(label.constData()) << json;
}
/// All that was read, or that nothing was, as one text.
QByteArray whatWasRead(const QByteArray& json, qsizetype piece)
{
    const auto index = Repodata::parse(json, piece);
    if (!index)
        return "error";
    QByteArray all = copy((*index)->subdir()) + ' ' + (*index)->bytes().toByteArray();
    for (const auto& record : (*index)->records())
        all += '\n' + copy(record.fileName) + ' ' + copy(record.name) + ' ' + copy(record.raw) + ' ' +
               QByteArray::number(record.size) + ' ' + copy(record.sha256);
    for (const auto& refused : (*index)->refused())
        all += "\nrefused " + refused.fileName.toUtf8() + ' ' + refused.reason.toUtf8();
    return all;
}
QByteArray bzip2(const QByteArray& bytes)
{
    QBuffer out;
    KCompressionDevice device(&out, false, KCompressionDevice::BZip2);
    device.open(QIODevice::WriteOnly);
    device.write(bytes);
    device.close();
    return out.data();
}

} // namespace

class TestRepodata : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("kf.archive=false")); }
    void readsTheSmallDocument()
    {
        const Index index = parsed(small);
        QVERIFY(index && index->refused().empty() && index->records().size() == 4);
        QVERIFY(index->subdir() == "linux-64" && index->bytes() == small && index->digest() == Digest::ofBytes(small));
        const auto* c = index->find("c-1!2+x-0.conda");
        QVERIFY(c && c->version == "1!2+x" && c->size == 7 && c->timestamp == 1500000000000);
        QCOMPARE(copy(c->sha256), QByteArray("0123456789abcdef").repeated(4));
        QVERIFY(c->md5.empty() && c->license.empty() && c->format == conda::Format::Conda);
        QVERIFY(copy(c->raw).startsWith(q("{'name':'c'")) && copy(c->raw).endsWith(q("'license':['x']}")));
        QCOMPARE(copy(index->find("b-1-0.tar.bz2")->raw),
                 q("{'name':'b','version':'1','build':'0','build_number':0,'zz':{'k':[1, 2 ,'}']}}"));
        QVERIFY(!index->find("") && !index->find("b-1-0.tar.bz") && !index->find("zz"));
    }

    void keepsEveryByte()
    {
        const Index index = parsed(small);
        QCOMPARE(index->withRecords(all(*index)), small);
        QCOMPARE(index->withAdded({}), small);
        for (unsigned chosen = 0; chosen < 16; ++chosen) {
            std::vector<Repodata::Published> some = all(*index);
            std::erase_if(some,
                          [&](const auto& one) { return !(chosen >> (one.record - index->records().data()) & 1U); });
            const Index again = parsed(index->withRecords(some));
            QVERIFY(again && again->refused().empty());
            const QByteArray bytes = again->bytes().toByteArray();
            QCOMPARE(rest(bytes), rest(small));
            for (const char* part : {"{'whl':{'d-1.whl':{'packages':{'e':{}}}},'conda':{}}",
                                     "{'subdir':'linux-64', 'x':[1,{'y':null}]}", "'\\'}\\\\'", "1e300", "['x']"})
                QVERIFY2(bytes.contains(q(part)), part);
            QVERIFY(std::equal(some.begin(), some.end(), again->records().begin(), again->records().end(), isSame));
            QCOMPARE(again->withRecords(all(*again)), bytes);
        }
    }

    // A20: whatever is cut or changed, it is an error or a value.
    void A20_survivesDamage_data()
    {
        QTest::addColumn<int>("replacement"); // -1: cut there
        for (const int c :
             {-1, 0x00, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x20, 0x30, 0x2d, 0x6e, 0x80, 0xff})
            QTest::addRow("%d at every byte", c) << c;
    }
    void A20_survivesDamage()
    {
        QFETCH(int, replacement);
        int valid = 0;
        for (qsizetype at = 0; at < small.size(); ++at) {
            QByteArray json = small;
            json.replace(at, replacement < 0 ? json.size() : 1,
                         replacement < 0 ? QByteArray() : QByteArray(1, static_cast<char>(replacement)));
            const Index index = parsed(json);
            if (!index)
                continue;
            ++valid;
            for (const auto& record : index->records())
                QVERIFY(!record.name.empty() && index->find(record.fileName) == &record && record.raw.ends_with('}'));
            QVERIFY(!index->withRecords(all(*index)).isEmpty() && !index->withRecords({}).isEmpty());
        }
        QVERIFY(replacement >= 0 ? valid < small.size() : valid <= 1); // only the last space may go missing
    }

    // Cuts between records are sought from behind: here they fall into strings that look like one, into nested objects,
    // at the end of a section and beyond it.
    void A20_readsInPiecesAsInOne_data()
    {
        QTest::addColumn<int>("replacement"); // -1: none
        for (const int c : {-1, 0x00, 0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c, 0x3a, 0x20, 0x30, 0xff})
            QTest::addRow("%d at every byte", c) << c;
    }
    void A20_readsInPiecesAsInOne()
    {
        QFETCH(int, replacement);
        QByteArray json = small.left(small.indexOf("\"packages.conda\""));
        json += q("'packages.conda':{");
        for (int i = 0; i < 6; ++i)
            json += q("'n%1-1-0.conda':{'x':{'y':{},'z':'}, \\'e\\':'}, "
                      "'name':'n%1','version':'1','a':[{},{}],'\\u0062uild':"
                      "'0','size':%1} ,\n ")
                        .replace("%1", QByteArray::number(i));
        json +=
            q("'last-1-0.conda':{'name':'last','version':'1','build':'0'}},'removed':['}, \\''],'z':{'a':{},'b':{}} }");
        for (qsizetype at = 0; at < (replacement < 0 ? 1 : json.size()); ++at) {
            QByteArray changed = json;
            if (replacement >= 0)
                changed[at] = static_cast<char>(replacement);
            const QByteArray whole = whatWasRead(changed, changed.size());
            QVERIFY(replacement >= 0 || whole.count("\n") > 7);
            for (const qsizetype piece : {1, 60, 130, 300, 700})
                QCOMPARE(whatWasRead(changed, piece), whole);
        }
    }

    void A20_refusesDocuments_data()
    {
        QTest::addColumn<QByteArray>("json");
        for (const char* json : {"",
                                 " ",
                                 "[]",
                                 "null",
                                 "1",
                                 "'x'",
                                 "{",
                                 "}",
                                 "{}}",
                                 "{} {}",
                                 "{}x",
                                 "{]",
                                 "{'packages'}",
                                 "{'x':}",
                                 "{'x':1,}",
                                 "{x:1}",
                                 "{'x':NaN}",
                                 "{'x':+1}",
                                 "{'x':-}",
                                 "{'x':01}",
                                 "<html></html>",
                                 "{'packages':{'a':{}}"})
            addRow(json, q(json));
        for (const QByteArray& json :
             {QByteArray("{\xef\xbb\xbf}"), QByteArray("{}\0", 3), QByteArray("\xff\xfe{\0}\0", 6)})
            addRow("A20 " + json.toPercentEncoding("{}:"), json);
        addRow("A20 nan", q("{'x':nan}"));
        for (const char* json :
             {"{'x':nulls}", "{'x':tru}", "{'x':[nan]}", "{'x':{'y':01}}", "{'info':{'subdir':x}}", "{'x':[1 2]}",
              "{'x':1,'x':2}", "{'x':1,'\\u0078':2}", "{'packages':{},'p\\u0061ckages':{}}", "{'info':{},'info':{}}"})
            addRow(QByteArray("A20 ") + json, q(json));
        addRow("A20 section twice",
               q("{'packages':{'a-1-0.tar.bz2':{'name':'a','version':'1','build':'0'}},'packages':{}}"));
        addRow("A20 open array in an object", q("{'x':{'y':[}}"));
        addRow("A20 nonsense in an object", q("{'x':{'y':nonsense, 1}}"));
        addRow("A20 a hundred thousand open arrays", q("{'x':") + QByteArray(100000, '['));
        addRow("A20 a million open objects", q("{'x':").repeated(1000000));
        addRow("A20 open arrays in a record", document(QByteArray(100000, '[')));
        // What leaves it open where a record ends is no matter of that record.
        for (const char* value : {"[1 2]", "[,]", "[1,]", "{'a'}", "{'a':}", "{'a':1,}", "{1:2}", "'a'b", "}", "],"})
            addRow(QByteArray("A20 in a record ") + value,
                   document(q("{'name':'zlib','version':'1.2','build':'0','x':") + q(value) + '}'));
    }
    void A20_refusesDocuments()
    {
        QFETCH(QByteArray, json);
        const auto index = Repodata::parse(json);
        QVERIFY(!index && index.error().kind == ErrorKind::Parse && index.error().message.size() < 500);
    }

    /// Who sends millions of bad records fills neither memory nor screen.
    void A20_namesTheFirstFewOfAKind()
    {
        QByteArray json = "{\"packages\":{";
        const auto add = [&json](const QByteArray& name, const QByteArray& record) {
            json += (json.endsWith('{') ? "\"" : ",\"") + name + "\":" + record;
        };
        constexpr qint64 count = 3 * limits::namedInAll;
        for (qint64 i = 0; i < count; ++i) {
            const QByteArray number = QByteArray::number(i);
            add("a-" + number + "-0.tar.bz2", "0"); // one reason
            add("b" + number, "0");                 // the same, of what can be no package
            add("c-" + number + "-0.tar.bz2",
                "{\"name\":\"d\",\"version\":\"1\",\"build\":\"" + number + "\"}"); // as many reasons as records
        }
        add("good-1-0.tar.bz2", "{\"name\":\"good\",\"version\":\"1\",\"build\":\"0\"}");
        json += "}}";
        for (const qsizetype piece : {qsizetype(100), qsizetype(limits::indexPiece)}) {
            const auto index = Repodata::parse(json, piece);
            QVERIFY(index && (*index)->records().size() == 1);
            QCOMPARE((*index)->refusedCount(), qint64(3 * count));
            const auto& refused = (*index)->refused();
            const auto number = [&refused](const auto& isIt) {
                return static_cast<qint64>(std::count_if(refused.begin(), refused.end(), isIt));
            };
            QCOMPARE(number([](const auto& one) { return one.fileName.startsWith(QLatin1String("a-")); }),
                     qint64(limits::namedOfAKind));
            QCOMPARE(number([](const auto& one) { return one.isImpossible && one.more == 0; }),
                     qint64(limits::namedOfAKind));
            QCOMPARE(number([](const auto& one) { return !one.isImpossible && one.more == 0; }),
                     qint64(limits::namedInAll));
            // What can be no package is counted by itself, since it makes no night red.
            QCOMPARE(
                number([](const auto& one) { return one.isImpossible && one.more == count - limits::namedOfAKind; }),
                qint64(1));
            QVERIFY(refused.size() < 2500);
        }
    }

    void A20_refusesWhatNoIndexHas_data()
    {
        QTest::addColumn<QByteArray>("json");
        QByteArray keys = "{\"packages\":{}";
        for (qint64 i = 0; i < limits::repodataKeys; ++i)
            keys += ",\"" + QByteArray::number(i) + "\":0";
        QTest::newRow("keys") << keys + '}';
        QByteArray records = "{\"packages\":{";
        for (qint64 i = 0; i <= limits::recordLengthFrom; ++i) {
            const QByteArray n = QByteArray::number(i);
            records += (i > 0 ? ",\"a-" : "\"a-") + n + "-0.tar.bz2\":{\"name\":\"a\",\"version\":\"" + n +
                       "\",\"build\":\"0\"}";
        }
        QTest::newRow("records shorter than any that can be used") << records + "}}";
    }
    void A20_refusesWhatNoIndexHas()
    {
        QFETCH(QByteArray, json);
        const auto index = Repodata::parse(json);
        QVERIFY(!index && index.error().kind == ErrorKind::Parse);
        QVERIFY2(index.error().message.contains(QLatin1String("more")), qPrintable(index.error().message));
    }

    void A16_seesEarlyWhatIsNoIndex()
    {
        const QByteArray spaces(limits::repodataBeginning, ' ');
        for (const char* begins : {"{", " \n{", "\x28\xb5\x2f\xfd", "BZh9"})
            QVERIFY(conda::beginsAsIndex(begins).value_or(false));
        for (const QByteArray& tooShort : {QByteArray(), QByteArray("<html>"), QByteArray("a"), spaces.chopped(1)})
            QVERIFY(!conda::beginsAsIndex(tooShort).value_or(true));
        for (const char* begins : {"", "a", "<html>", "\0"}) {
            const auto seen = conda::beginsAsIndex(begins + spaces);
            QVERIFY(!seen && seen.error().kind == ErrorKind::Parse);
            QVERIFY(seen.error().message.startsWith(QLatin1String("not a valid repodata.json: it ")));
        }
    }

    void A17_A22_refusesRecordsOneByOne_data()
    {
        QTest::addColumn<QByteArray>("json");
        const QByteArray good = q("'name':'zlib','version':'1.2','build':'0'");
        for (const char* record :
             {"[]", "null", "1", "'x'", "true", "{}", "{N,V}", "{'name':1,V,B}", "{N,'version':1.2,B}",
              "{N,V,'build':0}", "{'name':{'a':1},V,B}", "{'name':'',V,B}", "{'name':'other',V,B}",
              "{'name':'zlib-1.2','version':'0','build':''}", "{N,V,'build':'0\\u0000'}", "{'name':'zlib\\/..',V,B}"})
            QTest::addRow("A22 A26 record %s", record) << document(q(QByteArray(record)
                                                                         .replace("N", "'name':'zlib'")
                                                                         .replace("V", "'version':'1.2'")
                                                                         .replace("B", "'build':'0'")));
        for (const char* field :
             {"'size':-2", "'size':'7'", "'size':1.5", "'size':[7]", "'size':4611686018427387904000", "'size':{}",
              "'sha256':7", "'sha256':'../../x'", "'md5':'zz'", "'md5':['x']", "'build_number':'x'",
              "'build_number':[]", "'timestamp':'now'", "'timestamp':1e300", "'subdir':7"})
            QTest::addRow("A17 field %s", field) << document('{' + good + ',' + q(field) + '}');
        for (const char* name : {"../zlib-1.2-0.conda", "zlib-1.2-0.tar.bz2", "zlib-1.2-0", "", "a/zlib-1.2-0.conda",
                                 "zlib-1.2-0.conda\\u0000", "zlib-1.2-0\\u202e.conda", "\\u002e\\u002e/x.conda",
                                 "zlib-1.2-0.conda ", "zlib-1.2-1.conda", "Zlib-1.2-0.conda"})
            QTest::addRow("A22 key %s", name) << document('{' + good + '}', name);
        QTest::newRow("A22 key of 300 bytes") << document('{' + good + '}', QByteArray(300, 'z') + "-1.2-0.conda");
        QTest::newRow("A22 name of a device")
            << document(q("{'name':'NUL.x','version':'1.2','build':'0'}"), "NUL.x-1.2-0.conda");
        QTest::newRow("A20 stands twice")
            << document(q("{'name':'after','version':'1','build':'0'}"), "after-1-0.conda");
    }
    void A17_A22_refusesRecordsOneByOne()
    {
        QFETCH(QByteArray, json);
        const Index index = parsed(json);
        QVERIFY(index && index->refused().size() == 1 && !index->refused()[0].reason.isEmpty());
        QVERIFY(index->records().size() == 1 &&
                index->records()[0].fileName == "after-1-0.conda"); // what follows is read as it is
        const Index again = parsed(index->withRecords(all(*index)));
        QVERIFY(again && again->refused().empty() && again->records().size() == 1);
    }

    // What is wrong within one record, or within one key beside the sections, is refused by its name.
    void W05_refusesByName_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("named");
        const auto withField = [](const QByteArray& key, const QByteArray& value) {
            return document("{\"name\":\"zlib\",\"version\":\"1.2\",\"build\":\"0\",\"" + key + "\":" + value + '}');
        };
        const QString zlib = QStringLiteral("zlib-1.2-0.conda");
        for (const char* bad : {"\"Andr\\udce9\"",
                                "\"\\ud83d\"",
                                "\"\\ud83d\\u0041\"",
                                "\"\\u0000\"",
                                "\"\\x\"",
                                "\"\\u12g4\"",
                                "\"Andr\xe9\"",
                                "\"\xed\xa0\x80\"",
                                "\"\xc0\xaf\"",
                                "\"a\tb\"",
                                "nope",
                                "01",
                                "1.",
                                ".5",
                                "-",
                                "1e",
                                "NaN",
                                "Infinity",
                                "truex",
                                "[nope]",
                                "{\"a\":[nul]}",
                                "[[\"\\udce9\"]]",
                                "{\"\\udce9\":1}"}) {
            for (const char* key : {"license", "depends", "x"})
                QTest::addRow("%s: %s", key, QByteArray(bad).toPercentEncoding("{}[]:,\"\\ ").constData())
                    << withField(key, bad) << zlib;
        }
        for (const char* key : {"name", "version", "build", "subdir", "sha256"})
            QTest::addRow("surrogate in %s", key) << withField(key, "\"\\udce9\"") << zlib;
        QTest::newRow("surrogate in a key") << withField("\\udce9", "1") << zlib;
        QTest::newRow("Latin-1 in a key") << withField("\xe9", "1") << zlib;
        QTest::newRow("NUL") << withField("x", QByteArray("\"a\0b\"", 5)) << zlib;
        QTest::newRow("deep arrays") << withField("x", QByteArray(1000, '[') + QByteArray(1000, ']')) << zlib;
        QTest::newRow("deep objects") << withField("x", q("{'x':").repeated(500) + '1' + QByteArray(500, '}')) << zlib;
        QTest::newRow("an integer of 5,000 digits") << withField("x", QByteArray(5000, '7')) << zlib;
        QTest::newRow("surrogate in a file name")
            << document(q("{'name':'z','version':'1','build':'0'}"), "z\\udce9-1-0.conda") << QString();
        QTest::newRow("Latin-1 in a file name")
            << document(q("{'name':'z','version':'1','build':'0'}"), "z\xe9-1-0.conda") << QString();
        for (const char* section : {"null", "[]", "[{}]", "1", "''", "true"})
            QTest::addRow("packages: %s", section)
                << QByteArray(document("{}").replace(q("'zlib-1.2-0.conda':{},"), ""))
                       .replace(0, 1, q("{'packages':") + q(section) + ',')
                << QStringLiteral("packages");
        for (const char* value : {"'Andr\xe9'", "'\\udce9'", "'\\u0000'", "'a\nb'", "['\\ud800']"})
            QTest::addRow("beside: %s", QByteArray(value).toPercentEncoding("[]'\\").constData())
                << QByteArray(document("{}").replace(q("'zlib-1.2-0.conda':{},"), ""))
                       .replace(0, 1, q("{'other':") + q(value) + ',')
                << QStringLiteral("other");
        QTest::newRow("deep beside") << QByteArray(document("{}").replace(q("'zlib-1.2-0.conda':{},"), ""))
                                            .replace(0, 1,
                                                     q("{'other':") + QByteArray(900, '[') + QByteArray(900, ']') + ',')
                                     << QStringLiteral("other");
        for (const char* value : {"null", "[]", "'x'", "{'subdir':'\xe9'}"})
            QTest::addRow("info: %s", QByteArray(value).toPercentEncoding("[]{}:'").constData())
                << QByteArray(document("{}").replace(q("'zlib-1.2-0.conda':{},"), ""))
                       .replace(0, 1, q("{'info':") + q(value) + ',')
                << QStringLiteral("info");
    }
    void W05_refusesByName()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, named);
        for (const qsizetype piece : {qsizetype(1), qsizetype(80), qsizetype(limits::indexPiece)}) {
            const auto index = Repodata::parse(json, piece);
            QVERIFY2(index, index ? "" : qPrintable(index.error().message));
            QCOMPARE((*index)->refused().size(), size_t(1));
            const conda::RefusedRecord& refused = (*index)->refused()[0];
            QVERIFY2(named.isEmpty() || refused.fileName == named, qPrintable(refused.fileName));
            QVERIFY(!refused.reason.isEmpty() && !refused.reason.contains(QLatin1String("JSON element")));
            QVERIFY((*index)->records().size() == 1 && (*index)->records()[0].fileName == "after-1-0.conda");
            QCOMPARE((*index)->bytes().toByteArray(), json); // what was written over while it was read is back
            const QByteArray out = (*index)->withRecords(all(**index));
            QVERIFY(!out.contains("zlib") && !out.contains("other") && out.contains("after-1-0.conda"));
            QJsonParseError error;
            QVERIFY(QJsonDocument::fromJson(out, &error).isObject());
            QVERIFY(parsed(out)->refused().empty());
        }
    }

    // Among many, in a piece that is otherwise read as a whole; in each piece, so that all are read one by one.
    void W05_refusesTheBadOnesOnly()
    {
        for (const int distance : {2, 97, 5000}) {
            QByteArray json = "{\"packages\":{";
            int bad = 0;
            for (int i = 0; i < 6000; ++i) {
                const bool isBad = i % distance == 1;
                bad += isBad;
                json += QByteArray(i == 0 ? "" : ",\n") + "\"p" + QByteArray::number(i) +
                        "-1-0.tar.bz2\": {\"name\":\"p" + QByteArray::number(i) +
                        "\",\"version\":\"1\",\"build\":\"0\",\"x\":\"" +
                        (isBad ? i % 3 ? "\xe9" : "\\udce9" : "\xc3\xa9 \\ud83d\\ude00") + "\"}";
            }
            json += "}}";
            for (const qsizetype piece : {qsizetype(1000), qsizetype(100000), qsizetype(limits::indexPiece)}) {
                const auto index = Repodata::parse(json, piece);
                QVERIFY(index);
                QCOMPARE((*index)->refusedCount(), qint64(bad));
                QCOMPARE((*index)->records().size(), size_t(6000 - bad));
                QCOMPARE((*index)->digest(), Digest::ofBytes(json));
                QCOMPARE((*index)->bytes().toByteArray(), json);
            }
        }
    }

    void W05_takesWhatIsSound()
    {
        for (const char* good :
             {"\"\\ud83d\\ude00\"", "\"\\u00e9\\n\\/\"", "1e400", "-0.0E+1", "123456789012345678901234567890", "[]",
              "{}", "[[[{\"a\":[null,true,false]}]]]", "\"\"", "{\"\":0}"}) {
            const Index index = parsed(
                document("{\"name\":\"zlib\",\"version\":\"1.2\",\"build\":\"0\",\"x\":" + QByteArray(good) + '}'));
            QVERIFY2(index && index->refused().empty() && index->records().size() == 2, good);
        }
    }

    void W03_makesSectionsWhereTheyAreNeeded_data()
    {
        QTest::addColumn<QByteArray>("base");
        for (const char* base : {"{}", "{'info':{'subdir':'noarch'}}", "{'packages':{}}", "{'packages.conda':{}}",
                                 "{'packages':{},'packages.conda':{}}", "{'removed':[]}", "{'packages':null}",
                                 "{'info':{'base_url':'https://x'}}"})
            addRow(base, q(base));
    }
    void W03_makesSectionsWhereTheyAreNeeded()
    {
        QFETCH(QByteArray, base);
        const Index index = parsed(base);
        const Index other =
            parsed(q("{'packages':{'b-1-0.tar.bz2':{'name':'b','version':'1','build':'0'}},'packages.conda':{"
                     "'c-1-0.conda':{'name':'c','version':'1','build':'0'}}}"));
        QVERIFY(index && other && other->records().size() == 2);
        for (unsigned chosen = 0; chosen < 4; ++chosen) {
            std::vector<Repodata::Published> added;
            for (size_t i = 0; i < 2; ++i) {
                if (chosen >> i & 1U)
                    added.push_back({&other->records()[i], {}});
            }
            for (const QByteArray& out : {index->withRecords(added), index->withAdded(added)}) {
                const Index again = parsed(out);
                QVERIFY2(again && again->refused().empty() && again->hasSections(), out.constData());
                QCOMPARE(again->records().size(), added.size());
                for (const auto& one : added) {
                    const auto* found = again->find(one.record->fileName);
                    QVERIFY(found && found->raw == one.record->raw);
                }
                QVERIFY(QJsonDocument::fromJson(out).isObject());
            }
        }
    }

    void W02_knowsWhatIsNoIndex_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("isIndex");
        for (const char* json : {"{}", "{'info':{}}", "{'errors':[{'status':404}]}", "{'status':'maintenance'}",
                                 "{'packages':null}", "{'packages':[]}", "{'v3':1}", "{'info':{'packages':{}}}"})
            QTest::newRow(json) << q(json) << false;
        for (const char* json : {"{'packages':{}}", "{'packages.conda':{}}", "{'v3':{'conda':{}}}",
                                 "{'packages.whl':{}}", "{'p\\u0061ckages':{}}"})
            QTest::newRow(json) << q(json) << true;
    }
    void W02_knowsWhatIsNoIndex()
    {
        QFETCH(QByteArray, json);
        QFETCH(bool, isIndex);
        const Index index = parsed(json);
        QVERIFY(index && index->hasSections() == isIndex);
    }

    void W23_addsSizes_data()
    {
        QTest::addColumn<QByteArray>("size"); // as the record has it
        for (const char* size : {"", ",'size':null", ",'s\\u0069ze':null", ", 'size' : null "})
            addRow(size[0] ? size : "none", q(size));
    }
    void W23_addsSizes()
    {
        QFETCH(QByteArray, size);
        const Index index = parsed(q("{'packages':{'b-1-0.tar.bz2':{'name':'b','version':'1','build':'0'") + size +
                                   q(",'x':[1,{'size':5}]}}}"));
        QVERIFY(index && index->records().size() == 1 && index->records()[0].size == -1);
        const QByteArray sum(64, 'a');
        for (const QByteArray& sha256 : {QByteArray(), sum}) {
            const QByteArray out = index->withRecords({{&index->records()[0], sha256, 1234}});
            const Index again = parsed(out);
            QVERIFY2(again && again->records().size() == 1, out.constData());
            QCOMPARE(again->records()[0].size, qint64(1234));
            QCOMPARE(copy(again->records()[0].sha256), sha256);
            QVERIFY(out.count("size") == 2 && !out.contains("null"));
            QVERIFY(conda::lists(*index, again->records()[0]) == sha256.isEmpty());
        }
    }

    void low_saysWhatItIs_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("HTML") << QByteArray("<!DOCTYPE html>\n<html>") << QStringLiteral("HTML page");
        QTest::newRow("HTML, spaces first") << QByteArray("\n\n  <HTML><head>") << QStringLiteral("HTML page");
        QTest::newRow("XHTML") << QByteArray("<?xml version='1.0'?><html xmlns='x'>") << QStringLiteral("HTML page");
        QTest::newRow("XML") << QByteArray("<?xml version='1.0'?><Error><Code>NoSuchKey</Code>")
                             << QStringLiteral("XML");
        QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6) << QStringLiteral("UTF-16");
        QTest::newRow("UTF-16 without a mark") << QByteArray("\0{\0}\0\n", 6) << QStringLiteral("UTF-16");
        QTest::newRow("LFS") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:1\n")
                             << QStringLiteral("Git LFS pointer");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("empty");
        QTest::newRow("blank") << QByteArray(" \r\n") << QStringLiteral("empty");
        QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08\0\0\0", 6) << QStringLiteral("gzip");
        QTest::newRow("text") << QByteArray("404 page not found\n") << QStringLiteral("404 page not found");
        QTest::newRow("cut") << QByteArray("{\"packages\":{\"a") << QStringLiteral("ends early");
        QTest::newRow("list") << QByteArray("[]") << QStringLiteral("begins with []");
        QTest::newRow("secret") << QByteArray("https://user:secret@host/") << QStringLiteral("***");
    }
    void low_saysWhatItIs()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const auto index = Repodata::parse(bytes);
        QVERIFY(!index && index.error().kind == ErrorKind::Parse);
        QVERIFY2(index.error().message.contains(says), qPrintable(index.error().message));
        QVERIFY(!index.error().message.contains(QLatin1String("secret")));
    }

    void writesWhatCanBeReadAgain_data()
    {
        QTest::addColumn<QByteArray>("json");
        const QByteArray two = q("{'a-1-0.tar.bz2':{'name':'a','version':'1','build':'0'},'b-1-0.tar.bz2':{'name':'b','"
                                 "version':'1','build':'0',");
        const QByteArray packages = q("{'packages':") + two;
        addRow("no sha256", packages + q("'x':1}}}"));
        addRow("sha256 is null", packages + q("'sha256':null}}}"));
        addRow("sha256 is null, between", packages + q("'sha256' : null , 'x':[]}}}"));
        addRow("sha256 is empty", packages + q("'sha256':'' , 'x':[]}}}"));
        addRow("base_url", q("{'info':{'base_url':'https://x','subdir':'noarch'},'packages':") + two + q("'x':1}}}"));
        addRow("escaped key in a section", QByteArray(packages).replace("\"b-1", "\"\\u0062-1") + q("'x':1}}}"));
        addRow("escaped top-level key", q("{'p\\u0061ckages':") + two + q("'x':1}}}"));
        addRow("escaped key of .conda and info",
               q("{'inf\\u006f':{'base_url':'https://x'},'packages\\u002econda':{},'packages':") + two + q("'x':1}}}"));
        addRow("sha256 twice", packages + q("'sha256':null,'x':',' ,'sha\\u0032\\u0035\\u0036' : '' }}}"));
        addRow("nested and null", packages + q("'x':{'sha256':null , 'y':'}'},\n'sha256':\nnull\n}}}"));
        addRow("nested sha256", packages + q("'x':{'y':1,'sha256':null}}}}"));
    }
    void writesWhatCanBeReadAgain()
    {
        QFETCH(QByteArray, json);
        const Index index = parsed(json);
        QVERIFY(index && index->refused().empty());
        const QByteArray sha256(64, 'f');
        const QByteArray out = index->withRecords({{index->find("b-1-0.tar.bz2"), sha256}});
        const QJsonObject packages = QJsonDocument::fromJson(out).object()[QStringLiteral("packages")].toObject();
        QVERIFY(packages.size() == 1 && out.count("\"packages\"") == 1);
        QCOMPARE(packages[QStringLiteral("b-1-0.tar.bz2")].toObject()[QStringLiteral("sha256")].toString(),
                 QString::fromLatin1(sha256));
        const auto again = Repodata::parse(out);
        QVERIFY(again && (*again)->refused().empty() && (*again)->records().size() == 1 && (*again)->baseUrl().empty());
        QVERIFY((*again)->records()[0].sha256 == sha256.toStdString() && (*again)->subdir() == index->subdir());
    }

    void keepsTheCorpus()
    {
        int count = 0;
        for (const char* root : {CORPUS_DIR, SOURCE_DIR "/resources/sample-channel"}) {
            QDirIterator files(QString::fromUtf8(root), {QStringLiteral("*.json")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                if (files.fileName() != QLatin1String("repodata.json") &&
                    !files.filePath().contains(QLatin1String("/repodata/")))
                    continue;
                ++count;
                QVERIFY(file.open(QIODevice::ReadOnly));
                const QByteArray json = file.readAll();
                const Index index = parsed(json);
                QVERIFY2(index && index->refused().empty(), qPrintable(files.filePath()));
                QCOMPARE(index->withRecords(all(*index)), json);
                const QJsonObject object = QJsonDocument::fromJson(json).object();
                QCOMPARE(qsizetype(index->records().size()),
                         object[QStringLiteral("packages")].toObject().size() +
                             object[QStringLiteral("packages.conda")].toObject().size());
                std::vector<Repodata::Published> half = all(*index);
                std::erase_if(half, [&](const auto& one) { return (one.record - index->records().data()) % 2; });
                const Index again = parsed(index->withRecords(half));
                QVERIFY(again && again->refused().empty());
                QVERIFY(std::equal(half.begin(), half.end(), again->records().begin(), again->records().end(), isSame));
                QCOMPARE(rest(again->bytes()), rest(json));
                if (QFile packed(files.filePath() + QStringLiteral(".zst")); packed.open(QIODevice::ReadOnly))
                    QCOMPARE(*conda::inflateDocument(packed.readAll(), json.size()), json);
            }
        }
        QVERIFY(count >= 10);
    }

    void A16_A21_inflates_data()
    {
        QTest::addColumn<QByteArray>("packed");
        QTest::addColumn<bool>("isCut"); // whether a cut one must be noticed here; bzip2's is noticed by the parser
        QTest::newRow("zstd") << conda::compressZstd(small) << true;
        QTest::newRow("bzip2") << bzip2(small) << false;
    }
    void A16_A21_inflates()
    {
        QFETCH(QByteArray, packed);
        QFETCH(bool, isCut);
        QCOMPARE(conda::inflateDocument(packed, small.size()).value_or(QByteArray()), small);
        for (const qint64 limit : {qint64(0), qint64(1), qint64(small.size() - 1)}) // A16
            QVERIFY(!conda::inflateDocument(packed, limit) && !conda::inflateDocument(small, limit));
        for (qsizetype at = 4; at < packed.size(); ++at) { // A21
            const auto cut = conda::inflateDocument(packed.left(at), small.size());
            QVERIFY(!cut || (!isCut && (*cut == small || !Repodata::parse(*cut))));
            QByteArray changed = packed;
            changed[at] = static_cast<char>(changed[at] ^ 0x55);
            QVERIFY(conda::inflateDocument(changed, limits::MiB).value_or(QByteArray()).size() <= limits::MiB);
        }
        QVERIFY(isCut != conda::inflateDocument(packed + "garbage", small.size()).has_value());
    }

    void A21_stopsBombs()
    {
        const QByteArray zeros(64 * limits::MiB, '\0');
        QVERIFY(!conda::inflateDocument(conda::compressZstd(zeros), limits::MiB) &&
                !conda::inflateDocument(bzip2(zeros), limits::MiB));
        // Up to a size, and from there by the ratio to what came.
        const auto inflated = [](const QByteArray& packed, qint64 came = -1) -> qsizetype {
            const auto json = conda::inflateDocument(packed, limits::GiB, came);
            return json ? json->size() : json.error().kind == ErrorKind::Parse ? -1 : -2;
        };
        QByteArray noise(limits::documentRatioFrom + limits::MiB, Qt::Uninitialized);
        QRandomGenerator random(7);
        std::generate(noise.begin(), noise.end(), [&random] { return static_cast<char>('a' + random.bounded(16)); });
        for (const bool isZstd : {true, false}) {
            const auto pack = [isZstd](const QByteArray& bytes) {
                return isZstd ? conda::compressZstd(bytes) : bzip2(bytes);
            };
            QCOMPARE(inflated(pack(zeros.first(limits::documentRatioFrom))), qsizetype(limits::documentRatioFrom));
            QCOMPARE(inflated(pack(zeros)), qsizetype(-1));
            QCOMPARE(inflated(pack(zeros), zeros.size() / limits::documentRatio + 1), zeros.size());
            QCOMPARE(inflated(pack(noise)), noise.size()); // shrinks to half, real ones to a fifth or a tenth
        }
        // A window of 2 GiB, and a frame that announces 2^63 bytes.
        QVERIFY(!conda::inflateDocument(QByteArray("\x28\xb5\x2f\xfd\0\xa8\x01\0\0", 9), limits::GiB));
        QVERIFY(!conda::inflateDocument(QByteArray("\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0", 16), limits::GiB));
    }
};

QTEST_GUILESS_MAIN(TestRepodata)
#include "tst_repodata.moc"

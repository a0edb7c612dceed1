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
#include <QTest>

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
                           "'depends':[]},'\xc3\xa9-1-0.tar.bz2':{'name':'\xc3\xa9','version':'1','build':'0'}},\n'"
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
                                 "{'packages':[]}",
                                 "{'packages':null}",
                                 "{'packages.conda':''}",
                                 "{'packages':1}",
                                 "{'packages'}",
                                 "{'x':}",
                                 "{'x':1,}",
                                 "{x:1}",
                                 "{'x':NaN}",
                                 "{'x':+1}",
                                 "{'x':-}",
                                 "{'x':01}",
                                 "<html></html>",
                                 "{'packages':{'a':{}}",
                                 "{'a':'\\x'}"})
            addRow(json, q(json));
        for (const QByteArray& json :
             {QByteArray("{\xef\xbb\xbf}"), QByteArray("{}\0", 3), q("{'x':'\xff'}"), q("{'\xc0\xaf':1}"),
              q("{'x':'\n'}"), q("{'x':'\xed\xa0\x80'}"), QByteArray("\xff\xfe{\0}\0", 6)})
            addRow("A20 " + json.toPercentEncoding("{}:"), json);
        addRow("A20 nan", q("{'x':nan}"));
        for (const char* json : {"{'x':nulls}", "{'x':tru}", "{'x':[nan]}", "{'x':{'y':01}}", "{'x':['\\x']}",
                                 "{'info':{'subdir':x}}", "{'x':[1 2]}", "{'x':1,'x':2}", "{'x':1,'\\u0078':2}",
                                 "{'packages':{},'p\\u0061ckages':{}}", "{'info':{},'info':{}}"})
            addRow(QByteArray("A20 ") + json, q(json));
        addRow("A20 section twice",
               q("{'packages':{'a-1-0.tar.bz2':{'name':'a','version':'1','build':'0'}},'packages':{}}"));
        addRow("A20 open array in an object", q("{'x':{'y':[}}"));
        addRow("A20 nonsense in an object", q("{'x':{'y':nonsense, 1}}"));
        addRow("A20 a hundred thousand open arrays", q("{'x':") + QByteArray(100000, '['));
        addRow("A20 a million open objects", q("{'x':").repeated(1000000));
        addRow("A20 open arrays in a record", document(QByteArray(100000, '[')));
    }
    void A20_refusesDocuments()
    {
        QFETCH(QByteArray, json);
        const auto index = Repodata::parse(json);
        QVERIFY(!index && index.error().kind == ErrorKind::Parse && index.error().message.size() < 500);
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
        if (!QDir(QStringLiteral(CORPUS_DIR)).exists())
            QSKIP("the corpus is not here");
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
        // A window of 2 GiB, and a frame that announces 2^63 bytes.
        QVERIFY(!conda::inflateDocument(QByteArray("\x28\xb5\x2f\xfd\0\xa8\x01\0\0", 9), limits::GiB));
        QVERIFY(!conda::inflateDocument(QByteArray("\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0", 16), limits::GiB));
    }
};

QTEST_GUILESS_MAIN(TestRepodata)
#include "tst_repodata.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/packagename.h"
#include "tests/paths.h"

#include <QDir>
#include <QDirIterator>
#include <QTest>

using namespace condaoci;

namespace {

std::string_view view(const QByteArray& bytes)
{
    return {bytes.constData(), static_cast<size_t>(bytes.size())};
}

} // namespace

class TestPackageName : public QObject
{
    Q_OBJECT

    /// Rows that both functions must refuse.
    static void addHostileRows()
    {
        QTest::addColumn<QByteArray>("fileName");
        const auto row = [](const char* label, const QByteArray& fileName) {
            QTest::addRow("A22 %s", label) << fileName;
        };
        row("empty", "");
        row("own folder", ".");
        row("parent folder", "..");
        row("leads up", "../zlib-1.2-0.conda");
        row("leads up in the middle", "zlib-1.2-../../x.conda");
        row("absolute", "/etc/zlib-1.2-0.conda");
        row("slash", "a/zlib-1.2-0.conda");
        row("backslash", "..\\zlib-1.2-0.conda");
        row("drive", "C:zlib-1.2-0.conda");
        row("stream", "zlib-1.2-0.conda:x.conda");
        for (const char c : {'*', '?', '"', '<', '>', '|'})
            row(qPrintable(QStringLiteral("wildcard or quote %1").arg(QLatin1Char(c))),
                QByteArray("zlib-1") + c + "2-0.conda");
        row("NUL at the end", QByteArray("zlib-1.2-0.conda\0", 17));
        row("NUL in the middle", QByteArray("zlib-1.2-0\0.conda", 17));
        row("NUL only", QByteArray(1, '\0'));
        for (const int c : {1, 7, 8, 9, 10, 13, 27, 31, 127})
            row(qPrintable(QStringLiteral("control character %1").arg(c)),
                QByteArray("zlib-1.2-") + static_cast<char>(c) + ".conda");
        row("C1 control", "zlib-1.2-\xc2\x9b"
                          "31m.conda");
        row("right-to-left override", "zlib-1.2-\xe2\x80\xae"
                                      "adnoc.conda");
        row("right-to-left isolate", "zlib-1.2-\xe2\x81\xa7"
                                     "0.conda");
        row("Arabic letter mark", "zlib-1.2-\xd8\x9c"
                                  "0.conda");
        row("zero width space", "zlib-1.2-\xe2\x80\x8b"
                                "0.conda");
        row("line separator", "zlib-1.2-\xe2\x80\xa8"
                              "0.conda");
        row("paragraph separator", "zlib-1.2-\xe2\x80\xa9"
                                   "0.conda");
        row("soft hyphen", "zlib-1.2-\xc2\xad"
                           "0.conda");
        row("byte order mark inside", "zlib-1.2-\xef\xbb\xbf"
                                      "0.conda");
        row("byte order mark first", "\xef\xbb\xbfzlib-1.2-0.conda");
        row("invisible tag character", "zlib-1.2-\xf3\xa0\x81\xa1"
                                       "0.conda");
        // conda has none of these in its names, and some look like others.
        row("Cyrillic letter", "py\xd1\x81on-1.2-0.conda");
        row("accent", "caf\xc3\xa9-1.2-0.conda");
        row("combining accent", "cafe\xcc\x81-1.2-0.conda");
        row("full-width letter", "\xef\xbd\x9alib-1.2-0.conda");
        row("snake", "\xf0\x9f\x90\x8d-1.2-0.conda");
        row("superscript", "COM\xc2\xb9-1.2-0.conda");
        row("spacing accent", "COM\xc2\xb4-1.2-0.conda");
        row("two dots that are one letter", "zlib-1\xe2\x80\xa5"
                                            "2-0.conda");
        row("Arabic digit", "zlib-\xd9\xa1.2-0.conda");
        row("hyphen that is another one", "zlib\xe2\x80\x90"
                                          "ng-1.2-0.conda");
        row("no-break space", "zlib\xc2\xa0-1.2-0.conda");
        row("Cyrillic letter in the build", "zlib-1.2-\xd1\x81_0.conda");
        row("invalid UTF-8", "zlib-1.2-\xff.conda");
        row("overlong slash", "zlib-1.2-\xc0\xaf.conda");
        row("encoded surrogate", "zlib-1.2-\xed\xa0\x80.conda");
        row("beyond Unicode", "zlib-1.2-\xf4\x90\x80\x80.conda");
        row("Latin-1", "caf\xe9-1.2-0.conda");
        row("trailing dot", "zlib-1.2-0.conda.");
        row("trailing space", "zlib-1.2-0.conda ");
        row("256 bytes", QByteArray(246, 'a') + "-1-0.conda");
        row("300 bytes", QByteArray(300, 'a') + "-1-0.conda");
        row("a megabyte", QByteArray(1'000'000, 'a') + "-1-0.conda");
        row("256 bytes of two-byte characters", QByteArray("\xc3\xa9").repeated(123) + "-1-0.conda");
        for (const char* device : {"CON", "con", "Nul", "PRN", "aux", "COM1", "com0", "LPT9", "CONIN$", "conout$"})
            row(device, QByteArray(device) + ".x-1-0.conda");
        row("device with a space", "nul .x-1-0.conda");
        for (const char* device : {"COM\xc2\xb9", "com\xc2\xb2", "COM\xc2\xb3", "lpt\xc2\xb9", "LPT\xc2\xb3 "})
            row(device, QByteArray(device) + ".x-1-0.conda");
    }

private Q_SLOTS:
    void parses_data()
    {
        QTest::addColumn<QByteArray>("fileName");
        QTest::addColumn<QByteArray>("parts");
        QTest::addColumn<bool>("isConda");
        const auto row = [](const char* fileName, const char* parts) {
            QTest::addRow("%s", fileName)
                << QByteArray(fileName) << QByteArray(parts) << QByteArray(fileName).endsWith(".conda");
        };
        row("zlib-1.2.11-h7b6447c_3.conda", "zlib|1.2.11|h7b6447c_3");
        row("zlib-1.2.11-h7b6447c_3.tar.bz2", "zlib|1.2.11|h7b6447c_3");
        row("a-1-0.conda", "a|1|0");
        row("font-ttf-dejavu-sans-mono-2.37-hab24e00_0.tar.bz2", "font-ttf-dejavu-sans-mono|2.37|hab24e00_0");
        row("_libgcc_mutex-0.1-conda_forge.tar.bz2", "_libgcc_mutex|0.1|conda_forge");
        row("__glibc-2.17-0.conda", "__glibc|2.17|0");
        row("sample-epoch-1!2.0+abc-h0f1e2d3_1.conda", "sample-epoch|1!2.0+abc|h0f1e2d3_1");
        row("x-1=2-0=1.conda", "x|1=2|0=1");
        row("backports.zoneinfo-0.2.1-py38_0.conda", "backports.zoneinfo|0.2.1|py38_0");
        row("r-4.3-r43_0.conda", "r|4.3|r43_0");
        row("a--1-0.conda", "a-|1|0");
        row("--1-0.conda", "-|1|0");
        row("x.conda-1-0.tar.bz2", "x.conda|1|0");
        row("x-1-0.conda.tar.bz2", "x|1|0.conda");
        row("x-1-0.tar.bz2.conda", "x|1|0.tar.bz2");
        row("conda-24.1.0-py310_0.conda", "conda|24.1.0|py310_0");
        row("Case-1.A-B.conda", "Case|1.A|B");
        row("console-1-0.conda", "console|1|0");
        row("com-1-0.conda", "com|1|0");
        row("com1-1-0.conda", "com1|1|0");
        row("null.x-1-0.conda", "null.x|1|0");
        row("com10-1-0.conda", "com10|1|0");
        row("..-1-0.conda", "..|1|0");
        row("a b-1-0.conda", "a b|1|0");
        row("100%-1-0.conda", "100%|1|0");
        QTest::newRow("255 bytes") << QByteArray(245, 'a') + "-1-0.conda" << QByteArray(245, 'a') + "|1|0" << true;
    }
    void parses()
    {
        QFETCH(QByteArray, fileName);
        const auto name = conda::parsePackageFileName(view(fileName));
        QVERIFY2(name, name ? "" : qPrintable(name.error().message));
        const std::string parts =
            std::string(name->name) + '|' + std::string(name->version) + '|' + std::string(name->build);
        QTEST(QByteArray::fromStdString(parts), "parts");
        QTEST(name->format == conda::Format::Conda, "isConda");
        QVERIFY(name->name.data() == fileName.constData()); // a view, not a copy
        QVERIFY(conda::checkFileName(view(fileName)));
        const std::string again =
            std::string(name->name) + '-' + std::string(name->version) + '-' + std::string(name->build);
        QCOMPARE(QByteArray::fromStdString(again + std::string(conda::extension(name->format))), fileName);
    }

    void refusesWhatIsNotAPackage_data()
    {
        QTest::addColumn<QByteArray>("fileName");
        for (const char* fileName : {"zlib",
                                     "zlib-1.2-0",
                                     "zlib-1.2-0.zip",
                                     "zlib-1.2-0.tar.gz",
                                     "zlib-1.2-0.tar",
                                     "zlib-1.2-0.bz2",
                                     "zlib-1.2-0.CONDA",
                                     "zlib-1.2-0.conda.part",
                                     "zlib-1.2-0.conda ~",
                                     "zlib-1.2-0conda",
                                     "zlib.conda",
                                     "zlib-1.2.conda",
                                     "zlib-1.2.tar.bz2",
                                     ".conda",
                                     ".tar.bz2",
                                     "-.conda",
                                     "--.conda",
                                     "---.conda",
                                     "-1-0.conda",
                                     "zlib--0.conda",
                                     "zlib-1.2-.conda",
                                     "-1.conda",
                                     "repodata.json",
                                     "zlib_1.2_0.conda",
                                     "zlib-1.2-0.tar.bz2x",
                                     "tar.bz2"})
            QTest::addRow("%s", fileName) << QByteArray(fileName);
    }
    void refusesWhatIsNotAPackage()
    {
        QFETCH(QByteArray, fileName);
        const auto name = conda::parsePackageFileName(view(fileName));
        QVERIFY(!name);
        QCOMPARE(name.error().kind, ErrorKind::Parse);
        QVERIFY(name.error().message.contains(QString::fromUtf8(fileName)));
        QVERIFY(conda::checkFileName(view(fileName))); // there is nothing wrong with it as a file's name
    }

    void A22_refusesHostile_data() { addHostileRows(); }
    void A22_refusesHostile()
    {
        QFETCH(QByteArray, fileName);
        const auto checked = conda::checkFileName(view(fileName));
        const auto parsed = conda::parsePackageFileName(view(fileName));
        QVERIFY(!checked);
        QVERIFY(!parsed);
        QCOMPARE(checked.error().kind, ErrorKind::Parse);
        QCOMPARE(parsed.error().kind, ErrorKind::Parse);
        const QString message = checked.error().message;
        QVERIFY(message.size() < 500);
        // A33: what is refused is named, and the name can't do anything to a terminal.
        for (const QChar c : message)
            QVERIFY((c >= QLatin1Char(' ') && c < QChar(0x7f)) || c == QChar(0x2026)); // where it is cut
    }

    void A22_refusesACutCharacter() { QVERIFY(!conda::checkFileName("zlib\xe2\x82")); }

    void A22_refusesEveryByteThatIsNotPlainWithoutCrashing()
    {
        for (int c = 0; c < 256; ++c) {
            const QByteArray fileName = QByteArray("zlib-1.2-") + static_cast<char>(c) + "0.conda";
            const bool isAllowed = c >= 32 && c < 127 && !QByteArray("-/\\:*?\"<>|").contains(static_cast<char>(c));
            QVERIFY2(conda::parsePackageFileName(view(fileName)).has_value() == isAllowed,
                     QByteArray::number(c).constData());
        }
    }

    void parsesEveryPackageOfTheCorpus()
    {
        int count = 0;
        for (const char* root : {CORPUS_DIR, SOURCE_DIR "/resources/sample-channel"}) {
            QDirIterator files(QString::fromUtf8(root), {QStringLiteral("*.conda"), QStringLiteral("*.tar.bz2")},
                               QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext()) {
                files.next();
                const QByteArray fileName = files.fileName().toUtf8();
                QVERIFY2(conda::parsePackageFileName(view(fileName)), fileName.constData());
                ++count;
            }
        }
        QVERIFY(count > 50);
    }
};

QTEST_GUILESS_MAIN(TestPackageName)
#include "tst_packagename.moc"

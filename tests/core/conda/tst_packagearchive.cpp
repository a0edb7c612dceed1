// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/conda/infotar.h"
#include "core/conda/repodata.h"
#include "tests/paths.h"

#include <KCompressionDevice>
#include <KZip>

#include <QBuffer>
#include <QDirIterator>
#include <QLoggingCategory>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QtEndian>

#include <numeric>

using namespace condaoci;
using conda::Format;
using conda::InfoMember;

namespace {

QByteArray octal(qint64 value, int digits)
{
    return QByteArray::number(value, 8).rightJustified(digits, '0');
}
QByteArray q(QByteArray text)
{
    return text.replace('\'', '"');
} ///< JSON with ' instead of "

QByteArray member(const QByteArray& path, const QByteArray& content, char type = '0', const QByteArray& link = {},
                  int mode = 0644, qint64 size = -1)
{
    QByteArray block = path.leftJustified(100, '\0') + octal(mode, 7).leftJustified(24, '\0') +
                       octal(size < 0 ? content.size() : size, 11);
    block = block.leftJustified(148, '\0') + "        " + type + link.leftJustified(355, '\0');
    const auto sum = std::accumulate(block.begin(), block.end(), 0,
                                     [](int all, char c) { return all + static_cast<unsigned char>(c); });
    return block.replace(148, 7, octal(sum, 6) + '\0') + content + QByteArray((512 - content.size() % 512) % 512, '\0');
}
const QByteArray indexJson = q("{'name':'x','version':'1','build':'0'}");
const QByteArray end(1024, '\0');
const QByteArray intro = member("info/index.json", indexJson);

using Parts = QList<std::pair<QByteArray, QByteArray>>;
QByteArray zip(const Parts& parts, KZip::Compression compression = KZip::NoCompression)
{
    QBuffer out;
    KZip zip(&out);
    zip.setCompression(compression);
    zip.open(QIODevice::WriteOnly);
    for (const auto& [name, bytes] : parts)
        zip.writeFile(QString::fromUtf8(name), bytes);
    zip.close();
    return out.data();
}
/// With a field of the central directory's entry of a member changed: 8 flags, 10 method, 20 and 24 sizes, 42 offset.
QByteArray patched(QByteArray bytes, const QByteArray& name, qsizetype at, const QByteArray& field)
{
    return bytes.replace(bytes.lastIndexOf(name) - 46 + at, field.size(), field);
}
/// With the end of the central directory saying that it begins with its second entry.
QByteArray withoutFirstEntry(QByteArray bytes)
{
    const auto first = bytes.indexOf("PK\1\2"), last = bytes.lastIndexOf("PK\5\6"),
               second = bytes.indexOf("PK\1\2", first + 1);
    const quint32 field[2] = {qToLittleEndian(quint32(last - second)), qToLittleEndian(quint32(second))};
    return bytes.replace(last + 12, 8, reinterpret_cast<const char*>(field), 8);
}
const Parts::value_type metadata{"metadata.json", q("{'conda_pkg_format_version': 2}")};
const Parts::value_type pkg{"pkg-x-1-0.tar.zst", conda::compressZstd(end)};
Parts::value_type info(const QByteArray& tar, const QByteArray& name = "info-x-1-0.tar.zst")
{
    return {name, conda::compressZstd(tar + end)};
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
Result<conda::PackageInfo> read(QByteArray bytes, Format format)
{
    QBuffer device(&bytes);
    device.open(QIODevice::ReadOnly);
    return conda::readPackageInfo(&device, format);
}
int run(const char* command, const QStringList& paths, const QByteArray& input = {})
{
    const QStringList words = QString::fromLatin1(command).split(QLatin1Char(' ')) + paths;
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedOutputChannel);
    process.start(words[0], words.mid(1));
    process.write(input);
    process.closeWriteChannel();
    return process.waitForFinished() && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

} // namespace

class TestPackageArchive : public QObject
{
    Q_OBJECT
    int m_cphFailures = 0;

private Q_SLOTS:
    void initTestCase()
    {
        QLoggingCategory::setFilterRules(
            QStringLiteral("default.warning=false")); // of KZip, which writes the zips here
    }
    // Name by name and byte by byte what conda's own tool extracts.
    void A26_readsWhatCphExtracts_data()
    {
        QTest::addColumn<QString>("path");
        for (const char* root : {CORPUS_DIR, SOURCE_DIR "/resources/sample-channel"}) {
            QDirIterator files(QString::fromUtf8(root), {QStringLiteral("*.conda"), QStringLiteral("*.tar.bz2")},
                               QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext())
                QTest::newRow(qPrintable(files.next().section(QLatin1Char('/'), -3))) << files.filePath();
        }
    }
    void A26_readsWhatCphExtracts()
    {
        QFETCH(QString, path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto read =
            conda::readPackageInfo(&file, path.endsWith(QLatin1String(".conda")) ? Format::Conda : Format::TarBz2);
        const QTemporaryDir folder;
        const int code = run("cph extract --info --dest", {folder.path(), path});
        QVERIFY2(code >= 0, "Debian's conda-package-handling is needed");
        m_cphFailures += code != 0; // ca-certificates-2024.7.4 was zipped again by hand, in a folder
        QVERIFY2(read.has_value() == (code == 0) && m_cphFailures <= 1, read ? "" : qPrintable(read.error().message));
        if (!read)
            return;
        QVERIFY(std::is_sorted(read->members.begin(), read->members.end(),
                               [](auto& a, auto& b) { return a.path < b.path; }));
        // The info layer made of it is the same in any order, and unpacked it is what cph has unpacked.
        const auto made = conda::makeInfoTarGz(read->members);
        QCOMPARE(conda::makeInfoTarGz({read->members.rbegin(), read->members.rend()}).value_or(QByteArray()), *made);
        const QTemporaryDir again;
        QCOMPARE(run("/usr/bin/tar -xzf - -C", {again.path()}, *made), 0);
        if (read->leftOut.filter(QStringLiteral("second copy")).size() < read->leftOutCount)
            return; // more than cph's own are missing, on purpose (W11)
        QCOMPARE(run("/usr/bin/diff -r --no-dereference", {again.path(), folder.filePath(QStringLiteral("info"))}), 0);
    }

    void makesTheSameInfoTar()
    {
        const QByteArray longName = QByteArray("dir/").repeated(60) + "name";
        std::vector<InfoMember> members{
            {"b", "1", {}, true}, {longName, "2", {}, false}, {"a", {}, longName, false}, {"c", {}, {}, false}};
        const auto made = conda::makeInfoTarGz(members);
        QCOMPARE(made->left(10), QByteArray("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10)); // no name, no time, no system
        std::swap(members[0], members[3]);
        QCOMPARE(conda::makeInfoTarGz(members).value_or(QByteArray()), *made);
        QByteArray bytes = *made;
        KCompressionDevice device(new QBuffer(&bytes), true, KCompressionDevice::GZip);
        device.open(QIODevice::ReadOnly);
        conda::TarReader reader(&device);
        QByteArrayList found;
        for (auto entry = reader.next(); entry && *entry; entry = reader.next())
            found.append((*entry)->path + ' ' + octal((*entry)->mode, 4) + ' ' + (*entry)->linkTarget);
        QByteArrayList expected{"a 0777 " + longName, "b 0755 ", "c 0644 "};
        for (int depth = 1; depth <= 60; ++depth)
            expected.append(QByteArray("dir/").repeated(depth).chopped(1) + " 0755 ");
        QCOMPARE(found, expected << longName + " 0644 ");
    }

    void A21_A24_A25_A26_readsWhatIsRightOnly_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("expected"); // paths; empty if it must be refused
        const auto row = [](const QByteArray& label, const QByteArray& bytes, const char* paths = "") {
            QTest::newRow(label.constData()) << bytes << QByteArray(paths);
        };
        const auto good = [&](const QByteArray& label, const QByteArray& tar, const char* paths) {
            row(label + " in .conda", zip({metadata, info(tar), pkg}), paths);
            row(label + " in .tar.bz2", bzip2(tar + end), paths);
        };
        const auto bad = [&](const QByteArray& label, const QByteArray& tar) { good(label, intro + tar, ""); };
        // Left out and named, and the package is used (W11).
        const auto lacks = [&](const QByteArray& label, const QByteArray& tar, const char* paths = "index.json") {
            good("W11 " + label, intro + tar, paths);
        };
        good("index.json only", intro, "index.json");
        good("directories", member("info", "", '5') + member("info/", "", '5') + member("./info/index.json", "x"),
             "index.json");
        good("links inside",
             intro + member("info/a/b", "", '2', "../index.json") + member("info/c", "", '1', "info/index.json"),
             "a/b c index.json");
        good("the folder itself",
             member("./", "", '5') + member("./info/", "", '5') + member("./info/index.json", "x") +
                 member("./info/c", "", '1', "./info/index.json"),
             "c index.json");
        good("link to above and down again", intro + member("info/a/b/c", "", '2', ".././../x/y"), "a/b/c index.json");
        good("outside",
             member("../x", "") + member("/y", "") + member("z", "", '6') + intro + member("s", "", '0', {}, 04755),
             "index.json");
        good("A26 no member", {}, "");
        good("A26 no index.json", member("info/files", "x"), "");
        good("A26 index.json elsewhere", member("index.json", "x") + member("info/x/index.json", "x"), "");
        good("A26 index.json is a link", member("info/x", "x") + member("info/index.json", "", '2', "x"), "");
        good("A26 index.json is a folder", member("info/index.json", "", '5'), "");
        good("A16 index.json over its limit", member("info/index.json", QByteArray(limits::indexJson + 1, ' ')), "");
        bad("A16 member over its limit, cut", member("info/x", {}, '0', {}, 0644, limits::metadataFile + 1));
        lacks("A16 member over its limit, whole",
              member("info/x", QByteArray(limits::metadataFile + 1, '\0')) + member("info/y", "y"), "index.json y");
        bad("A17 member of 8 GiB, cut", member("info/x", {}, '0', {}, 0644, 8589934591));
        for (const char* path :
             {"info/../x", "info/..", "info/a/../../x", "info/a/..", "info//x", "info//etc/x", "info/a//b"})
            bad(QByteArray("A24 path ") + path, member(path, "y"));
        for (const char* path : {"info/a\\b", "info/..\\..\\x", "info/C:/x", "info/a\\b/../../c"})
            lacks(QByteArray("A24 path ") + path, member(path, "y"));
        lacks("A24 path of 1030 bytes", member("L", "info/" + QByteArray(1025, 'n'), 'L') + member("x", "y"));
        bad("A24 folder that leads out", member("info/../..", "", '5'));
        for (const char* link : {"/etc/passwd", "..", "../x", "a/../../x", "./../x", "..\\x", "", "a/b/../../../x"})
            lacks(QByteArray("A24 symlink to ") + link, member("info/s", "", '2', link));
        lacks("A24 symlink to a name with NUL",
              member("PaxHeader", QByteArray("16 linkpath=a\0b\n", 16), 'x') + member("info/s", "", '2'));
        lacks("A24 symlink to a drive", member("info/s", "", '2', "C:/x"));
        lacks("A24 chain", member("info/a/b", "", '2', "..") + member("info/c", "", '2', "a/b/.."), "a/b index.json");
        lacks("A24 chain from further below",
              member("info/d/e/x", "", '2', "../..") + member("info/d/e/c", "", '2', "x/.."), "d/e/x index.json");
        bad("A24 below a link", member("info/d", "", '2', "a") + member("info/d/x", "y"));
        bad("A24 below a link that is left out", member("info/d", "", '2', "/etc") + member("info/d/x", "y"));
        bad("A24 a link that would be left out, where members are",
            member("info/d/x", "y") + member("info/d", "", '2', "/etc"));
        for (const char* link :
             {"../x", "/etc/passwd", "info/none", "info/../index.json", "libs/../index.json", "a\\b", ""})
            bad(QByteArray("A24 A25 hard link to ") + link, member("info/h", "", '1', link));
        for (const char* link : {"x", "index.json", "libs/index.json", "info/"})
            lacks(QByteArray("A24 A25 hard link to ") + link, member("info/h", "", '1', link));
        lacks("hard link to what is left out",
              member("info/s", "", '2', "/etc/passwd") + member("info/h", "", '1', "info/s"));
        for (const char type : {'3', '4', '6'})
            bad("A25 type " + QByteArray(1, type), member("info/x", "", type));
        for (const int mode : {04755, 02755, 06644})
            good("W11 A25 mode " + octal(mode, 4),
                 member("info/index.json", indexJson, '0', {}, mode) + member("info/x", "", '0', {}, mode),
                 "index.json x");
        good("W11 A25 a folder with the set-gid bit", intro + member("info/d", "", '5', {}, 02775), "index.json");
        lacks("twice, the same", member("info/x", "y") + member("info/x", "y"), "index.json x");
        lacks("twice, of other bytes", member("info/x", "y") + member("info/x", "z"));
        lacks("twice, of other bytes and once more",
              member("info/x", "y") + member("info/x", "z") + member("info/x", "y"));
        lacks("twice, the second as a link", member("info/x", "y") + member("info/x", "", '2', "index.json"));
        lacks("twice, the second too large",
              member("info/x", "y") + member("info/x", QByteArray(limits::metadataFile + 1, '\0')));
        for (const QByteArray& again :
             {intro, member("./info/index.json", indexJson), member("info/index.json", "", '2', "x")})
            bad("A24 twice, as type " + again.mid(156, 1) + again.left(4), again);
        bad("A24 twice, with ./ inside", member("info/./index.json", indexJson));
        bad("A24 a link where members are", member("info/d/x", "y") + member("info/d", "", '2', "a"));
        bad("A24 a folder below a link", member("info/d", "", '2', "a") + member("info/d/x/", "", '5'));
        bad("A24 below a file", member("info/d", "y") + member("info/d/x", "y"));
        bad("A24 info is a link", member("info", "", '2', "lib"));
        bad("A24 all is a link", member("./", "", '2', "lib"));
        lacks("A24 A25 hard link to a symlink", member("info/s", "", '2', "x") + member("info/h", "", '1', "info/s"),
              "index.json s");
        // Few bytes on the way, and little of it inflated: it grows where each link becomes a file.
        QByteArray links = member("info/large", QByteArray(limits::metadataFile, '\0'));
        for (qint64 i = 0; i < limits::infoArchive / limits::metadataFile; ++i)
            links += member("info/l" + QByteArray::number(i), "", '1', "info/large");
        lacks("A21 hard links to more than info/ may have", links, "index.json l0 l1 large");
        bad("wrong checksum", member("info/x", "y").replace(0, 1, "j"));

        const auto parts = [&](const QByteArray& label, const Parts& list) { row(label, zip(list)); };
        const auto whole = info(intro);
        const QByteArray plain = zip({metadata, whole, pkg});
        for (const QByteArray& bytes : {QByteArray(), QByteArray("just a text").repeated(100), QByteArray(4096, '\0')})
            row("A26 no zip " + bytes.left(4).toHex(), bytes);
        for (const Parts& some :
             {Parts(), Parts{metadata}, Parts{metadata, pkg}, Parts{metadata, whole}, Parts{pkg}, Parts{whole}})
            parts("A26 " + QByteArray::number(some.size()) + " members, last is " +
                      (some.isEmpty() ? "" : some.last().first),
                  some);
        for (const char* json : {"", "{}", "[]", "2", "{'conda_pkg_format_version': 1}",
                                 "{'conda_pkg_format_version': 3}", "{'conda_pkg_format_version': '2'}",
                                 "{'conda_pkg_format_version': 2", "{'conda_pkg_format_version': 2.5}"})
            parts(QByteArray("A26 metadata ") + json, {{"metadata.json", q(json)}, whole, pkg});
        const Parts bomb{
            {"metadata.json", q("{'conda_pkg_format_version': 2") + QByteArray(2 * limits::MiB, ' ') + '}'},
            whole,
            pkg};
        parts("A26 metadata over its limit", bomb);
        row("A21 metadata larger than declared",
            patched(zip(bomb, KZip::DeflateCompression), "metadata.json", 24, QByteArray("\x1f\0\0\0", 4)));
        // Whole and right as it is inflated; who reads as much as is declared sees something else.
        row("A26 metadata of another size than declared", patched(zip({metadata, whole, pkg}, KZip::DeflateCompression),
                                                                  metadata.first, 24, QByteArray("\x05\0\0\0", 4)));
        parts("A26 two infos", {metadata, whole, info(intro, "info-y-1-0.tar.zst"), pkg});
        parts("A26 two pkgs", {metadata, whole, pkg, {"pkg-y-1-0.tar.zst", pkg.second}});
        row("A26 two infos of one name",
            zip({metadata, whole, info(intro, "info-y-1-0.tar.zst"), pkg}).replace("info-y", "info-x"));
        for (const char* name : {"a/info-x-1-0.tar.zst", "info-x-1-0.tar.bz2", "INFO-x-1-0.tar.zst",
                                 "info_x-1-0.tar.zst", "xinfo-x-1-0.tar.zst"})
            parts(QByteArray("A26 info called ") + name, {metadata, info(intro, name), pkg});
        row("A26 info above", zip({metadata, info(intro, "...info-x-1-0.tar.zst"), pkg}).replace("...info", "../info"));
        row("A26 info is a folder", zip({metadata, info(intro, "info-x-1-0.tar.zst_"), pkg}).replace("zst_", "zst/"));
        const QByteArray same =
            plain.mid(plain.lastIndexOf(whole.first) - 26, 8) + plain.mid(plain.lastIndexOf(whole.first) - 4, 4);
        row("A21 overlapping", patched(patched(plain, pkg.first, 20, same.left(8)), pkg.first, 42, same.right(4)));
        const auto field = [&](const char* label, qsizetype at, const char* value) {
            row(label, patched(plain, whole.first, at, QByteArray(value, at < 20 ? 2 : 4)));
        };
        field("encrypted flag", 8, "\1\0");
        // What the directory does not have is not there, as for Python's zipfile.
        row("W01 A26 an entry before the directory",
            withoutFirstEntry(
                zip({info(member("info/index.json", "other")), info(intro, "info-y-1-0.tar.zst"), metadata, pkg}))
                .replace("info-y", "info-x"),
            "index.json");
        field("unknown method", 10, "\x0c\0");
        field("deflate that is none", 10, "\x08\0");
        field("A17 packed size of 0", 20, "\0\0\0\0");
        field("A17 packed size of 2 GiB", 20, "\xff\xff\xff\x7f");
        field("A17 offset beyond the end", 42, "\xff\xff\xff\x7f");
        // Cut, not zstd, empty, a window of 2 GiB, gzip.
        for (const QByteArray& bytes : {whole.second.chopped(whole.second.size() / 2), QByteArray("text"), QByteArray(),
                                        QByteArray("\x28\xb5\x2f\xfd\0\xa8\x01\0\0", 9),
                                        *conda::makeInfoTarGz({{"index.json", indexJson, {}, 0}})})
            parts("A21 info's bytes are " + bytes.left(9).toHex(), {metadata, {whole.first, bytes}, pkg});
        // Bombs: 64 MiB of zeros a stream, which are some bytes (of bzip2) or 6 KiB (of zstd) each.
        const qint64 streams = limits::archiveRatioFrom / (64 * limits::MiB) + 1;
        const QByteArray zeros = member("lib/0", QByteArray(64 * limits::MiB, '\0'));
        const QByteArray tail = member("info/late", "y") + end;
        row("W11 A21 bomb in the bzip2, behind index.json", bzip2(intro) + bzip2(zeros).repeated(streams) + bzip2(tail),
            "index.json");
        row("A21 bomb in the bzip2, before index.json",
            bzip2(member("info/early", "y")) + bzip2(zeros).repeated(streams) + bzip2(intro + tail));
        row("W10 130 MiB of zeros in the bzip2", bzip2(intro) + bzip2(zeros).repeated(3) + bzip2(tail),
            "index.json late");
        const auto packed = [](const QByteArray& bytes) { return conda::compressZstd(bytes); };
        row("W11 A21 bomb in the zstd, behind index.json",
            zip({metadata, {whole.first, packed(intro) + packed(zeros).repeated(streams) + packed(tail)}, pkg}),
            "index.json");
        row("A21 bomb in the deflated zstd",
            zip({{whole.first, packed(zeros).repeated(streams) + packed(intro + tail)}, pkg},
                KZip::DeflateCompression));
        QByteArray many = intro;
        for (int i = 0; i < 17; ++i)
            many += member("info/" + QByteArray::number(i), QByteArray(limits::metadataFile, '\0'));
        row("W11 A21 more in info/ than it may have", zip({metadata, info(many), pkg}), "0 1 2 index.json");
    }

    // A package of 1.6 MB can have 900,000 members there, each of which takes memory even if it is empty.
    void A21_keepsSoManyMembers_data()
    {
        QTest::addColumn<QByteArray>("members"); // to stand behind index.json
        QTest::addColumn<qint64>("count");
        QTest::addColumn<qint64>("kept"); // with index.json; -1: as many as have room
        QByteArray files;
        for (qint64 i = 0; i < limits::infoMembers + 1000; ++i)
            files += member("info/" + QByteArray::number(i), {});
        QTest::newRow("A21 files") << files << limits::infoMembers + 1000 << limits::infoMembers;
        QTest::newRow("A21 files, then hard links to what is left out")
            << files + member("info/h", "", '1', "info/" + QByteArray::number(limits::infoMembers + 900))
            << limits::infoMembers + 1001 << limits::infoMembers;
        QTest::newRow("A21 files, then others of the first ones' names")
            << files + member("info/0", "other") << limits::infoMembers + 1000 << limits::infoMembers - 1;
        QByteArray folders;
        for (qint64 i = 0; i < limits::infoMembers / 3 + 1000; ++i)
            folders += member("info/" + QByteArray::number(i) + "/a/b", {});
        QTest::newRow("A21 folders") << folders << limits::infoMembers / 3 + 1000 << qint64(-1);
        QByteArray names;
        for (qint64 i = 0; i < limits::infoNames / 1000 + 1000; ++i)
            names +=
                member("L", "info/" + QByteArray(990, 'n') + QByteArray::number(1'000'000 + i), 'L') + member("x", {});
        QTest::newRow("A21 long names") << names << limits::infoNames / 1000 + 1000 << qint64(-1);
        QByteArray ways; // one member in so many folders that their names are what fills the memory
        for (qint64 i = 0; i < 200; ++i)
            ways += member("L", "info/" + QByteArray::number(1000 + i) + QByteArray("/a").repeated(500), 'L') +
                    member("x", {});
        QTest::newRow("A21 deep folders") << ways << qint64(200) << qint64(-1);
    }
    void A21_keepsSoManyMembers()
    {
        QFETCH(QByteArray, members);
        QFETCH(qint64, count);
        QFETCH(qint64, kept);
        const auto result = read(zip({metadata, pkg, info(intro + members)}), Format::Conda);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->indexJson, indexJson);
        const auto size = static_cast<qint64>(result->members.size());
        qint64 names = 0;
        for (const InfoMember& one : result->members)
            names += one.path.size();
        QVERIFY(size > 1 && size <= limits::infoMembers && names <= limits::infoNames);
        QVERIFY(kept < 0 || size == kept);
        QVERIFY(result->leftOutCount > 0 && result->leftOutCount >= count + 1 - size);
        QVERIFY2(result->leftOut.first().contains(QStringLiteral("kept of info/")),
                 qPrintable(result->leftOut.first()));
        // What is kept can be written, and read again.
        const auto written = conda::makeInfoTarGz(result->members);
        QVERIFY(written);
        QCOMPARE(static_cast<qint64>(conda::readInfoTarGz(*written).value_or(std::vector<InfoMember>()).size()), size);
        // Not even index.json needs to be among the first.
        const auto late = read(zip({metadata, pkg, info(members + intro)}), Format::Conda);
        QVERIFY2(late, late ? "" : qPrintable(late.error().message));
        QCOMPARE(late->indexJson, indexJson);
    }
    void A21_A24_A25_A26_readsWhatIsRightOnly()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, expected);
        const bool isTar = bytes.startsWith("BZh");
        const auto result = read(bytes, isTar ? Format::TarBz2 : Format::Conda);
        if (!result && !expected.isEmpty())
            QFAIL(qPrintable(result.error().message));
        QCOMPARE(result.has_value(), !expected.isEmpty());
        // What is left out is named, the first few at least, each fit for a line.
        const bool isLacking = result && result->leftOutCount > 0;
        if (QByteArray(QTest::currentDataTag()).startsWith("W11") &&
            !QByteArray(QTest::currentDataTag()).contains("mode"))
            QVERIFY(isLacking || QByteArray(QTest::currentDataTag()).contains("folder"));
        else
            QVERIFY(!isLacking);
        if (isLacking) {
            QCOMPARE(result->leftOut.size(), std::min<qsizetype>(result->leftOutCount, limits::leftOutNamed));
            QVERIFY(std::all_of(result->leftOut.begin(), result->leftOut.end(),
                                [](const QString& why) { return !why.isEmpty() && why.size() < 300; }));
        }
        QVERIFY(result || (result.error().kind == ErrorKind::Parse && result.error().message.size() < 600));
        QVERIFY(!read(bytes, isTar ? Format::Conda : Format::TarBz2));
        QByteArray paths;
        for (const InfoMember& one : result ? result->members : std::vector<InfoMember>())
            paths += (paths.isEmpty() ? "" : " ") + one.path;
        QCOMPARE(paths, expected);
    }

    void A21_survivesDamage_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("A21 conda, stored") << zip({metadata, info(intro), pkg});
        QTest::newRow("A21 conda, deflated") << zip({info(intro), pkg}, KZip::DeflateCompression);
        QTest::newRow("A21 tar.bz2") << bzip2(intro + end);
    }
    void A21_survivesDamage()
    {
        QFETCH(QByteArray, bytes);
        const Format format = bytes.startsWith("PK") ? Format::Conda : Format::TarBz2;
        QVERIFY(read(bytes, format));
        for (qsizetype at = 0; at < bytes.size(); ++at) {
            // What follows the last thing that is needed may be missing: the package's sha256 tells.
            const auto cut = read(bytes.left(at), format);
            QVERIFY(cut ? at >= bytes.size() - 22 && cut->indexJson == indexJson
                        : cut.error().kind == ErrorKind::Parse);
            for (const char c : {'\0', '\xff', '\x01', '\x80'}) {
                QByteArray changed = bytes;
                changed[at] = static_cast<char>(changed[at] ^ c);
                (void)read(changed, format).has_value(); // any answer but a crash
            }
        }
    }

    void A26_comparesIndexJson_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<bool>("isRight");
        QTest::newRow("A26 right") << indexJson << true;
        QTest::newRow("A26 right, with more")
            << q("{'depends':[],'build':'0','version':'\\u0031','name':'x','n':{'name':'y'}}") << true;
        for (const char* json :
             {"", "[]", "{}", "null", "{", "{'name':'y',V,B}", "{'name':'../x',V,B}", "{'name':'X',V,B}",
              "{'name':['x'],V,B}", "{'name':'x\\u0000',V,B}", "{N,'version':'1.0',B}", "{N,'version':1,B}",
              "{N,V,'build':'1'}", "{N,V,'build':0}", "{N,V}", "{N,V,B} x", "{N,V,B", "{N,V,B,'name':'y'}"})
            QTest::newRow(json) << q(QByteArray(json)
                                         .replace("N", "'name':'x'")
                                         .replace("V", "'version':'1'")
                                         .replace("B", "'build':'0'"))
                                << false;
    }
    void A26_comparesIndexJson()
    {
        QFETCH(QByteArray, json);
        const auto checked = conda::checkIndexJson(json, *conda::parsePackageFileName("x-1-0.conda"));
        QTEST(checked.has_value(), "isRight");
        QVERIFY(checked || checked.error().kind == ErrorKind::Integrity);
    }
};

QTEST_GUILESS_MAIN(TestPackageArchive)
#include "tst_packagearchive.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/conda/packagearchive.h"
#include "core/conda/repodata.h"
#include "core/conda/ziparchive.h"
#include "tests/paths.h"

#include <QBuffer>
#include <QProcess>
#include <QTemporaryFile>
#include <QTest>
#include <QtEndian>

#include <zlib.h>

#include <numeric>

using namespace condaoci;

namespace {

/// How a writer of zips tells sizes and places.
struct Style
{
    bool local64 = false;      ///< the local header says FFFFFFFF, its zip64 extra field says the sizes
    bool directory64 = false;  ///< so does the directory, with the place of the header
    bool end64 = false;        ///< with a zip64 end and its locator
    int descriptor = 0;        ///< bytes behind the content: 12 or 20 without a signature, 16 or 24 with one
    QByteArray extra = {};     ///< one more extra field, in both places
    QByteArray before = {};    ///< the zip
    QByteArray comment = {};   ///< at its end
    QByteArray endFiller = {}; ///< between the zip64 end and its locator, as its extensible data
};

template<typename T>
QByteArray le(T value)
{
    value = qToLittleEndian(value);
    return QByteArray(reinterpret_cast<const char*>(&value), sizeof value);
}

quint32 crcOf(const QByteArray& bytes)
{
    return static_cast<quint32>(crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(bytes.constData()),
                                      static_cast<uInt>(bytes.size())));
}

using Parts = QList<std::pair<QByteArray, QByteArray>>;

/// \param hole  zero bytes that the second part has besides its own, and which are not in what is returned
QByteArray zip(const Parts& parts, const Style& style = {}, quint64 hole = 0)
{
    QByteArray local = style.before, directory;
    quint64 shift = 0;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const auto& [name, bytes] = parts[i];
        const quint64 size = static_cast<quint64>(bytes.size()) + (i == 1 ? hole : 0);
        const quint64 offset = static_cast<quint64>(local.size() - style.before.size()) + shift;
        const quint32 crc = crcOf(bytes);
        const quint16 flags = style.descriptor > 0 ? 8 : 0;
        const bool is64 = style.local64 || size > 0xfffffffe;
        const QByteArray sizes = style.descriptor > 0 ? QByteArray(is64 ? 16 : 8, '\0')
                                 : is64               ? le(size) + le(size)
                                                      : le(static_cast<quint32>(size)) + le(static_cast<quint32>(size));
        const QByteArray extra = (is64 ? le<quint16>(1) + le<quint16>(16) + sizes : QByteArray()) + style.extra;
        local += "PK\3\4" + le<quint16>(45) + le(flags) + le<quint16>(0) + le<quint32>(0) +
                 le(style.descriptor > 0 ? quint32(0) : crc) + (is64 ? QByteArray(8, '\xff') : sizes) +
                 le(static_cast<quint16>(name.size())) + le(static_cast<quint16>(extra.size())) + name + extra + bytes;
        if (style.descriptor % 8 == 0 && style.descriptor > 0)
            local += "PK\7\10";
        if (style.descriptor == 12 || style.descriptor == 16)
            local += le(crc) + le(static_cast<quint32>(size)) + le(static_cast<quint32>(size));
        else if (style.descriptor > 0)
            local += le(crc) + le(size) + le(size);
        const bool isFar = style.directory64 || size > 0xfffffffe || offset > 0xfffffffe;
        const QByteArray extra64 =
            isFar ? le<quint16>(1) + le<quint16>(24) + le(size) + le(size) + le(offset) : QByteArray();
        directory += "PK\1\2" + le<quint16>(45) + le<quint16>(45) + le(flags) + le<quint16>(0) + le<quint32>(0) +
                     le(crc) +
                     (isFar ? QByteArray(8, '\xff') : le(static_cast<quint32>(size)) + le(static_cast<quint32>(size))) +
                     le(static_cast<quint16>(name.size())) +
                     le(static_cast<quint16>(extra64.size() + style.extra.size())) + QByteArray(10, '\0') +
                     (isFar ? QByteArray(4, '\xff') : le(static_cast<quint32>(offset))) + name + extra64 + style.extra;
        shift += i == 1 ? hole : 0;
    }
    const quint64 start = static_cast<quint64>(local.size() - style.before.size()) + shift;
    const auto length = static_cast<quint64>(directory.size());
    const auto count = static_cast<quint16>(parts.size());
    QByteArray end;
    if (style.end64)
        end = "PK\6\6" + le<quint64>(44 + static_cast<quint64>(style.endFiller.size())) + le<quint16>(45) +
              le<quint16>(45) + QByteArray(8, '\0') + le<quint64>(count) + le<quint64>(count) + le(length) + le(start) +
              style.endFiller + "PK\6\7" + le<quint32>(0) + le(start + length) + le<quint32>(1);
    end += "PK\5\6" + QByteArray(4, '\0');
    end += style.end64 ? QByteArray(12, '\xff')
                       : le(count) + le(count) + le(static_cast<quint32>(length)) + le(static_cast<quint32>(start));
    return local + directory + end + le(static_cast<quint16>(style.comment.size())) + style.comment;
}

QByteArray tarMember(const QByteArray& path, const QByteArray& content)
{
    QByteArray block = path.leftJustified(100, '\0') + QByteArray("0000644").leftJustified(24, '\0') +
                       QByteArray::number(content.size(), 8).rightJustified(11, '0');
    block = block.leftJustified(148, '\0') + "        " + '0' + QByteArray(355, '\0');
    const auto sum = std::accumulate(block.begin(), block.end(), 0,
                                     [](int all, char c) { return all + static_cast<unsigned char>(c); });
    return block.replace(148, 7, QByteArray::number(sum, 8).rightJustified(6, '0') + '\0') + content +
           QByteArray((512 - content.size() % 512) % 512, '\0');
}

const QByteArray indexJson = "{\"name\":\"x\"}";
const Parts::value_type metadata{"metadata.json", "{\"conda_pkg_format_version\": 2}"};
const Parts::value_type pkg{"pkg-x-1-0.tar.zst", conda::compressZstd(QByteArray(1024, '\0'))};
const Parts::value_type info{"info-x-1-0.tar.zst",
                             conda::compressZstd(tarMember("info/index.json", indexJson) + QByteArray(1024, '\0'))};
const Parts usual{metadata, pkg, info};

/// A file with a hole of zeros in it, which takes no place anywhere, and which tells how much of it was read.
class Sparse final : public QIODevice
{
public:
    Sparse(const QByteArray& bytes, qint64 holeAt, qint64 hole)
        : m_bytes(bytes)
        , m_holeAt(holeAt)
        , m_hole(hole)
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    [[nodiscard]] qint64 size() const override { return m_bytes.size() + m_hole; }
    qint64 given = 0;

protected:
    qint64 readData(char* to, qint64 most) override
    {
        qint64 at = pos();
        qint64 got = 0;
        for (; got < most && at < size(); ++got, ++at)
            to[got] = at < m_holeAt ? m_bytes[at] : at < m_holeAt + m_hole ? '\0' : m_bytes[at - m_hole];
        given += got;
        return got;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_holeAt;
    qint64 m_hole;
};

Result<conda::PackageInfo> read(QByteArray bytes)
{
    QBuffer device(&bytes);
    device.open(QIODevice::ReadOnly);
    return conda::readPackageInfo(&device, conda::Format::Conda);
}

/// Whether Python's zipfile reads all of it.
bool pythonReads(const QByteArray& bytes)
{
    QTemporaryFile file;
    if (!file.open() || file.write(bytes) != bytes.size() || !file.flush())
        return false;
    QProcess python;
    python.start(QStringLiteral("python3"),
                 {QStringLiteral("-c"),
                  QStringLiteral("import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip() is not None)"),
                  file.fileName()});
    return python.waitForFinished() && python.exitStatus() == QProcess::NormalExit && python.exitCode() == 0;
}

} // namespace

/// The zip of a .conda, as the writers of the world make it.
class TestZipArchive : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void W01_readsWhatPythonReads_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* label, const QByteArray& bytes) { QTest::newRow(label) << bytes; };
        const auto nested = [](const Style& style) {
            return zip({metadata, {pkg.first, pkg.second + zip({{"a.py", "1"}, {"b.py", "2"}}, style)}, info}, style);
        };
        row("plain", zip(usual));
        row("sizes in the local extra field only", zip(usual, {.local64 = true}));
        row("sizes in both extra fields", zip(usual, {.local64 = true, .directory64 = true}));
        row("zip64 end", zip(usual, {.end64 = true}));
        row("all of zip64", zip(usual, {.local64 = true, .directory64 = true, .end64 = true}));
        row("descriptors with a signature", zip(usual, {.descriptor = 16}));
        row("descriptors without one", zip(usual, {.descriptor = 12}));
        row("descriptors of 64 bits", zip(usual, {.local64 = true, .descriptor = 24}));
        row("descriptors of 64 bits without a signature", zip(usual, {.local64 = true, .descriptor = 20}));
        row("zip64 extra field of length 0", zip(usual, {.extra = le<quint16>(1) + le<quint16>(0)}));
        row("timestamps", zip(usual, {.extra = "UT" + le<quint16>(5) + QByteArray(5, '\1')}));
        row("comment", zip(usual, {.comment = "a comment"}));
        row("the longest comment", zip(usual, {.comment = QByteArray(65535, ' ')}));
        row("bytes before", zip(usual, {.before = "#!/bin/sh\nexit 1\n"}));
        row("bytes before zip64",
            zip(usual, {.local64 = true, .directory64 = true, .end64 = true, .before = "before"}));
        row("other order", zip({info, metadata, pkg}));
        row("more members",
            zip({metadata, {"README", "x"}, {"sub/info-x-1-0.tar.zst", "x"}, pkg, info, {"empty/", ""}}));
        row("no metadata.json", zip({pkg, info}));
        row("a wheel in the payload", nested({}));
        row("a wheel in the payload, zip64", nested({.local64 = true}));
        row("a wheel in the payload, descriptors", nested({.descriptor = 12}));
        row("a wheel with a zip64 end in the payload", nested({.end64 = true}));
    }
    void W01_readsWhatPythonReads()
    {
        QFETCH(QByteArray, bytes);
        const auto result = read(bytes);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->indexJson, indexJson);
        QVERIFY(pythonReads(bytes));
        // Cut anywhere it is no zip any more, or one that says less.
        for (qsizetype at = 0; at < std::min<qsizetype>(bytes.size(), 2000); ++at) {
            const auto cut = read(bytes.chopped(at + 1));
            QVERIFY(cut ? cut->indexJson == indexJson : cut.error().kind == ErrorKind::Parse);
        }
    }

    void W01_readsTheExtensibleEnd()
    {
        // Python of today reads it, the one of some years ago did not.
        const auto result = read(zip(usual, {.end64 = true, .endFiller = QByteArray(30, 'f')}));
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
    }

    void W01_readsOverFourGiB_data()
    {
        QTest::addColumn<qint64>("hole");
        QTest::newRow("400 MiB") << 400 * limits::MiB;
        QTest::newRow("5 GiB") << 5 * limits::GiB;
    }
    void W01_readsOverFourGiB()
    {
        QFETCH(qint64, hole);
        const bool isFar = hole > limits::GiB;
        const QByteArray bytes = zip(usual, {.end64 = isFar}, static_cast<quint64>(hole));
        Sparse device(bytes, bytes.indexOf(pkg.second) + pkg.second.size(), hole);
        const auto result = conda::readPackageInfo(&device, conda::Format::Conda);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->indexJson, indexJson);
        QVERIFY2(device.given < 200 * limits::KiB,
                 QByteArray::number(device.given).constData()); // not a byte of the payload
    }

    void W01_refusesWithTheReason_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* label, const QByteArray& bytes, const char* reason) {
            QTest::newRow(label) << bytes << QString::fromUtf8(reason);
        };
        const auto patched = [](QByteArray bytes, const QByteArray& name, qsizetype at, const QByteArray& field) {
            return bytes.replace(bytes.lastIndexOf(name) - 46 + at, field.size(), field);
        };
        const QByteArray plain = zip(usual);
        row("a text", QByteArray("just a text").repeated(100), "not a whole zip");
        row("cut", plain.chopped(30), "not a whole zip");
        row("encrypted", patched(plain, info.first, 8, le<quint16>(1)), "encrypted");
        row("strongly encrypted", patched(plain, info.first, 8, le<quint16>(0x41)), "encrypted");
        row("twice", zip({metadata, pkg, info, info}), "twice");
        row("two infos", zip({metadata, pkg, info, {"info-y-1-0.tar.zst", info.second}}), "more than one");
        row("overlapping", patched(plain, pkg.first, 42, le(static_cast<quint32>(plain.indexOf("PK\3\4", 10)) - 5)),
            "overlap");
        row("one over the other",
            patched(plain, metadata.first, 42, le(static_cast<quint32>(plain.indexOf(info.first) - 30))), "overlap");
        row("longer than its place", patched(plain, info.first, 20, le(quint32(info.second.size() + 1))), "overlap");
        row("beyond the file", patched(plain, info.first, 42, le(quint32(0x7fffffff))), "not within");
        row("the local header has another name", QByteArray(plain).replace(plain.indexOf(info.first), 6, "info+x"),
            "not where the directory");
        row("wrong CRC", patched(plain, info.first, 16, le(quint32(1))), "checksum");
        row("wrong CRC of metadata.json", patched(plain, metadata.first, 16, le(quint32(1))), "checksum");
        row("shorter than it is", patched(plain, info.first, 24, le(quint32(info.second.size() - 1))), "size");
        row("an unknown method", patched(plain, info.first, 10, le<quint16>(99)), "unknown way");
        row("an unknown method of the files", patched(plain, pkg.first, 10, le<quint16>(99)), "unknown way");
        row("version 6.4", patched(plain, info.first, 6, le<quint16>(64)), "newer version");
        row("version 7.5", patched(plain, info.first, 6, le<quint16>(75)), "newer version");
        row("version 7.5 of the files", patched(plain, pkg.first, 6, le<quint16>(75)), "newer version");
        row("damaged directory", QByteArray(plain).replace(plain.lastIndexOf("PK\1\2"), 4, "PK\1\3"), "damaged");
        row("name longer than the directory", patched(plain, info.first, 28, le<quint16>(60000)), "damaged");
        row("extra field longer than it is", zip(usual, {.extra = le<quint16>(9) + le<quint16>(60)}), "damaged");
        row("zip64 extra field that is too short",
            patched(zip(usual, {.extra = le<quint16>(1) + le<quint16>(4) + "1234"}), info.first, 24,
                    QByteArray(4, '\xff')),
            "damaged");
        row("directory of 2 GiB", QByteArray(plain).replace(plain.size() - 10, 4, le(quint32(0x7fffffff))), "damaged");
        const QByteArray whole64 = zip(usual, {.end64 = true});
        row("locator of what is not there", QByteArray(whole64).replace(whole64.lastIndexOf("PK\6\6"), 4, "PK\6\5"),
            "damaged");
        row("several disks", QByteArray(whole64).replace(whole64.lastIndexOf("PK\6\7") + 16, 1, "\2"), "disks");
        row("directory of 2^63 bytes",
            QByteArray(whole64).replace(whole64.lastIndexOf("PK\6\6") + 40, 8, le(~quint64(0) >> 1)), "damaged");
        row("directory at 2^63",
            QByteArray(whole64).replace(whole64.lastIndexOf("PK\6\6") + 48, 8, le(~quint64(0) >> 1)), "damaged");
    }
    void W01_refusesWithTheReason()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        const auto result = read(bytes);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Parse);
        QVERIFY2(result.error().message.contains(reason), qPrintable(result.error().message));
    }

    // The inputs that failed in November 2026, made by Python's writers.
    void W01_W10_W11_readsTheWorldsCases_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("paths");
        const QByteArray all = "about.json files index.json paths.json recipe/meta.yaml";
        for (const char* file :
             {"hasnpz-1.0-0.conda", "zipcase11-1.0-0.conda", "pbzip2-1.0-0.tar.bz2", "pzstd-1.0-0.conda",
              "noeof-1.0-0.conda", "link34-1.0-0.conda", "dup-1.0-0.conda", "setgid-1.0-0.conda"})
            QTest::newRow(file) << QString::fromLatin1(file) << all;
    }
    void W01_W10_W11_readsTheWorldsCases()
    {
        QFETCH(QString, file);
        QFETCH(QByteArray, paths);
        QFile device(QStringLiteral(SOURCE_DIR "/tests/world/cases/") + file);
        QVERIFY(device.open(QIODevice::ReadOnly));
        const auto result = conda::readPackageInfo(
            &device, file.endsWith(QLatin1String(".conda")) ? conda::Format::Conda : conda::Format::TarBz2);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QByteArrayList found;
        for (const conda::InfoMember& member : result->members)
            found.append(member.path);
        QCOMPARE(found.join(' '), paths);
        const bool isLacking = file.startsWith(QLatin1String("link34")) || file.startsWith(QLatin1String("dup"));
        QCOMPARE(result->leftOutCount, isLacking ? 1 : 0);
        QCOMPARE(result->leftOut.size(), isLacking ? 1 : 0);
    }
};

QTEST_GUILESS_MAIN(TestZipArchive)
#include "tst_ziparchive.moc"

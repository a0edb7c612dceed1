// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/infotar.h"

#include "core/base/limits.h"

#include <KCompressionDevice>

#include <QBuffer>
#include <QTest>

#include <algorithm>
#include <numeric>

using namespace condaoci;

namespace {

QByteArray octal(qint64 value, int digits)
{
    return QByteArray::number(value, 8).rightJustified(digits, '0');
}

QByteArray member(const QByteArray& path, const QByteArray& content, char type = '0', const QByteArray& link = {},
                  int mode = 0644)
{
    QByteArray block =
        path.leftJustified(100, '\0') + octal(mode, 7).leftJustified(24, '\0') + octal(content.size(), 11);
    block = block.leftJustified(148, '\0') + "        " + type + link.leftJustified(355, '\0');
    const auto sum = std::accumulate(block.begin(), block.end(), 0,
                                     [](int all, char c) { return all + static_cast<unsigned char>(c); });
    return block.replace(148, 7, octal(sum, 6) + '\0') + content + QByteArray((512 - content.size() % 512) % 512, '\0');
}

QByteArray gzip(const QByteArray& bytes)
{
    QBuffer out;
    KCompressionDevice device(&out, false, KCompressionDevice::GZip);
    device.open(QIODevice::WriteOnly);
    device.write(bytes);
    device.close();
    return out.data();
}

const QByteArray end(1024, '\0');

} // namespace

/// Info layers of a registry, which anybody may have pushed: what holds for the info/ of a package holds for them.
class TestInfoTar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void A24_A25_readsWhatIsRightOnly_data()
    {
        QTest::addColumn<QByteArray>("tar");
        QTest::addColumn<QByteArray>("expected"); // paths; empty if it must be refused
        const auto good = [](const QByteArray& label, const QByteArray& tar, const char* paths) {
            QTest::newRow(label.constData()) << tar << QByteArray(paths);
        };
        const QByteArray index = member("index.json", "{}");
        const auto bad = [&](const QByteArray& label, const QByteArray& tar) { good(label, index + tar, ""); };
        good("ours", index + member("recipe/meta.yaml", "x"), "index.json recipe/meta.yaml");
        good("the predecessor's", member("info/", "", '5') + member("info/index.json", "{}"), "index.json");
        good("the folder itself", member("./", "", '5') + member("./index.json", "{}"), "index.json");
        good("links inside",
             index + member("a/b", "", '2', "../index.json") + member("c", "", '1', "index.json") +
                 member("d", "", '1', "info/index.json"),
             "a/b c d index.json");
        good("without index.json", member("files", "x"), "files");
        for (const char* path : {"../x", "a/../../x", "info/../../x", "/etc/passwd", "a\\b", "C:/x", "a//b", "a/./b"})
            bad(QByteArray("A24 path ") + path, member(path, "y"));
        for (const char* link : {"/etc/passwd", "..", "../x", "a/../../x", "..\\x", "C:/x"})
            bad(QByteArray("A24 symlink to ") + link, member("s", "", '2', link));
        for (const char* link : {"../outside.txt", "/etc/passwd", "none", "info/../index.json", "../info/index.json"})
            bad(QByteArray("A25 hard link to ") + link, member("h", "", '1', link) + member("h", "y"));
        bad("A24 written through a link", member("d", "", '2', "a") + member("d/x", "y"));
        bad("A24 chain", member("a/b", "", '2', "..") + member("c", "", '2', "a/b/.."));
        bad("A24 twice", index);
        bad("A24 twice, of other bytes", member("x", "y") + member("x", "z"));
        bad("A24 twice, under both names", member("info/index.json", "{}"));
        for (const char type : {'3', '4', '6'})
            bad(QByteArray("A25 type ") + type, member("x", "", type));
        // The bits go no further than this.
        good("W11 A25 set-uid and set-gid", index + member("x", "", '0', {}, 06755), "index.json x");
    }
    void A24_A25_readsWhatIsRightOnly()
    {
        QFETCH(QByteArray, tar);
        QFETCH(QByteArray, expected);
        const auto members = conda::readInfoTarGz(gzip(tar + end));
        QCOMPARE(members.has_value(), !expected.isEmpty());
        QVERIFY(members || (members.error().kind == ErrorKind::Parse && members.error().message.size() < 600));
        QByteArrayList paths;
        for (const conda::InfoMember& one : members ? *members : std::vector<conda::InfoMember>())
            paths.append(one.path);
        QCOMPARE(paths.join(' '), expected);
    }

    // The Python tool's own test asks for a member `recipe`.
    void W35_hasItsDirectoriesAsMembers_data()
    {
        QTest::addColumn<QByteArrayList>("paths");
        QTest::addColumn<QByteArrayList>("members"); // of the tar
        QTest::newRow("none") << QByteArrayList{"about.json", "index.json"}
                              << QByteArrayList{"F about.json", "F index.json"};
        QTest::newRow("one") << QByteArrayList{"recipe/meta.yaml", "index.json", "recipe/build.sh"}
                             << QByteArrayList{"F index.json", "D recipe", "F recipe/build.sh", "F recipe/meta.yaml"};
        QTest::newRow("below another, beside a like name")
            << QByteArrayList{"a/b/c", "a-b", "a/b.c"} << QByteArrayList{"D a", "F a-b", "D a/b", "F a/b.c", "F a/b/c"};
        QTest::newRow("info/ below info/")
            << QByteArrayList{"info/x", "y"} << QByteArrayList{"D info", "D info/info", "F info/info/x", "F info/y"};
        const QByteArray deep = QByteArray(99, 'd') + '/' + QByteArray(99, 'e');
        QTest::newRow("long names") << QByteArrayList{deep + "/f"}
                                    << QByteArrayList{"D " + deep.left(99), "D " + deep, "F " + deep + "/f"};
    }
    void W35_hasItsDirectoriesAsMembers()
    {
        QFETCH(QByteArrayList, paths);
        QFETCH(QByteArrayList, members);
        std::vector<conda::InfoMember> list;
        for (const QByteArray& path : paths)
            list.push_back({path, "x", {}});
        const auto made = conda::makeInfoTarGz(list);
        QVERIFY(made);
        std::reverse(list.begin(), list.end());
        QCOMPARE(conda::makeInfoTarGz(list).value_or(QByteArray()), *made);
        QByteArray bytes = *made;
        QBuffer compressed(&bytes);
        KCompressionDevice device(&compressed, false, KCompressionDevice::GZip);
        QVERIFY(device.open(QIODevice::ReadOnly));
        conda::TarReader reader(&device);
        QByteArrayList found;
        for (auto entry = reader.next(); entry && *entry; entry = reader.next()) {
            const bool isFolder = (*entry)->type == conda::TarEntry::Type::Directory;
            found.append((isFolder ? "D " : "F ") + (*entry)->path);
            QCOMPARE((*entry)->mode, isFolder ? 0755U : 0644U);
        }
        QCOMPARE(found, members);
        // Our own reader gives what was put in.
        const auto again = conda::readInfoTarGz(*made);
        QVERIFY(again && again->size() == list.size());
        std::sort(paths.begin(), paths.end());
        for (qsizetype i = 0; i < paths.size(); ++i)
            QCOMPARE((*again)[static_cast<size_t>(i)].path, paths[i]);
    }

    void W10_readsWhatGzipReads()
    {
        // Several members, and a tar without its zeros; a cut one is neither.
        const QByteArray tar = member("a", "1") + member("b", "2");
        const QByteArray packed = gzip(tar.left(700)) + gzip(tar.mid(700));
        const auto members = conda::readInfoTarGz(packed);
        QVERIFY(members && members->size() == 2);
        for (qsizetype at = gzip(tar.left(700)).size() + 1; at < packed.size(); ++at)
            QVERIFY(!conda::readInfoTarGz(packed.left(at)));
    }

    void A21_stopsBombs()
    {
        // Each member within its limit, all of them not; then one that a header only promises.
        QByteArray tar;
        for (int i = 0; i < 17; ++i)
            tar += member(QByteArray::number(i), QByteArray(limits::metadataFile, '\0'));
        const auto many = conda::readInfoTarGz(gzip(tar + end));
        QVERIFY(!many && many.error().kind == ErrorKind::Parse);
        tar.clear();
        const auto large = conda::readInfoTarGz(gzip(member("x", QByteArray(limits::metadataFile + 1, '\0')) + end));
        QVERIFY(!large && large.error().kind == ErrorKind::Parse);
        const auto nothing = conda::readInfoTarGz(gzip({}));
        QVERIFY(!nothing);
    }

    void A21_survivesDamage()
    {
        const QByteArray whole = gzip(member("index.json", "{}") + end);
        QVERIFY(conda::readInfoTarGz(whole));
        for (qsizetype at = 0; at < whole.size(); ++at) {
            (void)conda::readInfoTarGz(whole.left(at)).has_value();
            for (const char c : {'\xff', '\x01', '\x80'}) {
                QByteArray changed = whole;
                changed[at] = static_cast<char>(changed[at] ^ c);
                (void)conda::readInfoTarGz(changed).has_value(); // any answer but a crash
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestInfoTar)
#include "tst_infotar.moc"

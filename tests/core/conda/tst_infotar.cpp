// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/infotar.h"

#include "core/base/limits.h"

#include <KCompressionDevice>

#include <QBuffer>
#include <QTest>

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
        bad("A24 twice, under both names", member("info/index.json", "{}"));
        for (const char type : {'3', '4', '6'})
            bad(QByteArray("A25 type ") + type, member("x", "", type));
        bad("A25 set-uid", member("x", "", '0', {}, 04755));
        bad("A25 set-gid", member("x", "", '0', {}, 02755));
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

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/channel.h"
#include "tests/paths.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace condaoci;
using conda::Channel;

class TestChannel : public QObject
{
    Q_OBJECT

    static QString from(const char* text) { return QString::fromUtf8(text); }

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("bases");
        const auto row = [](const char* text, const char* name, const char* bases) {
            QTest::addRow("'%s'", text) << from(text) << from(name) << from(bases);
        };
        const char* forge = "https://conda.anaconda.org/conda-forge https://conda-web.anaconda.org/conda-forge";
        row("conda-forge", "conda-forge", forge);
        row("conda-forge/", "conda-forge", forge);
        row("conda-forge///", "conda-forge", forge);
        row("  conda-forge ", "conda-forge", forge);
        row("bioconda", "bioconda", "https://conda.anaconda.org/bioconda https://conda-web.anaconda.org/bioconda");
        row("conda-forge/label/dev", "conda-forge/label/dev",
            "https://conda.anaconda.org/conda-forge/label/dev https://conda-web.anaconda.org/conda-forge/label/dev");
        row("conda-forge/label/rust_dev", "conda-forge/label/rust_dev",
            "https://conda.anaconda.org/conda-forge/label/rust_dev "
            "https://conda-web.anaconda.org/conda-forge/label/rust_dev");
        row("a.b_c__d--e", "a.b_c__d--e",
            "https://conda.anaconda.org/a.b_c__d--e https://conda-web.anaconda.org/a.b_c__d--e");
        row("defaults", "pkgs/main", "https://repo.anaconda.com/pkgs/main");
        row("main", "pkgs/main", "https://repo.anaconda.com/pkgs/main");
        row("pkgs/main", "pkgs/main", "https://repo.anaconda.com/pkgs/main");
        row("r", "pkgs/r", "https://repo.anaconda.com/pkgs/r");
        row("msys2", "pkgs/msys2", "https://repo.anaconda.com/pkgs/msys2");
        row("pkgs/free", "pkgs/free", "https://repo.anaconda.com/pkgs/free");

        row("https://conda.anaconda.org/conda-forge", "conda-forge", forge);
        row("https://conda.anaconda.org/conda-forge/", "conda-forge", forge);
        row("https://CONDA.anaconda.org/conda-forge//", "conda-forge", forge);
        row("HTTPS://conda.anaconda.org/conda-forge", "conda-forge", forge);
        row("https://conda.anaconda.org/conda-forge/linux-64", "conda-forge", forge);
        row("https://conda.anaconda.org/conda-forge/noarch/", "conda-forge", forge);
        row("https://conda.anaconda.org/conda-forge/label/dev/osx-arm64", "conda-forge/label/dev",
            "https://conda.anaconda.org/conda-forge/label/dev https://conda-web.anaconda.org/conda-forge/label/dev");
        row("https://conda.anaconda.org/noarch", "noarch",
            "https://conda.anaconda.org/noarch https://conda-web.anaconda.org/noarch");
        row("https://conda-web.anaconda.org/conda-forge", "conda-forge", "https://conda-web.anaconda.org/conda-forge");
        row("https://repo.anaconda.com/pkgs/main/win-64", "pkgs/main", "https://repo.anaconda.com/pkgs/main");
        row("https://repo.prefix.dev/conda-forge", "conda-forge", "https://repo.prefix.dev/conda-forge");
        row("http://localhost:8080/get/my-channel/", "my-channel", "http://localhost:8080/get/my-channel");
        row("https://conda.anaconda.org/t/tk-123/team", "team",
            "https://conda.anaconda.org/t/tk-123/team https://conda-web.anaconda.org/t/tk-123/team");
        row("https://user:pw@conda.example.org:8443/x/team/noarch", "team",
            "https://user:pw@conda.example.org:8443/x/team");
        row("https://[::1]:8080/team", "team", "https://[::1]:8080/team");
        row("https://conda.example.org/x/t/tk-123/team/noarch", "team", "https://conda.example.org/x/t/tk-123/team");
        row("file:///srv/t/team", "team", "file:///srv/t/team");
        row("t", "t", "https://conda.anaconda.org/t https://conda-web.anaconda.org/t");
        row("file:///srv/conda/team", "team", "file:///srv/conda/team");
        row("file:///srv/conda/team/noarch/", "team", "file:///srv/conda/team");
    }
    void reads()
    {
        QFETCH(QString, text);
        const auto channel = conda::parseChannel(text);
        QVERIFY2(channel, channel ? "" : qPrintable(channel.error().message));
        QTEST(channel->name, "name");
        QStringList bases;
        for (const QUrl& base : channel->bases)
            bases.append(base.toString(QUrl::FullyEncoded));
        QTEST(bases.join(QLatin1Char(' ')), "bases");
        QCOMPARE(channel->isLocal(), text.startsWith(QLatin1String("file:")));
        // Another name does not change where it is.
        const auto renamed = conda::parseChannel(text, QStringLiteral("other/name"));
        QVERIFY(renamed);
        QCOMPARE(renamed->name, QStringLiteral("other/name"));
        QVERIFY(renamed->bases == channel->bases);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"",
                                 " ",
                                 "/no/such/directory",
                                 "./no-such-directory",
                                 "../no-such-directory",
                                 "~/no-such-directory",
                                 "ftp://host/channel",
                                 "sftp://host/channel",
                                 "s3://bucket/channel",
                                 "oci://ghcr.io/channel",
                                 "qrc://x/channel",
                                 "://x",
                                 "https://",
                                 "https:///channel",
                                 "https://host:port/channel",
                                 "https://host/channel?x=1",
                                 "https://host/channel#x",
                                 "https://conda.anaconda.org",
                                 "https://conda.anaconda.org/",
                                 "https://host/",
                                 "https://host/Upper",
                                 "Upper",
                                 "conda forge",
                                 "conda-forge//dev",
                                 "x\\y",
                                 "C:\\x",
                                 "conda-forge/../x",
                                 "a/./b",
                                 "-x",
                                 "x-",
                                 "x..y",
                                 "x___y",
                                 "x/-/y",
                                 "caf\xc3\xa9",
                                 "https://host/a%20b",
                                 "a?b",
                                 "a:b",
                                 "https://[::1/channel",
                                 "https://host/a%0ab",
                                 "https://host/a%2e%2e",
                                 "t/tk/team",
                                 "x/t/tk",
                                 "a@b",
                                 "conda.anaconda.org/team",
                                 "CONDA.anaconda.org/team",
                                 "repo.anaconda.com/pkgs/main",
                                 "https://conda.anaconda.org/t/tk"})
            QTest::addRow("'%s'", text) << from(text);
        QTest::newRow("line feed") << QStringLiteral("x\ny");
        QTest::newRow("NUL") << QString(QLatin1Char('a')) + QChar(0) + QLatin1Char('b');
        QTest::newRow("A22 right-to-left override") << QStringLiteral("a\u202eb");
        QTest::newRow("A22 more than a registry takes") << QString(256, QLatin1Char('a'));
        QTest::newRow("very long and broken") << QString(100'000, QLatin1Char('/')) + QLatin1Char('x');
    }
    void refuses()
    {
        QFETCH(QString, text);
        const auto channel = conda::parseChannel(text);
        QVERIFY2(!channel, channel ? qPrintable(channel->name) : "");
        QCOMPARE(channel.error().kind, ErrorKind::Config);
        QVERIFY(!channel.error().message.isEmpty());
        QVERIFY(channel.error().message.size() < 1000);
        for (const QChar c : channel.error().message)
            QVERIFY(c.category() != QChar::Other_Control && c.category() != QChar::Other_Format);
    }

    void readsDirectories()
    {
        const QTemporaryDir folder;
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("sub/my-channel/noarch")));
        QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("a b+c")));
        const QString path = folder.filePath(QStringLiteral("sub/my-channel"));
        for (const QString& text :
             {path, path + QLatin1Char('/'), folder.filePath(QStringLiteral("sub/x/..//my-channel/.")),
              QUrl::fromLocalFile(path).toString()}) {
            const auto channel = conda::parseChannel(text);
            QVERIFY2(channel, qPrintable(text));
            QCOMPARE(channel->name, QStringLiteral("my-channel"));
            QVERIFY(channel->isLocal());
            QCOMPARE(channel->bases, QList<QUrl>{QUrl::fromLocalFile(path)});
            QCOMPARE(channel->toString(), path);
        }
        const QString odd = folder.filePath(QStringLiteral("a b+c"));
        QVERIFY(!conda::parseChannel(odd));
        const auto channel = conda::parseChannel(odd, QStringLiteral("odd"));
        QVERIFY(channel);
        QCOMPARE(channel->toString(), odd);
        QCOMPARE(channel->bases.constFirst().toLocalFile(), odd);

        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(folder.filePath(QStringLiteral("sub"))));
        const auto relative = conda::parseChannel(QStringLiteral("./my-channel"));
        const auto bare = conda::parseChannel(QStringLiteral("my-channel"));
        QVERIFY(QDir::setCurrent(before));
        QVERIFY(relative && bare);
        QCOMPARE(relative->bases.constFirst().toLocalFile(), QFileInfo(path).canonicalFilePath());
        QVERIFY(!bare->isLocal());
    }

    void takesAnotherName_data()
    {
        QTest::addColumn<QString>("as");
        QTest::addColumn<bool>("allowed");
        for (const char* as : {"x", "conda-forge", "a/b/c", "a.b", "a_b", "a__b", "a---b", "0", "zzz_x", "pkgs/main"})
            QTest::addRow("allowed '%s'", as) << from(as) << true;
        for (const char* as : {"X",  "a/",    "/a",   "a//b", "..", "../a", "a/..", ".",   "a.",   ".a",       "_a",
                               "a_", "a___b", "a..b", "a b",  " ",  "a:b",  "a@b",  "a+b", "a\\b", "\xc3\xa9", "a/t/B"})
            QTest::addRow("A22 refused '%s'", as) << from(as) << false;
    }
    void takesAnotherName()
    {
        QFETCH(QString, as);
        for (const char* text : {"conda-forge", "https://host/Upper", SOURCE_DIR}) {
            const auto channel = conda::parseChannel(from(text), as);
            QTEST(channel.has_value(), "allowed");
            if (channel)
                QCOMPARE(channel->name, as);
            else
                QCOMPARE(channel.error().kind, ErrorKind::Config);
        }
    }

    // A10: a secret that stands in the channel's URL is in no name, text or error.
    void A10_showsNoSecret_data()
    {
        QTest::addColumn<QString>("text");
        const auto row = [](const char* text) { QTest::addRow("A10 '%s'", text) << from(text); };
        for (const char* host :
             {"conda.anaconda.org", "conda-web.anaconda.org", "repo.anaconda.com", "conda.example.org"}) {
            row(qPrintable(QStringLiteral("https://%1/t/CANARY/team").arg(from(host))));
            row(qPrintable(QStringLiteral("https://%1/t/CANARY/team/noarch/").arg(from(host))));
            row(qPrintable(QStringLiteral("https://user:CANARY@%1/team").arg(from(host))));
            row(qPrintable(QStringLiteral("https://CANARY@%1/team/linux-64").arg(from(host))));
            row(qPrintable(QStringLiteral("https://u:CANARY@%1/t/CANARY/Upper").arg(from(host))));
            row(qPrintable(QStringLiteral("https://%1/t/CANARY").arg(from(host))));
            row(qPrintable(QStringLiteral("https://%1/t/CANARY/").arg(from(host))));
        }
        row("https://host/%74/CANARY/team");
        row("https://host/x/t/CANARY/team");
        row("https://host/x/t/CANARY");
        row("ftp://user:CANARY@host/team");
        row("ftp://host/t/CANARY/team");
        row("https://user:CANARY@/team");
        row("https://user:CANARY@host/team#x");
        row("https://host/team?token=CANARY");
        row("https://host/team?apikey=CANARY");
        row("https://host/team#CANARY");
        row("https://user:x@CANARY@host/team?");
        row("https://user:x/CANARY@host/team");
        row("user:CANARY@host/team");
        row("conda.anaconda.org/t/CANARY/team");
        row("conda.anaconda.org/t/canary/team");
        row("host/t/CANARY/te am");
        row("t/CANARY/team");
        row("host/t/CAN ARY CANARY/team");
        row("CANARY@host/team");
        row("user:CANARY CANARY@host/team");
        row("https://user:x CANARY@host/Upper");
        row("https://user:12/CANARY@host");
        row("https://user:x?CANARY@host/team");
        row("https://user:x#CANARY@host/team");
        row("https://host:80/team#a@CANARY");
        row("https://host/%74/CANARY/Upper");
        row("https:/t/CANARY/team");
        row("/no/such/t/CANARY/team");
    }
    void A10_showsNoSecret()
    {
        QFETCH(QString, text);
        const auto channel = conda::parseChannel(text);
        const QString shown = channel ? channel->toString() + QLatin1Char(' ') + channel->name
                                      : channel.error().message + QLatin1Char(' ') + channel.error().detail;
        QVERIFY2(!shown.contains(QStringLiteral("CANARY"), Qt::CaseInsensitive), qPrintable(shown));
    }

    void makesFileUrls_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("encoded");
        const auto row = [](const char* base, const char* file, const char* encoded) {
            QTest::addRow("%s %s", base, file) << from(base) << from(file) << QByteArray(encoded);
        };
        row("https://host/team", "zlib-1.2-0.conda", "https://host/team/noarch/zlib-1.2-0.conda");
        row("https://host/team/", "zlib-1.2-0.conda", "https://host/team/noarch/zlib-1.2-0.conda");
        row("https://host", "repodata.json.zst", "https://host/noarch/repodata.json.zst");
        row("https://host/team", "x-1!2.0+abc-0.conda", "https://host/team/noarch/x-1!2.0%2Babc-0.conda");
        row("https://host/team", "a b-1-0.conda", "https://host/team/noarch/a%20b-1-0.conda");
        row("https://host/team", "a%2Bb-1-0.conda", "https://host/team/noarch/a%252Bb-1-0.conda");
        row("https://host/team", "a?b#c-1-0.conda", "https://host/team/noarch/a%3Fb%23c-1-0.conda");
        row("https://host/team", "x-1=2-0.conda", "https://host/team/noarch/x-1=2-0.conda");
        row("https://host/team", "caf\xc3\xa9-1-0.conda", "https://host/team/noarch/caf%C3%A9-1-0.conda");
        row("https://u+v:p%2Fq+r@host:8443/t/tk/team", "a+b-1-0.conda",
            "https://u+v:p%2Fq+r@host:8443/t/tk/team/noarch/a%2Bb-1-0.conda");
        row("https://host/a+b%20c", "x-1-0.conda", "https://host/a%2Bb%20c/noarch/x-1-0.conda");
        row("file:///srv/team", "x-1!2+a b-0.conda", "file:///srv/team/noarch/x-1!2+a%20b-0.conda");
    }
    void makesFileUrls()
    {
        QFETCH(QString, base);
        QFETCH(QString, file);
        const QUrl url = Channel::fileUrl(QUrl(base), QStringLiteral("noarch"), file);
        QVERIFY(url.isValid());
        QTEST(url.toEncoded(QUrl::FullyEncoded), "encoded");
        QCOMPARE(url.fileName(QUrl::FullyDecoded), file);
        if (url.isLocalFile())
            QCOMPARE(url.toLocalFile(), QStringLiteral("/srv/team/noarch/") + file);
        const QUrl top = Channel::fileUrl(QUrl(base), {}, QStringLiteral("channeldata.json"));
        QVERIFY(!top.path().contains(QLatin1String("//")));
        QCOMPARE(top.fileName(), QStringLiteral("channeldata.json"));
    }

    void W19_identity_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("identity");
        const auto row = [](const char* typed, const char* identity) {
            QTest::addRow("W19 %s", typed) << from(typed) << from(identity);
        };
        row("conda-forge", "https://conda.anaconda.org/conda-forge");
        row("conda-forge/label/dev", "https://conda.anaconda.org/conda-forge/label/dev");
        row("https://conda.anaconda.org/conda-forge/", "https://conda.anaconda.org/conda-forge");
        row("https://conda-web.anaconda.org/conda-forge", "https://conda.anaconda.org/conda-forge");
        row("https://conda.anaconda.org/t/CANARY/team/noarch", "https://conda.anaconda.org/team");
        row("https://conda.anaconda.org/%74/CANARY/team", "https://conda.anaconda.org/team");
        row("defaults", "https://repo.anaconda.com/pkgs/main");
        row("pkgs/main", "https://repo.anaconda.com/pkgs/main");
        row("https://user:CANARY@Host.example:443/a/chan//", "https://host.example/a/chan");
        row("http://host.example:80/a/chan/linux-ppc/", "http://host.example/a/chan");
        row("http://host.example:8080/a b/chan", "http://host.example:8080/a%20b/chan");
        row("https://host.example/x/t/CANARY/team", "https://host.example/x/team");
    }
    void W19_identity()
    {
        QFETCH(QString, typed);
        const auto channel = conda::parseChannel(typed);
        QVERIFY(channel);
        QTEST(channel->identity(), "identity");
        QVERIFY(conda::isSameIdentity(channel->identity(), channel->identity()));
        QCOMPARE(conda::shownIdentity(channel->identity()), channel->identity());
    }

    void W19_identityOfAFolder()
    {
        const QTemporaryDir folder;
        QDir(folder.path()).mkpath(QStringLiteral("secret/one/chan"));
        QDir(folder.path()).mkpath(QStringLiteral("secret/two/chan"));
        const QString one = folder.filePath(QStringLiteral("secret/one/chan"));
        const auto identity = [](const QString& typed) { return conda::parseChannel(typed)->identity(); };
        QVERIFY(!identity(one).contains(QStringLiteral("secret")));
        QVERIFY(QFile::link(folder.filePath(QStringLiteral("secret")), folder.filePath(QStringLiteral("link"))));
        for (const QString& same :
             {one + QStringLiteral("/"), folder.filePath(QStringLiteral("secret/one/../one/chan")),
              folder.filePath(QStringLiteral("link/one/chan")), QUrl::fromLocalFile(one).toString()})
            QCOMPARE(identity(same), identity(one));
        const QString other = identity(folder.filePath(QStringLiteral("secret/two/chan")));
        QVERIFY(!conda::isSameIdentity(other, identity(one)));
        QCOMPARE(conda::shownIdentity(other), QStringLiteral("a folder named chan"));
    }

    void W19_sameIdentity_data()
    {
        QTest::addColumn<QString>("one");
        QTest::addColumn<QString>("other");
        QTest::addColumn<bool>("same");
        const auto row = [](const char* one, const char* other, bool same) {
            QTest::addRow("W19 %s %s", one, other) << from(one) << from(other) << same;
        };
        row("https://host/chan", "http://host/chan", true);
        row("https://host/Chan", "https://host/chan", true);
        row("https://host/a/chan", "https://host/b/chan", false);
        row("https://host/chan", "https://other/chan", false);
        row("https://host/chan", "https://host:8443/chan", false);
        row("file:chan#00", "https://host/chan", false);
        row("file:chan#00", "file:chan#01", false);
        row("", "", true);
    }
    void W19_sameIdentity()
    {
        QFETCH(QString, one);
        QFETCH(QString, other);
        QTEST(conda::isSameIdentity(one, other), "same");
        QTEST(conda::isSameIdentity(other, one), "same");
    }

    void W19_whatAMirrorSaysIsShownSafely()
    {
        const QString shown =
            conda::shownIdentity(QStringLiteral("https://me:CANARY@h/x\n\u202e") + QString(5000, QLatin1Char('y')));
        QVERIFY(!shown.contains(QStringLiteral("CANARY")));
        QVERIFY(!shown.contains(QLatin1Char('\n')) && !shown.contains(QChar(0x202e)));
        QVERIFY(shown.size() < 400);
    }

    void W17_readsChannelData_data()
    {
        QTest::addColumn<QByteArray>("tail");
        QTest::addColumn<bool>("tells");
        QTest::addColumn<QStringList>("subdirs");
        const QStringList two{QStringLiteral("linux-64"), QStringLiteral("noarch")};
        const auto row = [&](const char* name, const QByteArray& tail, bool tells, const QStringList& subdirs = {}) {
            QTest::addRow("W17 %s", name) << tail << tells << subdirs;
        };
        row("whole", "{\"packages\": {}, \"subdirs\": [\"linux-64\", \"noarch\"]}", true, two);
        row("compact", "{\"packages\":{},\"subdirs\":[\"linux-64\",\"noarch\"]}\n", true, two);
        row("cut in front", "\xa4t\"}}, \"subdirs\": [\n \"linux-64\",\n \"noarch\"\n]\n}\n\n", true, two);
        row("twice the same", "{\"subdirs\": [\"linux-64\", \"linux-64\", \"noarch\"]}", true, two);
        row("what is none", "{\"subdirs\": [\"../x\", \"linux-64\", 7, \"noarch\"]}", true, two);
        row("none", "{\"subdirs\": []}", true);
        row("a package's", "{\"packages\": {\"p\": {\"subdirs\": [\"linux-64\"]}}}", false);
        row("not at the end", "{\"subdirs\": [\"linux-64\"], \"packages\": {}}", false);
        row("cut behind", "{\"subdirs\": [\"linux-64\", \"noa", false);
        row("nested", "{\"subdirs\": [[\"linux-64\"]]}", false);
        row("a page", "<!DOCTYPE html><html></html>", false);
        row("nothing", "", false);
        row("before the last 4096 bytes", "{\"subdirs\": [\"linux-64\"" + QByteArray(5000, ' ') + "]}", false);
    }
    void W17_readsChannelData()
    {
        QFETCH(QByteArray, tail);
        const auto found = conda::subdirsOfChannelData(tail);
        QTEST(found.has_value(), "tells");
        QTEST(found.value_or(QStringList()), "subdirs");
    }

    void W17_knowsEveryPlatform_data()
    {
        QTest::addColumn<QString>("subdir");
        for (const char* subdir : {"linux-32", "linux-ppc", "linux-ppc64", "linux-loong64", "linux-riscv64",
                                   "linux-s390x", "linux-armv6l", "linux-armv7l", "win-32", "win-arm64", "zos-z",
                                   "freebsd-64", "emscripten-wasm32", "wasi-wasm32", "noarch"})
            QTest::addRow("W17 %s", subdir) << from(subdir);
    }
    void W17_knowsEveryPlatform()
    {
        QFETCH(QString, subdir);
        QVERIFY(conda::isKnownSubdir(subdir));
        const auto channel = conda::parseChannel(QStringLiteral("https://host/a/chan/%1/").arg(subdir));
        QVERIFY(channel);
        QCOMPARE(channel->name, QStringLiteral("chan"));
        QVERIFY(!conda::isKnownSubdir(QStringLiteral("win-tools"))); // a channel may well be called so
        QCOMPARE(conda::parseChannel(QStringLiteral("https://host/a/win-tools"))->name, QStringLiteral("win-tools"));
    }

    void A22_knowsSubdirs_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("expected");
        for (const char* text :
             {"noarch", "linux-64", "linux-aarch64", "linux-ppc64le", "linux-armv7l", "osx-64", "osx-arm64", "win-32",
              "win-arm64", "emscripten-wasm32", "wasi-wasm32", "zos-z", "freebsd-64", "linux-64-v3", "a_b"})
            QTest::addRow("'%s'", text) << from(text) << true;
        for (const char* text : {"", " ", "noarch ", "Noarch", "linux", "linux-", "-64", "linux--64", "Linux-64",
                                 "linux/64", "../linux-64", "linux-64/", "linux 64", "linux-6.4", "l\xc3\xafnux-64",
                                 "label", "repodata.json", "linux-64\\", "linux-64%00"})
            QTest::addRow("A22 not '%s'", text) << from(text) << false;
        QTest::newRow("64 characters") << QStringLiteral("a-") + QString(62, QLatin1Char('b')) << true;
        QTest::newRow("A22 65 characters") << QStringLiteral("a-") + QString(63, QLatin1Char('b')) << false;
        QTest::newRow("A22 not with a line feed") << QStringLiteral("linux-64\n") << false;
        QTest::newRow("A22 not NUL") << QStringLiteral("linux-64") + QChar(0) << false;
    }
    void A22_knowsSubdirs()
    {
        QFETCH(QString, text);
        QTEST(conda::isSubdir(text), "expected");
        for (const QString& subdir : conda::defaultSubdirs())
            QVERIFY(conda::isSubdir(subdir));
    }
};

QTEST_GUILESS_MAIN(TestChannel)
#include "tst_channel.moc"

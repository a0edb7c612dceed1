// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/environment.h"
#include "tests/paths.h"

#include <QDir>
#include <QFile>
#include <QStringEncoder>
#include <QTest>

using namespace condaoci;
using conda::parseLockFile;

class TestEnvironment : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRealFiles_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("packages");
        QTest::addColumn<int>("others");
        // Counted by other means: the different URLs in the files' lists of packages.
        QTest::newRow("pixi 7") << "pixi-v7.lock" << 489 << 8;
        QTest::newRow("rattler 4") << "rattler-lock-v4-python.yml" << 91 << 0;
        QTest::newRow("rattler 5") << "stability-original.yml" << 27 << 2;
        QTest::newRow("conda-lock 1") << "conda-lock-numpy.yml" << 634 << 0;
        QTest::newRow("explicit") << "explicit-ros-noetic-linux-64.txt" << 568 << 0;
    }
    void readsRealFiles()
    {
        QFETCH(QString, file);
        QFile source(QStringLiteral(CORPUS_DIR "/environments/") + file);
        QVERIFY(source.open(QIODevice::ReadOnly));
        const auto environment = parseLockFile(source.readAll());
        QVERIFY2(environment, environment ? "" : qPrintable(environment.error().message));
        QTEST(static_cast<int>(environment->packages.size()), "packages");
        QTEST(static_cast<int>(environment->others.size()), "others");
        for (const auto& package : environment->packages) {
            QVERIFY(package.channel.isValid() && !package.subdir.isEmpty());
            QVERIFY2(package.fileName.endsWith(QLatin1String(".conda")) ||
                         package.fileName.endsWith(QLatin1String(".tar.bz2")),
                     qPrintable(package.fileName));
            if (!file.startsWith(QLatin1String("explicit")))
                QCOMPARE(package.sha256.size(), 64);
        }
    }

    void readsEachForm_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected"); // CHANNEL SUBDIR FILE SHA256? MD5?, one a line; empty: refused
        QTest::addColumn<QString>("others");
        const QByteArray sha(64, 'a');
        const QByteArray md5(32, 'b');
        const QString both = QStringLiteral("https://h/c linux-64 a-1-0.conda sha md5");
        const auto none = QString();
        QTest::newRow("pixi 6") << "version: 6\npackages:\n- conda: https://h/c/linux-64/a-1-0.conda\n  sha256: " +
                                       sha + "\n  md5: " + md5 + "\n"
                                << both << none;
        QTest::newRow("pixi 4")
            << "version: 4\npackages:\n- kind: conda\n  url: https://h/c/linux-64/a-1-0.conda\n  sha256: " + sha +
                   "\n  md5: " + md5 + "\n"
            << both << none;
        QTest::newRow("the same twice") << QByteArray(
                                               "version: 6\npackages:\n- conda: https://h/c/noarch/a-1-0.conda\n- "
                                               "conda: https://h/c/noarch/a-1-0.conda\n")
                                        << QStringLiteral("https://h/c noarch a-1-0.conda - -") << none;
        QTest::newRow("PyPI, both ways") << QByteArray(
                                                "version: 6\npackages:\n- pypi: https://f/numpy-2.0.0-cp312.whl\n- "
                                                "kind: pypi\n  name: six\n  url: https://f/x\n")
                                         << QStringLiteral(" ") << QStringLiteral("numpy (PyPI), six (PyPI)");
        QTest::newRow("built from source") << QByteArray("version: 6\npackages:\n- conda: ./mine\n")
                                           << QStringLiteral(" ") << QStringLiteral("./mine (built from source)");
        QTest::newRow("conda-lock") << "version: 1\npackage:\n- manager: conda\n  name: a\n  url: "
                                       "https://h/c/linux-64/a-1-0.conda\n  hash:\n    md5: " +
                                           md5 + "\n    sha256: " + sha + "\n- manager: pip\n  name: six\n"
                                    << both << QStringLiteral("six (PyPI)");
        QTest::newRow("explicit")
            << "# platform: linux-64\n@EXPLICIT\nhttps://h/c/linux-64/a-1-0.conda#" + md5 +
                   "\r\n\nhttps://h/c/noarch/b-1-0.tar.bz2#sha256:" + sha + "\n"
            << QStringLiteral("https://h/c linux-64 a-1-0.conda - md5\nhttps://h/c noarch b-1-0.tar.bz2 sha -") << none;
        QTest::newRow("secrets go") << QByteArray("@EXPLICIT\nhttps://me:CANARY@h/t/CANARY/c/noarch/a-1-0.conda\n")
                                    << QStringLiteral("https://h/c noarch a-1-0.conda - -") << none;
        QTest::newRow("plus, encoded") << QByteArray("@EXPLICIT\nhttps://h/c/noarch/a-1%2B2-0.conda\n")
                                       << QStringLiteral("https://h/c noarch a-1+2-0.conda - -") << none;
        // Whether a line's folder is the one of the line before makes no difference.
        QTest::newRow("one folder") << QByteArray("@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\n"
                                                  "https://h/c/noarch/b-1%212-0.conda\n"
                                                  "https://h/c/noarch/a-1-0.conda\nhttps://h/c/noarch/c-1+2-0.conda\n"
                                                  "https://h/t/TOKEN/c/noarch/a-1-0.conda\n"
                                                  "https://h/d/noarch/a-1-0.conda\nhttps://h/d/noarch/e-1-0.conda\n")
                                    << QStringLiteral(
                                           "https://h/c noarch a-1-0.conda - -\nhttps://h/c noarch b-1!2-0.conda - -\n"
                                           "https://h/c noarch c-1+2-0.conda - -\nhttps://h/d noarch a-1-0.conda - -\n"
                                           "https://h/d noarch e-1-0.conda - -")
                                    << none;
        // One entry that can't be used is named, and the others go on.
        const QByteArray pixi("version: 6\npackages:\n- conda: https://h/c/noarch/a-1-0.conda\n- ");
        const QString one = QStringLiteral("https://h/c noarch a-1-0.conda - -");
        const auto besides = [&](const char* name, const QByteArray& entry, const char* other) {
            QTest::addRow("W15 %s", name) << pixi + entry + "\n" << one << QString::fromLatin1(other);
        };
        besides("s3", "conda: s3://b/c/noarch/x-1-0.conda",
                "s3://b/c/noarch/x-1-0.conda (at an address of the kind s3:, which is not a channel's)");
        besides("ftp", "conda: ftp://h/c/noarch/x-1-0.conda",
                "ftp://h/c/noarch/x-1-0.conda (at an address of the kind ftp:, which is not a channel's)");
        besides("git", "conda: git+https://h/o/r.git?branch=main#012",
                "git+https://h/o/r.git?branch=main#012 (built from source)");
        besides("direct URL", "conda: https://h/v1/x-1-0.conda",
                "https://h/v1/x-1-0.conda (not in a channel's folder of a platform)");
        besides("direct URL at the root", "conda: https://h/x-1-0.conda",
                "https://h/x-1-0.conda (not in a channel's folder of a platform)");
        besides("a folder above", "conda: https://h/c/noarch/..%2Fx-1-0.conda",
                "https://h/c/noarch/..%2Fx-1-0.conda (not in a channel's folder of a platform)");
        besides("unknown kind", "what: is this", "line 4 (an entry of an unknown kind)");
        besides("no entry at all", "5", "line 4 (an entry of an unknown kind)");
        QTest::newRow("W15 unknown manager")
            << QByteArray("version: 1\npackage:\n- manager: apt\n  name: x\n- manager: conda\n  url: "
                          "https://h/c/noarch/a-1-0.conda\n- manager: conda\n  name: y\n")
            << one << QStringLiteral("x (an entry of an unknown kind), y (an entry of an unknown kind)");
        QTest::newRow("W15 a line that is not a package")
            << QByteArray("@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\nzlib\n") << one
            << QStringLiteral("zlib (not a package file)");
        // YAML has more ways to write the same than lock files use.
        const QString sums = QStringLiteral("https://h/c noarch a-1-0.conda sha md5");
        QTest::newRow("A20 aliases")
            << "version: 1\nhash: &h {md5: " + md5 + ", sha256: &s " + sha +
                   "}\npackage:\n- &e {manager: conda, url: https://h/c/noarch/a-1-0.conda, hash: *h}\n- *e\n- "
                   "manager: &p pip\n  name: six\n- {manager: *p, name: *s}\n"
            << sums << QStringLiteral("six (PyPI), %1 (PyPI)").arg(QString::fromLatin1(sha));
        QTest::newRow("A20 a list that is an alias")
            << "version: 6\nall: &l\n- conda: https://h/c/noarch/a-1-0.conda\n  sha256: " + sha + "\n  md5: " + md5 +
                   "\npackages: *l\n"
            << sums << none;
        QTest::newRow("A20 keys twice, the first counts")
            << "version: 6\npackages:\n- conda: https://h/c/noarch/a-1-0.conda\n  sha256: " + sha + "\n  md5: " + md5 +
                   "\n  sha256: x\n  conda: https://h/c/noarch/b-1-0.conda\nversion: 99\npackages: []\n"
            << sums << none;
        QTest::newRow("A20 both lists, the version behind them")
            << "packages:\n- conda: https://h/c/noarch/b-1-0.conda\npackage:\n- manager: conda\n  url: "
               "https://h/c/noarch/a-1-0.conda\n  hash: {sha256: " +
                   sha + ", md5: " + md5 + "}\nversion: 1\n"
            << sums << none;
        QTest::newRow("A20 maps and lists as keys")
            << "? {packages: [{conda: https://h/c/noarch/b-1-0.conda}]}\n: x\n? [packages]\n: y\nversion: 6\n"
               "packages:\n- ? {conda: x}\n  : z\n  conda: https://h/c/noarch/a-1-0.conda\n  sha256: " +
                   sha + "\n  md5: " + md5 + "\n  hash: {sha256: [a, {md5: x}]}\n"
            << sums << none;
        QTest::newRow("A20 JSON") << "{\"packages\": [{\"conda\": \"https://h/c/noarch/a-1-0.conda\", \"md5\": \"" +
                                         md5 + "\",\n\"sha256\": \"" + sha + "\"}],\n\"version\": 6}"
                                  << sums << none;
        // Paths and mirrors are read; whether they are of the channel is another question.
        QTest::newRow("W15 mirror") << pixi + "conda: oci://ghcr.io/org/mine/noarch/b-1-0.conda\n"
                                    << one + QStringLiteral("\noci://ghcr.io/org/mine noarch b-1-0.conda - -") << none;
        QTest::newRow("W15 paths")
            << QByteArray("version: 6\npackages:\n- conda: ../channel/mine/noarch/b-1-0.conda\n- conda: "
                          "/abs/noarch/c-1-0.tar.bz2\n- conda: file:///abs/noarch/d-1-0.conda\n- conda: "
                          "file:mine/noarch/e%20-1-0.conda\n- conda: mine\\noarch\\f-1-0.conda\n- conda: ./mine\n")
            << QStringLiteral(
                   "file:///locks/channel/mine noarch b-1-0.conda - -\nfile:///abs noarch c-1-0.tar.bz2 - -\n"
                   "file:///abs noarch d-1-0.conda - -\nfile:///locks/here/mine noarch e -1-0.conda - -\n"
                   "file:///locks/here/mine noarch f-1-0.conda - -")
            << QStringLiteral("./mine (built from source)");
        QTest::newRow("A20 a line of 1 MiB")
            << "@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda" + QByteArray(1'000'000, ' ') + "\nhttps://h/" +
                   QByteArray(1'000'000, 'x') + "\n"
            << one << QStringLiteral("https://h/%1\u2026 (not a package file)").arg(QString(190, QLatin1Char('x')));
        QTest::newRow("W15 no @EXPLICIT") << "# made by hand\n\nhttps://h/c/noarch/a-1-0.conda#" + md5 + "\n"
                                          << QStringLiteral("https://h/c noarch a-1-0.conda - md5") << none;
        const QString list = QStringLiteral("@EXPLICIT\r\nhttps://h/c/noarch/a-1-0.conda\r\n");
        for (const auto encoding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE, QStringConverter::Utf8})
            QTest::addRow("W15 %s with a mark", QStringConverter::nameForEncoding(encoding))
                << QByteArray(QStringEncoder(encoding, QStringConverter::Flag::WriteBom).encode(list)) << one << none;
        QTest::newRow("W15 pixi in UTF-16")
            << QByteArray(QStringEncoder(QStringConverter::Utf16LE, QStringConverter::Flag::WriteBom)
                              .encode(QString::fromLatin1(pixi) + QStringLiteral("pypi: https://f/six-1-py3.whl\n")))
            << one << QStringLiteral("six (PyPI)");
        for (const char* bad :
             {"just text", "- a\n- b\n", "version: 6\n", "version: 3\npackages: []\n", "version: 8\npackages: []\n",
              "version: 2\npackage: []\n", "version: 6\npackages:\n- what: is this\n", "version: 6\npackages:\n- 5\n",
              "version: 1\npackage:\n- manager: apt\n", "version: six\npackages: []\n",
              "version: 6\npackages:\n- conda: [1\n", "a: &a [*a]\n\t- x",
              "https://h/c/noarch/a-1-0.conda\n@EXPLICIT\n", "version: 6\npackages: {a: 1}\n"})
            QTest::addRow("refused: %.40s", bad) << QByteArray(bad) << none << none;
    }
    void readsEachForm()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        const auto environment = parseLockFile(text, QStringLiteral("/locks/here"));
        QVERIFY2(environment.has_value() == !expected.isEmpty(),
                 environment ? "" : qPrintable(environment.error().message));
        if (!environment) {
            QCOMPARE(environment.error().kind, ErrorKind::Parse);
            return;
        }
        QStringList lines;
        for (const auto& package : environment->packages)
            lines.append(QStringLiteral("%1 %2 %3 %4 %5")
                             .arg(package.channel.toString(), package.subdir, package.fileName,
                                  package.sha256.isEmpty() ? QStringLiteral("-") : QStringLiteral("sha"),
                                  package.md5.isEmpty() ? QStringLiteral("-") : QStringLiteral("md5")));
        QCOMPARE(lines.join(QLatin1Char('\n')), expected.trimmed());
        QTEST(environment->others.join(QStringLiteral(", ")), "others");
    }

    // What is meant as a sum and is none would let any bytes pass.
    void W15_readsSums_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected"); // "sha", "md5", "bad: …", or nothing
        const QByteArray sha(64, 'a');
        const QByteArray md5(32, 'b');
        const auto line = [](const QByteArray& sum) {
            return "@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda" + sum + "\n";
        };
        QTest::newRow("none") << line({}) << QString();
        QTest::newRow("md5") << line('#' + md5) << "md5";
        QTest::newRow("md5 in capitals") << line('#' + md5.toUpper()) << "md5";
        QTest::newRow("md5 by name") << line("#md5:" + md5) << "md5";
        QTest::newRow("sha256") << line('#' + sha) << "sha";
        QTest::newRow("sha256 by name") << line("#sha256:" + sha) << "sha";
        QTest::newRow("sha256 with =") << line("#sha256=" + sha) << "sha";
        QTest::newRow("too short") << line("#md5:12ab") << "bad: #md5:12ab";
        QTest::newRow("not hexadecimal") << line("#sha256=" + QByteArray(64, 'x'))
                                         << QStringLiteral("bad: #sha256=") + QString(64, QLatin1Char('x'));
        QTest::newRow("of the other kind")
            << line("#md5:" + sha) << QStringLiteral("bad: #md5:") + QString::fromLatin1(sha);
        QTest::newRow("an empty variable") << line("#") << "bad: #";
        QTest::newRow("an unknown sum") << line("#sha512:" + sha + sha)
                                        << QStringLiteral("bad: ") +
                                               (QStringLiteral("#sha512:") + QString::fromLatin1(sha + sha)).left(100) +
                                               QChar(0x2026);
        const QByteArray pixi = "version: 6\npackages:\n- conda: https://h/c/noarch/a-1-0.conda\n";
        QTest::newRow("pixi") << pixi + "  sha256: " + sha + "\n"
                              << "sha";
        QTest::newRow("pixi, null") << pixi + "  sha256: null\n  md5: ~\n" << QString();
        QTest::newRow("pixi, cut") << pixi + "  sha256: aaaa\n"
                                   << "bad: aaaa";
        QTest::newRow("pixi, one of two") << pixi + "  sha256: " + sha + "\n  md5: zz\n"
                                          << "sha bad: zz";
        QTest::newRow("conda-lock") << QByteArray("version: 1\npackage:\n- manager: conda\n  url: "
                                                  "https://h/c/noarch/a-1-0.conda\n  hash:\n    md5: 12\n")
                                    << "bad: 12";
    }
    void W15_readsSums()
    {
        QFETCH(QByteArray, text);
        const auto environment = parseLockFile(text);
        QVERIFY2(environment, environment ? "" : qPrintable(environment.error().message));
        QCOMPARE(environment->packages.size(), size_t(1));
        const conda::LockedPackage& package = environment->packages.front();
        QStringList said;
        if (!package.sha256.isEmpty())
            said.append(QStringLiteral("sha"));
        if (!package.md5.isEmpty())
            said.append(QStringLiteral("md5"));
        if (!package.problem.isEmpty())
            said.append(QStringLiteral("bad: ") + package.problem.section(QStringLiteral(" is neither"), 0, 0));
        QTEST(said.join(QLatin1Char(' ')), "expected");
    }

    void W15_saysWhatAFileIs_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const QString none = QStringLiteral("it is neither a pixi.lock, a conda-lock.yml nor an @EXPLICIT list");
        QTest::newRow("empty") << QByteArray() << "it is empty";
        QTest::newRow("blanks") << QByteArray("\n \r\n") << "it is empty";
        QTest::newRow("a mark and nothing") << QByteArray("\xff\xfe") << "it is empty";
        QTest::newRow("sign-in page") << QByteArray("\n<!DOCTYPE html><html>") << "it is an HTML page";
        QTest::newRow("LFS") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")
                             << "it is a Git LFS pointer";
        QTest::newRow("a package") << QByteArray("PK\x03\x04 and more") << "it is a zip file";
        QTest::newRow("bytes") << QByteArray("\x7f"
                                             "ELF\0\0",
                                             6)
                               << "it is not a text file";
        QTest::newRow("environment.yml") << QByteArray("name: x\ndependencies:\n- zlib\n")
                                         << "it is an environment.yml";
        QTest::newRow("pixi.toml") << QByteArray("[workspace]\nname = \"x\"\n") << "it is a pixi.toml";
        QTest::newRow("pyproject.toml") << QByteArray("[tool.pixi.workspace]\n")
                                        << "it is a pixi.toml or pyproject.toml";
        QTest::newRow("JSON") << QByteArray("{\"packages\": {}}") << none;
        QTest::newRow("requirements.txt") << QByteArray("numpy==1.2\nsix>=1\n") << none;
        QTest::newRow("damaged") << QByteArray("version: 6\npackages:\n- conda: [1\n")
                                 << none + QStringLiteral("; line ");
        QTest::newRow("deep") << QByteArray(20'000, '[') << none;
    }
    void W15_saysWhatAFileIs()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        const auto environment = parseLockFile(bytes);
        QVERIFY(!environment);
        QVERIFY2(environment.error().message.contains(says), qPrintable(environment.error().message));
        QVERIFY2(!environment.error().message.contains(QStringLiteral("yaml-cpp")),
                 qPrintable(environment.error().message));
    }
};

QTEST_GUILESS_MAIN(TestEnvironment)
#include "tst_environment.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/environment.h"
#include "tests/paths.h"

#include <QDir>
#include <QFile>
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
        if (!QDir(QStringLiteral(CORPUS_DIR)).exists())
            QSKIP("the corpus is not here");
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
        for (const char* bad : {"@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\nhttps://h/c/noarch/b.conda\n",
                                "@EXPLICIT\nhttps://h/c/noarch/a-1-0.conda\nhttps://h/c/noarch/b-1-0.conda%2F..\n",
                                "",
                                "just text",
                                "- a\n- b\n",
                                "version: 6\n",
                                "version: 3\npackages: []\n",
                                "version: 8\npackages: []\n",
                                "version: 2\npackage: []\n",
                                "version: six\npackages: []\n",
                                "version: 6\npackages:\n- what: is this\n",
                                "version: 1\npackage:\n- manager: apt\n",
                                "version: 6\npackages:\n- conda: https://h/a-1-0.conda\n",
                                "version: 6\npackages:\n- conda: ftp://h/c/noarch/a-1-0.conda\n",
                                "version: 6\npackages:\n- conda: https://h/c/noarch/..%2Fa-1-0.conda\n",
                                "version: 6\npackages:\n- conda: [1\n",
                                "a: &a [*a]\n\t- x",
                                "https://h/c/noarch/a-1-0.conda\n@EXPLICIT\n",
                                "@EXPLICIT\nzlib\n",
                                "version: 6\npackages: {a: 1}\n",
                                "version: 6\npackages:\n- 5\n"})
            QTest::addRow("refused: %.40s", bad) << QByteArray(bad) << none << none;
    }
    void readsEachForm()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        const auto environment = parseLockFile(text);
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
};

QTEST_GUILESS_MAIN(TestEnvironment)
#include "tst_environment.moc"

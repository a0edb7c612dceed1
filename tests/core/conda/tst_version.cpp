// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/version.h"
#include "tests/paths.h"

#include <QFile>
#include <QTest>

using namespace condaoci;
using conda::Version;

class TestVersion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // 6,326 groups of real versions as conda itself orders them; a line is a group, equal ones parted by tabs.
    void ordersAsCondaDoes()
    {
        QFile file(QStringLiteral(CORPUS_DIR "/versions/ordered.txt"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        std::vector<Version> representatives;
        int groups = 0;
        for (const QByteArray& line : file.readAll().split('\n')) {
            if (line.isEmpty())
                continue;
            ++groups;
            std::vector<Version> equal;
            for (const QByteArray& text : line.split('\t')) {
                auto version = Version::parse(text.toStdString());
                QVERIFY2(version, text.constData());
                if (!equal.empty())
                    QVERIFY2(*version == equal.front(), line.constData());
                equal.push_back(*std::move(version));
            }
            if (!representatives.empty()) {
                const QByteArray pair = QByteArray::fromStdString(representatives.back().text()) + " < " +
                                        QByteArray::fromStdString(equal.front().text());
                QVERIFY2(representatives.back() < equal.front(), pair.constData());
                QVERIFY2(equal.back() > representatives.back(), pair.constData());
            }
            representatives.push_back(equal.front());
        }
        QVERIFY(groups > 6000);
        for (size_t i = 0; i < representatives.size(); i += 37) {
            for (size_t j = i + 1; j < representatives.size(); j += 101)
                QVERIFY2(representatives[i] < representatives[j],
                         (representatives[i].text() + " < " + representatives[j].text()).c_str());
        }
    }

    void ordersFewThatMatter_data()
    {
        QTest::addColumn<QString>("ascending");
        QTest::newRow("dev, letters, number, post") << QStringLiteral("1.0dev1 1.0a1 1.0rc1 1.0 1.0.post1");
        QTest::newRow("numbers, not texts") << QStringLiteral("1.9 1.10 1.100");
        QTest::newRow("epoch") << QStringLiteral("9999 1!0.1");
        QTest::newRow("local part") << QStringLiteral("1.0 1.0+1 1.0+2.3");
        QTest::newRow("openssl") << QStringLiteral("1.0.1_ 1.0.1a 1.0.1b 1.0.2");
        QTest::newRow("longer than 64 bits")
            << QStringLiteral("1.18446744073709551615 1.18446744073709551616 1.99999999999999999999999");
    }
    void ordersFewThatMatter()
    {
        QFETCH(QString, ascending);
        const auto texts = ascending.split(QLatin1Char(' '));
        for (qsizetype i = 1; i < texts.size(); ++i)
            QVERIFY2(*Version::parse(texts[i - 1].toStdString()) < *Version::parse(texts[i].toStdString()),
                     qPrintable(texts[i]));
    }

    void zerosAndCaseDoNotCount()
    {
        QVERIFY(*Version::parse("1.0") == *Version::parse("1.0.0"));
        QVERIFY(*Version::parse("1.01") == *Version::parse("1.1"));
        QVERIFY(*Version::parse("1.0RC1") == *Version::parse("1.0rc1"));
        QVERIFY(*Version::parse("1-2") == *Version::parse("1_2"));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", " ", "1..2", ".1", "1.", "a!1", "1!2!3", "1+2+3", "1+", "+1", "!", "1!", "1 2",
                                 "1/2", "1:2", "1\n2", "../1"})
            QTest::addRow("'%s'", text) << QByteArray(text);
        QTest::newRow("not ASCII") << QByteArray("1.0\xc3\xa9");
        QTest::newRow("NUL") << QByteArray("1\0002", 3);
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        const auto version = Version::parse(std::string_view(text.constData(), static_cast<size_t>(text.size())));
        QVERIFY(!version);
        QCOMPARE(version.error().kind, ErrorKind::Parse);
    }

    void startsWith()
    {
        const auto starts = [](const char* whole, const char* prefix) {
            return Version::parse(whole)->startsWith(*Version::parse(prefix));
        };
        QVERIFY(starts("1.2.3", "1.2"));
        QVERIFY(!starts("1.20", "1.2"));
        QVERIFY(starts("1.2b1", "1.2b"));
        QVERIFY(starts("1.2", "1.2.0"));
        QVERIFY(!starts("1.2", "1.2.1"));
        QVERIFY(starts("1.2+3.4", "1.2+3"));
        QVERIFY(!starts("1!1.2", "1.2"));
    }
};

QTEST_GUILESS_MAIN(TestVersion)
#include "tst_version.moc"

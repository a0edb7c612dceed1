// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/inflatingdevice.h"

#include "core/base/limits.h"
#include "core/conda/packagearchive.h"
#include "core/conda/repodata.h"

#include <KCompressionDevice>

#include <QBuffer>
#include <QLoggingCategory>
#include <QTest>

using namespace condaoci;
using conda::InflatingDevice;
using Coding = InflatingDevice::Coding;

Q_DECLARE_METATYPE(Coding)

namespace {

QByteArray packed(const QByteArray& bytes, Coding coding)
{
    if (coding == Coding::Zstd)
        return conda::compressZstd(bytes);
    QBuffer out;
    KCompressionDevice device(&out, false,
                              coding == Coding::Bzip2 ? KCompressionDevice::BZip2 : KCompressionDevice::GZip);
    if (coding == Coding::Deflate)
        device.setSkipHeaders();
    device.open(QIODevice::WriteOnly);
    device.write(bytes);
    device.close();
    return out.data();
}

/// Everything, read in pieces of a size; the error's text if there is one.
std::pair<QByteArray, QString> inflated(QByteArray bytes, Coding coding, qint64 piece = 1000)
{
    QBuffer source(&bytes);
    source.open(QIODevice::ReadOnly);
    InflatingDevice device(&source, coding);
    QByteArray all;
    QByteArray chunk(piece, Qt::Uninitialized);
    while (true) {
        const qint64 got = device.read(chunk.data(), piece);
        if (got <= 0)
            return {all, got < 0 ? device.errorString() : QString()};
        all.append(chunk.constData(), got);
    }
}

QByteArray skippable(char mark, const QByteArray& content)
{
    return mark + QByteArray("\x2a\x4d\x18") + static_cast<char>(content.size()) + QByteArray(3, '\0') + content;
}

QStringList told;
void tell(QtMsgType, const QMessageLogContext& context, const QString& message)
{
    told.append(QString::fromUtf8(context.category) + QLatin1String(": ") + message);
}

} // namespace

class TestInflatingDevice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void W10_readsAllStreams_data()
    {
        QTest::addColumn<Coding>("coding");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("expected");
        const QByteArray a(100'000, 'a'), b("some text");
        const auto row = [](const QByteArray& label, Coding coding, const QByteArray& bytes,
                            const QByteArray& expected) {
            QTest::newRow(label.constData()) << coding << bytes << expected;
        };
        for (const auto& [name, coding] :
             {std::pair{"bzip2", Coding::Bzip2}, {"zstd", Coding::Zstd}, {"gzip", Coding::Gzip}}) {
            const QByteArray one = packed(a, coding), two = packed(b, coding), none = packed({}, coding);
            const auto label = [&, which = name](const char* text) { return QByteArray(which) + ", " + text; };
            row(label("one"), coding, one, a);
            row(label("two"), coding, one + two, a + b);
            row(label("the first is empty"), coding, none + two, b);
            row(label("the last is empty"), coding, two + none, b);
            row(label("a thousand"), coding, two.repeated(1000), b.repeated(1000));
            row(label("empty"), coding, none, {});
            row(label("zeros behind"), coding, two + QByteArray(1000, '\0'), b);
            row(label("garbage behind"), coding, one + "garbage", a);
        }
        row("zstd, skippable frames", Coding::Zstd,
            skippable('\x50', "1234") + packed(a, Coding::Zstd) + skippable('\x5f', "") + packed(b, Coding::Zstd) +
                skippable('\x51', "x"),
            a + b);
        row("deflate", Coding::Deflate, packed(a, Coding::Deflate), a);
        const QByteArray zeros(8 * limits::MiB, '\0');
        for (const Coding coding : {Coding::Bzip2, Coding::Zstd, Coding::Gzip, Coding::Deflate})
            row("zeros, coding " + QByteArray::number(static_cast<int>(coding)), coding, packed(zeros, coding), zeros);
    }
    void W10_readsAllStreams()
    {
        QFETCH(Coding, coding);
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, expected);
        for (const qint64 piece : {qint64(1), qint64(512), limits::MiB}) {
            if (piece == 1 && expected.size() > limits::MiB)
                continue;
            const auto [all, error] = inflated(bytes, coding, piece);
            QCOMPARE(error, QString());
            QVERIFY(all == expected);
        }
    }

    // A cut stream is never an end, also in the mark of the next one; where one ends another may have been.
    void W10_tellsACutFromTheEnd_data()
    {
        QTest::addColumn<Coding>("coding");
        QTest::newRow("bzip2") << Coding::Bzip2;
        QTest::newRow("zstd") << Coding::Zstd;
        QTest::newRow("gzip") << Coding::Gzip;
        QTest::newRow("deflate") << Coding::Deflate;
    }
    void W10_tellsACutFromTheEnd()
    {
        QFETCH(Coding, coding);
        const QByteArray first = packed("some text", coding);
        const QByteArray whole = coding == Coding::Deflate ? first : first + packed("more of it", coding);
        for (qsizetype at = 0; at < whole.size(); ++at) {
            const auto [all, error] = inflated(whole.left(at), coding);
            QVERIFY2(error.isEmpty() == (at == first.size()), QByteArray::number(at).constData());
            QVERIFY(QByteArray("some textmore of it").startsWith(all));
        }
    }

    void W10_namesWhatItIsNot_data()
    {
        QTest::addColumn<Coding>("coding");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("reason");
        const QByteArray tar = QByteArray("info/index.json").leftJustified(1024, '\0');
        QTest::newRow("a plain tar") << Coding::Bzip2 << tar << QStringLiteral("it is not bzip2");
        QTest::newRow("a tar.gz") << Coding::Bzip2 << packed(tar, Coding::Gzip) << QStringLiteral("it is not bzip2");
        QTest::newRow("a web page") << Coding::Bzip2 << QByteArray("<!DOCTYPE html>")
                                    << QStringLiteral("it is not bzip2");
        QTest::newRow("BZ0") << Coding::Bzip2 << QByteArray("BZh0xxxxxxx") << QStringLiteral("it is not bzip2");
        QTest::newRow("bzip2 as zstd") << Coding::Zstd << packed(tar, Coding::Bzip2)
                                       << QStringLiteral("it is not zstd");
        QTest::newRow("zstd as gzip") << Coding::Gzip << packed(tar, Coding::Zstd) << QStringLiteral("it is not gzip");
        QTest::newRow("nothing") << Coding::Bzip2 << QByteArray() << QStringLiteral("it is empty");
        QTest::newRow("damaged") << Coding::Bzip2 << packed(tar, Coding::Bzip2).replace(20, 4, "xxxx")
                                 << QStringLiteral("its bzip2 is damaged");
    }
    void W10_namesWhatItIsNot()
    {
        QFETCH(Coding, coding);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, reason);
        const auto before = qInstallMessageHandler(tell);
        told.clear();
        QCOMPARE(inflated(bytes, coding).second, reason);
        qInstallMessageHandler(before);
        QCOMPARE(told, QStringList()); // nothing of KArchive's own
        if (coding == Coding::Gzip || bytes.isEmpty())
            return;
        QBuffer device(&bytes);
        device.open(QIODevice::ReadOnly);
        if (coding != Coding::Bzip2)
            return;
        const auto info = conda::readPackageInfo(&device, conda::Format::TarBz2);
        QVERIFY(!info && info.error().message.contains(reason));
    }

    // Nor when a program sets its own rules later, as conda-oci does for --debug.
    void W10_keepsKArchiveQuiet()
    {
        const QLoggingCategory archive("kf.archive");
        const QLoggingCategory own("condaoci.test", QtWarningMsg);
        (void)inflated("BZh9", Coding::Bzip2);
        QVERIFY(!archive.isWarningEnabled() && own.isWarningEnabled() && !own.isDebugEnabled());
        QLoggingCategory::setFilterRules(QStringLiteral("condaoci.*.debug=true"));
        QVERIFY(!archive.isWarningEnabled() && own.isDebugEnabled());
        QLoggingCategory::setFilterRules({});
    }
};

QTEST_GUILESS_MAIN(TestInflatingDevice)
#include "tst_inflatingdevice.moc"

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copyreport.h"

#include <QJsonArray>
#include <QTest>

using namespace condaoci;
using namespace condaoci::mirror;

class TestCopyReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasTheRightExitCode_data()
    {
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<int>("code");
        QTest::newRow("cancelled") << ErrorKind::Cancelled << 130;
        QTest::newRow("config") << ErrorKind::Config << 2;
        QTest::newRow("auth") << ErrorKind::Auth << 3;
        QTest::newRow("disk") << ErrorKind::Disk << 5;
        for (const ErrorKind kind :
             {ErrorKind::Network, ErrorKind::Timeout, ErrorKind::Tls, ErrorKind::NotFound, ErrorKind::RateLimited,
              ErrorKind::Server, ErrorKind::Protocol, ErrorKind::Integrity, ErrorKind::Parse})
            QTest::addRow("%s", qPrintable(kindName(kind))) << kind << 4;
    }
    void hasTheRightExitCode()
    {
        QFETCH(ErrorKind, kind);
        QFETCH(int, code);
        CopyReport report;
        QCOMPARE(exitCode(report), 0);
        report.failures.push_back({{}, {}, Error{kind, {}}});
        QCOMPARE(exitCode(report), 1); // one item's failure is never the whole job's
        report.fatal = Error{kind, {}};
        QCOMPARE(exitCode(report), code);
        report.cancelled = true;
        QCOMPARE(exitCode(report), 130);
    }

    void saysThatItHadToBeADryRun()
    {
        CopyReport report;
        report.dryRun = report.dryRunForced = true;
        QCOMPARE(exitCode(report), 3);
        QCOMPARE(toJson(report).value(QLatin1String("dryRunForced")), QJsonValue(true));
    }

    void namesWhatFailed()
    {
        CopyReport report;
        report.source = QStringLiteral("channel");
        report.startedAt = QDateTime::fromMSecsSinceEpoch(0, Qt::UTC);
        report.duration = std::chrono::milliseconds(1500);
        Error error{
            ErrorKind::RateLimited, QStringLiteral("too fast"), QStringLiteral("GET https://h/x"), Side::Store, 429,
            std::chrono::seconds(7)};
        report.failures.push_back({QStringLiteral("noarch"), QStringLiteral("a-1-0.conda"), error, "ab12"});
        const QJsonObject json = toJson(report);
        const QJsonObject failure = json.value(QLatin1String("failures")).toArray().at(0).toObject();
        QCOMPARE(failure, (QJsonObject{{QStringLiteral("kind"), QStringLiteral("rate-limited")},
                                       {QStringLiteral("message"), QStringLiteral("too fast")},
                                       {QStringLiteral("side"), QStringLiteral("store")},
                                       {QStringLiteral("status"), 429},
                                       {QStringLiteral("detail"), QStringLiteral("GET https://h/x")},
                                       {QStringLiteral("retryAfterSeconds"), 7},
                                       {QStringLiteral("subdir"), QStringLiteral("noarch")},
                                       {QStringLiteral("file"), QStringLiteral("a-1-0.conda")},
                                       {QStringLiteral("sha256"), QStringLiteral("ab12")}}));
        QCOMPARE(json.value(QLatin1String("exitCode")).toInt(), 1);
        QCOMPARE(json.value(QLatin1String("seconds")).toDouble(), 1.5);
        QCOMPARE(json.value(QLatin1String("startedAt")).toString(), QStringLiteral("1970-01-01T00:00:00.000Z"));
    }
};

QTEST_GUILESS_MAIN(TestCopyReport)
#include "tst_copyreport.moc"

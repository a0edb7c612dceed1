// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copyreport.h"

#include "core/base/text.h"

#include <QJsonArray>

namespace condaoci::mirror {

namespace {

QJsonObject planToJson(const CopyPlan& plan)
{
    QJsonArray items;
    plan.forEachToCopy([&](quint32 number) {
        const PlannedFile& file = plan.files[number];
        QJsonObject item{{QStringLiteral("subdir"), plan.subdirOf(file)},
                         {QStringLiteral("file"), text(file.record->fileName)},
                         {QStringLiteral("size"), file.record->size}};
        if (file.neededBy)
            item[QStringLiteral("neededBy")] = text(file.neededBy->fileName);
        items.append(item);
    });
    QJsonArray subdirs;
    for (const PlannedSubdir& subdir : plan.subdirs)
        subdirs.append(subdir.name);
    QJsonArray skipped;
    for (const RefusedFile& one : plan.skipped)
        skipped.append(QJsonObject{{QStringLiteral("name"), one.fileName}, {QStringLiteral("reason"), one.reason}});
    return {{QStringLiteral("subdirs"), subdirs},
            {QStringLiteral("skipped"), skipped},
            {QStringLiteral("missingSubdirs"), QJsonArray::fromStringList(plan.missingSubdirs)},
            {QStringLiteral("files"), plan.copyFiles},
            {QStringLiteral("bytes"), plan.copyBytes},
            {QStringLiteral("presentFiles"), plan.presentFiles},
            {QStringLiteral("presentBytes"), plan.presentBytes},
            {QStringLiteral("undistributable"), plan.undistributable},
            {QStringLiteral("refused"), static_cast<qint64>(plan.refused.size())},
            {QStringLiteral("items"), items}};
}

} // namespace

QJsonObject toJson(const Error& error)
{
    QJsonObject json{{QStringLiteral("kind"), kindName(error.kind)}, {QStringLiteral("message"), error.message}};
    if (error.side != Side::None)
        json[QStringLiteral("side")] = error.side == Side::Source ? QStringLiteral("source") : QStringLiteral("store");
    if (error.httpStatus != 0)
        json[QStringLiteral("status")] = error.httpStatus;
    if (!error.detail.isEmpty())
        json[QStringLiteral("detail")] = error.detail;
    if (error.retryAfter)
        json[QStringLiteral("retryAfterSeconds")] = static_cast<qint64>(error.retryAfter->count() / 1000);
    return json;
}

int exitCode(const Error& fatal)
{
    switch (fatal.kind) {
    case ErrorKind::Cancelled:
        return 130;
    case ErrorKind::Config:
        return 2;
    case ErrorKind::Auth:
        return 3;
    case ErrorKind::Disk:
        return 5;
    default:
        return 4;
    }
}

int exitCode(const CopyReport& report)
{
    if (report.cancelled)
        return 130;
    if (report.fatal)
        return exitCode(*report.fatal);
    if (report.dryRunForced)
        return 3;
    return report.failures.empty() ? 0 : 1;
}

QJsonObject toJson(const CopyReport& report)
{
    QJsonArray failures;
    for (const Failure& failure : report.failures) {
        QJsonObject json = toJson(failure.error);
        json[QStringLiteral("subdir")] = failure.subdir;
        json[QStringLiteral("file")] = failure.fileName;
        if (!failure.sha256.isEmpty())
            json[QStringLiteral("sha256")] = QString::fromLatin1(failure.sha256);
        failures.append(json);
    }
    QJsonObject json{{QStringLiteral("source"), report.source},
                     {QStringLiteral("store"), report.store},
                     {QStringLiteral("channel"), report.channelName},
                     {QStringLiteral("dryRun"), report.dryRun},
                     {QStringLiteral("cancelled"), report.cancelled},
                     {QStringLiteral("exitCode"), exitCode(report)},
                     {QStringLiteral("startedAt"), report.startedAt.toUTC().toString(Qt::ISODateWithMs)},
                     {QStringLiteral("seconds"), static_cast<double>(report.duration.count()) / 1000},
                     {QStringLiteral("failures"), failures},
                     {QStringLiteral("notes"), QJsonArray::fromStringList(report.notes)}};
    json[QStringLiteral("totals")] = QJsonObject{{QStringLiteral("copied"), report.totals.copied},
                                                 {QStringLiteral("alreadyThere"), report.totals.alreadyThere},
                                                 {QStringLiteral("failed"), report.totals.failed},
                                                 {QStringLiteral("bytesCopied"), report.totals.bytesCopied}};
    if (report.dryRunForced)
        json[QStringLiteral("dryRunForced")] = true;
    if (report.freeBytes)
        json[QStringLiteral("freeBytes")] = *report.freeBytes;
    if (report.plan)
        json[QStringLiteral("plan")] = planToJson(*report.plan);
    if (report.fatal)
        json[QStringLiteral("error")] = toJson(*report.fatal);
    return json;
}

} // namespace condaoci::mirror

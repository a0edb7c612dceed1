// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copyreport.h"

#include "core/base/firstfew.h"
#include "core/base/text.h"
#include "core/mirror/copy/planner.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/registryindex.h"

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
        if (file.seemsThere)
            item[QStringLiteral("seemsThere")] = true;
        if (file.neededBy)
            item[QStringLiteral("neededBy")] = text(file.neededBy->fileName);
        if (file.yanked)
            item[QStringLiteral("yanked")] = true;
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
            {QStringLiteral("refused"), countOf(plan.refused)},
            {QStringLiteral("items"), items}};
}

QString outcomeName(FileOutcome::State state)
{
    switch (state) {
    case FileOutcome::State::Copied:
        return QStringLiteral("copied");
    case FileOutcome::State::AlreadyThere:
        return QStringLiteral("alreadyThere");
    case FileOutcome::State::Failed:
        return QStringLiteral("failed");
    default: // the run ended before it was its turn, or in the middle of it
        return QStringLiteral("cancelled");
    }
}

QByteArray sumOf(const CopyReport& report, quint32 number)
{
    const conda::PackageRecord& record = *report.plan->files[number].record;
    if (!record.sha256.empty())
        return {record.sha256.data(), static_cast<qsizetype>(record.sha256.size())};
    const auto found = report.outcomes->sha256.find(number);
    return found == report.outcomes->sha256.end() ? QByteArray() : found->second;
}

/// Those that the run had to look at. What an index said to be there is only counted: it may be a million.
QJsonArray filesToJson(const CopyReport& report)
{
    QJsonArray files;
    const Outcomes& outcomes = *report.outcomes;
    report.plan->forEachToCopy([&](quint32 number) {
        const PlannedFile& file = report.plan->files[number];
        const FileOutcome::State state = outcomes.states[number];
        QJsonObject json{{QStringLiteral("subdir"), report.plan->subdirOf(file)},
                         {QStringLiteral("file"), text(file.record->fileName)},
                         {QStringLiteral("outcome"), outcomeName(state)},
                         {QStringLiteral("size"), file.record->size}};
        if (const QByteArray sum = sumOf(report, number); !sum.isEmpty())
            json[QStringLiteral("sha256")] = QString::fromLatin1(sum);
        if (state == FileOutcome::State::Copied || state == FileOutcome::State::Failed) {
            const auto attempts = outcomes.attempts.find(number);
            json[QStringLiteral("attempts")] = attempts == outcomes.attempts.end() ? 1 : attempts->second;
        }
        files.append(json);
    });
    return files;
}

QJsonArray indexesToJson(const CopyReport& report)
{
    QJsonArray indexes;
    for (const IndexOutcome& index : report.indexes)
        indexes.append(QJsonObject{{QStringLiteral("subdir"), index.subdir},
                                   {QStringLiteral("document"), index.document},
                                   {QStringLiteral("repository"), index.repository},
                                   {QStringLiteral("tags"), QJsonArray::fromStringList(index.tags)},
                                   {QStringLiteral("digest"), index.digest.toString()},
                                   {QStringLiteral("records"), index.records},
                                   {QStringLiteral("published"), index.published}});
    return indexes;
}

} // namespace

std::vector<Pushed> pushed(const CopyReport& report)
{
    std::vector<Pushed> all;
    if (!report.registry || !report.plan || !report.outcomes)
        return all;
    oci::Endpoint endpoint = report.registry->endpoint;
    endpoint.prefix.clear();
    // An image layout has its path before the repository: oci-layout:DIR//REPOSITORY.
    const QString base = endpoint.toString() +
                         (endpoint.kind == oci::Endpoint::Kind::Layout ? QStringLiteral("//") : QStringLiteral("/"));
    for (const CopyUnit& unit : report.plan->units) {
        QStringList files;
        for (quint32 i = unit.first; i < unit.first + unit.count; ++i) {
            if (report.outcomes->states[i] == FileOutcome::State::Copied)
                files.append(text(report.plan->files[i].record->fileName));
        }
        if (files.isEmpty())
            continue;
        const FileRef file = fileRef(*report.plan, report.plan->files[unit.first]);
        all.push_back({base + packageRepository(*report.registry, file.subdir, file.name.name) + QLatin1Char(':') +
                           naming::tag(file.name.version, file.name.build),
                       files});
    }
    for (const IndexOutcome& index : report.indexes) {
        if (index.published)
            all.push_back({base + index.repository + QStringLiteral(":latest"),
                           {index.document, index.document + QStringLiteral(".zst")}});
    }
    return all;
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
        if (failure.more > 0)
            json[QStringLiteral("more")] = failure.more;
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
    if (report.plan && report.outcomes) {
        json[QStringLiteral("files")] = filesToJson(report);
        json[QStringLiteral("indexes")] = indexesToJson(report);
    }
    if (report.fatal)
        json[QStringLiteral("error")] = toJson(*report.fatal);
    return json;
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyrun.h"

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/credentialstore.h"
#include "core/base/firstfew.h"
#include "core/base/outputfile.h"
#include "core/base/text.h"
#include "core/mirror/copy/copyjob.h"

#include <QCoreApplication>
#include <QJsonDocument>

namespace condaoci::app {

namespace {

/// What a package is there for, where that is not plain.
QString remark(const mirror::PlannedFile& file)
{
    if (file.neededBy)
        return QStringLiteral("  (needed by %1)").arg(text(file.neededBy->fileName));
    return file.yanked ? QStringLiteral("  (removed from the channel's index)") : QString();
}

QString place(const QString& subdir, const QString& name)
{
    return subdir.isEmpty() ? name : subdir + QLatin1Char('/') + name;
}

QString counted(qint64 count, QLatin1String what)
{
    return QStringLiteral("%1 %2%3").arg(count).arg(what, QLatin1String(count == 1 ? "" : "s"));
}

void printPlan(const mirror::CopyPlan& plan)
{
    plan.forEachToCopy([&](quint32 number) {
        const mirror::PlannedFile& file = plan.files[number];
        printResult(QStringLiteral("%1  %2/%3  %4%5")
                        .arg(file.seemsThere ? QStringLiteral("check  ") : QStringLiteral("copy   "),
                             plan.subdirOf(file), text(file.record->fileName), shownBytes(file.record->size),
                             remark(file)));
    });
    for (const mirror::RefusedFile& refused : plan.refused)
        printResult(QStringLiteral("refused  %1  %2").arg(place(refused.subdir, refused.fileName), refused.reason));
    for (const mirror::RefusedFile& skipped : plan.skipped)
        printResult(QStringLiteral("skipped  %1  %2").arg(skipped.fileName, skipped.reason));
    if (plan.undistributable > 0)
        printResult(QStringLiteral("skipped  %1 whose licences forbid mirroring")
                        .arg(counted(plan.undistributable, QLatin1String("package"))));
}

QString planSummary(const mirror::CopyPlan& plan, bool deep)
{
    QString line = (deep ? QStringLiteral("%1 (%2) to ask for and to copy where missing, %3 there already")
                         : QStringLiteral("%1 (%2) to copy, %3 there already"))
                       .arg(counted(plan.copyFiles - plan.seemingFiles, QLatin1String("package")))
                       .arg(shownBytes(plan.copyBytes - plan.seemingBytes))
                       .arg(plan.presentFiles + plan.seemingFiles);
    if (plan.seemingFiles > 0)
        line += QStringLiteral(" (%1 to check)").arg(plan.seemingFiles);
    if (!plan.refused.empty())
        line += QStringLiteral(", %1 can't be copied").arg(countOf(plan.refused));
    if (!plan.skipped.empty())
        line += QStringLiteral(", %1 of the lock file %2 not of this channel")
                    .arg(plan.skipped.size() == 1 ? QStringLiteral("1 entry")
                                                  : QStringLiteral("%1 entries").arg(plan.skipped.size()),
                         QLatin1String(plan.skipped.size() == 1 ? "is" : "are"));
    return line;
}

/// What can be done about an error, where the command line has the means.
void printRemedy(const Error& error)
{
    const bool isAnonymous = error.message.contains(QLatin1String("asks for a user name and a password")) ||
                             error.message.contains(QLatin1String("does not allow that to anybody"));
    if (error.kind == ErrorKind::Auth && isAnonymous)
        printMessage(QStringLiteral("         sign in with `conda-oci login`, or set ORAS_USER and ORAS_PASS"));
    if (error.kind == ErrorKind::Tls && error.message.contains(QLatin1String("sha256 ")))
        printMessage(QStringLiteral("         --ca-file FILE trusts an authority of your own; --accept-certificate "
                                    "HOST[:PORT]=SHA256 takes this one certificate"));
}

QString noCredentials(const mirror::CopySpec& spec)
{
    return QStringLiteral("Dry run only: %1 asks for credentials and there are none. Sign in with `conda-oci login`, "
                          "or set ORAS_USER and ORAS_PASS.")
        .arg(toString(spec.store));
}

/// How much room a cache or layout has.
QString freeSpace(const mirror::CopyReport& report)
{
    return report.freeBytes ? QStringLiteral(", %1 free on the disk").arg(shownBytes(*report.freeBytes)) : QString();
}

void printFailures(const mirror::CopyReport& report)
{
    FirstFew shown; // the report has all of them
    for (const mirror::Failure& failure : report.failures) {
        if (failure.more > 0 || shown.take(failure.error.message))
            printMessage(
                QStringLiteral("failed   %1: %2").arg(place(failure.subdir, failure.fileName), failure.error.message));
    }
    for (const auto& [reason, count] : shown.others())
        printMessage(QStringLiteral("failed   %1 more: %2").arg(count).arg(reason));
}

/// What a run has brought, or would bring.
void printResultOf(const mirror::CopyReport& report, const mirror::CopySpec& spec, const CopyOptions& options)
{
    if (report.dryRun) { // the plan is its result
        printPlan(*report.plan);
        printResult(QStringLiteral("Dry run: ") + planSummary(*report.plan, spec.deep && report.dryRunForced) +
                    freeSpace(report) + QStringLiteral("; nothing was written"));
        return;
    }
    if (options.quiet)
        return;
    if (spec.publishShards > 0) {
        const qint64 failures = countOf(report.failures);
        printResult(report.plan->presentFiles == 0
                        ? QStringLiteral("No shard has brought anything yet; %1")
                              .arg(counted(failures, QLatin1String("failure")))
                        : QStringLiteral("Published what the shards brought: %1, %2")
                              .arg(counted(report.plan->presentFiles, QLatin1String("package")),
                                   counted(failures, QLatin1String("failure"))));
        return;
    }
    const mirror::Totals& totals = report.totals;
    if (report.fatal && totals.copied == 0)
        return; // there is no result
    const qint64 there = totals.alreadyThere + report.plan->presentFiles;
    printResult(QStringLiteral("Copied %1 (%2) in %3 s; %4 %5 there already; %6 failed")
                    .arg(counted(totals.copied, QLatin1String("package")))
                    .arg(shownBytes(totals.bytesCopied))
                    .arg(static_cast<double>(report.duration.count()) / 1000, 0, 'f', 1)
                    .arg(there)
                    .arg(QLatin1String(there == 1 ? "was" : "were"))
                    .arg(countOf(report.failures)));
}

void printReport(const mirror::CopyReport& report, const mirror::CopySpec& spec, const CopyOptions& options)
{
    printFailures(report);
    if (report.fatal)
        printMessage(QStringLiteral("error    ") + report.fatal->message);
    if (report.fatal)
        printRemedy(*report.fatal);
    if (report.fatal && options.debug && !report.fatal->detail.isEmpty())
        printMessage(QStringLiteral("         ") + report.fatal->detail);
    if (report.cancelled)
        printMessage(QStringLiteral("Stopped. Run the same command again to go on."));
    if (report.plan)
        printResultOf(report, spec, options);
    if (options.quiet)
        return;
    for (const QString& note : report.notes)
        printMessage(QStringLiteral("note     ") + note);
}

QByteArray jsonText(const mirror::CopyReport& report)
{
    return shownJson(QJsonDocument(mirror::toJson(report)).toJson(QJsonDocument::Indented));
}

mirror::CopyReport reportOf(const Error& error)
{
    mirror::CopyReport report;
    report.fatal = error;
    return report;
}

/// Where a run's report was asked for.
struct ReportPlaces
{
    bool toStandardOutput = false;
    std::optional<OutputFile> file;
};

/// Tries them, before anything is copied that could not be told of. Error kind Config where one would stand in the
/// other.
Result<void> openPlaces(ReportPlaces& places, const CopyOptions& options)
{
    places.toStandardOutput = options.json;
    if (options.report.empty())
        return {};
    places.file.emplace(text(options.report));
    auto opened = places.file->open();
    const bool isStandardOutput = places.file->isStandardOutput();
    if (opened && isStandardOutput && options.json)
        opened = Error{ErrorKind::Config, QStringLiteral("--json and --report %1 both write to standard output, where "
                                                         "there is room for one document; leave out one of them")
                                              .arg(text(options.report))};
    places.toStandardOutput = options.json || isStandardOutput;
    if (!opened || isStandardOutput)
        places.file.reset();
    return opened;
}

/// Where the report was asked for, and what could not be written.
Result<void> saveReport(const mirror::CopyReport& report, ReportPlaces& places)
{
    if (!places.toStandardOutput && !places.file)
        return {};
    const QByteArray json = jsonText(report);
    if (places.toStandardOutput)
        printBytes(json);
    if (!places.file)
        return {};
    if (auto written = places.file->write(json); !written)
        return written;
    return places.file->commit();
}

/// What can't even be begun has a report too.
int failToBegin(const Error& error, ReportPlaces& places)
{
    const int code = failWith(error);
    if (auto saved = saveReport(reportOf(error), places); !saved)
        printMessage(QStringLiteral("error    the report was not written: ") + saved.error().message);
    return code;
}

} // namespace

int runCopy(const mirror::CopyRequest& request, const CopyOptions& options)
{
    ReportPlaces places;
    if (auto opened = openPlaces(places, options); !opened)
        return failToBegin(opened.error(), places);
    const auto wanted = mirror::toSpec(request);
    if (!wanted)
        return failToBegin(wanted.error(), places);
    const mirror::CopySpec& spec = *wanted;
    if (options.debug)
        logRequests();
    Interrupt interrupt;
    ProgressLine line(!options.quiet && !places.toStandardOutput);
    const QString title = QStringLiteral("%1 → %2").arg(
        std::holds_alternative<conda::Channel>(spec.source) ? channelName(spec.source) : describe(spec.source),
        spec.withoutStore ? QString() : toString(spec.store));
    auto ends = mirror::connectEnds(spec, credentialsFor(spec));
    if (!ends)
        return failToBegin(ends.error(), places);
    mirror::CopyJob job(spec, *std::move(ends));
    int code = 0;
    QObject::connect(&interrupt, &Interrupt::requested, &job, [&] {
        line.clear();
        printMessage(QStringLiteral("Stopping; once more ends at once"));
        job.cancel();
    });
    QObject::connect(&job, &mirror::CopyJob::credentialsMissing, &job, [&] { printMessage(noCredentials(spec)); });
    QObject::connect(&job, &mirror::CopyJob::waiting, &job,
                     [&](const QString& why) { printMessage(QStringLiteral("Waiting: ") + why); });
    QObject::connect(&job, &mirror::CopyJob::planned, &job, [&](const std::shared_ptr<const mirror::CopyPlan>& plan) {
        if (!options.quiet && !spec.dryRun && spec.publishShards == 0)
            printMessage(title + QStringLiteral(": ") + planSummary(*plan, spec.deep));
    });
    QObject::connect(&job, &mirror::CopyJob::totalsChanged, &job,
                     [&](const mirror::Totals& totals) { line.show(title, totals); });
    QObject::connect(&job, &mirror::CopyJob::finished, &job, [&](const mirror::CopyReport& report) {
        line.clear();
        code = mirror::exitCode(report);
        if (places.toStandardOutput) {
            printFailures(report);
            if (report.fatal)
                (void)failWith(*report.fatal);
        } else {
            printReport(report, spec, options);
        }
        if (report.dryRunForced)
            printMessage(noCredentials(spec));
        if (auto saved = saveReport(report, places); !saved) {
            printMessage(QStringLiteral("error    the report was not written: ") + saved.error().message);
            code = code == 0 ? exitCode(saved.error()) : code;
        }
        QCoreApplication::exit(code);
    });
    job.start();
    return QCoreApplication::exec();
}

void printErrorReport(const Error& error, int code)
{
    QJsonObject json = mirror::toJson(reportOf(error));
    json[QStringLiteral("exitCode")] = code;
    printJson(QJsonDocument(json));
}

int failWith(const Error& error)
{
    printMessage(QStringLiteral("error    ") + error.message);
    printRemedy(error);
    return exitCode(error);
}

int failToFind(const Error& error)
{
    const int code = failWith(error);
    return error.kind == ErrorKind::NotFound ? 1 : code;
}

} // namespace condaoci::app

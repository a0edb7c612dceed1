// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/copyverb.h"

#include "app/cli/console.h"
#include "app/cli/interrupt.h"
#include "app/credentialstore.h"
#include "core/base/atomicfile.h"
#include "core/base/text.h"
#include "core/mirror/copyjob.h"
#include "core/mirror/readers.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QLoggingCategory>
#include <QStandardPaths>

namespace condaoci::app {

namespace {

QString text(const std::string& typed)
{
    return QString::fromStdString(typed);
}

QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

Error usage(const QString& message)
{
    return Error{ErrorKind::Config, message};
}

void printPlan(const mirror::CopyPlan& plan)
{
    for (const mirror::CopyUnit& unit : plan.units) {
        for (quint32 i = unit.first; i < unit.first + unit.count; ++i) {
            const mirror::PlannedFile& file = plan.files[i];
            if (!file.present)
                printResult(QStringLiteral("copy     %1/%2  %3%4")
                                .arg(plan.subdirOf(file), text(file.record->fileName), shownBytes(file.record->size),
                                     file.yanked ? QStringLiteral("  (removed from the channel's index)") : QString()));
        }
    }
    for (const mirror::RefusedFile& refused : plan.refused)
        printResult(QStringLiteral("refused  %1/%2  %3").arg(refused.subdir, refused.fileName, refused.reason));
    if (plan.undistributable > 0)
        printResult(QStringLiteral("skipped  %1 packages whose licences forbid mirroring").arg(plan.undistributable));
}

QString planSummary(const mirror::CopyPlan& plan)
{
    QString line = QStringLiteral("%1 packages (%2) to copy, %3 there already")
                       .arg(plan.copyFiles)
                       .arg(shownBytes(plan.copyBytes))
                       .arg(plan.presentFiles);
    if (!plan.refused.empty())
        line += QStringLiteral(", %1 can't be copied").arg(plan.refused.size());
    return line;
}

QString noCredentials(const mirror::CopySpec& spec)
{
    return QStringLiteral(
               "Dry run only: %1 asks for credentials and there are none. Set ORAS_USER and ORAS_PASS to copy.")
        .arg(spec.registry.toString());
}

void printReport(const mirror::CopyReport& report, const mirror::CopySpec& spec, const CopyOptions& options)
{
    for (const mirror::Failure& failure : report.failures)
        printMessage(QStringLiteral("failed   %1/%2: %3").arg(failure.subdir, failure.fileName, failure.error.message));
    if (!options.quiet) {
        for (const QString& note : report.notes)
            printMessage(QStringLiteral("note     ") + note);
    }
    if (report.fatal)
        printMessage(QStringLiteral("error    ") + report.fatal->message);
    if (report.fatal && options.debug && !report.fatal->detail.isEmpty())
        printMessage(QStringLiteral("         ") + report.fatal->detail);
    if (report.cancelled)
        printMessage(QStringLiteral("Stopped. Run the same command again to go on."));
    if (options.quiet || !report.plan)
        return;
    if (report.dryRun) {
        printPlan(*report.plan);
        printResult(QStringLiteral("Dry run: ") + planSummary(*report.plan) + QStringLiteral("; nothing was written"));
        return;
    }
    const mirror::Totals& totals = report.totals;
    printResult(QStringLiteral("Copied %1 packages (%2) in %3 s; %4 were there already; %5 failed")
                    .arg(totals.copied)
                    .arg(shownBytes(totals.bytesCopied))
                    .arg(static_cast<double>(report.duration.count()) / 1000, 0, 'f', 1)
                    .arg(totals.alreadyThere + report.plan->presentFiles)
                    .arg(report.failures.size()));
    for (const QString& note : mirror::readerNotes(spec.registry))
        printMessage(QStringLiteral("note     ") + note);
}

/// Where the report was asked for, and what could not be written.
Result<void> saveReport(const mirror::CopyReport& report, const CopyOptions& options)
{
    const QByteArray json = QJsonDocument(mirror::toJson(report)).toJson(QJsonDocument::Indented);
    if (options.json) {
        std::fwrite(json.constData(), 1, static_cast<size_t>(json.size()), stdout);
        std::fflush(stdout);
    }
    return options.report.empty() ? Result<void>() : writeFileAtomically(text(options.report), json);
}

} // namespace

void addCopyOptions(CLI::App& command, CopyOptions& options)
{
    command.add_option("-c,--channel", options.channel, "Channel: name, URL or directory")->capture_default_str();
    command.add_option("--as", options.as, "The channel's name in the registry");
    command
        .add_option("--registry", options.registry,
                    "ghcr.io/org, https://..., http://127.0.0.1:5000/org, or oci-layout:DIR")
        ->required();
    command.add_option("-s,--subdir", options.subdirs, "Platform to copy; repeatable")
        ->default_str(conda::defaultSubdirs().join(QLatin1Char(' ')).toStdString())
        ->allow_extra_args(false);
    command
        .add_option("-p,--package", options.packages,
                    "Name, glob or match specification (\"zlib>=1.2,<2\"), or all; repeatable")
        ->default_str("all")
        ->allow_extra_args(false);
    command.add_flag("--dry-run,!--no-dry-run", options.dryRun, "Print the plan; download no package, write nothing");
    command.add_flag("--deep", options.deep, "Believe no index: ask the registry for each planned package");
    command.add_option("--workers", options.workers, "Packages copied at a time")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
    command
        .add_option("--timeout", options.spacing,
                    "Least time between the starts of two requests to a host, in milliseconds")
        ->check(CLI::Range(0, 3'600'000))
        ->capture_default_str();
    command.add_flag("-q,--quiet", options.quiet, "Print failures only");
    command.add_flag("--debug", options.debug, "Log every request to standard error");
    command.add_flag("--json", options.json, "Print one JSON object at the end");
    command.add_option("--report", options.report, "Write the same JSON object to a file");
}

Result<mirror::CopySpec> copySpec(const CopyOptions& options)
{
    mirror::CopySpec spec;
    auto channel = conda::parseChannel(text(options.channel), text(options.as));
    if (!channel)
        return channel.error();
    spec.channel = *std::move(channel);
    auto registry = oci::parseEndpoint(text(options.registry));
    if (!registry)
        return registry.error();
    spec.registry = *std::move(registry);
    if (!options.subdirs.empty()) {
        spec.subdirs.clear();
        spec.subdirsNamed = true;
    }
    for (const std::string& typed : options.subdirs) {
        const QString subdir = text(typed);
        if (!conda::isSubdir(subdir))
            return usage(QStringLiteral("--subdir %1: not a platform such as linux-64 or noarch").arg(subdir));
        if (!spec.subdirs.contains(subdir))
            spec.subdirs.append(subdir);
    }
    for (const std::string& typed : options.packages) {
        if (typed == "all") {
            spec.packages.clear();
            break;
        }
        auto parsed = conda::MatchSpec::parse(typed);
        if (!parsed)
            return usage(QStringLiteral("--package: ") + parsed.error().message);
        spec.packages.push_back(*std::move(parsed));
    }
    spec.dryRun = options.dryRun;
    spec.deep = options.deep;
    spec.workers = options.workers;
    spec.spacing = std::chrono::milliseconds(options.spacing);
    // A dry run writes nothing, not even an index into the user's cache.
    if (!spec.dryRun)
        spec.indexCache = QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/indexes");
    return spec;
}

int runCopy(const mirror::CopySpec& spec, const CopyOptions& options)
{
    if (options.debug)
        QLoggingCategory::setFilterRules(QStringLiteral("condaoci.*.debug=true"));
    Interrupt interrupt;
    ProgressLine line(!options.quiet && !options.json);
    const QString title = QStringLiteral("%1 → %2").arg(spec.channel.name, spec.registry.toString());
    mirror::CopyJob job(spec, mirror::connectEnds(spec, credentialsFor(spec.registry)));
    int code = 0;
    QObject::connect(&interrupt, &Interrupt::requested, &job, [&] {
        line.clear();
        printMessage(QStringLiteral("Stopping; once more ends at once"));
        job.cancel();
    });
    QObject::connect(&job, &mirror::CopyJob::credentialsMissing, &job, [&] { printMessage(noCredentials(spec)); });
    QObject::connect(&job, &mirror::CopyJob::planned, &job, [&](const std::shared_ptr<const mirror::CopyPlan>& plan) {
        if (!options.quiet && !spec.dryRun)
            printMessage(title + QStringLiteral(": ") + planSummary(*plan));
    });
    QObject::connect(&job, &mirror::CopyJob::totalsChanged, &job,
                     [&](const mirror::Totals& totals) { line.show(title, totals); });
    QObject::connect(&job, &mirror::CopyJob::finished, &job, [&](const mirror::CopyReport& report) {
        line.clear();
        code = mirror::exitCode(report);
        if (options.json) {
            for (const mirror::Failure& failure : report.failures)
                printMessage(
                    QStringLiteral("failed   %1/%2: %3").arg(failure.subdir, failure.fileName, failure.error.message));
            if (report.fatal)
                printMessage(QStringLiteral("error    ") + report.fatal->message);
        } else {
            printReport(report, spec, options);
        }
        if (report.dryRunForced)
            printMessage(noCredentials(spec));
        if (auto saved = saveReport(report, options); !saved) {
            printMessage(QStringLiteral("error    the report was not written: ") + saved.error().message);
            code = code == 0 ? mirror::exitCode(saved.error()) : code;
        }
        QCoreApplication::exit(code);
    });
    job.start();
    return QCoreApplication::exec();
}

int failWith(const Error& error)
{
    printMessage(QStringLiteral("error    ") + error.message);
    return mirror::exitCode(error);
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyplan.h"
#include "core/mirror/jobprogress.h"

#include <QDateTime>
#include <QJsonObject>

namespace condaoci::mirror {

/// One thing that went wrong, named.
struct Failure
{
    QString subdir;
    QString fileName;
    Error error;
    QByteArray sha256 = {}; ///< hexadecimal, as the file's record has it; may be empty
};

/// What a finished job has to say, whether it ran to its end, failed or was cancelled.
struct CopyReport
{
    QString source;
    QString store;
    QString channelName;
    bool dryRun = false;
    bool dryRunForced = false; ///< it would have written, but there are no credentials for the registry
    bool cancelled = false;
    std::shared_ptr<const CopyPlan> plan; ///< null if planning failed
    Totals totals;
    std::vector<Failure>
        failures;               ///< in the plan's order: first what could not be planned, then what could not be copied
    std::optional<Error> fatal; ///< what stopped the whole job
    QStringList notes;
    std::optional<qint64> freeBytes; ///< where a cache or layout is, before the run
    QDateTime startedAt;
    std::chrono::milliseconds duration{0};
};

/// The exit code of the command line: 0 all done, 1 some items failed, 2 configuration, 3 authentication, 4 registry or
/// channel unreachable, 5 local disk, 130 cancelled.
[[nodiscard]] int exitCode(const CopyReport& report);
[[nodiscard]] int exitCode(const Error& fatal);
/// Kind, message, and whatever else is known of it.
[[nodiscard]] QJsonObject toJson(const Error& error);

/// The report as one object: source, store, plan, totals, failures with kind, status, message and the sum of the file.
[[nodiscard]] QJsonObject toJson(const CopyReport& report);

} // namespace condaoci::mirror

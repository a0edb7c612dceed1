// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"
#include "core/mirror/copy/jobprogress.h"
#include "core/mirror/places/location.h"

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
    qint64 more = 0;        ///< as in RefusedFile
};

/// An index that a run has published, or found to be right as it stands.
struct IndexOutcome
{
    QString subdir;
    QString document;   ///< "repodata.json"
    QString repository; ///< where it is: the repository's full name, in a cache the file
    QStringList tags;   ///< that name it now
    Digest digest;      ///< of the document
    qint64 records = 0;
    bool published = false; ///< in this run; otherwise it has not changed
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
    /// What became of each file of the plan; null if planning failed, and of a dry run.
    std::shared_ptr<const Outcomes> outcomes;
    std::vector<IndexOutcome> indexes;       ///< by subdir; those that could not be published are among the failures
    std::optional<RegistryChannel> registry; ///< where the packages went, unless it was a cache
    Totals totals;
    std::vector<Failure>
        failures;               ///< in the plan's order: first what could not be planned, then what could not be copied
    std::optional<Error> fatal; ///< what stopped the whole job
    QStringList notes;
    std::optional<qint64> freeBytes; ///< where a cache or layout is, before the run
    QDateTime startedAt;
    std::chrono::milliseconds duration{0};
};

/// The exit code of the command line: 0 all done, 1 some items failed, else that of what ended it.
[[nodiscard]] int exitCode(const CopyReport& report);

/// Something that a run has pushed, as the predecessor's `update()` and `push_all()` return it.
struct Pushed
{
    QString uri;        ///< "ghcr.io/myorg/conda-forge/linux-64/zlib:1.3.1-h0_0"
    QStringList layers; ///< titles of what was pushed there: the package files, or an index and its compressed form
};

/// What a run has copied into its registry or layout, the packages first, then the indexes; empty for a cache.
[[nodiscard]] std::vector<Pushed> pushed(const CopyReport& report);

/// The report as one object: source, store, plan, totals, what became of each file that the run looked at, the indexes,
/// failures with kind, status, message and the sum of the file.
[[nodiscard]] QJsonObject toJson(const CopyReport& report);

} // namespace condaoci::mirror

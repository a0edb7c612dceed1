// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copypackage.h"

#include <QMetaType>

#include <mutex>
#include <unordered_map>
#include <vector>

namespace condaoci::mirror {

/// One file's news since the last time.
struct FileUpdate
{
    quint32 file; ///< index into CopyPlan::files
    FileOutcome::State state;
    qint64 bytes;       ///< done so far
    int attempts = 0;   ///< at fetching it, once it is finished
    QString error = {}; ///< Failed: why
};

struct Totals
{
    qint64 files = 0; ///< that the run has to look at
    qint64 filesDone = 0;
    qint64 copied = 0;
    qint64 alreadyThere = 0;
    qint64 failed = 0;
    qint64 bytes = 0;       ///< of the files that the run has to look at
    qint64 bytesDone = 0;   ///< of those that are there now, and so far of those in flight
    qint64 bytesFailed = 0; ///< of those that were given up
    qint64 bytesCopied = 0;
    qint64 bytesMoved = 0; ///< in this run, also for what failed or was begun again; never falls

    [[nodiscard]] qint64 bytesLeft() const { return bytes - bytesDone - bytesFailed; }
};

/// What became of every file, compactly: errors and sums only where there are any.
struct Outcomes
{
    std::vector<FileOutcome::State> states; ///< one a file of the plan
    std::unordered_map<quint32, Error> errors;
    std::unordered_map<quint32, int> attempts;      ///< where it took more than one
    std::unordered_map<quint32, QByteArray> sha256; ///< hexadecimal, of files whose record has none
    std::unordered_map<quint32, qint64> sizes;      ///< bytes, of files whose record has none
};

/// Where workers leave their news and from where the job's thread fetches them in one go, so that the cost of showing
/// progress does not grow with traffic. Thread-safe.
class JobProgress
{
public:
    explicit JobProgress(const CopyPlan& plan);

    void started(const CopyUnit& unit);
    void bytes(quint32 file, qint64 done);
    void finished(const CopyPlan& plan, const CopyUnit& unit, const std::vector<FileOutcome>& outcomes);

    [[nodiscard]] std::vector<FileUpdate> drain();
    [[nodiscard]] Totals totals() const;
    [[nodiscard]] Outcomes outcomes() const; ///< a copy of how things stand

private:
    void touch(quint32 file);

    mutable std::mutex m_mutex;
    Outcomes m_outcomes;
    std::unordered_map<quint32, qint64> m_running; ///< bytes of the files that are in flight
    std::vector<quint32> m_touched;
    std::vector<bool> m_isTouched;
    Totals m_totals;
};

} // namespace condaoci::mirror

Q_DECLARE_METATYPE(condaoci::mirror::Totals)
Q_DECLARE_METATYPE(std::vector<condaoci::mirror::FileUpdate>)

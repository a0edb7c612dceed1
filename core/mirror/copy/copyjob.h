// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyends.h"
#include "core/mirror/copy/copyreport.h"
#include "core/mirror/copy/indexpublisher.h"
#include "core/mirror/copy/pace.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <stop_token>

namespace condaoci::mirror {

/// Runs one copy from plan to report. Lives on the thread of its user (which needs an event loop) and never blocks it:
/// the work is done on the job's own threads. The store is the only state: a job that was stopped, or killed, goes on
/// where it was when it is run again.
class CopyJob : public QObject
{
    Q_OBJECT

public:
    CopyJob(CopySpec spec, CopyEnds ends, QObject* parent = nullptr);
    ~CopyJob() override; ///< cancels, and waits for the workers to notice (less than a second)

    void start();
    /// Stops every operation within a second; finished() follows. No index is published any more: the next run finds
    /// what did arrive.
    void cancel();

Q_SIGNALS:
    /// Before planning: the store asks for credentials and there are none, so this will be a dry run.
    void credentialsMissing();
    void planned(std::shared_ptr<const condaoci::mirror::CopyPlan> plan);
    /// Another run is writing to the store; the job begins when that one is done, or gives up after limits::lockWait.
    void waiting(const QString& why);
    /// A line for people: what the job is doing now.
    void phaseChanged(const QString& phase);
    /// At most ten times a second.
    void filesChanged(const std::vector<condaoci::mirror::FileUpdate>& updates);
    void totalsChanged(const condaoci::mirror::Totals& totals);
    /// Exactly once, also after cancel and failure.
    void finished(const condaoci::mirror::CopyReport& report);

private:
    [[nodiscard]] CopyReport run();
    [[nodiscard]] Result<std::shared_ptr<const CopyPlan>> askForEach(const CopyPlan& plan);
    [[nodiscard]] Result<void> beginWriting(PackageStore& store);
    void runWorkers(CopyReport& report);
    void onWorkers(const CopyPlan& plan, const std::function<void()>& work); ///< returns when all have ended
    void work();
    void publish(CopyReport& report, PackageStore& store, const std::stop_token& stop, QStringList* notes);
    void keep(const std::vector<IndexOutcome>& indexes);
    void addClosingNotes(CopyReport& report) const;
    void publishNowAndThen(PackageStore& store);
    [[nodiscard]] bool stopsJob(const Error& error);
    void collectFailures(CopyReport& report) const;
    void showProgress();
    void finish(const CopyReport& report);

    CopySpec m_spec;
    CopyEnds m_ends;
    QThreadPool m_pool;
    QTimer m_timer;
    std::stop_source m_cancel; ///< by the user
    std::stop_source m_stop;   ///< by the user, or by an error that stops the job
    std::shared_ptr<const CopyPlan> m_plan;
    std::unique_ptr<JobProgress> m_progress;
    std::atomic<size_t> m_nextUnit = 0;
    SeenIndexes m_seen; ///< used by one that publishes at a time
    Pace m_pace;
    std::mutex m_stateMutex; ///< guards all below
    std::vector<IndexOutcome> m_indexes;
    std::optional<Error> m_fatal;
    int m_networkErrorsInARow = 0;
    bool m_publishing = false;
    std::chrono::milliseconds m_publishPause{0};
    std::chrono::steady_clock::time_point m_nextPublish;
};

} // namespace condaoci::mirror

Q_DECLARE_METATYPE(condaoci::mirror::CopyReport)
Q_DECLARE_METATYPE(std::shared_ptr<const condaoci::mirror::CopyPlan>)

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copyjob.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/http/hostgate.h"
#include "core/mirror/copy/cacheindex.h"
#include "core/mirror/copy/copypackage.h"
#include "core/mirror/copy/planner.h"
#include "core/mirror/places/readers.h"
#include "core/oci/hostprofile.h"

#include <QtConcurrent>

namespace condaoci::mirror {

using Clock = std::chrono::steady_clock;
using State = FileOutcome::State;

namespace {

/// So many failures of the network in a row, on all workers together, mean that the other end is gone.
constexpr int networkErrorsThatStop = 10;

} // namespace

CopyJob::CopyJob(CopySpec spec, CopyEnds ends, QObject* parent)
    : QObject(parent)
    , m_spec(std::move(spec))
    , m_ends(std::move(ends))
    , m_pace(m_spec.spacing)
{
    qRegisterMetaType<std::shared_ptr<const CopyPlan>>();
    qRegisterMetaType<CopyReport>();
    m_pool.setMaxThreadCount(m_spec.workers +
                             1); // the workers, and the thread that plans, waits for them and publishes
    m_timer.setInterval(limits::progressInterval);
    connect(&m_timer, &QTimer::timeout, this, &CopyJob::showProgress);
}

CopyJob::~CopyJob()
{
    cancel();
    m_pool.waitForDone();
}

void CopyJob::start()
{
    (void)QtConcurrent::run(&m_pool, [this] {
        CopyReport report;
        try {
            report = run();
        } catch (const std::exception& failure) { // of the machine: no memory, no more threads
            m_stop.request_stop();
            report.fatal = Error{ErrorKind::Disk,
                                 tr("This computer could not go on: %1").arg(QString::fromLocal8Bit(failure.what()))};
        }
        QMetaObject::invokeMethod(
            this, [this, report] { finish(report); }, Qt::QueuedConnection);
    });
}

void CopyJob::cancel()
{
    m_cancel.request_stop();
    m_stop.request_stop();
}

CopyReport CopyJob::run()
{
    const auto begun = Clock::now();
    CopyReport report;
    report.source = toString(m_spec.source);
    report.store = m_spec.withoutStore ? QString() : toString(m_spec.store);
    report.channelName = channelName(m_spec.store);
    if (const auto* registry = std::get_if<RegistryChannel>(&m_spec.store))
        report.registry = *registry;
    report.dryRun = m_spec.dryRun;
    report.freeBytes = freeBytes(m_spec.store);
    report.startedAt = QDateTime::currentDateTimeUtc();

    Q_EMIT phaseChanged(tr("Reading indexes"));
    const auto store = m_ends.openStore(m_stop.get_token());
    const auto writable = store->writable();
    if (writable && !*writable && !m_spec.dryRun) {
        report.dryRun = report.dryRunForced = true;
        Q_EMIT credentialsMissing();
    }
    auto plan = writable
                    ? makePlan(m_spec, *m_ends.openSource(m_stop.get_token()), *store, *writable, m_stop.get_token())
                    : Result<std::shared_ptr<const CopyPlan>>(writable.error());
    if (plan && m_spec.dryRun && m_spec.deep && *writable)
        plan = askForEach(**plan);
    if (!plan) {
        report.fatal = plan.error();
    } else {
        report.plan = m_plan = *plan;
        m_progress = std::make_unique<JobProgress>(*m_plan);
        report.notes = m_plan->notes;
        if (m_spec.withoutStore)
            report.notes.prepend(tr("No registry was looked at: this is the plan for an empty one"));
        Q_EMIT planned(m_plan);
        if (!report.dryRun) {
            if (auto ready = beginWriting(*store); !ready)
                report.fatal = ready.error();
            else
                runWorkers(report);
        }
        collectFailures(report);
        report.totals = m_progress->totals();
        report.indexes = m_indexes;
        if (!report.dryRun)
            report.outcomes = std::make_shared<const Outcomes>(m_progress->outcomes());
        addClosingNotes(report);
    }
    if (m_ends.warnings)
        report.notes += m_ends.warnings->all();
    m_ends = {}; // here, and not by whom the job belongs to: to free what is known of 20,000 packages takes long
    report.cancelled = m_cancel.stop_requested();
    if (report.cancelled)
        report.fatal.reset();
    report.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    return report;
}

/// What a dry run that believes no index would find: the plan, with what the store has of it.
Result<std::shared_ptr<const CopyPlan>> CopyJob::askForEach(const CopyPlan& plan)
{
    Q_EMIT phaseChanged(tr("Asking for each package"));
    auto asked = std::make_shared<CopyPlan>(plan);
    std::optional<Error> failed;
    const auto ask = [&] {
        const auto store = m_ends.openStore(m_stop.get_token());
        for (size_t n = m_nextUnit++; n < plan.units.size() && !m_stop.stop_requested(); n = m_nextUnit++) {
            std::vector<FileRef> files;
            std::vector<quint32> numbers;
            for (quint32 i = plan.units[n].first; i < plan.units[n].first + plan.units[n].count; ++i) {
                files.push_back(fileRef(plan, plan.files[i]));
                numbers.push_back(i);
            }
            auto present = store->present(files, true);
            if (!present) {
                const std::scoped_lock lock(m_stateMutex);
                failed = present.error();
                return;
            }
            for (size_t i = 0; i < numbers.size(); ++i)
                asked->files[numbers[i]].present = !(*present)[i].isNull();
        }
    };
    onWorkers(plan, ask);
    if (failed)
        return failed->at(Side::Store);
    asked->seemingFiles = asked->seemingBytes = 0; // by now it is known
    for (PlannedFile& file : asked->files)
        file.seemsThere = false;
    asked->units.clear();
    for (const CopyUnit& unit : plan.units) {
        bool isComplete = true;
        for (quint32 i = unit.first; i < unit.first + unit.count; ++i) {
            const qint64 size = std::max<qint64>(asked->files[i].record->size, 0);
            const bool isThere = asked->files[i].present;
            isComplete = isComplete && isThere;
            asked->copyFiles -= isThere;
            asked->copyBytes -= isThere ? size : 0;
            asked->presentFiles += isThere;
            asked->presentBytes += isThere ? size : 0;
        }
        if (!isComplete)
            asked->units.push_back(unit);
    }
    return std::shared_ptr<const CopyPlan>(std::move(asked));
}

Result<void> CopyJob::beginWriting(PackageStore& store)
{
    const auto deadline = Clock::now() + limits::lockWait;
    for (bool isTold = false;; isTold = true) {
        auto ready = store.begin(m_plan->copyBytes);
        if (ready || !ready.error().retryAfter)
            return ready;
        if (Clock::now() >= deadline) {
            Error error = ready.error();
            error.retryAfter.reset();
            return error;
        }
        if (!isTold) {
            Q_EMIT phaseChanged(tr("Waiting for another run"));
            Q_EMIT waiting(ready.error().message);
        }
        if (auto slept = http::sleepFor(*ready.error().retryAfter, m_stop.get_token()); !slept)
            return slept;
    }
}

void CopyJob::onWorkers(const CopyPlan& plan, const std::function<void()>& work)
{
    const auto count = std::min<size_t>(static_cast<size_t>(m_spec.workers), plan.units.size());
    QList<QFuture<void>> workers;
    for (size_t i = 0; i < count; ++i)
        workers.append(QtConcurrent::run(&m_pool, work));
    for (auto& worker : workers)
        worker.waitForFinished();
}

void CopyJob::runWorkers(CopyReport& report)
{
    QMetaObject::invokeMethod(
        this, [this] { m_timer.start(); }, Qt::QueuedConnection);
    // What a short run has found out is kept, too, and a long one is not held up.
    m_publishPause = std::min<std::chrono::milliseconds>(m_spec.publishInterval, limits::indexPublishFirst);
    m_nextPublish = Clock::now() + m_publishPause;
    if (!m_plan->units.empty())
        Q_EMIT phaseChanged(tr("Copying packages"));
    onWorkers(*m_plan, [this] { work(); });

    report.fatal = m_fatal;
    // The user waits for the end, and the next run finds what did arrive; or the index would meet with the same error.
    const bool isOver = m_cancel.stop_requested() || (report.fatal && report.fatal->side == Side::Store);
    const bool isNothingThere = m_plan->selective && m_plan->files.empty() && !m_plan->refused.empty();
    // What did arrive is published even when an error stopped the rest: with a token of its own, since the workers' is
    // stopped.
    const std::stop_token stop = m_stop.stop_requested() && !isOver ? m_cancel.get_token() : m_stop.get_token();
    const auto store = m_ends.openStore(stop);
    if (!isOver && !isNothingThere) {
        Q_EMIT phaseChanged(tr("Publishing the index"));
        publish(report, *store, stop, &report.notes);
        if (m_spec.index == IndexMode::Merged && std::holds_alternative<CacheFolder>(m_spec.source) &&
            std::holds_alternative<RegistryChannel>(m_spec.store) && !stop.stop_requested())
            updateSourceIndexes(m_spec, *m_plan, m_progress->outcomes(), report.notes);
    }
    report.notes += store->notes();
}

void CopyJob::work()
{
    const std::stop_token stop = m_stop.get_token();
    const auto source = m_ends.openSource(stop);
    const auto store = m_ends.openStore(stop);
    const CopyHooks hooks{[this](quint32 file, qint64 bytes) { m_progress->bytes(file, bytes); },
                          [this, stop] {
                              const auto now = Clock::now();
                              const auto wait = m_pace.nextStart(now) - now;
                              return http::sleepFor(std::chrono::ceil<std::chrono::milliseconds>(wait), stop);
                          }};
    while (!stop.stop_requested()) {
        const size_t next = m_nextUnit.fetch_add(1);
        if (next >= m_plan->units.size())
            return;
        const CopyUnit& unit = m_plan->units[next];
        m_progress->started(unit);
        const auto outcomes = copyPackage(*m_plan, unit, m_spec.deep, *source, *store, hooks);
        m_progress->finished(*m_plan, unit, outcomes);
        for (const FileOutcome& outcome : outcomes) {
            const std::scoped_lock lock(m_stateMutex);
            if (isThere(outcome.state)) {
                m_networkErrorsInARow = 0;
            } else if (outcome.state == State::Failed && stopsJob(*outcome.error)) {
                if (!m_fatal)
                    m_fatal = outcome.error;
                m_stop.request_stop();
            }
        }
        publishNowAndThen(*store);
    }
}

// The only place where an error of one item ends the job. The caller holds m_stateMutex.
bool CopyJob::stopsJob(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Config:
    case ErrorKind::Disk:
        return true;
    case ErrorKind::Auth: // a channel may well refuse a single package
    case ErrorKind::RateLimited:
        return error.side == Side::Store || error.httpStatus == 401;
    case ErrorKind::Network:
    case ErrorKind::Timeout:
    case ErrorKind::Tls:
        return ++m_networkErrorsInARow >= networkErrorsThatStop;
    default:
        return false;
    }
}

void CopyJob::publishNowAndThen(PackageStore& store)
{
    {
        const std::scoped_lock lock(m_stateMutex);
        if (m_publishing || Clock::now() < m_nextPublish)
            return;
        m_publishing = true;
    }
    CopyReport unused; // a failure now is tried again, and reported, at the end
    publish(unused, store, m_stop.get_token(), nullptr);
    const std::scoped_lock lock(m_stateMutex);
    m_publishing = false;
    m_publishPause = std::min(2 * m_publishPause, m_spec.publishInterval);
    m_nextPublish = Clock::now() + m_publishPause;
}

/// What the users of the mirror should know. Every night again it would only be in the way.
void CopyJob::addClosingNotes(CopyReport& report) const
{
    if (!report.registry || report.totals.copied == 0)
        return;
    const oci::Endpoint& endpoint = report.registry->endpoint;
    if (const QString note = oci::noteOf(endpoint.origin); !note.isEmpty())
        report.notes.append(note);
    report.notes += readerNotes(endpoint, report.registry->name);
}

/// What was published earlier in this run and stands there still was published by it.
void CopyJob::keep(const std::vector<IndexOutcome>& indexes)
{
    const std::scoped_lock lock(m_stateMutex);
    for (const IndexOutcome& index : indexes) {
        const auto known = std::find_if(m_indexes.begin(), m_indexes.end(), [&](const IndexOutcome& one) {
            return one.subdir == index.subdir && one.document == index.document;
        });
        if (known == m_indexes.end())
            m_indexes.push_back(index);
        else if (index.published)
            *known = index;
    }
}

void CopyJob::publish(CopyReport& report, PackageStore& store, const std::stop_token& stop, QStringList* notes)
{
    const Outcomes outcomes = m_progress->outcomes();
    std::vector<IndexOutcome> indexes;
    // An index that cannot be read is none that is missing.
    bool hasNoarch = std::any_of(m_plan->refused.begin(), m_plan->refused.end(), [](const RefusedFile& refused) {
        return refused.subdir == QLatin1String("noarch") && refused.fileName == QLatin1String("repodata.json");
    });
    IndexPublisher publisher(m_spec, *m_plan, outcomes, store, m_seen, notes, indexes);
    for (quint32 i = 0; i < m_plan->subdirs.size() && !stop.stop_requested(); ++i) {
        hasNoarch = hasNoarch || m_plan->subdirs[i].name == QLatin1String("noarch");
        if (auto published = publisher.publish(i); !published) {
            if (published.error().kind == ErrorKind::Cancelled)
                break;
            report.failures.push_back({m_plan->subdirs[i].name, QStringLiteral("repodata.json"), published.error()});
            // An index that is not to be believed is a matter of its own platform.
            const bool isOfSource =
                published.error().kind == ErrorKind::Integrity && published.error().side == Side::Source;
            if (!report.fatal && !isOfSource)
                report.fatal =
                    published.error().in(tr("The index of %1 was not published").arg(m_plan->subdirs[i].name));
        }
    }
    QStringList missing = m_spec.subdirsNamed ? m_plan->missingSubdirs : QStringList();
    if (!hasNoarch && !missing.contains(QStringLiteral("noarch")))
        missing.append(QStringLiteral("noarch"));
    for (const QString& subdir : std::as_const(missing)) {
        if (m_spec.shard || stop.stop_requested() || report.fatal)
            break;
        if (auto published = publisher.publishEmpty(subdir); !published)
            report.fatal = published.error().in(tr("The index of %1 was not published").arg(subdir));
    }
    keep(indexes);
}

void CopyJob::collectFailures(CopyReport& report) const
{
    std::vector<Failure> failures;
    for (const RefusedFile& refused : m_plan->refused)
        failures.push_back({refused.subdir,
                            refused.fileName,
                            Error{ErrorKind::Config, refused.reason, {}, Side::Source},
                            {},
                            refused.more});
    const Outcomes outcomes = m_progress->outcomes();
    for (quint32 i = 0; i < m_plan->files.size(); ++i) {
        const conda::PackageRecord& record = *m_plan->files[i].record;
        if (outcomes.states[i] == State::Failed)
            failures.push_back({m_plan->subdirOf(m_plan->files[i]), text(record.fileName), outcomes.errors.at(i),
                                QByteArray(record.sha256.data(), static_cast<qsizetype>(record.sha256.size()))});
    }
    failures.insert(failures.end(), report.failures.begin(), report.failures.end());
    report.failures = std::move(failures);
}

void CopyJob::showProgress()
{
    Q_EMIT filesChanged(m_progress->drain());
    Q_EMIT totalsChanged(m_progress->totals());
}

void CopyJob::finish(const CopyReport& report)
{
    if (m_timer.isActive()) {
        m_timer.stop();
        showProgress(); // the last news before the end
    }
    Q_EMIT finished(report);
}

} // namespace condaoci::mirror

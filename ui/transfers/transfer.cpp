// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/transfer.h"

#include "core/base/firstfew.h"
#include "ui/background.h"
#include "ui/transfers/finishedfiles.h"

#include <QFile>
#include <QJsonArray>

#include <algorithm>
#include <array>
#include <numeric>

namespace condaoci::ui {

using mirror::FileOutcome;

namespace {

constexpr int speedsKept = 600;
constexpr int speedWindow = 10; ///< seconds

const std::array<const char*, 9> stateNames{"waiting",    "planning", "copying", "stopping",   "done",
                                            "incomplete", "failed",   "stopped", "interrupted"};

QJsonObject totalsToJson(const mirror::Totals& totals)
{
    return {{QStringLiteral("files"), totals.files},
            {QStringLiteral("filesDone"), totals.filesDone},
            {QStringLiteral("copied"), totals.copied},
            {QStringLiteral("alreadyThere"), totals.alreadyThere},
            {QStringLiteral("failed"), totals.failed},
            {QStringLiteral("bytes"), totals.bytes},
            {QStringLiteral("bytesDone"), totals.bytesDone},
            {QStringLiteral("bytesFailed"), totals.bytesFailed},
            {QStringLiteral("bytesCopied"), totals.bytesCopied}};
}

mirror::Totals totalsFromJson(const QJsonObject& json)
{
    const auto number = [&](const char* key) { return json.value(QLatin1String(key)).toInteger(); };
    return {number("files"), number("filesDone"), number("copied"),      number("alreadyThere"), number("failed"),
            number("bytes"), number("bytesDone"), number("bytesFailed"), number("bytesCopied")};
}

std::vector<Transfer::Failed> failuresOf(const mirror::CopyReport& report)
{
    std::vector<Transfer::Failed> failures;
    for (const mirror::Failure& failure : report.failures) {
        if (failures.size() == Transfer::failuresKept)
            break;
        failures.push_back(
            {failure.subdir, failure.fileName, kindName(failure.error.kind), failure.error.message, failure.sha256});
    }
    return failures;
}

QString reportPath(const QString& folder, const QString& id)
{
    return folder + QLatin1Char('/') + id + QStringLiteral(".report");
}

/// What kind of thing went wrong, in a word or two.
QString reasonOf(const QString& kind)
{
    const auto is = [&](ErrorKind one) { return kind == kindName(one); };
    return is(ErrorKind::Network)       ? Transfer::tr("no connection")
           : is(ErrorKind::Timeout)     ? Transfer::tr("it took too long")
           : is(ErrorKind::Tls)         ? Transfer::tr("certificate not trusted")
           : is(ErrorKind::Auth)        ? Transfer::tr("not allowed")
           : is(ErrorKind::NotFound)    ? Transfer::tr("not found")
           : is(ErrorKind::RateLimited) ? Transfer::tr("too many requests")
           : is(ErrorKind::Server)      ? Transfer::tr("the server failed")
           : is(ErrorKind::Protocol)    ? Transfer::tr("an answer that makes no sense")
           : is(ErrorKind::Integrity)   ? Transfer::tr("wrong checksum")
           : is(ErrorKind::Parse)       ? Transfer::tr("not a package that can be read")
           : is(ErrorKind::Disk)        ? Transfer::tr("the disk")
                                        : Transfer::tr("it can't be done as asked");
}

} // namespace

Transfer::Transfer(QString id, mirror::CopyRequest request, QString folder)
    : m_id(std::move(id))
    , m_folder(std::move(folder))
    , m_request(std::move(request))
    , m_startedAt(QDateTime::currentDateTimeUtc())
{
    m_measure.setInterval(1000);
    connect(&m_measure, &QTimer::timeout, this, &Transfer::measure);
}

Transfer::~Transfer() = default;

void Transfer::start(const Credentials& credentials)
{
    m_running.start();
    struct Prepared
    {
        Result<mirror::CopySpec> spec;
        oci::Authenticator::Lookup lookup;
    };
    // The keychain may ask its user, lock files may be long: neither holds the window.
    inBackground(
        credentials.thread, this,
        [request = m_request, forCopy = credentials.forCopy](const std::stop_token&) {
            Prepared prepared{mirror::toSpec(request), {}};
            if (prepared.spec)
                prepared.lookup = forCopy(*prepared.spec);
            return prepared;
        },
        [this](Prepared prepared) {
            if (m_state == State::Waiting)
                run(prepared.spec, std::move(prepared.lookup));
        });
}

void Transfer::run(const Result<mirror::CopySpec>& spec, oci::Authenticator::Lookup credentials)
{
    if (!spec)
        return failWith(spec.error());
    auto ends = mirror::connectEnds(*spec, std::move(credentials));
    if (!ends)
        return failWith(ends.error());
    m_job = std::make_unique<mirror::CopyJob>(*spec, *std::move(ends));
    connect(m_job.get(), &mirror::CopyJob::credentialsMissing, this, [this] { m_credentialsMissing = true; });
    connect(m_job.get(), &mirror::CopyJob::phaseChanged, this, [this](const QString& phase) {
        m_phase = phase;
        Q_EMIT totalsChanged();
    });
    connect(m_job.get(), &mirror::CopyJob::planned, this, [this](const std::shared_ptr<const mirror::CopyPlan>& plan) {
        m_plan = plan;
        m_files.resize(plan->files.size());
        m_totals.files = plan->copyFiles;
        m_totals.bytes = plan->copyBytes;
        m_presentFiles = plan->presentFiles;
        Q_EMIT planned();
        if (m_state == State::Planning)
            setState(State::Copying);
    });
    connect(m_job.get(), &mirror::CopyJob::filesChanged, this, [this](const std::vector<mirror::FileUpdate>& updates) {
        for (const mirror::FileUpdate& update : updates) {
            m_files[update.file] = {update.state, update.bytes, update.attempts};
            if (!update.error.isEmpty())
                m_errors[update.file] = update.error;
        }
        Q_EMIT filesChanged(updates);
    });
    connect(m_job.get(), &mirror::CopyJob::totalsChanged, this, [this](const mirror::Totals& totals) {
        m_totals = totals;
        Q_EMIT totalsChanged();
    });
    connect(m_job.get(), &mirror::CopyJob::finished, this, &Transfer::finish);
    setState(State::Planning);
    m_measure.start();
    m_job->start();
}

void Transfer::stop()
{
    if (m_state == State::Waiting)
        return failWith(Error{ErrorKind::Cancelled, tr("stopped")});
    if (!m_job || !isRunning())
        return;
    setState(State::Stopping);
    m_job->cancel();
}

void Transfer::setState(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

void Transfer::failWith(const Error& error)
{
    m_error = error.message;
    m_ranFor = m_running.elapsed();
    setState(error.kind == ErrorKind::Cancelled ? State::Stopped : State::Failed);
    Q_EMIT finished();
}

void Transfer::finish(const mirror::CopyReport& report)
{
    m_measure.stop();
    m_ranFor = report.duration.count();
    m_totals = report.totals;
    m_notes = report.notes;
    if (report.fatal)
        m_error = report.fatal->message;
    else if (report.dryRunForced)
        m_error = tr("the registry asks for credentials and there are none; nothing was written");
    const State state = report.cancelled                      ? State::Stopped
                        : report.fatal || report.dryRunForced ? State::Failed
                        : !report.failures.empty()            ? State::Incomplete
                                                              : State::Done;
    m_job.release()->deleteLater(); // it is in the middle of telling
    // To write down what became of a million packages takes longer than a frame.
    struct Kept
    {
        std::vector<Failed> failures;
        Result<void> written;
    };
    inBackground(
        this,
        [report, path = reportPath(m_folder, m_id), filesPath = filesFile(), files = m_files,
         errors = m_errors](const std::stop_token&) {
            Kept kept{failuresOf(report), FileWriter::writeNow(path, mirror::toJson(report))};
            if (kept.written)
                kept.written = FileWriter::writeNow(filesPath, finishedLines(report, files, errors));
            return kept;
        },
        [this, state, failureCount = countOf(report.failures)](Kept kept) {
            m_failures = std::move(kept.failures);
            m_failureCount = failureCount;
            if (!kept.written)
                m_notes.append(tr("The report was not kept: %1").arg(kept.written.error().message));
            setState(state); // after which nobody looks at the plan any more
            // With it go the indexes of the channel, which are hundreds of megabytes.
            dropInBackground(std::exchange(m_plan, nullptr));
            dropInBackground(std::exchange(m_files, {}));
            dropInBackground(std::exchange(m_errors, {}));
            Q_EMIT totalsChanged();
            Q_EMIT finished();
        });
}

QString Transfer::failureReasons() const
{
    QHash<QString, int> counts;
    for (const Failed& failed : m_failures)
        ++counts[reasonOf(failed.kind)];
    QStringList reasons = counts.keys();
    std::sort(reasons.begin(), reasons.end(), [&](const QString& a, const QString& b) {
        return std::pair(-counts[a], a) < std::pair(-counts[b], b); // what is the matter most often comes first
    });
    return reasons.join(QStringLiteral(", "));
}

QString Transfer::filesFile() const
{
    return m_folder + QLatin1Char('/') + m_id + QStringLiteral(".packages");
}

QString Transfer::reportFile() const
{
    const QString path = reportPath(m_folder, m_id);
    return !isRunning() && QFile::exists(path) ? path : QString();
}

void Transfer::measure()
{
    m_speeds.append(m_totals.bytesMoved - m_measuredBytes);
    m_measuredBytes = m_totals.bytesMoved;
    if (m_speeds.size() > speedsKept)
        m_speeds.removeFirst();
    Q_EMIT totalsChanged();
}

qint64 Transfer::seconds() const
{
    return (isRunning() && m_running.isValid() ? m_running.elapsed() : m_ranFor) / 1000;
}

qint64 Transfer::speed() const
{
    const auto count = std::min<qsizetype>(speedWindow, m_speeds.size());
    return count == 0 ? 0 : std::accumulate(m_speeds.end() - count, m_speeds.end(), qint64(0)) / count;
}

qint64 Transfer::secondsLeft() const
{
    const qint64 now = speed();
    return m_state != State::Copying || now <= 0 ? -1 : (m_totals.bytesLeft() + now - 1) / now;
}

QString Transfer::stateText() const
{
    switch (m_state) {
    case State::Waiting:
        return tr("Getting ready");
    case State::Planning:
        return tr("Planning");
    case State::Copying:
        return m_phase.isEmpty() ? tr("Copying") : m_phase;
    case State::Stopping:
        return tr("Stopping");
    case State::Done:
        return tr("Done");
    case State::Incomplete:
        return tr("%n package(s) failed", nullptr, static_cast<int>(m_failureCount));
    case State::Failed:
        return tr("Failed");
    case State::Stopped:
        return tr("Stopped");
    case State::Interrupted:
        return tr("Interrupted");
    }
    return {};
}

QJsonObject Transfer::toJson() const
{
    QJsonArray failures;
    for (const Failed& failed : m_failures)
        failures.append(QJsonObject{{QStringLiteral("subdir"), failed.subdir},
                                    {QStringLiteral("file"), failed.fileName},
                                    {QStringLiteral("kind"), failed.kind},
                                    {QStringLiteral("message"), failed.message},
                                    {QStringLiteral("sha256"), QString::fromLatin1(failed.sha256)}});
    QJsonArray speeds;
    for (const qint64 speed : m_speeds)
        speeds.append(speed);
    return {{QStringLiteral("id"), m_id},
            {QStringLiteral("request"), mirror::toJson(m_request)},
            {QStringLiteral("state"), QLatin1String(stateNames[static_cast<size_t>(m_state)])},
            {QStringLiteral("startedAt"), m_startedAt.toString(Qt::ISODateWithMs)},
            {QStringLiteral("milliseconds"), m_ranFor},
            {QStringLiteral("totals"), totalsToJson(m_totals)},
            {QStringLiteral("error"), m_error},
            {QStringLiteral("failures"), failures},
            {QStringLiteral("failureCount"), m_failureCount},
            {QStringLiteral("presentFiles"), m_presentFiles},
            {QStringLiteral("speeds"), speeds},
            {QStringLiteral("notes"), QJsonArray::fromStringList(m_notes)}};
}

std::unique_ptr<Transfer> Transfer::fromJson(const QJsonObject& json, const QString& folder)
{
    auto request = mirror::requestFromJson(json.value(QLatin1String("request")).toObject());
    const QString id = json.value(QLatin1String("id")).toString();
    const QString state = json.value(QLatin1String("state")).toString();
    const auto known = std::find_if(stateNames.begin(), stateNames.end(),
                                    [&](const char* name) { return state == QLatin1String(name); });
    if (!request || id.isEmpty() || known == stateNames.end())
        return nullptr;
    auto transfer = std::make_unique<Transfer>(id, *std::move(request), folder);
    transfer->m_state = static_cast<State>(known - stateNames.begin());
    if (transfer->isRunning())
        transfer->m_state = State::Interrupted;
    transfer->m_startedAt = QDateTime::fromString(json.value(QLatin1String("startedAt")).toString(), Qt::ISODateWithMs);
    transfer->m_ranFor = json.value(QLatin1String("milliseconds")).toInteger();
    transfer->m_totals = totalsFromJson(json.value(QLatin1String("totals")).toObject());
    transfer->m_error = json.value(QLatin1String("error")).toString();
    for (const QJsonValue& note : json.value(QLatin1String("notes")).toArray())
        transfer->m_notes.append(note.toString());
    for (const QJsonValue& one : json.value(QLatin1String("failures")).toArray())
        transfer->m_failures.push_back({one[QLatin1String("subdir")].toString(), one[QLatin1String("file")].toString(),
                                        one[QLatin1String("kind")].toString(), one[QLatin1String("message")].toString(),
                                        one[QLatin1String("sha256")].toString().toLatin1()});
    transfer->m_failureCount = json.value(QLatin1String("failureCount")).toInteger();
    transfer->m_presentFiles = json.value(QLatin1String("presentFiles")).toInteger();
    for (const QJsonValue& speed : json.value(QLatin1String("speeds")).toArray())
        transfer->m_speeds.append(speed.toInteger());
    return transfer;
}

} // namespace condaoci::ui

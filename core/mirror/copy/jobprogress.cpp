// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/jobprogress.h"

#include <algorithm>

namespace condaoci::mirror {

using State = FileOutcome::State;

JobProgress::JobProgress(const CopyPlan& plan)
{
    m_outcomes.states.assign(plan.files.size(), State::Waiting);
    m_isTouched.assign(plan.files.size(), false);
    for (size_t i = 0; i < plan.files.size(); ++i) {
        if (plan.files[i].present)
            m_outcomes.states[i] = State::AlreadyThere;
    }
    m_totals.files = plan.copyFiles;
    m_totals.bytes = plan.copyBytes;
}

void JobProgress::started(const CopyUnit& unit)
{
    const std::scoped_lock lock(m_mutex);
    for (quint32 i = unit.first; i < unit.first + unit.count; ++i) {
        if (m_outcomes.states[i] != State::Waiting)
            continue;
        m_outcomes.states[i] = State::Running;
        m_running[i] = 0;
        touch(i);
    }
}

void JobProgress::bytes(quint32 file, qint64 done)
{
    const std::scoped_lock lock(m_mutex);
    qint64& known = m_running[file];
    m_totals.bytesDone += done - known; // falls back when a transfer starts over
    m_totals.bytesMoved += std::max<qint64>(0, done - known);
    known = done;
    touch(file);
}

void JobProgress::finished(const CopyPlan& plan, const CopyUnit& unit, const std::vector<FileOutcome>& outcomes)
{
    const std::scoped_lock lock(m_mutex);
    for (quint32 n = 0; n < unit.count; ++n) {
        const quint32 i = unit.first + n;
        const PlannedFile& file = plan.files[i];
        const FileOutcome& outcome = outcomes[n];
        if (file.present)
            continue;
        const qint64 size = std::max<qint64>(file.record->size, 0);
        const qint64 moved = m_running[i];
        m_running.erase(i);
        m_totals.bytesDone += (isThere(outcome.state) ? size : 0) - moved;
        m_totals.bytesFailed += outcome.state == State::Failed ? size : 0;
        m_totals.bytesMoved += outcome.state == State::Copied ? std::max<qint64>(0, size - moved) : 0;
        ++m_totals.filesDone;
        m_totals.copied += outcome.state == State::Copied;
        m_totals.alreadyThere += outcome.state == State::AlreadyThere;
        m_totals.failed += outcome.state == State::Failed;
        m_totals.bytesCopied += outcome.state == State::Copied ? size : 0;
        m_outcomes.states[i] = outcome.state;
        if (outcome.error)
            m_outcomes.errors.insert_or_assign(i, *outcome.error);
        if (outcome.attempts > 1)
            m_outcomes.attempts.insert_or_assign(i, outcome.attempts);
        if (file.record->sha256.empty() && !outcome.sha256.isEmpty())
            m_outcomes.sha256.insert_or_assign(i, outcome.sha256);
        if (file.record->size < 0 && outcome.size >= 0)
            m_outcomes.sizes.insert_or_assign(i, outcome.size);
        touch(i);
    }
}

void JobProgress::touch(quint32 file)
{
    if (m_isTouched[file])
        return;
    m_isTouched[file] = true;
    m_touched.push_back(file);
}

std::vector<FileUpdate> JobProgress::drain()
{
    const std::scoped_lock lock(m_mutex);
    std::vector<FileUpdate> updates;
    updates.reserve(m_touched.size());
    for (const quint32 file : m_touched) {
        const auto running = m_running.find(file);
        FileUpdate update{file, m_outcomes.states[file], running == m_running.end() ? 0 : running->second};
        if (update.state == State::Copied || update.state == State::Failed) {
            const auto attempts = m_outcomes.attempts.find(file);
            update.attempts = attempts == m_outcomes.attempts.end() ? 1 : attempts->second;
        }
        if (const auto error = m_outcomes.errors.find(file); error != m_outcomes.errors.end())
            update.error = error->second.message;
        updates.push_back(std::move(update));
        m_isTouched[file] = false;
    }
    m_touched.clear();
    return updates;
}

Totals JobProgress::totals() const
{
    const std::scoped_lock lock(m_mutex);
    return m_totals;
}

Outcomes JobProgress::outcomes() const
{
    const std::scoped_lock lock(m_mutex);
    return m_outcomes;
}

} // namespace condaoci::mirror

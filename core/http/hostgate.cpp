// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/hostgate.h"

#include <algorithm>

namespace condaoci::http {

namespace {

Error cancelled()
{
    return Error{ErrorKind::Cancelled, QStringLiteral("cancelled")};
}

} // namespace

Result<void> HostGate::enter(const QByteArray& origin, const std::stop_token& stop)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        if (stop.stop_requested())
            return cancelled();
        const auto now = Clock::now();
        const auto slot = m_nextStart.value(origin, now);
        if (slot <= now) {
            if (m_spacing.count() > 0)
                m_nextStart[origin] = now + m_spacing;
            return {};
        }
        m_changed.wait_until(lock, stop, slot, [&] { return m_nextStart.value(origin, slot) > slot; });
    }
}

void HostGate::pauseUntil(const QByteArray& origin, Clock::time_point until)
{
    const std::scoped_lock lock(m_mutex);
    auto& next = m_nextStart[origin];
    next = std::max(next, until);
}

Result<void> sleepFor(std::chrono::milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, time, [] { return false; });
    if (stop.stop_requested())
        return cancelled();
    return {};
}

} // namespace condaoci::http

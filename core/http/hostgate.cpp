// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/hostgate.h"

#include "core/base/limits.h"
#include "core/base/messages.h"

#include <algorithm>
#include <utility>

namespace condaoci::http {

namespace {

Error cancelled()
{
    return Error{ErrorKind::Cancelled, Messages::tr("cancelled")};
}

} // namespace

HostGate::Pass::Pass(HostGate* gate, QByteArray origin, qint64 number)
    : m_gate(gate)
    , m_origin(std::move(origin))
    , m_number(number)
{
}

HostGate::Pass::Pass(Pass&& other) noexcept
    : m_gate(std::exchange(other.m_gate, nullptr))
    , m_origin(std::move(other.m_origin))
    , m_number(other.m_number)
{
}

HostGate::Pass::~Pass()
{
    if (m_gate)
        m_gate->leave(m_origin);
}

HostGate::Host::Host()
    : window(limits::hostStart)
    , threshold(limits::hostMost)
    , retries(limits::retryReserve)
{
}

Result<HostGate::Pass> HostGate::enter(const QByteArray& origin, const std::stop_token& stop, bool isWrite)
{
    std::unique_lock lock(m_mutex);
    while (true) {
        if (stop.stop_requested())
            return cancelled();
        Host& host = m_hosts[origin];
        if (host.underWay >= static_cast<int>(host.window)) {
            m_changed.wait(lock, stop, [&] {
                const Host& now = m_hosts[origin];
                return now.underWay < static_cast<int>(now.window);
            });
            continue;
        }
        const auto now = Clock::now();
        const auto slot = isWrite ? std::max(host.nextStart, host.nextWrite) : host.nextStart;
        if (slot <= now) {
            if (isWrite)
                host.nextWrite = now + host.writeSpacing;
            ++host.underWay;
            return Pass(this, origin, ++host.started);
        }
        m_changed.wait_until(lock, stop, slot, [&] { return m_hosts[origin].nextStart > slot; });
    }
}

void HostGate::leave(const QByteArray& origin)
{
    {
        const std::scoped_lock lock(m_mutex);
        --m_hosts[origin].underWay;
    }
    m_changed.notify_all();
}

void HostGate::pauseUntil(const QByteArray& origin, Clock::time_point until)
{
    const std::scoped_lock lock(m_mutex);
    auto& next = m_hosts[origin].nextStart;
    next = std::max(next, until);
}

void HostGate::succeeded(const Pass& pass)
{
    {
        const std::scoped_lock lock(m_mutex);
        Host& host = m_hosts[pass.m_origin];
        host.window += host.window < host.threshold ? 1 : 1 / host.window;
        host.window = std::min(host.window, static_cast<double>(limits::hostMost));
        host.retries = std::min(host.retries + limits::retryShare, limits::retryCredit);
    }
    m_changed.notify_all();
}

void HostGate::overloaded(const Pass& pass)
{
    const std::scoped_lock lock(m_mutex);
    Host& host = m_hosts[pass.m_origin];
    if (pass.m_number <= host.halvedAt)
        return;
    host.halvedAt = host.started;
    // What is under way is what was too much; the window may be far above it.
    host.window = std::max(std::min(host.window, static_cast<double>(host.underWay)) / 2, 1.0);
    host.threshold = host.window;
}

int HostGate::concurrency(const QByteArray& origin)
{
    const std::scoped_lock lock(m_mutex);
    return static_cast<int>(m_hosts[origin].window);
}

bool HostGate::mayRetry(const QByteArray& origin)
{
    const std::scoped_lock lock(m_mutex);
    double& left = m_hosts[origin].retries;
    if (left < 1)
        return false;
    left -= 1;
    return true;
}

void HostGate::limitWrites(const QByteArray& origin, int perMinute)
{
    const std::scoped_lock lock(m_mutex);
    m_hosts[origin].writeSpacing =
        perMinute > 0 ? std::chrono::microseconds(std::chrono::minutes(1)) / perMinute : std::chrono::microseconds(0);
}

Result<void> sleepFor(std::chrono::milliseconds time, const std::stop_token& stop)
{
    if (time > std::chrono::milliseconds(0)) {
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, time, [] { return false; });
    }
    if (stop.stop_requested())
        return cancelled();
    return {};
}

} // namespace condaoci::http

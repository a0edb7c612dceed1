// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QHash>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace condaoci::http {

/// The pace that all workers of a job keep towards each origin: a least spacing between request starts, and a pause
/// that one worker's 429 imposes on all. Thread-safe; shared by the HttpClients of a job.
class HostGate
{
public:
    using Clock = std::chrono::steady_clock;

    explicit HostGate(std::chrono::milliseconds spacing = std::chrono::milliseconds{0})
        : m_spacing(spacing)
    {
    }

    /// Waits for this origin's next slot. Cancelled if the token is stopped meanwhile.
    [[nodiscard]] Result<void> enter(const QByteArray& origin, const std::stop_token& stop);
    /// No request to the origin starts before `until`.
    void pauseUntil(const QByteArray& origin, Clock::time_point until);

private:
    std::chrono::milliseconds m_spacing;
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    QHash<QByteArray, Clock::time_point> m_nextStart;
};

/// Waits, or stops waiting when cancelled.
[[nodiscard]] Result<void> sleepFor(std::chrono::milliseconds time, const std::stop_token& stop);

} // namespace condaoci::http

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <mutex>

namespace condaoci::mirror {

/// Keeps the starts of packages apart, of all workers of a job together: what a person asks for with --timeout, as the
/// predecessor spaced its uploads. What a registry asks for is kept by http::HostGate. Thread-safe; takes the time from
/// whom it serves, and does not wait itself.
class Pace
{
public:
    using Clock = std::chrono::steady_clock;

    explicit Pace(std::chrono::milliseconds spacing)
        : m_spacing(spacing)
    {
    }
    /// When whoever asks at `now` may start; that time is theirs from then on.
    [[nodiscard]] Clock::time_point nextStart(Clock::time_point now);

private:
    const std::chrono::milliseconds m_spacing;
    std::mutex m_mutex;
    Clock::time_point m_next; ///< nobody starts before
};

} // namespace condaoci::mirror

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

/// The pace that all workers of a job keep towards each origin: how many requests are under way at a time (few at
/// first, more with every answer, half as many when the server says that it is too much), a pause that one worker's 429
/// imposes on all, a rate of writes, and how many retries there may be. Thread-safe; shared by the HttpClients of a job.
class HostGate
{
public:
    using Clock = std::chrono::steady_clock;

    /// A request under way; its place is free again when this goes.
    class Pass
    {
    public:
        Pass(HostGate* gate, QByteArray origin, qint64 number);
        Pass(Pass&& other) noexcept;
        Pass& operator=(Pass&&) = delete;
        ~Pass();

    private:
        friend class HostGate;
        HostGate* m_gate;
        QByteArray m_origin;
        qint64 m_number; ///< counts the starts at that origin
    };

    /// Waits for a place at this origin and its next slot. Cancelled if the token is stopped meanwhile. Whoever holds a
    /// pass may not ask for another one.
    /// \param isWrite  one that limitWrites() is about
    [[nodiscard]] Result<Pass> enter(const QByteArray& origin, const std::stop_token& stop, bool isWrite = false);
    /// No request to the origin starts before `until`.
    void pauseUntil(const QByteArray& origin, Clock::time_point until);

    void succeeded(const Pass& pass); ///< the server answered: more at a time
    /// The server says that it is too much: half as many at a time. What was sent before that was known, and is refused
    /// like the first, changes nothing further.
    void overloaded(const Pass& pass);
    /// Requests at a time that the origin gets by now.
    [[nodiscard]] int concurrency(const QByteArray& origin);

    /// Takes one of the origin's retries. False: there have been too many for the number of requests
    /// (limits::retryShare).
    [[nodiscard]] bool mayRetry(const QByteArray& origin);

    /// Writes to the origin start at that rate at most, as it is known or was told by the server; 0: at any.
    void limitWrites(const QByteArray& origin, int perMinute);

private:
    struct Host
    {
        Host();
        double window;    ///< requests at a time; whole ones count
        double threshold; ///< up to where the window grows quickly
        int underWay = 0;
        qint64 started = 0;
        qint64 halvedAt = 0; ///< `started` when the window was last halved
        double retries;      ///< that are left
        std::chrono::microseconds writeSpacing{0};
        Clock::time_point nextStart;
        Clock::time_point nextWrite;
    };
    void leave(const QByteArray& origin);

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    QHash<QByteArray, Host> m_hosts;
};

/// Waits, or stops waiting when cancelled.
[[nodiscard]] Result<void> sleepFor(std::chrono::milliseconds time, const std::stop_token& stop);

} // namespace condaoci::http

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/http/message.h"

#include <chrono>
#include <optional>

namespace condaoci::http {

/// Whether, and after what wait, a request is tried again. The only place where that is decided; a pure function.
/// \param attempt  1 for the first try that failed
/// \param outcome  the response (transient statuses are tried again) or the error (Network and Timeout are)
/// \param spent    time since the first try began
/// \param random   in [0, 1), full jitter
/// \param base, cap  the first back-off and the longest
/// \return nullopt: final, hand the outcome to the caller
[[nodiscard]] std::optional<std::chrono::milliseconds> retryDelay(int attempt, const Result<Response>& outcome,
                                                                  std::chrono::milliseconds spent, double random,
                                                                  std::chrono::milliseconds base = limits::retryBase,
                                                                  std::chrono::milliseconds cap = limits::retryCap);

/// 408, 429, 499, 500, 502–504, 522: may be another one next time.
[[nodiscard]] bool isTransient(int status);

/// 429, and GitHub's way to say it: 403 with "(secondary) rate limit" in its body.
[[nodiscard]] bool isRateLimit(const Response& response);

/// Retry-After as delta-seconds or HTTP-date (RFC 9110, 10.2.3); where that is absent, what the body of a refusal says
/// ("retry-after: 10.3ms", "try again in 5m"). nullopt if absent or malformed, 0 for the past.
[[nodiscard]] std::optional<std::chrono::milliseconds> retryAfter(const Response& response);

/// The rate that a rate limit's body names ("allowed: 2000/minute"), a minute; nullopt if it names none.
[[nodiscard]] std::optional<int> allowedPerMinute(const Response& response);

} // namespace condaoci::http

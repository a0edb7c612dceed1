// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/http/hostgate.h"
#include "core/http/message.h"

#include <memory>
#include <stop_token>

namespace condaoci::http {

/// How long a client waits for what; shorter ones are for tests.
struct Timeouts
{
    std::chrono::milliseconds connect = limits::connectTimeout;
    std::chrono::milliseconds idle = limits::idleTimeout;
    std::chrono::milliseconds rateWindow = limits::minimumRateWindow;
    std::chrono::milliseconds smallTotal = limits::smallRequestTotal;
    std::chrono::milliseconds retryBase = limits::retryBase, retryCap = limits::retryCap;
};

/// Sends requests and waits for their answers. Owns one QNetworkAccessManager with its keep-alive connections; belongs
/// to the worker thread that made it, and spins an event loop there, so never make one on the thread of a user
/// interface (asserted). Every answer of the server is a Response, whatever its status; an Error is everything that is
/// not an answer. Cancelling through the stop token ends any call within a second with ErrorKind::Cancelled.
class HttpClient
{
public:
    HttpClient(std::shared_ptr<HostGate> gate, std::stop_token stop, Timeouts timeouts = {});
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Sends, follows redirects, tries again and resumes: what the server said in the end. Redirects (at most
    /// limits::redirects) are followed by our own rules: credentials, and every header but Accept, Range and their kin,
    /// stay with the first origin; never from https to http; a body is sent on by 307 and 308 on the same origin only.
    /// Whether to try again is retrypolicy's word.
    [[nodiscard]] Result<Response> send(const Request& request);

    [[nodiscard]] const std::stop_token& stopToken() const;
    [[nodiscard]] const Timeouts& timeouts() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace condaoci::http

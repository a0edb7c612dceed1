// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/http/hostgate.h"
#include "core/http/message.h"
#include "core/http/peers.h"
#include "core/http/tlsoptions.h"
#include "core/http/warnings.h"

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

/// What the clients of a job share towards the network, and what holds for all of them.
struct Network
{
    Network(std::shared_ptr<HostGate> pace = std::make_shared<HostGate>()) // a pace alone is a network, too
        : gate(std::move(pace))
    {
    }

    std::shared_ptr<HostGate> gate;
    TlsOptions tls;
    Timeouts timeouts;
    std::shared_ptr<Warnings> warnings; ///< where to leave what servers warn of; null: nowhere
    /// The server that the user named. Every other host that a client is sent to is known from what that one said:
    /// none gets the client certificate, and where this one is on the internet they have to be so as well (faults.md
    /// A03, A06). Empty: each request's own URL is what the user named, and no one gets the certificate.
    QUrl home;
    Resolver resolve; ///< in place of the system's; for tests
};

/// Sends requests and waits for their answers. Owns one QNetworkAccessManager with its keep-alive connections; belongs
/// to the worker thread that made it, and spins an event loop there, so never make one on the thread of a user
/// interface (asserted). Every answer of the server is a Response, whatever its status; an Error is everything that is
/// not an answer. Cancelling through the stop token ends any call within a second with ErrorKind::Cancelled.
class HttpClient
{
public:
    HttpClient(Network network, std::stop_token stop);
    HttpClient(std::shared_ptr<HostGate> gate, std::stop_token stop, const Timeouts& timeouts);
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// Sends, follows redirects, tries again and resumes: what the server said in the end. Redirects (at most
    /// limits::redirects) are followed by our own rules: credentials, and every header but Accept, Range and their kin,
    /// stay with the first origin; mayFollow() has the last word; a body is sent on by 307 and 308 on the same origin
    /// only. Whether to try again is retrypolicy's word.
    [[nodiscard]] Result<Response> send(const Request& request);

    /// May a URL be followed that the server at `from` gave? Not from https to http, away from HTTP, with user info, or
    /// from the internet into a private network (faults.md A03, A06, Q09): Protocol. Network where its name is not found.
    /// What is sent there afterwards goes to the addresses that were judged.
    [[nodiscard]] Result<void> mayFollow(const QUrl& from, const QUrl& to);

    [[nodiscard]] const std::stop_token& stopToken() const;
    [[nodiscard]] const Timeouts& timeouts() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace condaoci::http

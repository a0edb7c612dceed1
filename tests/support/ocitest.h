// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/remoteregistry.h"
#include "tests/support/httptest.h"

namespace condaoci::test {

inline oci::Descriptor describe(const QByteArray& bytes)
{
    return {QStringLiteral("application/octet-stream"), Digest::ofBytes(bytes), bytes.size(), {}};
}

inline oci::Authenticator::Lookup anonymous()
{
    return [](const QByteArray&) { return std::optional<oci::Credentials>(); };
}

/// These credentials, whoever asks: what holds them back is the code that is tested.
inline oci::Authenticator::Lookup always(const oci::Credentials& credentials)
{
    return [credentials](const QByteArray&) { return std::optional(credentials); };
}

/// A registry at that address with what its workers would share.
struct Connection
{
    explicit Connection(const QString& address, oci::Authenticator::Lookup lookup = anonymous(),
                        oci::Authenticator::Now now = &std::chrono::steady_clock::now)
        : endpoint(*oci::parseEndpoint(address))
        , authenticator(std::make_shared<oci::Authenticator>(std::move(lookup), std::move(now)))
        , memory(std::make_shared<oci::HostMemory>(endpoint.origin))
        , registry(worker())
    {
    }
    [[nodiscard]] std::unique_ptr<oci::RemoteRegistry> worker(std::stop_token token = {}) const
    {
        return std::make_unique<oci::RemoteRegistry>(endpoint, authenticator, std::make_shared<http::HostGate>(),
                                                     std::move(token), http::Timeouts{}, memory);
    }
    oci::RemoteRegistry* operator->() const { return registry.get(); }

    oci::Endpoint endpoint;
    std::shared_ptr<oci::Authenticator> authenticator;
    std::shared_ptr<oci::HostMemory> memory;
    std::unique_ptr<oci::RemoteRegistry> registry;
};

/// "GET /v2/x/tags/list?n=1000", one a request.
inline QByteArrayList lines(const QList<ReceivedRequest>& requests)
{
    QByteArrayList lines;
    for (const ReceivedRequest& request : requests)
        lines.append(request.method + ' ' + request.path);
    return lines;
}

/// How many of the requests are written with that text in "METHOD PATH".
inline int countOf(const QList<ReceivedRequest>& requests, const QByteArray& text)
{
    int count = 0;
    for (const QByteArray& line : lines(requests))
        count += line.contains(text) ? 1 : 0;
    return count;
}

/// Does that text stand anywhere in what was received, as it is or in base64?
inline bool saw(const QList<ReceivedRequest>& requests, const QByteArray& secret)
{
    for (const ReceivedRequest& request : requests) {
        QByteArray all = request.path + '\n' + request.body;
        for (const auto& [name, value] : request.headers) {
            all += '\n' + value;
            if (name.compare("Authorization", Qt::CaseInsensitive) == 0)
                all += '\n' + QByteArray::fromBase64(value.mid(value.indexOf(' ') + 1));
        }
        if (all.contains(secret))
            return true;
    }
    return false;
}

} // namespace condaoci::test

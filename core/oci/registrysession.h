// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/authenticator.h"
#include "core/oci/hostprofile.h"
#include "core/oci/reference.h"

namespace condaoci::oci {

[[nodiscard]] http::Request makeRequest(const char* method, const QUrl& url);

/// Requests to one registry, signed in. Belongs to one worker thread, like the HttpClient it owns.
class RegistrySession
{
public:
    /// \param memory  what the workers of a job share about this registry; null: nothing is known of it yet
    RegistrySession(Endpoint endpoint, std::shared_ptr<Authenticator> authenticator, http::Network network,
                    std::stop_token stop, std::shared_ptr<HostMemory> memory);

    [[nodiscard]] const Endpoint& endpoint() const { return m_endpoint; }
    [[nodiscard]] const QByteArray& origin() const { return m_origin; }
    [[nodiscard]] HostMemory& host() const { return *m_host; }
    [[nodiscard]] const http::Timeouts& timeouts() const { return m_client.timeouts(); }
    [[nodiscard]] const std::stop_token& stopToken() const { return m_client.stopToken(); }
    [[nodiscard]] bool hasCredentials() const;

    /// "…/v2/REPOSITORY/REST"; the repository may be empty.
    [[nodiscard]] QUrl url(const QString& repository, const QString& rest) const;
    /// Error kind Config for a name that nothing may be sent for.
    [[nodiscard]] Result<void> checkRepository(const QString& repository) const;
    /// \param scope  what the request needs, see Authenticator. A request to another origin goes there unsigned.
    [[nodiscard]] Result<http::Response> send(http::Request request, const QByteArray& scope);
    [[nodiscard]] Result<http::Response> sendUnsigned(const http::Request& request);
    /// Gives an upload up, which may be impossible and then is nobody's concern.
    void abandonUpload(const QUrl& location);

private:
    Endpoint m_endpoint;
    QByteArray m_origin;
    std::shared_ptr<Authenticator> m_authenticator;
    std::shared_ptr<HostMemory> m_host;
    QByteArray m_lastAuthorization;
    http::Network m_network;
    http::HttpClient m_client;
};

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/registrysession.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <thread>

namespace condaoci::oci {

using http::Request;
using http::Response;

namespace {

/// What a registry sends us to is known from it alone, and it is written to at the rate that it is known to take.
http::Network prepared(http::Network network, const QUrl& registry, const HostProfile& profile)
{
    network.home = registry;
    if (profile.writesPerMinute > 0)
        network.gate->limitWrites(http::originOf(registry), profile.writesPerMinute);
    return network;
}

} // namespace

Request makeRequest(const char* method, const QUrl& url)
{
    Request request;
    request.method = method;
    request.url = url;
    return request;
}

RegistrySession::RegistrySession(Endpoint endpoint, std::shared_ptr<Authenticator> authenticator, http::Network network,
                                 std::stop_token stop, std::shared_ptr<HostMemory> memory)
    : m_endpoint(std::move(endpoint))
    , m_origin(http::originOf(m_endpoint.origin))
    , m_authenticator(std::move(authenticator))
    , m_host(memory ? std::move(memory) : std::make_shared<HostMemory>(m_endpoint.origin))
    , m_network(prepared(std::move(network), m_endpoint.origin, m_host->profile))
    , m_client(m_network, std::move(stop))
{
}

QUrl RegistrySession::url(const QString& repository, const QString& rest) const
{
    QUrl url = m_endpoint.origin;
    url.setPath(QStringLiteral("/v2/") + (repository.isEmpty() ? QString() : repository + QLatin1Char('/')) + rest);
    return url;
}

bool RegistrySession::hasCredentials() const
{
    return m_authenticator->hasCredentials(m_origin);
}

Result<Response> RegistrySession::sendUnsigned(const Request& request)
{
    return m_client.send(request);
}

/// Nothing is sent for a name that the specification does not have, nor for one that with its host is longer than what
/// clients can be expected to take (S01).
Result<void> RegistrySession::checkRepository(const QString& repository) const
{
    if (!isRepositoryName(repository))
        return Error{ErrorKind::Config,
                     Messages::tr("registries do not allow the repository name %1").arg(oneLine(repository, 200))};
    if (m_endpoint.origin.authority().size() + 1 + repository.size() > limits::repositoryWithHost)
        return Error{ErrorKind::Config, Messages::tr("the repository name %1/%2 is longer than %3 characters")
                                            .arg(m_endpoint.origin.authority(), oneLine(repository, 300))
                                            .arg(limits::repositoryWithHost)};
    return {};
}

/// With what is known about signing in; a 401 is answered once, and once more only if it asks for more than was asked
/// for (S42).
Result<Response> RegistrySession::send(Request request, const QByteArray& scope)
{
    if (http::originOf(request.url) != m_origin)
        return m_client.send(request);
    auto authorization = m_authenticator->authorize(m_client, m_origin, scope);
    for (int answered = 0; authorization; ++answered) {
        const qint64 before = request.sink ? request.sink->written() : 0;
        m_lastAuthorization = request.authorization = *authorization;
        auto response = m_client.send(request);
        if (!response || http::originOf(response->url) != m_origin)
            return response;
        if (response->status == 403 && m_authenticator->holdsBack(m_origin))
            return m_authenticator->refusal(m_origin, request, *response);
        if (response->status != 401)
            return response;
        if (request.sink && request.sink->written() > before)
            answered = 0; // a token that was good up to here has died in the middle of a transfer
        const bool isFinal = answered > 1 || (answered == 1 && !m_authenticator->wantsMore(m_origin, scope, *response));
        if (isFinal && !request.authorization.startsWith("Basic "))
            return m_authenticator->refusal(m_origin, request, *response);
        authorization = m_authenticator->answer(m_client, m_origin, scope, *response, request.authorization);
    }
    Error error = authorization.error();
    if (error.kind != ErrorKind::NotFound)
        return error;
    // To be pulled it is as good as not there; to be pushed it is forbidden.
    if (isRead(request)) {
        Response absent;
        absent.status = 404;
        absent.url = request.url;
        return absent;
    }
    error.kind = ErrorKind::Auth;
    return error;
}

/// A courtesy, after a cancellation too; the registry collects the rest some day anyway (S27). By a client of its own,
/// since ours may have been told to stop, and not for long.
void RegistrySession::abandonUpload(const QUrl& location)
{
    if (location.isEmpty())
        return;
    std::stop_source enough;
    const std::jthread watch([&enough](const std::stop_token& done) {
        (void)http::sleepFor(limits::farewell, done).has_value();
        enough.request_stop();
    });
    http::Network network = m_network;
    network.gate = std::make_shared<http::HostGate>(); // a pause that the host asked for would outlast the farewell
    http::HttpClient messenger(network, enough.get_token());
    Request request = makeRequest("DELETE", location);
    request.retriable = false;
    if (http::originOf(location) == m_origin)
        request.authorization = m_lastAuthorization;
    (void)messenger.send(request).has_value();
}

} // namespace condaoci::oci

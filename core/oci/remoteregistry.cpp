// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/remoteregistry.h"

#include "core/base/limits.h"
#include "core/base/text.h"
#include "core/http/hostgate.h"
#include "core/http/retrypolicy.h"
#include "core/oci/paging.h"
#include "core/oci/verifyingsink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QSet>

namespace condaoci::oci {

namespace {

using http::Request;
using http::Response;

// Without the Docker types old registries answer with schema 1 (S10).
constexpr char acceptedManifests[] =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, "
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json";

QByteArray pullScope(const QString& repository)
{
    return "repository:" + repository.toUtf8() + ":pull";
}

QByteArray pushScope(const QString& repository)
{
    return "repository:" + repository.toUtf8() + ":pull,push";
}

Result<void> checkRepository(const QString& repository)
{
    if (!isRepositoryName(repository))
        return Error{ErrorKind::Config,
                     QStringLiteral("registries do not allow the repository name %1").arg(oneLine(repository, 200))};
    return {};
}

/// The `digest` parameter joins whatever query the registry gave, byte for byte (S22).
QUrl withDigest(const QUrl& location, const Digest& digest)
{
    QByteArray encoded = location.toEncoded(QUrl::FullyEncoded);
    encoded += encoded.contains('?') ? '&' : '?';
    encoded += "digest=" + digest.toByteArray();
    return QUrl::fromEncoded(encoded, QUrl::StrictMode);
}

/// What a registry sends us to is known from it alone.
http::Network withHome(http::Network network, const QUrl& registry)
{
    network.home = registry;
    return network;
}

} // namespace

class RemoteRegistry::Private
{
public:
    Private(Endpoint where, std::shared_ptr<Authenticator> who, http::Network network, std::stop_token stop)
        : endpoint(std::move(where))
        , origin(http::originOf(endpoint.origin))
        , authenticator(std::move(who))
        , client(withHome(std::move(network), endpoint.origin), std::move(stop))
    {
    }

    Endpoint endpoint;
    QByteArray origin;
    std::shared_ptr<Authenticator> authenticator;
    http::HttpClient client;

    [[nodiscard]] QUrl url(const QString& repository, const QString& rest) const
    {
        QUrl url = endpoint.origin;
        url.setPath(QStringLiteral("/v2/") + (repository.isEmpty() ? QString() : repository + QLatin1Char('/')) + rest);
        return url;
    }
    [[nodiscard]] Request request(const char* method, const QUrl& to) const
    {
        Request made;
        made.method = method;
        made.url = to;
        return made;
    }
    Result<Response> send(Request request, const QByteArray& scope);
    Result<QUrl> startUpload(const QString& repository, const QString& query, std::optional<Response>* mounted);
    Result<QUrl> uploadLocation(const Request& request, const Response& response) const;
    Result<void> upload(const QString& repository, const Descriptor& blob, const http::Body& body,
                        const Progress& progress, std::optional<Result<Response>>* again);
    void abandonUpload(const QString& repository, const QUrl& location);
    Result<QStringList> list(const QUrl& first, const QByteArray& scope, const QString& key, bool* offered);
};

/// With what is known about signing in; a 401 is answered once (S42).
Result<Response> RemoteRegistry::Private::send(Request request, const QByteArray& scope)
{
    const bool ours = http::originOf(request.url) == origin;
    request.authorization = ours ? authenticator->cached(origin, scope) : QByteArray();
    auto response = client.send(request);
    if (!response || response->status != 401 || !ours || http::originOf(response->url) != origin)
        return response;
    auto authorization = authenticator->answer(client, origin, scope, *response, request.authorization);
    if (!authorization)
        return authorization.error();
    request.authorization = *authorization;
    response = client.send(request);
    if (response && response->status == 401) // says who was refused, where that is known
        if (auto refused = authenticator->answer(client, origin, scope, *response, request.authorization); !refused)
            return refused.error();
    return response;
}

RemoteRegistry::RemoteRegistry(Endpoint endpoint, std::shared_ptr<Authenticator> authenticator, http::Network network,
                               std::stop_token stop)
    : d(std::make_unique<Private>(std::move(endpoint), std::move(authenticator), std::move(network), std::move(stop)))
{
}

RemoteRegistry::~RemoteRegistry() = default;

Result<bool> RemoteRegistry::hasBlob(const QString& repository, const Descriptor& blob)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked.error();
    const Request request = d->request("HEAD", d->url(repository, QStringLiteral("blobs/") + blob.digest.toString()));
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status == 200)
        return true;
    if (response->status == 404)
        return false;
    return http::statusError(request, *response,
                             QStringLiteral("%1 did not say whether it has a blob").arg(d->endpoint.toString()));
}

Result<void> RemoteRegistry::fetchBlob(const QString& repository, const Descriptor& blob, http::Sink& sink,
                                       const Progress& progress)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked;
    VerifyingSink verifying(sink);
    Request request = d->request("GET", d->url(repository, QStringLiteral("blobs/") + blob.digest.toString()));
    request.sink = &verifying;
    request.expectedSize = request.limit = blob.size;
    request.progress = progress;
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status != 200 && response->status != 206)
        return http::statusError(request, *response,
                                 QStringLiteral("%1 did not give a blob").arg(d->endpoint.toString()));
    return verifying.verify(blob);
}

Result<QUrl> RemoteRegistry::Private::uploadLocation(const Request& request, const Response& response) const
{
    const QByteArray location = response.headers.value("Location");
    const QUrl target = response.url.resolved(QUrl::fromEncoded(location, QUrl::StrictMode));
    const auto refuse = [&](const QString& why) {
        Error error = http::statusError(request, response,
                                        QStringLiteral("%1 began an upload but %2").arg(endpoint.toString(), why));
        error.kind = ErrorKind::Protocol;
        return error;
    };
    if (location.isEmpty() || !target.isValid())
        return refuse(QStringLiteral("did not say where to send it"));
    const bool http = target.scheme() == QLatin1String("http") || target.scheme() == QLatin1String("https");
    if (!http || !target.userInfo().isEmpty() ||
        (endpoint.origin.scheme() == QLatin1String("https") && target.scheme() != QLatin1String("https")))
        return refuse(QStringLiteral("wants it where it may not be sent"));
    return target;
}

Result<void> RemoteRegistry::Private::upload(const QString& repository, const Descriptor& blob, const http::Body& body,
                                             const Progress& progress, std::optional<Result<Response>>* again)
{
    const Request begin = request("POST", url(repository, QStringLiteral("blobs/uploads/")));
    auto begun = send(begin, pushScope(repository));
    if (!begun)
        return begun.error();
    if (begun->status != 202)
        return http::statusError(begin, *begun, QStringLiteral("%1 did not accept an upload").arg(endpoint.toString()));
    auto location = uploadLocation(begin, *begun);
    if (!location)
        return location.error();

    Request finish = request("PUT", withDigest(*location, blob.digest));
    finish.headers.set("Content-Type", "application/octet-stream");
    finish.body = body;
    finish.retriable = false; // the session may be spent: see pushBlob
    finish.progress = progress;
    auto finished = send(finish, pushScope(repository));
    if (!finished) {
        if (finished.error().kind == ErrorKind::Network || finished.error().kind == ErrorKind::Timeout)
            *again = finished;
        return finished.error();
    }
    if (finished->status == 201 || finished->status == 204)
        return {};
    const auto asked = http::retryAfter(*finished);
    const bool waits = !asked || *asked <= limits::retryAfterCap; // a longer wait is reported
    if (http::isTransient(finished->status) && waits)
        *again = finished;
    else if (finished->status == 404 || finished->status == 416) // the session is lost, and another one may do
        *again = Result<Response>(Error{ErrorKind::Network, {}});
    Error error = http::statusError(
        finish, *finished,
        QStringLiteral("%1 did not take a blob of %2").arg(endpoint.toString(), shownBytes(blob.size)));
    if (!waits) {
        error = error.in(QStringLiteral("%1 asks to come back in %2 s")
                             .arg(endpoint.origin.host())
                             .arg(std::chrono::duration_cast<std::chrono::seconds>(*asked).count()));
        error.kind = ErrorKind::RateLimited;
        error.retryAfter = asked;
    }
    return error;
}

Result<void> RemoteRegistry::pushBlob(const QString& repository, const Descriptor& blob, const http::Body& body,
                                      const Progress& progress)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked;
    const auto begun = std::chrono::steady_clock::now();
    for (int attempt = 1;; ++attempt) {
        std::optional<Result<Response>> again;
        auto uploaded = d->upload(repository, blob, body, progress, &again);
        if (uploaded || !again)
            return uploaded;
        // An upload session can't be trusted after a failure; but the blob may have arrived before the answer was lost.
        const auto spent =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
        const http::Timeouts& timeouts = d->client.timeouts();
        const auto delay = http::retryDelay(attempt, *again, spent, QRandomGenerator::global()->generateDouble(),
                                            timeouts.retryBase, timeouts.retryCap);
        if (!delay)
            return uploaded;
        if (auto slept = http::sleepFor(*delay, d->client.stopToken()); !slept)
            return slept;
        if (auto there = hasBlob(repository, blob); there && *there)
            return {};
    }
}

void RemoteRegistry::Private::abandonUpload(const QString& repository, const QUrl& location)
{
    Request request = this->request("DELETE", location);
    request.retriable = false;
    (void)send(request, pushScope(repository)).has_value(); // a courtesy; the registry collects it some day anyway
}

Result<bool> RemoteRegistry::mountBlob(const QString& repository, const Digest& digest, const QString& fromRepository)
{
    for (const QString& name : {repository, fromRepository}) {
        if (auto checked = checkRepository(name); !checked)
            return checked.error();
    }
    if (repository == fromRepository)
        return false;
    QUrl target = d->url(repository, QStringLiteral("blobs/uploads/"));
    target.setQuery(QStringLiteral("mount=%1&from=%2").arg(digest.toString(), fromRepository));
    const Request request = d->request("POST", target);
    auto response = d->send(request, pushScope(repository) + ' ' + pullScope(fromRepository));
    if (!response)
        return response.error();
    if (response->status == 201)
        return true;
    if (response->status == 202) { // it began an upload instead, which is not success (S28)
        if (auto location = d->uploadLocation(request, *response))
            d->abandonUpload(repository, *location);
        return false;
    }
    if (response->status >= 400 && response->status < 500)
        return false;
    return http::statusError(request, *response, QStringLiteral("%1 did not mount a blob").arg(d->endpoint.toString()));
}

Result<std::optional<StoredManifest>> RemoteRegistry::manifest(const QString& repository, const QString& tagOrDigest)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked.error();
    const auto wanted = Digest::parse(tagOrDigest.toLatin1());
    if (!wanted && !isTag(tagOrDigest))
        return Error{ErrorKind::Config,
                     QStringLiteral("%1 is neither a tag nor a digest").arg(oneLine(tagOrDigest, 200))};
    Request request = d->request("GET", d->url(repository, QStringLiteral("manifests/") + tagOrDigest));
    request.headers.set("Accept", acceptedManifests);
    request.limit = limits::manifestRead;
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status == 404)
        return std::optional<StoredManifest>();
    if (response->status != 200)
        return http::statusError(request, *response,
                                 QStringLiteral("%1 did not give a manifest").arg(d->endpoint.toString()));
    StoredManifest stored{response->body, response->headers.value("Content-Type").split(';').constFirst().trimmed(),
                          Digest::ofBytes(response->body)};
    // By digest the asked-for one counts, whatever the header says (S12); by tag a header of the same algorithm must
    // agree (S13).
    const auto claimed = Digest::parse(response->headers.value("Docker-Content-Digest"));
    const bool isRight =
        wanted ? stored.digest == *wanted : !claimed || claimed->algorithm() != "sha256" || stored.digest == *claimed;
    if (!isRight)
        return Error{ErrorKind::Integrity, QStringLiteral("%1/%2:%3: the manifest's bytes are not what its digest says")
                                               .arg(d->endpoint.origin.authority(), repository, tagOrDigest)};
    return std::optional(std::move(stored));
}

Result<Digest> RemoteRegistry::putManifest(const QString& repository, const QString& tag, const QByteArray& bytes,
                                           const QByteArray& mediaType)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked.error();
    if (!isTag(tag))
        return Error{ErrorKind::Config, QStringLiteral("registries do not allow the tag %1").arg(oneLine(tag, 200))};
    if (bytes.size() > limits::manifestPush)
        return Error{ErrorKind::Config, QStringLiteral("the manifest has %1 bytes; at most %2 are sent")
                                            .arg(bytes.size())
                                            .arg(limits::manifestPush)};
    Request request = d->request("PUT", d->url(repository, QStringLiteral("manifests/") + tag));
    request.headers.set("Content-Type", mediaType);
    request.body = http::Body::ofBytes(bytes);
    auto response = d->send(request, pushScope(repository));
    if (!response)
        return response.error();
    if (response->status != 201 && response->status != 204)
        return http::statusError(request, *response,
                                 QStringLiteral("%1 did not take a manifest").arg(d->endpoint.toString()));
    const Digest digest = Digest::ofBytes(bytes);
    const auto claimed = Digest::parse(response->headers.value("Docker-Content-Digest"));
    if (claimed && claimed->algorithm() == "sha256" && *claimed != digest)
        return Error{ErrorKind::Integrity,
                     QStringLiteral("%1/%2:%3: the registry stored another manifest than was sent")
                         .arg(d->endpoint.origin.authority(), repository, tag)};
    return digest;
}

Result<QStringList> RemoteRegistry::Private::list(const QUrl& first, const QByteArray& scope, const QString& key,
                                                  bool* offered)
{
    QStringList all;
    QUrl next = first;
    QSet<QUrl> asked;
    for (int page = 0; page < limits::tagPages && !asked.contains(next); ++page) {
        asked.insert(next);
        Request request = this->request("GET", next);
        request.limit = limits::tagPageBody;
        auto response = send(request, scope);
        if (!response)
            return response.error();
        *offered = response->status == 200;
        if (response->status == 404 || (page == 0 && key == QLatin1String("repositories") && response->status != 200))
            return all;
        if (response->status != 200)
            return http::statusError(request, *response,
                                     QStringLiteral("%1 did not list %2").arg(endpoint.toString(), key));
        QJsonParseError parsed;
        const QJsonObject json = QJsonDocument::fromJson(response->body, &parsed).object();
        if (parsed.error != QJsonParseError::NoError)
            return Error{ErrorKind::Protocol,
                         QStringLiteral("%1 listed %2 in no usable form").arg(endpoint.toString(), key)};
        QStringList found;
        for (const QJsonValue& value : json.value(key).toArray())
            found.append(value.toString());
        if (!all.isEmpty() && !found.isEmpty() && found.constFirst() == all.constFirst())
            return all; // `last` was ignored: the same page again
        all += found;
        if (all.size() > limits::tagsTotal)
            return Error{
                ErrorKind::Protocol,
                QStringLiteral("%1 lists more than %2 %3").arg(endpoint.toString()).arg(limits::tagsTotal).arg(key)};
        const auto following = nextPage(*response, found.size(), found.isEmpty() ? QString() : found.constLast());
        if (!following)
            return all;
        if (http::originOf(*following) != origin)
            return Error{ErrorKind::Protocol,
                         QStringLiteral("%1 goes on listing %2 on another server").arg(endpoint.toString(), key)};
        next = *following;
    }
    return all;
}

Result<QStringList> RemoteRegistry::tags(const QString& repository)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked.error();
    QUrl first = d->url(repository, QStringLiteral("tags/list"));
    first.setQuery(QStringLiteral("n=%1").arg(limits::tagsPerPage));
    bool offered = false;
    return d->list(first, pullScope(repository), QStringLiteral("tags"), &offered);
}

Result<std::optional<QStringList>> RemoteRegistry::repositories(const QString& prefix)
{
    QUrl first = d->url({}, QStringLiteral("_catalog"));
    first.setQuery(QStringLiteral("n=%1").arg(limits::tagsPerPage));
    bool offered = false;
    auto all = d->list(first, "registry:catalog:*", QStringLiteral("repositories"), &offered);
    if (!all)
        return all.error();
    if (!offered)
        return std::optional<QStringList>();
    all->removeIf([&](const QString& name) { return !name.startsWith(prefix); });
    return std::optional(*std::move(all));
}

bool RemoteRegistry::hasCredentials() const
{
    return d->authenticator->hasCredentials(d->origin);
}

Result<RemoteRegistry::Support> RemoteRegistry::probe()
{
    Support support;
    Request request = d->request("GET", d->url({}, {}));
    request.limit = limits::errorBodyRead;
    auto response = d->client.send(request);
    if (!response)
        return response.error();
    if (response->status == 401) {
        support.challenged = true;
        if (!hasCredentials())
            return support;
        response = d->send(request, {});
        if (!response)
            return response.error();
        support.signedIn = response->status == 200;
    }
    if (response->status != 200)
        return http::statusError(request, *response,
                                 response->status == 404
                                     ? QStringLiteral("%1 is not an OCI registry").arg(d->endpoint.toString())
                                     : QStringLiteral("%1 refuses access").arg(d->endpoint.toString()));
    return support;
}

Result<bool> RemoteRegistry::mayPush(const QString& repository)
{
    if (auto checked = checkRepository(repository); !checked)
        return checked.error();
    const Request request = d->request("POST", d->url(repository, QStringLiteral("blobs/uploads/")));
    auto response = d->send(request, pushScope(repository));
    if (!response && response.error().kind == ErrorKind::Auth)
        return false;
    if (!response)
        return response.error();
    if (response->status == 401 || response->status == 403)
        return false;
    if (response->status != 202)
        return http::statusError(request, *response, QStringLiteral("%1 began no upload").arg(d->endpoint.toString()));
    if (auto location = d->uploadLocation(request, *response))
        d->abandonUpload(repository, *location);
    return true;
}

Authenticator::Lookup boundTo(const Endpoint& endpoint, const Credentials& credentials)
{
    return [credentials, bound = http::originOf(endpoint.origin)](const QByteArray& origin) {
        return origin == bound ? std::optional(credentials) : std::nullopt;
    };
}

Result<void> checkCredentials(const Endpoint& endpoint, const Credentials& credentials, http::Network network)
{
    RemoteRegistry registry(endpoint, std::make_shared<Authenticator>(boundTo(endpoint, credentials)),
                            std::move(network), {});
    auto support = registry.probe();
    if (!support)
        return support.error();
    if (!support->challenged)
        return Error{ErrorKind::Config, QStringLiteral("%1 asks nobody to sign in").arg(endpoint.toString())};
    return {};
}

} // namespace condaoci::oci

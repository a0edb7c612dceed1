// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/remoteregistry.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/http/retrypolicy.h"
#include "core/oci/blobupload.h"
#include "core/oci/paging.h"
#include "core/oci/registrysession.h"
#include "core/oci/verifyingsink.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>

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

QByteArray deleteScope(const QString& repository)
{
    return "repository:" + repository.toUtf8() + ":delete,pull";
}

UploadRoute uploadRoute(RegistrySession& session, const QString& repository)
{
    return {session.endpoint().origin,
            session.url(repository, QStringLiteral("blobs/uploads/")),
            session.endpoint().toString(),
            session.host(),
            [&session, scope = pushScope(repository)](const Request& request) { return session.send(request, scope); },
            session.stopToken(),
            session.timeouts()};
}

Result<Registry::Removal> remove(RegistrySession& session, const QString& repository, const QString& what)
{
    if (auto checked = session.checkRepository(repository); !checked)
        return checked.error();
    const Request request = makeRequest("DELETE", session.url(repository, what));
    auto response = session.send(request, deleteScope(repository));
    if (!response)
        return response.error();
    switch (response->status) {
    case 200:
    case 202:
    case 204:
        return Registry::Removal::Done;
    case 404:
    case 410:
        return Registry::Removal::WasNotThere;
    case 400:
    case 405:
    case 501:
        return Registry::Removal::NotOffered;
    default:
        return http::statusError(request, *response,
                                 Messages::tr("%1 did not delete it").arg(session.endpoint().toString()));
    }
}

} // namespace

RemoteRegistry::RemoteRegistry(Endpoint endpoint, std::shared_ptr<Authenticator> authenticator, http::Network network,
                               std::stop_token stop, std::shared_ptr<HostMemory> memory)
    : d(std::make_unique<RegistrySession>(std::move(endpoint), std::move(authenticator), std::move(network),
                                          std::move(stop), std::move(memory)))
{
}

RemoteRegistry::~RemoteRegistry() = default;

Result<bool> RemoteRegistry::hasBlob(const QString& repository, const Descriptor& blob)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    const Request request = makeRequest("HEAD", d->url(repository, QStringLiteral("blobs/") + blob.digest.toString()));
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status == 200)
        return true;
    if (response->status == 404)
        return false;
    return http::statusError(request, *response,
                             Messages::tr("%1 did not say whether it has a blob").arg(d->endpoint().toString()));
}

Result<void> RemoteRegistry::fetchBlob(const QString& repository, const Descriptor& blob, http::Sink& sink,
                                       const Progress& progress)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked;
    VerifyingSink verifying(sink);
    Request request = makeRequest("GET", d->url(repository, QStringLiteral("blobs/") + blob.digest.toString()));
    request.sink = &verifying;
    request.expectedSize = request.limit = blob.size;
    request.progress = progress;
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status != 200 && response->status != 206)
        return http::statusError(request, *response,
                                 Messages::tr("%1 did not give a blob").arg(d->endpoint().toString()));
    return verifying.verify(blob);
}

Result<void> RemoteRegistry::pushBlob(const QString& repository, const Descriptor& blob, const http::Body& body,
                                      const Progress& progress)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked;
    std::chrono::milliseconds waited{0}; // to send 5 GB takes its time, which counts for nothing
    for (int attempt = 1;; ++attempt) {
        const auto failed = uploadBlob(uploadRoute(*d, repository), blob, body, progress);
        if (!failed)
            return {};
        d->abandonUpload(failed->session);
        if (failed->learned)
            continue;
        if (!failed->again)
            return failed->error;
        // An upload session can't be trusted after a failure; but the blob may have arrived before the answer was lost.
        const Result<Response> asNetworkError = Error{ErrorKind::Network, {}};
        const http::Timeouts& timeouts = d->timeouts();
        const auto delay =
            http::retryDelay(attempt, asNetworkError, waited, QRandomGenerator::global()->generateDouble(),
                             timeouts.retryBase, timeouts.retryCap);
        if (!delay)
            return failed->error;
        const auto wait = std::max(*delay, failed->asked);
        if (auto slept = http::sleepFor(wait, d->stopToken()); !slept)
            return slept;
        waited += wait;
        if (auto there = hasBlob(repository, blob); there && *there)
            return {};
    }
}

Result<bool> RemoteRegistry::mountBlob(const QString& repository, const Digest& digest, const QString& fromRepository)
{
    for (const QString& name : {repository, fromRepository}) {
        if (auto checked = d->checkRepository(name); !checked)
            return checked.error();
    }
    if (repository == fromRepository || !d->host().mounts)
        return false;
    QUrl target = d->url(repository, QStringLiteral("blobs/uploads/"));
    target.setQuery(QStringLiteral("mount=%1&from=%2").arg(digest.toString(), fromRepository));
    Request request = makeRequest("POST", target);
    request.once = true; // to upload costs less than to ask for long
    auto response = d->send(request, pushScope(repository) + ' ' + pullScope(fromRepository));
    if (!response && response.error().kind == ErrorKind::Cancelled)
        return response.error();
    if (response && response->status == 201)
        return true;
    if (response && response->status == 202) { // it began an upload instead, which is not success (S28)
        if (auto location = uploadLocation(uploadRoute(*d, repository), request, *response))
            d->abandonUpload(*location);
        return false;
    }
    // A mount is an offer. However it is declined (some answer 401 to those who may push, or 5xx), the blob can be
    // sent.
    const bool isBusy = response ? http::isRateLimit(*response) : response.error().kind == ErrorKind::RateLimited;
    if (!isBusy)
        d->host().mounts = false;
    return false;
}

Result<std::optional<StoredManifest>> RemoteRegistry::manifest(const QString& repository, const QString& tagOrDigest)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    const auto wanted = Digest::parse(tagOrDigest.toLatin1());
    if (!wanted && !isTag(tagOrDigest))
        return Error{ErrorKind::Config,
                     Messages::tr("%1 is neither a tag nor a digest").arg(oneLine(tagOrDigest, 200))};
    Request request = makeRequest("GET", d->url(repository, QStringLiteral("manifests/") + tagOrDigest));
    request.headers.set("Accept", acceptedManifests);
    request.limit = limits::manifestRead;
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status == 404)
        return std::optional<StoredManifest>();
    if (response->status != 200)
        return http::statusError(request, *response,
                                 Messages::tr("%1 did not give a manifest").arg(d->endpoint().toString()));
    StoredManifest stored{response->body, response->headers.value("Content-Type").split(';').constFirst().trimmed(),
                          Digest::ofBytes(response->body)};
    // By digest the asked-for one counts, whatever the header says (S12); by tag a header of the same algorithm must
    // agree (S13).
    const auto claimed = Digest::parse(response->headers.value("Docker-Content-Digest"));
    const bool isRight =
        wanted ? stored.digest == *wanted : !claimed || claimed->algorithm() != "sha256" || stored.digest == *claimed;
    if (!isRight)
        return Error{ErrorKind::Integrity, Messages::tr("%1/%2:%3: the manifest's bytes are not what its digest says")
                                               .arg(d->endpoint().origin.authority(), repository, tagOrDigest)};
    return std::optional(std::move(stored));
}

Result<Digest> RemoteRegistry::putManifest(const QString& repository, const QString& tag, const QByteArray& bytes,
                                           const QByteArray& mediaType)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    if (!isTag(tag))
        return Error{ErrorKind::Config, Messages::tr("registries do not allow the tag %1").arg(oneLine(tag, 200))};
    if (bytes.size() > limits::manifestPush)
        return Error{
            ErrorKind::Config,
            Messages::tr("the manifest has %1 bytes; at most %2 are sent").arg(bytes.size()).arg(limits::manifestPush)};
    Request request = makeRequest("PUT", d->url(repository, QStringLiteral("manifests/") + tag));
    request.headers.set("Content-Type", mediaType);
    request.body = http::Body::ofBytes(bytes);
    auto response = d->send(request, pushScope(repository));
    if (!response)
        return response.error();
    const auto refused = [&] {
        return http::statusError(request, *response,
                                 Messages::tr("%1 did not take a manifest").arg(d->endpoint().toString()));
    };
    if (response->status == 413)
        return http::statusError(
            request, *response,
            Messages::tr("%1 takes no manifest of %2").arg(d->endpoint().toString(), shownBytes(bytes.size())));
    // Some say 200, 202 (Quay) or 204 where 201 is meant; what else says so is believed when it proves it.
    const bool isOdd = response->status == 200 || response->status == 202 || response->status == 204;
    if (response->status != 201 && !isOdd)
        return refused();
    const Digest digest = Digest::ofBytes(bytes);
    const auto claimed = Digest::parse(response->headers.value("Docker-Content-Digest"));
    if (claimed && claimed->algorithm() == "sha256" && *claimed != digest)
        return Error{ErrorKind::Integrity, Messages::tr("%1/%2:%3: the registry stored another manifest than was sent")
                                               .arg(d->endpoint().origin.authority(), repository, tag)};
    if (isOdd && !(claimed && *claimed == digest)) {
        auto there = hasManifest(repository, tag, digest);
        if (!there)
            return there.error();
        if (!*there)
            return refused();
    }
    return digest;
}

/// Does the tag name these very bytes?
Result<bool> RemoteRegistry::hasManifest(const QString& repository, const QString& tag, const Digest& digest)
{
    auto stored = manifest(repository, tag);
    if (!stored)
        return stored.error();
    return *stored && (*stored)->digest == digest;
}

Result<QStringList> RemoteRegistry::tags(const QString& repository, const QString& after)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    QUrl first = d->url(repository, QStringLiteral("tags/list"));
    const QString last = after.isEmpty() ? QString() : QStringLiteral("&last=") + after;
    first.setQuery(QStringLiteral("n=%1").arg(d->host().profile.tagsPerPage) + last);
    bool offered = false;
    return listPages(*d, first, pullScope(repository), QStringLiteral("tags"), &offered);
}

Result<std::optional<QStringList>> RemoteRegistry::repositories(const QString& prefix, int pages)
{
    QUrl first = d->url({}, QStringLiteral("_catalog"));
    first.setQuery(QStringLiteral("n=%1").arg(d->host().profile.tagsPerPage));
    bool offered = false;
    auto all = listPages(*d, first, "registry:catalog:*", QStringLiteral("repositories"), &offered, pages);
    // An extension, and where it is one, often for administrators only (S36).
    const bool isRefused = !all && (all.error().kind == ErrorKind::Auth || all.error().httpStatus == 400 ||
                                    all.error().httpStatus == 405 || all.error().httpStatus == 501);
    if (isRefused)
        return std::optional<QStringList>();
    if (!all)
        return all.error();
    if (!offered)
        return std::optional<QStringList>();
    all->removeIf([&](const QString& name) { return !name.startsWith(prefix); });
    return std::optional(*std::move(all));
}

Result<Registry::Removal> RemoteRegistry::removeManifest(const QString& repository, const QString& tagOrDigest)
{
    if (!Digest::parse(tagOrDigest.toLatin1()) && !isTag(tagOrDigest))
        return Error{ErrorKind::Config,
                     Messages::tr("%1 is neither a tag nor a digest").arg(oneLine(tagOrDigest, 200))};
    return remove(*d, repository, QStringLiteral("manifests/") + tagOrDigest);
}

Result<Registry::Removal> RemoteRegistry::removeBlob(const QString& repository, const Digest& digest)
{
    return remove(*d, repository, QStringLiteral("blobs/") + digest.toString());
}

Result<std::optional<std::chrono::seconds>> RemoteRegistry::blobLifetime(const QString& repository,
                                                                         const Descriptor& blob)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    Request request = makeRequest("GET", d->url(repository, QStringLiteral("blobs/") + blob.digest.toString()));
    request.limit = limits::manifestRead;
    request.once = true;
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    return response->status == 200 ? http::maxAge(response->headers) : std::nullopt;
}

Result<bool> RemoteRegistry::offersReferrers(const QString& repository, const Digest& digest)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    Request request = makeRequest("GET", d->url(repository, QStringLiteral("referrers/") + digest.toString()));
    request.headers.set("Accept", indexMediaType);
    request.limit = limits::manifestRead;
    auto response = d->send(request, pullScope(repository));
    if (!response)
        return response.error();
    if (response->status == 404)
        return false;
    const bool isIndex = QJsonDocument::fromJson(response->body).object().value(QLatin1String("manifests")).isArray();
    if (response->status != 200 || !isIndex)
        return http::statusError(
            request, *response, Messages::tr("%1 did not say what refers to a manifest").arg(d->endpoint().toString()));
    return true;
}

bool RemoteRegistry::hasCredentials() const
{
    return d->hasCredentials();
}

Result<RemoteRegistry::Support> RemoteRegistry::probe()
{
    Support support;
    Request request = makeRequest("GET", d->url({}, {}));
    request.limit = limits::errorBodyRead;
    auto response = d->sendUnsigned(request);
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
                                     ? Messages::tr("%1 is not an OCI registry").arg(d->endpoint().toString())
                                     : Messages::tr("%1 refuses access").arg(d->endpoint().toString()));
    return support;
}

Result<bool> RemoteRegistry::mayPush(const QString& repository)
{
    if (auto checked = d->checkRepository(repository); !checked)
        return checked.error();
    const Request request = makeRequest("POST", d->url(repository, QStringLiteral("blobs/uploads/")));
    auto response = d->send(request, pushScope(repository));
    if (!response && response.error().kind == ErrorKind::Auth)
        return false;
    if (!response)
        return response.error();
    if (response->status == 401 || response->status == 403)
        return false;
    if (response->status < 200 || response->status > 202)
        return http::statusError(request, *response, Messages::tr("%1 began no upload").arg(d->endpoint().toString()));
    if (auto location = uploadLocation(uploadRoute(*d, repository), request, *response))
        d->abandonUpload(*location);
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
        return Error{ErrorKind::Config, Messages::tr("%1 asks nobody to sign in").arg(endpoint.toString())};
    return {};
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/authenticator.h"
#include "core/oci/hostprofile.h"
#include "core/oci/reference.h"
#include "core/oci/registry.h"

namespace condaoci::oci {

class RegistrySession;

/// A registry over HTTP (distribution-spec 1.1). Belongs to one worker thread, like the HttpClient it owns.
class RemoteRegistry final : public Registry
{
public:
    /// \param network  a gate alone will do
    /// \param memory   what the workers of a job share about this registry; null: nothing is known of it yet
    RemoteRegistry(Endpoint endpoint, std::shared_ptr<Authenticator> authenticator, http::Network network,
                   std::stop_token stop, std::shared_ptr<HostMemory> memory = nullptr);
    ~RemoteRegistry() override;

    [[nodiscard]] Result<bool> hasBlob(const QString& repository, const Descriptor& blob) override;
    [[nodiscard]] Result<void> fetchBlob(const QString& repository, const Descriptor& blob, http::Sink& sink,
                                         const Progress& progress) override;
    [[nodiscard]] Result<void> pushBlob(const QString& repository, const Descriptor& blob, const http::Body& body,
                                        const Progress& progress) override;
    [[nodiscard]] Result<bool> mountBlob(const QString& repository, const Digest& digest,
                                         const QString& fromRepository) override;
    [[nodiscard]] Result<std::optional<StoredManifest>> manifest(const QString& repository,
                                                                 const QString& tagOrDigest) override;
    [[nodiscard]] Result<Digest> putManifest(const QString& repository, const QString& tag, const QByteArray& bytes,
                                             const QByteArray& mediaType) override;
    [[nodiscard]] Result<QStringList> tags(const QString& repository, const QString& after = {}) override;
    [[nodiscard]] Result<void> flush() override { return {}; }
    [[nodiscard]] Result<std::optional<QStringList>> repositories(const QString& prefix,
                                                                  int pages = limits::tagPages) override;
    [[nodiscard]] Result<Removal> removeManifest(const QString& repository, const QString& tagOrDigest) override;
    [[nodiscard]] Result<Removal> removeBlob(const QString& repository, const Digest& digest) override;

    /// How long it lets those keep a blob who fetch it; nullopt where it does not say. Fetches it, so take a small one.
    [[nodiscard]] Result<std::optional<std::chrono::seconds>> blobLifetime(const QString& repository,
                                                                           const Descriptor& blob);
    /// Does it keep lists of what refers to a manifest (distribution-spec, "Listing Referrers")? False: clients of such
    /// lists have to keep them by tags.
    [[nodiscard]] Result<bool> offersReferrers(const QString& repository, const Digest& digest);
    [[nodiscard]] bool hasCredentials() const;
    /// `GET /v2/` with what credentials there are (distribution-spec, "Determining Support").
    struct Support
    {
        bool challenged = false; ///< it answered an anonymous request with 401
        bool signedIn = false;   ///< and accepted our credentials
    };
    [[nodiscard]] Result<Support> probe();
    /// May something be pushed to that repository? Begins an upload, and abandons it (distribution-spec, "Pushing
    /// blobs"); false where that is refused for lack of permission.
    [[nodiscard]] Result<bool> mayPush(const QString& repository);

private:
    [[nodiscard]] Result<bool> hasManifest(const QString& repository, const QString& tag, const Digest& digest);

    std::unique_ptr<RegistrySession> d;
};

/// Are these the credentials of somebody there? Error kind Auth where they are refused; Config where the registry asks
/// nobody to sign in; otherwise why it can't be reached.
[[nodiscard]] Result<void> checkCredentials(const Endpoint& endpoint, const Credentials& credentials,
                                            http::Network network = {});
/// An Authenticator's lookup that offers these to that registry's origin and to no other.
[[nodiscard]] Authenticator::Lookup boundTo(const Endpoint& endpoint, const Credentials& credentials);

} // namespace condaoci::oci

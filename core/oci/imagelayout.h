// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/registry.h"

#include <mutex>

namespace condaoci::oci {

/// An OCI image layout directory (image-spec image-layout.md) that holds many repositories: each entry of index.json is
/// annotated `org.opencontainers.image.ref.name` = `REPOSITORY:TAG`. Blobs are written atomically before anything names
/// them; one that this object did not write is hashed before it is said to be there, once, and one that is not what its
/// name says is as if it was not there: pushed again it is written anew, over whatever has its name; index.json is
/// replaced atomically by flush(), at the latest a second after the first unwritten change, merged with what other
/// processes added meanwhile (under a lock file). Thread-safe: one object serves all workers. An absent directory is
/// created by the first write only.
class ImageLayout final : public Registry
{
public:
    explicit ImageLayout(QString directory);
    ~ImageLayout() override;

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
    [[nodiscard]] Result<void> flush() override;
    [[nodiscard]] Result<std::optional<QStringList>> repositories(const QString& prefix,
                                                                  int pages = limits::tagPages) override;
    [[nodiscard]] Result<Removal> removeManifest(const QString& repository, const QString& tagOrDigest) override;
    [[nodiscard]] Result<Removal> removeBlob(const QString& repository, const Digest& digest) override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace condaoci::oci

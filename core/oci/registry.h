// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/http/message.h"
#include "core/oci/manifest.h"

#include <QStringList>

#include <functional>
#include <optional>

namespace condaoci::oci {

/// A manifest exactly as the registry gave it (never re-serialised: pushed again it has the same digest).
struct StoredManifest
{
    QByteArray bytes;
    QByteArray mediaType; ///< of the answer, without parameters
    Digest digest;        ///< computed from the bytes
};

/// Does this error of putManifest say that a blob is missing (distribution-spec, code MANIFEST_BLOB_UNKNOWN)?
[[nodiscard]] bool isBlobUnknown(const Error& error);

/// The verbs of the distribution specification, on a registry over HTTP (RemoteRegistry) or on an image layout
/// directory (ImageLayout). `repository` is the full name including the endpoint's prefix; it and `tag` are checked
/// against the grammar before anything is sent (Config). Errors are those of http::statusError, plus Integrity where
/// bytes and digest differ.
class Registry
{
public:
    using Progress = std::function<void(qint64 bytes)>;

    virtual ~Registry() = default;

    /// HEAD. 200 is true, 404 false, everything else an error.
    [[nodiscard]] virtual Result<bool> hasBlob(const QString& repository, const Descriptor& blob) = 0;
    /// GET into the sink; size and digest (unless the sink hashes for itself) are checked on the way, and a sink that
    /// holds the beginning already is continued.
    [[nodiscard]] virtual Result<void> fetchBlob(const QString& repository, const Descriptor& blob, http::Sink& sink,
                                                 const Progress& progress = {}) = 0;
    /// Uploads unconditionally, in the shape that the registry takes. Succeeds only if the registry confirmed the blob
    /// under this digest.
    [[nodiscard]] virtual Result<void> pushBlob(const QString& repository, const Descriptor& blob,
                                                const http::Body& body, const Progress& progress = {}) = 0;
    /// True if the registry took the blob over from `fromRepository` without bytes being sent. False is not an error:
    /// push it.
    [[nodiscard]] virtual Result<bool> mountBlob(const QString& repository, const Digest& digest,
                                                 const QString& fromRepository) = 0;
    /// By tag or digest text; nullopt if there is none (404).
    [[nodiscard]] virtual Result<std::optional<StoredManifest>> manifest(const QString& repository,
                                                                         const QString& tagOrDigest) = 0;
    /// Stores the bytes under the tag; their digest is returned and was checked against the registry's answer.
    [[nodiscard]] virtual Result<Digest> putManifest(const QString& repository, const QString& tag,
                                                     const QByteArray& bytes, const QByteArray& mediaType) = 0;
    /// All tags in the registry's order; an unknown repository has none.
    /// \param after  those that sort behind this text are enough, which saves pages where the registry sorts; where it
    ///               does not, others come too, and some may be missing
    [[nodiscard]] virtual Result<QStringList> tags(const QString& repository, const QString& after = {}) = 0;
    /// Everything done so far is durable and visible when this returns. A no-op over HTTP.
    [[nodiscard]] virtual Result<void> flush() = 0;
    /// Names of the repositories whose name begins with `prefix`: `_catalog` over HTTP; nullopt where that is not
    /// offered, or where the registry has more of them than so many pages list.
    [[nodiscard]] virtual Result<std::optional<QStringList>> repositories(const QString& prefix,
                                                                          int pages = limits::tagPages) = 0;

    enum class Removal {
        Done,
        WasNotThere, ///< or can't be deleted, which some registries say in the same way
        NotOffered   ///< the registry deletes nothing, or nothing of this kind
    };
    /// A tag with what it names, or by digest what all tags of that digest name (distribution-spec, "Content
    /// Management"). Error kind Auth where it is forbidden.
    [[nodiscard]] virtual Result<Removal> removeManifest(const QString& repository, const QString& tagOrDigest) = 0;
    /// A blob out of the repository; what still names it is the caller's to know. The repositories of an image layout
    /// share their blobs, so there it is gone from all of them.
    [[nodiscard]] virtual Result<Removal> removeBlob(const QString& repository, const Digest& digest) = 0;

    /// A small blob as bytes, checked. `blob.size` over `limit` is refused.
    [[nodiscard]] Result<QByteArray> readBlob(const QString& repository, const Descriptor& blob, qint64 limit);
};

} // namespace condaoci::oci

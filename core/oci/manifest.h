// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"

#include <QByteArray>
#include <QMap>
#include <QString>

#include <vector>

namespace condaoci::oci {

inline constexpr char manifestMediaType[] = "application/vnd.oci.image.manifest.v1+json";
inline constexpr char indexMediaType[] = "application/vnd.oci.image.index.v1+json";
inline constexpr char emptyMediaType[] = "application/vnd.oci.empty.v1+json";
inline constexpr char imageConfigMediaType[] = "application/vnd.oci.image.config.v1+json";
inline constexpr char titleAnnotation[] = "org.opencontainers.image.title";

using Annotations = QMap<QString, QString>; ///< sorted by key, so that the same content is always the same bytes

/// image-spec descriptor.md
struct Descriptor
{
    QString mediaType;
    Digest digest;
    qint64 size = 0; ///< bytes
    Annotations annotations = {};

    [[nodiscard]] QString title() const { return annotations.value(QLatin1String(titleAnnotation)); }
    friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

/// image-spec manifest.md: an image manifest. Indexes (manifest lists) are not manifests of packages and are refused by
/// parse().
struct Manifest
{
    QString artifactType; ///< empty: absent
    Descriptor config;
    std::vector<Descriptor> layers;
    Annotations annotations;

    /// Refuses (Protocol/Parse): bytes over limits::manifestRead, schemaVersion ≠ 2, a body mediaType that contradicts
    /// `contentType` (parameters ignored, empty = unknown), both `manifests` and `layers`, duplicate keys, sizes that
    /// are not integers ≥ 0, digests that are not Digests, nesting over limits::jsonDepth. Unknown fields, media types
    /// and annotations are accepted. Docker schema 2 manifests are read as well.
    [[nodiscard]] static Result<Manifest> parse(QByteArrayView bytes, QByteArrayView contentType = {});
    /// Deterministic: keys in the specification's order, annotations sorted, no white space.
    [[nodiscard]] QByteArray toJson() const;

    [[nodiscard]] const Descriptor* layer(QStringView mediaType) const; ///< the first of that type, or null
};

/// The two bytes `{}` (image-spec, "Guidance for an Empty Descriptor").
[[nodiscard]] const Descriptor& emptyDescriptor();
[[nodiscard]] const QByteArray& emptyContent();

} // namespace condaoci::oci

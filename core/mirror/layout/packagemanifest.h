// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/layout/fileref.h"
#include "core/oci/manifest.h"

/// The manifests of layout v0 (wire-format.md) as values; nothing here talks to a registry.
namespace condaoci::mirror {

/// The layer of a package file, as its record and its bytes say.
[[nodiscard]] oci::Descriptor packageLayer(const FileRef& file, const Sums& sums);
[[nodiscard]] oci::Descriptor infoLayer(const FileRef& file, const QByteArray& infoTarGz);
[[nodiscard]] oci::Descriptor indexJsonLayer(const FileRef& file, const QByteArray& indexJson);
[[nodiscard]] oci::Descriptor repodataLayer(const QString& title, const QString& mediaType, const QByteArray& bytes);

/// What an index says of itself when it is published.
struct IndexFacts
{
    QString claim = {};     ///< "present", "full" or empty (then nothing is claimed about it)
    Digest source = {};     ///< of the channel's index that it was made from, or null
    QString channel = {};   ///< whose it is (conda::Channel::identity), or empty
    qint64 records = -1;    ///< that it lists; -1: not counted
    bool isCurrent = false; ///< as StoredIndex::current
};

/// The annotations of an index's manifest.
[[nodiscard]] oci::Annotations indexAnnotations(const IndexFacts& facts);

/// Puts a layer into its place (.conda, .tar.bz2, info, index.json), replacing one of the same media type.
void placeLayer(oci::Manifest& manifest, const oci::Descriptor& layer);

/// Does this manifest hold the file with the bytes that its record promises? By sha256; by md5 and size where the
/// record has no sha256.
[[nodiscard]] bool holds(const oci::Manifest& manifest, const conda::PackageRecord& record);

/// Gives the manifest its config, `{}` under the predecessor's media type, or as an image config for registries that
/// refuse that; and takes its artifactType away, which oras-py 0.1 (and all that read through it) refuses.
void setConfig(oci::Manifest& manifest, bool imageConfig);

/// Is it a manifest as version 0.1 wrote it, with an artifactType and the OCI empty config?
[[nodiscard]] bool isOfVersion01(const oci::Manifest& manifest);

/// What makes a repository exist without anything in it: see naming::placeholderNames.
[[nodiscard]] oci::Manifest placeholderManifest();

} // namespace condaoci::mirror

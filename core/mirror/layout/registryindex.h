// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"
#include "core/mirror/layout/registrychannel.h"
#include "core/oci/registry.h"

#include <optional>

namespace condaoci::mirror {

/// An index as it is published in a registry: its manifest, not yet its records.
struct PublishedIndex
{
    QString repository;
    oci::Descriptor json;               ///< of the plain document
    std::optional<oci::Descriptor> zst; ///< of the same, compressed
    Digest config;                      ///< of the manifest, as are the annotations
    oci::Annotations annotations;
    bool isOfVersion01 = false; ///< in a form that oras-py refuses
};

/// The manifest under a tag; nullopt where there is none.
/// \param unreadable  not null for who is going to write there: what stands under the tag and can't be read, for good,
///                    counts as none, and why is said here. For a reader it is an error (Protocol; Integrity in a
///                    layout)
[[nodiscard]] Result<std::optional<oci::Manifest>> findManifest(oci::Registry& registry, const QString& repository,
                                                                const QString& tag, QString* unreadable = nullptr);
/// The index `name` of a subdir; nullopt where the registry has none in that place (or something else there).
/// \param unreadable  as for findManifest
[[nodiscard]] Result<std::optional<PublishedIndex>> findIndex(oci::Registry& registry, const RegistryChannel& channel,
                                                              const QString& subdir, const QString& name,
                                                              QString* unreadable = nullptr);
[[nodiscard]] Result<std::optional<PublishedIndex>> findIndexAt(oci::Registry& registry, const QString& repository,
                                                                const QString& tag, QString* unreadable = nullptr);
/// Its records, from the compressed layer where that holds the same document. Error kind Parse if it is damaged.
[[nodiscard]] Result<std::shared_ptr<const conda::Repodata>> readIndex(oci::Registry& registry,
                                                                       const PublishedIndex& index);
/// Are the documents of an index there? In a layout their bytes are read.
[[nodiscard]] Result<bool> isSound(oci::Registry& registry, const PublishedIndex& index);
/// Is a package there, a layer of that manifest? In a layout its bytes are read, and those of all else that the
/// manifest names but other formats; a registry answers for itself, and is asked once.
[[nodiscard]] Result<bool> isSound(oci::Registry& registry, const QString& repository, const oci::Manifest& manifest,
                                   const oci::Descriptor& package);

/// How many records it has: as its manifest says, or where that says nothing, by reading it.
[[nodiscard]] Result<qint64> countRecords(oci::Registry& registry, const PublishedIndex& index);
/// The platforms that a channel has a repository of; nullopt where the registry does not list what it has, or too much.
[[nodiscard]] Result<std::optional<QStringList>> listSubdirs(oci::Registry& registry, const RegistryChannel& channel);

/// Where the index `name` of a subdir is. Its tag is `latest` unless the name has one behind a colon.
[[nodiscard]] QString indexRepository(const RegistryChannel& channel, const QString& subdir, const QString& name);
[[nodiscard]] QString indexTag(const QString& name);
/// Where a package of the channel is.
[[nodiscard]] QString packageRepository(const RegistryChannel& channel, const QString& subdir, std::string_view name);

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"
#include "core/mirror/location.h"
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

/// The index `name` of a subdir; nullopt where the registry has none in that place (or something else there).
[[nodiscard]] Result<std::optional<PublishedIndex>> findIndex(oci::Registry& registry, const RegistryChannel& channel,
                                                              const QString& subdir, const QString& name);
/// Its records, from the compressed layer where that holds the same document. Error kind Parse if it is damaged.
[[nodiscard]] Result<std::shared_ptr<const conda::Repodata>> readIndex(oci::Registry& registry,
                                                                       const PublishedIndex& index);

/// Where the index `name` of a subdir is.
[[nodiscard]] QString indexRepository(const RegistryChannel& channel, const QString& subdir, const QString& name);
/// Where a package of the channel is.
[[nodiscard]] QString packageRepository(const RegistryChannel& channel, const QString& subdir, std::string_view name);

} // namespace condaoci::mirror

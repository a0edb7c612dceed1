// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/places/location.h"
#include "core/mirror/places/packagesource.h"
#include "core/oci/registry.h"

namespace condaoci::mirror {

/// A mirror in a registry or an image layout as a source, written by us or by the predecessor.
class RegistrySource final : public PackageSource
{
public:
    RegistrySource(RegistryChannel channel, std::shared_ptr<oci::Registry> registry);

    [[nodiscard]] Result<std::optional<QStringList>> subdirs() override;
    [[nodiscard]] Result<SourceIndex> index(const QString& subdir, bool withYanked,
                                            const conda::Repodata* stored) override;
    [[nodiscard]] std::optional<Error> knownMissing(const FileRef& file) const override;
    [[nodiscard]] Result<void> fetch(const FileRef& file, http::Sink& sink, const Progress& progress) override;

private:
    [[nodiscard]] Result<oci::Descriptor> find(const QString& repository, const FileRef& file);

    RegistryChannel m_channel;
    std::shared_ptr<oci::Registry> m_registry;
};

} // namespace condaoci::mirror

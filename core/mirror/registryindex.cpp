// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/registryindex.h"

#include "core/base/limits.h"
#include "core/mirror/naming.h"
#include "core/mirror/packagemanifest.h"

namespace condaoci::mirror {

Result<std::optional<PublishedIndex>> findIndex(oci::Registry& registry, const RegistryChannel& channel,
                                                const QString& subdir, const QString& name)
{
    const QString repository = indexRepository(channel, subdir, name);
    auto stored = registry.manifest(repository, QStringLiteral("latest"));
    if (!stored)
        return stored.error();
    if (!*stored)
        return std::optional<PublishedIndex>();
    auto manifest = oci::Manifest::parse((*stored)->bytes, (*stored)->mediaType);
    if (!manifest)
        return manifest.error().in(repository + QStringLiteral(":latest"));
    const oci::Descriptor* json = manifest->layer(QLatin1String(naming::repodataLayer).toString());
    if (!json)
        return std::optional<PublishedIndex>();
    PublishedIndex index{
        repository, *json, std::nullopt, manifest->config.digest, manifest->annotations, isOfVersion01(*manifest)};
    if (const oci::Descriptor* zst = manifest->layer(QLatin1String(naming::repodataZstLayer).toString()))
        index.zst = *zst;
    return std::optional(std::move(index));
}

Result<std::shared_ptr<const conda::Repodata>> readIndex(oci::Registry& registry, const PublishedIndex& index)
{
    if (index.zst) {
        auto packed = registry.readBlob(index.repository, *index.zst, limits::repodataInflated);
        if (!packed)
            return packed.error();
        auto json = conda::inflateDocument(*std::move(packed), limits::repodataInflated);
        // The plain document is the one that the manifest is about; readers of the other one would see something else.
        if (json && Digest::ofBytes(*json) == index.json.digest)
            return conda::Repodata::parse(*std::move(json));
    }
    auto json = registry.readBlob(index.repository, index.json, limits::repodataInflated);
    if (!json)
        return json.error();
    return conda::Repodata::parse(*std::move(json));
}

QString indexRepository(const RegistryChannel& channel, const QString& subdir, const QString& name)
{
    return channel.endpoint.repository(channel.name + QLatin1Char('/') + subdir + QLatin1Char('/') + name);
}

QString packageRepository(const RegistryChannel& channel, const QString& subdir, std::string_view name)
{
    return channel.endpoint.repository(naming::repository(channel.name, subdir, name));
}

} // namespace condaoci::mirror

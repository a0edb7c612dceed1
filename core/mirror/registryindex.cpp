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
    auto stored = registry.manifest(repository, indexTag(name));
    if (!stored)
        return stored.error();
    if (!*stored)
        return std::optional<PublishedIndex>();
    auto manifest = oci::Manifest::parse((*stored)->bytes, (*stored)->mediaType);
    if (!manifest)
        return manifest.error().in(repository + QLatin1Char(':') + indexTag(name));
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

Result<qint64> countRecords(oci::Registry& registry, const PublishedIndex& index)
{
    bool isCounted = false;
    const qint64 count = index.annotations.value(QLatin1String(naming::recordsAnnotation)).toLongLong(&isCounted);
    if (isCounted && count >= 0)
        return count;
    auto repodata = readIndex(registry, index);
    if (!repodata)
        return repodata.error();
    return static_cast<qint64>((*repodata)->records().size());
}

Result<std::optional<QStringList>> listSubdirs(oci::Registry& registry, const RegistryChannel& channel)
{
    constexpr int pages = 30; // of a thousand names each; to ask for each platform that is known costs no more
    const QString below = channel.endpoint.repository(channel.name) + QLatin1Char('/');
    const auto all = registry.repositories(below, pages);
    if (!all)
        return all.error();
    if (!*all)
        return std::optional<QStringList>();
    QStringList subdirs;
    for (const QString& repository : **all) {
        const QString subdir = repository.mid(below.size()).section(QLatin1Char('/'), 0, 0);
        const bool isBelow = repository.count(QLatin1Char('/')) > below.count(QLatin1Char('/'));
        if (isBelow && conda::isSubdir(subdir) && !subdirs.contains(subdir))
            subdirs.append(subdir);
    }
    return std::optional(std::move(subdirs));
}

QString indexRepository(const RegistryChannel& channel, const QString& subdir, const QString& name)
{
    return channel.endpoint.repository(channel.name + QLatin1Char('/') + subdir + QLatin1Char('/') +
                                       name.section(QLatin1Char(':'), 0, 0));
}

QString indexTag(const QString& name)
{
    const QString tag = name.section(QLatin1Char(':'), 1);
    return tag.isEmpty() ? QStringLiteral("latest") : tag;
}

QString packageRepository(const RegistryChannel& channel, const QString& subdir, std::string_view name)
{
    return channel.endpoint.repository(naming::repository(channel.name, subdir, name));
}

} // namespace condaoci::mirror

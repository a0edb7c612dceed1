// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/layout/registryindex.h"

#include "core/base/limits.h"
#include "core/conda/channel.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/packagemanifest.h"
#include "core/oci/imagelayout.h"

namespace condaoci::mirror {

namespace {

bool isLayout(const oci::Registry& registry)
{
    return dynamic_cast<const oci::ImageLayout*>(&registry) != nullptr;
}

/// Did a registry say that this is what it has under the tag? What is no manifest may be a sign-in page of the network
/// in between, or have been damaged on the way, and then it does not come again with the same bytes. What is a manifest
/// but for the type that it was sent as would be so again when it is written anew.
Result<bool> standsThere(oci::Registry& registry, const QString& repository, const QString& tag,
                         const oci::StoredManifest& seen)
{
    if (!seen.mediaType.startsWith("application/") || oci::Manifest::parse(seen.bytes))
        return false;
    auto again = registry.manifest(repository, tag);
    if (!again)
        return again.error();
    return *again && (*again)->digest == seen.digest;
}

} // namespace

Result<std::optional<oci::Manifest>> findManifest(oci::Registry& registry, const QString& repository,
                                                  const QString& tag, QString* unreadable)
{
    const auto refused = [&](const Error& error) -> Result<std::optional<oci::Manifest>> {
        if (!unreadable)
            return error;
        *unreadable = error.message;
        return std::optional<oci::Manifest>();
    };
    auto stored = registry.manifest(repository, tag);
    // On a disk nothing comes between: what is damaged stays so.
    const ErrorKind kind = stored ? ErrorKind::NotFound : stored.error().kind;
    const bool isDamaged = kind == ErrorKind::Integrity || kind == ErrorKind::Parse || kind == ErrorKind::Protocol;
    if (!stored)
        return isLayout(registry) && isDamaged ? refused(stored.error()) : stored.error();
    if (!*stored)
        return std::optional<oci::Manifest>();
    auto manifest = oci::Manifest::parse((*stored)->bytes, (*stored)->mediaType);
    if (manifest)
        return std::optional(*std::move(manifest));
    const Error error = manifest.error().in(repository + QLatin1Char(':') + tag);
    if (!unreadable || isLayout(registry))
        return refused(error);
    auto isThere = standsThere(registry, repository, tag, **stored);
    if (!isThere)
        return isThere.error();
    return *isThere ? refused(error) : error;
}

Result<std::optional<PublishedIndex>> findIndex(oci::Registry& registry, const RegistryChannel& channel,
                                                const QString& subdir, const QString& name, QString* unreadable)
{
    return findIndexAt(registry, indexRepository(channel, subdir, name), indexTag(name), unreadable);
}

Result<std::optional<PublishedIndex>> findIndexAt(oci::Registry& registry, const QString& repository,
                                                  const QString& tag, QString* unreadable)
{
    auto found = findManifest(registry, repository, tag, unreadable);
    if (!found)
        return found.error();
    if (!*found)
        return std::optional<PublishedIndex>();
    const oci::Manifest& manifest = **found;
    const oci::Descriptor* json = manifest.layer(QLatin1String(naming::repodataLayer).toString());
    if (!json)
        return std::optional<PublishedIndex>();
    PublishedIndex index{
        repository, *json, std::nullopt, manifest.config.digest, manifest.annotations, isOfVersion01(manifest)};
    if (const oci::Descriptor* zst = manifest.layer(QLatin1String(naming::repodataZstLayer).toString()))
        index.zst = *zst;
    return std::optional(std::move(index));
}

Result<std::shared_ptr<const conda::Repodata>> readIndex(oci::Registry& registry, const PublishedIndex& index)
{
    if (index.zst) {
        auto packed = registry.readBlob(index.repository, *index.zst, limits::repodataInflated);
        const bool isLost =
            !packed && (packed.error().kind == ErrorKind::Integrity || packed.error().kind == ErrorKind::NotFound);
        if (!packed && !isLost)
            return packed.error();
        auto json = packed ? conda::inflateDocument(*std::move(packed), limits::repodataInflated) : packed;
        // The plain document is the one that the manifest is about; readers of the other one would see something else.
        if (json && Digest::ofBytes(*json) == index.json.digest)
            return conda::Repodata::parse(*std::move(json));
    }
    auto json = registry.readBlob(index.repository, index.json, limits::repodataInflated);
    if (!json)
        return json.error();
    return conda::Repodata::parse(*std::move(json));
}

Result<bool> isSound(oci::Registry& registry, const PublishedIndex& index)
{
    auto there = registry.hasBlob(index.repository, index.json);
    return there && *there && index.zst ? registry.hasBlob(index.repository, *index.zst) : there;
}

Result<bool> isSound(oci::Registry& registry, const QString& repository, const oci::Manifest& manifest,
                     const oci::Descriptor& package)
{
    std::vector<oci::Descriptor> blobs{package};
    if (isLayout(registry)) {
        blobs.push_back(manifest.config);
        for (const char* kind : {naming::infoLayer, naming::indexJsonLayer}) {
            if (const oci::Descriptor* layer = manifest.layer(QLatin1String(kind).toString()))
                blobs.push_back(*layer);
        }
    }
    for (const oci::Descriptor& blob : blobs) {
        auto there = registry.hasBlob(repository, blob);
        if (!there || !*there)
            return there;
    }
    return true;
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

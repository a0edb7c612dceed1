// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/registrysource.h"

#include "core/base/messages.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/packagemanifest.h"
#include "core/mirror/layout/registryindex.h"
#include "core/mirror/places/unsizedsink.h"

namespace condaoci::mirror {

RegistrySource::RegistrySource(RegistryChannel channel, std::shared_ptr<oci::Registry> registry)
    : m_channel(std::move(channel))
    , m_registry(std::move(registry))
{
}

Result<std::optional<QStringList>> RegistrySource::subdirs()
{
    auto found = listSubdirs(*m_registry, m_channel);
    return found ? found : found.error().at(Side::Source);
}

Result<SourceIndex> RegistrySource::index(const QString& subdir, bool withYanked, const conda::Repodata*)
{
    SourceIndex result;
    for (const char* name : {naming::indexName, naming::yankedName}) {
        const bool isYanked = name == naming::yankedName;
        if (isYanked && (!withYanked || !result.index))
            break;
        auto published = findIndex(*m_registry, m_channel, subdir, QLatin1String(name));
        if (!published)
            return published.error().at(Side::Source);
        if (!*published)
            continue;
        auto repodata = readIndex(*m_registry, **published);
        auto checked = repodata ? conda::checkIsIndex(**repodata) : Result<void>(repodata.error());
        if (!checked)
            return checked.error()
                .in(Messages::tr("%1 of %2 in %3")
                        .arg(subdir + QLatin1Char('/') + QLatin1String(name), m_channel.name,
                             m_channel.endpoint.toString()))
                .at(Side::Source);
        (isYanked ? result.yanked : result.index) = *repodata;
        result.received = std::max<qint64>(result.received, 0) +
                          ((*published)->zst ? (*published)->zst->size : (*published)->json.size);
        if (!isYanked)
            result.channel = (*published)->annotations.value(QLatin1String(naming::channelAnnotation));
    }
    return result;
}

std::optional<Error> RegistrySource::knownMissing(const FileRef&) const
{
    return std::nullopt;
}

/// The layer as the package's manifest has it: for records that have no sha256 to ask by.
Result<oci::Descriptor> RegistrySource::find(const QString& repository, const FileRef& file)
{
    const QString tag = naming::tag(file.name.version, file.name.build);
    const auto manifest = findManifest(*m_registry, repository, tag);
    if (!manifest)
        return manifest.error();
    if (!*manifest)
        return Error{ErrorKind::NotFound, Messages::tr("the index lists it, but it is not in the registry")};
    const oci::Descriptor* layer = (*manifest)->layer(naming::packageLayer(file.record->format));
    if (!layer)
        return Error{ErrorKind::NotFound, Messages::tr("the index lists it, but the registry has the build in "
                                                       "another format only")};
    return *layer;
}

Result<void> RegistrySource::fetch(const FileRef& file, http::Sink& sink, const Progress& progress)
{
    const conda::PackageRecord& record = *file.record;
    const QString repository = packageRepository(m_channel, file.subdir, record.name);
    // As mamba does: by the record's own digest, which saves the manifest.
    oci::Descriptor blob;
    auto digest = Digest::fromSha256Hex({record.sha256.data(), static_cast<qsizetype>(record.sha256.size())});
    if (digest && record.size >= 0) {
        blob = {naming::packageLayer(record.format), *digest, record.size, {}};
    } else {
        auto found = find(repository, file);
        if (!found)
            return found.error().at(Side::Source);
        blob = *std::move(found);
    }
    const auto fetched = record.size >= 0 ? m_registry->fetchBlob(repository, blob, sink, progress)
                                          : fetchUnsized(sink, limits::unsizedFile, [&](http::Sink& bounded, qint64) {
                                                return m_registry->fetchBlob(repository, blob, bounded, progress);
                                            });
    if (fetched)
        return fetched;
    Error error = fetched.error().at(Side::Source);
    if (error.kind == ErrorKind::NotFound)
        error.message = Messages::tr("the index lists it, but it is not in the registry");
    return error;
}

} // namespace condaoci::mirror

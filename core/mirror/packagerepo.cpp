// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/packagerepo.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/infotar.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/registryindex.h"
#include "core/oci/knowncredentials.h"
#include "core/oci/openregistry.h"

namespace condaoci::mirror {

PackageRepo::PackageRepo(RegistryChannel channel, QString subdir, std::shared_ptr<oci::Registry> registry)
    : m_channel(std::move(channel))
    , m_subdir(std::move(subdir))
    , m_registry(std::move(registry))
{
}

PackageRepo::PackageRepo(RegistryChannel channel, QString subdir, oci::Authenticator::Lookup credentials,
                         http::Network network)
    : m_channel(std::move(channel))
    , m_subdir(std::move(subdir))
    , m_registry(openRegistry(m_channel.endpoint, std::move(credentials), std::move(network)))
{
}

Result<PackageRepo::Place> PackageRepo::placeOf(const QString& package) const
{
    const QString name = naming::decodeName(package.section(QLatin1Char(':'), 0, 0));
    const QString build = naming::decodeTag(package.section(QLatin1Char(':'), 1));
    const std::string plain = build.toStdString();
    const auto dash = plain.rfind('-');
    if (name.isEmpty() || dash == std::string::npos)
        return Error{ErrorKind::Config, Messages::tr("%1: write NAME:VERSION-BUILD").arg(oneLine(package, 200))};
    return Place{packageRepository(m_channel, m_subdir, name.toStdString()),
                 naming::tag(std::string_view(plain).substr(0, dash), std::string_view(plain).substr(dash + 1))};
}

Result<oci::StoredManifest> PackageRepo::manifest(const QString& package)
{
    auto place = placeOf(package);
    if (!place)
        return place.error();
    auto stored = m_registry->manifest(place->repository, place->tag);
    if (!stored)
        return stored.error();
    if (!*stored)
        return Error{ErrorKind::NotFound,
                     Messages::tr("%1 has no %2 for %3").arg(describe(m_channel), oneLine(package, 200), m_subdir)};
    return **std::move(stored);
}

Result<oci::Manifest> PackageRepo::parsedManifest(const QString& package)
{
    auto stored = manifest(package);
    if (!stored)
        return stored.error();
    return oci::Manifest::parse(stored->bytes, stored->mediaType);
}

Result<QByteArray> PackageRepo::layer(const QString& package, const char* mediaType, qint64 limit)
{
    auto manifest = parsedManifest(package);
    if (!manifest)
        return manifest.error();
    const oci::Descriptor* found = manifest->layer(QLatin1String(mediaType).toString());
    if (!found)
        return Error{ErrorKind::NotFound,
                     Messages::tr("%1 has no layer %2").arg(oneLine(package, 200), QLatin1String(mediaType))};
    auto place = placeOf(package);
    return m_registry->readBlob(place->repository, *found, limit);
}

Result<QByteArray> PackageRepo::indexJson(const QString& package)
{
    return layer(package, naming::indexJsonLayer, limits::indexJson);
}

Result<QByteArray> PackageRepo::infoArchive(const QString& package)
{
    return layer(package, naming::infoLayer, limits::infoArchive);
}

Result<std::vector<conda::InfoMember>> PackageRepo::info(const QString& package)
{
    auto archive = infoArchive(package);
    if (!archive)
        return archive.error();
    return conda::readInfoTarGz(*archive);
}

Result<QString> PackageRepo::package(const QString& package, http::Sink& sink, std::optional<conda::Format> wanted)
{
    auto manifest = parsedManifest(package);
    if (!manifest)
        return manifest.error();
    for (const auto format : {conda::Format::Conda, conda::Format::TarBz2}) {
        const oci::Descriptor* found = manifest->layer(naming::packageLayer(format));
        if (!found || (wanted && format != *wanted))
            continue;
        auto place = placeOf(package);
        if (auto fetched = m_registry->fetchBlob(place->repository, *found, sink); !fetched)
            return fetched.error();
        const auto ending = conda::extension(format);
        return naming::decodeName(package.section(QLatin1Char(':'), 0, 0)) + QLatin1Char('-') +
               naming::decodeTag(package.section(QLatin1Char(':'), 1)) +
               QString::fromLatin1(ending.data(), static_cast<qsizetype>(ending.size()));
    }
    return Error{
        ErrorKind::NotFound,
        wanted ? Messages::tr("%1 has no %2 package in it").arg(oneLine(package, 200), text(conda::extension(*wanted)))
               : Messages::tr("%1 has no package in it").arg(oneLine(package, 200))};
}

Result<std::shared_ptr<const conda::Repodata>> PackageRepo::index()
{
    auto found = findIndex(*m_registry, m_channel, m_subdir, QLatin1String(naming::indexName));
    if (!found)
        return found.error();
    if (!*found)
        return std::shared_ptr<const conda::Repodata>();
    return readIndex(*m_registry, **found);
}

Result<QStringList> PackageRepo::builds(const QString& name)
{
    auto tags = m_registry->tags(packageRepository(m_channel, m_subdir, naming::decodeName(name).toStdString()));
    if (!tags)
        return tags.error();
    QStringList builds;
    for (const QString& tag : std::as_const(*tags))
        builds.append(naming::decodeTag(tag));
    return builds;
}

std::shared_ptr<oci::Registry> openRegistry(const oci::Endpoint& endpoint, oci::Authenticator::Lookup credentials,
                                            http::Network network)
{
    if (!credentials)
        credentials = oci::lookupFor(endpoint);
    return oci::registryOpener(endpoint, std::make_shared<oci::Authenticator>(std::move(credentials)),
                               std::move(network))({});
}

} // namespace condaoci::mirror

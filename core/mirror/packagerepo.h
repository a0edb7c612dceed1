// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/packagearchive.h"
#include "core/conda/repodata.h"
#include "core/http/httpclient.h"
#include "core/mirror/places/location.h"
#include "core/oci/authenticator.h"
#include "core/oci/registry.h"

namespace condaoci::mirror {

/// Looks at one subdir of a mirror, package by package; what the predecessor's class of this name does. Needs no event
/// loop; belongs to the thread that made it, any but that of a user interface. A package is named as in the registry,
/// `NAME:VERSION-BUILD`, or with conda's own characters
/// (`_x:1!2.0+a-0`), which are escaped. Errors: Config for a malformed name, NotFound where the registry has no such
/// package or layer, otherwise those of oci::Registry.
class PackageRepo
{
public:
    PackageRepo(RegistryChannel channel, QString subdir, std::shared_ptr<oci::Registry> registry);
    /// The same with a connection of its own, see openRegistry().
    PackageRepo(RegistryChannel channel, QString subdir, oci::Authenticator::Lookup credentials = {},
                http::Network network = {});

    [[nodiscard]] Result<oci::StoredManifest> manifest(const QString& package);
    [[nodiscard]] Result<QByteArray> indexJson(const QString& package);   ///< exact bytes of info/index.json
    [[nodiscard]] Result<QByteArray> infoArchive(const QString& package); ///< exact bytes of info.tar.gz
    /// The files of `info/`, sorted; downloads the info layer and never the package.
    [[nodiscard]] Result<std::vector<conda::InfoMember>> info(const QString& package);
    /// The package file itself into the sink; its size and digest are checked.
    /// \param format  nothing: `.conda` where the build has both
    /// \return its file name
    [[nodiscard]] Result<QString> package(const QString& package, http::Sink& sink,
                                          std::optional<conda::Format> format = {});

    /// The subdir's index; null if the mirror has none.
    [[nodiscard]] Result<std::shared_ptr<const conda::Repodata>> index();
    /// `VERSION-BUILD` of each tag of a package, unescaped.
    [[nodiscard]] Result<QStringList> builds(const QString& name);

private:
    struct Place
    {
        QString repository;
        QString tag;
    };
    [[nodiscard]] Result<Place> placeOf(const QString& package) const;
    [[nodiscard]] Result<oci::Manifest> parsedManifest(const QString& package);
    [[nodiscard]] Result<QByteArray> layer(const QString& package, const char* mediaType, qint64 limit);

    RegistryChannel m_channel;
    QString m_subdir;
    std::shared_ptr<oci::Registry> m_registry;
};

/// A registry or image layout to read from, with a connection of its own.
///
/// \param credentials  asked when the registry asks; null: those of oci::knownCredentials(), looked for then
[[nodiscard]] std::shared_ptr<oci::Registry>
openRegistry(const oci::Endpoint& endpoint, oci::Authenticator::Lookup credentials, http::Network network = {});

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/packagearchive.h"
#include "core/mirror/places/location.h"
#include "core/mirror/places/packagestore.h"
#include "core/mirror/places/registryknowledge.h"
#include "core/oci/registry.h"

#include <stop_token>
#include <utility>

namespace condaoci::mirror {

/// A mirror in a registry or an image layout, layout v0.
class RegistryStore final : public PackageStore
{
public:
    RegistryStore(RegistryChannel channel, std::shared_ptr<oci::Registry> registry,
                  std::shared_ptr<RegistryKnowledge> knowledge, std::stop_token stop);

    /// Packages will come from that mirror: blobs that are there already are not sent again, whatever their size, and
    /// on the same server those of the source are mounted.
    void comesFrom(const RegistryChannel& source);
    /// The bytes of an index in a layout are all read as well, so that damaged ones are written anew.
    void readsDeeply() { m_isDeep = true; }

    [[nodiscard]] Result<StoredIndex> index(const QString& subdir, const QString& name, const Digest& known) override;
    [[nodiscard]] Result<bool> writable() override;
    [[nodiscard]] bool sendsOn() const override { return isRemote(); }
    [[nodiscard]] Result<std::vector<StoredFile>> present(std::span<const FileRef> files, bool deep) override;
    void renew(const FileRef& file) override;
    [[nodiscard]] Result<std::unique_ptr<Incoming>> receive(const FileRef& file) override;
    [[nodiscard]] Result<std::vector<std::optional<Error>>> put(std::span<const ReceivedFile> files,
                                                                const Progress& progress) override;
    void leavePlaceholders(const QString& subdir) override;
    [[nodiscard]] Result<Publication> publishIndex(const IndexDraft& draft,
                                                   const std::vector<StoredIndex>& seen) override;
    [[nodiscard]] Result<std::vector<StoredIndex>> overlooked(const QString& subdir, const QString& name,
                                                              const std::vector<StoredIndex>& seen) override;
    [[nodiscard]] Result<std::vector<bool>> putBack(std::span<const ListedFile> files) override;
    [[nodiscard]] QStringList notes() override;
    [[nodiscard]] Result<void> flush() override;
    [[nodiscard]] Result<void> checkName(const FileRef& file) const override;

private:
    struct Place
    {
        QString repository;
        QString tag;

        [[nodiscard]] QString text() const { return repository + QLatin1Char(':') + tag; }
    };
    [[nodiscard]] bool isRemote() const { return m_channel.endpoint.kind == oci::Endpoint::Kind::Remote; }
    [[nodiscard]] Place placeOf(const FileRef& file) const;
    [[nodiscard]] Result<std::optional<oci::Manifest>> manifestAt(const Place& place);
    [[nodiscard]] Result<void> putBlob(const QString& repository, const oci::Descriptor& blob, const http::Body& body,
                                       const Progress& progress = {}, bool isProbablyThere = false);
    [[nodiscard]] Result<bool> isThereAlready(const QString& repository, const oci::Descriptor& blob, bool isProbable);
    [[nodiscard]] Result<void> putConfig(const QString& repository);
    [[nodiscard]] Result<void> sendWhatIsMissing(const QString& repository);
    [[nodiscard]] Result<void> putManifest(const Place& place, oci::Manifest manifest);
    [[nodiscard]] Result<oci::Manifest> putDocuments(const IndexDraft& draft, const std::vector<StoredIndex>& seen);
    [[nodiscard]] Result<void> findNews(const IndexDraft& draft, const std::vector<StoredIndex>& seen,
                                        Publication& publication);
    [[nodiscard]] Result<QStringList> recentTags(const QString& repository, const QStringList& merged);
    [[nodiscard]] Result<std::vector<StoredIndex>> takeIn(const QString& repository,
                                                          const std::vector<StoredIndex>& seen);
    [[nodiscard]] static Result<conda::PackageInfo> readInfo(const ReceivedFile& received);
    [[nodiscard]] Result<void> addInfoLayers(const QString& repository, const FileRef& file,
                                             const conda::PackageInfo& info, oci::Manifest& manifest);

    RegistryChannel m_channel;
    std::shared_ptr<oci::Registry> m_registry;
    std::shared_ptr<RegistryKnowledge> m_knowledge;
    std::stop_token m_stop;
    bool m_isDeep = false;
    /// A blob of the manifest that is being made.
    struct ConfirmedBlob
    {
        oci::Descriptor blob;
        http::Body body;
        bool wasThere; ///< so the registry said; nothing was sent
    };

    std::vector<ConfirmedBlob> m_confirmed;
    std::optional<RegistryChannel> m_source;
    QString m_mountFrom; ///< the repository of the package that is being put, at the source; empty: none to mount from
    /// The manifest that present() last read, which put() of the same build would otherwise have to ask for again.
    std::pair<QString, std::optional<oci::Manifest>> m_lastRead;
};

} // namespace condaoci::mirror

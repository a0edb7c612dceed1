// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/channel.h"
#include "core/http/httpclient.h"
#include "core/mirror/places/indexcache.h"
#include "core/mirror/places/packagesource.h"

namespace condaoci::mirror {

/// A conda channel, over HTTP or in a directory.
class ChannelSource final : public PackageSource
{
public:
    /// \param indexCache  folder for channel indexes and their validators (RFC 9110, 13.1); empty: none is kept
    /// \param network     a gate alone will do
    ChannelSource(conda::Channel channel, QString indexCache, http::Network network, std::stop_token stop);

    [[nodiscard]] Result<std::optional<QStringList>> subdirs() override;
    [[nodiscard]] Result<SourceIndex> index(const QString& subdir, bool withYanked,
                                            const conda::Repodata* stored) override;
    [[nodiscard]] std::optional<Error> knownMissing(const FileRef& file) const override;
    [[nodiscard]] Result<void> fetch(const FileRef& file, http::Sink& sink, const Progress& progress) override;
    /// \param bytes  of a package whose size the index does not say; limits::unsizedFile otherwise
    void setLargestUnsized(qint64 bytes) { m_largestUnsized = bytes; }

private:
    using Document = std::shared_ptr<const conda::Repodata>;
    /// The document of that name in the first of its forms (plain, compressed) that can be used; null if the channel
    /// has none. What is wrong with the others is noted.
    [[nodiscard]] Result<Document> document(const QString& subdir, const QString& name, SourceIndex& result);
    /// One form of it, or null. Kept for the next run once it has been read.
    /// \param received  the bytes that came for it are added
    [[nodiscard]] Result<Document> readForm(const QUrl& url, int attempts, qint64& received);
    [[nodiscard]] static Result<std::optional<CachedDocument>> readLocal(const QUrl& url);
    /// \param cached  what is kept of it, which comes back where the server says that it still is so
    [[nodiscard]] Result<std::optional<CachedDocument>> download(const QUrl& url, int attempts,
                                                                 const std::optional<CachedDocument>& cached);
    [[nodiscard]] Result<void> copyLocal(const QString& path, const FileRef& file, http::Sink& sink,
                                         const Progress& progress) const;
    /// \param size  of the whole file, -1 if unknown
    /// \param most  bytes accepted
    [[nodiscard]] Result<void> fetchFrom(const QUrl& url, qint64 size, qint64 most, http::Sink& sink,
                                         const Progress& progress);
    [[nodiscard]] QList<QUrl> urlsOf(const FileRef& file) const;

    [[nodiscard]] QStringList foldersOfSubdirs() const;

    conda::Channel m_channel;
    QString m_indexCache;
    qint64 m_largestUnsized = limits::unsizedFile;
    std::stop_token m_stop;
    http::HttpClient m_client;
};

} // namespace condaoci::mirror

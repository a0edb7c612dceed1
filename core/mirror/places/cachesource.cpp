// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/cachesource.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/mirror/layout/naming.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace condaoci::mirror {

CacheSource::CacheSource(CacheFolder cache, bool trustFiles, http::Network network, std::stop_token stop)
    : m_cache(std::move(cache))
    , m_trustFiles(trustFiles)
    , m_stop(stop)
    , m_channel(conda::Channel{m_cache.name, {QUrl::fromLocalFile(m_cache.channelPath())}}, {}, std::move(network),
                std::move(stop))
{
}

namespace {

std::shared_ptr<const conda::Repodata> readRepodata(const CacheFolder& cache, const QString& subdir, const char* name,
                                                    qint64* writtenAt)
{
    const QString path = cache.subdirPath(subdir) + QLatin1Char('/') + QLatin1String(name);
    auto bytes = readFile(path, limits::repodataInflated);
    if (!bytes)
        return nullptr;
    auto repodata = conda::Repodata::parse(*std::move(bytes));
    if (!repodata)
        return nullptr;
    if (writtenAt)
        *writtenAt = QFileInfo(path).lastModified().toMSecsSinceEpoch();
    return *repodata;
}

} // namespace

std::shared_ptr<const conda::Repodata> cacheRepodata(const CacheFolder& cache, const QString& subdir, qint64* writtenAt)
{
    return readRepodata(cache, subdir, naming::indexName, writtenAt);
}

std::shared_ptr<const conda::Repodata> damagedRepodata(const CacheFolder& cache, const QString& subdir)
{
    return readRepodata(cache, subdir, naming::damagedName, nullptr);
}

conda::FolderKnowledge knowledgeOf(const CacheFolder& cache, const QString& subdir, bool trustFiles,
                                   std::vector<std::shared_ptr<const conda::Repodata>> first)
{
    conda::FolderKnowledge knowledge;
    knowledge.known = std::move(first);
    knowledge.listedBy = cacheRepodata(cache, subdir, &knowledge.listedAt);
    for (const auto& index : {knowledge.listedBy, damagedRepodata(cache, subdir)}) {
        if (index)
            knowledge.known.push_back(index);
    }
    knowledge.trustFiles = trustFiles;
    return knowledge;
}

Result<std::optional<QStringList>> CacheSource::subdirs()
{
    return m_channel.subdirs();
}

Result<SourceIndex> CacheSource::index(const QString& subdir, bool, const conda::Repodata* stored)
{
    if (const QString channel = m_cache.channelPath(); !QDir(channel).exists())
        return Error{ErrorKind::Disk,
                     Messages::tr("there is no folder %1").arg(QDir::toNativeSeparators(channel)),
                     {},
                     Side::Source};
    const QString folder = m_cache.subdirPath(subdir);
    if (!QDir(folder).exists())
        return SourceIndex{};
    conda::FolderKnowledge knowledge = knowledgeOf(m_cache, subdir, m_trustFiles);
    // What is going to be sent is read beforehand, so that it gets the record that it should have.
    knowledge.believe = [stored](const conda::PackageRecord& record) {
        return stored && conda::lists(*stored, record);
    };
    auto found = conda::indexFolder(folder, subdir, knowledge, m_stop);
    if (!found)
        return found.error().at(Side::Source);
    SourceIndex result{found->repodata, nullptr, knowledge.listedBy, found->damaged};
    result.promised = found->promised;
    for (conda::RefusedRecord& damaged : result.damaged) {
        if (result.promised && result.promised->find(damaged.fileName.toStdString()))
            damaged.reason = Messages::tr("it is damaged (%1); if it was rebuilt on purpose, run this again with "
                                          "--trust-files")
                                 .arg(damaged.reason);
    }
    return result;
}

std::optional<Error> CacheSource::knownMissing(const FileRef& file) const
{
    return m_channel.knownMissing(file);
}

Result<void> CacheSource::fetch(const FileRef& file, http::Sink& sink, const Progress& progress)
{
    return m_channel.fetch(file, sink, progress);
}

} // namespace condaoci::mirror

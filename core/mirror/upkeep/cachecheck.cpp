// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/upkeep/cachecheck.h"

#include "core/base/atomicfile.h"
#include "core/base/chunks.h"
#include "core/base/digest.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/indexer.h"
#include "core/conda/packagearchive.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/places/cachesource.h"
#include "core/mirror/places/cachestore.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <map>
#include <set>

namespace condaoci::mirror {

namespace {

const QString partEnding = QStringLiteral(".part");

QByteArray bytesOf(std::string_view view)
{
    return QByteArray(view.data(), static_cast<qsizetype>(view.size()));
}

void setName(CacheFile& file)
{
    QString fileName = file.fileName;
    if (file.state == CacheState::Partial)
        fileName.chop(partEnding.size());
    const std::string bytes = fileName.toStdString();
    if (const auto name = conda::parsePackageFileName(bytes)) {
        file.name = text(name->name);
        file.version = text(name->version);
        file.build = text(name->build);
    }
}

void setRecord(CacheFile& file, const conda::PackageRecord& record)
{
    file.sha256 = bytesOf(record.sha256);
    file.md5 = bytesOf(record.md5);
    if (record.size >= 0 && record.size != file.size) {
        file.state = CacheState::Damaged;
        file.reason = Messages::tr("it has %1 bytes, the index promises %2").arg(file.size).arg(record.size);
    }
}

void listSubdir(const QString& directory, const QString& channel, const QString& subdir, CacheContents& contents)
{
    const CacheFolder cache{directory, channel};
    const QDir folder(cache.subdirPath(subdir));
    const auto index = cacheRepodata(cache, subdir);
    const auto promised = damagedRepodata(cache, subdir);
    if (!index && folder.exists(QLatin1String(naming::indexName)))
        contents.problems.append(Messages::tr("%1/%2/repodata.json can't be read as an index").arg(channel, subdir));
    std::set<std::string, std::less<>> there;
    for (const QFileInfo& info :
         folder.entryInfoList({QStringLiteral("*.conda"), QStringLiteral("*.tar.bz2"), QStringLiteral("*.part")},
                              QDir::Files | QDir::NoSymLinks, QDir::Name)) {
        CacheFile file{channel,
                       subdir,
                       info.fileName(),
                       {},
                       {},
                       {},
                       info.size(),
                       info.lastModified().toMSecsSinceEpoch(),
                       info.fileName().endsWith(partEnding) ? CacheState::Partial : CacheState::Unlisted};
        setName(file);
        const std::string fileName = file.fileName.toStdString();
        there.insert(fileName);
        const auto* record = index && file.state != CacheState::Partial ? index->find(fileName) : nullptr;
        if (!record && promised) // what it should be, though the index lists it no more
            record = promised->find(fileName);
        if (record) {
            file.state = CacheState::Unverified;
            setRecord(file, *record);
        }
        contents.files.push_back(std::move(file));
    }
    if (!index)
        return;
    for (const conda::PackageRecord& record : index->records()) {
        if (there.contains(record.fileName))
            continue;
        contents.files.push_back({channel, subdir, text(record.fileName), text(record.name), text(record.version),
                                  text(record.build), std::max<qint64>(0, record.size), 0, CacheState::Missing,
                                  Messages::tr("the index lists it, but it is not there"), bytesOf(record.sha256),
                                  bytesOf(record.md5)});
    }
}

/// A channel's name may have slashes (conda-forge/label/dev); its folder is one that has subdirs in it.
void listBelow(const QString& directory, const QString& channel, int depth, const std::stop_token& stop,
               CacheContents& contents)
{
    const QDir folder(channel.isEmpty() ? directory : directory + QLatin1Char('/') + channel);
    for (const QString& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks, QDir::Name)) {
        if (stop.stop_requested())
            return;
        if (!channel.isEmpty() && conda::isSubdir(name))
            listSubdir(directory, channel, name, contents);
        else if (depth > 0)
            listBelow(directory, channel.isEmpty() ? name : channel + QLatin1Char('/') + name, depth - 1, stop,
                      contents);
    }
}

/// It is not listed, so there is nothing to compare its bytes with; but it can be looked into.
std::optional<Error> whyNoPackage(const QString& path, const CacheFile& file)
{
    const std::string fileName = file.fileName.toStdString();
    const auto name = conda::parsePackageFileName(fileName);
    if (!name)
        return name.error();
    QFile device(path);
    if (auto opened = openToRead(device); !opened)
        return opened.error();
    const auto info = conda::readPackageInfo(&device, name->format);
    if (!info)
        return info.error();
    const auto checked = conda::checkIndexJson(info->indexJson, *name);
    return checked ? std::nullopt : std::optional(checked.error());
}

constexpr int deepestChannel = 4; ///< folders in a channel's name

} // namespace

Result<CacheContents> listCache(const QString& directory, const std::stop_token& stop)
{
    if (!QFileInfo(directory).isReadable() || !QFileInfo(directory).isDir())
        return Error{ErrorKind::Disk,
                     Messages::tr("%1 is no folder that can be read").arg(QDir::toNativeSeparators(directory))};
    CacheContents contents;
    listBelow(directory, {}, deepestChannel, stop, contents);
    if (stop.stop_requested())
        return Error{ErrorKind::Cancelled, Messages::tr("cancelled")};
    return contents;
}

CacheFile verifyFile(const QString& directory, CacheFile file, const std::stop_token& stop,
                     std::atomic<qint64>& bytesRead)
{
    if (file.state == CacheState::Missing || file.state == CacheState::Partial)
        return file;
    const QString path =
        CacheFolder{directory, file.channel}.subdirPath(file.subdir) + QLatin1Char('/') + file.fileName;
    const auto damaged = [&file](const QString& reason) {
        file.state = CacheState::Damaged;
        file.reason = reason;
        return file;
    };
    if (file.state == CacheState::Unlisted) {
        const auto why = whyNoPackage(path, file);
        bytesRead += file.size;
        return why ? damaged(why->message) : file;
    }
    QFile device(path);
    if (auto opened = openToRead(device); !opened)
        return damaged(opened.error().message);
    Hasher hasher(file.sha256.isEmpty() ? Hasher::Md5::Yes : Hasher::Md5::No);
    const auto hash = [&](QByteArrayView bytes) {
        hasher.update(bytes);
        bytesRead += bytes.size();
        return Result<void>();
    };
    if (auto read = forEachChunk(device, QDir::toNativeSeparators(path), stop, hash); !read)
        return read.error().kind == ErrorKind::Cancelled ? file : damaged(read.error().message);
    const Sums sums = hasher.finish();
    if (file.sha256.isEmpty() && file.md5.isEmpty())
        return damaged(Messages::tr("the index promises no sum for it"));
    if (const auto why = conda::whyOther(file.sha256.toStdString(), file.md5.toStdString(), sums))
        return damaged(*why);
    if (file.state != CacheState::Damaged) // by its size, that the index has wrong
        file.state = CacheState::Verified;
    return file;
}

Result<void> deleteFromCache(const QString& directory, const std::vector<CacheFile>& files)
{
    std::map<std::pair<QString, QString>, std::set<std::string, std::less<>>> byFolder;
    for (const CacheFile& file : files)
        byFolder[{file.channel, file.subdir}].insert(file.fileName.toStdString());
    for (const auto& [place, names] : byFolder) {
        const CacheFolder cache{directory, place.first};
        CacheStore store(cache, std::make_shared<UnflushedFiles>(), {});
        if (auto begun = store.begin(0); !begun) // takes the cache's lock
            return begun;
        // The index goes first, so that it never promises what is not there.
        if (const auto index = cacheRepodata(cache, place.second)) {
            std::vector<conda::Repodata::Published> left;
            for (const conda::PackageRecord& record : index->records()) {
                if (!names.contains(record.fileName))
                    left.push_back({&record, {}});
            }
            if (left.size() < index->records().size()) {
                removeOtherIndexes(cache, place.second);
                if (auto published = store.publishIndex(
                        {place.second, QLatin1String(naming::indexName), index->withRecords(left)}, {});
                    !published)
                    return published.error();
            }
        }
        for (const std::string& name : names) {
            QFile file(cache.subdirPath(place.second) + QLatin1Char('/') + QString::fromStdString(name));
            if (file.exists() && !file.remove())
                return Error{ErrorKind::Disk,
                             Messages::tr("can't delete %1: %2").arg(file.fileName(), file.errorString())};
        }
    }
    return {};
}

} // namespace condaoci::mirror

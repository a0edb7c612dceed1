// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/cachestore.h"

#include "core/base/atomicfile.h"
#include "core/base/chunks.h"
#include "core/base/messages.h"
#include "core/base/syncfile.h"
#include "core/base/text.h"
#include "core/conda/repodata.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/places/cachesource.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStorageInfo>

namespace condaoci::mirror {

namespace {

/// How often a lock that another run holds is looked at.
constexpr auto betweenLooks = std::chrono::milliseconds(200);

/// \param what  with %1 for the path and %2 for why
Error diskError(const QString& what, const QString& path, const QString& why)
{
    return Error{ErrorKind::Disk, what.arg(QDir::toNativeSeparators(path), why), {}, Side::Store};
}

/// A record's sha256 decides; its md5 counts only where it has none, and would be half of the time.
Hasher::Md5 md5For(const conda::PackageRecord& record)
{
    return record.sha256.empty() ? Hasher::Md5::Yes : Hasher::Md5::No;
}

/// The file beside the final one in which a package arrives.
class PartFile final : public Incoming
{
public:
    PartFile(const QString& path, Hasher::Md5 md5)
        : m_file(path)
        , m_hasher(md5)
    {
    }

    /// What did arrive is where the next run goes on; nothing is nothing.
    ~PartFile() override
    {
        if (m_file.isOpen() && m_written == 0)
            m_file.remove();
    }

    /// What an earlier run left counts, and is hashed again.
    Result<void> takeUp(const std::stop_token& stop)
    {
        // What is planted there (a link to somebody's file, a pipe) is not written to.
        const QFileInfo left(m_file.fileName());
        if (left.isSymLink() || (left.exists() && !left.isFile()))
            m_file.remove();
        if (!m_file.open(QIODevice::ReadWrite,
                         QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther))
            return diskError(Messages::tr("can't create %1: %2"), m_file.fileName(), sync::errorText(m_file));
        return forEachChunk(m_file, QDir::toNativeSeparators(m_file.fileName()), stop, [this](QByteArrayView bytes) {
            m_hasher.update(bytes);
            m_written += bytes.size();
            return Result<void>();
        });
    }
    Result<void> write(QByteArrayView bytes) override
    {
        if (m_file.write(bytes.data(), bytes.size()) != bytes.size())
            return diskError(Messages::tr("can't write to %1: %2"), m_file.fileName(), sync::errorText(m_file));
        m_hasher.update(bytes);
        m_written += bytes.size();
        return {};
    }
    Result<void> restart() override
    {
        if (!m_file.resize(0) || !m_file.seek(0))
            return diskError(Messages::tr("can't empty %1: %2"), m_file.fileName(), sync::errorText(m_file));
        m_hasher.reset();
        m_written = 0;
        return {};
    }
    qint64 written() const override { return m_written; }
    qint64 room() const override
    {
        const QStorageInfo disk(QFileInfo(m_file.fileName()).path());
        return disk.isValid() ? disk.bytesAvailable() : std::numeric_limits<qint64>::max();
    }
    Result<Sums> finish() override
    {
        // A short write may show only when the buffer goes out.
        if (!m_file.flush() || m_file.size() != m_written)
            return diskError(Messages::tr("can't write all of %1: %2"), m_file.fileName(), sync::errorText(m_file));
        return m_hasher.finish();
    }
    Result<std::unique_ptr<QIODevice>> open() const override { return body().open(); }
    http::Body body() const override { return http::Body::ofFile(m_file.fileName(), m_written); }

    /// Flushing to the disk waits until the index names it: one for each of thousands of files would take most of the
    /// time, and what a power failure leaves is hashed next time.
    Result<void> publish(const QString& path)
    {
        m_file.close();
        if (m_file.error() != QFile::NoError) // some network file systems say only now that there was no room
            return diskError(Messages::tr("can't write all of %1: %2"), m_file.fileName(), sync::errorText(m_file));
        return publishFile(m_file.fileName(), path, AtomicFile::Durability::Later);
    }

private:
    QFile m_file;
    Hasher m_hasher;
    qint64 m_written = 0;
};

QStringList removeFrom(const QString& folder, const QStringList& names)
{
    QStringList removed;
    for (const QString& name : names) {
        const QFileInfo info(folder + QLatin1Char('/') + name);
        if (((info.exists() && !info.isDir()) || info.isSymLink()) && QFile::remove(info.filePath()))
            removed.append(name);
    }
    return removed;
}

} // namespace

CacheStore::CacheStore(CacheFolder cache, std::shared_ptr<UnflushedFiles> unflushed, std::stop_token stop)
    : m_cache(std::move(cache))
    , m_unflushed(std::move(unflushed))
    , m_stop(std::move(stop))
{
}

QString CacheStore::pathOf(const FileRef& file) const
{
    return m_cache.subdirPath(file.subdir) + QLatin1Char('/') + text(file.record->fileName);
}

Result<StoredIndex> CacheStore::index(const QString& subdir, const QString& name, const Digest&)
{
    StoredIndex stored;
    if (name != QLatin1String(naming::indexName))
        return stored;
    stored.repodata = cacheRepodata(m_cache, subdir);
    if (stored.repodata)
        stored.digest = stored.repodata->digest();
    return stored; // never trusted: files are hashed
}

bool CacheStore::seemsThere(const FileRef& file) const
{
    const QFileInfo there(pathOf(file));
    return there.isFile() && there.size() == file.record->size;
}

Result<bool> CacheStore::writable()
{
    return true;
}

Result<void> CacheStore::begin(qint64 bytes)
{
    const QString folder = m_cache.channelPath();
    if (auto made = makeFolder(folder); !made)
        return made.error().at(Side::Store);
    const QStorageInfo disk(folder);
    if (disk.isValid() && disk.bytesAvailable() < bytes)
        return Error{ErrorKind::Disk,
                     Messages::tr("%1 would need %2, and only %3 are free there")
                         .arg(QDir::toNativeSeparators(folder), shownBytes(bytes), shownBytes(disk.bytesAvailable())),
                     {},
                     Side::Store};
    m_lock = std::make_unique<FileLock>(folder + QStringLiteral("/.lock"));
    auto locked = m_lock->tryLock();
    if (!locked)
        return locked.error().at(Side::Store);
    if (*locked) {
        // Nobody else writes here now, so what temporary files there are belong to nobody.
        for (const QString& subdir : QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks))
            removeLeftTemporaries(m_cache.subdirPath(subdir), {});
        return {};
    }
    return Error{ErrorKind::Disk,
                 Messages::tr("another run is writing to %1; wait for it, or give another --cache-dir")
                     .arg(QDir::toNativeSeparators(folder)),
                 {},
                 Side::Store,
                 0,
                 betweenLooks};
}

Result<std::vector<StoredFile>> CacheStore::present(std::span<const FileRef> files, bool)
{
    std::vector<StoredFile> present(files.size());
    for (size_t i = 0; i < files.size(); ++i) {
        const conda::PackageRecord& record = *files[i].record;
        const QString path = pathOf(files[i]);
        if (!QFileInfo(path).isFile() || (record.size >= 0 && QFile(path).size() != record.size))
            continue;
        auto sums = sumsOfFile(path, md5For(record), m_stop);
        if (!sums)
            return sums.error().at(Side::Store);
        const QByteArray hex = sums->sha256.hex();
        const bool isRight = record.sha256.empty() ? record.md5 == std::string_view(sums->md5.constData(), 32)
                                                   : record.sha256 == std::string_view(hex.constData(), 64);
        if (isRight)
            present[i] = {sums->sha256, sums->size};
    }
    return present;
}

Result<std::unique_ptr<Incoming>> CacheStore::receive(const FileRef& file)
{
    if (auto made = makeFolder(m_cache.subdirPath(file.subdir)); !made)
        return made.error().at(Side::Store);
    auto part = std::make_unique<PartFile>(pathOf(file) + QStringLiteral(".part"), md5For(*file.record));
    if (auto opened = part->takeUp(m_stop); !opened)
        return opened.error().at(Side::Store);
    const qint64 size = file.record->size;
    if (size >= 0 && part->written() >= size) { // whole, and yet not published: it was wrong
        if (auto restarted = part->restart(); !restarted)
            return restarted.error();
    }
    return std::unique_ptr<Incoming>(std::move(part));
}

Result<std::vector<std::optional<Error>>> CacheStore::put(std::span<const ReceivedFile> files, const Progress&)
{
    for (const ReceivedFile& received : files) {
        const QString path = pathOf(received.file);
        if (auto published = static_cast<PartFile*>(received.content)->publish(path); !published)
            return published.error().at(Side::Store);
        m_unflushed->add(path);
    }
    return std::vector<std::optional<Error>>(files.size());
}

Result<Publication> CacheStore::publishIndex(const IndexDraft& draft, const std::vector<StoredIndex>&)
{
    const QString folder = m_cache.subdirPath(draft.subdir);
    const QString path = folder + QLatin1Char('/') + draft.name;
    if (auto written = writeFileAtomically(path + QStringLiteral(".zst"), conda::compressZstd(draft.json)); !written)
        return written.error().at(Side::Store);
    if (auto written = writeFileAtomically(path, draft.json); !written)
        return written.error().at(Side::Store);
    return Publication{QStringList(), {}}; // a run has the cache to itself
}

Result<void> CacheStore::flush()
{
    if (auto flushed = m_unflushed->flush(); !flushed)
        return flushed.error().at(Side::Store);
    return {};
}

Result<void> CacheStore::checkName(const FileRef&) const
{
    return {}; // checkFileName has passed when the index was read
}

QStringList removeOtherIndexes(const CacheFolder& cache, const QString& subdir)
{
    QStringList names{QStringLiteral("repodata_shards.msgpack.zst"), QStringLiteral("repodata.jlap"),
                      QStringLiteral("repodata.json.bz2"), QStringLiteral("repodata.json.gz")};
    for (const char* name : {"current_repodata.json", "repodata_from_packages.json", "run_exports.json"}) {
        for (const char* form : {"", ".zst", ".bz2", ".gz"})
            names.append(QLatin1String(name) + QLatin1String(form));
    }
    return removeFrom(cache.subdirPath(subdir), names) +
           removeFrom(cache.channelPath(), {QStringLiteral("channeldata.json"), QStringLiteral("channeldata.json.bz2"),
                                            QStringLiteral("channeldata.json.zst")});
}

} // namespace condaoci::mirror

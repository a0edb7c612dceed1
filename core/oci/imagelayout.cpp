// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/imagelayout.h"

#include "core/base/atomicfile.h"
#include "core/base/chunks.h"
#include "core/base/filelock.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/unflushedfiles.h"
#include "core/oci/layoutindex.h"
#include "core/oci/reference.h"
#include "core/oci/verifyingsink.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <map>
#include <set>

namespace condaoci::oci {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto writeDelay = std::chrono::seconds(1);
constexpr auto temporaryLife = std::chrono::hours(24); // an older temporary file is of a run that was killed
constexpr qsizetype mostSound = 1 << 20;               // digests that are remembered, of 16 bytes each
const QLatin1String layoutVersion("{\"imageLayoutVersion\":\"1.0.0\"}");

QByteArray refOf(const QString& repository, const QString& tag)
{
    return (repository + QLatin1Char(':') + tag).toUtf8();
}

/// The first half of a digest, which is enough to know it by again.
using DigestKey = std::pair<quint64, quint64>;

DigestKey keyOf(const Digest& digest)
{
    const QByteArray hex = digest.hex();
    return {hex.left(16).toULongLong(nullptr, 16), hex.mid(16, 16).toULongLong(nullptr, 16)};
}

/// Nothing that has a blob's name and is no file may keep it from being written. A link is replaced with the file; what
/// lies in a folder is somebody's.
Result<void> moveFolderAway(const QString& path)
{
    const QFileInfo there(path);
    if (!there.isDir() || there.isSymLink() || QDir().rmdir(path) ||
        QDir().rename(path, path + QStringLiteral(".folder")))
        return {};
    return Error{ErrorKind::Disk, Messages::tr("%1 is a folder, and a blob is to be written there; move it away")
                                      .arg(QDir::toNativeSeparators(path))};
}

} // namespace

class ImageLayout::Private
{
public:
    explicit Private(QString where)
        : directory(std::move(where))
    {
    }

    /// What index.json does not have yet.
    struct Change
    {
        std::optional<LayoutIndex::Entry> now; ///< nothing: taken out
        Digest before;                         ///< null: there was none
    };

    QString directory;
    std::mutex mutex; ///< guards everything below
    bool begun = false;
    bool loaded = false;
    LayoutIndex index;                    ///< with the changes
    std::map<QByteArray, Change> changes; ///< by ref name
    std::pair<QDateTime, qint64> stamp;   ///< of index.json as it was read or written last
    UnflushedFiles unflushed;             ///< blobs
    QSet<DigestKey> sound;                ///< blobs that were written or hashed here
    Clock::time_point firstChange;
    Clock::duration lastWrite{0}; ///< how long it took

    [[nodiscard]] QString blobPath(const Digest& digest) const
    {
        return directory + QStringLiteral("/blobs/") + QString::fromLatin1(digest.algorithm()) + QLatin1Char('/') +
               QString::fromLatin1(digest.hex());
    }
    [[nodiscard]] QString indexPath() const { return directory + QStringLiteral("/index.json"); }
    [[nodiscard]] std::pair<QDateTime, qint64> stampNow() const
    {
        const QFileInfo file(indexPath());
        return {file.lastModified(), file.size()};
    }
    Result<void> reload();
    /// Reads it if it isn't known, or if another process has written to it.
    Result<void> load() { return loaded && (!changes.empty() || stamp == stampNow()) ? Result<void>() : reload(); }
    Result<void> begin();
    bool isSound(const Digest& digest, qint64 size);
    void noteSound(const Digest& digest);
    void forget(const Digest& digest); ///< it has been seen to be damaged since
    Result<void> writeBlob(const Descriptor& blob, const http::Body& body, const Progress& progress);
    void change(const QByteArray& ref, std::optional<LayoutIndex::Entry> now);
    void apply(const QByteArray& ref, const std::optional<LayoutIndex::Entry>& now);
    Result<void> flush();
};

/// Another process may have added to it meanwhile: what it has stays, what we changed is ours.
Result<void> ImageLayout::Private::reload()
{
    stamp = stampNow();
    index = {}; // before the new one is read: there may be no room for both
    loaded = false;
    auto read = LayoutIndex::read(indexPath());
    if (!read)
        return read.error();
    index = *std::move(read);
    for (const auto& [ref, change] : changes) {
        // A tag that moves (an index's) and that somebody else has moved since we read it stays theirs, and who moved
        // it here finds that out when it looks again.
        if (!ref.endsWith(":latest") || index.digestOf(ref) == change.before)
            apply(ref, change.now);
    }
    loaded = true;
    return {};
}

void ImageLayout::Private::apply(const QByteArray& ref, const std::optional<LayoutIndex::Entry>& now)
{
    if (now)
        index.set(ref, *now);
    else
        index.remove(ref);
}

void ImageLayout::Private::change(const QByteArray& ref, std::optional<LayoutIndex::Entry> now)
{
    if (changes.empty())
        firstChange = Clock::now();
    const auto change = changes.try_emplace(ref, Change{{}, index.digestOf(ref)}).first;
    apply(ref, now);
    change->second.now = std::move(now);
}

/// An absent directory comes into being with the first write.
Result<void> ImageLayout::Private::begin()
{
    if (begun)
        return {};
    if (auto made = makeFolder(directory + QStringLiteral("/blobs/sha256")); !made)
        return made;
    // Others may be writing here too, so only what nobody can be writing any more.
    for (const QString& folder : {directory, directory + QStringLiteral("/blobs/sha256")})
        removeLeftTemporaries(folder, temporaryLife);
    const QString marker = directory + QStringLiteral("/oci-layout");
    if (!QFileInfo(marker).isFile()) {
        if (auto written = writeFileAtomically(marker, QByteArray(layoutVersion.data(), layoutVersion.size()));
            !written)
            return written;
    }
    begun = true;
    return {};
}

/// Is there a file of these very bytes? By its size alone it is not believed: a power cut leaves zeros, a bad disk
/// leaves anything. It is hashed once; what another run wrote may not be on the disk yet, and ours is about to name it.
bool ImageLayout::Private::isSound(const Digest& digest, qint64 size)
{
    const QString path = blobPath(digest);
    const QFileInfo file(path);
    if (!file.isFile() || (size >= 0 && file.size() != size))
        return false;
    {
        const std::scoped_lock lock(mutex);
        if (sound.contains(keyOf(digest)))
            return true;
    }
    const auto sums = sumsOfFile(path, Hasher::Md5::No);
    if (!sums || sums->sha256 != digest)
        return false;
    unflushed.add(path);
    noteSound(digest);
    return true;
}

void ImageLayout::Private::noteSound(const Digest& digest)
{
    const std::scoped_lock lock(mutex);
    if (sound.size() >= mostSound)
        sound.clear();
    sound.insert(keyOf(digest));
}

void ImageLayout::Private::forget(const Digest& digest)
{
    const std::scoped_lock lock(mutex);
    sound.remove(keyOf(digest));
}

/// Under its own name only when it is whole. Flushing to the disk waits for flush(), before anything durable names the
/// blob: a sync for each of thousands of small files would take most of the time.
Result<void> ImageLayout::Private::writeBlob(const Descriptor& blob, const http::Body& body, const Progress& progress)
{
    const QString path = blobPath(blob.digest);
    if (isSound(blob.digest, blob.size))
        return {};
    auto source = body.open();
    if (!source)
        return source.error();
    AtomicFile file(path);
    if (auto opened = file.open(); !opened)
        return opened;
    Hasher hasher(Hasher::Md5::No);
    const auto write = [&](QByteArrayView bytes) {
        hasher.update(bytes);
        auto written = file.write(bytes);
        if (written && progress)
            progress(file.written());
        return written;
    };
    if (auto read = forEachChunk(**source, Messages::tr("what was to be written"), {}, write); !read)
        return read;
    const Sums sums = hasher.finish();
    if (sums.sha256 != blob.digest || sums.size != blob.size)
        return Error{
            ErrorKind::Integrity,
            Messages::tr("what was to be stored as %1 is %2").arg(blob.digest.toString(), sums.sha256.toString())};
    if (auto moved = moveFolderAway(path); !moved)
        return moved;
    if (auto committed = file.commit(AtomicFile::Durability::Later); !committed)
        return committed;
    unflushed.add(path);
    noteSound(blob.digest);
    return {};
}

Result<void> ImageLayout::Private::flush()
{
    if (auto flushed = unflushed.flush(); !flushed || changes.empty())
        return flushed;
    FileLock lock(indexPath() + QStringLiteral(".lock"));
    auto locked = lock.lockWithin(limits::lockWait);
    if (!locked)
        return locked.error();
    if (!*locked)
        return Error{ErrorKind::Disk,
                     Messages::tr("another program has been writing to %1 for too long").arg(directory)};
    const auto before = Clock::now();
    if (!loaded || !index.isAsIn(indexPath())) {
        if (auto reloaded = reload(); !reloaded)
            return reloaded;
    }
    if (auto written = index.write(indexPath()); !written)
        return written;
    changes.clear();
    stamp = stampNow();
    lastWrite = Clock::now() - before;
    return {};
}

ImageLayout::ImageLayout(QString directory)
    : d(std::make_unique<Private>(std::move(directory)))
{
}

ImageLayout::~ImageLayout()
{
    (void)flush().has_value(); // whoever cares for the answer has called it before
}

Result<bool> ImageLayout::hasBlob(const QString&, const Descriptor& blob)
{
    return d->isSound(blob.digest, blob.size);
}

Result<void> ImageLayout::fetchBlob(const QString&, const Descriptor& blob, http::Sink& sink, const Progress& progress)
{
    const QString path = d->blobPath(blob.digest);
    QFile file(path);
    if (!QFileInfo(path).isFile()) // to open a pipe waits for its writer
        return Error{ErrorKind::NotFound,
                     Messages::tr("the layout %1 has no blob %2").arg(d->directory, blob.digest.toString())};
    if (!file.open(QIODevice::ReadOnly))
        return Error{ErrorKind::Disk, Messages::tr("can't read %1: %2").arg(path, file.errorString())};
    if (auto restarted = sink.restart(); !restarted)
        return restarted;
    VerifyingSink verifying(sink);
    const auto write = [&](QByteArrayView bytes) {
        auto written = verifying.write(bytes);
        if (written && progress)
            progress(verifying.written());
        return written;
    };
    if (auto read = forEachChunk(file, path, {}, write); !read)
        return read;
    auto verified = verifying.verify(blob);
    if (!verified)
        d->forget(blob.digest);
    return verified;
}

Result<void> ImageLayout::pushBlob(const QString&, const Descriptor& blob, const http::Body& body,
                                   const Progress& progress)
{
    {
        const std::scoped_lock lock(d->mutex);
        if (auto begun = d->begin(); !begun)
            return begun;
    }
    return d->writeBlob(blob, body, progress);
}

Result<bool> ImageLayout::mountBlob(const QString& repository, const Digest& digest, const QString&)
{
    // All repositories of a layout share their blobs.
    return isRepositoryName(repository) && d->isSound(digest, -1);
}

Result<std::optional<StoredManifest>> ImageLayout::manifest(const QString& repository, const QString& tagOrDigest)
{
    auto digest = Digest::parse(tagOrDigest.toLatin1());
    QByteArray mediaType = manifestMediaType;
    if (!digest) {
        const std::scoped_lock lock(d->mutex);
        if (auto loaded = d->load(); !loaded)
            return loaded.error();
        const auto entry = d->index.find(refOf(repository, tagOrDigest));
        if (!entry)
            return std::optional<StoredManifest>();
        digest = entry->digest;
        if (digest->isNull())
            return Error{ErrorKind::Protocol, Messages::tr("%1 names a digest that can't be used for %2:%3")
                                                  .arg(d->indexPath(), repository, tagOrDigest)};
        mediaType = entry->mediaType;
    }
    const QString path = d->blobPath(*digest);
    auto bytes = QFileInfo(path).isFile() ? readFile(path, limits::manifestRead)
                                          : Result<QByteArray>(Error{ErrorKind::NotFound, path});
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return std::optional<StoredManifest>();
    if (!bytes)
        return bytes.error();
    if (Digest::ofBytes(*bytes) != *digest) {
        d->forget(*digest);
        return Error{ErrorKind::Integrity,
                     Messages::tr("the manifest of %1:%2 in %3 is damaged").arg(repository, tagOrDigest, d->directory)};
    }
    return std::optional(StoredManifest{*bytes, mediaType, *digest});
}

Result<Digest> ImageLayout::putManifest(const QString& repository, const QString& tag, const QByteArray& bytes,
                                        const QByteArray& mediaType)
{
    if (!isRepositoryName(repository) || !isTag(tag))
        return Error{ErrorKind::Config, Messages::tr("%1:%2 is not a name for an image").arg(repository, tag)};
    const Descriptor blob{QString::fromLatin1(mediaType), Digest::ofBytes(bytes), bytes.size(), {}};
    if (auto pushed = pushBlob(repository, blob, http::Body::ofBytes(bytes), {}); !pushed)
        return pushed.error();
    const std::scoped_lock lock(d->mutex);
    if (auto loaded = d->load(); !loaded)
        return loaded.error();
    d->change(refOf(repository, tag), LayoutIndex::Entry{blob.digest, blob.size, mediaType});
    // All of it is written each time, which at 100,000 manifests would be most of the work.
    if (Clock::now() - d->firstChange > std::max<Clock::duration>(writeDelay, 10 * d->lastWrite)) {
        if (auto flushed = d->flush(); !flushed)
            return flushed.error();
    }
    return blob.digest;
}

Result<QStringList> ImageLayout::tags(const QString& repository, const QString&)
{
    const std::scoped_lock lock(d->mutex);
    if (auto loaded = d->load(); !loaded)
        return loaded.error();
    QStringList tags;
    const QByteArray prefix = refOf(repository, {});
    d->index.forEachRef(prefix,
                        [&](const QByteArray& ref) { tags.append(QString::fromUtf8(ref.sliced(prefix.size()))); });
    tags.removeDuplicates();
    return tags;
}

Result<std::optional<QStringList>> ImageLayout::repositories(const QString& prefix, int)
{
    const std::scoped_lock lock(d->mutex);
    if (auto loaded = d->load(); !loaded)
        return loaded.error();
    QSet<QString> names;
    d->index.forEachRef(prefix.toUtf8(), [&](const QByteArray& ref) {
        const qsizetype end = ref.indexOf(':');
        if (end >= prefix.size())
            names.insert(QString::fromUtf8(ref.first(end)));
    });
    QStringList sorted(names.begin(), names.end());
    sorted.sort();
    return std::optional(sorted);
}

/// Takes the names out of the index; the manifest's bytes are a blob like any other, which other names may share.
Result<Registry::Removal> ImageLayout::removeManifest(const QString& repository, const QString& tagOrDigest)
{
    const std::scoped_lock lock(d->mutex);
    if (auto loaded = d->load(); !loaded)
        return loaded.error();
    std::set<QByteArray> gone;
    d->index.forEachRef(refOf(repository, {}), [&](const QByteArray& ref) {
        if (ref == refOf(repository, tagOrDigest) || d->index.digestOf(ref).toByteArray() == tagOrDigest.toLatin1())
            gone.insert(ref);
    });
    if (gone.empty())
        return Removal::WasNotThere;
    for (const QByteArray& ref : gone)
        d->change(ref, {});
    if (auto flushed = d->flush(); !flushed)
        return flushed.error();
    return Removal::Done;
}

Result<Registry::Removal> ImageLayout::removeBlob(const QString&, const Digest& digest)
{
    const std::scoped_lock lock(d->mutex);
    const QString path = d->blobPath(digest);
    d->unflushed.remove(path);
    d->sound.remove(keyOf(digest));
    QFile file(path);
    if (!file.exists())
        return Removal::WasNotThere;
    if (!file.remove())
        return Error{ErrorKind::Disk, Messages::tr("can't delete %1: %2").arg(path, file.errorString())};
    return Removal::Done;
}

Result<void> ImageLayout::flush()
{
    const std::scoped_lock lock(d->mutex);
    // Who had nothing to write still clears away what a killed run left.
    if (!d->begun && QFile::exists(d->directory + QStringLiteral("/oci-layout"))) {
        if (auto begun = d->begin(); !begun)
            return begun;
    }
    return d->flush();
}

} // namespace condaoci::oci

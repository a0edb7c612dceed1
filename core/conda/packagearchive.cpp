// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/packagearchive.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/infocollector.h"

#include <KCompressionDevice>
#include <KZip>

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <map>
#include <mutex>

namespace condaoci::conda {

namespace {

/// \param file   whose position tells how much of the archive was used up
/// \param start  where the archive begins in it
Result<PackageInfo> readTar(QIODevice* archive, KCompressionDevice::CompressionType type, QIODevice* file, qint64 start)
{
    KCompressionDevice inflating(archive, false, type);
    if (!inflating.open(QIODevice::ReadOnly))
        return unusablePackage(Messages::tr("its archive can't be read: %1").arg(inflating.errorString()));
    TarReader reader(&inflating, file, start);
    InfoCollector collector;
    while (true) {
        auto entry = reader.next();
        if (!entry)
            return entry.error();
        if (!*entry)
            return collector.finish();
        if (auto taken = collector.take(reader, **entry); !taken)
            return taken.error();
    }
}

/// The one member of a .conda whose name begins and ends so.
Result<const KZipFileEntry*> onlyMember(const KArchiveDirectory* root, const QString& begin, const QString& end)
{
    const KZipFileEntry* found = nullptr;
    for (const QString& name : root->entries()) {
        if (!name.startsWith(begin) || !name.endsWith(end))
            continue;
        const auto* entry = dynamic_cast<const KZipFileEntry*>(root->entry(name));
        if (!entry || !entry->isFile())
            return unusablePackage(Messages::tr("%1 is not a file").arg(oneLine(name, 100)));
        if (found)
            return unusablePackage(Messages::tr("it has more than one %1…%2").arg(begin, end));
        found = entry;
    }
    if (!found)
        return unusablePackage(Messages::tr("it has no %1…%2 at its top").arg(begin, end));
    return found;
}

/// Two members that share bytes are how zip bombs are made.
Result<void> checkOverlap(const KArchiveDirectory* root)
{
    std::vector<std::pair<qint64, qint64>> ranges;
    for (const QString& name : root->entries()) {
        if (const auto* entry = dynamic_cast<const KZipFileEntry*>(root->entry(name)); entry && entry->isFile())
            ranges.emplace_back(entry->position(), entry->position() + entry->compressedSize());
    }
    std::sort(ranges.begin(), ranges.end());
    for (size_t i = 1; i < ranges.size(); ++i) {
        if (ranges[i].first < ranges[i - 1].second)
            return unusablePackage(Messages::tr("members of its zip overlap"));
    }
    return {};
}

quint32 littleEndian(const QByteArray& bytes, qsizetype at, int size)
{
    quint32 value = 0;
    for (int i = size - 1; i >= 0; --i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

/// The central directory's bytes (APPNOTE.TXT 4.3.12 and 4.3.16); empty if there is none.
QByteArray centralDirectory(QIODevice* device)
{
    constexpr qint64 endSize = 22;
    constexpr qint64 longestComment = 65535;
    device->seek(std::max<qint64>(device->size() - endSize - longestComment, 0));
    const QByteArray tail = device->read(endSize + longestComment);
    const auto end = tail.lastIndexOf("PK\5\6");
    if (end < 0 || tail.size() - end < endSize || !device->seek(littleEndian(tail, end + 16, 4)))
        return {};
    const qint64 size = littleEndian(tail, end + 12, 4);
    return size > limits::metadataFile ? QByteArray() : device->read(size);
}

/// KZip searches the file for entries from its front and hides all but one of a name; what other readers find through
/// the central directory has to be the same.
Result<void> checkCentralDirectory(QIODevice* device, const KArchiveDirectory* root)
{
    constexpr qsizetype headSize = 46;
    const QByteArray entries = centralDirectory(device);
    std::map<QByteArray, qint64> starts;
    for (qsizetype at = 0; at < entries.size();) {
        if (entries.size() - at < headSize || entries.mid(at, 4) != "PK\1\2")
            return unusablePackage(Messages::tr("its zip's directory is damaged"));
        const QByteArray name = entries.mid(at + headSize, littleEndian(entries, at + 28, 2));
        if (littleEndian(entries, at + 8, 2) & 1)
            return unusablePackage(Messages::tr("%1 is encrypted").arg(shownPath(name)));
        if (!starts.emplace(name, littleEndian(entries, at + 42, 4)).second)
            return unusablePackage(Messages::tr("%1 stands twice in its zip").arg(shownPath(name)));
        at += headSize + name.size() + littleEndian(entries, at + 30, 2) + littleEndian(entries, at + 32, 2);
    }
    for (const QString& name : root->entries()) {
        const auto* entry = dynamic_cast<const KZipFileEntry*>(root->entry(name));
        const auto start = starts.find(name.toUtf8());
        if (entry && (start == starts.end() || start->second != entry->headerStart()))
            return unusablePackage(Messages::tr("%1 is not in its zip's directory").arg(oneLine(name, 100)));
    }
    return {};
}

Result<void> checkMetadata(const KZipFileEntry* entry)
{
    // What is inflated may be more than the entry declares.
    const std::unique_ptr<QIODevice> device(entry->createDevice());
    const QByteArray json = device ? device->read(limits::indexJson + 1) : QByteArray();
    if (json.size() > limits::indexJson || json.size() != entry->size())
        return unusablePackage(
            Messages::tr("its metadata.json is too large, or has not the size that the zip declares"));
    const auto version = QJsonDocument::fromJson(json).object().value(QLatin1String("conda_pkg_format_version"));
    if (version.toInt() != 2)
        return unusablePackage(Messages::tr("its metadata.json does not say that it is a .conda of version 2"));
    return {};
}

/// A zip that several threads may each have one of. KArchive asks for the owner of its root folder by getpwuid() and
/// getgrgid(), whose answers stand in one place for the whole process.
class Zip final : public KZip
{
public:
    using KZip::KZip;

protected:
    KArchiveDirectory* rootDir() override
    {
        static std::mutex mutex;
        const std::scoped_lock lock(mutex);
        return KZip::rootDir();
    }
};

Result<PackageInfo> readConda(QIODevice* device)
{
    Zip zip(device);
    if (!zip.open(QIODevice::ReadOnly))
        return unusablePackage(Messages::tr("it is not a whole zip archive"));
    const KArchiveDirectory* root = zip.directory();
    if (auto checked = checkOverlap(root); !checked)
        return checked.error();
    if (auto checked = checkCentralDirectory(device, root); !checked)
        return checked.error();
    // Every writer adds one, no reader asks for it; where it is there it has to be right.
    if (root->entry(QStringLiteral("metadata.json"))) {
        auto metadata = onlyMember(root, QStringLiteral("metadata.json"), {});
        if (!metadata)
            return metadata.error();
        if (auto checked = checkMetadata(*metadata); !checked)
            return checked.error();
    }
    auto package = onlyMember(root, QStringLiteral("pkg-"), QStringLiteral(".tar.zst"));
    if (!package)
        return package.error();
    auto info = onlyMember(root, QStringLiteral("info-"), QStringLiteral(".tar.zst"));
    if (!info)
        return info.error();
    const std::unique_ptr<QIODevice> member((*info)->createDevice());
    if (!member)
        return unusablePackage(Messages::tr("its info can't be read"));
    return readTar(member.get(), KCompressionDevice::Zstd, device, (*info)->position());
}

} // namespace

Result<PackageInfo> readPackageInfo(QIODevice* device, Format format)
{
    return format == Format::Conda ? readConda(device) : readTar(device, KCompressionDevice::BZip2, device, 0);
}

Result<void> checkIndexJson(QByteArrayView indexJson, const PackageName& name)
{
    const auto document = QJsonDocument::fromJson(indexJson.toByteArray());
    if (!document.isObject())
        return Error{ErrorKind::Integrity, Messages::tr("its info/index.json is not a JSON object")};
    const QJsonObject object = document.object();
    const std::pair<const char*, std::string_view> parts[] = {
        {"name", name.name}, {"version", name.version}, {"build", name.build}};
    for (const auto& [key, wanted] : parts) {
        const QString found = object.value(QLatin1String(key)).toString();
        const QString expected = text(wanted);
        if (found != expected)
            return Error{ErrorKind::Integrity,
                         Messages::tr("its info/index.json says that its %1 is %2, its file name says %3")
                             .arg(QLatin1String(key), oneLine(found, 100), oneLine(expected, 100))};
    }
    return {};
}

} // namespace condaoci::conda

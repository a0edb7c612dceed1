// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/packagearchive.h"

#include "core/base/limits.h"
#include "core/base/text.h"

#include <KCompressionDevice>
#include <KZip>

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <map>

namespace condaoci::conda {

namespace {

Error refuse(const QString& why)
{
    return Error{ErrorKind::Parse, QStringLiteral("the package can't be used: %1").arg(why)};
}

QString shown(const QByteArray& path)
{
    return oneLine(QString::fromUtf8(path), 200);
}

/// A path that stays where it is put, on any system.
bool isInside(const QByteArray& path)
{
    if (path.isEmpty() || path.size() > limits::archivePath || path.startsWith('/') || path.contains('\\') ||
        path.contains('\0'))
        return false;
    const auto parts = path.split('/');
    return std::none_of(parts.begin(), parts.end(),
                        [](const QByteArray& part) { return part == ".." || part.isEmpty(); }) &&
           !(path.size() > 1 && path[1] == ':');
}

/// A symbolic link's target, seen from where the link is, may not lead above info/.
bool leadsInside(const QByteArray& linkPath, const QByteArray& target)
{
    if (target.isEmpty() || target.startsWith('/') || target.contains('\\'))
        return false;
    qsizetype depth = linkPath.count('/');
    for (const QByteArray& part : target.split('/')) {
        depth += part == ".." ? -1 : part.isEmpty() || part == "." ? 0 : 1;
        if (depth < 0)
            return false;
    }
    return true;
}

/// Gathers the members of info/ from a tar.
class InfoCollector
{
public:
    Result<void> take(TarReader& reader, const TarEntry& entry);
    Result<PackageInfo> finish();

private:
    std::map<QByteArray, InfoMember> m_members; ///< by path, sorted
    qint64 m_bytes = 0;
};

Result<void> InfoCollector::take(TarReader& reader, const TarEntry& entry)
{
    static const QByteArray folder("info/");
    if (!entry.path.startsWith(folder)) {
        // Outside info/ nothing is extracted; but a name that only pretends to be outside is.
        return {};
    }
    InfoMember member;
    member.path = entry.path.mid(folder.size());
    if (!isInside(member.path))
        return refuse(QStringLiteral("the path of %1 leads out of the package").arg(shown(entry.path)));
    if (entry.type == TarEntry::Type::Directory)
        return {};
    if (entry.type == TarEntry::Type::Special)
        return refuse(QStringLiteral("%1 is a device or a pipe").arg(shown(entry.path)));
    if (entry.mode & 06000)
        return refuse(QStringLiteral("%1 has the set-uid or set-gid bit").arg(shown(entry.path)));
    if (m_members.contains(member.path))
        return refuse(QStringLiteral("%1 stands twice in it").arg(shown(entry.path)));
    member.executable = entry.mode & 0111;
    if (entry.type == TarEntry::Type::Symlink) {
        if (!leadsInside(member.path, entry.linkTarget))
            return refuse(QStringLiteral("the link %1 leads out of info/").arg(shown(entry.path)));
        member.linkTarget = entry.linkTarget;
    } else if (entry.type == TarEntry::Type::Hardlink) {
        const auto original =
            m_members.find(entry.linkTarget.startsWith(folder) ? entry.linkTarget.mid(folder.size()) : QByteArray());
        if (original == m_members.end())
            return refuse(QStringLiteral("the hard link %1 leads out of info/").arg(shown(entry.path)));
        member.content = original->second.content;
        member.executable = original->second.executable;
    } else {
        auto content = reader.readContent(member.path == "index.json" ? limits::indexJson : limits::metadataFile);
        if (!content)
            return content.error();
        member.content = *std::move(content);
    }
    m_bytes += member.content.size();
    if (m_bytes > limits::infoArchive)
        return refuse(QStringLiteral("its info/ has more than %1 bytes").arg(limits::infoArchive));
    m_members.emplace(member.path, std::move(member));
    return {};
}

Result<PackageInfo> InfoCollector::finish()
{
    const auto index = m_members.find("index.json");
    if (index == m_members.end() || !index->second.linkTarget.isEmpty())
        return refuse(QStringLiteral("it has no info/index.json"));
    PackageInfo info{index->second.content, {}};
    for (auto& [path, member] : m_members)
        info.members.push_back(std::move(member));
    return info;
}

Result<PackageInfo> readTar(QIODevice* compressed, KCompressionDevice::CompressionType type, bool countsInput)
{
    KCompressionDevice inflating(compressed, false, type);
    if (!inflating.open(QIODevice::ReadOnly))
        return refuse(QStringLiteral("its archive can't be read: %1").arg(inflating.errorString()));
    TarReader reader(&inflating, countsInput ? compressed : nullptr);
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
            return refuse(QStringLiteral("%1 is not a file").arg(oneLine(name, 100)));
        if (found)
            return refuse(QStringLiteral("it has more than one %1…%2").arg(begin, end));
        found = entry;
    }
    if (!found)
        return refuse(QStringLiteral("it has no %1…%2 at its top").arg(begin, end));
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
            return refuse(QStringLiteral("members of its zip overlap"));
    }
    return {};
}

Result<void> checkMetadata(const KZipFileEntry* entry)
{
    if (entry->size() > limits::indexJson)
        return refuse(QStringLiteral("its metadata.json is too large"));
    const auto version =
        QJsonDocument::fromJson(entry->data()).object().value(QLatin1String("conda_pkg_format_version"));
    if (version.toInt() != 2)
        return refuse(QStringLiteral("its metadata.json does not say that it is a .conda of version 2"));
    return {};
}

Result<PackageInfo> readConda(QIODevice* device)
{
    KZip zip(device);
    if (!zip.open(QIODevice::ReadOnly))
        return refuse(QStringLiteral("it is not a whole zip archive"));
    const KArchiveDirectory* root = zip.directory();
    if (auto checked = checkOverlap(root); !checked)
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
        return refuse(QStringLiteral("its info can't be read"));
    return readTar(member.get(), KCompressionDevice::Zstd, false);
}

} // namespace

Result<PackageInfo> readPackageInfo(QIODevice* device, Format format)
{
    return format == Format::Conda ? readConda(device) : readTar(device, KCompressionDevice::BZip2, true);
}

Result<void> checkIndexJson(QByteArrayView indexJson, const PackageName& name)
{
    const auto document = QJsonDocument::fromJson(indexJson.toByteArray());
    if (!document.isObject())
        return Error{ErrorKind::Integrity, QStringLiteral("its info/index.json is not a JSON object")};
    const QJsonObject object = document.object();
    const std::pair<const char*, std::string_view> parts[] = {
        {"name", name.name}, {"version", name.version}, {"build", name.build}};
    for (const auto& [key, wanted] : parts) {
        const QString found = object.value(QLatin1String(key)).toString();
        const QString expected = QString::fromUtf8(wanted.data(), static_cast<qsizetype>(wanted.size()));
        if (found != expected)
            return Error{ErrorKind::Integrity,
                         QStringLiteral("its info/index.json says that its %1 is %2, its file name says %3")
                             .arg(QLatin1String(key), oneLine(found, 100), oneLine(expected, 100))};
    }
    return {};
}

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/infocollector.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <algorithm>

namespace condaoci::conda {

namespace {

/// Starts at a root or a drive on some system, or holds what is no part of a path on another.
bool isForeign(const QByteArray& path)
{
    return path.isEmpty() || path.startsWith('/') || path.contains('\\') || path.contains('\0') ||
           (path.size() > 1 && path[1] == ':');
}

/// A path that stays where it is put, on any system.
bool isInside(const QByteArray& path)
{
    if (isForeign(path) || path.size() > limits::archivePath)
        return false;
    const auto parts = path.split('/');
    return std::none_of(parts.begin(), parts.end(),
                        [](const QByteArray& part) { return part == ".." || part == "." || part.isEmpty(); });
}

/// A symbolic link's target, seen from where the link is, may not lead above info/. Behind a name a ".." could be that
/// of another link's target, so that it may only stand before all names.
bool leadsInside(const QByteArray& linkPath, const QByteArray& target)
{
    if (isForeign(target))
        return false;
    qsizetype depth = linkPath.count('/');
    bool hasName = false;
    for (const QByteArray& part : target.split('/')) {
        const bool isUp = part == "..";
        if (isUp && (hasName || --depth < 0))
            return false;
        hasName = hasName || !(isUp || part == "." || part.isEmpty());
    }
    return true;
}

const QByteArray infoFolder("info/");

} // namespace

Error unusablePackage(const QString& why)
{
    return Error{ErrorKind::Parse, Messages::tr("the package can't be used: %1").arg(why)};
}

QString shownPath(const QByteArray& path)
{
    return oneLine(QString::fromUtf8(path), 200);
}

/// Only directories have members below them: through a link those would land elsewhere.
bool InfoCollector::isBelowMember(const QByteArray& path) const
{
    for (auto slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (m_members.contains(path.left(slash)))
            return true;
    }
    return false;
}

bool InfoCollector::hasMemberBelow(const QByteArray& path) const
{
    const QByteArray folder = path + '/';
    const auto next = m_members.lower_bound(folder);
    return next != m_members.end() && next->first.startsWith(folder);
}

/// Whether a member of info/ may be where and what it is; `path` is relative to info/.
Result<void> InfoCollector::check(const TarEntry& entry, const QByteArray& path) const
{
    if (!isInside(path))
        return unusablePackage(Messages::tr("the path of %1 leads out of the package").arg(shownPath(entry.path)));
    if (isBelowMember(path))
        return unusablePackage(Messages::tr("%1 is below what is not a directory").arg(shownPath(entry.path)));
    if (entry.type == TarEntry::Type::Directory)
        return {};
    if (entry.type == TarEntry::Type::Special)
        return unusablePackage(Messages::tr("%1 is a device or a pipe").arg(shownPath(entry.path)));
    if (entry.mode & 06000)
        return unusablePackage(Messages::tr("%1 has the set-uid or set-gid bit").arg(shownPath(entry.path)));
    if (m_members.contains(path))
        return unusablePackage(Messages::tr("%1 stands twice in it").arg(shownPath(entry.path)));
    if (hasMemberBelow(path))
        return unusablePackage(
            Messages::tr("%1 is not a directory, but has members below it").arg(shownPath(entry.path)));
    return {};
}

Result<void> InfoCollector::fill(InfoMember& member, TarReader& reader, const TarEntry& entry) const
{
    member.executable = entry.mode & 0111;
    if (entry.type == TarEntry::Type::Symlink) {
        if (!leadsInside(member.path, entry.linkTarget))
            return unusablePackage(Messages::tr("the link %1 leads out of info/").arg(shownPath(entry.path)));
        member.linkTarget = entry.linkTarget;
        return {};
    }
    if (entry.type == TarEntry::Type::Hardlink) {
        const bool isInInfo = entry.linkTarget.startsWith(infoFolder);
        const auto original = m_members.find(isInInfo ? entry.linkTarget.mid(infoFolder.size()) : QByteArray());
        if (original == m_members.end())
            return unusablePackage(Messages::tr("the hard link %1 leads out of info/").arg(shownPath(entry.path)));
        if (!original->second.linkTarget.isEmpty())
            return unusablePackage(Messages::tr("%1 is a hard link to a symbolic link").arg(shownPath(entry.path)));
        member.content = original->second.content;
        member.executable = original->second.executable;
        return {};
    }
    auto content = reader.readContent(member.path == "index.json" ? limits::indexJson : limits::metadataFile);
    if (!content)
        return content.error();
    member.content = *std::move(content);
    return {};
}

Result<void> InfoCollector::take(TarReader& reader, const TarEntry& entry)
{
    const bool isAboveInfo = entry.path == "." || entry.path == "info";
    if (isAboveInfo && entry.type != TarEntry::Type::Directory)
        return unusablePackage(Messages::tr("%1 is not a directory").arg(shownPath(entry.path)));
    // Outside info/ nothing is extracted.
    if (!entry.path.startsWith(infoFolder))
        return {};
    InfoMember member;
    member.path = entry.path.mid(infoFolder.size());
    if (auto checked = check(entry, member.path); !checked)
        return checked;
    if (entry.type == TarEntry::Type::Directory)
        return {};
    if (auto filled = fill(member, reader, entry); !filled)
        return filled;
    m_bytes += member.content.size();
    if (m_bytes > limits::infoArchive)
        return unusablePackage(Messages::tr("its info/ has more than %1 bytes").arg(limits::infoArchive));
    m_members.emplace(member.path, std::move(member));
    return {};
}

std::vector<InfoMember> InfoCollector::takeMembers()
{
    std::vector<InfoMember> members;
    for (auto& [path, member] : m_members)
        members.push_back(std::move(member));
    m_members.clear();
    return members;
}

Result<PackageInfo> InfoCollector::finish()
{
    const auto index = m_members.find("index.json");
    if (index == m_members.end() || !index->second.linkTarget.isEmpty())
        return unusablePackage(Messages::tr("it has no info/index.json"));
    const QByteArray indexJson = index->second.content;
    return PackageInfo{indexJson, takeMembers()};
}

} // namespace condaoci::conda

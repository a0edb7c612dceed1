// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/infocollector.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <algorithm>

namespace condaoci::conda {

namespace {

/// Starts at a drive on some system, or holds what is no part of a path on another.
bool isForeign(const QByteArray& path)
{
    return path.contains('\\') || path.contains('\0') || (path.size() > 1 && path[1] == ':');
}

/// A path that stays where it is put.
bool isInside(const QByteArray& path)
{
    const auto parts = path.split('/');
    return std::none_of(parts.begin(), parts.end(),
                        [](const QByteArray& part) { return part == ".." || part == "." || part.isEmpty(); });
}

/// A symbolic link's target, seen from where the link is, may not lead above info/. Behind a name a ".." could be that
/// of another link's target, so that it may only stand before all names.
bool leadsInside(const QByteArray& linkPath, const QByteArray& target)
{
    if (target.isEmpty() || target.startsWith('/') || isForeign(target))
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
const QByteArray indexName("index.json");

/// What a member of a tar takes besides its content; GNU's long names are members of their own.
qint64 headerSize(const QByteArray& path)
{
    constexpr qint64 block = 512;
    return path.size() < 100 ? block : 4 * block + path.size();
}

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
        if (m_seen.contains(path.left(slash)))
            return true;
    }
    return false;
}

bool InfoCollector::hasMemberBelow(const QByteArray& path) const
{
    const QByteArray folder = path + '/';
    const auto next = m_seen.lower_bound(folder);
    return next != m_seen.end() && next->first.startsWith(folder);
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
    if (path == indexName && m_seen.contains(path))
        return unusablePackage(Messages::tr("%1 is in it twice").arg(shownPath(entry.path)));
    if (hasMemberBelow(path))
        return unusablePackage(
            Messages::tr("%1 is not a directory, but has members below it").arg(shownPath(entry.path)));
    return {};
}

/// Why a link can't be among the members; empty if it is.
Result<QString> InfoCollector::link(InfoMember& member, const TarEntry& entry) const
{
    if (entry.type == TarEntry::Type::Symlink) {
        if (!leadsInside(member.path, entry.linkTarget))
            return Messages::tr("the link %1 leads out of info/").arg(shownPath(entry.path));
        member.linkTarget = entry.linkTarget;
        return QString();
    }
    if (!isInside(entry.linkTarget) || isForeign(entry.linkTarget))
        return unusablePackage(Messages::tr("the hard link %1 leads out of the package").arg(shownPath(entry.path)));
    if (!entry.linkTarget.startsWith(infoFolder))
        return Messages::tr("%1 is a hard link to a file outside info/").arg(shownPath(entry.path));
    const auto original = m_seen.find(entry.linkTarget.mid(infoFolder.size()));
    if (original == m_seen.end())
        return unusablePackage(Messages::tr("%1 is a hard link to a file that is not before it in the archive")
                                   .arg(shownPath(entry.path)));
    if (original->second.isLeftOut || !original->second.member.linkTarget.isEmpty())
        return Messages::tr("%1 is a hard link to a member that is a link or is left out itself")
            .arg(shownPath(entry.path));
    member.content = original->second.member.content;
    member.executable = original->second.member.executable;
    return QString();
}

/// Why a member can't be among the members; empty if it is, with its content or target filled in.
Result<QString> InfoCollector::fill(InfoMember& member, TarReader& reader, const TarEntry& entry) const
{
    const bool isIndex = member.path == indexName;
    if (entry.type != TarEntry::Type::File)
        return link(member, entry);
    member.executable = entry.mode & 0111;
    if (!isIndex && entry.size > limits::metadataFile)
        return Messages::tr("%1 has %2 bytes (at most %3 are kept)")
            .arg(shownPath(entry.path))
            .arg(entry.size)
            .arg(limits::metadataFile);
    auto content = reader.readContent(isIndex ? limits::indexJson : limits::metadataFile);
    if (!content)
        return content.error();
    member.content = *std::move(content);
    return QString();
}

void InfoCollector::leaveOut(const QString& why)
{
    if (++m_leftOutCount <= limits::leftOutNamed)
        m_leftOut.append(why);
}

/// Names, folders and their number count as contents do, so that none of them can fill the memory. Without room even
/// for the path of a member, that one and all that come later are left out.
bool InfoCollector::takeRoom(const QByteArray& path)
{
    const auto members = static_cast<qint64>(m_seen.size() + m_folders.size());
    m_isFull = m_isFull || members >= limits::infoMembers || m_names + path.size() > limits::infoNames ||
               m_bytes + headerSize(path) > limits::infoArchive;
    return !m_isFull || path == indexName;
}

/// What the folders of a path take that are new with it.
qint64 InfoCollector::addFolders(const QByteArray& path)
{
    qint64 bytes = 0;
    for (auto slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        const auto [folder, isNew] = m_folders.insert(path.left(slash));
        if (!isNew)
            break;
        m_names += folder->size();
        bytes += headerSize(*folder);
    }
    return bytes;
}

void InfoCollector::add(InfoMember member, const QString& whyLeftOut)
{
    const bool isIndex = member.path == indexName;
    const auto fits = [&](qint64 bytes) { return isIndex || bytes <= limits::infoArchive - m_bytes; };
    const QString tooMuch = Messages::tr("%1 exceeds the %2 bytes that are kept of info/")
                                .arg(shownPath(infoFolder + member.path))
                                .arg(limits::infoArchive);
    QString why = whyLeftOut;
    m_names += member.path.size();
    m_bytes += headerSize(member.path);
    if (why.isEmpty()) {
        m_bytes += addFolders(member.path);
        const qint64 content = member.content.size() + headerSize(member.linkTarget);
        if (fits(content))
            m_bytes += content;
        else
            why = tooMuch;
    }
    const bool isLeftOut = !why.isEmpty();
    if (isLeftOut) {
        leaveOut(why);
        member = InfoMember{member.path, {}, {}};
    }
    const QByteArray path = member.path;
    m_seen.insert_or_assign(path, Seen{std::move(member), isLeftOut});
}

/// Some readers take the first one of a name and some the last, so that only equal ones can be published.
void InfoCollector::addAgain(const InfoMember& member, const QString& whyLeftOut)
{
    Seen& first = m_seen.find(member.path)->second;
    const bool isSame = whyLeftOut.isEmpty() && first.member.content == member.content &&
                        first.member.linkTarget == member.linkTarget && first.member.executable == member.executable;
    const QString shown = shownPath(infoFolder + member.path);
    if (first.isLeftOut || isSame)
        return leaveOut(Messages::tr("a second copy of %1").arg(shown));
    first = Seen{InfoMember{member.path, {}, {}}, true};
    leaveOut(Messages::tr("%1 is in it twice, with different content").arg(shown));
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
    if (isForeign(member.path)) {
        leaveOut(Messages::tr("%1 means something else on other systems").arg(shownPath(entry.path)));
        return {};
    }
    if (member.path.size() > limits::archivePath) {
        leaveOut(
            Messages::tr("%1 has a path of more than %2 bytes").arg(shownPath(entry.path)).arg(limits::archivePath));
        return {};
    }
    if (auto checked = check(entry, member.path); !checked)
        return checked;
    if (entry.type == TarEntry::Type::Directory)
        return {};
    if (!m_seen.contains(member.path) && !takeRoom(member.path)) {
        leaveOut(Messages::tr("%1 is beyond the %2 members or %3 bytes that are kept of info/")
                     .arg(shownPath(entry.path))
                     .arg(limits::infoMembers)
                     .arg(limits::infoArchive));
        return {};
    }
    auto why = fill(member, reader, entry);
    if (!why)
        return why.error();
    if (m_seen.contains(member.path))
        addAgain(member, *why);
    else
        add(std::move(member), *why);
    return {};
}

bool InfoCollector::hasIndex() const
{
    const auto index = m_seen.find(indexName);
    return index != m_seen.end() && !index->second.isLeftOut && index->second.member.linkTarget.isEmpty();
}

std::vector<InfoMember> InfoCollector::members()
{
    std::vector<InfoMember> members;
    for (auto& [path, seen] : m_seen) {
        if (!seen.isLeftOut)
            members.push_back(std::move(seen.member));
    }
    m_seen.clear();
    return members;
}

Result<std::vector<InfoMember>> InfoCollector::takeMembers()
{
    if (m_leftOutCount > 0)
        return unusablePackage(m_leftOut.first());
    return members();
}

Result<PackageInfo> InfoCollector::finish()
{
    if (!hasIndex())
        return unusablePackage(Messages::tr("it has no info/index.json"));
    const QByteArray indexJson = m_seen.find(indexName)->second.member.content;
    return PackageInfo{indexJson, members(), m_leftOut, m_leftOutCount};
}

} // namespace condaoci::conda

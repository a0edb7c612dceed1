// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/packagearchive.h"

#include <map>
#include <set>

namespace condaoci::conda {

/// Why a package can't be used, as every reader of packages says it.
[[nodiscard]] Error unusablePackage(const QString& why);
/// A member's path, fit for a message.
[[nodiscard]] QString shownPath(const QByteArray& path);

/// Gathers the members of `info/` from a tar, leaves out what is not needed and can't be published, and refuses what
/// could land elsewhere than where it says (see readPackageInfo).
class InfoCollector
{
public:
    /// Takes what is below `info/`; anything else is passed over, except that `info` itself has to be a directory.
    /// Parse, naming the member.
    Result<void> take(TarReader& reader, const TarEntry& entry);
    [[nodiscard]] bool hasIndex() const; ///< a whole index.json has come
    void leaveOut(const QString& why);   ///< remembers that something is not among the members
    /// Everything that was taken, with index.json, which has to be there. The collector is empty then.
    [[nodiscard]] Result<PackageInfo> finish();
    /// The same for an info layer, where index.json may be missing and nothing may be left out.
    [[nodiscard]] Result<std::vector<InfoMember>> takeMembers();

private:
    struct Seen
    {
        InfoMember member;
        bool isLeftOut = false; ///< only its path counts: nothing may be below it, and no hard link finds it
    };

    [[nodiscard]] Result<void> check(const TarEntry& entry, const QByteArray& path) const;
    [[nodiscard]] bool isBelowMember(const QByteArray& path) const;
    [[nodiscard]] bool hasMemberBelow(const QByteArray& path) const;
    [[nodiscard]] Result<QString> fill(InfoMember& member, TarReader& reader, const TarEntry& entry) const;
    [[nodiscard]] Result<QString> link(InfoMember& member, const TarEntry& entry) const;
    [[nodiscard]] bool takeRoom(const QByteArray& path);
    [[nodiscard]] qint64 addFolders(const QByteArray& path);
    void add(InfoMember member, const QString& whyLeftOut);
    void addAgain(const InfoMember& member, const QString& whyLeftOut);
    [[nodiscard]] std::vector<InfoMember> members();

    std::map<QByteArray, Seen> m_seen; ///< by path, sorted; what is not a directory
    std::set<QByteArray> m_folders;    ///< of those that are not left out
    qint64 m_bytes = 0;                ///< that all these take in an info.tar.gz, inflated
    qint64 m_names = 0;                ///< bytes of their paths
    bool m_isFull = false;             ///< nothing but index.json is taken any more
    QStringList m_leftOut;
    qint64 m_leftOutCount = 0;
};

} // namespace condaoci::conda

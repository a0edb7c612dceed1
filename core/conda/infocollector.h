// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/packagearchive.h"

#include <map>

namespace condaoci::conda {

/// Why a package can't be used, as every reader of packages says it.
[[nodiscard]] Error unusablePackage(const QString& why);
/// A member's path, fit for a message.
[[nodiscard]] QString shownPath(const QByteArray& path);

/// Gathers the members of `info/` from a tar, and refuses what could land elsewhere than where it says (see
/// readPackageInfo). Parse, naming the member.
class InfoCollector
{
public:
    /// Takes what is below `info/`; anything else is passed over, except that `info` itself has to be a directory.
    Result<void> take(TarReader& reader, const TarEntry& entry);
    /// Everything that was taken, sorted by path; the collector is empty then.
    [[nodiscard]] std::vector<InfoMember> takeMembers();
    /// The same with index.json, which has to be there.
    [[nodiscard]] Result<PackageInfo> finish();

private:
    [[nodiscard]] Result<void> check(const TarEntry& entry, const QByteArray& path) const;
    [[nodiscard]] bool isBelowMember(const QByteArray& path) const;
    [[nodiscard]] bool hasMemberBelow(const QByteArray& path) const;
    Result<void> fill(InfoMember& member, TarReader& reader, const TarEntry& entry) const;

    std::map<QByteArray, InfoMember> m_members; ///< by path, sorted
    qint64 m_bytes = 0;
};

} // namespace condaoci::conda

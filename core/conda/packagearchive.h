// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/conda/packagename.h"
#include "core/conda/tarreader.h"

#include <QByteArray>
#include <QStringList>

#include <vector>

class QIODevice;

namespace condaoci::conda {

/// A file or symbolic link in a package's `info/` folder.
struct InfoMember
{
    QByteArray path;       ///< relative to info/, for example "index.json" or "recipe/meta.yaml"
    QByteArray content;    ///< empty for links
    QByteArray linkTarget; ///< empty for files
    bool executable = false;
};

/// What a mirror needs of a package besides its bytes.
struct PackageInfo
{
    QByteArray indexJson;            ///< exact bytes of info/index.json
    std::vector<InfoMember> members; ///< sorted by path
    QStringList leftOut = {};        ///< what is not among the members and why, a line each; the first few of them
    qint64 leftOutCount = 0;         ///< of all such members
};

/// Reads `info/` from a package: of a `.conda` (zip) through its `info-*.tar.zst`, of a `.tar.bz2` in one forward pass
/// without unpacking it anywhere. The device must be open and, for `.conda`, seekable; it is not closed. Hard links
/// become files, set-uid and set-gid bits are dropped.
///
/// What a mirror can do without does not make a package unusable. Left out and named are members of info/ that other
/// systems could misread (a backslash, a drive) or whose path is over limits::archivePath; files over
/// limits::metadataFile and whatever takes info/ over limits::infoArchive, infoMembers or infoNames; symbolic links
/// that lead out of info/; hard links to files outside info/, to symbolic ones and to what is left out itself; a second
/// copy of a member (both, where they differ, since readers disagree about which one is meant); what comes after
/// TarReader's limits.
///
/// Refused, with the reason (Parse): what TarReader and readZipDirectory refuse; in info/ members whose path leads out
/// of it, members below what is not a directory, hard links that lead out of the package, devices, pipes; not exactly
/// one info-*.tar.zst and pkg-*.tar.zst, a metadata.json that is not of version 2; no info/index.json, two of them, or
/// one over limits::indexJson. Outside info/ nothing is ever extracted, so only the structure counts there.
[[nodiscard]] Result<PackageInfo> readPackageInfo(QIODevice* device, Format format);

/// Checks that index.json is an object whose name, version and build are those of the file name (faults.md A26).
/// Integrity.
[[nodiscard]] Result<void> checkIndexJson(QByteArrayView indexJson, const PackageName& name);

} // namespace condaoci::conda

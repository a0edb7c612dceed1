// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/conda/packagename.h"
#include "core/conda/tarreader.h"

#include <QByteArray>

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
};

/// Reads `info/` from a package: of a `.conda` (zip) through its `info-*.tar.zst`, of a `.tar.bz2` in one forward pass
/// without unpacking it anywhere. The device must be open and, for `.conda`, seekable; it is not closed. Hard links
/// become files. Refused, with the reason (Parse): what TarReader refuses; in info/ members whose path or link leads
/// out of it, members below what is not a directory, hard links to symbolic ones, devices, pipes, set-uid and set-gid
/// bits, names that stand twice; not exactly one info-*.tar.zst and pkg-*.tar.zst, a metadata.json that is not of
/// version 2; no info/index.json, or one over limits::indexJson; a member over limits::metadataFile, info/ over
/// limits::infoArchive; zip members that overlap, are encrypted, stand twice, or are not where the zip's directory
/// says. Outside info/ nothing is ever extracted, so only the structure counts there.
[[nodiscard]] Result<PackageInfo> readPackageInfo(QIODevice* device, Format format);

/// Checks that index.json is an object whose name, version and build are those of the file name (faults.md A26).
/// Integrity.
[[nodiscard]] Result<void> checkIndexJson(QByteArrayView indexJson, const PackageName& name);

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/packagearchive.h"

namespace condaoci::conda {

/// `info.tar.gz` of a mirror's info layer: members sorted, each directory of theirs as a member of its own before them,
/// owner 0, mtime 0, mode 0644 or 0755, a gzip header without name and time. The same members are always the same bytes
/// for one zlib version.
[[nodiscard]] Result<QByteArray> makeInfoTarGz(const std::vector<InfoMember>& members);
/// The members of an info layer, ours or the predecessor's, sorted by path. Refused like those of a package
/// (readPackageInfo), but index.json may be missing. Error kind Parse.
[[nodiscard]] Result<std::vector<InfoMember>> readInfoTarGz(const QByteArray& archive);

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/conda/packagearchive.h"
#include "core/conda/repodata.h"

#include <QStringList>

#include <functional>
#include <map>
#include <optional>

namespace condaoci::conda {

/// The record of a package as conda-index makes it: the fields of its info/index.json without those that only
/// repeat the platform (arch, platform, …), and md5, sha256 and size of the file; keys sorted. Error kind Parse where
/// index.json is not an object.
[[nodiscard]] Result<QByteArray> makeRecord(QByteArrayView indexJson, const Sums& sums);

/// Why a file of these sums is not the one that an index lists; nullopt where it is, and where the index has neither
/// sum. sha256 wins over md5.
/// \param sha256  hexadecimal, as the index has it, or empty
/// \param md5     the same
[[nodiscard]] std::optional<QString> whyOther(std::string_view sha256, std::string_view md5, const Sums& sums);

/// What indexFolder() found.
struct FolderIndex
{
    std::shared_ptr<const Repodata> repodata; ///< of exactly the usable packages in the folder
    /// Files that can't be read as the package that they are named after, or have other bytes than the indexes promise.
    std::vector<RefusedRecord> damaged;
    /// Of the latter what is promised of them: an index of these records alone. Null: there are none.
    std::shared_ptr<const Repodata> promised;
};

/// What is known of a folder's packages beforehand.
struct FolderKnowledge
{
    /// Indexes in the order in which they are asked; the first is also what the rest of the document is from.
    std::vector<std::shared_ptr<const Repodata>> known;
    /// sha256 (hexadecimal) by file name, of files whose bytes the caller has hashed just now.
    std::map<std::string, QByteArray, std::less<>> verified;
    /// An index that was written after the files it lists: they are believed to be what it says when they are older
    /// than it and have its size, since their bytes are hashed again when they are copied. Null: hash everything.
    std::shared_ptr<const Repodata> listedBy;
    qint64 listedAt = 0;                               ///< milliseconds since 1970: when `listedBy` was written
    std::function<bool(const PackageRecord&)> believe; ///< which records of `listedBy`; null: all
    /// Is a file the package that its name says whatever the indexes promise? Then one with other bytes gets a record
    /// of its own.
    bool trustFiles = false;
};

/// Indexes one subdir of a channel on disk. A package's record is taken verbatim from the first of `known` that lists
/// it with the file's sha256 (its md5 where there is none). A file that some of them list, and none with its sums, is
/// damaged: to give it new sums would make of a fallen bit a package. What none of them lists gets a record from its
/// info/index.json. Files are hashed on all cores. Error kind Disk or, once `stop` is requested, Cancelled.
[[nodiscard]] Result<FolderIndex> indexFolder(const QString& folder, const QString& subdir,
                                              const FolderKnowledge& knowledge, const std::stop_token& stop);

} // namespace condaoci::conda

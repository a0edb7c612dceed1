// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QHash>
#include <QSet>

#include <functional>

namespace condaoci::conda {

/// One entry of a lock file's list of packages. Of a key that is there twice the first one counts.
struct LockEntry
{
    QHash<QByteArray, QString> texts; ///< of the keys that lock files have; of the sums in `hash`: "hash/md5"
    qint64 line = 0;                  ///< where it begins, counted from 1
};

/// What the outermost map of a lock file in YAML has besides those entries.
struct LockYaml
{
    bool isMap = false;     ///< is there one at all?
    QSet<QByteArray> keys;  ///< which of version, package, packages and dependencies are there
    QSet<QByteArray> lists; ///< those of them whose value is a list
    QString version;        ///< empty where it is no text
};

/// Reads the first document of a YAML text from front to back and keeps nothing but the entry that it is at, so that
/// memory does not grow with it. Stops early, with an error, where no lock file would be so large (limits::lockDepth,
/// lockValues, lockLookahead, lockAliases), or where `take` refuses. Error kind Parse, the message says why the file
/// can't be used.
///
/// \param take  gets each entry of the lists `package` and `packages`, and which of the two it is
[[nodiscard]] Result<LockYaml>
readLockYaml(const QByteArray& bytes,
             const std::function<Result<void>(const QByteArray& list, const LockEntry&)>& take);

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyreport.h"
#include "core/mirror/copyspec.h"

#include <map>

namespace condaoci::mirror {

/// What a job has seen of the indexes that it publishes, the newest first, by `SUBDIR/NAME`: its own among them.
using SeenIndexes = std::map<QString, std::vector<StoredIndex>>;

/// Publishes the indexes of one subdir of the plan as things stand: exactly the channel's records whose packages are in
/// the store. What was not looked at in this run and stood in the store's index before stays in it; where that index
/// was not ours to trust, the new one makes no claim either. Nothing is written when nothing changed. Notes for people
/// are appended to `notes` (may be null), what has become of each index to `indexes`, also of those that are published
/// before one of them fails.
[[nodiscard]] Result<void> publishIndexes(const CopySpec& spec, const CopyPlan& plan, quint32 subdir,
                                          const Outcomes& outcomes, PackageStore& store, SeenIndexes& seen,
                                          QStringList* notes, std::vector<IndexOutcome>& indexes);

/// Publishes an index of a subdir that the source does not have, where the store has none: of noarch, which a reader
/// always asks for and whose absence is fatal to it, and of what the user named.
[[nodiscard]] Result<void> publishEmptyIndex(const CopySpec& spec, const CopyPlan& plan, const QString& subdir,
                                             PackageStore& store, std::vector<IndexOutcome>& indexes);

} // namespace condaoci::mirror

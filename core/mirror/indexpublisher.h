// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyreport.h"
#include "core/mirror/copyspec.h"

namespace condaoci::mirror {

/// Publishes the indexes of one subdir of the plan as things stand: exactly the channel's records whose packages are in
/// the store. What was not looked at in this run and stood in the store's index before stays in it; where that index
/// was not ours to trust, the new one makes no claim either. Nothing is written when nothing changed. Notes for people
/// are appended to `notes` (may be null), what has become of each index to `indexes`, also of those that are published
/// before one of them fails.
[[nodiscard]] Result<void> publishIndexes(const CopySpec& spec, const CopyPlan& plan, quint32 subdir,
                                          const Outcomes& outcomes, PackageStore& store, QStringList* notes,
                                          std::vector<IndexOutcome>& indexes);

/// A reader always asks for noarch, and its absence is fatal to it: publishes an empty index where the store has none.
[[nodiscard]] Result<void> publishEmptyNoarch(const CopySpec& spec, PackageStore& store,
                                              std::vector<IndexOutcome>& indexes);

} // namespace condaoci::mirror

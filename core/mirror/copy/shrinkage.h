// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"
#include "core/mirror/copy/copyspec.h"

#include <optional>

namespace condaoci::mirror {

/// How many records of the store's index the source's does not have any more, and are not kept for it.
/// \param yanked  it is about the list of what the channel removed
[[nodiscard]] qint64 droppedRecords(const StoredIndex& stored, const PlannedSubdir& subdir, bool yanked);

/// Channels answer with an empty index when something is wrong with them. Why the source's index is not to be published
/// in place of what the store lists: it has lost everything, or more than half and over 100 records. Nullopt where it
/// may be, as with CopySpec::allowShrink. Error kind Integrity.
/// \param yanked  it is about the list of what the channel removed
/// \param stored  what the store lists
[[nodiscard]] std::optional<Error> objectionToShrinking(const CopySpec& spec, const PlannedSubdir& subdir, bool yanked,
                                                        const StoredIndex& stored);

} // namespace condaoci::mirror

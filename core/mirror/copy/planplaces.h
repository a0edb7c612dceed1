// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"
#include "core/mirror/copy/copyspec.h"
#include "core/mirror/places/packagesource.h"

namespace condaoci::mirror {

/// The platforms that a run looks at: those that were named, otherwise the usual ones and what else the source has.
/// Where it can't tell, a note says which were left out. Error where the source can't be reached.
[[nodiscard]] Result<QStringList> subdirsToRead(const CopySpec& spec, PackageSource& source, QStringList& notes);

/// Two channels whose URLs end alike have one name, and the second run would take the first one's packages out of the
/// index. Error kind Config where the store's indexes say that they are of another channel, and list other packages.
[[nodiscard]] Result<void> checkChannel(const CopySpec& spec, const PlannedSubdir& subdir);

/// Marks those of the plan's units, from that one on, that are the only ones of their name, and brings forward what is
/// surely new: to find out that something is there can wait.
void arrangeUnits(CopyPlan& plan, size_t from);

} // namespace condaoci::mirror

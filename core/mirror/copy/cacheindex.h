// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyreport.h"
#include "core/mirror/copy/copyspec.h"

namespace condaoci::mirror {

/// Writes the index of one subdir of the cache that a run copies into: it lists the packages in the folder, which are
/// what this run brought, what was there before, and what a person put there. What has become of it is appended to
/// `indexes`. Error kind Disk.
[[nodiscard]] Result<void> publishCacheIndex(const CopySpec& spec, const CopyPlan& plan, quint32 subdir,
                                             const Outcomes& outcomes, PackageStore& store, QStringList* notes,
                                             std::vector<IndexOutcome>& indexes);
/// The same for a subdir that the run is not about, where it has no index yet.
[[nodiscard]] Result<void> publishMissingIndex(const CacheFolder& cache, const QString& subdir, PackageStore& store,
                                               std::vector<IndexOutcome>& indexes);

/// Leaves the indexes of the cache that a run has copied from listing the packages in it. What can't be written is a
/// note: the packages have arrived where they should.
void updateSourceIndexes(const CopySpec& spec, const CopyPlan& plan, const Outcomes& outcomes, QStringList& notes);

} // namespace condaoci::mirror

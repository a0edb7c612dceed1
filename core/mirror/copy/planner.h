// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"
#include "core/mirror/copy/copyspec.h"
#include "core/mirror/places/packagesource.h"

#include <stop_token>

namespace condaoci::mirror {

/// Compares what the specification selects of the source with what the store's indexes say, subdir by subdir. Downloads
/// indexes only. Errors: NotFound if the source has none of the subdirs, Config if the store's index is of another
/// channel, otherwise what source and store report.
///
/// \param signedIn  false where the store asks for credentials and there are none: what can't be read of it then counts
///                  as not there, and a note says so
[[nodiscard]] Result<std::shared_ptr<const CopyPlan>>
makePlan(const CopySpec& spec, PackageSource& source, PackageStore& store, bool signedIn, const std::stop_token& stop);

/// Packages whose licence forbids a mirror, and the channel that the list is for (conda-forge and its labels).
[[nodiscard]] bool isUndistributable(const QString& channelName, std::string_view packageName);

/// The file of a record as sources and stores want it. The record's file name has been checked when its index was read.
[[nodiscard]] FileRef fileRef(const CopyPlan& plan, const PlannedFile& file, bool isAlone = true);

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QString>

namespace condaoci::ui {

/// Writes the sample channel that the program carries to FOLDER/sample-channel, where it is not there yet; that path.
/// Error kind Disk.
[[nodiscard]] Result<QString> unpackSampleChannel(const QString& folder);

} // namespace condaoci::ui

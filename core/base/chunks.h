// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArrayView>
#include <QIODevice>

#include <functional>
#include <stop_token>

namespace condaoci {

/// Reads a device from where it is to its end, piece by piece. Error kind Disk, naming the device as `what`, where it
/// can't be read; Cancelled once `stop` is requested; or the visitor's own, which ends it too.
[[nodiscard]] Result<void> forEachChunk(QIODevice& device, const QString& what, const std::stop_token& stop,
                                        const std::function<Result<void>(QByteArrayView)>& visit);

} // namespace condaoci

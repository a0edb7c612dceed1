// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QString>

namespace condaoci::app {

/// Asks on the terminal. Error kind Config where there is none.
[[nodiscard]] Result<QString> askLine(const QString& question);
/// The same without showing what is typed.
[[nodiscard]] Result<QString> askSecret(const QString& question);
/// All of standard input without the line break at its end.
[[nodiscard]] QString readStandardInput();

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QIcon>

namespace condaoci::ui {

/// The desktop theme's icon of that name (freedesktop Icon Naming Specification), or where the theme has none the one
/// that we ship (resources/icons/NAME.svg), in the palette's text colour, so that it is seen on light and dark.
[[nodiscard]] QIcon icon(const char* name);
/// The program's own.
[[nodiscard]] QIcon applicationIcon();

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace condaoci::ui {

/// Gives the application its own style back, with check boxes that are seen on dark windows.
void installStyle();

} // namespace condaoci::ui

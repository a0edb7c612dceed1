// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/commandtree.h"

namespace condaoci::app {

/// The manual page of section 1, in the macros of man(7): what --help says of the program and of every verb.
[[nodiscard]] std::string manualPage(const std::vector<CommandEntry>& tree, const std::string& version);

} // namespace condaoci::app

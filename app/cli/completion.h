// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/commandtree.h"

namespace condaoci::app {

/// What a shell reads to complete verbs, options and their values. The shell is one of completionShells().
[[nodiscard]] std::string completionScript(const std::vector<CommandEntry>& tree, const std::string& shell);
[[nodiscard]] std::vector<std::string> completionShells();

} // namespace condaoci::app

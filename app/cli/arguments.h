// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace condaoci::app {

/// The words of the command line without the program's name, in UTF-8.
[[nodiscard]] std::vector<std::string> givenWords(int argc, char** argv);

/// Error kind Config where a word, the current folder or a folder that the environment names is not UTF-8. Qt has no
/// other names for files: it would make and write another folder, with U+FFFD in its name, and all would seem well.
[[nodiscard]] Result<void> checkEncoding(const std::vector<std::string>& words);

} // namespace condaoci::app

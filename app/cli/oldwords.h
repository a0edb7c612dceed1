// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QStringList>

#include <string>
#include <vector>

namespace condaoci::app {

/// A command line, and what is to be said of how it was read.
struct Words
{
    std::vector<std::string> words; ///< without the program's name
    QStringList notes;
};

/// Puts what commands for the predecessor say into our words: `pull_cache`, `--packages`, `--quiet True`, more workers
/// than there can be, `--shard-workers`.
[[nodiscard]] Words modernised(std::vector<std::string> words);

/// Which options to write in place of those that the predecessor had for a registry (`--user`, `--host`); empty where
/// there are none in these words.
[[nodiscard]] QString adviceAboutRegistry(const std::vector<std::string>& words);

} // namespace condaoci::app

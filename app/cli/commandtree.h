// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

/// The command line as data, for what is made of it besides --help: the manual page and the shells' completions.
namespace condaoci::app {

struct OptionEntry
{
    std::vector<std::string> names;   ///< with their dashes; a flag's opposite too; empty for a positional
    std::string value;                ///< what it takes, for example FILE; empty for a flag; a positional's name
    std::vector<std::string> choices; ///< where it takes one of a few words
    std::string standard;             ///< its default; empty where there is none
    std::string description;
    bool required = false;
};

struct CommandEntry
{
    std::string name;
    std::string description;
    std::string footer; ///< notes and examples; lines that begin with two blanks are typed as they stand
    std::vector<OptionEntry> options;
    std::vector<OptionEntry> positionals;
};

/// The program itself first, then its verbs in the order of --help; hidden verbs are left out.
[[nodiscard]] std::vector<CommandEntry> commandTree(const CLI::App& app);

} // namespace condaoci::app

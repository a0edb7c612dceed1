// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

/// One function a verb: it adds the verb with its options and examples to the command line and returns what runs it
/// (with the parsed options; the exit code is its result).
namespace condaoci::app {

using Run = std::function<int()>;
struct Verb
{
    CLI::App* command;
    Run run;
};

[[nodiscard]] Verb addMirror(CLI::App& app);
[[nodiscard]] Verb addPublish(CLI::App& app);
[[nodiscard]] Verb addPullCache(CLI::App& app);
[[nodiscard]] Verb addPushCache(CLI::App& app);
[[nodiscard]] Verb addCopy(CLI::App& app);
[[nodiscard]] Verb addInspect(CLI::App& app);
[[nodiscard]] Verb addList(CLI::App& app);
[[nodiscard]] Verb addCheck(CLI::App& app);
[[nodiscard]] Verb addLogin(CLI::App& app);
[[nodiscard]] Verb addLogout(CLI::App& app);
[[nodiscard]] Verb addWhoami(CLI::App& app);
[[nodiscard]] Verb addCompletion(CLI::App& app);
[[nodiscard]] Verb addManual(CLI::App& app);

} // namespace condaoci::app

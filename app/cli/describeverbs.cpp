// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/completion.h"
#include "app/cli/console.h"
#include "app/cli/manual.h"
#include "app/cli/verbs.h"

#include <memory>

namespace condaoci::app {

namespace {

int print(const std::string& text)
{
    printBytes(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return 0;
}

} // namespace

Verb addCompletion(CLI::App& app)
{
    const auto shell = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("completion", "Print what a shell needs to complete the command line");
    command->add_option("SHELL", *shell, "The shell")->required()->check(CLI::IsMember(completionShells()));
    command->footer("Packages of the program have it in place already. Otherwise, for example:\n"
                    "  conda-oci completion bash > ~/.local/share/bash-completion/completions/conda-oci\n"
                    "  conda-oci completion fish > ~/.config/fish/completions/conda-oci.fish");
    return {command, [&app, shell] { return print(completionScript(commandTree(app), *shell)); }};
}

Verb addManual(CLI::App& app)
{
    CLI::App* command = app.add_subcommand("manual", "Print the manual page");
    command->group(""); // for those who make packages, not for people
    return {command, [&app] { return print(manualPage(commandTree(app), CONDAOCI_VERSION)); }};
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/completion.h"

#include <algorithm>
#include <sstream>

namespace condaoci::app {

using CLI::detail::find_and_replace;
using CLI::detail::join;

namespace {

/// Between single quotes, for every one of the shells.
std::string quoted(const std::string& text)
{
    return "'" + find_and_replace(text, "'", "'\\''") + "'";
}

bool takesFile(const OptionEntry& option)
{
    return option.value == "FILE";
}

bool takesDirectory(const OptionEntry& option)
{
    return option.value == "DIR";
}

std::vector<std::string> namesOf(const std::vector<CommandEntry>& verbs)
{
    std::vector<std::string> names;
    for (const CommandEntry& verb : verbs)
        names.push_back(verb.name);
    return names;
}

/// What the words of a verb's first positional are, where they are few.
std::vector<std::string> choicesOf(const CommandEntry& verb)
{
    for (const OptionEntry& positional : verb.positionals) {
        if (!positional.choices.empty())
            return positional.choices;
    }
    return {};
}

void writeBashCommand(std::ostream& out, const std::string& pattern, const CommandEntry& command,
                      std::vector<std::string> words)
{
    out << "    " << pattern << ")\n        case $before in\n";
    for (const OptionEntry& option : command.options) {
        if (option.value.empty())
            continue;
        out << "        " << join(option.names, "|") << ") ";
        if (!option.choices.empty())
            out << "COMPREPLY=($(compgen -W " << quoted(join(option.choices, " ")) << " -- \"$word\"))";
        else if (takesDirectory(option))
            out << "COMPREPLY=($(compgen -d -- \"$word\"))";
        else if (takesFile(option))
            out << "COMPREPLY=($(compgen -f -- \"$word\"))";
        else
            out << "COMPREPLY=()";
        out << "; return ;;\n";
    }
    for (const OptionEntry& option : command.options)
        words.insert(words.end(), option.names.begin(), option.names.end());
    out << "        esac\n        COMPREPLY=($(compgen -W " << quoted(join(words, " "))
        << " -- \"$word\"))\n        ;;\n";
}

std::string bashScript(const CommandEntry& program, const std::vector<CommandEntry>& verbs)
{
    std::ostringstream out;
    out << "# bash completion of conda-oci, made by `conda-oci completion bash`\n"
           "_conda_oci() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb= i\n"
           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
           "        case ${COMP_WORDS[i]} in\n        "
        << join(namesOf(verbs), "|")
        << ") verb=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n    case $verb in\n";
    for (const CommandEntry& verb : verbs)
        writeBashCommand(out, verb.name, verb, choicesOf(verb));
    writeBashCommand(out, "*", program, namesOf(verbs));
    out << "    esac\n}\ncomplete -o default -F _conda_oci conda-oci\n";
    return out.str();
}

/// An entry of zsh's _arguments for each name of an option, which may be given again.
void writeZshOption(std::ostream& out, const OptionEntry& option)
{
    const auto escaped = [](std::string text) {
        for (const char* special : {"\\", "[", "]", ":"})
            text = find_and_replace(text, special, std::string("\\") + special);
        return text;
    };
    for (const std::string& name : option.names) {
        std::string entry = "*" + name + "[" + escaped(option.description) + "]";
        if (!option.value.empty()) {
            entry += ":" + option.value + ":";
            if (!option.choices.empty())
                entry += "(" + join(option.choices, " ") + ")";
            else if (takesDirectory(option))
                entry += "_files -/";
            else if (takesFile(option))
                entry += "_files";
        }
        out << " \\\n            " << quoted(entry);
    }
}

std::string zshScript(const CommandEntry& program, const std::vector<CommandEntry>& verbs)
{
    std::ostringstream out;
    out << "#compdef conda-oci\n# zsh completion of conda-oci, made by `conda-oci completion zsh`\n"
           "_conda_oci() {\n    local curcontext=$curcontext state line\n    local -a verbs=(\n";
    for (const CommandEntry& verb : verbs)
        out << "        " << quoted(verb.name + ":" + find_and_replace(verb.description, ":", "\\:")) << '\n';
    out << "    )\n    _arguments -C";
    for (const OptionEntry& option : program.options)
        writeZshOption(out, option);
    out << " \\\n            '1: :->verb' '*:: :->rest'\n"
           "    case $state in\n"
           "    verb) _describe -t verbs verb verbs ;;\n"
           "    rest)\n        case ${words[1]} in\n";
    for (const CommandEntry& verb : verbs) {
        out << "        " << verb.name << ") _arguments";
        for (const OptionEntry& option : verb.options)
            writeZshOption(out, option);
        for (const OptionEntry& positional : verb.positionals) {
            const std::string action =
                positional.choices.empty() ? "_files" : "(" + join(positional.choices, " ") + ")";
            out << " \\\n            " << quoted(":" + positional.value + ":" + action);
        }
        out << " ;;\n";
    }
    out << "        esac\n        ;;\n    esac\n}\n_conda_oci \"$@\"\n";
    return out.str();
}

void writeFishOption(std::ostream& out, const OptionEntry& option, const std::string& condition)
{
    out << "complete -c conda-oci" << condition;
    for (const std::string& name : option.names)
        out << (name.rfind("--", 0) == 0 ? " -l " + name.substr(2) : " -s " + name.substr(1));
    if (!option.value.empty()) {
        if (takesFile(option))
            out << " -r -F";
        else if (takesDirectory(option))
            out << " -x -a '(__fish_complete_directories)'";
        else if (!option.choices.empty())
            out << " -x -a " << quoted(join(option.choices, " "));
        else
            out << " -x";
    }
    out << " -d " << quoted(option.description) << '\n';
}

std::string fishScript(const CommandEntry& program, const std::vector<CommandEntry>& verbs)
{
    std::ostringstream out;
    const std::string none = " -n __fish_use_subcommand";
    out << "# fish completion of conda-oci, made by `conda-oci completion fish`\n";
    for (const CommandEntry& verb : verbs)
        out << "complete -c conda-oci -f" << none << " -a " << verb.name << " -d " << quoted(verb.description) << '\n';
    for (const OptionEntry& option : program.options)
        writeFishOption(out, option, none);
    for (const CommandEntry& verb : verbs) {
        const std::string inside = " -n '__fish_seen_subcommand_from " + verb.name + "'";
        for (const OptionEntry& option : verb.options)
            writeFishOption(out, option, inside);
        if (const auto choices = choicesOf(verb); !choices.empty())
            out << "complete -c conda-oci -f" << inside << " -a " << quoted(join(choices, " ")) << '\n';
    }
    return out.str();
}

} // namespace

std::string completionScript(const std::vector<CommandEntry>& tree, const std::string& shell)
{
    const CommandEntry& program = tree.front();
    const std::vector<CommandEntry> verbs(tree.begin() + 1, tree.end());
    if (shell == "zsh")
        return zshScript(program, verbs);
    return shell == "fish" ? fishScript(program, verbs) : bashScript(program, verbs);
}

std::vector<std::string> completionShells()
{
    return {"bash", "zsh", "fish"};
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/manual.h"

#include <sstream>

namespace condaoci::app {

using CLI::detail::join;

namespace {

/// Text as roff shows it: no escapes, hyphens that can be copied, and no line that begins like a request.
std::string roff(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\(rs";
        else if (c == '-')
            out += "\\-";
        else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
            out += std::string("\\&") + c;
        else
            out += c;
    }
    return out;
}

std::string bold(const std::string& text)
{
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(const std::string& text)
{
    return "\\fI" + roff(text) + "\\fR";
}

/// A footer: paragraphs, headings (lines that end with a colon) and examples (lines that begin with two blanks).
void writeFooter(std::ostream& out, const std::string& footer)
{
    std::istringstream lines(footer);
    bool typed = false;
    bool fresh = true;
    for (std::string line; std::getline(lines, line);) {
        const bool isTyped = line.rfind("  ", 0) == 0;
        if (isTyped && !typed)
            out << ".PP\n.RS 4\n.nf\n";
        if (!isTyped && typed)
            out << ".fi\n.RE\n";
        const bool begins = fresh || typed != isTyped;
        typed = isTyped;
        fresh = line.empty();
        if (line.empty())
            continue;
        if (typed)
            out << roff(line.substr(2)) << '\n';
        else
            out << (begins ? ".PP\n" : "") << roff(line) << '\n';
    }
    if (typed)
        out << ".fi\n.RE\n";
}

void writeOption(std::ostream& out, const OptionEntry& option)
{
    std::vector<std::string> names;
    for (const std::string& name : option.names)
        names.push_back(bold(name));
    out << ".TP\n" << join(names, ", ");
    const std::string value = option.choices.empty() ? option.value : join(option.choices, "|");
    if (!option.names.empty() && !value.empty())
        out << ' ' << italic(value);
    else if (option.names.empty())
        out << italic(option.value);
    out << '\n' << roff(option.description);
    if (option.names.empty() && !option.choices.empty())
        out << " (" << roff(join(option.choices, ", ")) << ')';
    if (!option.standard.empty())
        out << ".\nDefault: " << roff(option.standard);
    out << ".\n";
}

std::string synopsis(const CommandEntry& command)
{
    std::string line = bold("conda-oci " + command.name);
    for (const OptionEntry& option : command.options) {
        if (option.required)
            line += " " + bold(option.names.back()) + " " + italic(option.value);
    }
    line += " [" + italic("options") + "]";
    for (const OptionEntry& positional : command.positionals)
        line += positional.required ? " " + italic(positional.value) : " [" + italic(positional.value) + "]";
    return line;
}

} // namespace

std::string manualPage(const std::vector<CommandEntry>& tree, const std::string& version)
{
    std::ostringstream out;
    const CommandEntry& program = tree.front();
    out << ".\\\" Made by `conda\\-oci manual`; do not edit.\n"
        << ".TH CONDA\\-OCI 1 \"\" \"conda\\-oci " << roff(version) << "\" \"User Commands\"\n"
        << ".SH NAME\nconda\\-oci \\- keeps conda packages in OCI registries\n.SH SYNOPSIS\n";
    for (size_t i = 1; i < tree.size(); ++i)
        out << (i == 1 ? "" : ".br\n") << synopsis(tree[i]) << '\n';
    out << ".SH DESCRIPTION\n" << roff(program.description) << ".\n";
    writeFooter(out, program.footer);
    out << ".SH OPTIONS\n";
    for (const OptionEntry& option : program.options)
        writeOption(out, option);
    out << ".SH VERBS\n";
    for (size_t i = 1; i < tree.size(); ++i) {
        const CommandEntry& verb = tree[i];
        out << ".SS " << roff(verb.name) << '\n' << roff(verb.description) << ".\n";
        for (const auto* list : {&verb.positionals, &verb.options}) {
            for (const OptionEntry& option : *list)
                writeOption(out, option);
        }
        writeFooter(out, verb.footer);
    }
    out << ".SH SEE ALSO\n.BR conda\\-oci\\-mirror (1),\n.BR skopeo (1)\n";
    return out.str();
}

} // namespace condaoci::app

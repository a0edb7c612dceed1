// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/commandtree.h"

#include <algorithm>

namespace condaoci::app {

namespace {

/// CLI11 puts what a validator says behind the type: "TEXT:{present,full}", "N:INT in [1 - 64]".
void takeTypeApart(const std::string& type, OptionEntry& entry)
{
    const size_t colon = type.find(':');
    entry.value = type.substr(0, colon);
    if (colon != std::string::npos && type[colon + 1] == '{')
        entry.choices = CLI::detail::split(type.substr(colon + 2, type.size() - colon - 3), ',');
}

OptionEntry optionEntry(const CLI::Option& option)
{
    OptionEntry entry;
    const auto& opposites = option.get_fnames();
    for (const std::string& name : option.get_snames())
        entry.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) {
        if (std::find(opposites.begin(), opposites.end(), name) == opposites.end())
            entry.names.push_back("--" + name);
    }
    for (const std::string& name : opposites)
        entry.names.push_back("--" + name);
    if (option.get_items_expected_max() > 0)
        takeTypeApart(option.get_type_name(), entry);
    if (entry.names.empty())
        entry.value = option.get_name(true);
    entry.standard = option.get_default_str();
    entry.description = option.get_description();
    entry.required = option.get_required();
    return entry;
}

CommandEntry commandEntry(const CLI::App& app)
{
    CommandEntry entry{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
    // What has no group is hidden: it is there for commands that were written for the predecessor.
    for (const CLI::Option* option :
         app.get_options([](const CLI::Option* one) { return !one->get_group().empty(); })) {
        OptionEntry one = optionEntry(*option);
        (one.names.empty() ? entry.positionals : entry.options).push_back(std::move(one));
    }
    return entry;
}

} // namespace

std::vector<CommandEntry> commandTree(const CLI::App& app)
{
    std::vector<CommandEntry> tree{commandEntry(app)};
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
        tree.push_back(commandEntry(*verb));
    return tree;
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/oldwords.h"

#include "app/cli/copyoptions.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace condaoci::app {

namespace {

using std::string_view_literals::operator""sv;

template<typename Words>
bool isOneOf(const Words& words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// As click reads it; one letter may also be a place's name, so it counts only where the verb has no places.
std::optional<bool> truthOf(const std::string& word, bool isLetterEnough)
{
    static constexpr std::array yes{"true"sv, "1"sv, "yes"sv, "on"sv, "t"sv, "y"sv};
    static constexpr std::array no{"false"sv, "0"sv, "no"sv, "off"sv, "f"sv, "n"sv};
    const std::string lower = CLI::detail::to_lower(word);
    const bool isLetter = lower.size() == 1 && lower != "0" && lower != "1";
    if (isLetter && !isLetterEnough)
        return {};
    if (isOneOf(yes, lower))
        return true;
    return isOneOf(no, lower) ? std::optional(false) : std::nullopt;
}

/// `--name VALUE` and `--name=VALUE` apart: where the value begins in the second form.
bool isOption(const std::string& word, std::string_view name, std::string* joined)
{
    if (word == name) {
        joined->clear();
        return true;
    }
    if (!word.starts_with(name) || word.size() <= name.size() || word[name.size()] != '=')
        return false;
    *joined = word.substr(name.size() + 1);
    return true;
}

std::optional<long> numberIn(std::string_view text)
{
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Of a verb that the predecessor has, too.
bool isVerbOfOld(const std::vector<std::string>& words)
{
    static constexpr std::array verbs{"mirror"sv, "pull-cache"sv, "push-cache"sv};
    return !words.empty() && isOneOf(verbs, words[0]);
}

} // namespace

Words modernised(std::vector<std::string> words)
{
    static constexpr std::array flags{"--quiet"sv, "--debug"sv, "--push-all"sv, "--dry-run"sv};
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> renamed{
        {{"--packages", "--package"}, {"--subdirs", "--subdir"}}};
    Words read;
    if (!words.empty() && (words[0] == "pull_cache" || words[0] == "push_cache"))
        words[0][4] = '-';
    const bool isOld = isVerbOfOld(words);
    for (size_t i = 0; i < words.size(); ++i) {
        std::string& word = words[i];
        std::string value;
        if (const auto truth = truthOf(word, isOld);
            truth && !read.words.empty() && isOneOf(flags, read.words.back())) {
            read.words.back() += *truth ? "=true" : "=false";
            continue;
        }
        for (const auto& [old, now] : renamed) {
            if (isOld && isOption(word, old, &value))
                word = std::string(now) + word.substr(old.size());
        }
        if (isOld && isOption(word, "--shard-workers", &value)) {
            i += value.empty() ? 1 : 0;
            read.notes.append(QStringLiteral("--shard-workers is not needed and means nothing here"));
            continue;
        }
        if (isOption(word, "--workers", &value)) {
            const bool isApart = value.empty() && i + 1 < words.size();
            const auto number = numberIn(isApart ? words[i + 1] : value);
            if (number && *number > mostWorkers) {
                read.notes.append(QStringLiteral("at most %1 packages are copied at a time; --workers %2 means %1")
                                      .arg(mostWorkers)
                                      .arg(*number));
                word = "--workers=" + std::to_string(mostWorkers);
                i += isApart ? 1 : 0;
            }
        }
        read.words.push_back(word);
    }
    return read;
}

QString adviceAboutRegistry(const std::vector<std::string>& words)
{
    std::string user;
    std::string host = "ghcr.io";
    std::string registry;
    bool isOld = false;
    const std::array<std::pair<std::string_view, std::string*>, 3> options{
        {{"--user", &user}, {"--host", &host}, {"--registry", &registry}}};
    for (size_t i = 0; i < words.size(); ++i) {
        for (const auto& [name, target] : options) {
            std::string value;
            if (!isOption(words[i], name, &value))
                continue;
            *target = value.empty() && i + 1 < words.size() ? words[i + 1] : value;
            isOld = isOld || target != &registry;
        }
    }
    if (!isOld || !isVerbOfOld(words))
        return {};
    if (registry.empty())
        registry = host + (user.empty() ? "" : "/" + user);
    return QStringLiteral("there are no options --user and --host here; write --registry %1 instead")
        .arg(oneLine(withoutSecrets(text(registry)), 200));
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/version.h"

#include "core/base/messages.h"
#include "core/base/text.h"

#include <algorithm>

namespace condaoci::conda {

namespace {

Error refuse(std::string_view text, const QString& why)
{
    const QString shown = oneLine(condaoci::text(text), 100);
    return Error{ErrorKind::Parse, Messages::tr("'%1' is not a version: %2").arg(shown, why)};
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isAllowed(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '+' || c == '!' || c == '*';
}

std::string lowered(std::string_view text)
{
    const auto begin = text.find_first_not_of(" \t\r\n");
    const auto end = text.find_last_not_of(" \t\r\n");
    std::string lower(begin == std::string_view::npos ? std::string_view() : text.substr(begin, end - begin + 1));
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

} // namespace

std::strong_ordering operator<=>(const Version::Atom& a, const Version::Atom& b)
{
    if (a.kind != b.kind)
        return a.kind <=> b.kind;
    // Numbers of any length: without leading zeros the longer one is the larger.
    if (a.kind == Version::Atom::Kind::Number && a.text.size() != b.text.size())
        return a.text.size() <=> b.text.size();
    return a.text <=> b.text;
}

/// Parts parted by dots (underscores count as dots, but one at the very end stays with its part), each into runs of
/// digits, stars and others. A part that does not begin with a digit gets a zero in front, so that "1.a" is "1.0a".
Result<Version::Components> Version::split(std::string_view part)
{
    Components components;
    const bool endsWithUnderscore = part.ends_with('_');
    std::string text(endsWithUnderscore ? part.substr(0, part.size() - 1) : part);
    std::replace(text.begin(), text.end(), '_', '.');
    for (size_t from = 0; from <= text.size();) {
        const size_t dot = std::min(text.find('.', from), text.size());
        std::string piece = text.substr(from, dot - from);
        if (endsWithUnderscore && dot == text.size())
            piece += '_';
        if (piece.empty())
            return Error{ErrorKind::Parse, Messages::tr("empty version component")};
        Component component;
        if (!isDigit(piece.front()))
            component.push_back({});
        for (size_t at = 0; at < piece.size();) {
            const auto classOf = [](char c) { return isDigit(c) ? 0 : c == '*' ? 1 : 2; };
            size_t end = at + 1;
            while (end < piece.size() && classOf(piece[end]) == classOf(piece[at]))
                ++end;
            const std::string run = piece.substr(at, end - at);
            if (isDigit(run.front())) {
                const auto first = run.find_first_not_of('0');
                component.push_back(
                    {Atom::Kind::Number, first == std::string::npos ? std::string() : run.substr(first)});
            } else if (run == "post") {
                component.push_back({Atom::Kind::Post, {}});
            } else {
                component.push_back(
                    {Atom::Kind::Letters, run == "dev" ? "DEV" : run}); // capitals sort before all letters
            }
            at = end;
        }
        components.push_back(std::move(component));
        from = dot + 1;
    }
    return components;
}

Result<Version> Version::parse(std::string_view text)
{
    Version version;
    version.m_text = lowered(text);
    std::string rest = version.m_text;
    if (rest.empty())
        return refuse(text, Messages::tr("it is empty"));
    if (rest.find('-') != std::string::npos && rest.find('_') == std::string::npos)
        std::replace(rest.begin(), rest.end(), '-', '_');
    if (!std::all_of(rest.begin(), rest.end(), isAllowed))
        return refuse(text, Messages::tr("invalid character(s)"));

    std::string epoch = "0";
    if (const auto mark = rest.find('!'); mark != std::string::npos) {
        epoch = rest.substr(0, mark);
        rest = rest.substr(mark + 1);
        if (rest.find('!') != std::string::npos)
            return refuse(text, Messages::tr("duplicated epoch separator '!'"));
        if (epoch.empty() || !std::all_of(epoch.begin(), epoch.end(), isDigit))
            return refuse(text, Messages::tr("epoch must be an integer"));
    }
    if (const auto plus = rest.find('+'); plus != std::string::npos) {
        std::string local = rest.substr(plus + 1);
        if (local.find('+') != std::string::npos)
            return refuse(text, Messages::tr("duplicated local version separator '+'"));
        // Unlike the main part, a local one keeps no underscore at its end.
        std::replace(local.begin(), local.end(), '_', '.');
        auto components = split(local);
        if (!components)
            return refuse(text, components.error().message);
        version.m_local = *std::move(components);
        rest = rest.substr(0, plus);
    }
    auto components = split(rest);
    if (!components)
        return refuse(text, components.error().message);
    auto epochComponents = split(epoch);
    version.m_main = *std::move(epochComponents);
    std::move(components->begin(), components->end(), std::back_inserter(version.m_main));
    return version;
}

std::strong_ordering Version::compare(const Components& a, const Components& b)
{
    static const Component none;
    static const Atom zero;
    for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const Component& left = i < a.size() ? a[i] : none;
        const Component& right = i < b.size() ? b[i] : none;
        for (size_t j = 0; j < std::max(left.size(), right.size()); ++j) {
            const auto order = (j < left.size() ? left[j] : zero) <=> (j < right.size() ? right[j] : zero);
            if (order != 0)
                return order;
        }
    }
    return std::strong_ordering::equal;
}

std::strong_ordering operator<=>(const Version& a, const Version& b)
{
    const auto order = Version::compare(a.m_main, b.m_main);
    return order != 0 ? order : Version::compare(a.m_local, b.m_local);
}

bool Version::startsWith(const Version& prefix) const
{
    if (!prefix.m_local.empty() && compare(m_main, prefix.m_main) != 0)
        return false;
    const Components& whole = prefix.m_local.empty() ? m_main : m_local;
    const Components& start = prefix.m_local.empty() ? prefix.m_main : prefix.m_local;
    const size_t last = start.size() - 1;
    if (whole.size() < last ||
        !std::equal(start.begin(), start.begin() + static_cast<std::ptrdiff_t>(last), whole.begin()))
        return false;
    static const Component none;
    const Component& component = whole.size() > last ? whole[last] : none;
    const Component& wanted = start[last];
    const size_t lastAtom = wanted.size() - 1;
    if (component.size() < lastAtom ||
        !std::equal(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(lastAtom), component.begin()))
        return false;
    const Atom atom = component.size() > lastAtom ? component[lastAtom] : Atom{};
    if (wanted[lastAtom].kind == Atom::Kind::Letters)
        return atom.kind == Atom::Kind::Letters && atom.text.starts_with(wanted[lastAtom].text);
    return atom == wanted[lastAtom];
}

} // namespace condaoci::conda

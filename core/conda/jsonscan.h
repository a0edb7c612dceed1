// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// How the text of a JSON document is scanned where no parser has been: by repodataparser.cpp, and nowhere else.
#pragma once

#include <QtGlobal>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace condaoci::conda::json {

/// What stands between the quotes of a JSON string that begins (after its quote) at `begin`.
inline std::string_view untilQuote(const char* begin)
{
    const char* at = begin;
    while (*at != '"')
        at += *at == '\\' ? 2 : 1;
    return {begin, static_cast<size_t>(at - begin)};
}

// The next two look at every byte without leaving early, which compilers make vector instructions of.

inline bool hasEscapes(std::string_view raw)
{
    return std::count(raw.begin(), raw.end(), '\\') != 0;
}

inline bool isHex(std::string_view text, size_t length)
{
    bool isWrong = text.size() != length;
    for (const char c : text)
        isWrong |= !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    return !isWrong;
}

inline bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The byte after the string that begins, with its quote, at `at`; `end` if it does not end.
inline const char* endOfString(const char* at, const char* end)
{
    for (++at; at < end; ++at) {
        if (*at == '"')
            return at + 1;
        if (*at == '\\')
            ++at;
    }
    return end;
}

/// The byte after the value that begins at `at`. Whether it is valid is another question.
inline const char* endOfValue(const char* at, const char* end)
{
    qint64 depth = 0;
    while (at < end) {
        const char c = *at;
        if (depth == 0 && (c == ',' || c == '}' || c == ']' || isSpace(c)))
            return at;
        if (c == '"') {
            at = endOfString(at, end);
            if (depth == 0)
                return at;
            continue;
        }
        if (c == '{' || c == '[')
            ++depth;
        else if ((c == '}' || c == ']') && --depth == 0)
            return at + 1;
        ++at;
    }
    return end;
}

/// The last comma before `before` that looks like one between two records: after a }, and before the quote of a key
/// that stands beside it or beyond white space. Null if there is none.
inline char* lastBoundary(char* begin, char* before)
{
    for (char* at = before - 1; at > begin; --at) {
        if (*at != ',')
            continue;
        const char* left = at - 1;
        while (left > begin && isSpace(*left))
            --left;
        const char* right = at + 1;
        while (right < before && isSpace(*right))
            ++right;
        if (*left == '}' && right < before && *right == '"')
            return at;
    }
    return nullptr;
}

/// The value of four hexadecimal digits, -1 where they are none.
inline int hexOfFour(std::string_view digits)
{
    int value = digits.size() < 4 ? -1 : 0;
    for (size_t i = 0; value >= 0 && i < 4; ++i) {
        const char c = digits[i];
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        value = digit < 0 ? -1 : value * 16 + digit;
    }
    return value;
}

/// Does every escape stand for a character that text may have? Not half of a surrogate pair, which serde and libmamba
/// refuse together with the whole document, and not NUL, where C's strings end.
inline bool areEscapesSound(std::string_view text)
{
    const char* end = text.data() + text.size();
    const auto next = [end](const char* from) {
        return static_cast<const char*>(std::memchr(from, '\\', static_cast<size_t>(end - from)));
    };
    for (const char* at = next(text.data()); at; at = at < end ? next(at) : nullptr) {
        const std::string_view rest(at + 1, static_cast<size_t>(end - at - 1));
        if (rest.empty() || std::string_view("\"\\/bfnrtu").find(rest[0]) == std::string_view::npos)
            return false;
        at += 2;
        if (rest[0] != 'u')
            continue;
        const int unit = hexOfFour(rest.substr(1));
        at += 4;
        if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
            return false;
        if (unit < 0xd800 || unit > 0xdbff)
            continue;
        const int low = rest.size() > 7 && rest[5] == '\\' && rest[6] == 'u' ? hexOfFour(rest.substr(7)) : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return false;
        at += 6;
    }
    return true;
}

/// Is it a number as JSON has them? Python reads no integers of thousands of digits.
inline bool isNumber(std::string_view token)
{
    constexpr size_t longest = 400;
    size_t at = 0;
    const auto digits = [&] {
        const size_t from = at;
        while (at < token.size() && token[at] >= '0' && token[at] <= '9')
            ++at;
        return at - from;
    };
    const auto take = [&](std::string_view any) {
        const bool isThere = at < token.size() && any.find(token[at]) != std::string_view::npos;
        at += isThere ? 1 : 0;
        return isThere;
    };
    if (token.size() > longest)
        return false;
    (void)take("-");
    const size_t first = at;
    const size_t whole = digits();
    if (whole == 0 || (whole > 1 && token[first] == '0'))
        return false;
    if (take(".") && digits() == 0)
        return false;
    if (take("eE")) {
        (void)take("+-");
        if (digits() == 0)
            return false;
    }
    return at == token.size();
}

} // namespace condaoci::conda::json

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace condaoci::conda {

/// A version in conda's ordering (conda.models.version.VersionOrder): an epoch, dotted components of numbers and
/// letters, `dev` < letters < numbers < `post`, an optional local part behind `+`. Immutable; parsed once, compared
/// often.
class Version
{
public:
    Version() = default;
    /// Error kind Parse, with the reason.
    [[nodiscard]] static Result<Version> parse(std::string_view text);

    [[nodiscard]] const std::string& text() const { return m_text; } ///< lower case, otherwise as written
    /// "1.2.3" starts with "1.2", and "1.2b1" with "1.2b".
    [[nodiscard]] bool startsWith(const Version& prefix) const;

    friend std::strong_ordering operator<=>(const Version& a, const Version& b);
    friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }

private:
    /// A run of digits or of letters.
    struct Atom
    {
        enum class Kind { Letters, Number, Post };
        Kind kind = Kind::Number;
        std::string text; ///< of a number: its digits without leading zeros, so zero is empty
        friend std::strong_ordering operator<=>(const Atom& a, const Atom& b);
        friend bool operator==(const Atom&, const Atom&) = default;
    };
    friend std::strong_ordering operator<=>(const Atom& a, const Atom& b);
    using Component = std::vector<Atom>;
    using Components = std::vector<Component>;

    [[nodiscard]] static Result<Components> split(std::string_view part);
    [[nodiscard]] static std::strong_ordering compare(const Components& a, const Components& b);

    std::string m_text;
    Components m_main; ///< the epoch first
    Components m_local;
};

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/version.h"

#include <memory>

namespace condaoci::conda {

/// A version constraint (conda.models.version.VersionSpec): `>=1.2,<2|3.*`, `1.2.*`, `=1.2`, `~=1.4`, `!=1.5`,
/// `^regex$`, parentheses; `,` binds more tightly than `|`. Immutable, cheap to copy, thread-safe.
class VersionSpec
{
public:
    /// Error kind Parse, with the reason.
    [[nodiscard]] static Result<VersionSpec> parse(std::string_view text);

    /// A version that can't be parsed matches only `*` and regular expressions.
    [[nodiscard]] bool matches(std::string_view version) const;

    struct Node;

private:
    std::shared_ptr<const Node> m_root;
};

} // namespace condaoci::conda

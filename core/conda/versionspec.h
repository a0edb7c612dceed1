// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/version.h"

#include <memory>

namespace condaoci::conda {

/// A version constraint as conda.models.version.VersionSpec reads it:
///
///     >=1.2,<2|3.*   1.2.*   =1.2   ~=1.4   !=1.5   ^regex$   (>=1|<0.5),!=1.3
///
/// The comma binds more tightly than the bar. Immutable, cheap to copy, thread-safe.
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

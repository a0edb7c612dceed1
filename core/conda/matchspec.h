// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace condaoci::conda {

struct PackageRecord;

/// A conda match specification (conda.models.match_spec.MatchSpec): name or glob, version constraint, build glob, and
/// the bracket form `name[version=">=1",build="py*",license=MIT]` with the keys name, version, build, build_number,
/// subdir, fn, md5, sha256, license and channel (which is read and not compared: a run has one channel). Immutable,
/// cheap to copy, thread-safe.
class MatchSpec
{
public:
    /// Error kind Parse; the message quotes the specification and says what is wrong with it.
    [[nodiscard]] static Result<MatchSpec> parse(std::string_view text);

    [[nodiscard]] bool matches(const PackageRecord& record) const;
    [[nodiscard]] bool matchesName(std::string_view name) const; ///< what matches() asks first
    /// The name when it is an exact one; empty for globs and expressions. What look-ups by name use.
    [[nodiscard]] std::string_view exactName() const;
    [[nodiscard]] const std::string& text() const; ///< as written

    struct Data;

private:
    std::shared_ptr<const Data> d;
};

} // namespace condaoci::conda

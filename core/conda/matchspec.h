// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace condaoci::conda {

struct PackageRecord;

/// A conda match specification (conda.models.match_spec.MatchSpec): name or glob, version constraint, build glob, and
/// the bracket form `name[version=">=1",build="py*",license=MIT]` with the keys name, version, build, build_number,
/// subdir, fn, md5, sha256, license and channel. In a glob `[…]` is one of some characters. The channel of
/// channel/subdir\::name is not compared, since records do not know theirs: see channel(). Immutable, cheap to copy,
/// thread-safe.
class MatchSpec
{
public:
    /// Error kind Parse; the message quotes the specification and says what is wrong with it.
    [[nodiscard]] static Result<MatchSpec> parse(std::string_view text);

    [[nodiscard]] bool matches(const PackageRecord& record) const;
    [[nodiscard]] bool matchesName(std::string_view name) const;       ///< what matches() asks first
    [[nodiscard]] bool matchesRest(const PackageRecord& record) const; ///< what it asks then
    /// The name when it is an exact one; empty for globs and expressions. What look-ups by name use.
    [[nodiscard]] std::string_view exactName() const;
    [[nodiscard]] const std::string& text() const; ///< as written
    [[nodiscard]] QString shown() const;           ///< the same fit to be shown, without the secrets of an address
    /// The channel that it names, without the platform, as written: a name or a URL; empty: none.
    [[nodiscard]] const std::string& channel() const;

    struct Data;

private:
    std::shared_ptr<const Data> d;
};

/// Asks an index's records, in their order, whether any of some specifications matches. The builds of a package stand
/// together there and share the bytes of its name, so each name is looked at once. Not thread-safe.
class RecordFilter
{
public:
    explicit RecordFilter(const std::vector<MatchSpec>& specs) ///< which outlive this
        : m_specs(specs)
    {
    }
    [[nodiscard]] bool matches(const PackageRecord& record);

private:
    const std::vector<MatchSpec>& m_specs;
    std::string_view m_name;               ///< of the record before
    std::vector<const MatchSpec*> m_named; ///< those that it satisfies
};

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"

#include <QStringList>

#include <vector>

namespace condaoci::conda {

/// Leaves of each name the newest version by conda's ordering, of it the highest build number, of that every build
/// string and format. Records whose version conda can't read go.
void keepNewest(std::vector<const PackageRecord*>& records);

/// The record's `depends`, as they are written.
[[nodiscard]] std::vector<std::string> dependsOf(const PackageRecord& record);

/// A package that others need.
struct NeededPackage
{
    const PackageRecord* record;
    size_t index;            ///< which of the indexes lists it
    const PackageRecord* by; ///< the first found that needs it
};

struct DependencyClosure
{
    std::vector<NeededPackage> needed; ///< without the roots
    QStringList unmet;                 ///< "NAME-VERSION-BUILD needs SPEC", once a specification
    QStringList unread;                ///< the same, of specifications that can't be read: taken by their name alone
};

/// Everything that the roots depend on, transitively, within the indexes of one or more platforms and noarch. Every
/// record that a dependency's specification matches is needed; with `newestOnly` the newest of them (keepNewest) in
/// each index. Virtual packages (`__glibc`, …) belong to the machine and are nobody's file. With python comes pip, as
/// conda and mamba add it when they install python: what of pip, and of what that needs, fits a python that is taken.
[[nodiscard]] DependencyClosure dependencyClosure(const std::vector<const Repodata*>& indexes,
                                                  const std::vector<const PackageRecord*>& roots, bool newestOnly);

} // namespace condaoci::conda

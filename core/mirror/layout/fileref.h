// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"

#include <QString>

namespace condaoci::mirror {

/// One file of a unit, with the store's name for where it belongs.
struct FileRef
{
    QString subdir;
    const conda::PackageRecord* record;
    conda::PackageName name; ///< views into the record
    QString baseUrl = {};    ///< as in SourceIndex
    bool isExpected = true;  ///< an index of the store's lists it, if not one to trust
    bool isAlone = true;     ///< no other build of its name is asked for, or a format of this one is known to be there
};

} // namespace condaoci::mirror

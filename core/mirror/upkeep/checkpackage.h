// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/manifest.h"

namespace condaoci::mirror {

/// A package that is unlike any other, so that nothing of it can be there already, nor be of use to anybody.
struct CheckPackage
{
    CheckPackage();

    QString name;
    std::vector<std::pair<oci::Descriptor, QByteArray>> blobs; ///< package, info, index.json
    oci::Manifest manifest;
};

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/reference.h"

#include <QString>

namespace condaoci::mirror {

/// A mirror of a channel in a registry or an image layout.
struct RegistryChannel
{
    oci::Endpoint endpoint;
    QString name; ///< the channel's name there
};

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/places/location.h"

namespace condaoci::mirror {

/// A place in a mirror as a person writes it: `REGISTRY[/NAMESPACE]/CHANNEL[/SUBDIR[/NAME[:VERSION-BUILD]]]`, the
/// registry as parseEndpoint takes it, of a layout `oci-layout:DIR//CHANNEL…`.
struct MirrorPath
{
    RegistryChannel channel;
    QString subdir;  ///< empty: the channel was meant
    QString name;    ///< empty: the subdir was meant
    QString package; ///< `NAME:VERSION-BUILD`, or empty
};

/// The subdir is found by its name (`noarch`, `linux-64`, …); what stands in front of it is namespace and channel.
/// The two are one path in the registry, so all of it becomes the channel's name. Error kind Config.
[[nodiscard]] Result<MirrorPath> parseMirrorPath(const QString& text);
/// The same, and a package is required.
[[nodiscard]] Result<MirrorPath> parsePackagePath(const QString& text);

} // namespace condaoci::mirror

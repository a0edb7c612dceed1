// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/readers.h"

#include "core/base/messages.h"

namespace condaoci::mirror {

QStringList readerNotes(const oci::Endpoint& endpoint, const QString& channelName)
{
    QStringList notes;
    if (endpoint.kind == oci::Endpoint::Kind::Layout)
        return notes;
    const bool plain = endpoint.origin.scheme() == QLatin1String("http");
    const bool otherPort = endpoint.origin.port(443) != 443;
    if (plain || otherPort)
        notes.append(
            Messages::tr(
                "mamba, micromamba, rattler and pixi reach oci:// channels by https on port 443 only, so they can't "
                "install from %1 as it is. Put an https proxy on port 443 in front of it, or pull the packages into a "
                "cache directory, which is a channel by itself")
                .arg(endpoint.toString()));
    if (endpoint.repository(channelName).startsWith(QLatin1String("t/")))
        notes.append(Messages::tr(
            "mamba takes a path that begins with t/ for a conda token and will not find this mirror; another "
            "namespace avoids that"));
    return notes;
}

} // namespace condaoci::mirror

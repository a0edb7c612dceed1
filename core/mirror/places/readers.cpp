// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/readers.h"

#include "core/base/messages.h"
#include "core/mirror/layout/naming.h"
#include "core/oci/hostprofile.h"

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
    if (oci::profileOf(endpoint.origin).isPrivateAtFirst)
        notes.append(Messages::tr("mamba 2 and pixi ask for %1 of each platform first; make these public as well")
                         .arg(placeholderList()));
    return notes;
}

QStringList lifetimeNotes(const oci::Endpoint& endpoint, std::chrono::seconds kept)
{
    const auto days = std::chrono::duration_cast<std::chrono::days>(kept).count();
    if (days < 1)
        return {};
    return {Messages::tr("%1 lets installers keep an index for %2 (its Cache-Control header), so they do not see what "
                         "is mirrored later: run mamba or micromamba with --repodata-ttl 0, or put a proxy in front of "
                         "it that removes that header")
                .arg(endpoint.toString(), days == 1 ? Messages::tr("1 day") : Messages::tr("%1 days").arg(days))};
}

QString placeholderList()
{
    static_assert(naming::placeholderNames.size() == 2);
    return Messages::tr("%1 and %2")
        .arg(QLatin1String(naming::placeholderNames[0]), QLatin1String(naming::placeholderNames[1]));
}

} // namespace condaoci::mirror

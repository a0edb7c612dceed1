// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/location.h"

#include <QDir>

namespace condaoci::mirror {

QString toString(const Location& location)
{
    if (const auto* channel = std::get_if<conda::Channel>(&location))
        return channel->toString();
    if (const auto* registry = std::get_if<RegistryChannel>(&location))
        return registry->endpoint.toString();
    return QDir::toNativeSeparators(std::get<CacheFolder>(location).channelPath());
}

QString describe(const Location& location)
{
    const auto* registry = std::get_if<RegistryChannel>(&location);
    return registry ? QStringLiteral("%1 in %2").arg(registry->name, registry->endpoint.toString())
                    : toString(location);
}

QString channelName(const Location& location)
{
    return std::visit([](const auto& end) { return end.name; }, location);
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/location.h"

#include "core/base/messages.h"

#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>

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
    return registry ? Messages::tr("%1 in %2").arg(registry->name, registry->endpoint.toString()) : toString(location);
}

QString channelName(const Location& location)
{
    return std::visit([](const auto& end) { return end.name; }, location);
}

QString ownChannelName(const Location& location)
{
    const auto* channel = std::get_if<conda::Channel>(&location);
    return channel ? channel->ownName : channelName(location);
}

std::optional<qint64> freeBytes(const Location& location)
{
    QString path;
    if (const auto* cache = std::get_if<CacheFolder>(&location))
        path = cache->channelPath();
    else if (const auto* registry = std::get_if<RegistryChannel>(&location))
        path = registry->endpoint.directory;
    if (path.isEmpty())
        return std::nullopt;
    // The nearest folder above one that is not there yet is on the same disk.
    QDir folder(path);
    while (!folder.exists() && folder.absolutePath() != QDir::rootPath())
        folder.setPath(QFileInfo(folder.absolutePath()).path());
    const QStorageInfo disk(folder.absolutePath());
    return disk.isValid() ? std::optional<qint64>(disk.bytesAvailable()) : std::nullopt;
}

} // namespace condaoci::mirror

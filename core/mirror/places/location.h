// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/channel.h"
#include "core/mirror/layout/registrychannel.h"

#include <QString>

#include <optional>
#include <variant>

namespace condaoci::mirror {

/// A channel as a directory on disk: `DIRECTORY/NAME/SUBDIR/{repodata.json,repodata.json.zst,*.conda,*.tar.bz2}`, which
/// conda, mamba and pixi install from as it stands.
struct CacheFolder
{
    QString directory; ///< absolute
    QString name;      ///< the channel's name, may contain slashes
    [[nodiscard]] QString channelPath() const { return directory + QLatin1Char('/') + name; }
    [[nodiscard]] QString subdirPath(const QString& subdir) const { return channelPath() + QLatin1Char('/') + subdir; }
};

/// One end of a copy.
using Location = std::variant<conda::Channel, RegistryChannel, CacheFolder>;

/// As a person would write it again, without secrets.
[[nodiscard]] QString toString(const Location& location);
/// The same with the channel's name, for messages: "conda-forge in ghcr.io/myorg".
[[nodiscard]] QString describe(const Location& location);
/// The channel's name at that end.
[[nodiscard]] QString channelName(const Location& location);
/// The name of the channel itself, also where it is given another one.
[[nodiscard]] QString ownChannelName(const Location& location);

/// Bytes that are free on the disk of a cache or image layout, whose folder need not be there yet; nullopt elsewhere.
[[nodiscard]] std::optional<qint64> freeBytes(const Location& location);

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QList>
#include <QString>
#include <QUrl>

#include <optional>

namespace condaoci::conda {

/// Where a channel is and what it is called.
struct Channel
{
    QString name; ///< in registry and cache: "conda-forge", "conda-forge/label/dev", "pkgs/main", or the last component
                  ///< of another URL
    QList<QUrl> bases; ///< without a trailing slash; the second and later are tried when the first fails for a package
    QString ownName = {}; ///< its name where no other was given: what is known of the channel itself goes by it
    [[nodiscard]] bool isLocal() const { return bases.constFirst().isLocalFile(); }
    [[nodiscard]] QString toString() const; ///< for people and logs; without user info and tokens
    /// What a mirror's index says of whose it is: the URL without user info, token and trailing slash; of a folder
    /// `file:NAME#` and a sum of its path, since where a folder is on a disk concerns no reader of the mirror.
    [[nodiscard]] QString identity() const;
    /// `base/subdir/file`, percent-encoded so that a `+` or `!` of a file name survives.
    [[nodiscard]] static QUrl fileUrl(const QUrl& base, const QString& subdir, const QString& file);
};

/// Reads what a person writes after --channel: a bare name ("conda-forge", "conda-forge/label/dev", "defaults",
/// "main"), an http(s) or file URL, or a directory ("./x", "/x", "x" if it has a subdir folder in it is still a name:
/// write ./x). `as` overrides the name. Error kind Config, before anything is sent.
[[nodiscard]] Result<Channel> parseChannel(const QString& text, const QString& as = {});
/// Only the channel's name, of a name, a URL or a directory (which need not exist), or `as` itself. Error kind Config.
[[nodiscard]] Result<QString> parseChannelName(const QString& text, const QString& as = {});

/// Are these two of Channel::identity() addresses of one channel? Whether by http or https, and in whichever case.
[[nodiscard]] bool isSameIdentity(const QString& one, const QString& other);
/// An identity in words: `https://host/channel`, `a folder named my-channel`; of what is none, one safe line.
[[nodiscard]] QString shownIdentity(const QString& identity);

/// The subdirs that are mirrored by default.
[[nodiscard]] const QStringList& defaultSubdirs();
/// The other ones that conda knows, of which few channels have any.
[[nodiscard]] const QStringList& otherSubdirs();
/// The "subdirs" of a channeldata.json, or of its last few thousand bytes; nullopt where they don't end with them.
[[nodiscard]] std::optional<QStringList> subdirsOfChannelData(QByteArrayView tail);
/// Is it one of defaultSubdirs() or otherSubdirs()?
[[nodiscard]] bool isKnownSubdir(const QString& text);
/// `noarch` or `platform-arch` of lower-case letters, digits, `_` and `-`.
[[nodiscard]] bool isSubdir(const QString& text);

} // namespace condaoci::conda

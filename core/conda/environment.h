// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QStringList>
#include <QUrl>

#include <vector>

namespace condaoci::conda {

/// One conda package that a lock file names.
struct LockedPackage
{
    QUrl channel;        ///< of the channel's folder (https, http, file, oci), without user info and token
    QString channelName; ///< parseChannelName() of that (oci: its last part); empty where it can't be one
    QString subdir;      ///< "linux-64"
    QString fileName;    ///< "zlib-1.2.11-0.conda"
    QByteArray sha256;   ///< 64 lower-case hexadecimal characters, or empty
    QByteArray md5;      ///< 32, or empty
    QString problem;     ///< why it can't be taken as the file names it; empty: it can
};

struct LockedEnvironment
{
    std::vector<LockedPackage> packages; ///< of all environments and platforms in the file, each once
    QStringList others; ///< entries that are not a package of a channel, with the reason: "numpy (PyPI)"
};

/// Reads pixi.lock and rattler-lock (versions 4 to 7), conda-lock (version 1) and explicit lists (`@EXPLICIT`, with
/// `#md5` or `#sha256:…` or without), in UTF-8 or, with a byte order mark, UTF-16. An entry that can't be used does not
/// spoil the rest: it is one of the others. Error kind Parse, the message says what the file is where that is plain, or
/// what is wrong and on which line.
///
/// \param folder  what paths in the file are relative to; empty: the current one
[[nodiscard]] Result<LockedEnvironment> parseLockFile(const QByteArray& bytes, const QString& folder = {});

} // namespace condaoci::conda

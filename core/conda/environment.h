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
    QUrl channel;        ///< of the channel's folder, without user info and token
    QString channelName; ///< parseChannelName() of that; empty where it can't be one
    QString subdir;      ///< "linux-64"
    QString fileName;    ///< "zlib-1.2.11-0.conda"
    QByteArray sha256;   ///< 64 lower-case hexadecimal characters, or empty
    QByteArray md5;      ///< 32, or empty
};

struct LockedEnvironment
{
    std::vector<LockedPackage> packages; ///< of all environments and platforms in the file, each once
    QStringList others;                  ///< what is no conda package: "numpy (PyPI)", "mypkg (built from source)"
};

/// Reads pixi.lock and rattler-lock (versions 4 to 7), conda-lock (version 1) and explicit lists (`@EXPLICIT`, with
/// `#md5` or `#sha256:…` or without). Error kind Parse, the message says what is wrong and on which line where that is
/// known.
[[nodiscard]] Result<LockedEnvironment> parseLockFile(const QByteArray& bytes);

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <optional>

class QIODevice;

namespace condaoci::conda {

/// One member of a tar archive as its header says.
struct TarEntry
{
    enum class Type { File, Directory, Symlink, Hardlink, Special };
    QByteArray
        path; ///< as stored, without a leading "./" and a trailing "/"; "." for the folder that was packed itself
    Type type = Type::File;
    qint64 size = 0;       ///< bytes of content; 0 for all but File
    QByteArray linkTarget; ///< Symlink and Hardlink
    quint32 mode = 0644;   ///< permission bits, set-uid and set-gid included
};

/// Reads a tar (ustar, GNU long names, pax) from front to back on a device that can't seek; never goes back, keeps
/// nothing but one header. Parse, naming the member, for what is malformed: a bad checksum, an empty name or one with
/// NUL, absurd sizes, an archive that ends early, more than limits::archiveEntries members, more than
/// limits::archiveRatio bytes for each compressed one. Whether a member is fit to be extracted is the caller's to
/// judge.
class TarReader
{
public:
    /// \param device      open for reading, not owned
    /// \param compressed  what the device inflates from; how far its position is past `start` tells how much was used
    ///                    up. May be null
    explicit TarReader(QIODevice* device, QIODevice* compressed = nullptr, qint64 start = 0)
        : m_device(device)
        , m_compressed(compressed)
        , m_start(start)
    {
    }

    /// The next member; nullopt after the last. What was not read of the current member's content is skipped.
    [[nodiscard]] Result<std::optional<TarEntry>> next();
    /// The whole content of the current member; Parse if it is over `limit` bytes.
    [[nodiscard]] Result<QByteArray> readContent(qint64 limit);

private:
    struct Overrides;
    [[nodiscard]] Result<void> readExactly(char* to, qint64 size);
    [[nodiscard]] Result<void> skip(qint64 size);
    [[nodiscard]] Result<void> readPax(Overrides& overrides);
    [[nodiscard]] Error malformed(const QString& why) const;

    QIODevice* m_device;
    QIODevice* m_compressed;
    qint64 m_start;
    QByteArray m_path;    ///< of the current member, for messages
    qint64 m_left = 0;    ///< content bytes of the current member not yet read
    qint64 m_padding = 0; ///< to the end of its last block
    qint64 m_entries = 0;
    qint64 m_inflated = 0;
};

} // namespace condaoci::conda

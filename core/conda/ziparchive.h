// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <memory>
#include <vector>

class QIODevice;

namespace condaoci::conda {

/// A member of a zip as its central directory says, which alone is believed: local headers may leave sizes out, and a
/// payload may hold whole zips.
struct ZipMember
{
    QByteArray name;    ///< its bytes
    qint64 header = 0;  ///< where its local header is in the file
    qint64 end = 0;     ///< where the next member or the directory begins
    qint64 packed = 0;  ///< bytes in the file
    qint64 size = 0;    ///< bytes once inflated
    quint32 crc = 0;    ///< CRC-32 of the inflated bytes
    quint16 method = 0; ///< APPNOTE.TXT 4.4.5
};

/// The members of a zip, zip64 included, in the order of the directory. Reads the file's end only. Bytes before the zip
/// and a comment behind it are passed over, as Python's zipfile does.
///
/// \param device  open and seekable
/// \return Parse, with the reason, for what is not a zip, a damaged directory, one over limits::metadataFile, members
/// that overlap, are encrypted, have the name of another one or need a reader of a later zip than Python's zipfile is
[[nodiscard]] Result<std::vector<ZipMember>> readZipDirectory(QIODevice* device);

/// Where the packed bytes of a member begin; its local header is read for that, and has to name it. Parse, also where
/// it is compressed in a way that is not known.
[[nodiscard]] Result<qint64> zipMemberStart(QIODevice* device, const ZipMember& member);

/// The bytes of a member that is stored, deflated or compressed by bzip2 or zstd, from front to back. They are read
/// once before, to see that size and CRC-32 are what the directory says; otherwise Parse. While what is returned is
/// read, the position of `device` tells how much of it was used up.
[[nodiscard]] Result<std::unique_ptr<QIODevice>> openZipMember(QIODevice* device, const ZipMember& member);

} // namespace condaoci::conda

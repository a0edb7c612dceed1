// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <array>
#include <optional>
#include <vector>

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

/// What may be behind the last member of a tar.
enum class TarEnd {
    ZeroBlock, ///< at least one block of zeros, without which the archive counts as cut short
    Stream,    ///< behind a member the end of the device is enough, since the device itself tells that it is cut short
};

/// Reads a tar (ustar, GNU long names and sparse files, pax) from front to back on a device that can't seek; never goes
/// back, keeps nothing but one header. Parse, naming the member, for what is malformed: a bad checksum, an empty name
/// or one with NUL, absurd sizes, an archive that ends early, more than limits::archiveEntries members, more than
/// limits::archiveRatio bytes for each compressed one. Whether a member is fit to be extracted is the caller's to
/// judge.
class TarReader
{
public:
    /// \param device      open for reading, not owned
    /// \param compressed  what the device inflates from; how far its position is past `start` tells how much was used
    ///                    up. May be null
    explicit TarReader(QIODevice* device, QIODevice* compressed = nullptr, qint64 start = 0,
                       TarEnd end = TarEnd::ZeroBlock)
        : m_device(device)
        , m_compressed(compressed)
        , m_start(start)
        , m_end(end)
    {
    }

    /// The next member; nullopt after the last. What was not read of the current member's content is skipped.
    [[nodiscard]] Result<std::optional<TarEntry>> next();
    /// The whole content of the current member, with the holes of a sparse file as zeros; Parse if it is over `limit`
    /// bytes.
    [[nodiscard]] Result<QByteArray> readContent(qint64 limit);
    /// Was the last error one of our limits, and not damage?
    [[nodiscard]] bool isExhausted() const { return m_isExhausted; }

private:
    using Block = std::array<char, 512>;
    struct Overrides;
    struct SparsePart
    {
        qint64 offset;
        qint64 size;
    };
    [[nodiscard]] Result<bool> readHeader(Block& block, bool mayEnd);
    [[nodiscard]] Result<void> readExactly(char* to, qint64 size);
    [[nodiscard]] Result<void> skip(qint64 size);
    [[nodiscard]] Result<void> readPax(Overrides& overrides);
    [[nodiscard]] Result<void> takePax(Overrides& overrides, const QByteArray& key, const QByteArray& value);
    [[nodiscard]] Result<void> readExtension(Overrides& overrides, char flag);
    [[nodiscard]] Result<TarEntry> makeEntry(const Block& block, const Overrides& overrides);
    [[nodiscard]] Result<void> readOldSparse(const Block& block);
    [[nodiscard]] Result<void> readSparseMap();
    void addPart(qint64 offset, qint64 size);
    bool takeParts(const Block& block, size_t from, int count);
    [[nodiscard]] Result<QByteArray> readSparse();
    [[nodiscard]] Error malformed(const QString& why) const;
    [[nodiscard]] Error cutShort(qint64 got) const;
    [[nodiscard]] Error exhausted(const QString& why);

    QIODevice* m_device;
    QIODevice* m_compressed;
    qint64 m_start;
    TarEnd m_end;
    QByteArray m_path;    ///< of the current member, for messages
    qint64 m_left = 0;    ///< content bytes of the current member not yet read
    qint64 m_padding = 0; ///< to the end of its last block
    qint64 m_entries = 0;
    qint64 m_inflated = 0;
    bool m_isExhausted = false;
    qint64 m_sparseSize = -1;        ///< of the current member with its holes; -1: it is not sparse
    bool m_hasSparseMap = false;     ///< its parts are told at the beginning of its content
    std::vector<SparsePart> m_parts; ///< of it, in the order of their content; at most limits::sparseParts + 1
};

} // namespace condaoci::conda

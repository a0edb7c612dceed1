// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/tarreader.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QIODevice>

#include <algorithm>
#include <array>

namespace condaoci::conda {

namespace {

constexpr qint64 blockSize = 512;
constexpr qint64 longNameLimit = 64 * limits::KiB; // a GNU long name or a pax header is never this large in earnest
constexpr qint64 largestMember = 1024 * limits::GiB;

using Bytes = std::array<char, blockSize>;

QByteArray field(const Bytes& block, size_t from, size_t length)
{
    const char* begin = block.data() + from;
    return QByteArray(begin, static_cast<qsizetype>(strnlen(begin, length)));
}

/// An octal number, or GNU's base-256 for large ones; -1 if it is neither.
qint64 number(const Bytes& block, size_t from, size_t length)
{
    const auto* bytes = reinterpret_cast<const unsigned char*>(block.data()) + from;
    if (bytes[0] & 0x80) {
        qint64 value = bytes[0] & 0x7f;
        for (size_t i = 1; i < length; ++i) {
            if (value > (largestMember >> 8))
                return -1;
            value = value << 8 | bytes[i];
        }
        return value;
    }
    const QByteArray digits = field(block, from, length).trimmed();
    bool isNumber = false;
    const qint64 value = digits.isEmpty() ? 0 : digits.toLongLong(&isNumber, 8);
    return digits.isEmpty() || isNumber ? value : -1;
}

bool isEmptyBlock(const Bytes& block)
{
    return std::all_of(block.begin(), block.end(), [](char c) { return c == 0; });
}

/// The sum of the header's bytes with the checksum's own taken as spaces; old writers summed signed characters.
bool hasRightChecksum(const Bytes& block)
{
    const qint64 stored = number(block, 148, 8);
    qint64 plain = 0;
    qint64 asSigned = 0;
    for (size_t i = 0; i < block.size(); ++i) {
        const char c = i >= 148 && i < 156 ? ' ' : block[i];
        plain += static_cast<unsigned char>(c);
        asSigned += static_cast<signed char>(c);
    }
    return stored == plain || stored == asSigned;
}

TarEntry::Type typeOf(char flag)
{
    switch (flag) {
    case '\0':
    case '0':
    case '7':
    case 'S': // sparse, GNU's way before pax
        return TarEntry::Type::File;
    case '1':
        return TarEntry::Type::Hardlink;
    case '2':
        return TarEntry::Type::Symlink;
    case '5':
        return TarEntry::Type::Directory;
    default:
        return TarEntry::Type::Special;
    }
}

/// Without "./" before and "/" behind; "." for the folder that was packed itself.
QByteArray normalized(QByteArray path)
{
    while (path.startsWith("./")) {
        const auto name = std::find_if(path.cbegin() + 1, path.cend(), [](char c) { return c != '/'; });
        if (name == path.cend())
            return ".";
        path.remove(0, name - path.cbegin());
    }
    while (path.size() > 1 && path.endsWith('/'))
        path.chop(1);
    return path;
}

} // namespace

/// What a GNU long-name member or a pax header says about the member that follows it.
struct TarReader::Overrides
{
    bool isSet = false; ///< there was one, so a member has to follow
    QByteArray path;
    QByteArray linkTarget;
    qint64 size = -1;
    QByteArray sparsePath;     ///< in place of one that names GNU tar's process
    qint64 sparseSize = -1;    ///< with the holes; -1: not sparse
    qint64 partOffset = -1;    ///< of which the size comes next
    bool hasSparseMap = false; ///< the content begins with it
};

Error TarReader::malformed(const QString& why) const
{
    const QString at = oneLine(QString::fromUtf8(m_path), 200);
    return Error{ErrorKind::Parse, m_path.isEmpty() ? Messages::tr("the archive is damaged: %1").arg(why)
                                                    : Messages::tr("the archive is damaged at %1: %2").arg(at, why)};
}

Error TarReader::cutShort(qint64 got) const
{
    return malformed(got < 0 ? m_device->errorString() : Messages::tr("it ends early"));
}

Error TarReader::exhausted(const QString& why)
{
    m_isExhausted = true;
    const QString at = oneLine(QString::fromUtf8(m_path), 200);
    return Error{ErrorKind::Parse, Messages::tr("the archive is not read further than %1: %2").arg(at, why)};
}

Result<void> TarReader::readExactly(char* to, qint64 size)
{
    while (size > 0) {
        const qint64 got = m_device->read(to, size);
        if (got <= 0)
            return cutShort(got);
        to += got;
        size -= got;
        m_inflated += got;
    }
    if (m_compressed && m_inflated > limits::archiveRatioFrom &&
        m_inflated / limits::archiveRatio > std::max<qint64>(m_compressed->pos() - m_start, 1))
        return exhausted(Messages::tr("it inflates to more than %1 times its size").arg(limits::archiveRatio));
    return {};
}

Result<void> TarReader::skip(qint64 size)
{
    QByteArray scratch(std::min<qint64>(size, limits::ioChunk), Qt::Uninitialized);
    while (size > 0) {
        const qint64 part = std::min<qint64>(size, scratch.size());
        if (auto read = readExactly(scratch.data(), part); !read)
            return read;
        size -= part;
    }
    return {};
}

Result<QByteArray> TarReader::readContent(qint64 limit)
{
    const qint64 size = m_sparseSize >= 0 ? m_sparseSize : m_left;
    if (size > limit)
        return malformed(Messages::tr("the member has %1 bytes; at most %2 are read").arg(size).arg(limit));
    if (m_sparseSize >= 0)
        return readSparse();
    QByteArray content(m_left, Qt::Uninitialized);
    if (auto read = readExactly(content.data(), m_left); !read)
        return read.error();
    m_left = 0;
    return content;
}

void TarReader::addPart(qint64 offset, qint64 size)
{
    if (m_parts.size() <= static_cast<size_t>(limits::sparseParts)) // one more shows that there are too many
        m_parts.push_back({offset, size});
}

/// Offset and size of each part that a header or an extension block has room for; false if one is malformed.
bool TarReader::takeParts(const Block& block, size_t from, int count)
{
    for (int i = 0; i < count; ++i, from += 24) {
        if (field(block, from, 24).isEmpty())
            continue;
        const qint64 offset = number(block, from, 12);
        const qint64 size = number(block, from + 12, 12);
        if (offset < 0 || size < 0)
            return false;
        addPart(offset, size);
    }
    return true;
}

/// GNU's own way, before pax: four parts in the header, and more in blocks between it and the content.
Result<void> TarReader::readOldSparse(const Block& block)
{
    m_sparseSize = number(block, 483, 12);
    bool isRight = m_sparseSize >= 0 && m_sparseSize <= largestMember && takeParts(block, 386, 4);
    Block extension;
    for (bool hasMore = block[482] != 0; isRight && hasMore; hasMore = extension[504] != 0) {
        if (auto read = readExactly(extension.data(), blockSize); !read)
            return read;
        isRight = takeParts(extension, 0, 21);
    }
    return isRight ? Result<void>() : malformed(Messages::tr("the map of a sparse file is malformed"));
}

/// Format 1.0 of pax: the number of parts, then offset and size of each, a line each, filled up to whole blocks.
Result<void> TarReader::readSparseMap()
{
    constexpr qsizetype longestLine = 24;
    QByteArray text;
    qsizetype at = 0;
    const auto line = [&]() -> Result<qint64> {
        qsizetype end = text.indexOf('\n', at);
        while (end < 0 && text.size() - at < longestLine && m_left >= blockSize) {
            Block block;
            if (auto read = readExactly(block.data(), blockSize); !read)
                return read.error();
            m_left -= blockSize;
            text = text.mid(at).append(block.data(), blockSize);
            at = 0;
            end = text.indexOf('\n');
        }
        bool isNumber = false;
        const qint64 value = end < 0 ? -1 : text.mid(at, end - at).toLongLong(&isNumber);
        at = end + 1;
        return isNumber && value >= 0 ? Result<qint64>(value)
                                      : malformed(Messages::tr("the map of a sparse file is malformed"));
    };
    auto count = line();
    if (!count)
        return count.error();
    for (qint64 i = 0; i < *count && m_parts.size() <= static_cast<size_t>(limits::sparseParts); ++i) {
        auto offset = line();
        auto size = offset ? line() : offset;
        if (!size)
            return size.error();
        addPart(*offset, *size);
    }
    return {};
}

Result<QByteArray> TarReader::readSparse()
{
    if (m_hasSparseMap) {
        if (auto read = readSparseMap(); !read)
            return read.error();
    }
    QByteArray content(m_sparseSize, '\0');
    for (const SparsePart& part : m_parts) {
        if (part.size > m_left || part.size > m_sparseSize || part.offset > m_sparseSize - part.size)
            return malformed(Messages::tr("the map of a sparse file is malformed"));
        if (auto read = readExactly(content.data() + part.offset, part.size); !read)
            return read.error();
        m_left -= part.size;
    }
    if (m_parts.size() > static_cast<size_t>(limits::sparseParts))
        return malformed(Messages::tr("it has more than %1 parts").arg(limits::sparseParts));
    return content;
}

Result<void> TarReader::takePax(Overrides& overrides, const QByteArray& key, const QByteArray& value)
{
    bool isRight = true;
    const auto number = [&] {
        const qint64 read = value.toLongLong(&isRight);
        isRight = isRight && read >= 0;
        return read;
    };
    if (key == "path") {
        overrides.path = value;
    } else if (key == "linkpath") {
        overrides.linkTarget = value;
    } else if (key == "size") {
        overrides.size = number();
    } else if (key == "GNU.sparse.name") {
        overrides.sparsePath = value;
    } else if (key == "GNU.sparse.size" || key == "GNU.sparse.realsize") {
        overrides.sparseSize = number();
    } else if (key == "GNU.sparse.major") {
        overrides.hasSparseMap = number() == 1;
    } else if (key == "GNU.sparse.offset") {
        overrides.partOffset = number();
    } else if (key == "GNU.sparse.numbytes") {
        addPart(std::max<qint64>(overrides.partOffset, 0), number());
    } else if (key == "GNU.sparse.map") {
        const auto numbers = value.split(',');
        for (qsizetype i = 0; isRight && i + 1 < numbers.size(); i += 2) {
            bool isOffset = false;
            addPart(numbers[i].toLongLong(&isOffset), numbers[i + 1].toLongLong(&isRight));
            isRight = isRight && isOffset && m_parts.back().offset >= 0 && m_parts.back().size >= 0;
        }
    }
    return isRight ? Result<void>() : malformed(Messages::tr("a pax header is malformed"));
}

/// Records of the form "LENGTH KEY=VALUE\n" (POSIX.1-2001, pax interchange format).
Result<void> TarReader::readPax(Overrides& overrides)
{
    auto content = readContent(longNameLimit);
    if (!content)
        return content.error();
    for (qsizetype at = 0; at < content->size();) {
        const auto space = content->indexOf(' ', at);
        bool isNumber = false;
        const qint64 length = space < 0 ? 0 : content->sliced(at, space - at).toLongLong(&isNumber);
        if (!isNumber || length <= space - at + 1 || length > content->size() - at ||
            (*content)[at + length - 1] != '\n')
            return malformed(Messages::tr("a pax header is malformed"));
        const QByteArray entry = content->sliced(space + 1, at + length - space - 2);
        const auto equals = entry.indexOf('=');
        if (auto taken = takePax(overrides, entry.left(equals), entry.mid(equals + 1)); !taken)
            return taken;
        at += length;
    }
    return {};
}

/// The content of a member that only tells about the next one.
Result<void> TarReader::readExtension(Overrides& overrides, char flag)
{
    if (flag == 'g')
        return {}; // comments for the whole archive
    overrides.isSet = true;
    if (flag == 'x')
        return readPax(overrides);
    auto name = readContent(longNameLimit);
    if (!name)
        return name.error();
    (flag == 'L' ? overrides.path : overrides.linkTarget) = QByteArray(name->constData()); // up to its NUL
    return {};
}

/// False at the end of the archive.
Result<bool> TarReader::readHeader(Block& block, bool mayEnd)
{
    const qint64 got = m_device->read(block.data(), blockSize);
    if (got == 0 && mayEnd && m_end == TarEnd::Stream && m_entries > 0)
        return false;
    if (got <= 0)
        return cutShort(got);
    m_inflated += got;
    if (auto read = readExactly(block.data() + got, blockSize - got); !read)
        return read.error();
    if (isEmptyBlock(block))
        return false;
    if (!hasRightChecksum(block))
        return malformed(m_path.isEmpty() ? Messages::tr("it does not begin with the header of a tar")
                                          : Messages::tr("the checksum of the header that follows is wrong"));
    return true;
}

Result<TarEntry> TarReader::makeEntry(const Block& block, const Overrides& overrides)
{
    const char flag = block[156];
    const bool isOldSparse = flag == 'S';
    TarEntry entry;
    const QByteArray prefix =
        field(block, 257, 5) == "ustar" && block[262] == '\0' && !isOldSparse ? field(block, 345, 155) : QByteArray();
    entry.path = !overrides.sparsePath.isEmpty() ? overrides.sparsePath
                 : !overrides.path.isEmpty()     ? overrides.path
                 : prefix.isEmpty()              ? m_path
                                                 : prefix + '/' + m_path;
    entry.path = m_path = normalized(entry.path);
    entry.type = typeOf(flag);
    if (entry.type == TarEntry::Type::File && field(block, 0, 100).endsWith('/') && overrides.path.isEmpty())
        entry.type = TarEntry::Type::Directory; // how tar said it before there was a flag
    entry.linkTarget = overrides.linkTarget.isEmpty() ? field(block, 157, 100) : overrides.linkTarget;
    if (entry.type == TarEntry::Type::Hardlink)
        entry.linkTarget = normalized(entry.linkTarget); // names a member, as `path` does
    entry.mode = static_cast<quint32>(std::max<qint64>(number(block, 100, 8), 0)) & 07777;
    if (entry.type != TarEntry::Type::File) {
        m_left = entry.type == TarEntry::Type::Special ? m_left : 0;
        m_padding = m_left == 0 ? 0 : m_padding;
    } else if (isOldSparse) {
        if (auto read = readOldSparse(block); !read)
            return read.error();
    } else {
        m_sparseSize = overrides.sparseSize;
        m_hasSparseMap = overrides.hasSparseMap;
    }
    entry.size = entry.type != TarEntry::Type::File ? 0 : m_sparseSize >= 0 ? m_sparseSize : m_left;
    if (entry.path.isEmpty() || entry.path.contains('\0'))
        return malformed(Messages::tr("a member's name is empty or contains NUL"));
    return entry;
}

Result<std::optional<TarEntry>> TarReader::next()
{
    Overrides overrides;
    m_parts.clear();
    while (true) {
        if (auto skipped = skip(m_left + m_padding); !skipped)
            return skipped.error();
        m_left = m_padding = 0;
        m_sparseSize = -1;
        Block block;
        auto isThere = readHeader(block, !overrides.isSet);
        if (!isThere)
            return isThere.error();
        if (!*isThere)
            return std::optional<TarEntry>();
        m_path = field(block, 0, 100);
        if (++m_entries > limits::archiveEntries)
            return exhausted(Messages::tr("it has more than %1 members").arg(limits::archiveEntries));
        const qint64 size = overrides.size >= 0 ? overrides.size : number(block, 124, 12);
        if (size < 0 || size > largestMember)
            return malformed(Messages::tr("a size is malformed"));
        m_left = size;
        m_padding = (blockSize - size % blockSize) % blockSize;
        const char flag = block[156];
        if (flag != 'L' && flag != 'K' && flag != 'x' && flag != 'g') {
            auto entry = makeEntry(block, overrides);
            return entry ? Result<std::optional<TarEntry>>(*std::move(entry)) : entry.error();
        }
        if (auto read = readExtension(overrides, flag); !read)
            return read.error();
    }
}

} // namespace condaoci::conda

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

using Block = std::array<char, blockSize>;

QByteArray field(const Block& block, size_t from, size_t length)
{
    const char* begin = block.data() + from;
    return QByteArray(begin, static_cast<qsizetype>(strnlen(begin, length)));
}

/// An octal number, or GNU's base-256 for large ones; -1 if it is neither.
qint64 number(const Block& block, size_t from, size_t length)
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

bool isEmptyBlock(const Block& block)
{
    return std::all_of(block.begin(), block.end(), [](char c) { return c == 0; });
}

/// The sum of the header's bytes with the checksum's own taken as spaces; old writers summed signed characters.
bool hasRightChecksum(const Block& block)
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
    QByteArray path;
    QByteArray linkTarget;
    qint64 size = -1;
};

Error TarReader::malformed(const QString& why) const
{
    const QString at = oneLine(QString::fromUtf8(m_path), 200);
    return Error{ErrorKind::Parse, m_path.isEmpty() ? Messages::tr("the archive is damaged: %1").arg(why)
                                                    : Messages::tr("the archive is damaged at %1: %2").arg(at, why)};
}

Result<void> TarReader::readExactly(char* to, qint64 size)
{
    while (size > 0) {
        const qint64 got = m_device->read(to, size);
        if (got <= 0)
            return malformed(got < 0 ? m_device->errorString() : Messages::tr("it ends early"));
        to += got;
        size -= got;
        m_inflated += got;
    }
    if (m_compressed && m_inflated > limits::archiveRatioFrom &&
        m_inflated / limits::archiveRatio > std::max<qint64>(m_compressed->pos() - m_start, 1))
        return malformed(Messages::tr("it inflates to more than %1 times its size").arg(limits::archiveRatio));
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
    if (m_left > limit)
        return malformed(Messages::tr("the member has %1 bytes; at most %2 are read").arg(m_left).arg(limit));
    QByteArray content(m_left, Qt::Uninitialized);
    if (auto read = readExactly(content.data(), m_left); !read)
        return read.error();
    m_left = 0;
    return content;
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
        const QByteArray key = entry.left(equals);
        const QByteArray value = entry.mid(equals + 1);
        if (key == "path")
            overrides.path = value;
        else if (key == "linkpath")
            overrides.linkTarget = value;
        else if (key == "size")
            overrides.size = value.toLongLong(&isNumber);
        if (!isNumber || (key == "size" && overrides.size < 0))
            return malformed(Messages::tr("a pax header is malformed"));
        at += length;
    }
    return {};
}

Result<std::optional<TarEntry>> TarReader::next()
{
    Overrides overrides;
    while (true) {
        if (auto skipped = skip(m_left + m_padding); !skipped)
            return skipped.error();
        m_left = m_padding = 0;
        Block block;
        if (auto read = readExactly(block.data(), blockSize); !read)
            return read.error();
        if (isEmptyBlock(block))
            return std::optional<TarEntry>();
        m_path = field(block, 0, 100);
        if (!hasRightChecksum(block))
            return malformed(Messages::tr("a header's checksum is wrong"));
        if (++m_entries > limits::archiveEntries)
            return malformed(Messages::tr("it has more than %1 members").arg(limits::archiveEntries));
        const qint64 size = overrides.size >= 0 ? overrides.size : number(block, 124, 12);
        if (size < 0 || size > largestMember)
            return malformed(Messages::tr("a size is malformed"));
        m_left = size;
        m_padding = (blockSize - size % blockSize) % blockSize;

        const char flag = block[156];
        if (flag == 'L' || flag == 'K') {
            auto name = readContent(longNameLimit);
            if (!name)
                return name.error();
            (flag == 'L' ? overrides.path : overrides.linkTarget) = QByteArray(name->constData()); // up to its NUL
            continue;
        }
        if (flag == 'x') {
            if (auto read = readPax(overrides); !read)
                return read.error();
            continue;
        }
        if (flag == 'g')
            continue; // comments for the whole archive

        TarEntry entry;
        const QByteArray prefix =
            field(block, 257, 5) == "ustar" && block[262] == '\0' ? field(block, 345, 155) : QByteArray();
        entry.path = !overrides.path.isEmpty() ? overrides.path : prefix.isEmpty() ? m_path : prefix + '/' + m_path;
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
        }
        entry.size = entry.type == TarEntry::Type::File ? m_left : 0;
        if (entry.path.isEmpty() || entry.path.contains('\0'))
            return malformed(Messages::tr("a member's name is empty or contains NUL"));
        return std::optional(std::move(entry));
    }
}

} // namespace condaoci::conda

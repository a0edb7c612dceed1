// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/ziparchive.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/conda/inflatingdevice.h"
#include "core/conda/infocollector.h"

#include <QIODevice>
#include <QSet>
#include <QtEndian>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

// The numbers are offsets of APPNOTE.TXT 4.3.7 (local header), 4.3.12 (an entry of the directory), 4.3.14 and 4.3.15
// (zip64 end and its locator), 4.3.16 (end) and 4.5.3 (zip64 extra field).

namespace condaoci::conda {

namespace {

constexpr qint64 endSize = 22;
constexpr qint64 locatorSize = 20;
constexpr qint64 end64Size = 56;
constexpr qint64 entrySize = 46;
constexpr qint64 headerSize = 30;
constexpr qint64 longestComment = 65535;
constexpr quint32 inExtraField = 0xffffffff;
constexpr quint8 newestVersion = 63; ///< of APPNOTE.TXT, times ten, that a reader needs; readers refuse newer ones
constexpr quint16 unreadable = 0x1 | 0x20 | 0x40; ///< encrypted, a patch, strongly encrypted

/// At most `size` bytes from a place in the file.
QByteArray bytesAt(QIODevice* device, qint64 at, qint64 size)
{
    return at >= 0 && at <= device->size() && device->seek(at) ? device->read(size) : QByteArray();
}

template<typename T>
T number(QByteArrayView bytes, qsizetype at)
{
    return qFromLittleEndian<T>(bytes.data() + at);
}

/// What the directory's end says, with `at` as the place where the directory ends.
struct DirectoryEnd
{
    qint64 at = 0;
    quint64 size = 0;
    quint64 offset = 0;
};

Error damagedDirectory()
{
    return unusablePackage(Messages::tr("the directory of its zip is damaged"));
}

/// The zip64 end, if the one before it that points at it is there. It is beside that one, as all writers put it, or
/// where that one says.
Result<std::optional<DirectoryEnd>> readEnd64(QIODevice* device, qint64 end)
{
    const QByteArray locator = bytesAt(device, end - locatorSize, locatorSize);
    if (locator.size() < locatorSize || !locator.startsWith("PK\6\7"))
        return std::optional<DirectoryEnd>();
    if (number<quint32>(locator, 4) != 0 || number<quint32>(locator, 16) > 1)
        return unusablePackage(Messages::tr("its zip is one of several disks"));
    const auto said = static_cast<qint64>(number<quint64>(locator, 8));
    for (const qint64 at : {end - locatorSize - end64Size, said}) {
        const QByteArray record = bytesAt(device, at, end64Size);
        if (record.size() == end64Size && record.startsWith("PK\6\6"))
            return std::optional(DirectoryEnd{at, number<quint64>(record, 40), number<quint64>(record, 48)});
    }
    return damagedDirectory();
}

Result<DirectoryEnd> readEnd(QIODevice* device)
{
    const qint64 from = std::max<qint64>(device->size() - endSize - longestComment, 0);
    const QByteArray tail = bytesAt(device, from, endSize + longestComment);
    const auto found = tail.size() < endSize ? -1 : tail.lastIndexOf("PK\5\6", tail.size() - endSize);
    if (found < 0)
        return unusablePackage(Messages::tr("it is not a whole zip archive"));
    auto end64 = readEnd64(device, from + found);
    if (!end64)
        return end64.error();
    if (*end64)
        return **end64;
    return DirectoryEnd{from + found, number<quint32>(tail, found + 12), number<quint32>(tail, found + 16)};
}

/// Puts in place what the entry has no room for: only those fields are in the extra field that are all ones outside.
bool takeZip64(QByteArrayView extra, std::array<quint64, 3>& sizesAndOffset)
{
    while (extra.size() >= 4) {
        const qsizetype length = number<quint16>(extra, 2);
        if (length > extra.size() - 4)
            return false;
        if (number<quint16>(extra, 0) == 1) {
            QByteArrayView field = extra.sliced(4, length);
            for (quint64& value : sizesAndOffset) {
                if (value != inExtraField)
                    continue;
                if (field.size() < 8)
                    return false;
                value = number<quint64>(field, 0);
                field = field.sliced(8);
            }
        }
        extra = extra.sliced(4 + length);
    }
    return true;
}

/// \param shift     of all offsets, where bytes stand before the zip
/// \param fileSize  nothing can be larger than it
Result<ZipMember> readEntry(QByteArrayView entries, qsizetype& at, qint64 shift, qint64 fileSize)
{
    if (entries.size() - at < entrySize || entries.sliced(at, 4) != QByteArrayView("PK\1\2"))
        return damagedDirectory();
    const QByteArrayView entry = entries.sliced(at);
    const qsizetype nameSize = number<quint16>(entry, 28);
    const qsizetype extraSize = number<quint16>(entry, 30);
    const qsizetype whole = entrySize + nameSize + extraSize + number<quint16>(entry, 32);
    if (whole > entry.size())
        return damagedDirectory();
    ZipMember member;
    member.name = entry.sliced(entrySize, nameSize).toByteArray();
    member.crc = number<quint32>(entry, 16);
    member.method = number<quint16>(entry, 10);
    std::array<quint64, 3> values{number<quint32>(entry, 24), number<quint32>(entry, 20), number<quint32>(entry, 42)};
    if (!takeZip64(entry.sliced(entrySize + nameSize, extraSize), values))
        return damagedDirectory();
    if (number<quint16>(entry, 8) & unreadable)
        return unusablePackage(Messages::tr("%1 is encrypted").arg(shownPath(member.name)));
    if (number<quint8>(entry, 6) > newestVersion)
        return unusablePackage(
            Messages::tr("%1 needs a newer version of the zip format than 6.3").arg(shownPath(member.name)));
    const auto most = static_cast<quint64>(fileSize);
    if (values[0] > static_cast<quint64>(limits::largestFile) || values[1] > most || values[2] > most)
        return unusablePackage(Messages::tr("%1 is not within its zip").arg(shownPath(member.name)));
    member.size = static_cast<qint64>(values[0]);
    member.packed = static_cast<qint64>(values[1]);
    member.header = static_cast<qint64>(values[2]) + shift;
    at += whole;
    return member;
}

/// Members that share bytes are how zip bombs are made.
Result<void> findEnds(std::vector<ZipMember>& members, qint64 directory)
{
    std::vector<ZipMember*> sorted;
    for (ZipMember& member : members)
        sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->header < b->header; });
    for (size_t i = 0; i < sorted.size(); ++i) {
        ZipMember& member = *sorted[i];
        member.end = i + 1 < sorted.size() ? sorted[i + 1]->header : directory;
        if (member.header + headerSize + member.name.size() + member.packed > member.end)
            return unusablePackage(Messages::tr("%1 overlaps what follows it in its zip").arg(shownPath(member.name)));
    }
    return {};
}

/// A part of a device, from front to back.
class Range final : public QIODevice
{
public:
    Range(QIODevice* device, qint64 start, qint64 size)
        : m_device(device)
        , m_at(start)
        , m_left(size)
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }
    [[nodiscard]] bool isSequential() const override { return true; }

protected:
    qint64 readData(char* data, qint64 size) override
    {
        if (m_left == 0)
            return 0;
        if (!m_device->seek(m_at))
            return -1;
        const qint64 got = m_device->read(data, std::min(size, m_left));
        if (got < 0)
            setErrorString(m_device->errorString());
        m_at += std::max<qint64>(got, 0);
        m_left -= std::max<qint64>(got, 0);
        return got;
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    QIODevice* m_device;
    qint64 m_at;
    qint64 m_left;
};

std::unique_ptr<QIODevice> rangeOf(QIODevice* device, qint64 start, const ZipMember& member)
{
    auto range = std::make_unique<Range>(device, start, member.packed);
    std::unique_ptr<QIODevice> inflating;
    if (member.method == 8)
        inflating = std::make_unique<InflatingDevice>(range.get(), InflatingDevice::Coding::Deflate);
    else if (member.method == 12)
        inflating = std::make_unique<InflatingDevice>(range.get(), InflatingDevice::Coding::Bzip2);
    else if (member.method == 93)
        inflating = std::make_unique<InflatingDevice>(range.get(), InflatingDevice::Coding::Zstd);
    else
        return range;
    range.release()->setParent(inflating.get());
    return inflating;
}

Result<void> checkContent(QIODevice* content, const ZipMember& member)
{
    QByteArray chunk(std::min(member.size + 1, limits::ioChunk), Qt::Uninitialized);
    uLong crc = crc32(0, nullptr, 0);
    qint64 size = 0;
    while (size <= member.size) {
        const qint64 got = content->read(chunk.data(), chunk.size());
        if (got < 0)
            return unusablePackage(
                Messages::tr("%1 is damaged: %2").arg(shownPath(member.name), content->errorString()));
        if (got == 0)
            break;
        crc = crc32(crc, reinterpret_cast<const Bytef*>(chunk.constData()), static_cast<uInt>(got));
        size += got;
    }
    if (size != member.size || crc != member.crc)
        return unusablePackage(Messages::tr("%1 does not have the size and the checksum that its zip declares")
                                   .arg(shownPath(member.name)));
    return {};
}

} // namespace

Result<std::vector<ZipMember>> readZipDirectory(QIODevice* device)
{
    auto end = readEnd(device);
    if (!end)
        return end.error();
    if (end->size > static_cast<quint64>(limits::metadataFile) || static_cast<qint64>(end->size) > end->at)
        return damagedDirectory();
    const qint64 start = end->at - static_cast<qint64>(end->size);
    if (end->offset > static_cast<quint64>(start))
        return damagedDirectory();
    const QByteArray entries = bytesAt(device, start, static_cast<qint64>(end->size));
    if (entries.size() != static_cast<qsizetype>(end->size))
        return damagedDirectory();
    std::vector<ZipMember> members;
    QSet<QByteArray> names;
    for (qsizetype at = 0; at < entries.size();) {
        auto member = readEntry(entries, at, start - static_cast<qint64>(end->offset), device->size());
        if (!member)
            return member.error();
        if (names.contains(member->name))
            return unusablePackage(Messages::tr("%1 is in its zip twice").arg(shownPath(member->name)));
        names.insert(member->name);
        members.push_back(*std::move(member));
    }
    if (auto found = findEnds(members, start); !found)
        return found.error();
    return members;
}

Result<qint64> zipMemberStart(QIODevice* device, const ZipMember& member)
{
    if (member.method != 0 && member.method != 8 && member.method != 12 && member.method != 93)
        return unusablePackage(
            Messages::tr("%1 is compressed in an unknown way (%2)").arg(shownPath(member.name)).arg(member.method));
    const QByteArray header = bytesAt(device, member.header, headerSize + member.name.size());
    if (header.size() != headerSize + member.name.size() || !header.startsWith("PK\3\4") ||
        number<quint16>(header, 26) != member.name.size() || !header.endsWith(member.name))
        return unusablePackage(
            Messages::tr("%1 is not where the directory of its zip says").arg(shownPath(member.name)));
    const qint64 start = member.header + header.size() + number<quint16>(header, 28);
    if (start + member.packed > member.end)
        return unusablePackage(Messages::tr("%1 overlaps what follows it in its zip").arg(shownPath(member.name)));
    return start;
}

Result<std::unique_ptr<QIODevice>> openZipMember(QIODevice* device, const ZipMember& member)
{
    auto start = zipMemberStart(device, member);
    if (!start)
        return start.error();
    if (member.size > limits::archiveRatioFrom && member.size / limits::archiveRatio > member.packed)
        return unusablePackage(Messages::tr("%1 inflates to more than %2 times its size")
                                   .arg(shownPath(member.name))
                                   .arg(limits::archiveRatio));
    if (auto checked = checkContent(rangeOf(device, *start, member).get(), member); !checked)
        return checked.error();
    return rangeOf(device, *start, member);
}

} // namespace condaoci::conda

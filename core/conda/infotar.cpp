// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/infotar.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/conda/inflatingdevice.h"
#include "core/conda/infocollector.h"

#include <QBuffer>

#include <zlib.h>

#include <algorithm>
#include <map>

namespace condaoci::conda {

namespace {

constexpr qsizetype blockSize = 512;
constexpr qsizetype nameField = 100;
const QByteArray infoFolder("info/");

void putText(QByteArray& header, qsizetype at, QByteArrayView text)
{
    std::copy(text.begin(), text.end(), header.begin() + at);
}

void putOctal(QByteArray& header, qsizetype at, qsizetype length, qint64 value)
{
    putText(header, at, QByteArray::number(value, 8).rightJustified(length - 1, '0'));
}

QByteArray tarHeader(const QByteArray& path, const QByteArray& link, char type, int mode, qsizetype size)
{
    QByteArray header(blockSize, '\0');
    putText(header, 0, path.left(nameField));
    putOctal(header, 100, 8, mode);
    putOctal(header, 108, 8, 0); // owner
    putOctal(header, 116, 8, 0); // group
    putOctal(header, 124, 12, size);
    putOctal(header, 136, 12, 0); // mtime
    putText(header, 148, "        ");
    header[156] = type;
    putText(header, 157, link.left(nameField));
    putText(header, 257, "ustar  "); // GNU's, which has long names
    qint64 sum = 0;
    for (const char c : header)
        sum += static_cast<unsigned char>(c);
    putOctal(header, 148, 7, sum);
    header[155] = ' ';
    return header;
}

void append(QByteArray& tar, const QByteArray& content)
{
    tar += content;
    tar.append((blockSize - content.size() % blockSize) % blockSize, '\0');
}

/// A name over 100 characters stands as the content of a member of its own before the one it belongs to.
void appendLongName(QByteArray& tar, const QByteArray& name, char type)
{
    if (name.size() <= nameField)
        return;
    tar += tarHeader("././@LongLink", {}, type, 0, name.size() + 1);
    append(tar, name + '\0');
}

/// \param member  null for a directory
void appendMember(QByteArray& tar, const QByteArray& path, const InfoMember* member)
{
    const QByteArray name = member ? path : path + '/';
    const QByteArray link = member ? member->linkTarget : QByteArray();
    appendLongName(tar, link, 'K');
    appendLongName(tar, name, 'L');
    if (!member)
        tar += tarHeader(name, {}, '5', 0755, 0);
    else if (!link.isEmpty())
        tar += tarHeader(name, link, '2', 0777, 0);
    else
        append(tar += tarHeader(name, {}, '0', member->executable ? 0755 : 0644, member->content.size()),
               member->content);
}

/// Compresses while the tar is made, of which no more than a piece is in memory.
class Gzip
{
public:
    Gzip()
    {
        constexpr int gzipWindow = 15 + 16;
        m_code = deflateInit2(&m_stream, 6, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY);
        m_header.os = 255; // unknown: the same on every system
        if (m_code == Z_OK)
            deflateSetHeader(&m_stream, &m_header);
    }
    ~Gzip() { deflateEnd(&m_stream); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    void add(QByteArray& bytes, int flush)
    {
        m_stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
        m_stream.avail_in = static_cast<uInt>(bytes.size());
        while (m_code == Z_OK && (m_stream.avail_in > 0 || flush == Z_FINISH)) {
            QByteArray piece(limits::ioChunk, Qt::Uninitialized);
            m_stream.next_out = reinterpret_cast<Bytef*>(piece.data());
            m_stream.avail_out = static_cast<uInt>(piece.size());
            m_code = deflate(&m_stream, flush);
            m_out.append(piece.constData(), piece.size() - static_cast<qsizetype>(m_stream.avail_out));
        }
        bytes.clear();
    }
    [[nodiscard]] Result<QByteArray> finish(QByteArray& bytes)
    {
        add(bytes, Z_FINISH);
        if (m_code != Z_STREAM_END)
            return Error{ErrorKind::Disk, Messages::tr("not enough memory to compress info.tar.gz")};
        return std::move(m_out);
    }

private:
    z_stream m_stream{};
    gz_header m_header{};
    int m_code = Z_OK;
    QByteArray m_out;
};

/// Ours are relative to info/, the predecessor's begin with it; the collector takes the latter.
TarEntry belowInfo(TarEntry entry)
{
    if (entry.path != "." && entry.path != "info" && !entry.path.startsWith(infoFolder)) {
        entry.path.prepend(infoFolder);
        if (entry.type == TarEntry::Type::Hardlink && !entry.linkTarget.startsWith(infoFolder))
            entry.linkTarget.prepend(infoFolder);
    }
    return entry;
}

} // namespace

Result<QByteArray> makeInfoTarGz(const std::vector<InfoMember>& members)
{
    // Readers take off an info/ in front, so where a member has one of its own all get one more.
    const bool isAmbiguous = std::any_of(members.begin(), members.end(), [](const InfoMember& member) {
        return member.path == "info" || member.path.startsWith(infoFolder);
    });
    std::map<QByteArray, const InfoMember*> sorted; // by path in the archive; null for a directory
    for (const InfoMember& member : members) {
        const QByteArray path = isAmbiguous ? infoFolder + member.path : member.path;
        for (auto slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
            sorted.emplace(path.left(slash), nullptr);
        sorted[path] = &member;
    }
    Gzip gzip;
    QByteArray tar;
    for (const auto& [path, member] : sorted) {
        appendMember(tar, path, member);
        if (tar.size() >= limits::MiB)
            gzip.add(tar, Z_NO_FLUSH);
    }
    tar.append(2 * blockSize, '\0');
    return gzip.finish(tar);
}

Result<std::vector<InfoMember>> readInfoTarGz(const QByteArray& archive)
{
    QBuffer compressed;
    compressed.setData(archive);
    compressed.open(QIODevice::ReadOnly);
    InflatingDevice inflating(&compressed, InflatingDevice::Coding::Gzip);
    if (!inflating.hasRightStart())
        return Error{ErrorKind::Parse, Messages::tr("info.tar.gz can't be read: %1").arg(inflating.errorString())};
    TarReader reader(&inflating, &compressed, 0, TarEnd::Stream);
    InfoCollector collector;
    while (true) {
        auto entry = reader.next();
        if (!entry)
            return entry.error();
        if (!*entry)
            return collector.takeMembers();
        if (auto taken = collector.take(reader, belowInfo(**entry)); !taken)
            return taken.error();
    }
}

} // namespace condaoci::conda

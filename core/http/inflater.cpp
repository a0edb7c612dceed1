// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/inflater.h"

#include "core/base/limits.h"
#include "core/base/messages.h"

#include <QByteArray>

#include <zlib.h>

#include <limits>

namespace condaoci::http {

namespace {

constexpr char gzipFirst = '\x1f';
constexpr char zlibFirst = '\x78'; // with the window of 32 KiB that everybody uses
constexpr int eitherFormat = 32 + MAX_WBITS;

bool is(QByteArrayView coding, QByteArrayView name)
{
    return coding.trimmed().compare(name, Qt::CaseInsensitive) == 0;
}

Error damaged()
{
    return Error{ErrorKind::Protocol, Messages::tr("the answer's compression is damaged")};
}

} // namespace

class Inflater::Private
{
public:
    z_stream stream{};
    QByteArray out = QByteArray(limits::ioChunk, Qt::Uninitialized);
    qint64 taken = 0; ///< bytes
    qint64 given = 0; ///< bytes
    bool isAtEnd = false;
    Bounds bounds;

    Result<void> inflateAll(const Write& write);
};

bool isInflatable(QByteArrayView coding)
{
    return is(coding, "gzip") || is(coding, "x-gzip") || is(coding, "deflate");
}

std::unique_ptr<Inflater> Inflater::forBody(QByteArrayView coding, char firstByte, const Bounds& bounds)
{
    if (!isInflatable(coding) || firstByte != (is(coding, "deflate") ? zlibFirst : gzipFirst))
        return nullptr;
    std::unique_ptr<Inflater> inflater(new Inflater(bounds));
    return inflateInit2(&inflater->d->stream, eitherFormat) == Z_OK ? std::move(inflater) : nullptr;
}

Inflater::Inflater(const Bounds& bounds)
    : d(std::make_unique<Private>())
{
    d->bounds = bounds;
}

Inflater::~Inflater()
{
    inflateEnd(&d->stream);
}

bool Inflater::isAtEnd() const
{
    return d->isAtEnd;
}

Result<void> Inflater::feed(QByteArrayView bytes, const Write& write)
{
    Q_ASSERT(bytes.size() <= std::numeric_limits<int>::max());
    QByteArray in = bytes.toByteArray(); // zlib's interface is from before const
    d->stream.next_in = reinterpret_cast<Bytef*>(in.data());
    d->stream.avail_in = static_cast<uInt>(in.size());
    d->taken += in.size();
    while (d->stream.avail_in > 0) {
        if (d->isAtEnd) {
            // gzip may have several members; what else follows the end is of no use.
            if (static_cast<char>(*d->stream.next_in) != gzipFirst || inflateReset(&d->stream) != Z_OK)
                return {};
            d->isAtEnd = false;
        }
        if (auto inflated = d->inflateAll(write); !inflated)
            return inflated;
    }
    return {};
}

/// Up to the end of the input, or of a member.
Result<void> Inflater::Private::inflateAll(const Write& write)
{
    do {
        stream.next_out = reinterpret_cast<Bytef*>(out.data());
        stream.avail_out = static_cast<uInt>(out.size());
        const int state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR)
            return damaged();
        const qsizetype got = out.size() - static_cast<qsizetype>(stream.avail_out);
        given += got;
        if (given > bounds.from && given / bounds.ratio > taken)
            return Error{ErrorKind::Protocol,
                         Messages::tr("the answer inflates to more than %1 times its size").arg(bounds.ratio)};
        if (got > 0) {
            if (auto written = write(QByteArrayView(out).first(got)); !written)
                return written;
        }
        isAtEnd = state == Z_STREAM_END;
    } while (!isAtEnd && stream.avail_out == 0);
    return {};
}

} // namespace condaoci::http

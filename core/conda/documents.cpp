// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Compressed documents: how indexes travel.
#include "core/conda/repodata.h"

#include "core/base/largepages.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/conda/inflatingdevice.h"
#include "core/conda/jsonfaults.h"
#include "core/conda/lookslike.h"

#include <QBuffer>

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <new>

namespace condaoci::conda {

namespace {

constexpr qint64 usualRatio = 16; // of an index, inflated to compressed
constexpr QByteArrayView zstdMark("\x28\xb5\x2f\xfd");
constexpr QByteArrayView bzip2Mark("BZh");

Error damaged(const QString& why)
{
    return Error{ErrorKind::Parse, Messages::tr("the compressed document is damaged: %1").arg(why)};
}

Error tooLarge(qint64 limit)
{
    return Error{ErrorKind::Parse, Messages::tr("the document inflates to more than %1 bytes").arg(limit)};
}

Error tooMuch()
{
    return Error{ErrorKind::Parse,
                 Messages::tr("the document inflates to more than %1 times its size, as no index does")
                     .arg(limits::documentRatio)};
}

Result<QByteArray> inflateZstd(const QByteArray& bytes, qint64 limit)
{
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    if (!context)
        return json::outOfMemory(bytes.size());
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, limits::zstdWindowLogPackage);
    const auto announced = ZSTD_getFrameContentSize(bytes.constData(), static_cast<size_t>(bytes.size()));
    const auto step = static_cast<qsizetype>(ZSTD_DStreamOutSize());
    QByteArray out;
    // A hint only, which an attacker may write: as much as such a document inflates to is believed (faults.md A17).
    if (announced != ZSTD_CONTENTSIZE_ERROR && announced != ZSTD_CONTENTSIZE_UNKNOWN)
        out.reserve(static_cast<qsizetype>(std::min(
                        announced, static_cast<unsigned long long>(std::min(limit, bytes.size() * usualRatio)))) +
                    std::max<qsizetype>(step, limits::parserPadding));
    preferLargePages(out.constData(), static_cast<size_t>(out.capacity()));
    ZSTD_inBuffer input{bytes.constData(), static_cast<size_t>(bytes.size()), 0};
    size_t left = 1;
    while (input.pos < input.size || left != 0) {
        const qsizetype size = out.size();
        out.resize(size + step);
        ZSTD_outBuffer output{out.data() + size, static_cast<size_t>(step), 0};
        const size_t before = input.pos;
        left = ZSTD_decompressStream(context.get(), &output, &input);
        if (ZSTD_isError(left) && ZSTD_getErrorCode(left) == ZSTD_error_memory_allocation)
            return json::outOfMemory(bytes.size());
        if (ZSTD_isError(left))
            return damaged(QLatin1String(ZSTD_getErrorName(left)));
        out.truncate(size + static_cast<qsizetype>(output.pos));
        if (out.size() > limit)
            return out;
        if (input.pos == before && output.pos == 0 && left != 0)
            return damaged(Messages::tr("it is cut short"));
    }
    return out;
}

Result<QByteArray> inflateBzip2(QByteArray bytes, qint64 limit)
{
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    InflatingDevice device(&buffer, InflatingDevice::Coding::Bzip2);
    QByteArray out;
    QByteArray chunk(limits::ioChunk, Qt::Uninitialized);
    while (true) {
        const qint64 got = device.read(chunk.data(), chunk.size());
        if (got < 0)
            return damaged(device.errorString());
        if (got == 0)
            break;
        out.append(chunk.constData(), got);
        if (out.size() > limit)
            return out;
    }
    return out;
}

} // namespace

QByteArray compressZstd(QByteArrayView bytes)
{
    // conda-forge's own indexes are made with level 19, which takes minutes for the large ones.
    const int level = bytes.size() <= 4 * limits::MiB ? 19 : 9;
    QByteArray out(static_cast<qsizetype>(ZSTD_compressBound(static_cast<size_t>(bytes.size()))), Qt::Uninitialized);
    const size_t size = ZSTD_compress(out.data(), static_cast<size_t>(out.size()), bytes.data(),
                                      static_cast<size_t>(bytes.size()), level);
    // It fails for want of memory only, and then nothing else would work either.
    if (ZSTD_isError(size))
        qFatal("zstd: %s", ZSTD_getErrorName(size));
    out.truncate(static_cast<qsizetype>(size));
    return out;
}

Result<QByteArray> inflateDocument(QByteArray bytes, qint64 limit, qint64 came)
{
    const qint64 size = bytes.size();
    const qint64 fromRatio = std::max(limits::documentRatioFrom, limits::documentRatio * (came < 0 ? size : came));
    const qint64 most = std::min(limit, fromRatio);
    try {
        auto document = bytes.startsWith(zstdMark)    ? inflateZstd(bytes, most)
                        : bytes.startsWith(bzip2Mark) ? inflateBzip2(std::move(bytes), most)
                                                      : Result<QByteArray>(std::move(bytes));
        if (document && document->size() > most)
            return most < limit ? tooMuch() : tooLarge(limit);
        return document;
    } catch (const std::bad_alloc&) {
        return json::outOfMemory(size);
    }
}

Result<bool> beginsAsIndex(QByteArrayView beginning)
{
    const QByteArrayView text = beginning.trimmed();
    if (text.startsWith('{') || beginning.startsWith(zstdMark) || beginning.startsWith(bzip2Mark))
        return true;
    // What is wrong with a short one is seen better when it is there.
    if (beginning.size() < limits::repodataBeginning)
        return false;
    QString why = looksLike(beginning);
    if (text.isEmpty())
        why = Messages::tr("it begins with %1 bytes of white space").arg(beginning.size());
    else if (why.isEmpty())
        why = Messages::tr("it begins with %1").arg(firstWords(beginning));
    return Error{ErrorKind::Parse, Messages::tr("not a valid repodata.json: %1").arg(why)};
}

} // namespace condaoci::conda

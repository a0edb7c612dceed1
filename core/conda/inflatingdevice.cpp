// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/inflatingdevice.h"

#include "core/base/messages.h"

#include <KCompressionDevice>
#include <KFilterBase>

#include <QLoggingCategory>

#include <zlib.h>

#include <algorithm>
#include <mutex>
#include <string_view>

namespace condaoci::conda {

using Coding = InflatingDevice::Coding;

class InflatingDevice::Decoder
{
public:
    enum class Step { More, End, Error };

    virtual ~Decoder() = default;
    virtual bool begin() = 0; ///< a new stream
    virtual Step run(QByteArrayView& input, char*& to, qint64& room) = 0;
};

namespace {

using Decoder = InflatingDevice::Decoder;

constexpr qint64 bufferSize = 64 * 1024;
constexpr qsizetype longestMark = 4; ///< of those in hasMark()

/// What KArchive writes about damaged input is said by our own errors, which name the package.
void silenceKArchive()
{
    static std::once_flag once;
    static QLoggingCategory::CategoryFilter before = nullptr;
    std::call_once(once, [] {
        before = QLoggingCategory::installFilter([](QLoggingCategory* category) {
            if (before)
                before(category);
            if (std::string_view(category->categoryName()).starts_with("kf.archive"))
                category->setEnabled(QtWarningMsg, false);
        });
    });
}

/// bzip2 and zstd by KArchive's filters.
class FilterDecoder final : public Decoder
{
public:
    explicit FilterDecoder(KCompressionDevice::CompressionType type)
        : m_filter(KCompressionDevice::filterForCompressionType(type))
        , m_goesOn(type == KCompressionDevice::Zstd)
    {
        silenceKArchive();
    }
    ~FilterDecoder() override { end(); }

    bool begin() override
    {
        if (m_isOpen && m_goesOn)
            return true;
        end();
        m_isOpen = m_filter && m_filter->init(QIODevice::ReadOnly);
        return m_isOpen;
    }
    Step run(QByteArrayView& input, char*& to, qint64& room) override
    {
        m_filter->setInBuffer(input.data(), static_cast<uint>(input.size()));
        m_filter->setOutBuffer(to, static_cast<uint>(std::min<qint64>(room, INT_MAX)));
        const qint64 offered = std::min<qint64>(room, INT_MAX);
        const auto result = m_filter->uncompress();
        const qint64 made = offered - m_filter->outBufferAvailable();
        input = input.last(m_filter->inBufferAvailable());
        to += made;
        room -= made;
        return result == KFilterBase::Ok ? Step::More : result == KFilterBase::End ? Step::End : Step::Error;
    }

private:
    void end() // a filter of zstd's frees its memory only then
    {
        if (m_isOpen)
            m_filter->terminate();
        m_isOpen = false;
    }

    std::unique_ptr<KFilterBase> m_filter;
    bool m_goesOn; ///< takes the next stream as it is
    bool m_isOpen = false;
};

/// gzip and bare deflate. KArchive's filter takes the end of its input for the end of the stream.
class ZlibDecoder final : public Decoder
{
public:
    explicit ZlibDecoder(int windowBits)
        : m_windowBits(windowBits)
    {
    }
    ~ZlibDecoder() override { inflateEnd(&m_stream); }

    bool begin() override
    {
        inflateEnd(&m_stream);
        m_stream = {};
        return inflateInit2(&m_stream, m_windowBits) == Z_OK;
    }
    Step run(QByteArrayView& input, char*& to, qint64& room) override
    {
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
        m_stream.avail_in = static_cast<uInt>(input.size());
        m_stream.next_out = reinterpret_cast<Bytef*>(to);
        const qint64 offered = std::min<qint64>(room, INT_MAX);
        m_stream.avail_out = static_cast<uInt>(offered);
        const int code = ::inflate(&m_stream, Z_NO_FLUSH);
        const qint64 made = offered - m_stream.avail_out;
        input = input.last(m_stream.avail_in);
        to += made;
        room -= made;
        return code == Z_STREAM_END ? Step::End : code == Z_OK || code == Z_BUF_ERROR ? Step::More : Step::Error;
    }

private:
    z_stream m_stream{};
    int m_windowBits;
};

std::unique_ptr<Decoder> decoderOf(Coding coding)
{
    switch (coding) {
    case Coding::Bzip2:
        return std::make_unique<FilterDecoder>(KCompressionDevice::BZip2);
    case Coding::Zstd:
        return std::make_unique<FilterDecoder>(KCompressionDevice::Zstd);
    case Coding::Gzip:
        return std::make_unique<ZlibDecoder>(MAX_WBITS + 16);
    case Coding::Deflate:
        return std::make_unique<ZlibDecoder>(-MAX_WBITS);
    }
    Q_UNREACHABLE();
}

QString nameOf(Coding coding)
{
    switch (coding) {
    case Coding::Bzip2:
        return QStringLiteral("bzip2");
    case Coding::Zstd:
        return QStringLiteral("zstd");
    case Coding::Gzip:
        return QStringLiteral("gzip");
    case Coding::Deflate:
        return QStringLiteral("deflate");
    }
    Q_UNREACHABLE();
}

/// Whether a stream begins so, as far as the bytes go. One of zstd's may be a frame that is skipped (pzstd writes
/// such).
bool hasMark(Coding coding, QByteArrayView bytes)
{
    const auto begins = [&](QByteArrayView mark) {
        const auto length = std::min(mark.size(), bytes.size());
        return bytes.first(length) == mark.first(length);
    };
    switch (coding) {
    case Coding::Bzip2:
        return begins("BZh") && (bytes.size() < 4 || (bytes[3] >= '1' && bytes[3] <= '9'));
    case Coding::Zstd:
        return begins("\x28\xb5\x2f\xfd") ||
               ((bytes.isEmpty() || (bytes[0] & 0xf0) == 0x50) &&
                (bytes.size() < 2 || QByteArrayView("\x2a\x4d\x18")
                                         .startsWith(bytes.sliced(1).first(std::min<qsizetype>(bytes.size() - 1, 3)))));
    case Coding::Gzip:
        return begins("\x1f\x8b");
    case Coding::Deflate:
        return true;
    }
    Q_UNREACHABLE();
}

} // namespace

InflatingDevice::InflatingDevice(QIODevice* compressed, Coding coding)
    : m_compressed(compressed)
    , m_coding(coding)
    , m_decoder(decoderOf(coding))
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

InflatingDevice::~InflatingDevice() = default;

bool InflatingDevice::hasRightStart()
{
    if (m_state == State::BeforeStream && m_isFirst)
        beginStream();
    return m_state != State::Failed;
}

void InflatingDevice::fail(const QString& why)
{
    m_state = State::Failed;
    setErrorString(why);
}

/// Puts more behind what is left of the input.
void InflatingDevice::fetch()
{
    m_buffer = m_input.toByteArray();
    const qsizetype left = m_buffer.size();
    m_buffer.resize(left + bufferSize);
    const qint64 got = m_compressed->read(m_buffer.data() + left, bufferSize);
    if (got < 0)
        fail(m_compressed->errorString());
    m_isDrained = got <= 0;
    m_buffer.truncate(left + std::max<qint64>(got, 0));
    m_input = m_buffer;
}

void InflatingDevice::beginStream()
{
    while (m_input.size() < longestMark && !m_isDrained)
        fetch();
    if (m_state == State::Failed)
        return;
    const bool fits = hasMark(m_coding, m_input.first(std::min(m_input.size(), longestMark)));
    const bool isCut = m_coding != Coding::Deflate && fits && m_input.size() < longestMark;
    if (m_isFirst ? !fits : m_input.isEmpty() || !fits) {
        if (m_isFirst)
            return fail(Messages::tr("it is not %1").arg(nameOf(m_coding)));
        m_state = State::Ended;
        return;
    }
    if (isCut)
        return fail(m_input.isEmpty() ? Messages::tr("it is empty") : Messages::tr("it ends early"));
    m_isFirst = false;
    m_state = State::InStream;
    if (!m_decoder->begin())
        fail(Messages::tr("not enough memory to read %1").arg(nameOf(m_coding)));
}

void InflatingDevice::inflate(char*& to, qint64& room)
{
    if (m_input.isEmpty() && !m_isDrained)
        fetch();
    if (m_state == State::Failed)
        return;
    const qsizetype inputBefore = m_input.size();
    const qint64 roomBefore = room;
    const auto step = m_decoder->run(m_input, to, room);
    if (step == Decoder::Step::End)
        m_state = m_coding == Coding::Deflate ? State::Ended : State::BeforeStream;
    else if (step == Decoder::Step::Error)
        fail(Messages::tr("its %1 is damaged").arg(nameOf(m_coding)));
    else if (m_input.size() == inputBefore && room == roomBefore && (m_isDrained || !m_input.isEmpty()))
        fail(Messages::tr("it ends early"));
}

qint64 InflatingDevice::readData(char* data, qint64 size)
{
    char* to = data;
    qint64 room = size;
    while (room > 0 && (m_state == State::BeforeStream || m_state == State::InStream)) {
        if (m_state == State::BeforeStream)
            beginStream();
        else
            inflate(to, room);
    }
    return room == size && m_state == State::Failed ? -1 : size - room;
}

} // namespace condaoci::conda

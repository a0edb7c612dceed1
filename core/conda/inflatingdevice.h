// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>
#include <QIODevice>

#include <memory>

namespace condaoci::conda {

/// Reads what a compressed device inflates to, from its position on. Unlike KCompressionDevice it goes on after the end
/// of a stream, since pbzip2, pzstd and gzip write several, and it tells a stream that is cut short (an error) from
/// the end. What follows the last stream and does not begin another one is left alone, as bzip2 and Python do.
class InflatingDevice final : public QIODevice
{
public:
    enum class Coding { Bzip2, Zstd, Gzip, Deflate };

    /// \param compressed  open for reading, not owned
    InflatingDevice(QIODevice* compressed, Coding coding);
    ~InflatingDevice() override;

    [[nodiscard]] bool isSequential() const override { return true; }
    /// Does the device begin with a stream of the coding? Always true for Deflate, which has no mark.
    [[nodiscard]] bool hasRightStart();

    class Decoder; ///< one way to inflate

protected:
    qint64 readData(char* data, qint64 size) override;
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    enum class State { BeforeStream, InStream, Ended, Failed };

    void fetch();
    void beginStream();
    void inflate(char*& to, qint64& room);
    void fail(const QString& why);

    QIODevice* m_compressed;
    Coding m_coding;
    std::unique_ptr<Decoder> m_decoder;
    State m_state = State::BeforeStream;
    bool m_isFirst = true;    ///< no stream has begun yet
    bool m_isDrained = false; ///< the compressed device has no more
    QByteArray m_buffer;
    QByteArrayView m_input; ///< what is left of m_buffer
};

} // namespace condaoci::conda

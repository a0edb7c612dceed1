// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/base/result.h"

#include <QByteArrayView>

#include <functional>
#include <memory>

namespace condaoci::http {

/// Is it a coding that an Inflater undoes, as Content-Encoding words it? gzip, x-gzip or deflate.
[[nodiscard]] bool isInflatable(QByteArrayView coding);

/// Undoes the gzip or deflate coding of a body (RFC 9110, 8.4.1), piece by piece.
class Inflater
{
public:
    using Write = std::function<Result<void>(QByteArrayView)>;
    /// How much more may come out than went in, counted past `from` bytes of output.
    struct Bounds
    {
        qint64 ratio = limits::archiveRatio;
        qint64 from = limits::archiveRatioFrom;
    };
    /// Of what is held in memory.
    [[nodiscard]] static Bounds boundsOfDocuments() { return {limits::documentRatio, limits::documentRatioFrom}; }

    /// Null where the body's first byte says that the coding is a mere label, as object stores put on what is
    /// compressed anyway.
    [[nodiscard]] static std::unique_ptr<Inflater> forBody(QByteArrayView coding, char firstByte, const Bounds& bounds);
    ~Inflater();
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Gives what the bytes inflate to to `write`, in pieces of at most limits::ioChunk. Error kind Protocol where they
    /// are damaged or inflate to absurdly much, or what `write` says.
    [[nodiscard]] Result<void> feed(QByteArrayView bytes, const Write& write);
    /// Was that the whole of it?
    [[nodiscard]] bool isAtEnd() const;

private:
    explicit Inflater(const Bounds& bounds);
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace condaoci::http

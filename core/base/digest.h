// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <stop_token>

namespace condaoci {

/// A content digest as the OCI image specification writes it (descriptor.md, "Digests"): `sha256:` and 64, or `sha512:`
/// and 128 lower-case hexadecimal characters. Anything else never becomes a Digest, so one may be put into a URL or a
/// path without further checks.
class Digest
{
public:
    Digest() = default; ///< the null digest; equal only to itself

    [[nodiscard]] static Result<Digest> parse(QByteArrayView text);
    /// From 64 lower- or upper-case hexadecimal characters, as conda's records write sha256.
    [[nodiscard]] static Result<Digest> fromSha256Hex(QByteArrayView hex);
    [[nodiscard]] static Digest ofBytes(QByteArrayView bytes); ///< sha256 of the bytes

    [[nodiscard]] bool isNull() const { return m_text.isEmpty(); }
    [[nodiscard]] const QByteArray& toByteArray() const { return m_text; } ///< "sha256:…"
    [[nodiscard]] QString toString() const { return QString::fromLatin1(m_text); }
    [[nodiscard]] QByteArray algorithm() const { return m_text.left(6); } ///< "sha256" or "sha512"
    [[nodiscard]] QByteArray hex() const { return m_text.mid(7); }

    friend bool operator==(const Digest& a, const Digest& b) { return a.m_text == b.m_text; }
    friend auto operator<=>(const Digest& a, const Digest& b)
    {
        return QByteArrayView(a.m_text).compare(b.m_text) <=> 0;
    }
    friend size_t qHash(const Digest& digest, size_t seed = 0) { return qHash(digest.m_text, seed); }

private:
    explicit Digest(QByteArray text)
        : m_text(std::move(text))
    {
    }
    QByteArray m_text;
};

/// What one pass over some bytes yields.
struct Sums
{
    qint64 size = 0; ///< bytes
    Digest sha256;
    QByteArray md5; ///< 32 lower-case hexadecimal characters
};

/// SHA-256 and MD5 in one pass, by OpenSSL's EVP (ten times QCryptographicHash's rate). Not thread-safe.
class Hasher
{
public:
    enum class Md5 { Yes, No };
    explicit Hasher(Md5 md5 = Md5::Yes); ///< No: Sums::md5 stays empty, in half the time
    ~Hasher();

    void update(QByteArrayView bytes);
    /// The sums of everything since construction or the last reset; the hasher is reset by it.
    [[nodiscard]] Sums finish();
    void reset();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

[[nodiscard]] Sums sumsOfBytes(QByteArrayView bytes);
/// Reads the whole file once. Error kind Disk or, once `stop` is requested, Cancelled.
[[nodiscard]] Result<Sums> sumsOfFile(const QString& path, Hasher::Md5 md5 = Hasher::Md5::Yes,
                                      const std::stop_token& stop = {});

} // namespace condaoci

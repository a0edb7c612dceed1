// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/digest.h"

#include "core/base/atomicfile.h"
#include "core/base/chunks.h"
#include "core/base/messages.h"

#include <QFile>

#include <openssl/evp.h>

#include <algorithm>

namespace condaoci {

namespace {

bool isLowerHex(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Context newContext(const EVP_MD* kind)
{
    Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    // Both algorithms are in OpenSSL's default provider; a build without them can't work at all.
    if (!context || EVP_DigestInit_ex(context.get(), kind, nullptr) != 1)
        qFatal("OpenSSL offers no SHA-256 or MD5");
    return context;
}

QByteArray finishHex(EVP_MD_CTX* context)
{
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    EVP_DigestFinal_ex(context, sum, &length);
    return QByteArray(reinterpret_cast<const char*>(sum), static_cast<qsizetype>(length)).toHex();
}

} // namespace

Result<Digest> Digest::parse(QByteArrayView text)
{
    const bool sha256 = text.startsWith("sha256:") && text.size() == 7 + 64;
    const bool sha512 = text.startsWith("sha512:") && text.size() == 7 + 128;
    if ((!sha256 && !sha512) || !isLowerHex(text.sliced(7)))
        return Error{ErrorKind::Parse, Messages::tr("not a sha256 or sha512 digest")};
    return Digest(text.toByteArray());
}

Result<Digest> Digest::fromSha256Hex(QByteArrayView hex)
{
    return parse("sha256:" + hex.toByteArray().toLower());
}

Digest Digest::ofBytes(QByteArrayView bytes)
{
    Hasher hasher(Hasher::Md5::No);
    hasher.update(bytes);
    return hasher.finish().sha256;
}

struct Hasher::State
{
    Context sha256 = newContext(EVP_sha256());
    Context md5{nullptr, EVP_MD_CTX_free};
    qint64 size = 0;
};

Hasher::Hasher(Md5 md5)
    : m_state(std::make_unique<State>())
{
    if (md5 == Md5::Yes)
        m_state->md5 = newContext(EVP_md5());
}
Hasher::~Hasher() = default;

void Hasher::update(QByteArrayView bytes)
{
    const auto size = static_cast<size_t>(bytes.size());
    EVP_DigestUpdate(m_state->sha256.get(), bytes.data(), size);
    if (m_state->md5)
        EVP_DigestUpdate(m_state->md5.get(), bytes.data(), size);
    m_state->size += bytes.size();
}

Sums Hasher::finish()
{
    Sums sums;
    sums.size = m_state->size;
    sums.sha256 = *Digest::parse("sha256:" + finishHex(m_state->sha256.get()));
    if (m_state->md5)
        sums.md5 = finishHex(m_state->md5.get());
    reset();
    return sums;
}

void Hasher::reset()
{
    EVP_DigestInit_ex(m_state->sha256.get(), EVP_sha256(), nullptr);
    if (m_state->md5)
        EVP_DigestInit_ex(m_state->md5.get(), EVP_md5(), nullptr);
    m_state->size = 0;
}

Sums sumsOfBytes(QByteArrayView bytes)
{
    Hasher hasher;
    hasher.update(bytes);
    return hasher.finish();
}

Result<Sums> sumsOfFile(const QString& path, Hasher::Md5 md5, const std::stop_token& stop)
{
    QFile file(path);
    if (auto opened = openToRead(file); !opened)
        return opened.error();
    Hasher hasher(md5);
    const auto hash = [&](QByteArrayView bytes) {
        hasher.update(bytes);
        return Result<void>();
    };
    if (auto read = forEachChunk(file, path, stop, hash); !read)
        return read.error();
    return hasher.finish();
}

} // namespace condaoci

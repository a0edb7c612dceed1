// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/base/messages.h"
#include "core/http/message.h"
#include "core/oci/manifest.h"

namespace condaoci::oci {

class MemorySink final : public http::Sink
{
public:
    Result<void> write(QByteArrayView more) override
    {
        bytes.append(more);
        return {};
    }
    Result<void> restart() override
    {
        bytes.clear();
        return {};
    }
    qint64 written() const override { return bytes.size(); }

    QByteArray bytes;
};

/// Hashes what passes on its way into another sink, so that a blob's digest is known the moment its last byte is there.
/// A sink that hashes for itself is left to its user; then only the size is checked here.
class VerifyingSink final : public http::Sink
{
public:
    explicit VerifyingSink(http::Sink& target)
        : m_target(target)
        , m_complete(target.written() == 0)
    {
    }

    Result<void> write(QByteArrayView bytes) override
    {
        if (!m_target.isHashed())
            m_hasher.update(bytes);
        return m_target.write(bytes);
    }
    Result<void> restart() override
    {
        m_hasher.reset();
        m_complete = true;
        return m_target.restart();
    }
    qint64 written() const override { return m_target.written(); }

    /// Integrity if the bytes are not the blob's by sha256 (a sha512 digest can't be checked, and so never passes).
    /// What the target held before is the caller's to verify.
    [[nodiscard]] Result<void> verify(const Descriptor& blob)
    {
        const Sums sums = m_hasher.finish();
        const bool compares = m_complete && !m_target.isHashed();
        if (m_target.written() != blob.size || (compares && sums.sha256 != blob.digest))
            return Error{ErrorKind::Integrity,
                         Messages::tr("wrong bytes: %1 of %2 bytes was asked for, %3 of %4 bytes came")
                             .arg(blob.digest.toString())
                             .arg(blob.size)
                             .arg(sums.sha256.toString())
                             .arg(m_target.written())};
        return {};
    }

private:
    http::Sink& m_target;
    bool m_complete; ///< has everything that the target holds passed through here?
    Hasher m_hasher{Hasher::Md5::No};
};

} // namespace condaoci::oci

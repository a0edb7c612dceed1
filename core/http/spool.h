// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/http/message.h"

#include <QTemporaryFile>

#include <memory>

namespace condaoci::http {

/// A sink that keeps what it is given for reading and sending on: in memory up to limits::spoolMemory, in an
/// unnamed-to-others temporary file (mode 0600, removed on destruction) beyond; what stands in a file anyway is read
/// from there again. Size, SHA-256 and MD5 are computed on the way.
class Spool : public Sink
{
public:
    explicit Spool(qint64 memoryLimit = -1); ///< bytes; -1 is limits::spoolMemory
    ~Spool() override;

    [[nodiscard]] Result<void> write(QByteArrayView bytes) override;
    [[nodiscard]] Result<void> restart() override;
    [[nodiscard]] qint64 written() const override { return m_size; }
    void standsInFile(const QString& path) override { m_origin = path; }
    [[nodiscard]] qint64 room() const override;

    /// To be called once, after the last write.
    [[nodiscard]] Result<Sums> finish();
    [[nodiscard]] Result<std::unique_ptr<QIODevice>> open() const; ///< the content from its start, seekable
    [[nodiscard]] Body body() const;                               ///< valid as long as the spool lives

private:
    [[nodiscard]] Result<void> keepInFile(QByteArrayView bytes);

    qint64 m_memoryLimit;
    qint64 m_size = 0;
    QString m_origin; ///< the file that it all stands in; empty: none
    QByteArray m_memory;
    std::unique_ptr<QTemporaryFile> m_file;
    Hasher m_hasher;
};

} // namespace condaoci::http

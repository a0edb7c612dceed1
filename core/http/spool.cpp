// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/spool.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/syncfile.h"

#include <QBuffer>
#include <QDir>
#include <QFileInfo>
#include <QStorageInfo>

#include <limits>

namespace condaoci::http {

namespace {

Error diskError(const QFile& file)
{
    const QString why = sync::errorText(file);
    return Error{
        ErrorKind::Disk,
        Messages::tr("can't write a temporary file in %1: %2").arg(QDir::toNativeSeparators(QDir::tempPath()), why)};
}

} // namespace

Spool::Spool(qint64 memoryLimit)
    : m_memoryLimit(memoryLimit < 0 ? limits::spoolMemory : memoryLimit)
{
}

Spool::~Spool() = default;

Result<void> Spool::keepInFile(QByteArrayView bytes)
{
    if (!m_file) {
        if (!QFileInfo(QDir::tempPath()).isDir()) // Qt gives "" for a TMPDIR that is not there, and would use /
            return Error{ErrorKind::Disk, Messages::tr("there is no folder for temporary files; set TMPDIR to one")};
        m_file = std::make_unique<QTemporaryFile>(QDir::tempPath() + QStringLiteral("/conda-oci-XXXXXX"));
        if (!m_file->open() || m_file->write(m_memory) != m_memory.size())
            return diskError(*m_file);
    }
    if (m_file->write(bytes.data(), bytes.size()) != bytes.size())
        return diskError(*m_file);
    return {};
}

Result<void> Spool::write(QByteArrayView bytes)
{
    if (m_size + bytes.size() <= m_memoryLimit) {
        m_memory.append(bytes);
    } else {
        if (auto kept = m_origin.isEmpty() ? keepInFile(bytes) : Result<void>(); !kept)
            return kept;
        m_memory = {};
    }
    m_hasher.update(bytes);
    m_size += bytes.size();
    return {};
}

Result<void> Spool::restart()
{
    m_file.reset();
    m_origin.clear();
    m_memory = {};
    m_hasher.reset();
    m_size = 0;
    return {};
}

qint64 Spool::room() const
{
    const QStorageInfo disk(QDir::tempPath());
    return disk.isValid() ? disk.bytesAvailable() : std::numeric_limits<qint64>::max();
}

Result<Sums> Spool::finish()
{
    // A short write may show only when the buffer goes out.
    if (m_file && (!m_file->flush() || m_file->size() != m_size))
        return diskError(*m_file);
    return m_hasher.finish();
}

Result<std::unique_ptr<QIODevice>> Spool::open() const
{
    return body().open();
}

Body Spool::body() const
{
    if (m_file)
        return Body::ofFile(m_file->fileName(), m_size);
    return m_size > m_memoryLimit ? Body::ofFile(m_origin, m_size) : Body::ofBytes(m_memory);
}

} // namespace condaoci::http

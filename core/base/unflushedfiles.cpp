// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/unflushedfiles.h"

#include "core/base/messages.h"
#include "core/base/syncfile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace condaoci {

namespace {

Error notFlushed(const QString& path)
{
    const QString why = sync::lastErrorText();
    return Error{ErrorKind::Disk, Messages::tr("can't flush %1: %2").arg(QDir::toNativeSeparators(path), why)};
}

} // namespace

void UnflushedFiles::add(const QString& path)
{
    const std::scoped_lock lock(m_mutex);
    m_paths.insert(path);
}

void UnflushedFiles::remove(const QString& path)
{
    const std::scoped_lock lock(m_mutex);
    m_paths.remove(path);
}

Result<void> UnflushedFiles::flush()
{
    const std::scoped_lock lock(m_mutex);
    QSet<QString> folders;
    for (const QString& path : std::as_const(m_paths)) {
        QFile file(path);
        // Other programs leave files that may only be read; most systems flush those as well.
        const bool isOpen = file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly) || file.open(QIODevice::ReadOnly);
        if (!isOpen || !sync::flushFile(file))
            return notFlushed(path);
        folders.insert(QFileInfo(path).path());
    }
    for (const QString& folder : std::as_const(folders)) {
        if (!sync::flushDirectory(folder))
            return notFlushed(folder);
    }
    m_paths.clear();
    return {};
}

} // namespace condaoci

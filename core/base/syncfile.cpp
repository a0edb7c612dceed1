// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/syncfile.h"

#include <QFile>

#ifdef Q_OS_WIN
#include <io.h>
#include <windows.h>
#else
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace condaoci::sync {

QString errorText(const QFile& file)
{
    const bool isSaid = file.error() != QFileDevice::NoError && file.errorString() != QFile().errorString();
    return isSaid ? file.errorString() : lastErrorText();
}

#ifdef Q_OS_WIN

bool flushFile(QFile& file)
{
    return file.flush() && FlushFileBuffers(reinterpret_cast<HANDLE>(_get_osfhandle(file.handle())));
}

bool flushDirectory(const QString&)
{
    return true; // MOVEFILE_WRITE_THROUGH in replaceFile does it
}

bool replaceFile(const QString& from, const QString& to)
{
    // Virus scanners hold new files for a moment (conda-build#1066): try again for about a second.
    for (int attempt = 0; attempt < 10; ++attempt) {
        if (MoveFileExW(reinterpret_cast<const wchar_t*>(from.utf16()), reinterpret_cast<const wchar_t*>(to.utf16()),
                        MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
            return true;
        if (GetLastError() != ERROR_ACCESS_DENIED && GetLastError() != ERROR_SHARING_VIOLATION)
            return false;
        Sleep(100);
    }
    return false;
}

QString lastErrorText()
{
    return qt_error_string(static_cast<int>(GetLastError()));
}

#else

bool flushFile(QFile& file)
{
    if (!file.flush())
        return false;
#ifdef Q_OS_MACOS
    return fcntl(file.handle(), F_FULLFSYNC) == 0 || fsync(file.handle()) == 0;
#else
    return fdatasync(file.handle()) == 0;
#endif
}

bool flushDirectory(const QString& path)
{
    const int handle = open(QFile::encodeName(path).constData(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0)
        return false;
    // Some network file systems refuse fsync on a directory; there is nothing more to be done there.
    const bool done = fsync(handle) == 0 || errno == EINVAL || errno == ENOTSUP;
    const int saved = errno;
    close(handle);
    errno = saved;
    return done;
}

bool replaceFile(const QString& from, const QString& to)
{
    return std::rename(QFile::encodeName(from).constData(), QFile::encodeName(to).constData()) == 0;
}

QString lastErrorText()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

#endif

} // namespace condaoci::sync

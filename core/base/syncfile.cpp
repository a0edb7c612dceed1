// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/syncfile.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>

#ifdef Q_OS_WIN
#include <fcntl.h>
#include <io.h>
#include <windows.h>
#else
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
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

FileKind kindOf(const QString& path)
{
    // Devices (NUL, CON) and pipes have names everywhere, and attributes nowhere.
    const HANDLE handle =
        CreateFileW(reinterpret_cast<const wchar_t*>(path.utf16()), 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
                    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr);
    if (handle == INVALID_HANDLE_VALUE)
        return QFileInfo::exists(path) ? FileKind::Regular : FileKind::Missing;
    const DWORD type = GetFileType(handle);
    CloseHandle(handle);
    if (type == FILE_TYPE_DISK)
        return QFileInfo(path).isDir() ? FileKind::Folder : FileKind::Regular;
    return type == FILE_TYPE_PIPE ? FileKind::Pipe : FileKind::Other;
}

int descriptorNamed(const QString&)
{
    return -1; // descriptors have no names here
}

int openExisting(const QString& path)
{
    return _wopen(reinterpret_cast<const wchar_t*>(path.utf16()), _O_WRONLY | _O_BINARY);
}

bool lacksReader()
{
    return GetLastError() == ERROR_PIPE_BUSY;
}

int duplicate(int descriptor)
{
    const int own = _dup(descriptor);
    if (own >= 0)
        _setmode(own, _O_BINARY); // or every line break would become two bytes
    return own;
}

bool makeEmpty(int descriptor)
{
    return _chsize_s(descriptor, 0) == 0;
}

bool writeAll(int descriptor, QByteArrayView bytes)
{
    while (!bytes.isEmpty()) {
        const int wrote =
            _write(descriptor, bytes.data(), static_cast<unsigned>(std::min<qsizetype>(bytes.size(), 1 << 20)));
        if (wrote <= 0)
            return false;
        bytes = bytes.sliced(wrote);
    }
    return true;
}

bool closeDescriptor(int descriptor)
{
    return _close(descriptor) == 0;
}

void takeMode(QFile&, const QString&)
{
    // access is inherited from the folder
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

FileKind kindOf(const QString& path)
{
    struct stat file
    {
    };
    if (stat(QFile::encodeName(path).constData(), &file) != 0)
        return FileKind::Missing;
    if (S_ISDIR(file.st_mode))
        return FileKind::Folder;
    if (S_ISFIFO(file.st_mode))
        return FileKind::Pipe;
    if (!S_ISREG(file.st_mode))
        return FileKind::Other;
    struct stat folder
    {
    };
    const QByteArray above = QFile::encodeName(QFileInfo(path).absolutePath());
    const bool isMounted = stat(above.constData(), &folder) == 0 && folder.st_dev != file.st_dev;
    return isMounted ? FileKind::Mounted : FileKind::Regular;
}

int descriptorNamed(const QString& path)
{
    static const QRegularExpression own(
        QStringLiteral("^(?:/dev|/proc/%1(?:/task/[0-9]+)?)/fd/([0-9]{1,9})$").arg(getpid()));
    const auto match = own.match(path);
    return match.hasMatch() ? match.captured(1).toInt() : -1;
}

int openExisting(const QString& path)
{
    // A pipe that nobody reads from would hold us; devices may do so as well, and a terminal become ours.
    const int opened = open(QFile::encodeName(path).constData(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (opened >= 0)
        fcntl(opened, F_SETFL, fcntl(opened, F_GETFL) & ~O_NONBLOCK);
    return opened;
}

bool lacksReader()
{
    return errno == ENXIO;
}

int duplicate(int descriptor)
{
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        return -1;
    }
    return fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
}

bool makeEmpty(int descriptor)
{
    return ftruncate(descriptor, 0) == 0;
}

bool writeAll(int descriptor, QByteArrayView bytes)
{
    std::signal(SIGPIPE, SIG_IGN); // that a reader has gone is an error like others, and not the end of the program
    while (!bytes.isEmpty()) {
        const ssize_t wrote = write(descriptor, bytes.data(), static_cast<size_t>(bytes.size()));
        if (wrote < 0 && errno == EAGAIN) { // of somebody who made it so
            pollfd ready{descriptor, POLLOUT, 0};
            (void)poll(&ready, 1, -1);
        } else if (wrote < 0 && errno != EINTR) {
            return false;
        }
        bytes = bytes.sliced(std::max<ssize_t>(wrote, 0));
    }
    return true;
}

bool closeDescriptor(int descriptor)
{
    return close(descriptor) == 0;
}

void takeMode(QFile& file, const QString& from)
{
    struct stat other
    {
    };
    if (stat(QFile::encodeName(from).constData(), &other) != 0)
        return;
    // Only root may give files away; a member of the group may keep that. Some file systems have no modes.
    if (fchown(file.handle(), other.st_uid, other.st_gid) != 0)
        (void)!fchown(file.handle(), static_cast<uid_t>(-1), other.st_gid);
    (void)fchmod(file.handle(), other.st_mode & 0777);
}

#endif

} // namespace condaoci::sync

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/filelock.h"

#include "core/base/messages.h"
#include "core/base/syncfile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSysInfo>

#include <thread>

#ifdef Q_OS_WIN
#include <windows.h>
#else
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace condaoci {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto betweenLooks = std::chrono::milliseconds(20);

Error lockError(const QString& path, const QString& why)
{
    return Error{ErrorKind::Disk, Messages::tr("can't lock %1: %2").arg(QDir::toNativeSeparators(path), why)};
}

} // namespace

Result<bool> FileLock::lockWithin(std::chrono::milliseconds longest)
{
    const auto end = Clock::now() + longest;
    while (true) {
        auto locked = tryLock();
        if (!locked || *locked || Clock::now() >= end)
            return locked;
        std::this_thread::sleep_for(betweenLooks);
    }
}

#ifdef Q_OS_WIN

Result<bool> FileLock::tryLock()
{
    const QString native = QDir::toNativeSeparators(QFileInfo(m_path).absoluteFilePath());
    const HANDLE file =
        CreateFileW(reinterpret_cast<const wchar_t*>(native.utf16()), GENERIC_READ | GENERIC_WRITE | DELETE, 0, nullptr,
                    OPEN_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    if (file != INVALID_HANDLE_VALUE) {
        m_handle = reinterpret_cast<qintptr>(file);
        return true;
    }
    // Access is denied while a file is about to go, too.
    const DWORD code = GetLastError();
    if (code == ERROR_SHARING_VIOLATION || (code == ERROR_ACCESS_DENIED && QFileInfo(m_path).isFile()))
        return false;
    return lockError(m_path, qt_error_string(static_cast<int>(code)));
}

void FileLock::unlock()
{
    if (isHeld())
        CloseHandle(reinterpret_cast<HANDLE>(m_handle));
    m_handle = none;
}

#else

namespace {

/// What others may read in it; 0.1 looks for just this.
QByteArray holder()
{
    return QByteArray::number(QCoreApplication::applicationPid()) + '\n' +
           QCoreApplication::applicationName().toUtf8() + '\n' + QSysInfo::machineHostName().toUtf8() + '\n';
}

/// The open file at the path, made where there is none; -1 with errno.
int openLockFile(const QByteArray& path)
{
    const int handle = open(path.constData(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
    struct stat file = {};
    if (handle >= 0 && fstat(handle, &file) == 0 && S_ISREG(file.st_mode))
        return handle;
    const bool isOdd = handle >= 0 || errno == ELOOP || errno == EMLINK || errno == ENXIO;
    if (handle >= 0)
        close(handle);
    if (!isOdd || unlink(path.constData()) != 0)
        return -1;
    return open(path.constData(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
}

/// Another one may have removed the file, with its lock, between our opening and locking it.
bool standsAt(const QByteArray& path, int handle)
{
    struct stat opened = {};
    struct stat there = {};
    return fstat(handle, &opened) == 0 && lstat(path.constData(), &there) == 0 && opened.st_ino == there.st_ino &&
           opened.st_dev == there.st_dev;
}

bool knowsNoLocks(int code)
{
    return code == ENOSYS || code == ENOLCK || code == EOPNOTSUPP || code == ENOTSUP || code == EINVAL;
}

} // namespace

Result<bool> FileLock::tryLock()
{
    const QByteArray path = QFile::encodeName(m_path);
    while (true) {
        const int handle = openLockFile(path);
        if (handle < 0)
            return lockError(m_path, sync::lastErrorText());
        const bool locked = flock(handle, LOCK_EX | LOCK_NB) == 0;
        if (!locked && !knowsNoLocks(errno)) {
            const bool isHeldByOther = errno == EWOULDBLOCK || errno == EINTR;
            const QString why = sync::lastErrorText();
            close(handle);
            if (isHeldByOther)
                return false;
            return lockError(m_path, why);
        }
        if (locked && !standsAt(path, handle)) {
            close(handle);
            continue;
        }
        m_handle = handle;
        const QByteArray text = holder();
        // A help for people only: that it can't be written (a disk that is full) hinders nothing.
        const bool written = ftruncate(handle, 0) == 0 && write(handle, text.constData(), size_t(text.size())) > 0;
        (void)written;
        return true;
    }
}

void FileLock::unlock()
{
    if (!isHeld())
        return;
    const int handle = static_cast<int>(m_handle);
    const QByteArray path = QFile::encodeName(m_path);
    // While it is held, so that it is not another one's that goes.
    if (standsAt(path, handle))
        unlink(path.constData());
    close(handle);
    m_handle = none;
}

#endif

} // namespace condaoci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QString>

#include <chrono>

namespace condaoci {

/// A lock that other programs on this machine see: a file that the system itself holds locked (flock(2); on Windows a
/// file that is open for one process only). What the file says, how old it is, and whether a process of some number
/// lives does not matter: the system lets go of the lock when its holder ends, however it ends, so the lock of a killed
/// run holds nobody up, in containers and on other machines either. The file is removed with the lock. Not thread-safe.
class FileLock
{
public:
    /// \param path  of the file; its folder has to be there when it is locked
    explicit FileLock(QString path)
        : m_path(std::move(path))
    {
    }
    ~FileLock() { unlock(); }
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    /// False where another one holds it, in this process too. What stands at the path and is not a file (a link, a
    /// pipe) is removed, never followed. On a file system without locks it is true for everybody. Error kind Disk
    /// where the file can't be made.
    [[nodiscard]] Result<bool> tryLock();
    /// Tries again and again, for at most that long.
    [[nodiscard]] Result<bool> lockWithin(std::chrono::milliseconds longest);
    void unlock();
    [[nodiscard]] bool isHeld() const { return m_handle != none; }

private:
    static constexpr qintptr none = -1;
    QString m_path;
    qintptr m_handle = none; ///< the system's, of the open file
};

} // namespace condaoci

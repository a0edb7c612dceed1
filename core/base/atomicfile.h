// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArrayView>
#include <QFile>

#include <chrono>

namespace condaoci {

/// A file that appears under its name whole or not at all. Bytes go to a temporary file of a random name in the same
/// directory (created with O_EXCL, so nothing planted there is written through); commit() flushes it to disk, gives it
/// its name and flushes the directory. Without commit() nothing is left behind. QSaveFile is not used: after a short
/// write on a full disk its commit() can succeed (measured on Qt 6.4.2). Others may read it if the umask lets them, and
/// never write to it. Whatever had the name before is replaced, a link or a pipe as well: this is for folders that are
/// ours; what a person named is for OutputFile. A new name with U+FFFD in it is refused, here and for folders: it
/// stands for one that is not UTF-8, and another file would come into being. Lives on any one thread. Errors are of
/// kind Disk and name the file.
class AtomicFile
{
public:
    explicit AtomicFile(QString path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> write(QByteArrayView bytes);
    /// Drops everything written so far and starts over.
    [[nodiscard]] Result<void> restart();
    enum class Durability {
        Now,   ///< on the disk when commit returns
        Later, ///< the caller flushes it, and its directory, before anything durable names it
    };
    [[nodiscard]] Result<void> commit(Durability durability = Durability::Now);
    [[nodiscard]] qint64 written() const { return m_written; } ///< bytes
    /// Gives it the mode of another file, and its owner where that is allowed; while it is open.
    void takeMode(const QString& from);

private:
    [[nodiscard]] Error diskError(const QString& sentence) const;

    QString m_path;
    QFile m_file;
    qint64 m_written = 0;
};

/// Makes a folder, and those above it that are missing. Whatever the umask, nobody but the owner may write to them.
[[nodiscard]] Result<void> makeFolder(const QString& path);
/// The same, and nobody but the owner may look into the last of them, where it was missing.
[[nodiscard]] Result<void> makePrivateFolder(const QString& path);
/// Removes the temporary files that killed runs left in a folder and that are older than that.
void removeLeftTemporaries(const QString& folder, std::chrono::seconds age);
/// Writes all bytes into a new AtomicFile or OutputFile, and commits it.
[[nodiscard]] Result<void> writeInto(auto& file, QByteArrayView bytes)
{
    if (auto opened = file.open(); !opened)
        return opened;
    if (auto written = file.write(bytes); !written)
        return written;
    return file.commit();
}
/// Writes all bytes as one AtomicFile.
[[nodiscard]] Result<void> writeFileAtomically(const QString& path, QByteArrayView bytes);
/// Gives a finished file its final name, replacing what is there, and flushes both file and directory to disk.
[[nodiscard]] Result<void> publishFile(const QString& from, const QString& to,
                                       AtomicFile::Durability durability = AtomicFile::Durability::Now);
/// Opens a file to read it, links followed. What is not a regular file is refused: to open a pipe that somebody put
/// there waits for its writer, and a device may have no end. Errors are of kind Disk and name the file.
[[nodiscard]] Result<void> openToRead(QFile& file);
/// The whole file, opened by openToRead(), at most `limit` bytes (Parse if larger, NotFound if absent, otherwise Disk).
[[nodiscard]] Result<QByteArray> readFile(const QString& path, qint64 limit);
/// The same of what a person named, who may mean a pipe (`/dev/fd/63`); it is waited for.
[[nodiscard]] Result<QByteArray> readNamedFile(const QString& path, qint64 limit);

} // namespace condaoci

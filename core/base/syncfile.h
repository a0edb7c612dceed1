// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArrayView>
#include <QString>

class QFile;

/// The few file operations that differ between systems; everything else is Qt's.
namespace condaoci::sync {

/// Flushes an open file's bytes to the disk; false with errno set (or GetLastError) if the system says no.
[[nodiscard]] bool flushFile(QFile& file);
/// Flushes a directory's entries. True where a system has no such operation.
[[nodiscard]] bool flushDirectory(const QString& path);
/// Renames, replacing what is there, in one step that a reader sees whole or not at all.
[[nodiscard]] bool replaceFile(const QString& from, const QString& to);
/// The last failure's text, as the system puts it.
[[nodiscard]] QString lastErrorText();
/// Why the last operation on the file failed; Qt keeps it only for some of them.
[[nodiscard]] QString errorText(const QFile& file);

/// What a path is of, links followed.
enum class FileKind {
    Missing,
    Regular,
    Mounted, ///< a regular file that is a mount point by itself, as containers make them: it can't be replaced
    Folder,
    Pipe,  ///< a named one
    Other, ///< a device, a socket
};
[[nodiscard]] FileKind kindOf(const QString& path);
/// Which of this process's open descriptors a path is a name of (/dev/fd/63, /proc/self/fd/1); -1: none.
/// \param path  absolute, its folder without links
[[nodiscard]] int descriptorNamed(const QString& path);
/// Opens what is there for writing; it is neither made nor emptied, and nobody is waited for. -1: see lastErrorText().
[[nodiscard]] int openExisting(const QString& path);
/// Did openExisting fail for want of a reader of the named pipe?
[[nodiscard]] bool lacksReader();
/// A descriptor of its own for what another one is open for; -1 where that one is not open for writing.
[[nodiscard]] int duplicate(int descriptor);
[[nodiscard]] bool makeEmpty(int descriptor);
/// All of it, however slowly it is taken.
[[nodiscard]] bool writeAll(int descriptor, QByteArrayView bytes);
[[nodiscard]] bool closeDescriptor(int descriptor);
/// Gives an open file the mode of another, and its owner and group, as far as that is allowed there.
void takeMode(QFile& file, const QString& from);

} // namespace condaoci::sync

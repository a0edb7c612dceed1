// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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

} // namespace condaoci::sync

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/atomicfile.h"

#include <QTemporaryFile>

#include <chrono>
#include <memory>
#include <optional>

namespace condaoci {

/// How long the reader of a named pipe is waited for, who may be started a moment later (`mkfifo p; run p & cat p`).
inline constexpr auto pipeReaderWait = std::chrono::seconds(10);

/// A file that a person named: a report, a package to look into, what the window saves and remembers. Nothing but a
/// regular file is ever replaced, as a whole and with its mode kept; a link stays, and the file that it leads to is
/// replaced or made. Everything else (a device, a pipe, a socket, /dev/fd/63, a file that is mounted by itself or whose
/// folder lets us make none) is opened and written; "-" is standard output. The bytes are there at commit() and not
/// before. Lives on any one thread. Errors are of kind Disk and name the file.
class OutputFile
{
public:
    explicit OutputFile(QString path, std::chrono::milliseconds wait = pipeReaderWait);
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    /// Tries the place, so that it is known before anything else is done whether it can be written. An existing file
    /// stays as it is, and nothing is left behind; what is not replaced is held open from here on. Where nobody reads
    /// from a named pipe yet, one is waited for, and not for ever.
    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> write(QByteArrayView bytes);
    [[nodiscard]] Result<void> restart(); ///< drops everything written so far and starts over
    [[nodiscard]] Result<void> commit();
    [[nodiscard]] qint64 written() const { return m_written; } ///< bytes
    /// Is it where the program prints its results? Known after open().
    [[nodiscard]] bool isStandardOutput() const { return m_isStandardOutput; }

private:
    [[nodiscard]] Error refusal(const QString& why) const;
    [[nodiscard]] Result<void> openNamed(int descriptor);
    [[nodiscard]] Result<void> take(int descriptor);
    [[nodiscard]] Result<void> openHere();
    [[nodiscard]] Result<void> openBeside();
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> sendOn();

    QString m_path;   ///< as it was named
    QString m_target; ///< where its links lead to
    std::chrono::milliseconds m_wait;
    bool m_isOpen = false;
    bool m_isLink = false;
    bool m_isStandardOutput = false;
    bool m_empties = false; ///< what is written in place is a regular file, which may have been longer
    int m_stream = -1;      ///< what is written in place; -1: it is replaced
    std::optional<AtomicFile> m_beside;
    std::unique_ptr<QTemporaryFile> m_spool; ///< what is written in place has arrived whole before
    qint64 m_written = 0;
};

/// Writes all bytes as one OutputFile.
[[nodiscard]] Result<void> writeOutput(const QString& path, QByteArrayView bytes);
/// The file that a path is a name of, links followed as far as they lead; it need not be there. "/dev/fd/1" and its kin
/// stay what they are.
[[nodiscard]] QString withoutLinks(const QString& path);

} // namespace condaoci

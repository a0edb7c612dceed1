// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/transfers/transfer.h"

#include <string_view>

namespace condaoci::ui {

/// What became of each package of a transfer that ended, read from the file that was kept of it: text, a line for each
/// with its state, attempts, size, platform, file name and error, tabs between them. Immutable.
struct FinishedFiles
{
    struct File
    {
        mirror::FileOutcome::State state;
        int attempts; ///< 0: it was not begun
        qint64 size;  ///< bytes, -1: not known
        std::string_view subdir;
        std::string_view fileName;
        std::string_view error; ///< on one line; empty: none
    };
    QByteArray text; ///< that the views point into
    std::vector<File> files;
};

/// The lines of what a run had to look at, and of what it could not plan or publish.
/// \param files   one for each file of the plan
/// \param errors  of the failed ones, by their number in the plan
[[nodiscard]] QByteArray finishedLines(const mirror::CopyReport& report, const std::vector<Transfer::File>& files,
                                       const QHash<quint32, QString>& errors);
/// The same of failures alone: all that is known of a transfer whose file is gone.
[[nodiscard]] QByteArray finishedLines(const std::vector<Transfer::Failed>& failures);

/// Lines that are no such ones are left out.
[[nodiscard]] std::shared_ptr<const FinishedFiles> readFinishedFiles(QByteArray text);

} // namespace condaoci::ui

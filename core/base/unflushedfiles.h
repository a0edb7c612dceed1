// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QSet>
#include <QString>

#include <mutex>

namespace condaoci {

/// Files that have been written and that may not be on the disk yet. To flush each of thousands by itself would take
/// most of the time; they have to be there before something names them. Thread-safe.
class UnflushedFiles
{
public:
    void add(const QString& path);
    void remove(const QString& path); ///< it is deleted again
    /// Flushes them and their folders. Error kind Disk, naming the file; those that are left are tried again next time.
    [[nodiscard]] Result<void> flush();

private:
    std::mutex m_mutex;
    QSet<QString> m_paths;
};

} // namespace condaoci

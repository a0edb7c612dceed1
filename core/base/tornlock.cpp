// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/tornlock.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>

namespace condaoci {

namespace {

constexpr qint64 writingTakes = 2; // seconds at the very most

} // namespace

void removeTornLock(QLockFile& lock)
{
    const QFileInfo file(lock.fileName());
    if (file.isSymLink()) {
        QFile::remove(lock.fileName());
        return;
    }
    qint64 process = 0;
    QString host;
    QString program;
    if (!file.exists() || lock.getLockInfo(&process, &host, &program))
        return;
    // Either way: the clock may have been set meanwhile.
    if (qAbs(file.lastModified().secsTo(QDateTime::currentDateTimeUtc())) > writingTakes)
        QFile::remove(lock.fileName());
}

} // namespace condaoci

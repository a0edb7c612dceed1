// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/sample.h"

#include "core/base/atomicfile.h"

#include <QDirIterator>
#include <QFileInfo>

namespace condaoci::ui {

Result<QString> unpackSampleChannel(const QString& folder)
{
    const QString from = QStringLiteral(":/conda-oci-mirror/sample-channel");
    const QString to = folder + QStringLiteral("/sample-channel");
    for (QDirIterator files(from, QDir::Files, QDirIterator::Subdirectories); files.hasNext();) {
        QFile file(files.next());
        const QString target = to + file.fileName().mid(from.size());
        if (QFileInfo(target).size() == file.size() && QFileInfo::exists(target))
            continue;
        if (!QDir().mkpath(QFileInfo(target).path()) || !file.open(QIODevice::ReadOnly))
            return Error{ErrorKind::Disk, QStringLiteral("%1 can't be created").arg(target)};
        if (auto written = writeFileAtomically(target, file.readAll()); !written)
            return written.error();
    }
    return to;
}

} // namespace condaoci::ui

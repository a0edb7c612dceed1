// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/chunks.h"

#include "core/base/limits.h"
#include "core/base/messages.h"

namespace condaoci {

Result<void> forEachChunk(QIODevice& device, const QString& what, const std::stop_token& stop,
                          const std::function<Result<void>(QByteArrayView)>& visit)
{
    QByteArray buffer(limits::ioChunk, Qt::Uninitialized);
    while (true) {
        if (stop.stop_requested())
            return Error{ErrorKind::Cancelled, Messages::tr("cancelled")};
        const qint64 got = device.read(buffer.data(), buffer.size());
        if (got < 0)
            return Error{ErrorKind::Disk, Messages::tr("can't read %1: %2").arg(what, device.errorString())};
        if (got == 0)
            return {};
        if (auto visited = visit(QByteArrayView(buffer.constData(), got)); !visited)
            return visited;
    }
}

} // namespace condaoci

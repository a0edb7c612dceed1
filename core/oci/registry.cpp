// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/registry.h"

#include "core/base/messages.h"
#include "core/oci/verifyingsink.h"

namespace condaoci::oci {

Result<QByteArray> Registry::readBlob(const QString& repository, const Descriptor& blob, qint64 limit)
{
    if (blob.size > limit)
        return Error{ErrorKind::Protocol, Messages::tr("%1 is announced with %2 bytes; at most %3 are taken here")
                                              .arg(blob.digest.toString())
                                              .arg(blob.size)
                                              .arg(limit)};
    MemorySink sink;
    if (auto fetched = fetchBlob(repository, blob, sink); !fetched)
        return fetched.error();
    return std::move(sink.bytes);
}

bool isBlobUnknown(const Error& error)
{
    return error.detail.contains(QLatin1String("BLOB_UNKNOWN")) ||
           error.message.contains(QLatin1String("BLOB_UNKNOWN"));
}

} // namespace condaoci::oci

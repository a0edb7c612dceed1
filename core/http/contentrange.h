// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>

#include <optional>

namespace condaoci::http {

/// What a Content-Range field says (RFC 9110, 14.4): 0 ≤ first ≤ last, and last < size where the size is said.
struct ContentRange
{
    qint64 first = 0;
    qint64 last = 0;  ///< inclusive
    qint64 size = -1; ///< of the whole; -1: "*"

    friend bool operator==(const ContentRange&, const ContentRange&) = default;
};

/// One range of bytes; nullopt for everything else, units of another kind and several fields merged into one included.
[[nodiscard]] std::optional<ContentRange> parseContentRange(QByteArrayView field);

/// The Range of an upload's answer (distribution-spec, "Pushing a blob in chunks"): `0-LAST`, as some write it with
/// `bytes=` or `bytes ` in front. How many bytes that are; nullopt if it does not begin at 0 or is malformed.
[[nodiscard]] std::optional<qint64> parseUploadRange(QByteArrayView field);

/// A Content-Length in bytes, which proxies may have repeated (RFC 9110, 8.6); nullopt where it is malformed, or one
/// differs.
[[nodiscard]] std::optional<qint64> parseContentLength(const QByteArray& field);

} // namespace condaoci::http

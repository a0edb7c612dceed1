// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArrayView>

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

} // namespace condaoci::http

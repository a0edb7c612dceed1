// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QtGlobal>

namespace condaoci::http {

/// Counts what comes in for the requests of one thread, whether Qt has told of it or not. Qt tells of the head of an
/// answer when it has all of it, and keeps what it has until then without any limit: 110 MB a second were measured. One
/// at a time in a thread, which makes one request at a time.
class Arrivals
{
public:
    Arrivals();
    ~Arrivals();
    Arrivals(const Arrivals&) = delete;
    Arrivals& operator=(const Arrivals&) = delete;

    /// Since it was made, or since restart(). A little more than that if anything, and 0 where the system can't say.
    [[nodiscard]] qint64 bytes() const;
    void restart();
};

} // namespace condaoci::http

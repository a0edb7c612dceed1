// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"

#include <atomic>
#include <thread>

namespace condaoci {

/// The SHA-256 of bytes in memory, taken on a thread of its own while somebody else reads them. Whoever wants to write
/// to them waits until what is written over has been hashed. Small ones are hashed at once.
class HashingAhead
{
public:
    /// \param bytes  stay where they are for as long as this lives
    explicit HashingAhead(QByteArrayView bytes);
    ~HashingAhead(); ///< gives up what is not hashed yet

    /// Waits until all bytes before `end` are hashed.
    void waitFor(const char* end);
    /// Waits for all of them.
    [[nodiscard]] Digest finish();

private:
    void hash(std::stop_token stop);

    QByteArrayView m_bytes;
    Digest m_digest;
    std::atomic<qsizetype> m_done = 0; ///< bytes
    std::jthread m_thread;             ///< last, since it works on the others
};

} // namespace condaoci

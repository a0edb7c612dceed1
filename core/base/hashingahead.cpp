// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/hashingahead.h"

#include <algorithm>
#include <system_error>

namespace condaoci {

namespace {

constexpr qsizetype step = 1024 * 1024;
constexpr qsizetype worthAThread = 8 * step;

} // namespace

HashingAhead::HashingAhead(QByteArrayView bytes)
    : m_bytes(bytes)
{
    if (bytes.size() >= worthAThread) {
        try {
            m_thread = std::jthread([this](std::stop_token stop) { hash(std::move(stop)); });
            return;
        } catch (const std::system_error&) { // no more threads
        }
    }
    m_digest = Digest::ofBytes(bytes);
    m_done = bytes.size();
}

HashingAhead::~HashingAhead() = default;

void HashingAhead::waitFor(const char* end)
{
    const qsizetype wanted = std::min<qsizetype>(end - m_bytes.data(), m_bytes.size());
    for (qsizetype done = m_done.load(); done < wanted; done = m_done.load())
        m_done.wait(done);
}

Digest HashingAhead::finish()
{
    waitFor(m_bytes.data() + m_bytes.size());
    if (m_thread.joinable())
        m_thread.join();
    return m_digest;
}

void HashingAhead::hash(std::stop_token stop)
{
    Hasher hasher(Hasher::Md5::No);
    for (qsizetype at = 0; at < m_bytes.size() && !stop.stop_requested();) {
        const auto part = m_bytes.sliced(at, std::min(step, m_bytes.size() - at));
        hasher.update(part);
        at += part.size();
        if (at == m_bytes.size())
            m_digest = hasher.finish().sha256;
        m_done = at;
        m_done.notify_all();
    }
}

} // namespace condaoci

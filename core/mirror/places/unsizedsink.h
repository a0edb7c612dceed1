// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/message.h"

#include <optional>

namespace condaoci::mirror {

/// Passes on a package whose size nobody says, up to a limit, and for as long as there is room where it goes: an
/// endless one may not fill the disk, nor end the run as a full disk would. Refers to the sink.
class UnsizedSink final : public http::Sink
{
public:
    /// \param most  bytes of the whole package; what the sink holds already counts
    UnsizedSink(http::Sink& sink, qint64 most);

    /// What is wrong with the package itself is of kind Integrity, and so is a disk that it fills.
    [[nodiscard]] Result<void> write(QByteArrayView bytes) override;
    [[nodiscard]] Result<void> restart() override { return m_sink.restart(); }
    [[nodiscard]] qint64 written() const override { return m_sink.written(); }
    [[nodiscard]] bool isHashed() const override { return m_sink.isHashed(); }
    void standsInFile(const QString& path) override { m_sink.standsInFile(path); }

    /// Most bytes that the whole package may have, as things stood at first.
    [[nodiscard]] qint64 most() const { return m_most; }
    /// Why nothing more was taken; nullopt where nothing was refused.
    [[nodiscard]] const std::optional<Error>& refusal() const { return m_refusal; }

private:
    http::Sink& m_sink;
    qint64 m_reserve; ///< bytes that are left free
    qint64 m_most;
    qint64 m_nextLook = 0;
    std::optional<Error> m_refusal;
};

/// Fetches into `sink` a package whose size nobody says: `fetch(bounded, limit)`. What came of one that does not end is
/// nothing to go on with, and is given back.
template<typename Fetch>
[[nodiscard]] Result<void> fetchUnsized(http::Sink& sink, qint64 largest, const Fetch& fetch)
{
    UnsizedSink bounded(sink, largest);
    // The sink is the first to refuse what comes, and knows then that it has; the limit is for what is announced.
    Result<void> fetched = fetch(bounded, bounded.most() + limits::MiB);
    if (auto emptied = bounded.refusal() ? sink.restart() : Result<void>(); !emptied)
        return emptied;
    return fetched;
}

} // namespace condaoci::mirror

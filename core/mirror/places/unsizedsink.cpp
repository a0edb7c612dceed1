// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/unsizedsink.h"

#include "core/base/messages.h"
#include "core/base/text.h"

#include <algorithm>

namespace condaoci::mirror {

UnsizedSink::UnsizedSink(http::Sink& sink, qint64 most)
    : m_sink(sink)
    , m_reserve(std::min(limits::unsizedReserve, sink.room() / 2))
    , m_most(std::min(most, std::max<qint64>(sink.room() - m_reserve, 0)))
{
    if (m_most < most) // what is held already has its room
        m_most = std::min(most, m_most + sink.written());
}

Result<void> UnsizedSink::write(QByteArrayView bytes)
{
    const auto refuse = [this](const QString& why) {
        m_refusal = Error{
            ErrorKind::Integrity, Messages::tr("the index does not say its size, and %1").arg(why), {}, Side::Source};
        return *m_refusal;
    };
    if (bytes.size() > m_most - m_sink.written())
        return refuse(Messages::tr("more than %1 came").arg(shownBytes(m_most)));
    // Several may come at once, so the room is looked at again and again.
    if (m_sink.written() >= m_nextLook) {
        m_nextLook = m_sink.written() + limits::unsizedLook;
        if (m_sink.room() < m_reserve)
            return refuse(Messages::tr("it fills the disk: after %1 less than %2 are free")
                              .arg(shownBytes(m_sink.written()), shownBytes(m_reserve)));
    }
    auto written = m_sink.write(bytes);
    if (!written && written.error().kind == ErrorKind::Disk)
        return refuse(Messages::tr("after %1 of it: %2").arg(shownBytes(m_sink.written()), written.error().message));
    return written;
}

} // namespace condaoci::mirror

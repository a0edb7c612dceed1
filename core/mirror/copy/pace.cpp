// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/pace.h"

#include <algorithm>

namespace condaoci::mirror {

Pace::Clock::time_point Pace::nextStart(Clock::time_point now)
{
    const std::scoped_lock lock(m_mutex);
    const auto start = std::max(now, m_next);
    m_next = start + m_spacing;
    return start;
}

} // namespace condaoci::mirror

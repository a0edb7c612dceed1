// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/firstfew.h"

#include "core/base/limits.h"
#include "core/base/messages.h"

namespace condaoci {

bool FirstFew::take(const QString& kind)
{
    const auto known = m_named.find(kind);
    const qint64 named = known == m_named.end() ? 0 : known->second;
    if (named >= limits::namedOfAKind || m_namedInAll >= limits::namedInAll) {
        count(kind, 1);
        return false;
    }
    ++m_named[kind];
    ++m_namedInAll;
    return true;
}

void FirstFew::count(const QString& kind, qint64 number)
{
    // Kinds are what a peer says as well.
    const bool isKnown = m_named.contains(kind) || m_others.contains(kind) ||
                         static_cast<qint64>(m_others.size()) < limits::namedOfAKind;
    m_others[isKnown ? kind : Messages::tr("for various reasons")] += number;
}

} // namespace condaoci

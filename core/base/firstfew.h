// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

#include <map>

namespace condaoci {

/// Says which of many things are to be named: the first limits::namedOfAKind of each kind, and limits::namedInAll of
/// all kinds together. The others are counted, so that whoever sends millions of them fills neither memory nor screen.
class FirstFew
{
public:
    /// Is this one to be named? It is counted otherwise.
    [[nodiscard]] bool take(const QString& kind);
    /// Counts some that somebody else did not name.
    void count(const QString& kind, qint64 number);
    /// How many were not named, by kind; where there were too many kinds, under "for various reasons".
    [[nodiscard]] const std::map<QString, qint64>& others() const { return m_others; }

private:
    std::map<QString, qint64> m_named;
    std::map<QString, qint64> m_others;
    qint64 m_namedInAll = 0;
};

/// Of entries that name one each, or stand for more.
template<typename Entries>
[[nodiscard]] qint64 countOf(const Entries& entries)
{
    qint64 count = 0;
    for (const auto& entry : entries)
        count += entry.more > 0 ? entry.more : 1;
    return count;
}

} // namespace condaoci

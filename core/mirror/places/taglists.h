// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/registry.h"

#include <QSet>

#include <array>
#include <map>
#include <mutex>

namespace condaoci::mirror {

/// Which tags repositories have, as far as the workers of a job have listed them: one request tells of all builds of a
/// name that they are not there. Thread-safe.
class TagLists
{
public:
    /// Is it sure that the repository lacks this tag? Lists its tags where that has not been done, and the tag was
    /// either not expected there or others that were expected there are missing.
    /// \param registry  the worker's own
    [[nodiscard]] bool lacks(oci::Registry& registry, const QString& repository, const QString& tag, bool isExpected);
    /// A tag that was expected there is missing.
    void noteMissing(const QString& repository);

private:
    struct List
    {
        enum class State { NotAsked, Known, NotOffered };
        State state = State::NotAsked;
        bool hasGaps = false;
        /// Hashes: a channel has a million tags. A tag whose hash another one has is asked for by itself.
        QSet<size_t> tags;
    };
    std::array<std::mutex, 61> m_mutexes; ///< one for each repository, by its hash: a list is asked for once
    std::mutex m_mutex;                   ///< guards the map itself
    std::map<size_t, List> m_lists;       ///< by the repository's hash
};

} // namespace condaoci::mirror

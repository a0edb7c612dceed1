// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/taglists.h"

namespace condaoci::mirror {

bool TagLists::lacks(oci::Registry& registry, const QString& repository, const QString& tag, bool isExpected)
{
    const size_t key = qHash(repository);
    const std::scoped_lock lock(m_mutexes[key % m_mutexes.size()]);
    List* list = nullptr;
    {
        const std::scoped_lock mapLock(m_mutex);
        list = &m_lists[key]; // stays where it is when others are added
    }
    if (list->state == List::State::NotAsked && (!isExpected || list->hasGaps)) {
        const auto tags = registry.tags(repository);
        list->state = tags ? List::State::Known : List::State::NotOffered;
        for (const QString& one : tags ? *tags : QStringList())
            list->tags.insert(qHash(one));
    }
    return list->state == List::State::Known && !list->tags.contains(qHash(tag));
}

void TagLists::noteMissing(const QString& repository)
{
    const size_t key = qHash(repository);
    const std::scoped_lock lock(m_mutexes[key % m_mutexes.size()]);
    const std::scoped_lock mapLock(m_mutex);
    m_lists[key].hasGaps = true;
}

} // namespace condaoci::mirror

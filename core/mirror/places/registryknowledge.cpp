// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/registryknowledge.h"

#include "core/base/limits.h"
#include "core/base/messages.h"

namespace condaoci::mirror {

void FirstNotes::add(const QString& sentence)
{
    if (m_first.size() < limits::leftOutNotes)
        m_first.append(sentence);
    else
        ++m_others;
}

QStringList FirstNotes::all(const QString& others) const
{
    QStringList notes = m_first;
    notes.sort(); // whichever worker was first
    return m_others > 0 ? notes << others.arg(m_others) : notes;
}

QString RegistryKnowledge::configRepository() const
{
    const std::scoped_lock lock(m_mutex);
    return m_any;
}

bool RegistryKnowledge::hasConfig(const QString& repository) const
{
    const std::scoped_lock lock(m_mutex);
    return m_withConfig.contains(qHash(repository));
}

void RegistryKnowledge::setHasConfig(const QString& repository)
{
    const std::scoped_lock lock(m_mutex);
    m_withConfig.insert(qHash(repository));
    m_any = repository;
}

bool RegistryKnowledge::wantsImageConfig() const
{
    const std::scoped_lock lock(m_mutex);
    return m_imageConfig;
}

void RegistryKnowledge::setWantsImageConfig()
{
    const std::scoped_lock lock(m_mutex);
    m_imageConfig = true;
}

void RegistryKnowledge::renewed(const std::optional<Error>& failure)
{
    const std::scoped_lock lock(m_mutex);
    ++(failure ? m_notRenewed : m_renewed);
    if (failure && m_whyNotRenewed.isEmpty())
        m_whyNotRenewed = failure->message;
}

bool RegistryKnowledge::isCurrent() const
{
    const std::scoped_lock lock(m_mutex);
    return m_notRenewed == 0;
}

QString RegistryKnowledge::placeholders(const QString& subdir) const
{
    const std::scoped_lock lock(m_mutex);
    return m_placeholders.value(subdir);
}

void RegistryKnowledge::setPlaceholders(const QString& subdir, const QString& state)
{
    const std::scoped_lock lock(m_mutex);
    m_placeholders.insert(subdir, state);
}

void RegistryKnowledge::isUnreadable(const QString& place, const QString& why)
{
    const std::scoped_lock lock(m_mutex);
    m_unreadable.insert(place, why);
}

void RegistryKnowledge::wrote(const QString& place)
{
    const std::scoped_lock lock(m_mutex);
    const QString why = m_unreadable.take(place);
    if (!why.isNull())
        m_wroteOver.add(
            Messages::tr("what stood at %1 could not be read as a manifest and was written over (%2)").arg(place, why));
}

void RegistryKnowledge::published(const QString& repository)
{
    const std::scoped_lock lock(m_mutex);
    m_published = repository;
}

QString RegistryKnowledge::publishedRepository() const
{
    const std::scoped_lock lock(m_mutex);
    return m_published;
}

void RegistryKnowledge::note(const QString& sentence)
{
    const std::scoped_lock lock(m_mutex);
    if (!m_notes.contains(sentence))
        m_notes.append(sentence);
}

void RegistryKnowledge::lacks(const QString& sentence)
{
    const std::scoped_lock lock(m_mutex);
    m_lacking.add(sentence);
}

QStringList RegistryKnowledge::notes() const
{
    const std::scoped_lock lock(m_mutex);
    QStringList notes = m_lacking.all(Messages::tr("Further packages whose info.tar.gz lacks members: %1")) + m_notes +
                        m_wroteOver.all(Messages::tr(
                            "manifests that could not be read, were written over, and are not named here: %1"));
    if (m_renewed > 0)
        notes.append(m_renewed == 1
                         ? Messages::tr("wrote 1 manifest of version 0.1 anew; its package was not sent again")
                         : Messages::tr("wrote %1 manifests of version 0.1 anew; their packages were not "
                                        "sent again")
                               .arg(m_renewed));
    if (m_notRenewed > 0)
        notes.append(
            Messages::tr("manifests of version 0.1 that could not be written anew: %1 (%2). The Python tool can't read "
                         "them; the next run tries again")
                .arg(m_notRenewed)
                .arg(m_whyNotRenewed));
    return notes;
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/mirror/places/taglists.h"

#include <QMap>
#include <QSet>
#include <QStringList>

#include <array>
#include <mutex>
#include <optional>

namespace condaoci::mirror {

/// What there is to say of many of a kind: of the first ones a sentence each, of all others how many they are.
class FirstNotes
{
public:
    void add(const QString& sentence);
    /// \param others  a sentence with a place for a number
    [[nodiscard]] QStringList all(const QString& others) const;

private:
    QStringList m_first; ///< at most limits::leftOutNotes
    qint64 m_others = 0;
};

/// What the workers of a job have found out about a registry. Thread-safe.
class RegistryKnowledge
{
public:
    /// A repository in which the constant config blob is known to be; empty if there is none yet. Then the caller may
    /// hold firstConfig() while it sends the first, so that the others wait for it and mount theirs.
    [[nodiscard]] QString configRepository() const;
    /// To be held while the config goes into a repository: docker-registry rewrites in place the file that links a blob
    /// to a repository, and a manifest that another worker puts there meanwhile finds it empty.
    [[nodiscard]] std::unique_lock<std::mutex> lockRepository(const QString& repository) const
    {
        return std::unique_lock(m_repositoryLocks[qHash(repository) % m_repositoryLocks.size()]);
    }
    [[nodiscard]] std::unique_lock<std::mutex> firstConfig() const { return std::unique_lock(m_firstConfig); }
    [[nodiscard]] bool hasConfig(const QString& repository) const;
    void setHasConfig(const QString& repository);
    /// Does the registry refuse the OCI empty config, so that image configs have to be written?
    [[nodiscard]] bool wantsImageConfig() const;
    void setWantsImageConfig();

    /// A manifest of another version was written anew, or, for that reason, could not be.
    void renewed(const std::optional<Error>& failure);
    /// Could every manifest that had to be written anew?
    [[nodiscard]] bool isCurrent() const;

    /// What the annotation naming::placeholdersAnnotation of a subdir's index is to say; empty: nothing.
    [[nodiscard]] QString placeholders(const QString& subdir) const;
    void setPlaceholders(const QString& subdir, const QString& state);

    /// What stands under that name (REPOSITORY:TAG) can't be read; and then it was written over.
    void isUnreadable(const QString& place, const QString& why);
    void wrote(const QString& place);

    /// An index has been published in that repository.
    void published(const QString& repository);
    [[nodiscard]] QString publishedRepository() const; ///< of the last one; empty: none

    TagLists tags;

    void note(const QString& sentence);  ///< for people, once
    void lacks(const QString& sentence); ///< likewise, of a package whose info.tar.gz lacks members
    [[nodiscard]] QStringList notes() const;

private:
    mutable std::mutex m_mutex;
    mutable std::mutex m_firstConfig;
    mutable std::array<std::mutex, 61> m_repositoryLocks;
    /// Hashes of names: a channel has tens of thousands. A package whose name had another one's would be refused by the
    /// registry once, and be brought by the next run.
    QSet<size_t> m_withConfig;
    QString m_any;
    bool m_imageConfig = false;
    qint64 m_renewed = 0;
    qint64 m_notRenewed = 0;
    QString m_whyNotRenewed;
    QMap<QString, QString> m_placeholders; ///< by subdir
    QMap<QString, QString> m_unreadable;   ///< why, by place
    FirstNotes m_wroteOver;
    FirstNotes m_lacking;
    QString m_published;
    QStringList m_notes;
};

} // namespace condaoci::mirror

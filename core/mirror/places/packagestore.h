// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/conda/repodata.h"
#include "core/http/message.h"
#include "core/mirror/layout/fileref.h"
#include "core/mirror/layout/packagemanifest.h"

#include <QIODevice>
#include <QStringList>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace condaoci::mirror {

using Progress = std::function<void(qint64 bytes)>;

/// What a store has published as the index of one subdir.
struct StoredIndex
{
    std::shared_ptr<const conda::Repodata> repodata; ///< null: none, or not asked for
    Digest digest;                                   ///< of its bytes; null: the store has no index
    bool trusted = false;                            ///< it is ours and lists exactly what is there
    QString channel = {};                            ///< whose it says it is (conda::Channel::identity), or empty
    bool current = false;    ///< and the manifests of all that it lists are as this version writes them
    qint64 received = -1;    ///< bytes that came for it, compressed as they were; -1: not known, and not counted
    bool outdated = false;   ///< its own manifest is not: it is to be published again, with the same content or another
    QStringList merged = {}; ///< the own tags of the indexes that are in it, by time (naming::mergedAnnotation)
};

/// An index that is to be published.
struct IndexDraft
{
    QString subdir;
    QString name; ///< naming::indexName, yankedName or another document's
    QByteArray json;
    IndexFacts facts = {};
};

/// What became of it.
struct Publication
{
    /// Nullopt: it does not stand under the tag that readers ask for, since what is `newer` was found first.
    std::optional<QStringList> tags;          ///< that it has now, none in a cache
    StoredIndex written;                      ///< what was written; its records are the caller's
    std::optional<StoredIndex> standing = {}; ///< what readers get, where that is another one
    std::vector<StoredIndex> others = {};     ///< of other runs, under tags of their own, that it lacks

    [[nodiscard]] bool isDone() const { return tags && !standing && others.empty(); }
};

/// Is an index of that digest among them?
[[nodiscard]] inline bool contains(const std::vector<StoredIndex>& indexes, const Digest& digest)
{
    return std::any_of(indexes.begin(), indexes.end(), [&](const StoredIndex& one) { return one.digest == digest; });
}

/// A file as a store has it.
struct StoredFile
{
    Digest sha256;    ///< null: the store does not have it
    qint64 size = -1; ///< bytes, -1 if unknown

    [[nodiscard]] bool isNull() const { return sha256.isNull(); }
};

/// A file that an index lists, with the sums by which it does.
struct ListedFile
{
    FileRef file;
    Sums sums;
};

/// Where the bytes of a package arrive: a sink that can be read again once everything is there.
class Incoming : public http::Sink
{
public:
    [[nodiscard]] virtual Result<Sums> finish() = 0; ///< once, after the last write
    [[nodiscard]] virtual Result<std::unique_ptr<QIODevice>> open() const = 0;
    [[nodiscard]] virtual http::Body body() const = 0;
    [[nodiscard]] bool isHashed() const override { return true; } ///< finish() gives the sums, copyPackage compares
};

/// A file that has arrived and whose bytes are what its record promised.
struct ReceivedFile
{
    FileRef file;
    Incoming* content;
    Sums sums;
};

/// Where packages go. Belongs to one worker; what workers share is behind it.
class PackageStore
{
public:
    virtual ~PackageStore() = default;

    /// The published index `name` (naming::indexName or yankedName) of a subdir. Its records are read only if its
    /// digest is not `known`.
    [[nodiscard]] virtual Result<StoredIndex> index(const QString& subdir, const QString& name,
                                                    const Digest& known) = 0;
    /// False where the store asks for credentials and there are none. What credentials there are may do shows when they
    /// are used.
    [[nodiscard]] virtual Result<bool> writable() = 0;

    /// Does put() take about as long again as the file took to come? It does where it is sent on over a network.
    [[nodiscard]] virtual bool sendsOn() const { return false; }

    /// Called once before a run writes; what it takes (a lock) is held as long as this object lives.
    /// \param bytes  what the run is going to bring; Disk if they do not fit, or another run is writing there (then
    /// with a retryAfter)
    [[nodiscard]] virtual Result<void> begin(qint64 bytes)
    {
        Q_UNUSED(bytes)
        return {};
    }

    /// Is there a file of its name and size? A guess that costs nothing, for what is said before a run; false where to
    /// guess would cost a request.
    [[nodiscard]] virtual bool seemsThere(const FileRef& file) const
    {
        Q_UNUSED(file)
        return false;
    }

    /// Which files of one build are there with the very bytes that their records promise; null for those that are not.
    ///
    /// \param files  all of one build
    /// \param deep   ask for the bytes themselves as well, not only for what names them
    [[nodiscard]] virtual Result<std::vector<StoredFile>> present(std::span<const FileRef> files, bool deep) = 0;
    /// Writes the manifest of a build anew where another version wrote it in a form that some readers refuse. Said
    /// after present() of that build; sends no package, and fails no run: notes() says what became of it.
    virtual void renew(const FileRef& file) { Q_UNUSED(file) }
    [[nodiscard]] virtual Result<std::unique_ptr<Incoming>> receive(const FileRef& file) = 0;
    /// Makes the files of one build visible, beside those of the build that are there already. A file that turns out to
    /// be unusable gets its error in the returned list (one entry a file; kind-less success is an empty optional); an
    /// error of the store itself is the call's error.
    /// \param progress  bytes of the files that have been taken so far, of all of them together
    [[nodiscard]] virtual Result<std::vector<std::optional<Error>>> put(std::span<const ReceivedFile> files,
                                                                        const Progress& progress) = 0;

    /// Makes the repositories exist that readers ask for before they ask for the index of a subdir. Said before that is
    /// published; a refusal fails no run: notes() says so.
    virtual void leavePlaceholders(const QString& subdir) { Q_UNUSED(subdir) }
    /// Publishes an index. Other runs may do so at the same time; registries can't be asked to replace only what one
    /// has seen. So it is put under a tag of its own that nobody overwrites, and only then is it looked at what others
    /// have put there; so of two that publish at once one sees the other's, whichever is later.
    ///
    /// \param seen  what the index was made of: all else that is found is returned, for the caller to take in and
    /// publish
    ///              again
    [[nodiscard]] virtual Result<Publication> publishIndex(const IndexDraft& draft,
                                                           const std::vector<StoredIndex>& seen) = 0;
    /// What other runs have put there under tags of their own and none of `seen` has taken in: they published at the
    /// same time, or were stopped before they were done. Not looked for where nothing has been published lately.
    [[nodiscard]] virtual Result<std::vector<StoredIndex>> overlooked(const QString& subdir, const QString& name,
                                                                      const std::vector<StoredIndex>& seen)
    {
        Q_UNUSED(subdir)
        Q_UNUSED(name)
        Q_UNUSED(seen)
        return std::vector<StoredIndex>();
    }
    /// Puts back what another run that brought a format of the same build at the same time has taken out of its
    /// manifest, where the bytes are still there.
    ///
    /// \param files  of one build, all that an index lists
    /// \return which of them are there by now
    [[nodiscard]] virtual Result<std::vector<bool>> putBack(std::span<const ListedFile> files)
    {
        return std::vector<bool>(files.size(), true);
    }
    /// What people should know about the store by the end of a run, one sentence each.
    [[nodiscard]] virtual QStringList notes() { return {}; }
    [[nodiscard]] virtual Result<void> flush() = 0;
    [[nodiscard]] virtual Result<void> checkName(const FileRef& file) const = 0; ///< can it be named there? Config
};

} // namespace condaoci::mirror

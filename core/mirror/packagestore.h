// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/conda/repodata.h"
#include "core/http/message.h"

#include <QIODevice>
#include <QStringList>

#include <functional>
#include <memory>
#include <span>

namespace condaoci::mirror {

using Progress = std::function<void(qint64 bytes)>;

/// What a store has published as the index of one subdir.
struct StoredIndex
{
    std::shared_ptr<const conda::Repodata> repodata; ///< null: none, or not asked for
    Digest digest;                                   ///< of its bytes; null: the store has no index
    bool trusted = false;                            ///< it is ours and lists exactly what is there
};

/// A file as a store has it.
struct StoredFile
{
    Digest sha256;    ///< null: the store does not have it
    qint64 size = -1; ///< bytes, -1 if unknown

    [[nodiscard]] bool isNull() const { return sha256.isNull(); }
};

/// One file of a unit, with the store's name for where it belongs.
struct FileRef
{
    QString subdir;
    const conda::PackageRecord* record;
    conda::PackageName name; ///< views into the record
    QString baseUrl = {};    ///< as in SourceIndex
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

    /// Which files of one build are there with the very bytes that their records promise; null for those that are not.
    ///
    /// \param files  all of one build
    /// \param deep   ask for the bytes themselves as well, not only for what names them
    [[nodiscard]] virtual Result<std::vector<StoredFile>> present(std::span<const FileRef> files, bool deep) = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<Incoming>> receive(const FileRef& file) = 0;
    /// Makes the files of one build visible, beside those of the build that are there already. A file that turns out to
    /// be unusable gets its error in the returned list (one entry a file; kind-less success is an empty optional); an
    /// error of the store itself is the call's error.
    /// \param progress  bytes of the files that have been taken so far, of all of them together
    [[nodiscard]] virtual Result<std::vector<std::optional<Error>>> put(std::span<const ReceivedFile> files,
                                                                        const Progress& progress) = 0;
    /// What there is to say about files that put() has taken since the last call, a line a file.
    [[nodiscard]] virtual QStringList takeNotes() { return {}; }

    /// Publishes an index in place of one of those of these digests, or of none. False where another one stands there
    /// by now: that one stays.
    ///
    /// \param annotation  "present", "full" or empty (then nothing is claimed about it)
    [[nodiscard]] virtual Result<bool> publishIndex(const QString& subdir, const QString& name, const QByteArray& json,
                                                    const QString& annotation, const Digest& source,
                                                    const std::vector<Digest>& replaces) = 0;
    [[nodiscard]] virtual Result<void> flush() = 0;
    [[nodiscard]] virtual Result<void> checkName(const FileRef& file) const = 0; ///< can it be named there? Config
};

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/location.h"
#include "core/mirror/packagestore.h"

#include <QLockFile>

#include <mutex>

namespace condaoci::mirror {

/// Files that a run has written and that may not be on the disk yet; shared by its workers. Thread-safe.
class UnflushedFiles
{
public:
    void add(const QString& path);
    /// Flushes them and their folders. Error kind Disk, naming the file.
    [[nodiscard]] Result<void> flush();

private:
    std::mutex m_mutex;
    QStringList m_paths;
};

/// A cache directory as a store. A package arrives in `FILE.part`, which stays when a download breaks off and is gone
/// on with next time, and gets its name when its bytes are known to be right. Errors are of kind Disk and name the
/// file.
class CacheStore final : public PackageStore
{
public:
    CacheStore(CacheFolder cache, std::shared_ptr<UnflushedFiles> unflushed);

    [[nodiscard]] Result<StoredIndex> index(const QString& subdir, const QString& name, const Digest& known) override;
    [[nodiscard]] Result<bool> writable() override;
    [[nodiscard]] Result<void> begin(qint64 bytes) override;
    [[nodiscard]] Result<std::vector<Digest>> present(std::span<const FileRef> files, bool deep) override;
    [[nodiscard]] Result<std::unique_ptr<Incoming>> receive(const FileRef& file) override;
    [[nodiscard]] Result<std::vector<std::optional<Error>>> put(std::span<const ReceivedFile> files,
                                                                const Progress& progress) override;
    [[nodiscard]] Result<void> publishIndex(const QString& subdir, const QString& name, const QByteArray& json,
                                            const QString& annotation, const Digest& source) override;
    [[nodiscard]] Result<void> flush() override;
    [[nodiscard]] Result<void> checkName(const FileRef& file) const override;

private:
    [[nodiscard]] QString pathOf(const FileRef& file) const;

    CacheFolder m_cache;
    std::shared_ptr<UnflushedFiles> m_unflushed;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace condaoci::mirror

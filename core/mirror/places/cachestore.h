// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/filelock.h"
#include "core/base/unflushedfiles.h"
#include "core/mirror/places/location.h"
#include "core/mirror/places/packagestore.h"

#include <memory>
#include <stop_token>

namespace condaoci::mirror {

/// A cache directory as a store. A package arrives in `FILE.part`, which stays when a download breaks off and is gone
/// on with next time, and gets its name when its bytes are known to be right. Errors are of kind Disk and name the
/// file.
class CacheStore final : public PackageStore
{
public:
    CacheStore(CacheFolder cache, std::shared_ptr<UnflushedFiles> unflushed, std::stop_token stop);

    [[nodiscard]] Result<StoredIndex> index(const QString& subdir, const QString& name, const Digest& known) override;
    [[nodiscard]] Result<bool> writable() override;
    [[nodiscard]] Result<void> begin(qint64 bytes) override;
    [[nodiscard]] bool seemsThere(const FileRef& file) const override;
    [[nodiscard]] Result<std::vector<StoredFile>> present(std::span<const FileRef> files, bool deep) override;
    [[nodiscard]] Result<std::unique_ptr<Incoming>> receive(const FileRef& file) override;
    [[nodiscard]] Result<std::vector<std::optional<Error>>> put(std::span<const ReceivedFile> files,
                                                                const Progress& progress) override;
    [[nodiscard]] Result<Publication> publishIndex(const IndexDraft& draft,
                                                   const std::vector<StoredIndex>& seen) override;
    [[nodiscard]] Result<void> flush() override;
    [[nodiscard]] Result<void> checkName(const FileRef& file) const override;

private:
    [[nodiscard]] QString pathOf(const FileRef& file) const;

    CacheFolder m_cache;
    std::shared_ptr<UnflushedFiles> m_unflushed;
    std::stop_token m_stop;
    std::unique_ptr<FileLock> m_lock;
};

/// Deletes the documents of one subdir of a cache, and of its channel, that name packages, that clients believe, and
/// that we do not write: beside a new index they would be wrong. Packages and whatever else is there stay.
/// \return their names
QStringList removeOtherIndexes(const CacheFolder& cache, const QString& subdir);

} // namespace condaoci::mirror

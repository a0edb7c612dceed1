// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"

#include <functional>
#include <map>
#include <set>

namespace condaoci::oci {

/// The index.json of an OCI image layout (image-spec image-layout.md) by the names in it, held small: a whole channel
/// has some 100,000 manifests, which as JSON objects are 700 MB. What others wrote into it, and what has no name or a
/// name that stands twice, stays as it is. Not thread-safe.
class LayoutIndex
{
public:
    struct Entry
    {
        Digest digest; ///< null where what stands there is none
        qint64 size = 0;
        QByteArray mediaType;
        QByteArray whole = {}; ///< its JSON, where there is more in it than these and its name
    };
    /// By `org.opencontainers.image.ref.name`, UTF-8; empty where there is none. Of equal ones the last one counts.
    using Entries = std::multimap<QByteArray, Entry>;

    /// An absent file is an empty index. Error kind Disk where it can't be read or is damaged.
    [[nodiscard]] static Result<LayoutIndex> read(const QString& path);
    /// Replaces the file atomically. Error kind Disk.
    [[nodiscard]] Result<void> write(const QString& path) const;

    [[nodiscard]] const Entries& entries() const { return m_entries; }
    [[nodiscard]] const Entry* find(const QByteArray& ref) const;
    [[nodiscard]] Digest digestOf(const QByteArray& ref) const; ///< null: not there
    void set(const QByteArray& ref, Entry entry);
    void remove(const QByteArray& ref) { m_entries.erase(ref); }

private:
    Entries m_entries;
    std::set<QByteArray> m_mediaTypes; ///< there are a handful, which all entries share
    QByteArray m_more;                 ///< what else is in the document: `,"key":value` each
};

} // namespace condaoci::oci

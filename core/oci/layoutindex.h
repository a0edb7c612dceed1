// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <variant>

namespace condaoci::oci {

/// The index.json of an OCI image layout (image-spec image-layout.md) by the names in it, held small: a whole channel
/// has hundreds of thousands of manifests, which as JSON objects take 7 kB each, and here 200 bytes. What others wrote
/// into it, and what has no name or a name that stands twice, stays as it is. Not thread-safe.
class LayoutIndex
{
public:
    struct Entry
    {
        Digest digest; ///< null where what stands there is none
        qint64 size = 0;
        QByteArray mediaType;
    };

    LayoutIndex() = default;
    LayoutIndex(LayoutIndex&&) = default; // what it keeps points into itself
    LayoutIndex& operator=(LayoutIndex&&) = default;

    /// An absent file is an empty index. Error kind Disk where it can't be read or is damaged.
    [[nodiscard]] static Result<LayoutIndex> read(const QString& path);
    /// Replaces the file atomically. Error kind Disk.
    [[nodiscard]] Result<void> write(const QString& path);
    /// Is the file what was read or written last?
    [[nodiscard]] bool isAsIn(const QString& path) const;

    /// By `org.opencontainers.image.ref.name`, UTF-8; of equal ones the last one counts.
    [[nodiscard]] std::optional<Entry> find(const QByteArray& ref) const;
    [[nodiscard]] Digest digestOf(const QByteArray& ref) const; ///< null: not there
    void forEachRef(const QByteArray& prefix, const std::function<void(const QByteArray& ref)>& visit) const;
    void set(const QByteArray& ref, const Entry& entry);
    void remove(const QByteArray& ref) { m_entries.erase(ref); }

private:
    /// What has these three and its name only, as all of ours have.
    struct Plain
    {
        std::array<char, 32> sha256;
        qint64 size;
        const QByteArray* mediaType; ///< into m_mediaTypes
    };
    using Kept = std::variant<Plain, QByteArray>; ///< or the JSON of anything else
    [[nodiscard]] Kept keep(const Entry& entry);
    [[nodiscard]] static Entry entryOf(const Kept& kept);
    [[nodiscard]] static QByteArray jsonOf(const QByteArray& ref, const Kept& kept);

    std::multimap<QByteArray, Kept> m_entries; ///< what has no name is the empty one's
    std::set<QByteArray> m_mediaTypes;         ///< there are a handful, which all entries share
    QByteArray m_more;                         ///< what else is in the document: `,"key":value` each
    Digest m_content;                          ///< of the file; null: there is none
};

} // namespace condaoci::oci

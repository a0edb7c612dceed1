// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/digest.h"
#include "core/base/limits.h"
#include "core/base/result.h"
#include "core/conda/packagename.h"

#include <QByteArray>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace condaoci::conda {

/// One record of an index. The views point into the document that the Repodata owns; text is as the JSON means it
/// (escapes resolved).
struct PackageRecord
{
    std::string_view fileName; ///< the record's key
    std::string_view name;
    std::string_view version;
    std::string_view build;
    std::string_view subdir; ///< the record's own, or empty
    std::string_view sha256; ///< 64 lower-case hexadecimal characters, or empty
    std::string_view md5;    ///< 32, or empty
    std::string_view license;
    std::string_view raw; ///< the record's exact bytes, from { to }
    qint64 size = -1;     ///< bytes, -1 if absent
    qint64 timestamp = 0; ///< milliseconds since 1970 (seconds are converted), 0 if absent
    qint64 buildNumber = 0;
    Format format = Format::TarBz2;
};

/// A record that can't be used, and why; reported and never published.
struct RefusedRecord
{
    QString fileName; ///< as written
    QString reason;
    bool isRecord = true; ///< or it is a key beside the sections
    /// No file of this name can ever be in a mirror. A name with a slash is not that but an attack, or damage.
    bool isImpossible = false;
    qint64 more = 0; ///< over 0: so many more that have no names here (`fileName` is empty), for this reason
};

/// An immutable channel index (repodata.json). Holds the document and views into it; share it by shared_ptr.
class Repodata
{
public:
    /// Takes `repodata.json` itself (not compressed). Error kind Parse, also if a top-level key stands twice. Records
    /// that are not objects, have no name, version or build, whose file name is not a safe one (checkFileName), does
    /// not belong to their section, or is not made of their own name, version and build are refused one by one, and so
    /// are those that readers can't read: not UTF-8, an escape that is no character, nested too deep, not JSON. A
    /// top-level key whose value is so, or a section that is no object, is refused by the key's name. All that is left
    /// is JSON in all its parts.
    /// \param piece  bytes of records that are taken apart at a time; others are for tests
    [[nodiscard]] static Result<std::shared_ptr<const Repodata>> parse(QByteArray json,
                                                                       qsizetype piece = limits::indexPiece);

    Repodata(const Repodata&) = delete;
    Repodata& operator=(const Repodata&) = delete;

    [[nodiscard]] const std::vector<PackageRecord>& records() const
    {
        return m_records;
    } ///< packages, then packages.conda
    /// The first few of each reason (FirstFew), then how many more there are.
    [[nodiscard]] const std::vector<RefusedRecord>& refused() const { return m_refused; }
    [[nodiscard]] qint64 refusedCount() const;                                ///< all of them
    [[nodiscard]] qint64 memory() const;                                      ///< bytes that it takes, about
    [[nodiscard]] const PackageRecord* find(std::string_view fileName) const; ///< O(1)
    [[nodiscard]] bool owns(const PackageRecord* record) const;               ///< is it one of records()?
    /// Has it any section of packages, as everything has that may be called an index? One of later editions (v3)
    /// counts.
    [[nodiscard]] bool hasSections() const { return m_hasSections; }
    [[nodiscard]] std::string_view subdir() const { return m_subdir; }   ///< info.subdir
    [[nodiscard]] std::string_view baseUrl() const { return m_baseUrl; } ///< info.base_url (CEP 15), or empty
    [[nodiscard]] const Digest& digest() const { return m_digest; }      ///< of the document's bytes
    [[nodiscard]] QByteArrayView bytes() const { return m_json; }

    /// One record to publish: which, and what to add to it.
    struct Published
    {
        const PackageRecord* record;
        QByteArray addedSha256; ///< where the record has none, empty otherwise
        qint64 addedSize = -1;  ///< bytes, where the record has none; conda installs nothing without it

        [[nodiscard]] bool isAsWritten() const { return addedSha256.isEmpty() && addedSize < 0; }
    };
    /// This document with exactly these records: every other top-level key and every record verbatim, and sections
    /// where it has none for them, or none at all. Records of other documents may be among them (they follow this
    /// document's own, by file name). With all records of this document, nothing added, nothing refused and no base_url
    /// it is this document byte for byte. info.base_url is left out, since a mirror's packages are beside its index.
    [[nodiscard]] QByteArray withRecords(const std::vector<Published>& published) const;
    /// This document with these records of other documents added, each in the place of one with the same file name.
    [[nodiscard]] QByteArray withAdded(const std::vector<Published>& added) const;

private:
    friend class RepodataParser;
    Repodata() = default;
    /// A place of the hash table of file names: a record's, or an empty one.
    struct Slot
    {
        static constexpr quint32 none = 0xffffffff;
        quint32 hash = 0; ///< of it, the upper half, so that other names seldom have to be looked at
        quint32 record = none;
    };
    /// Where this name stands, or where it would.
    [[nodiscard]] size_t slotOf(std::string_view fileName, quint32& upperHash) const;
    struct TopLevelKey
    {
        enum class Kind { Info, Packages, PackagesConda, Other };
        std::string_view key; ///< as written, with its quotes
        std::string_view value;
        Kind kind = Kind::Other;
    };
    QByteArray m_json;
    std::deque<std::string> m_texts; ///< the few texts that had escapes or capitals; a deque, since views point into it
    std::vector<TopLevelKey> m_topLevel;
    std::vector<PackageRecord> m_records;
    std::vector<Slot> m_slots; ///< a power of two of them, with linear probing; at least half are empty
    std::vector<RefusedRecord> m_refused;
    std::string_view m_subdir;
    std::string_view m_baseUrl;
    bool m_hasSections = false;
    Digest m_digest;
};

/// Does an index list this very file: same name, and same sha256 (or where the record has none the same md5, and the
/// same size unless one of them says nothing of it)?
[[nodiscard]] bool lists(const Repodata& index, const PackageRecord& record);

/// Is it an index at all, with any section of packages, and not an error object that came in its place? Error kind
/// Parse, with its first words.
[[nodiscard]] Result<void> checkIsIndex(const Repodata& document);

/// An index without records, as published for a noarch that the channel does not have.
[[nodiscard]] QByteArray emptyRepodata(const QString& subdir);

/// zstd, level 19 for small and 9 for large documents; deterministic for one zstd version.
[[nodiscard]] QByteArray compressZstd(QByteArrayView bytes);
/// Inflates zstd and bzip2 (by their first bytes; anything else is returned as it is), at most `limit` bytes, and
/// limits::documentRatio times what came. Error kind Parse; Disk where there is not enough memory.
/// \param came  bytes on the wire, where `bytes` were in a coding there; -1: `bytes` came as they are
[[nodiscard]] Result<QByteArray> inflateDocument(QByteArray bytes, qint64 limit, qint64 came = -1);
/// May what begins so be an index, plain or compressed? False where more of it has to be seen. Error kind Parse.
[[nodiscard]] Result<bool> beginsAsIndex(QByteArrayView beginning);

} // namespace condaoci::conda

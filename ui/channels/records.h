// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/conda/repodata.h"

#include <QStringList>

#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

/// What the table of a channel shows, as shared data that never changes, and the work on it that is for the background.
namespace condaoci::ui {

/// Every record of the chosen platforms, numbered through.
struct Records
{
    struct Record
    {
        const conda::PackageRecord* record;
        quint32 subdir;      ///< into `subdirs`
        quint32 nameRank;    ///< place of its name in the alphabet, of its version in conda's ordering: so that sorting
        quint32 versionRank; ///< by them compares numbers
    };
    QStringList subdirs;
    std::vector<std::shared_ptr<const conda::Repodata>> indexes; ///< one a subdir
    std::vector<Record> all;
    qint64 bytes = 0;            ///< of all, as far as their sizes are known
    std::vector<quint32> byName; ///< the numbers of all, by name, of one name the newest first
    std::string fileNames;       ///< of all records in lower case, a line each: what a text filter searches in one go
    std::vector<quint32> fileNameEnds; ///< where each record's line ends

    [[nodiscard]] qsizetype size() const { return static_cast<qsizetype>(all.size()); }
    /// The number of the record of that file; O(1).
    [[nodiscard]] std::optional<quint32> find(const QString& subdir, std::string_view fileName) const;
    /// Entries of the indexes that can't be used: "subdir/name: why".
    [[nodiscard]] QStringList refused(qsizetype atMost) const;
    [[nodiscard]] qint64 refusedCount() const;
};
[[nodiscard]] std::shared_ptr<const Records> makeRecords(const QStringList& subdirs,
                                                         std::vector<std::shared_ptr<const conda::Repodata>> indexes);

/// How a record stands in the registry that one compares with.
enum class Presence : quint8 { Unknown, There, NotThere, NewerThere, Failed };
/// A package file by its platform and file name.
using FileKey = std::pair<QString, std::string>;
/// \param stored  the registry's index of each subdir; null: it has none
/// \param failed  those that a copy to there could not bring; they are Failed unless they are there by now
[[nodiscard]] std::vector<Presence> comparePresence(const Records& records,
                                                    const std::vector<std::shared_ptr<const conda::Repodata>>& stored,
                                                    const std::set<FileKey>& failed, const std::stop_token& stop);

/// Which records are chosen, by their numbers, each once; and their size.
struct Ticks
{
    std::vector<quint32> records;
    qint64 bytes = 0;
};
/// As that is kept across restarts and new indexes: "subdir/file name", a line each.
/// \param before  such lines; those of other platforms are kept
[[nodiscard]] QByteArray linesOf(const Records& records, const std::vector<quint32>& numbers, const QByteArray& before);
/// What is not in the indexes any more is left out.
[[nodiscard]] Ticks ticksOf(const Records& records, const QByteArray& lines);

enum class RecordColumn { Name, Version, Build, Format, Size, Date, Subdir, State, Count };

struct RecordOrder
{
    RecordColumn column = RecordColumn::Name;
    bool descending = false;
};

/// The numbers of all records in this order; equal ones by name, then as the channel has them.
[[nodiscard]] std::vector<quint32> sorted(const Records& records, const RecordOrder& order,
                                          const std::vector<Presence>& presence);

/// The numbers of the records that a filter shows, in the order of `order`. A filter is a part of a file name; a glob
/// (`py*`); or a match specification (`zlib>=1.2`, `numpy 1.26.*`, `name[build=…]`). Error kind Parse says what is
/// wrong with a specification; Cancelled when it was asked to stop.
[[nodiscard]] Result<std::vector<quint32>> filtered(const Records& records, const QString& filter,
                                                    const std::vector<quint32>& order, const std::stop_token& stop);

} // namespace condaoci::ui

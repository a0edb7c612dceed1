// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/conda/repodata.h"

#include <QStringList>

#include <memory>
#include <stop_token>
#include <vector>

/// What the table of a channel shows, as shared data that never changes, and the work on it that is for the background.
namespace condaoci::ui {

/// Every record of the chosen platforms, numbered through.
struct Records
{
    struct Record
    {
        const conda::PackageRecord* record;
        quint32 subdir; ///< into `subdirs`
    };
    QStringList subdirs;
    std::vector<std::shared_ptr<const conda::Repodata>> indexes; ///< one a subdir
    std::vector<Record> all;

    [[nodiscard]] qsizetype size() const { return static_cast<qsizetype>(all.size()); }
};
[[nodiscard]] std::shared_ptr<const Records> makeRecords(const QStringList& subdirs,
                                                         std::vector<std::shared_ptr<const conda::Repodata>> indexes);

/// How a record stands in the registry that one compares with.
enum class Presence : quint8 { Unknown, There, NotThere, NewerThere, Failed };
/// \param stored  the registry's index of each subdir; null: it has none
[[nodiscard]] std::vector<Presence> comparePresence(const Records& records,
                                                    const std::vector<std::shared_ptr<const conda::Repodata>>& stored,
                                                    const std::stop_token& stop);

enum class RecordColumn { Name, Version, Build, Format, Size, Date, Subdir, State, Count };

struct RecordOrder
{
    RecordColumn column = RecordColumn::Name;
    bool descending = false;
};

/// The numbers of the records that a filter shows, in that order. A filter is a part of a name, version or build; a
/// glob
/// (`py*`); or a match specification (`zlib>=1.2`, `numpy 1.26.*`, `name[build=…]`). Error kind Parse says what is
/// wrong with a specification; Cancelled when it was asked to stop.
[[nodiscard]] Result<std::vector<quint32>> filtered(const Records& records, const QString& filter,
                                                    const RecordOrder& order, const std::vector<Presence>& presence,
                                                    const std::stop_token& stop);

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyplan.h"
#include "core/mirror/places/packagesource.h"

namespace condaoci::mirror {

/// What became of one file.
struct FileOutcome
{
    enum class State { Waiting, Running, Copied, AlreadyThere, Failed, Cancelled };
    State state = State::Waiting;
    std::optional<Error> error; ///< Failed
    QByteArray sha256;          ///< hexadecimal, as computed while copying or as the store says; may be empty otherwise
    int attempts = 0;
    qint64 size = -1; ///< bytes, known as `sha256` is; -1 otherwise
};

/// Is the file in the store now, whoever brought it?
[[nodiscard]] constexpr bool isThere(FileOutcome::State state)
{
    return state == FileOutcome::State::Copied || state == FileOutcome::State::AlreadyThere;
}

/// Bytes of file `index` (into the plan) done so far; called often, from the worker.
using FileProgress = std::function<void(quint32 index, qint64 bytes)>;

/// What a worker is told of by, and held up by, while it copies a package.
struct CopyHooks
{
    FileProgress progress;
    /// Called once, before the first byte of a package that is not there yet is fetched. Its error is that of the
    /// files.
    std::function<Result<void>()> mayStart;
};

/// Copies the files of one build: is it there already? → fetch, hashing on the way → compare with the record → put. One
/// outcome a file of the unit, in order. Never fails as a whole; what concerns the store as such is in each outcome's
/// error.
[[nodiscard]] std::vector<FileOutcome> copyPackage(const CopyPlan& plan, const CopyUnit& unit, bool deep,
                                                   PackageSource& source, PackageStore& store, const CopyHooks& hooks);

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/channel.h"
#include "core/conda/matchspec.h"
#include "core/oci/reference.h"

#include <QStringList>

#include <chrono>
#include <variant>
#include <vector>

namespace condaoci::mirror {

/// What is published as a mirror's index.
enum class IndexMode {
    Present, ///< exactly the records whose packages are there
    Full,    ///< the channel's whole index, as the predecessor did
};

/// What a person asked for, complete before anything starts: where from, where to, which packages, how.
struct CopySpec
{
    conda::Channel channel; ///< the source; its name is the channel's name in the store
    oci::Endpoint registry; ///< the store

    QStringList subdirs = conda::defaultSubdirs();
    bool subdirsNamed = false;              ///< the user named them: one that is missing is an error then, not a note
    std::vector<conda::MatchSpec> packages; ///< empty: all

    bool dryRun = false;
    bool yanked = true; ///< packages that the channel removed from its index, too
    bool deep = false;  ///< believe no index: ask the store for each planned package
    IndexMode index = IndexMode::Present;
    int workers = 4;                      ///< packages at a time
    std::chrono::milliseconds spacing{0}; ///< least time between the starts of two requests to one host
    QString indexCache; ///< folder where channel indexes are kept for conditional requests; empty: not kept
};

} // namespace condaoci::mirror

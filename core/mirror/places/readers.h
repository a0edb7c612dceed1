// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/reference.h"

#include <QStringList>

#include <chrono>

namespace condaoci::mirror {

/// What the programs that install from a mirror will not be able to do with one at this place, and the ways around it,
/// as sentences for people (wire-format.md, "Facts about the readers"). Empty where they can read it.
[[nodiscard]] QStringList readerNotes(const oci::Endpoint& endpoint, const QString& channelName);

/// What it means to them that the registry lets its blobs, and so the index, be kept for so long; empty where that is
/// less than a day.
[[nodiscard]] QStringList lifetimeNotes(const oci::Endpoint& endpoint, std::chrono::seconds kept);

/// "repodata_shards.msgpack.zst and repodata.json.zst", see naming::placeholderNames.
[[nodiscard]] QString placeholderList();

} // namespace condaoci::mirror

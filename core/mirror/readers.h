// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/oci/reference.h"

#include <QStringList>

namespace condaoci::mirror {

/// What the programs that install from a mirror will not be able to do with one at this place, and the ways around it,
/// as sentences for people (wire-format.md, "Facts about the readers"). Empty where they can read it.
[[nodiscard]] QStringList readerNotes(const oci::Endpoint& endpoint, const QString& channelName);

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// What can be wrong with the JSON of an index, for repodataparser.cpp: simdjson's errors are exceptions in here, too.
#pragma once

#include "core/base/error.h"

#include <QString>

#include <simdjson.h>

namespace condaoci::conda::json {

/// simdjson's finding in a person's words, as half a sentence about what holds it.
[[nodiscard]] QString wordsFor(simdjson::error_code error);

/// Does it leave it clear where a value ends? Then all around the value can be read.
[[nodiscard]] bool isWithinValue(simdjson::error_code error);

/// Throws unless all of a value that nobody looks at is as JSON has it, with at most limits::repodataDepth brackets
/// within brackets: it is published as it is written. NUMBER_ERROR where it is a bare word that JSON does not have.
/// What is in the texts (UTF-8, escapes) is not looked at.
/// \param depth  of the brackets around it
void walk(simdjson::ondemand::value value, qint64 depth = 0);

/// Says so of this computer, and not of the document. Error kind Disk.
/// \param bytes  of the document
[[nodiscard]] Error outOfMemory(qint64 bytes);

} // namespace condaoci::conda::json

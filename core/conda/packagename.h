// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <optional>
#include <string_view>

namespace condaoci::conda {

enum class Format { Conda, TarBz2 };
[[nodiscard]] std::string_view extension(Format format);                 ///< ".conda" or ".tar.bz2"
[[nodiscard]] std::optional<Format> formatOf(std::string_view fileName); ///< by its ending

/// The parts of a package's file name, views into the text they were read from.
struct PackageName
{
    std::string_view name;
    std::string_view version;
    std::string_view build;
    Format format = Format::Conda;
};

/// `name-version-build.conda` or `.tar.bz2`. Refused (Parse, the reason in the message): another extension, fewer than
/// three parts, and everything that checkFileName refuses.
[[nodiscard]] Result<PackageName> parsePackageFileName(std::string_view fileName);

/// Fit to be one path component on every system (faults.md A22): no `/`, `\`, `:`, control characters, NUL,
/// bidirectional controls, invalid UTF-8, nor anything else beyond ASCII, which no name of conda has (package naming
/// conventions of conda-build) and which may look like another name; not `.` or `..`; no trailing dot or space; not a
/// Windows device name (CON, NUL, COM1…, with any extension); 1 to 255 bytes.
[[nodiscard]] Result<void> checkFileName(std::string_view fileName);

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/packagename.h"

#include <QDateTime>
#include <QString>

#include <string_view>

namespace condaoci::ui {

/// A view into a document as text for one cell: hidden characters made visible, never markup.
[[nodiscard]] QString shown(std::string_view view);
/// A tool tip that shows the text as it is, whatever markup stands in it.
[[nodiscard]] QString plainToolTip(const QString& text);
/// "2026-11-25", which sorts as it is read and means the same everywhere.
[[nodiscard]] QString shownDate(const QDateTime& time);
/// "2026-11-25 22:06", in local time.
[[nodiscard]] QString shownTime(const QDateTime& time);
/// What is written from left to right (a name, a path, a size) as a part of a text in the direction of the window: "_x"
/// and "1.4 kB" would be read as "x_" and "kB 1.4" otherwise.
[[nodiscard]] QString leftToRight(const QString& text);
/// "12.3 MB", with the decimal point of the person's language.
[[nodiscard]] QString shownSize(qint64 bytes);
/// "conda" or "tar.bz2".
[[nodiscard]] QString shownFormat(conda::Format format);
/// "2 minutes", "40 seconds", "3 hours".
[[nodiscard]] QString shownDuration(qint64 seconds);

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>
#include <QUrl>

#include <optional>
#include <string_view>

namespace condaoci {

/// UTF-8, as indexes and command lines have it, as a QString.
[[nodiscard]] QString text(std::string_view utf8);

/// Control, format and bidirectional characters and line separators, which change what is seen of the others.
[[nodiscard]] bool isHidden(char32_t character);

/// Text from outside made fit for one line of a terminal or a log: hidden characters become visible escapes (`\u202e`,
/// `\U000e0061`), and what is longer than `limit` characters is cut with an ellipsis.
[[nodiscard]] QString oneLine(QStringView text, qsizetype limit = 2000);

/// The same with every character beyond ASCII escaped, for names in which letters of other alphabets would deceive.
[[nodiscard]] QString oneAsciiLine(QStringView text, qsizetype limit = 2000);

/// Text of several lines made fit for a terminal: as oneLine, with its line breaks and tabs kept. Null where the bytes
/// are not UTF-8 or hold a NUL, which is to say not text.
[[nodiscard]] std::optional<QString> shownLines(QByteArrayView utf8);

/// The same JSON value with the hidden characters of its strings as `\uXXXX`, so that it does nothing to a terminal.
[[nodiscard]] QByteArray shownJson(const QByteArray& json);

/// A URL as it may be shown or logged: user info, query and a conda token (`/t/TOKEN/`) are replaced by `***`.
[[nodiscard]] QString shownUrl(const QUrl& url);

/// The same for free text that may contain URLs (server error bodies, for example): user info, `/t/TOKEN/`,
/// Authorization values and token-like query items are replaced. User info may hold what should be encoded in it: where
/// it is not clear where it ends, it ends late.
[[nodiscard]] QString withoutSecrets(const QString& text);

/// "12.3 MB": decimal units, one digit after the point, as the whole program shows sizes.
[[nodiscard]] QString shownBytes(qint64 bytes);

} // namespace condaoci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/contentrange.h"

#include <QRegularExpression>

namespace condaoci::http {

std::optional<ContentRange> parseContentRange(QByteArrayView field)
{
    static const QRegularExpression grammar(
        QRegularExpression::anchoredPattern(QStringLiteral("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)")));
    const auto match = grammar.match(QString::fromLatin1(field));
    if (!match.hasMatch())
        return std::nullopt;
    const bool isSized = match.captured(3) != QLatin1String("*");
    const ContentRange range{match.captured(1).toLongLong(), match.captured(2).toLongLong(),
                             isSized ? match.captured(3).toLongLong() : -1};
    if (range.last < range.first || (isSized && range.size <= range.last))
        return std::nullopt;
    return range;
}

} // namespace condaoci::http

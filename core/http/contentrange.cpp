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

std::optional<qint64> parseUploadRange(QByteArrayView field)
{
    static const QRegularExpression grammar(
        QRegularExpression::anchoredPattern(QStringLiteral("(?:bytes[= ])?0-(\\d{1,18})")));
    const auto match = grammar.match(QString::fromLatin1(field.trimmed()));
    return match.hasMatch() ? std::optional(match.captured(1).toLongLong() + 1) : std::nullopt;
}

std::optional<qint64> parseContentLength(const QByteArray& field)
{
    std::optional<qint64> length;
    for (const QByteArray& told : field.split(',')) {
        bool isNumber = false;
        const qint64 one = told.trimmed().toLongLong(&isNumber);
        if (!isNumber || one < 0 || (length && one != *length))
            return std::nullopt;
        length = one;
    }
    return length;
}

} // namespace condaoci::http

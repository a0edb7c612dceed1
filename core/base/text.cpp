// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/text.h"

#include <QRegularExpression>

#include <array>

namespace condaoci {

QString oneLine(QStringView text, qsizetype limit)
{
    QString out;
    out.reserve(qMin(text.size(), limit));
    for (const QChar c : text) {
        if (out.size() >= limit)
            return out + QChar(0x2026);
        const bool hidden = c.category() == QChar::Other_Control || c.category() == QChar::Other_Format ||
                            c.category() == QChar::Separator_Line || c.category() == QChar::Separator_Paragraph;
        if (hidden)
            out += QStringLiteral("\\u%1").arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out;
}

QString shownUrl(const QUrl& url)
{
    QUrl shown = url;
    shown.setUserInfo({});
    if (shown.hasQuery())
        shown.setQuery(QStringLiteral("***"));
    return withoutSecrets(shown.toString());
}

QString withoutSecrets(const QString& text)
{
    using QRegularExpression::CaseInsensitiveOption;
    static const std::array<std::pair<QRegularExpression, QString>, 5> rules{{
        {QRegularExpression(QStringLiteral("([a-z][a-z0-9+.-]*://)[^/\\s@\"']*@"),
                            QRegularExpression::CaseInsensitiveOption),
         QStringLiteral("\\1***@")},
        {QRegularExpression(QStringLiteral("/t/[^/\\s\"'?#]+")), QStringLiteral("/t/***")},
        {QRegularExpression(QStringLiteral("(%2[fF]t%2[fF])[^%\\s\"'&]+")), QStringLiteral("\\1***")},
        {QRegularExpression(
             QStringLiteral("\\b((?:proxy-)?authorization[\"']?\\s*[:=]\\s*[\"']?)(?:(basic|bearer)\\s+)?[^\\s\"',;]+"),
             QRegularExpression::CaseInsensitiveOption),
         QStringLiteral("\\1***")},
        {QRegularExpression(
             QStringLiteral(
                 "\\b((?:access_|refresh_|id_)?token|password|passwd|secret|signature|sig|x-amz-[a-z-]+|credential)"
                 "([\"']?\\s*[:=]\\s*[\"']?)[^\\s\"'&,;}]+"),
             QRegularExpression::CaseInsensitiveOption),
         QStringLiteral("\\1\\2***")},
    }};
    QString out = text;
    for (const auto& [pattern, replacement] : rules)
        out.replace(pattern, replacement);
    return out;
}

QString shownBytes(qint64 bytes)
{
    static constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
    double value = static_cast<double>(bytes);
    size_t unit = 0;
    while (value >= 999.95 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return QStringLiteral("%1 %2").arg(value, 0, 'f', unit == 0 ? 0 : 1).arg(QLatin1String(units[unit]));
}

} // namespace condaoci

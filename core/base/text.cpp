// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/text.h"

#include "core/base/limits.h"
#include "core/base/secrets.h"

#include <QRegularExpression>
#include <QStringDecoder>
#include <QStringList>

#include <algorithm>
#include <array>
#include <limits>

namespace condaoci {

QString text(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

bool isHidden(char32_t character)
{
    const auto category = QChar::category(character);
    return category == QChar::Other_Control || category == QChar::Other_Format || category == QChar::Separator_Line ||
           category == QChar::Separator_Paragraph;
}

namespace {

/// \param isEscaped  (char32_t) → bool
QString oneLineWith(QStringView text, qsizetype limit, auto isEscaped)
{
    QString out;
    out.reserve(qMin(text.size(), limit));
    for (const char32_t c : text.toUcs4()) {
        const qsizetype before = out.size();
        if (!isEscaped(c))
            out += QChar::fromUcs4(c);
        else if (QChar::requiresSurrogates(c))
            out += QStringLiteral("\\U%1").arg(c, 8, 16, QLatin1Char('0'));
        else
            out += QStringLiteral("\\u%1").arg(c, 4, 16, QLatin1Char('0'));
        if (out.size() > limit) // an escape is shown whole or not at all
            return out.left(before) + QChar(0x2026);
    }
    return out;
}

} // namespace

QString oneLine(QStringView text, qsizetype limit)
{
    return oneLineWith(text, limit, isHidden);
}

QString oneAsciiLine(QStringView text, qsizetype limit)
{
    return oneLineWith(text, limit, [](char32_t c) { return c > 0x7e || isHidden(c); });
}

std::optional<QString> shownLines(QByteArrayView utf8)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString text = decoder(utf8);
    if (decoder.hasError() || utf8.contains('\0'))
        return std::nullopt;
    QStringList lines = text.split(QLatin1Char('\n'));
    for (QString& line : lines) {
        if (line.endsWith(QLatin1Char('\r')))
            line.chop(1);
        line = oneLineWith(line, std::numeric_limits<qsizetype>::max(),
                           [](char32_t c) { return c != U'\t' && isHidden(c); });
    }
    return lines.join(QLatin1Char('\n'));
}

QByteArray shownJson(const QByteArray& json)
{
    if (std::all_of(json.begin(), json.end(), [](char c) { return c >= 0 && c < 0x7f; }))
        return json;
    QString out;
    const auto escape = [&out](char16_t unit) { out += QStringLiteral("\\u%1").arg(unit, 4, 16, QLatin1Char('0')); };
    for (const char32_t c : QString::fromUtf8(json).toUcs4()) {
        // What is below is between the strings; within them whatever writes JSON has escaped it.
        if (c < 0x7f || !isHidden(c)) {
            out += QChar::fromUcs4(c);
        } else if (QChar::requiresSurrogates(c)) {
            escape(QChar::highSurrogate(c));
            escape(QChar::lowSurrogate(c));
        } else {
            escape(static_cast<char16_t>(c));
        }
    }
    return out.toUtf8();
}

QString shownUrl(const QUrl& url)
{
    QUrl shown = url;
    shown.setUserInfo({});
    if (shown.hasQuery())
        shown.setQuery(QStringLiteral("***"));
    return oneLine(withoutSecrets(shown.toString()), limits::errorTextShown);
}

namespace {

/// In whole words: of one that is cut nobody could tell whether it holds a secret.
QString beginning(const QString& text, qsizetype limit)
{
    static const auto& space = *new QRegularExpression(QStringLiteral("\\s"));
    return text.size() <= limit ? text : text.left(std::max<qsizetype>(text.lastIndexOf(space, limit), 0));
}

} // namespace

QString withoutSecrets(const QString& text)
{
    constexpr qsizetype most = 64 * 1024; // nobody reads more, and it may be as long as a server likes
    using QRegularExpression::CaseInsensitiveOption;
    // Never destroyed: Qt writes messages after main() has ended, too.
    static const auto& rules = *new std::array<std::pair<QRegularExpression, QString>, 6>{{
        // A password may hold / and @ unencoded; the @ of a digest (host:5000/name@sha256:…) ends none.
        // The lengths keep the time from growing with the square of a text made for that.
        {QRegularExpression(
             QStringLiteral("([a-z][a-z0-9+.-]{0,30}://)"
                            "(?:[^/\\s\"':]{0,1000}:[^\\s\"']{0,16384}@(?!sha\\d+:)|[^/\\s\"'?#]{0,16384}@)"),
             CaseInsensitiveOption),
         QStringLiteral("\\1***@")},
        // A folder of this machine may be called t: a word that begins as a path of its own is passed over whole.
        {QRegularExpression(QStringLiteral("(?<![^\\s\"'=(])(?:(?:oci-layout|cache):|file://)?"
                                           "(?:\\.{1,2}/|~|/(?!t/|/))[^\\s\"']*(*SKIP)(*FAIL)"
                                           "|/(?:t|%74|%54)/+[^/\\s\"'?#]+"),
                            CaseInsensitiveOption),
         QStringLiteral("/t/***")},
        // Behind /get/ some servers have a channel's name, and some a token, which is long.
        {QRegularExpression(QStringLiteral("/get/+(?=[^/\\s\"'?#]*\\d)[A-Za-z0-9_~-]{20,}(?=[/\\s\"'?#]|$)")),
         QStringLiteral("/get/***")},
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
    QString out = withoutRememberedSecrets(beginning(text, most));
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

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/warnings.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QRegularExpression>

#include <algorithm>

namespace condaoci::http {

QStringList warningsOf(const Headers& headers)
{
    static const QRegularExpression grammar(
        QStringLiteral("\\G[\\s,]*(\\d{3}) (\\S+) \"((?:[^\"\\\\]|\\\\.)*)\"(?: \"[^\"]*\")?[ \\t]*(?=,|$)"));
    static const QRegularExpression quotedPair(QStringLiteral("\\\\(.)"));
    const QByteArray field = headers.value("Warning");
    if (field.isEmpty() || field.size() > limits::warningBytes)
        return {};
    QStringList texts;
    const QString all = QString::fromUtf8(field);
    auto matches = grammar.globalMatch(all);
    while (matches.hasNext()) {
        const auto one = matches.next();
        QString text = one.captured(3);
        text.replace(quotedPair, QStringLiteral("\\1"));
        const auto points = text.toUcs4();
        const bool isClean = std::none_of(points.begin(), points.end(), [](uint c) { return isHidden(c); });
        if (one.captured(1) == QLatin1String("299") && one.captured(2) == QLatin1String("-") && isClean &&
            !text.trimmed().isEmpty())
            texts.append(text);
    }
    texts.removeDuplicates();
    return texts;
}

void Warnings::add(const QString& host, const QStringList& texts)
{
    const std::scoped_lock lock(m_mutex);
    for (const QString& text : texts) {
        const QString line =
            Messages::tr("%1 warns: %2").arg(host, oneLine(withoutSecrets(text), limits::errorTextShown));
        if (m_lines.size() < limits::warningsKept && !m_lines.contains(line))
            m_lines.append(line);
    }
}

QStringList Warnings::all() const
{
    const std::scoped_lock lock(m_mutex);
    QStringList shown;
    for (const QString& line : m_lines) // once more: by now it is known what was secret
        shown.append(withoutSecrets(line));
    return shown;
}

} // namespace condaoci::http

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/texts.h"

#include "core/base/text.h"

#include <QGuiApplication>
#include <QLocale>

namespace condaoci::ui {

namespace {

struct Texts
{
    Q_DECLARE_TR_FUNCTIONS(Texts)
};

} // namespace

QString shown(std::string_view view)
{
    return oneLine(text(view), 500);
}

QString plainToolTip(const QString& text)
{
    return text.isEmpty() ? QString() : QStringLiteral("<p>%1</p>").arg(text.toHtmlEscaped());
}

QString shownDate(const QDateTime& time)
{
    return time.toString(QStringLiteral("yyyy-MM-dd"));
}

QString shownTime(const QDateTime& time)
{
    return time.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString leftToRight(const QString& text)
{
    if (!QGuiApplication::isRightToLeft() || text.isRightToLeft())
        return text;
    return QChar(0x2066) + text + QChar(0x2069); // LEFT-TO-RIGHT ISOLATE, POP DIRECTIONAL ISOLATE
}

QString shownSize(qint64 bytes)
{
    return leftToRight(shownBytes(bytes).replace(QLatin1Char('.'), QLocale().decimalPoint()));
}

QString shownFormat(conda::Format format)
{
    return text(conda::extension(format).substr(1));
}

QString shownDuration(qint64 seconds)
{
    if (seconds < 120)
        return Texts::tr("%n second(s)", nullptr, static_cast<int>(seconds));
    if (seconds < 7200)
        return Texts::tr("%n minute(s)", nullptr, static_cast<int>((seconds + 30) / 60));
    return Texts::tr("%n hour(s)", nullptr, static_cast<int>((seconds + 1800) / 3600));
}

} // namespace condaoci::ui

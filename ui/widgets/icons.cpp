// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/icons.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace condaoci::ui {

namespace {

QByteArray readPicture(const QString& name)
{
    QFile file(QStringLiteral(":/conda-oci-mirror/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Draws one of our pictures in the text colour that the palette has at that moment.
class PictureEngine final : public QIconEngine
{
public:
    explicit PictureEngine(const QString& name)
        : m_name(name)
        , m_svg(readPicture(name))
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        Q_UNUSED(state)
        const QPalette palette = QGuiApplication::palette();
        const QColor color = mode == QIcon::Disabled   ? palette.color(QPalette::Disabled, QPalette::WindowText)
                             : mode == QIcon::Selected ? palette.color(QPalette::HighlightedText)
                                                       : palette.color(QPalette::Active, QPalette::WindowText);
        QByteArray svg = m_svg;
        QSvgRenderer(svg.replace("currentColor", color.name().toLatin1())).render(painter, rect);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        const QString key = QStringLiteral("%1/%2x%3/%4/%5")
                                .arg(m_name)
                                .arg(size.width())
                                .arg(size.height())
                                .arg(mode)
                                .arg(QGuiApplication::palette().cacheKey());
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap))
            return pixmap;
        pixmap = QPixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect({0, 0}, size), mode, state);
        painter.end();
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }

    [[nodiscard]] QIconEngine* clone() const override { return new PictureEngine(*this); }
    bool isNull() override { return m_svg.isEmpty(); }

private:
    QString m_name;
    QByteArray m_svg;
};

} // namespace

QIcon icon(const char* name)
{
    const QString wanted = QLatin1String(name);
    // A light theme's dark lines are not seen on a dark window, and the other way round; themes are not told apart by
    // their colours, so a dark window takes a theme's icons only if the theme says that it is dark.
    const bool isDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    const bool themeIsDark = QIcon::themeName().contains(QLatin1String("dark"), Qt::CaseInsensitive);
    if (isDark == themeIsDark && QIcon::hasThemeIcon(wanted))
        return QIcon::fromTheme(wanted);
    return QIcon(new PictureEngine(wanted));
}

QIcon applicationIcon()
{
    QIcon made;
    QSvgRenderer renderer(readPicture(QStringLiteral("conda-oci-mirror")));
    for (const int size : {16, 22, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        made.addPixmap(pixmap);
    }
    return made;
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/cache/treemap.h"

#include "core/base/text.h"
#include "ui/widgets/texts.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <numeric>

namespace condaoci::ui {

namespace {

constexpr size_t tilesShown = 1000;

/// The worst proportion of sides in a row of these areas along a side of that length.
double worst(double smallest, double largest, double sum, double side)
{
    const double square = side * side;
    return std::max(square * largest / (sum * sum), sum * sum / (square * smallest));
}

} // namespace

std::vector<QRectF> squarify(const std::vector<double>& weights, const QRectF& area)
{
    std::vector<QRectF> tiles;
    tiles.reserve(weights.size());
    double left = std::accumulate(weights.begin(), weights.end(), 0.0);
    QRectF free = area;
    for (size_t first = 0; first < weights.size();) {
        const double side = std::min(free.width(), free.height());
        const double scale = free.width() * free.height() / left; // pixels a unit of weight
        double sum = 0;
        double proportion = std::numeric_limits<double>::infinity();
        size_t last = first;
        for (; last < weights.size(); ++last) {
            const double with = sum + weights[last] * scale;
            const double next = worst(weights[last] * scale, weights[first] * scale, with, side);
            if (next > proportion)
                break;
            proportion = next;
            sum = with;
        }
        // The row lies along the shorter side.
        const double thickness = side > 0 ? sum / side : 0;
        const bool upright = free.width() >= free.height();
        double offset = 0;
        for (size_t i = first; i < last; ++i) {
            const double length = thickness > 0 ? weights[i] * scale / thickness : 0;
            tiles.push_back(upright ? QRectF(free.left(), free.top() + offset, thickness, length)
                                    : QRectF(free.left() + offset, free.top(), length, thickness));
            offset += length;
            left -= weights[i];
        }
        if (upright)
            free.setLeft(free.left() + thickness);
        else
            free.setTop(free.top() + thickness);
        first = last;
    }
    return tiles;
}

Treemap::Treemap(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("treemap"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 120);
    setAccessibleName(tr("What takes the space"));
}

std::vector<Treemap::Part> Treemap::arranged(std::vector<Part> parts)
{
    const auto isLarger = [](const Part& a, const Part& b) {
        return a.bytes != b.bytes ? a.bytes > b.bytes : a.name < b.name;
    };
    std::erase_if(parts, [](const Part& part) { return part.bytes <= 0; });
    std::sort(parts.begin(), parts.end(), isLarger);
    if (parts.size() <= tilesShown)
        return parts;
    Part rest{{}, 0, 0, static_cast<qint64>(parts.size() - tilesShown + 1)};
    for (size_t i = tilesShown - 1; i < parts.size(); ++i) {
        rest.bytes += parts[i].bytes;
        rest.files += parts[i].files;
    }
    parts.resize(tilesShown - 1);
    parts.insert(std::lower_bound(parts.begin(), parts.end(), rest, isLarger), rest);
    return parts;
}

void Treemap::setParts(const QString& title, std::vector<Part> parts)
{
    m_title = title;
    m_parts = std::move(parts);
    layOut();
    focusTile(0);
}

void Treemap::layOut()
{
    std::vector<double> weights;
    for (const Part& part : m_parts)
        weights.push_back(static_cast<double>(part.bytes));
    const int top = fontMetrics().height() + 6;
    m_tiles = squarify(weights, QRectF(0, top, width(), std::max(0, height() - top)));
    if (layoutDirection() == Qt::RightToLeft) {
        for (QRectF& tile : m_tiles)
            tile.moveLeft(width() - tile.right());
    }
    update();
}

QString Treemap::nameOf(int tile) const
{
    const Part& part = m_parts[static_cast<size_t>(tile)];
    return part.others > 0 ? tr("%n smaller one(s)", nullptr, static_cast<int>(part.others)) : oneLine(part.name, 200);
}

QString Treemap::describe(int tile) const
{
    return tr("%1, %2").arg(nameOf(tile), sizeOf(tile));
}

QString Treemap::sizeOf(int tile) const
{
    const Part& part = m_parts[static_cast<size_t>(tile)];
    return part.files > 1 ? tr("%1 in %n package(s)", nullptr, static_cast<int>(part.files)).arg(shownSize(part.bytes))
                          : shownSize(part.bytes);
}

void Treemap::openTile(int tile)
{
    if (tile >= 0 && tile < static_cast<int>(m_parts.size()) && m_parts[static_cast<size_t>(tile)].others == 0)
        Q_EMIT opened(m_parts[static_cast<size_t>(tile)].name);
}

void Treemap::focusTile(int tile)
{
    m_focused = std::clamp(tile, 0, std::max(0, static_cast<int>(m_tiles.size()) - 1));
    setAccessibleDescription(m_tiles.empty() ? tr("nothing") : describe(m_focused));
    update();
}

int Treemap::tileAt(const QPointF& position) const
{
    for (size_t i = 0; i < m_tiles.size(); ++i) {
        if (m_tiles[i].contains(position))
            return static_cast<int>(i);
    }
    return -1;
}

void Treemap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const auto align = static_cast<int>(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter));
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(2, 0, width() - 4, fontMetrics().height() + 4), align,
                     fontMetrics().elidedText(m_title, Qt::ElideMiddle, width() - 4));
    const QColor accent = palette().color(QPalette::Highlight);
    const bool isDark = palette().color(QPalette::Base).lightness() < 128;
    for (size_t i = 0; i < m_tiles.size(); ++i) {
        const QRectF tile = m_tiles[i].adjusted(0.5, 0.5, -0.5, -0.5);
        // Neighbours differ a little in lightness; the text colour keeps its contrast on each.
        QColor fill = QColor::fromHslF(accent.hslHueF() < 0 ? 0.6F : accent.hslHueF(), 0.35F,
                                       (isDark ? 0.22F : 0.80F) + 0.03F * static_cast<float>(i % 3));
        painter.fillRect(tile, fill);
        painter.setPen(palette().color(QPalette::Base));
        painter.drawRect(tile);
        if (tile.width() < 40 || tile.height() < fontMetrics().height())
            continue;
        painter.setPen(isDark ? Qt::white : Qt::black);
        const QRectF inside = tile.adjusted(4, 2, -4, -2);
        const QString name =
            fontMetrics().elidedText(nameOf(static_cast<int>(i)), Qt::ElideRight, static_cast<int>(inside.width()));
        painter.drawText(inside, static_cast<int>(Qt::AlignTop | Qt::AlignLeft), name);
        if (inside.height() >= 2 * fontMetrics().height())
            painter.drawText(inside.translated(0, fontMetrics().height()),
                             static_cast<int>(Qt::AlignTop | Qt::AlignLeft),
                             fontMetrics().elidedText(sizeOf(static_cast<int>(i)), Qt::ElideRight,
                                                      static_cast<int>(inside.width())));
    }
    if (hasFocus() && !m_tiles.empty()) {
        painter.setPen(QPen(palette().color(QPalette::Text), 2));
        painter.drawRect(m_tiles[static_cast<size_t>(m_focused)].adjusted(1.5, 1.5, -1.5, -1.5));
    }
}

void Treemap::resizeEvent(QResizeEvent*)
{
    layOut();
}

void Treemap::mousePressEvent(QMouseEvent* event)
{
    if (const int tile = tileAt(event->position()); tile >= 0) {
        focusTile(tile);
        openTile(tile);
    }
}

void Treemap::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up:
        return focusTile(m_focused - 1);
    case Qt::Key_Right:
    case Qt::Key_Down:
        return focusTile(m_focused + 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return openTile(m_focused);
    case Qt::Key_Backspace:
        Q_EMIT upWanted();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

bool Treemap::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int tile = tileAt(help->pos());
    QToolTip::showText(help->globalPos(), tile < 0 ? QString() : plainToolTip(describe(tile)), this);
    return true;
}

} // namespace condaoci::ui

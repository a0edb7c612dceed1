// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/speedgraph.h"
#include "ui/widgets/texts.h"

#include "core/base/text.h"

#include <QPainter>
#include <QPainterPath>

namespace condaoci::ui {

SpeedGraph::SpeedGraph(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("speedGraph"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setSpeeds({});
}

void SpeedGraph::setSpeeds(const QList<qint64>& bytesPerSecond)
{
    m_speeds = bytesPerSecond;
    const qint64 peak = m_speeds.isEmpty() ? 0 : *std::max_element(m_speeds.begin(), m_speeds.end());
    setAccessibleName(tr("Speed: %1/s now, %2/s at most")
                          .arg(shownSize(m_speeds.isEmpty() ? 0 : m_speeds.constLast()), shownSize(peak)));
    update();
}

QSize SpeedGraph::sizeHint() const
{
    return {300, fontMetrics().height() * 4};
}

void SpeedGraph::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect frame = rect().adjusted(0, 0, -1, -1);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRect(frame);
    const qint64 peak = m_speeds.isEmpty() ? 0 : *std::max_element(m_speeds.begin(), m_speeds.end());
    if (m_speeds.size() > 1 && peak > 0) {
        painter.save();
        if (layoutDirection() == Qt::RightToLeft) {
            painter.translate(width(), 0);
            painter.scale(-1, 1);
        }
        const double step =
            static_cast<double>(frame.width()) / std::max<double>(60, static_cast<double>(m_speeds.size() - 1));
        const double top = fontMetrics().height() + 2;
        QPainterPath line;
        for (qsizetype i = 0; i < m_speeds.size(); ++i) {
            const double x = frame.width() - static_cast<double>(m_speeds.size() - 1 - i) * step;
            const double y =
                frame.bottom() - (frame.height() - top) * static_cast<double>(m_speeds[i]) / static_cast<double>(peak);
            if (i == 0)
                line.moveTo(x, y);
            else
                line.lineTo(x, y);
        }
        QPainterPath area = line;
        area.lineTo(frame.width(), frame.bottom());
        area.lineTo(line.elementAt(0).x, frame.bottom());
        QColor fill = palette().color(QPalette::Highlight);
        painter.setPen(Qt::NoPen);
        fill.setAlpha(70);
        painter.fillPath(area, fill);
        fill.setAlpha(255);
        painter.strokePath(line, QPen(fill, 2));
        painter.restore();
    }
    painter.setPen(palette().color(QPalette::Text));
    painter.drawText(frame.adjusted(6, 2, -6, 0), static_cast<int>(Qt::AlignTop | Qt::AlignLeading),
                     peak > 0 ? tr("Speed, at most %1/s").arg(shownSize(peak)) : tr("Speed"));
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/style.h"

#include <QApplication>
#include <QProxyStyle>
#include <QStyleOption>

namespace condaoci::ui {

namespace {

/// Fusion draws check boxes with an outline a little darker than the window, which is not seen on a dark one.
class OutlinedBoxes final : public QProxyStyle
{
public:
    using QProxyStyle::QProxyStyle;

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        const bool isBox = element == PE_IndicatorCheckBox || element == PE_IndicatorRadioButton;
        if (!isBox || option->palette.color(QPalette::Window).lightness() >= 128)
            return QProxyStyle::drawPrimitive(element, option, painter, widget);
        QStyleOptionButton lighter;
        lighter.QStyleOption::operator=(*option);
        lighter.palette.setColor(QPalette::Window, option->palette.color(QPalette::PlaceholderText));
        QProxyStyle::drawPrimitive(element, &lighter, painter, widget);
    }
};

} // namespace

void installStyle()
{
    QApplication::setStyle(new OutlinedBoxes(QApplication::style()->name()));
}

} // namespace condaoci::ui

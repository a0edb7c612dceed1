// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/widgets/tables.h"

#include <QAction>
#include <QGuiApplication>
#include <QHeaderView>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>

namespace condaoci::ui {

QString TextDelegate::displayText(const QVariant& value, const QLocale& locale) const
{
    const QString text = QStyledItemDelegate::displayText(value, locale);
    if (!QGuiApplication::isRightToLeft() || text.isRightToLeft())
        return text;
    return QChar(0x2066) + text + QChar(0x2069); // LEFT-TO-RIGHT ISOLATE, POP DIRECTIONAL ISOLATE
}

void prepareTable(QTableView& table)
{
    table.setItemDelegate(new TextDelegate(&table));
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setTabKeyNavigation(false);
    table.setWordWrap(false);
    table.setShowGrid(false);
    table.setAlternatingRowColors(true);
    table.setTextElideMode(Qt::ElideMiddle);
    table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    // Fusion draws check boxes with an outline a little darker than the window, which is not seen on a dark table.
    if (table.palette().color(QPalette::Base).lightness() < 128) {
        QPalette palette = table.palette();
        palette.setColor(QPalette::Window, palette.color(QPalette::PlaceholderText));
        table.setPalette(palette);
    }
    table.verticalHeader()->hide();
    table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table.verticalHeader()->setMinimumSectionSize(0);
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 8);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setStretchLastSection(true);
}

void nameToolButtons(QToolBar& bar)
{
    for (QAction* action : bar.actions()) {
        auto* button = qobject_cast<QToolButton*>(bar.widgetForAction(action));
        if (!button || action->isSeparator())
            continue;
        button->setObjectName(action->objectName() + QStringLiteral("Button"));
        button->setAccessibleName(action->iconText());
        button->setFocusPolicy(Qt::StrongFocus);
    }
}

} // namespace condaoci::ui

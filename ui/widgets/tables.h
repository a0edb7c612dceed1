// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QStyledItemDelegate>

#include <functional>

class QAbstractItemView;
class QAction;
class QTableView;
class QToolBar;

namespace condaoci::ui {

/// Shows names, versions, sizes and paths from left to right also where the window is written from right to left.
class TextDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    [[nodiscard]] QString displayText(const QVariant& value, const QLocale& locale) const override;
};

/// What all tables of the window have in common: whole rows, no grid, rows of one height (so that a million of them
/// cost nothing to lay out), Tab leaves the table; a menu of these actions, of copying rows as text, and of the columns
/// that are shown.
void prepareTable(QTableView& table, const QList<QAction*>& actions = {});
/// Says something in the middle of the view while its model has no rows.
/// \param words  asked each time that the rows change; empty: nothing
void sayWhenEmpty(QAbstractItemView& view, std::function<QString()> words);
/// Gives the buttons that a tool bar made for its actions the names and tab order that keyboards and screen readers
/// need.
void nameToolButtons(QToolBar& bar);

} // namespace condaoci::ui

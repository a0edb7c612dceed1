// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

class QTableView;
class QToolBar;

namespace condaoci::ui {

/// What all tables of the window have in common: whole rows, no grid, rows of one height (so that a million of them
/// cost nothing to lay out), Tab leaves the table.
void prepareTable(QTableView& table);
/// Gives the buttons that a tool bar made for its actions the names and tab order that keyboards and screen readers
/// need.
void nameToolButtons(QToolBar& bar);

} // namespace condaoci::ui

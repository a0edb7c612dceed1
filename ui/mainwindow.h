// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/page.h"

#include <QMainWindow>

namespace condaoci::ui {

/// The window: its four views, the strip of problems, and the line of the running transfer.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(Workspace& workspace, QWidget* parent = nullptr);

private:
    Workspace& m_workspace;
};

} // namespace condaoci::ui

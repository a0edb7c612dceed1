// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/transferspage.h"

namespace condaoci::ui {

TransfersPage::TransfersPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
{
}

} // namespace condaoci::ui

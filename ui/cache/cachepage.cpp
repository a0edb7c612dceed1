// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/cache/cachepage.h"

namespace condaoci::ui {

CachePage::CachePage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
{
}

} // namespace condaoci::ui

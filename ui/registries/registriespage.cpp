// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/registries/registriespage.h"

namespace condaoci::ui {

RegistriesPage::RegistriesPage(Workspace& workspace, QWidget* parent)
    : Page(workspace, parent)
{
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/page.h"

namespace condaoci::ui {

class RegistriesPage final : public Page
{
    Q_OBJECT

public:
    explicit RegistriesPage(Workspace& workspace, QWidget* parent = nullptr);
};

} // namespace condaoci::ui

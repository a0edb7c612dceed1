// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/credentialsdialog.h"

namespace condaoci::ui {

CredentialsDialog::CredentialsDialog(Workspace&, const QString&, QWidget* parent)
    : QDialog(parent)
{
}

} // namespace condaoci::ui

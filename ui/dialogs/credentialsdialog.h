// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/workspace.h"

#include <QDialog>

namespace condaoci::ui {

/// Signs in to a registry: user, password or token, a test that says exactly what happened, and the keychain to keep
/// it.
class CredentialsDialog final : public QDialog
{
    Q_OBJECT

public:
    /// \param registry  as parseEndpoint takes it; empty: to be typed
    CredentialsDialog(Workspace& workspace, const QString& registry, QWidget* parent = nullptr);
};

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/preferences.h"
#include "ui/workspace.h"

#include <QDialog>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace condaoci::ui {

/// What new copies begin with, the language, and what closing the window means. OK keeps it, Cancel forgets it.
class PreferencesDialog final : public QDialog
{
    Q_OBJECT

public:
    explicit PreferencesDialog(Workspace& workspace, QWidget* parent = nullptr);

private:
    void fill(const Preferences& preferences);
    [[nodiscard]] Preferences preferences() const;

    Workspace& m_workspace;
    QSpinBox* m_workers;
    QSpinBox* m_spacing;
    QLineEdit* m_registry;
    QLineEdit* m_cache;
    QComboBox* m_closing;
    QLineEdit* m_caFile;
    QLineEdit* m_clientCertificate;
    QLineEdit* m_clientKey;
    QComboBox* m_language;
};

} // namespace condaoci::ui

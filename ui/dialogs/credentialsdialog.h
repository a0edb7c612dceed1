// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/workspace.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace condaoci::ui {

/// Signs in to a registry: user, password or token, a test that says exactly what happened, and the keychain to keep
/// it.
class CredentialsDialog final : public QDialog
{
    Q_OBJECT

public:
    /// \param registry  as parseEndpoint takes it; empty: to be typed
    CredentialsDialog(Workspace& workspace, const QString& registry, QWidget* parent = nullptr);
    ~CredentialsDialog() override;

private:
    void build(const QString& registry);
    void registryTyped();
    void acceptCertificate();
    void test(bool andSave);
    void save(const oci::Endpoint& endpoint, const oci::Credentials& credentials, const QString& outcome);
    void takeOver();
    void say(const QString& message, bool isProblem);
    void setBusy(bool busy);

    Workspace& m_workspace;
    std::optional<oci::FoundCredentials> m_others; ///< docker's or podman's
    QLineEdit* m_registry = nullptr;
    QLineEdit* m_user = nullptr;
    QLineEdit* m_secret = nullptr;
    QToolButton* m_reveal = nullptr;
    QLabel* m_hint = nullptr;
    QLabel* m_message = nullptr;
    QProgressBar* m_busy = nullptr;
    QPushButton* m_test = nullptr;
    QPushButton* m_save = nullptr;
    QPushButton* m_takeOver = nullptr;
    QPushButton* m_trust = nullptr;
    QByteArray m_refused; ///< the certificate that the registry showed and nobody vouches for
};

} // namespace condaoci::ui

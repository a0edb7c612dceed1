// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/credentialsdialog.h"

#include "core/base/text.h"
#include "ui/background.h"
#include "ui/registries/registrytrial.h"
#include "ui/widgets/deliberate.h"
#include "ui/widgets/icons.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace condaoci::ui {

CredentialsDialog::CredentialsDialog(Workspace& workspace, const QString& registry, QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
{
    setObjectName(QStringLiteral("credentialsDialog"));
    setWindowTitle(tr("Sign in to a registry"));
    build(registry);
    registryTyped();
}

CredentialsDialog::~CredentialsDialog()
{
    m_secret->clear();
}

void CredentialsDialog::build(const QString& registry)
{
    const auto field = [](const char* name) {
        auto* made = new QLineEdit;
        made->setObjectName(QLatin1String(name));
        return made;
    };
    m_registry = field("registry");
    m_registry->setText(registry);
    m_registry->setPlaceholderText(tr("ghcr.io/myorg"));
    m_user = field("user");
    m_secret = field("secret");
    m_secret->setEchoMode(QLineEdit::Password);
    m_reveal = new QToolButton;
    m_reveal->setObjectName(QStringLiteral("reveal"));
    m_reveal->setCheckable(true);
    m_reveal->setIcon(icon("view-reveal-symbolic"));
    m_reveal->setToolTip(tr("Show the password"));
    m_reveal->setAccessibleName(tr("Show the password"));
    m_reveal->setFocusPolicy(Qt::StrongFocus);
    connect(m_reveal, &QToolButton::toggled, this,
            [this](bool shown) { m_secret->setEchoMode(shown ? QLineEdit::Normal : QLineEdit::Password); });
    auto* secretRow = new QHBoxLayout;
    secretRow->addWidget(m_secret, 1);
    secretRow->addWidget(m_reveal);
    auto* form = new QFormLayout;
    form->addRow(tr("&Registry"), m_registry);
    form->addRow(tr("&User"), m_user);
    auto* secretLabel = new QLabel(tr("&Password or token"));
    secretLabel->setBuddy(m_secret);
    form->addRow(secretLabel, secretRow);
    m_hint = new QLabel;
    m_hint->setObjectName(QStringLiteral("hint"));
    m_hint->setWordWrap(true);
    m_message = new QLabel;
    m_message->setObjectName(QStringLiteral("message"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    m_busy = new QProgressBar;
    m_busy->setAccessibleName(tr("Asking the registry"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedHeight(6);
    m_busy->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_trust = new QPushButton(icon("dialog-warning"), tr("&Accept This Certificate"));
    m_trust->setObjectName(QStringLiteral("acceptCertificate"));
    m_trust->setToolTip(
        tr("For this registry, and this very certificate only. Compare its sum with what the registry's "
           "people say."));
    m_trust->hide();
    onlyOnPurpose(*m_trust);
    connect(m_trust, &QPushButton::clicked, this, &CredentialsDialog::acceptCertificate);
    m_takeOver = buttons->addButton(tr("&Import from Docker or Podman"), QDialogButtonBox::ActionRole);
    m_takeOver->setObjectName(QStringLiteral("takeOver"));
    m_takeOver->setEnabled(false);
    m_test = buttons->addButton(tr("&Test Connection"), QDialogButtonBox::ActionRole);
    m_test->setObjectName(QStringLiteral("test"));
    m_save = buttons->addButton(tr("&Save to Keychain"), QDialogButtonBox::AcceptRole);
    m_save->setObjectName(QStringLiteral("save"));
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_hint);
    column->addWidget(m_busy);
    column->addWidget(m_message);
    column->addWidget(m_trust, 0, Qt::AlignLeft);
    column->addStretch();
    column->addWidget(buttons);
    m_save->setDefault(true); // of this dialog, so not before it is in it
    connect(m_registry, &QLineEdit::textChanged, this, &CredentialsDialog::registryTyped);
    connect(m_test, &QPushButton::clicked, this, [this] { test(false); });
    connect(m_save, &QPushButton::clicked, this, [this] { test(true); });
    connect(m_takeOver, &QPushButton::clicked, this, &CredentialsDialog::takeOver);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(560, 260);
    (registry.isEmpty() ? m_registry : m_user)->setFocus();
}

void CredentialsDialog::acceptCertificate()
{
    const auto endpoint = oci::parseEndpoint(m_registry->text().trimmed());
    if (!endpoint || m_refused.isEmpty())
        return;
    m_workspace.acceptCertificate(*endpoint, m_refused);
    test(false);
}

void CredentialsDialog::registryTyped()
{
    m_refused.clear();
    m_trust->hide();
    say({}, false); // it was about another one
    const auto endpoint = oci::parseEndpoint(m_registry->text().trimmed());
    const QString host = endpoint ? endpoint->origin.host() : QString();
    m_hint->setText(host == QLatin1String("ghcr.io")
                        ? tr("ghcr.io wants your GitHub user name and a classic personal access token with the scopes "
                             "read:packages and write:packages.")
                        : QString());
    m_hint->setVisible(!m_hint->text().isEmpty());
    m_others.reset();
    m_takeOver->setEnabled(false);
    if (!endpoint || endpoint->kind == oci::Endpoint::Kind::Layout)
        return;
    inBackground(
        m_workspace.credentials().thread, this,
        [others = m_workspace.credentials().fromDockerOrPodman, endpoint = *endpoint](const std::stop_token&) {
            return others(endpoint);
        },
        [this, asked = m_registry->text()](std::optional<oci::FoundCredentials> found) {
            if (asked != m_registry->text())
                return;
            m_others = std::move(found);
            // A token server's identity token is no password that could stand in the field.
            m_takeOver->setEnabled(m_others && !m_others->credentials.secret.isEmpty());
        });
}

void CredentialsDialog::takeOver()
{
    m_user->setText(m_others->credentials.user);
    m_secret->setText(m_others->credentials.secret);
    say(tr("Taken from %1. Test it, or save it.").arg(m_others->where), false);
}

void CredentialsDialog::say(const QString& message, bool isProblem)
{
    m_message->setText(isProblem ? tr("⚠ %1").arg(oneLine(message)) : message);
    m_message->setVisible(!message.isEmpty());
}

void CredentialsDialog::setBusy(bool busy)
{
    m_busy->setVisible(busy);
    m_test->setEnabled(!busy);
    m_save->setEnabled(!busy);
}

void CredentialsDialog::test(bool andSave)
{
    const auto endpoint = oci::parseEndpoint(m_registry->text().trimmed());
    if (!endpoint)
        return say(endpoint.error().message, true);
    if (endpoint->kind == oci::Endpoint::Kind::Layout)
        return say(tr("Nobody signs in to an image layout: it is a folder."), true);
    const oci::Credentials credentials{m_user->text().trimmed(), m_secret->text()};
    const bool isAnonymous = credentials.user.isEmpty() && credentials.secret.isEmpty();
    if (!isAnonymous && (credentials.user.isEmpty() || credentials.secret.isEmpty()))
        return say(tr("A user name and a password are needed."), true);
    say({}, false);
    setBusy(true);
    inBackground(
        this,
        [endpoint = *endpoint, credentials, isAnonymous, network = m_workspace.network()](const std::stop_token&) {
            return tryRegistry(endpoint,
                               isAnonymous ? std::nullopt : std::optional(oci::FoundCredentials{credentials, {}}),
                               network());
        },
        [this, endpoint = *endpoint, credentials, isAnonymous, andSave](const RegistryTrial& trial) {
            setBusy(false);
            m_refused = trial.error ? trial.error->certificate : QByteArray();
            m_trust->setVisible(!m_refused.isEmpty());
            if (isAnonymous && !trial.asksNobody && !trial.error)
                return say(tr("A user name and a password are needed."), true);
            say(trial.asksNobody ? tr("%1 No password is needed.").arg(trial.words) : trial.words, !trial.mayPush);
            if (trial.asksNobody && andSave) {
                m_workspace.putRegistry({endpoint.toString(), {}});
                accept();
            } else if (andSave && !trial.error) {
                save(endpoint, credentials, trial.words);
            }
        });
}

void CredentialsDialog::save(const oci::Endpoint& endpoint, const oci::Credentials& credentials, const QString& outcome)
{
    setBusy(true);
    struct Saved
    {
        Result<void> inKeychain;
    };
    inBackground(
        m_workspace.credentials().thread, this,
        [functions = m_workspace.credentials(), endpoint, credentials](const std::stop_token&) {
            Saved saved{functions.save(endpoint, credentials)};
            if (!saved.inKeychain)
                functions.keepForThisRun(endpoint, credentials);
            return saved;
        },
        [this, endpoint, outcome](const Saved& saved) {
            setBusy(false);
            m_workspace.putRegistry({endpoint.toString(), {}});
            Q_EMIT m_workspace.signInChanged(endpoint.toString());
            if (saved.inKeychain)
                return accept();
            // The window stays, since this has to be read.
            m_secret->clear();
            say(tr("%1 There is no keychain that can be used (%2): the password is kept until the program ends, and "
                   "nowhere else.")
                    .arg(outcome, saved.inKeychain.error().message),
                true);
            m_save->setEnabled(false);
        });
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/preferencesdialog.h"

#include "ui/translations.h"
#include "ui/widgets/deliberate.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace condaoci::ui {

PreferencesDialog::PreferencesDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent)
    , m_workspace(workspace)
    , m_workers(new QSpinBox)
    , m_spacing(new QSpinBox)
    , m_registry(new QLineEdit)
    , m_cache(new QLineEdit)
    , m_closing(new QComboBox)
    , m_caFile(new QLineEdit)
    , m_clientCertificate(new QLineEdit)
    , m_clientKey(new QLineEdit)
    , m_language(new QComboBox)
{
    setObjectName(QStringLiteral("preferencesDialog"));
    setWindowTitle(tr("Preferences"));
    m_workers->setObjectName(QStringLiteral("workers"));
    m_workers->setRange(1, 64);
    m_spacing->setObjectName(QStringLiteral("spacing"));
    m_spacing->setRange(0, 3'600'000);
    m_spacing->setSingleStep(100);
    m_spacing->setSuffix(tr(" ms"));
    m_spacing->setSpecialValueText(tr("as the registry allows"));
    m_registry->setObjectName(QStringLiteral("registry"));
    m_registry->setPlaceholderText(tr("the first that was added"));
    m_cache->setObjectName(QStringLiteral("cache"));
    m_cache->setPlaceholderText(tr("the first that was opened"));
    m_closing->setObjectName(QStringLiteral("closing"));
    m_closing->addItem(tr("Ask"));
    m_closing->addItem(tr("Go on in the background"));
    m_closing->addItem(tr("Stop the transfer"));
    m_caFile->setObjectName(QStringLiteral("caFile"));
    m_caFile->setPlaceholderText(tr("none; a PEM file"));
    m_clientCertificate->setObjectName(QStringLiteral("clientCertificate"));
    m_clientCertificate->setPlaceholderText(tr("none; a PEM file"));
    m_clientKey->setObjectName(QStringLiteral("clientKey"));
    m_clientKey->setPlaceholderText(tr("in the certificate's file"));
    m_language->setObjectName(QStringLiteral("language"));
    m_language->addItem(tr("As the system"), QString());
    for (const QString& language : translationLanguages())
        m_language->addItem(QLocale(language).nativeLanguageName(), language);
    m_language->setToolTip(tr("From the next start on"));
    auto* form = new QFormLayout;
    form->addRow(tr("Packages at a &time"), m_workers);
    form->addRow(tr("Least ti&me between packages"), m_spacing);
    form->addRow(tr("New copies use the &registry"), m_registry);
    form->addRow(tr("New copies use the &folder"), m_cache);
    form->addRow(tr("Closing &while a transfer runs"), m_closing);
    form->addRow(tr("Also trust the certificates &in"), m_caFile);
    form->addRow(tr("Own certific&ate"), m_clientCertificate);
    form->addRow(tr("Its &key"), m_clientKey);
    form->addRow(tr("Lan&guage, from the next start on"), m_language);
    auto* buttons =
        new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::RestoreDefaults);
    for (QAbstractButton* button : buttons->buttons())
        button->setObjectName(QStringLiteral("button%1").arg(buttons->standardButton(button)));
    onlyOnPurpose(*buttons->button(QDialogButtonBox::RestoreDefaults)); // it takes away what was typed
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addStretch();
    column->addWidget(buttons);
    buttons->button(QDialogButtonBox::Ok)->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        preferences().save(m_workspace.state());
        accept();
    });
    connect(buttons->button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this, [this] { fill({}); });
    fill(Preferences::load(m_workspace.state()));
    resize(480, sizeHint().height());
}

void PreferencesDialog::fill(const Preferences& preferences)
{
    m_workers->setValue(preferences.workers);
    m_spacing->setValue(preferences.spacing);
    m_registry->setText(preferences.registry);
    m_cache->setText(preferences.cacheDirectory);
    m_closing->setCurrentIndex(static_cast<int>(preferences.closing));
    m_caFile->setText(preferences.caFile);
    m_clientCertificate->setText(preferences.clientCertificate);
    m_clientKey->setText(preferences.clientKey);
    m_language->setCurrentIndex(std::max(0, m_language->findData(preferences.language)));
}

Preferences PreferencesDialog::preferences() const
{
    Preferences preferences;
    preferences.workers = m_workers->value();
    preferences.spacing = m_spacing->value();
    preferences.registry = m_registry->text().trimmed();
    preferences.cacheDirectory = m_cache->text().trimmed();
    preferences.closing = static_cast<Preferences::Closing>(m_closing->currentIndex());
    preferences.caFile = m_caFile->text().trimmed();
    preferences.clientCertificate = m_clientCertificate->text().trimmed();
    preferences.clientKey = m_clientKey->text().trimmed();
    preferences.language = m_language->currentData().toString();
    return preferences;
}

} // namespace condaoci::ui

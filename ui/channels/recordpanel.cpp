// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/channels/recordpanel.h"

#include "core/base/text.h"
#include "core/conda/dependencies.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/texts.h"

#include <QDateTime>
#include <QLabel>
#include <QListWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace condaoci::ui {

RecordPanel::RecordPanel(QAction* lookInside, QWidget* parent)
    : QWidget(parent)
    , m_title(new ElidedLabel)
    , m_fields(new QLabel)
    , m_sha256(new ElidedLabel)
    , m_dependsTitle(new QLabel(tr("Depends &on")))
    , m_depends(new QListWidget)
    , m_look(new QToolButton)
{
    setObjectName(QStringLiteral("recordPanel"));
    QFont font = m_title->font();
    font.setBold(true);
    m_title->setFont(font);
    m_fields->setObjectName(QStringLiteral("recordFields"));
    m_fields->setTextFormat(Qt::PlainText);
    m_fields->setWordWrap(true);
    m_fields->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_fields->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_depends->setObjectName(QStringLiteral("depends"));
    m_depends->setAccessibleName(tr("Depends on"));
    m_depends->setToolTip(tr("Enter or double click shows the packages that fit"));
    m_depends->setTextElideMode(Qt::ElideMiddle);
    m_dependsTitle->setBuddy(m_depends);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_title);
    column->addWidget(m_fields);
    column->addWidget(m_sha256);
    column->addWidget(m_dependsTitle);
    column->addWidget(m_depends, 1);
    column->addWidget(m_look, 0, Qt::AlignRight);
    m_look->setObjectName(QStringLiteral("lookInsideButton"));
    m_look->setDefaultAction(lookInside);
    m_look->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_look->setFocusPolicy(Qt::StrongFocus);
    connect(m_depends, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { Q_EMIT dependencyChosen(item->data(Qt::UserRole).toString()); });
    show(nullptr, {});
}

void RecordPanel::show(const conda::PackageRecord* record, const QString& subdir)
{
    m_depends->clear();
    m_depends->setEnabled(record);
    m_dependsTitle->setVisible(record);
    m_depends->setVisible(record);
    m_look->setVisible(record);
    if (!record) {
        m_title->setText({});
        m_sha256->setText({});
        m_fields->setText(tr("Choose a package to see what the channel says of it."));
        return;
    }
    const QString notSaid = tr("not said");
    const auto orNotSaid = [&](const QString& text) { return text.isEmpty() ? notSaid : text; };
    m_title->setText(tr("%1 %2").arg(shown(record->name), shown(record->version)));
    const QString date =
        record->timestamp == 0 ? QString() : shownTime(QDateTime::fromMSecsSinceEpoch(record->timestamp));
    m_fields->setText(tr("Build: %1 (number %2)\nPlatform: %3\nSize: %4\nLicence: %5\nBuilt: %6")
                          .arg(shown(record->build))
                          .arg(record->buildNumber)
                          .arg(subdir, orNotSaid(record->size < 0 ? QString() : shownSize(record->size)),
                               orNotSaid(shown(record->license)), orNotSaid(date)));
    m_sha256->setText(tr("sha256: %1").arg(orNotSaid(shown(record->sha256))));
    for (const std::string& depends : conda::dependsOf(*record)) {
        auto* item = new QListWidgetItem(shown(depends), m_depends);
        item->setData(Qt::UserRole, QString::fromStdString(depends));
        item->setToolTip(plainToolTip(item->text()));
    }
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/dialogs/aboutdialog.h"

#include "ui/widgets/icons.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSslSocket>
#include <QSysInfo>
#include <QVBoxLayout>

namespace condaoci::ui {

AboutDialog::AboutDialog(QWidget* parent)
    : QDialog(parent)
{
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Conda OCI Mirror"));
    auto* picture = new QLabel;
    picture->setPixmap(applicationIcon().pixmap(64, 64));
    picture->setAccessibleName(tr("Conda OCI Mirror"));
    const QString versions = QStringLiteral("Conda OCI Mirror %1\nQt %2, %3\n%4, %5")
                                 .arg(QCoreApplication::applicationVersion(), QLatin1String(qVersion()),
                                      QSslSocket::sslLibraryVersionString(), QSysInfo::prettyProductName(),
                                      QSysInfo::currentCpuArchitecture());
    auto* name = new QLabel(tr("Conda OCI Mirror %1").arg(QCoreApplication::applicationVersion()));
    QFont font = name->font();
    font.setPointSizeF(font.pointSizeF() * 1.4);
    font.setBold(true);
    name->setFont(font);
    auto* text =
        new QLabel(tr("Keeps conda packages in OCI registries: mirrors channels, fetches and sends packages, and "
                      "checks every byte on the way.\n\nFree software under the BSD 3-Clause licence.\n"
                      "Built on Qt, KArchive, zstd, simdjson, yaml-cpp, OpenSSL and QtKeychain."));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setMinimumWidth(360);
    auto* details = new QLabel(versions.section(QLatin1Char('\n'), 1));
    details->setTextFormat(Qt::PlainText);
    details->setWordWrap(true);
    details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copy = buttons->addButton(tr("Copy &Versions"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("copyVersions"));
    connect(copy, &QPushButton::clicked, this, [versions] { QGuiApplication::clipboard()->setText(versions); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* right = new QVBoxLayout;
    right->addWidget(name);
    right->addWidget(text);
    right->addWidget(details);
    auto* row = new QHBoxLayout;
    row->setSpacing(20);
    row->addWidget(picture, 0, Qt::AlignTop);
    row->addLayout(right, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 12);
    column->setSpacing(16);
    column->addLayout(row);
    column->addWidget(buttons);
}

} // namespace condaoci::ui

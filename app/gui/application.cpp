// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/application.h"

#include "ui/mainwindow.h"

#include <QApplication>
#include <QStandardPaths>

namespace condaoci::app {

int runWindow(int& argc, char** argv)
{
    QApplication qt(argc, argv);
    QApplication::setOrganizationName(QString());
    QApplication::setApplicationName(QStringLiteral("conda-oci-mirror"));
    QApplication::setApplicationVersion(QStringLiteral(CONDAOCI_VERSION));
    WindowCredentials credentials;
    ui::Workspace workspace(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation), credentials.functions());
    ui::MainWindow window(workspace);
    window.show();
    return QApplication::exec();
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/application.h"

#include "app/gui/openedfiles.h"
#include "app/gui/singleinstance.h"
#include "app/logging.h"
#include "app/process.h"
#include "ui/mainwindow.h"
#include "ui/preferences.h"
#include "ui/translations.h"
#include "ui/widgets/style.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QStandardPaths>

#include <cstdio>

namespace condaoci::app {

namespace {

/// Local files as absolute paths; desktops may hand over file: URLs.
QStringList filesOf(const QStringList& arguments)
{
    QStringList files;
    for (const QString& argument : arguments) {
        const QUrl url(argument);
        files.append(QDir::current().absoluteFilePath(url.isLocalFile() ? url.toLocalFile() : argument));
    }
    return files;
}

} // namespace

int runWindow(int& argc, char** argv)
{
    beginProcess();
    QApplication qt(argc, argv);
    QApplication::setApplicationName(QStringLiteral("conda-oci-mirror"));
    QApplication::setApplicationDisplayName(QStringLiteral("Conda OCI Mirror"));
    QApplication::setApplicationVersion(QStringLiteral(CONDAOCI_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("dev.conda_oci_mirror.CondaOciMirror"));
    QApplication::setQuitOnLastWindowClosed(false); // a transfer may go on without a window
    logToStandardError();
    ui::installStyle();

    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation);
    ui::installTranslators(qt, ui::Preferences::keptLanguage(ui::Workspace::stateFile(folder)));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("Application", "Keeps conda packages in OCI registries: the desktop application. For "
                                               "scripts there is conda-oci."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("FILE"),
                                 QApplication::translate("Application", "Lock files, whose packages are to be copied"),
                                 QStringLiteral("[FILE…]"));
    parser.process(qt);
    const QStringList files = filesOf(parser.positionalArguments());

    SingleInstance instance(folder);
    if (!instance.claim(files)) {
        if (!instance.problem().isEmpty())
            std::fputs(qPrintable(instance.problem() + QLatin1Char('\n')), stderr);
        return instance.problem().isEmpty() ? 0 : 1;
    }

    WindowCredentials credentials;
    ui::Workspace workspace(folder, credentials.functions());
    ui::MainWindow window(workspace);
    QObject::connect(&window, &ui::MainWindow::done, &qt, &QCoreApplication::quit, Qt::QueuedConnection);
    QObject::connect(&instance, &SingleInstance::startedAgain, &window, [&window](const QStringList& more) {
        window.bringToFront();
        if (!more.isEmpty())
            window.openLockFiles(more);
    });
    OpenedFiles openedFiles;
    QObject::connect(&openedFiles, &OpenedFiles::opened, &window, [&window](const QString& file) {
        window.bringToFront();
        window.openLockFiles({file});
    });
    window.show();
    if (!files.isEmpty())
        window.openLockFiles(files);
    return QApplication::exec();
}

} // namespace condaoci::app

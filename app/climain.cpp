// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/verbs.h"

#include "app/cli/console.h"

#include <QCoreApplication>

namespace {

void logToStandardError(QtMsgType, const QMessageLogContext& context, const QString& message)
{
    condaoci::app::printMessage(QLatin1String(context.category ? context.category : "qt") + QStringLiteral(": ") +
                                message);
}

} // namespace

int main(int argc, char** argv)
{
    QCoreApplication qt(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("conda-oci-mirror"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CONDAOCI_VERSION));
    qInstallMessageHandler(logToStandardError);

    CLI::App app("Keeps conda packages in OCI registries", "conda-oci");
    app.set_version_flag("--version", CONDAOCI_VERSION);
    app.require_subcommand(1);
    using namespace condaoci::app;
    const std::vector<Verb> verbs{addMirror(app), addPublish(app), addPullCache(app), addPushCache(app),
                                  addCopy(app),   addInspect(app), addList(app),      addCheck(app),
                                  addLogin(app),  addLogout(app),  addWhoami(app)};
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    for (const auto& verb : verbs) {
        if (verb.command->parsed())
            return verb.run();
    }
    return 2;
}

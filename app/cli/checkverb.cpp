// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/console.h"
#include "app/cli/copyrun.h"
#include "app/cli/interrupt.h"
#include "app/cli/networkoptions.h"
#include "app/cli/verbs.h"
#include "app/credentialstore.h"
#include "core/mirror/upkeep/registrycheck.h"

#include <QCoreApplication>
#include <QJsonDocument>

#include <memory>
#include <thread>

namespace condaoci::app {

namespace {

struct Options : NetworkOptions
{
    std::string registry;
    bool json = false;
};

void printRow(const QString& name, const QString& outcome, const QString& detail)
{
    printResult((name.leftJustified(31) + outcome.leftJustified(detail.isEmpty() ? 0 : 13) + detail).trimmed());
}

void printEnd(const mirror::RegistryCheck& check)
{
    for (const mirror::Reader& reader : check.readers)
        printRow(QStringLiteral("Install with ") + reader.name,
                 reader.canRead ? QStringLiteral("works") : QStringLiteral("no"), reader.why);
    for (const QString& left : check.leftBehind)
        printMessage(QStringLiteral("note     could not be deleted and is still there: ") + left);
    for (const QString& note : check.notes)
        printMessage(QStringLiteral("note     ") + note);
}

int run(const Options& options)
{
    const auto endpoint = oci::parseEndpoint(QString::fromStdString(options.registry));
    const auto network = endpoint ? networkOf(options) : Result<http::Network>(endpoint.error());
    if (!network) {
        const int code = failWith(network.error());
        if (options.json)
            printErrorReport(network.error(), code);
        return code;
    }
    const auto credentials = lookupFor(*endpoint, findCredentials(*endpoint));
    Interrupt interrupt;
    std::stop_source stop;
    QObject::connect(&interrupt, &Interrupt::requested, &interrupt, [&] {
        printMessage(QStringLiteral("Stopping, and cleaning up; once more ends at once"));
        stop.request_stop();
    });
    const auto onStep = [&](const mirror::CheckStep& step) {
        if (!options.json)
            printRow(step.name, outcomeName(step.outcome), step.detail);
    };
    mirror::RegistryCheck check;
    {
        const std::jthread worker([&] {
            check = mirror::checkRegistry(*endpoint, credentials, *network, stop.get_token(), onStep);
            QMetaObject::invokeMethod(
                qApp, [] { QCoreApplication::exit(0); }, Qt::QueuedConnection);
        });
        QCoreApplication::exec();
    }
    if (options.json) {
        printJson(QJsonDocument(toJson(check)));
    } else {
        printEnd(check);
    }
    return exitCode(check);
}

} // namespace

Verb addCheck(CLI::App& app)
{
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "check", "Try what a registry does: sign in, push, pull, mount, list, delete; and who can install from it");
    command->add_option("REGISTRY", options->registry, "ghcr.io/org, http://127.0.0.1:5000/org, or oci-layout:DIR")
        ->required();
    command->add_flag("--json", options->json, "Print a JSON object");
    addNetworkOptions(*command, *options);
    command->footer(
        "A tiny package is pushed to new repositories under REGISTRY/conda-oci-check-RANDOM and deleted again;\n"
        "what can't be deleted is named. Ends with 0 where a mirror can be kept, and 1 where something that it\n"
        "needs does not work.\n"
        "Examples:\n"
        "  conda-oci check ghcr.io/myorg\n"
        "  conda-oci check --json http://127.0.0.1:5000");
    return {command, [options] { return run(*options); }};
}

} // namespace condaoci::app

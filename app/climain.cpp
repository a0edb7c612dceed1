// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/verbs.h"

#include "app/cli/arguments.h"
#include "app/cli/console.h"
#include "app/cli/copyrun.h"
#include "app/cli/oldwords.h"
#include "app/logging.h"
#include "app/process.h"
#include "core/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <sstream>

namespace {

const char* const general =
    "Every verb has its own help: conda-oci VERB --help.\n\n"
    "Exit codes:\n"
    "  0    all done\n"
    "  1    some packages failed, each is named\n"
    "  2    the command line can't be carried out as written\n"
    "  3    authentication: wrong credentials, or none for a registry that asks (then the run was a dry run)\n"
    "  4    registry or channel unreachable\n"
    "  5    local disk\n"
    "  130  cancelled; a second Ctrl-C stops at once\n\n"
    "Credentials come from the first that has any:\n"
    "  ORAS_USER and ORAS_PASS, the environment\n"
    "  the system's keychain (conda-oci login)\n"
    "  DOCKER_CONFIG/config.json or ~/.docker/config.json, with its helpers\n"
    "  REGISTRY_AUTH_FILE, or podman's auth.json and containers' auth.json\n\n"
    "Environment:\n"
    "  CONDA_OCI_TOKEN_SERVERS  hosts, parted by commas, that may be shown a registry's password besides the registry\n"
    "  SSL_CERT_FILE            certificates (PEM) to trust in place of the system's\n"
    "  http_proxy, https_proxy, all_proxy, no_proxy, and in capitals: as curl reads them";

/// What CLI11 can't say well, or says too much of: the word, and what was probably meant.
QString complaintAbout(const CLI::App& app, const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        if (word == "--password" || word.starts_with("--password="))
            return QStringLiteral("a password does not belong on a command line, where others can read it; it is asked "
                                  "for, or taken from --password-stdin");
    }
    // Whatever is too much there may be a password, in the spelling of another program.
    if (!words.empty() && words[0] == "login")
        return QStringLiteral(
            "login takes a registry, --username NAME and --password-stdin; a password does not belong "
            "on a command line, where others can read it. `conda-oci login --help` says more");
    if (words.empty() || words[0].starts_with('-'))
        return {};
    const auto verbs =
        app.get_subcommands([word = words[0]](const CLI::App* verb) { return verb->get_name() == word; });
    if (!verbs.empty())
        return condaoci::app::adviceAboutRegistry(words);
    return QStringLiteral("there is no verb %1; conda-oci --help lists them").arg(condaoci::text(words[0]));
}

/// CLI11's own words, which repeat arguments as they are.
void printComplaint(const CLI::App& app, const CLI::ParseError& error)
{
    std::ostringstream said;
    (void)app.exit(error, said, said);
    const QString lines = condaoci::text(said.str()).trimmed();
    for (const QString& line : lines.split(QLatin1Char('\n')))
        condaoci::app::printMessage(line);
}

int runVerb(const std::vector<condaoci::app::Verb>& verbs)
{
    for (const auto& verb : verbs) {
        if (verb.command->parsed())
            return verb.run();
    }
    return 2;
}

} // namespace

int main(int argc, char** argv)
{
    condaoci::app::beginProcess();
    QCoreApplication qt(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("conda-oci-mirror"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CONDAOCI_VERSION));
    condaoci::app::logToStandardError();

    CLI::App app("Keeps conda packages in OCI registries", "conda-oci");
    app.set_version_flag("--version", CONDAOCI_VERSION);
    app.require_subcommand(1);
    app.footer(general);
    using namespace condaoci::app;
    const std::vector<Verb> verbs{addMirror(app),    addPublish(app), addPullCache(app), addPushCache(app),
                                  addCopy(app),      addInspect(app), addList(app),      addCheck(app),
                                  addLogin(app),     addLogout(app),  addWhoami(app),    addManual(app),
                                  addCompletion(app)};
    const auto [words, notes] = modernised(givenWords(argc, argv));
    const auto isGiven = [&words = words](const char* option) {
        return std::find(words.begin(), words.end(), option) != words.end();
    };
    try {
        app.parse(std::vector<std::string>(words.rbegin(), words.rend())); // as CLI11 wants them
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return app.exit(error);
        const QString complaint = complaintAbout(app, words);
        if (complaint.isEmpty())
            printComplaint(app, error);
        else
            printMessage(QStringLiteral("error    ") + complaint);
        if (isGiven("--json"))
            printErrorReport(
                {condaoci::ErrorKind::Config, complaint.isEmpty() ? QString::fromUtf8(error.what()) : complaint}, 2);
        return 2;
    }
    if (auto readable = checkEncoding(words); !readable) {
        if (isGiven("--json"))
            printErrorReport(readable.error(), 2);
        return failWith(readable.error());
    }
    if (!isGiven("-q") && !isGiven("--quiet") && !isGiven("--quiet=true")) {
        for (const QString& note : notes)
            printMessage(QStringLiteral("note     ") + note);
    }
    const int code = runVerb(verbs);
    if (isOutputWhole())
        return code;
    printMessage(QStringLiteral("error    the output could not be written"));
    return code == 0 ? 5 : code;
}

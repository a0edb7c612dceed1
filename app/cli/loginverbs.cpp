// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/console.h"
#include "app/cli/copyrun.h"
#include "app/cli/networkoptions.h"
#include "app/cli/prompt.h"
#include "app/cli/verbs.h"
#include "app/credentialstore.h"
#include "app/keychain.h"
#include "core/oci/remoteregistry.h"

#include <memory>

namespace condaoci::app {

namespace {

struct Options : NetworkOptions
{
    std::string registry;
    std::string user;
    bool passwordFromInput = false;
};

Result<oci::Endpoint> remoteEndpoint(const std::string& text)
{
    auto endpoint = oci::parseEndpoint(QString::fromStdString(text));
    if (endpoint && endpoint->kind == oci::Endpoint::Kind::Layout)
        return Error{ErrorKind::Config, QStringLiteral("nobody signs in to an image layout: it is a directory")};
    return endpoint;
}

int login(const Options& options)
{
    auto endpoint = remoteEndpoint(options.registry);
    if (!endpoint)
        return failWith(endpoint.error());
    auto network = networkOf(options);
    if (!network)
        return failWith(network.error());
    oci::Credentials credentials{QString::fromStdString(options.user), {}};
    if (credentials.user.isEmpty()) {
        auto user = askLine(QStringLiteral("User name for %1: ").arg(endpoint->toString()));
        if (!user)
            return failWith(user.error());
        credentials.user = *user;
    }
    if (options.passwordFromInput) {
        credentials.secret = readStandardInput();
    } else {
        auto secret = askSecret(QStringLiteral("Password or token for %1: ").arg(credentials.user));
        if (!secret)
            return failWith(secret.error());
        credentials.secret = *secret;
    }
    if (credentials.user.isEmpty() || credentials.secret.isEmpty())
        return failWith(Error{ErrorKind::Config, QStringLiteral("a user name and a password are needed")});
    if (auto checked = oci::checkCredentials(*endpoint, credentials, *std::move(network)); !checked)
        return failWith(checked.error());
    if (auto written = keychain::write(endpoint->toString(), credentials); !written)
        return failWith(Error{ErrorKind::Auth,
                              QStringLiteral("the password is right, but was not kept: %1. Without a keychain, set "
                                             "ORAS_USER and ORAS_PASS, or sign in with docker or podman, whose files "
                                             "are read")
                                  .arg(written.error().message)});
    printResult(QStringLiteral("Signed in to %1 as %2; kept in the system's keychain")
                    .arg(endpoint->toString(), credentials.user));
    return 0;
}

int logout(const Options& options)
{
    auto endpoint = remoteEndpoint(options.registry);
    if (!endpoint)
        return failWith(endpoint.error());
    auto removed = keychain::remove(endpoint->toString());
    if (!removed)
        return failWith(removed.error());
    printResult(*removed ? QStringLiteral("Removed %1 from the system's keychain").arg(endpoint->toString())
                         : QStringLiteral("The system's keychain had nothing for %1").arg(endpoint->toString()));
    if (const auto left = findCredentials(*endpoint))
        printMessage(QStringLiteral("note     %1 still knows %2 there").arg(left->where, left->credentials.user));
    return 0;
}

int whoami(const Options& options)
{
    auto endpoint = remoteEndpoint(options.registry);
    if (!endpoint)
        return failWith(endpoint.error());
    auto network = networkOf(options);
    if (!network)
        return failWith(network.error());
    const auto found = findCredentials(*endpoint);
    if (!found)
        return failWith(Error{
            ErrorKind::Auth,
            QStringLiteral("nobody: there are no credentials for %1 in the environment, the keychain, or docker's "
                           "and podman's files")
                .arg(endpoint->toString())});
    const bool isToken = !found->credentials.identityToken.isEmpty();
    printResult(QStringLiteral("%1, from %2")
                    .arg(isToken ? QStringLiteral("an identity token") : found->credentials.user, found->where));
    if (auto checked = oci::checkCredentials(*endpoint, found->credentials, *std::move(network)); !checked)
        return failWith(checked.error());
    return 0;
}

Verb add(CLI::App& app, const char* name, const char* description, int (*run)(const Options&))
{
    const auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(name, description);
    command->add_option("REGISTRY", options->registry, "ghcr.io, ghcr.io/org, or http://127.0.0.1:5000")->required();
    if (run != logout)
        addNetworkOptions(*command, *options);
    if (run == login) {
        command->add_option("-u,--username", options->user, "Otherwise it is asked for")->type_name("NAME");
        command->add_flag("--password-stdin", options->passwordFromInput,
                          "Read the password from standard input instead of asking for it");
    }
    return {command, [options, run] { return run(*options); }};
}

} // namespace

Verb addLogin(CLI::App& app)
{
    return add(app, "login", "Sign in to a registry and keep the password in the system's keychain", login);
}

Verb addLogout(CLI::App& app)
{
    return add(app, "logout", "Remove a registry's password from the system's keychain", logout);
}

Verb addWhoami(CLI::App& app)
{
    return add(app, "whoami", "Say who signs in to a registry, and check it there", whoami);
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/networkoptions.h"

#include "core/mirror/request/copyrequest.h"

#include <QLoggingCategory>

namespace condaoci::app {

void addNetworkOptions(CLI::App& command, NetworkOptions& options)
{
    command
        .add_option("--ca-file", options.caFile,
                    "Certificates (PEM) to trust besides the system's, or besides those of SSL_CERT_FILE")
        ->type_name("FILE");
    command
        .add_option("--client-cert", options.clientCertificate,
                    "Certificate (PEM) to show to the registry, where it asks for one; to nobody else")
        ->type_name("FILE");
    command
        .add_option("--client-key", options.clientKey, "Its key (PEM, not encrypted), where it has a file of its own")
        ->type_name("FILE")
        ->needs("--client-cert");
    command
        .add_option("--accept-certificate", options.acceptedCertificates,
                    "HOST[:PORT]=SHA256: accept this one certificate there, whatever is wrong with it; repeatable")
        ->type_name("PLACE=SUM")
        ->allow_extra_args(false);
    command.add_flag("--debug", options.debug, "Log every request to standard error");
}

void logRequests()
{
    QLoggingCategory::setFilterRules(QStringLiteral("condaoci.*.debug=true"));
}

Result<http::Network> networkOf(const NetworkOptions& options)
{
    if (options.debug)
        logRequests();
    QStringList accepted;
    for (const std::string& one : options.acceptedCertificates)
        accepted.append(QString::fromStdString(one));
    auto tls =
        mirror::tlsOptions(QString::fromStdString(options.caFile), QString::fromStdString(options.clientCertificate),
                           QString::fromStdString(options.clientKey), accepted);
    if (!tls)
        return tls.error();
    http::Network network;
    network.tls = *std::move(tls);
    return network;
}

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>
#include <QStringList>

namespace condaoci::oci {

struct Credentials
{
    QString user;
    QString secret; ///< password or token; never logged, never part of an Error
    /// What docker calls an identity token, an OAuth2 refresh token: goes to the token server and nowhere else. With it
    /// there is no secret.
    QString identityToken = {};
    /// Hosts that the user lets see these credentials as the registry's token server, besides the registry's own host.
    QStringList tokenServers = {};
};

struct FoundCredentials
{
    Credentials credentials;
    QString where; ///< for people: "ORAS_USER and ORAS_PASS", "the system's keychain", "/home/me/.docker/config.json"
};

} // namespace condaoci::oci

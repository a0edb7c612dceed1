// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyreport.h"
#include "core/mirror/request/copyrequest.h"
#include "core/oci/authenticator.h"

namespace condaoci::mirror {

/// What a Mirror is about. Texts are as on the command line.
struct MirrorOptions
{
    QString channel = QStringLiteral("conda-forge"); ///< name, URL or directory
    QString as;                                      ///< the channel's name in registry and cache; empty: its own
    QStringList packages;                            ///< names, globs or match specifications; empty: all
    QStringList subdirs;                             ///< empty: the default ones, and what else the source has
    QString registry;                                ///< "ghcr.io/org", "http://127.0.0.1:5000/org", "oci-layout:DIR"
    QString cacheDirectory = QStringLiteral("cache");
    int workers = 4; ///< packages at a time; 1: one after the other
    bool dryRun = false;
    http::TlsOptions tls;
    /// Asked with an origin ("https://ghcr.io:443") when that asks for credentials. Null: what oci::knownCredentials()
    /// finds in the environment (ORAS_USER, ORAS_PASS) and in docker's and podman's files. A function that returns
    /// nullopt is nobody.
    oci::Authenticator::Lookup credentials;
};

/// A channel, its mirror in a registry, and a cache of it on disk: the counterpart of the predecessor's class of this
/// name, over the same engine as the command line. Each call runs one job and waits for it, with an event loop of its
/// own, on any thread but that of a user interface; for jobs that report as they go, see CopyJob. Makes a
/// QCoreApplication if there is none. A report says what became of each package; exitCode(report) is 0 when all is
/// done.
class Mirror
{
public:
    /// Error kind Config where an option can't be read; nothing has been sent then.
    [[nodiscard]] static Result<Mirror> create(const MirrorOptions& options);

    [[nodiscard]] CopyReport update() const; ///< channel → registry: everything selected that is not there
    /// registry → cache: of each name the newest version, of it the highest build number
    [[nodiscard]] CopyReport pullLatest() const;
    [[nodiscard]] CopyReport pullAll() const; ///< registry → cache: everything selected
    [[nodiscard]] CopyReport pushNew() const; ///< cache → registry: what the registry's index lacks
    [[nodiscard]] CopyReport pushAll() const; ///< cache → registry: everything, whatever an index lists

private:
    Mirror() = default;
    [[nodiscard]] CopyReport run(const CopyRequest& request) const;

    CopyRequest m_request; ///< everything but the verb
    http::TlsOptions m_tls;
    oci::Authenticator::Lookup m_credentials;
};

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copy/copyspec.h"

#include <QJsonObject>

namespace condaoci::mirror {

/// A copy as a person words it, in texts as they are typed on the command line or into a dialog: what both of them make
/// a CopySpec from, what is kept of a job across restarts, and what can be written again as a command line. A channel's
/// address may hold a token; what toJson() and commandLine() make of it does not. Plain value.
struct CopyRequest
{
    enum class Verb { Mirror, PullCache, PushCache, Copy };
    Verb verb = Verb::Mirror;

    QString channel = QStringLiteral("conda-forge");    ///< Copy: the name of a registry's, layout's or cache's channel
    QString as;                                         ///< the channel's name in registry and cache; empty: its own
    QString registry;                                   ///< all but Copy; a dry run that would write needs none
    QString cacheDirectory = QStringLiteral("./cache"); ///< PullCache and PushCache
    QString source;                                     ///< Copy: a place
    QString destination;                                ///< Copy

    QStringList subdirs;   ///< empty: the default ones, and what else the source is known to have
    QStringList packages;  ///< names, globs, match specifications, or "all"; empty: all
    QStringList lockFiles; ///< exactly what these name
    bool withDependencies = false;

    bool yanked = true;        ///< Mirror: packages removed from the channel's index, too
    bool fullIndex = false;    ///< Mirror: publish the channel's whole index
    bool allVersions = false;  ///< PullCache: not only the newest of each name
    bool everything = false;   ///< PushCache: every package, whatever an index lists
    bool againstLocal = false; ///< PushCache: new is what the cache's own index lacks
    bool newestOnly = false;   ///< Copy
    QString shard;             ///< Mirror: "I/N", a part of it that others do not do; empty: all
    int shards = 0;            ///< Mirror: not 0: publish the index of what so many shards brought

    bool adopt = false; ///< Mirror and Copy: go on with a mirror that says it is of another channel
    bool dryRun = false;
    bool deep = false;
    bool allowShrink = false; ///< all but PushCache: publish an index that has lost most of what it listed
    bool trustFiles = false;  ///< PushCache and Copy: as CopySpec::trustFiles
    bool strict = false;      ///< builds that can't be in any registry count as failed
    int workers = 4;
    int spacing = 0; ///< milliseconds between the starts of two packages

    QString caFile; ///< PEM files, as in http::TlsOptions
    QString clientCertificate;
    QString clientKey;
    QStringList acceptedCertificates; ///< "HOST[:PORT]=SHA256"

    friend bool operator==(const CopyRequest&, const CopyRequest&) = default;
};

/// The options that these texts word, after a look at the files. Error kind Config.
[[nodiscard]] Result<http::TlsOptions> tlsOptions(const QString& caFile, const QString& clientCertificate,
                                                  const QString& clientKey, const QStringList& acceptedCertificates);

/// Checks everything that can be checked before a request is sent; reads the lock files. Error kind Config.
[[nodiscard]] Result<CopySpec> toSpec(const CopyRequest& request);

/// The arguments of the `conda-oci` that does the same, verb first; options that are as by default are left out.
[[nodiscard]] QStringList commandLine(const CopyRequest& request);
/// `conda-oci` and arguments as one line that a POSIX shell (on Windows: cmd.exe) takes apart into just these.
[[nodiscard]] QString shellCommand(const QStringList& arguments);

/// "conda-forge → ghcr.io/myorg", for titles; as typed, without secrets.
[[nodiscard]] QString title(const CopyRequest& request);

[[nodiscard]] QJsonObject toJson(const CopyRequest& request);
/// What is missing is as by default. Error kind Parse where a value has the wrong type or the verb is unknown.
[[nodiscard]] Result<CopyRequest> requestFromJson(const QJsonObject& json);

/// One package file of a selection.
struct SelectedFile
{
    QString subdir;
    QString fileName;
    QByteArray sha256; ///< hexadecimal, or empty
    QByteArray md5;    ///< hexadecimal, or empty; counts where there is no sha256
};
/// An `@EXPLICIT` list of exactly these files of the channel of that name, as CopyRequest::lockFiles takes it.
[[nodiscard]] QByteArray explicitList(const QString& channelName, const std::vector<SelectedFile>& files);

} // namespace condaoci::mirror

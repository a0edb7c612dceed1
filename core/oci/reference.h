// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QString>
#include <QUrl>

namespace condaoci::oci {

/// A place that holds repositories: a registry reached over HTTP, or an OCI image layout directory.
struct Endpoint
{
    enum class Kind { Remote, Layout };
    Kind kind = Kind::Remote;
    QUrl origin;       ///< Remote: scheme, host and port only
    QString prefix;    ///< Remote: namespace in front of every repository name, "" or "myorg/sub"
    QString directory; ///< Layout: absolute path
    /// "ghcr.io/myorg", "http://127.0.0.1:5000/org" or "oci-layout:/dir", as the user would write it again.
    [[nodiscard]] QString toString() const;
    [[nodiscard]] QString repository(const QString& name) const; ///< name with the prefix in front
};

/// Reads what a person writes after --registry: `host[:port][/namespace]` (https; http for loopback only when written
/// so), `https://…`, `http://…`, `oci-layout:DIR`. `docker.io` becomes `registry-1.docker.io`. User info, queries and
/// fragments are refused. Error kind Config.
[[nodiscard]] Result<Endpoint> parseEndpoint(const QString& text);

/// distribution-spec 1.1, "Pulling manifests": the grammar of `name` and `reference`.
[[nodiscard]] bool isRepositoryName(QStringView name);
[[nodiscard]] bool isTag(QStringView tag);

} // namespace condaoci::oci

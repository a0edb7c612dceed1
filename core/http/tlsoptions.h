// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QMap>
#include <QSslConfiguration>
#include <QUrl>

namespace condaoci::http {

/// Whom to trust beyond the system's word, and who we are. There is no way to switch verification off: what fails it is
/// accepted only where the very certificate was named.
struct TlsOptions
{
    /// PEM: certificates that are trusted besides the system's. Those are in the file that SSL_CERT_FILE names, where
    /// that is set.
    QString caFile;
    QString clientCertificate; ///< PEM, its chain may follow; shown to the one origin that a client is made for
    QString clientKey;         ///< PEM, not encrypted; empty: it is in the certificate's file
    /// "host:port" → SHA-256 (lower-case hexadecimal) of the certificate that is accepted there whatever is wrong with
    /// it.
    QMap<QString, QByteArray> accepted = {};

    friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

/// Adds "HOST[:PORT]=SHA256" (64 hexadecimal digits, colons between them as openssl writes them are fine; port 443 if
/// none is given). Error kind Config.
[[nodiscard]] Result<void> acceptCertificate(TlsOptions& options, const QString& text);

/// The fingerprint that is accepted at that URL's host and port; empty if none is.
[[nodiscard]] QByteArray acceptedAt(const TlsOptions& options, const QUrl& url);

/// Reads the files. Error kind Config, with the file's name.
[[nodiscard]] Result<QSslConfiguration> tlsConfiguration(const TlsOptions& options, bool withClientCertificate);

} // namespace condaoci::http

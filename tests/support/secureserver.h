// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tests/support/scriptedserver.h"

#include <QSslConfiguration>
#include <QTemporaryDir>

namespace condaoci::test {

/// Certificates of an authority of our own, made by openssl in a folder that goes with it.
class Certificates
{
public:
    /// \param name  of the authority
    explicit Certificates(const QString& name = QStringLiteral("Test Root"));

    [[nodiscard]] QString authority() const { return path(QStringLiteral("ca.pem")); }
    /// A certificate for these names ("IP:127.0.0.1,DNS:localhost"), PEM with its key in one file; `days` may be
    /// negative.
    QString issue(const QString& name, const QString& names, int days = 2) const;
    QString selfSigned(const QString& name, const QString& names) const;
    [[nodiscard]] static QByteArray fingerprint(const QString& file); ///< SHA-256, hexadecimal

private:
    [[nodiscard]] QString path(const QString& file) const { return m_folder.filePath(file); }
    void openssl(const QStringList& arguments) const;
    QTemporaryDir m_folder;
};

/// An HTTPS server on a free port of 127.0.0.1, in a thread of its own.
class SecureServer
{
public:
    using Handler = ScriptedServer::Handler;

    /// \param certificate  PEM with its key
    /// \param clientAuthority  asks for client certificates of it: requires them, or (`optionally`) only asks
    SecureServer(const QString& certificate, Handler handler, const QString& clientAuthority = {},
                 bool optionally = false);
    ~SecureServer();
    SecureServer(const SecureServer&) = delete;
    SecureServer& operator=(const SecureServer&) = delete;

    [[nodiscard]] QString address() const; ///< "https://127.0.0.1:PORT"
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QList<ReceivedRequest> requests() const;
    [[nodiscard]] QStringList clients() const;      ///< the client certificate's name of each request, or ""
    [[nodiscard]] QByteArrayList protocols() const; ///< what ALPN agreed on, of each request

private:
    class Listener;
    friend class Listener;
    QThread m_thread;
    std::unique_ptr<Listener> m_listener;
    QSslConfiguration m_configuration;
    Handler m_handler;
    quint16 m_port = 0;
    mutable std::mutex m_mutex;
    QList<ReceivedRequest> m_requests;
    QStringList m_clients;
    QByteArrayList m_protocols;
};

} // namespace condaoci::test

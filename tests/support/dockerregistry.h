// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QProcess>
#include <QTemporaryDir>

namespace condaoci::test {

/// Debian's docker-registry on a free port of the loopback, with its own folder; killed when this goes.
class DockerRegistry
{
public:
    struct Options
    {
        QString user = {}; ///< asks for this user and the password (htpasswd); empty: asks nobody
        QString password = {};
        bool tls = false; ///< https, with a certificate that it signed itself
    };

    DockerRegistry()
        : DockerRegistry(Options())
    {
    }
    explicit DockerRegistry(const Options& options);
    ~DockerRegistry();
    DockerRegistry(const DockerRegistry&) = delete;
    DockerRegistry& operator=(const DockerRegistry&) = delete;

    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    [[nodiscard]] QString address() const; ///< "http://127.0.0.1:5000", with tls "https://…"
    [[nodiscard]] QString storage() const { return m_folder.filePath(QStringLiteral("data")); }
    [[nodiscard]] QString certificate() const { return m_folder.filePath(QStringLiteral("cert.pem")); }

private:
    [[nodiscard]] QByteArray authConfig(const Options& options) const;
    [[nodiscard]] QByteArray tlsConfig(const Options& options) const;

    QTemporaryDir m_folder;
    QProcess m_process;
    quint16 m_port = 0;
    bool m_tls;
};

} // namespace condaoci::test

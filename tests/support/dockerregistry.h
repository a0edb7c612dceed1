// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QProcess>
#include <QTemporaryDir>
#include <QUrl>

namespace condaoci::test {

/// Debian's docker-registry on a free port of 127.0.0.1, with a storage of its own that goes with it.
class DockerRegistry
{
public:
    DockerRegistry();
    ~DockerRegistry();

    [[nodiscard]] bool isRunning() const { return m_process.state() == QProcess::Running; }
    [[nodiscard]] QString address() const; ///< "http://127.0.0.1:PORT"
    [[nodiscard]] QString storage() const { return m_folder.filePath(QStringLiteral("storage")); }

private:
    QTemporaryDir m_folder;
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace condaoci::test

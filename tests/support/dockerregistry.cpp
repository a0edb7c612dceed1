// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/dockerregistry.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

namespace condaoci::test {

DockerRegistry::DockerRegistry()
{
    QTcpServer probe;
    probe.listen(QHostAddress::LocalHost);
    m_port = probe.serverPort();
    probe.close();
    QFile config(m_folder.filePath(QStringLiteral("config.yml")));
    if (!config.open(QIODevice::WriteOnly))
        return;
    config.write(
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage:\n  filesystem: {rootdirectory: " +
        storage().toUtf8() + "}\n  delete: {enabled: true}\nhttp: {addr: '127.0.0.1:" + QByteArray::number(m_port) +
        "'}\n");
    config.close();
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(m_folder.filePath(QStringLiteral("log")));
    m_process.start(QStringLiteral("docker-registry"), {QStringLiteral("serve"), config.fileName()});
    if (!m_process.waitForStarted())
        return;
    for (QDeadlineTimer deadline(15'000); !deadline.hasExpired(); QThread::msleep(20)) {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, m_port);
        if (socket.waitForConnected(200))
            return;
    }
}

DockerRegistry::~DockerRegistry()
{
    m_process.kill();
    m_process.waitForFinished();
}

QString DockerRegistry::address() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(m_port);
}

} // namespace condaoci::test

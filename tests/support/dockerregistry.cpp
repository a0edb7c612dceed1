// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/dockerregistry.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>

namespace condaoci::test {

QByteArray DockerRegistry::authConfig(const Options& options) const
{
    if (options.user.isEmpty())
        return {};
    QProcess htpasswd;
    htpasswd.setStandardOutputFile(m_folder.filePath(QStringLiteral("htpasswd")));
    htpasswd.start(QStringLiteral("htpasswd"), {QStringLiteral("-Bbn"), options.user, options.password});
    htpasswd.waitForFinished();
    return "auth: {htpasswd: {realm: test, path: " + m_folder.filePath(QStringLiteral("htpasswd")).toUtf8() + "}}\n";
}

QByteArray DockerRegistry::tlsConfig(const Options& options) const
{
    if (!options.tls)
        return {};
    const QString key = m_folder.filePath(QStringLiteral("key.pem"));
    QProcess::execute(
        QStringLiteral("openssl"),
        {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
         QStringLiteral("-nodes"), QStringLiteral("-batch"), QStringLiteral("-keyout"), key, QStringLiteral("-out"),
         certificate(), QStringLiteral("-subj"), QStringLiteral("/CN=registry of the tests"), QStringLiteral("-addext"),
         QStringLiteral("subjectAltName=IP:127.0.0.1,DNS:localhost"), QStringLiteral("-days"), QStringLiteral("2")});
    return ", tls: {certificate: " + certificate().toUtf8() + ", key: " + key.toUtf8() + "}";
}

DockerRegistry::DockerRegistry(const Options& options)
    : m_tls(options.tls)
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
        storage().toUtf8() + "}\n  delete: {enabled: true}\n" + authConfig(options) +
        "http: {secret: x, addr: '127.0.0.1:" + QByteArray::number(m_port) + "'" + tlsConfig(options) + "}\n");
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
    return QStringLiteral("%1://127.0.0.1:%2")
        .arg(m_tls ? QStringLiteral("https") : QStringLiteral("http"))
        .arg(m_port);
}

} // namespace condaoci::test

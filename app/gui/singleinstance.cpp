// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/singleinstance.h"

#include "core/base/atomicfile.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>

namespace condaoci::app {

namespace {

constexpr int answerWait = 3000; ///< milliseconds
constexpr qint64 longestMessage = 1024 * 1024;

/// Short, since the path of a socket may have about 100 characters only, and its own for each folder.
QString socketName(const QString& folder)
{
    return QStringLiteral("conda-oci-mirror-") +
           QString::fromLatin1(
               QCryptographicHash::hash(QDir(folder).absolutePath().toUtf8(), QCryptographicHash::Sha256)
                   .toHex()
                   .left(16));
}

} // namespace

SingleInstance::SingleInstance(const QString& folder, QObject* parent)
    : QObject(parent)
    , m_name(socketName(folder))
    , m_lock(((void)makePrivateFolder(folder), folder + QStringLiteral("/window.lock")))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        QLocalSocket* socket = m_server.nextPendingConnection();
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
            if (socket->bytesAvailable() > longestMessage)
                return socket->abort();
            if (!socket->canReadLine())
                return;
            QStringList files;
            for (const QJsonValue& file : QJsonDocument::fromJson(socket->readLine()).array())
                files.append(file.toString());
            socket->write("ok\n");
            socket->disconnectFromServer();
            Q_EMIT startedAgain(files);
        });
    });
}

bool SingleInstance::claim(const QStringList& files)
{
    const auto locked = m_lock.tryLock();
    if (locked && *locked) {
        QLocalServer::removeServer(m_name);
        if (!m_server.listen(m_name))
            m_problem = tr("A second start will not find this window: %1").arg(m_server.errorString());
        return true;
    }
    if (!locked) { // a folder that can't be written to: nothing is kept there either
        m_problem = tr("The folder of the settings can't be written to");
        return true;
    }
    if (!handOver(files))
        m_problem = tr("Conda OCI Mirror is running already, but does not answer");
    return false;
}

bool SingleInstance::handOver(const QStringList& files)
{
    QJsonArray paths;
    for (const QString& file : files)
        paths.append(QDir(file).absolutePath());
    QLocalSocket socket;
    socket.connectToServer(m_name);
    if (!socket.waitForConnected(answerWait))
        return false;
    socket.write(QJsonDocument(paths).toJson(QJsonDocument::Compact) + '\n');
    return socket.waitForBytesWritten(answerWait) && socket.waitForReadyRead(answerWait);
}

} // namespace condaoci::app

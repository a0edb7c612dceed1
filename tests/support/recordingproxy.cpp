// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/recordingproxy.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace condaoci::test {

class RecordingProxy::Listener : public QObject
{
public:
    std::unique_ptr<QTcpServer> server;
};

RecordingProxy::RecordingProxy(QMap<QString, quint16> hosts, QByteArray credentials, Fault fault)
    : m_hosts(std::move(hosts))
    , m_credentials(std::move(credentials))
    , m_fault(fault)
    , m_listener(std::make_unique<Listener>())
{
    m_listener->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_listener.get(),
        [this] {
            m_listener->server = std::make_unique<QTcpServer>();
            QObject::connect(m_listener->server.get(), &QTcpServer::newConnection, m_listener.get(), [this] {
                while (QTcpSocket* client = m_listener->server->nextPendingConnection())
                    onConnection(client);
            });
            if (m_listener->server->listen(QHostAddress::LocalHost))
                m_port = m_listener->server->serverPort();
        },
        Qt::BlockingQueuedConnection);
    Q_ASSERT(m_port != 0);
}

RecordingProxy::~RecordingProxy()
{
    QMetaObject::invokeMethod(
        m_listener.get(), [this] { m_listener->server.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QList<ReceivedRequest> RecordingProxy::requests() const
{
    const std::scoped_lock lock(m_mutex);
    return m_requests;
}

void RecordingProxy::onConnection(QTcpSocket* client)
{
    QObject::connect(client, &QTcpSocket::disconnected, client, &QObject::deleteLater);
    QObject::connect(client, &QTcpSocket::readyRead, client, [this, client, buffer = QByteArray()]() mutable {
        if (client->property("tunnel").toBool())
            return;
        buffer += client->readAll();
        while (const auto request = takeRequest(buffer)) {
            {
                const std::scoped_lock lock(m_mutex);
                m_requests.append(*request);
            }
            onRequest(client, *request);
        }
    });
}

void RecordingProxy::onRequest(QTcpSocket* client, const ReceivedRequest& request)
{
    if (m_fault == Fault::Dies || (m_fault == Fault::DiesForOnce && !std::exchange(m_failed, true))) {
        client->abort();
        return;
    }
    const bool isKnown =
        m_credentials.isEmpty() || request.header("Proxy-Authorization") == "Basic " + m_credentials.toBase64();
    if (!isKnown || m_fault == Fault::Refuses) {
        client->write(reply(407, "who are you?", {"Proxy-Authenticate: Basic realm=\"test\""}));
        return;
    }
    const bool isConnect = request.method == "CONNECT";
    const QUrl url(isConnect ? QStringLiteral("https://") + QString::fromLatin1(request.path)
                             : QString::fromLatin1(request.path));
    const quint16 port = m_hosts.value(
        url.host(), url.host() == QLatin1String("127.0.0.1") ? static_cast<quint16>(url.port(80)) : quint16(0));
    if (port == 0) {
        client->write(reply(502, "no such host"));
        return;
    }
    QByteArray head;
    if (!isConnect) {
        head = request.method + ' ' + url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + " HTTP/1.1\r\n";
        for (const auto& [name, value] : request.headers) {
            if (!name.toLower().startsWith("proxy-")) // what is for the proxy ends here (RFC 9110, 11.7.2)
                head += name + ": " + value + "\r\n";
        }
        head += "\r\n" + request.body;
    }
    tunnel(client, port, head, isConnect);
}

void RecordingProxy::tunnel(QTcpSocket* client, quint16 port, const QByteArray& first, bool isConnect)
{
    auto* server = new QTcpSocket(client);
    QObject::connect(server, &QTcpSocket::connected, client, [client, server, first, isConnect] {
        if (isConnect) {
            client->setProperty("tunnel", true);
            client->write("HTTP/1.1 200 Connection established\r\n\r\n");
            QObject::connect(client, &QTcpSocket::readyRead, server,
                             [client, server] { server->write(client->readAll()); });
        } else {
            server->write(first);
        }
    });
    QObject::connect(server, &QTcpSocket::readyRead, client, [this, client, server] {
        const QByteArray bytes = server->readAll();
        if (m_fault == Fault::DiesInAnswer && !std::exchange(m_failed, true)) {
            client->write(bytes.left(bytes.size() / 2));
            client->disconnectFromHost();
            return;
        }
        client->write(bytes);
    });
    QObject::connect(server, &QTcpSocket::disconnected, client, [client] { client->disconnectFromHost(); });
    server->connectToHost(QHostAddress::LocalHost, port);
}

EnvironmentOf::EnvironmentOf(const QList<std::pair<QByteArray, QByteArray>>& variables)
{
    for (const auto& [name, value] : variables) {
        m_before.append({name, qEnvironmentVariableIsSet(name.constData()) ? qgetenv(name.constData()) + QByteArray("")
                                                                           : QByteArray()});
        if (value.isNull())
            qunsetenv(name.constData());
        else
            qputenv(name.constData(), value);
    }
}

EnvironmentOf::~EnvironmentOf()
{
    for (const auto& [name, value] : m_before) {
        if (value.isNull())
            qunsetenv(name.constData());
        else
            qputenv(name.constData(), value);
    }
}

} // namespace condaoci::test

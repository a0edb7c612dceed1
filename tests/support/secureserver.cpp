// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/secureserver.h"

#include <QFile>
#include <QProcess>
#include <QSslCertificate>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>

namespace condaoci::test {

namespace {

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("can't write %s", qPrintable(path));
}

} // namespace

Certificates::Certificates(const QString& name)
{
    openssl({QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
             QStringLiteral("-nodes"), QStringLiteral("-keyout"), path(QStringLiteral("ca.key")),
             QStringLiteral("-out"), authority(), QStringLiteral("-subj"), QStringLiteral("/CN=") + name,
             QStringLiteral("-days"), QStringLiteral("2")});
}

void Certificates::openssl(const QStringList& arguments) const
{
    QProcess process;
    process.start(QStringLiteral("openssl"), arguments);
    if (!process.waitForFinished() || process.exitCode() != 0)
        qFatal("openssl: %s", process.readAllStandardError().constData());
}

QString Certificates::issue(const QString& name, const QString& names, int days) const
{
    const QString key = path(name + QStringLiteral(".key"));
    const QString request = path(name + QStringLiteral(".csr"));
    const QString certificate = path(name + QStringLiteral(".crt"));
    const QString extensions = path(name + QStringLiteral(".ext"));
    write(extensions, "subjectAltName=" + names.toLatin1() + "\n");
    openssl({QStringLiteral("req"), QStringLiteral("-new"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
             QStringLiteral("-nodes"), QStringLiteral("-keyout"), key, QStringLiteral("-out"), request,
             QStringLiteral("-subj"), QStringLiteral("/CN=") + name});
    openssl({QStringLiteral("x509"), QStringLiteral("-req"), QStringLiteral("-in"), request, QStringLiteral("-CA"),
             authority(), QStringLiteral("-CAkey"), path(QStringLiteral("ca.key")), QStringLiteral("-CAcreateserial"),
             QStringLiteral("-out"), certificate, QStringLiteral("-days"), QString::number(days),
             QStringLiteral("-extfile"), extensions});
    write(path(name + QStringLiteral(".pem")), contentOf(certificate) + contentOf(key));
    return path(name + QStringLiteral(".pem"));
}

QString Certificates::selfSigned(const QString& name, const QString& names) const
{
    const QString both = path(name + QStringLiteral(".pem"));
    openssl({QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"), QStringLiteral("rsa:2048"),
             QStringLiteral("-nodes"), QStringLiteral("-keyout"), both + QStringLiteral(".key"), QStringLiteral("-out"),
             both, QStringLiteral("-subj"), QStringLiteral("/CN=") + name, QStringLiteral("-addext"),
             QStringLiteral("subjectAltName=") + names, QStringLiteral("-days"), QStringLiteral("2")});
    write(both, contentOf(both) + contentOf(both + QStringLiteral(".key")));
    return both;
}

QByteArray Certificates::fingerprint(const QString& file)
{
    return QSslCertificate(contentOf(file)).digest(QCryptographicHash::Sha256).toHex();
}

/// Lives in the server's thread, with all sockets.
class SecureServer::Listener : public QTcpServer
{
public:
    explicit Listener(SecureServer& server)
        : m_server(server)
    {
    }

protected:
    void incomingConnection(qintptr handle) override
    {
        auto* socket = new QSslSocket(this);
        socket->setSocketDescriptor(handle);
        socket->setSslConfiguration(m_server.m_configuration);
        connect(socket, &QAbstractSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QIODevice::readyRead, socket, [this, socket, buffer = QByteArray()]() mutable {
            buffer += socket->readAll();
            while (const auto request = takeRequest(buffer)) {
                {
                    const std::scoped_lock lock(m_server.m_mutex);
                    m_server.m_requests.append(*request);
                    m_server.m_clients.append(socket->peerCertificate().subjectDisplayName());
                    m_server.m_protocols.append(socket->sslConfiguration().nextNegotiatedProtocol());
                }
                const Answer answer = m_server.m_handler(*request);
                socket->write(answer.bytes);
                if (answer.then == Answer::Then::Close)
                    socket->disconnectFromHost();
            }
        });
        socket->startServerEncryption();
    }

private:
    SecureServer& m_server;
};

SecureServer::SecureServer(const QString& certificate, Handler handler, const QString& clientAuthority, bool optionally)
    : m_handler(std::move(handler))
{
    const QByteArray pem = contentOf(certificate);
    m_configuration.setLocalCertificateChain(QSslCertificate::fromData(pem));
    m_configuration.setPrivateKey(QSslKey(pem, QSsl::Rsa));
    m_configuration.setAllowedNextProtocols({"h2", "http/1.1"});
    m_configuration.setPeerVerifyMode(clientAuthority.isEmpty() ? QSslSocket::VerifyNone
                                      : optionally              ? QSslSocket::QueryPeer
                                                                : QSslSocket::VerifyPeer);
    if (!clientAuthority.isEmpty())
        m_configuration.setCaCertificates(QSslCertificate::fromData(contentOf(clientAuthority)));
    m_listener = std::make_unique<Listener>(*this);
    m_listener->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_listener.get(),
        [this] {
            if (m_listener->listen(QHostAddress::LocalHost))
                m_port = m_listener->serverPort();
        },
        Qt::BlockingQueuedConnection);
    Q_ASSERT(m_port != 0);
}

SecureServer::~SecureServer()
{
    QMetaObject::invokeMethod(
        m_listener.get(), [this] { m_listener.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QString SecureServer::address() const
{
    return QStringLiteral("https://127.0.0.1:%1").arg(m_port);
}

QList<ReceivedRequest> SecureServer::requests() const
{
    const std::scoped_lock lock(m_mutex);
    return m_requests;
}

QStringList SecureServer::clients() const
{
    const std::scoped_lock lock(m_mutex);
    return m_clients;
}

QByteArrayList SecureServer::protocols() const
{
    const std::scoped_lock lock(m_mutex);
    return m_protocols;
}

} // namespace condaoci::test

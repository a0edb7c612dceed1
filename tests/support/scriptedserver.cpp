// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/scriptedserver.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <optional>

#ifdef Q_OS_WIN
#include <winsock2.h>
#else
#include <sys/socket.h>
#endif

namespace condaoci::test {

namespace {

/// Without the orderly end that Qt would make of it.
void reset(QTcpSocket* socket)
{
    linger hard{};
    hard.l_onoff = 1;
    setsockopt(socket->socketDescriptor(), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char*>(&hard), sizeof hard);
    socket->abort();
}

/// The same as takeRequest; `head` is what is known of a request whose body is still coming.
std::optional<ReceivedRequest> takeRequest(QByteArray& buffer, std::optional<ReceivedRequest>* head)
{
    const qsizetype headSize = buffer.indexOf("\r\n\r\n");
    if (headSize < 0)
        return std::nullopt;
    ReceivedRequest request;
    const QByteArrayList lines = buffer.left(headSize).replace("\r\n", "\n").split('\n');
    const QByteArrayList words = lines.constFirst().split(' ');
    request.method = words.value(0);
    request.path = words.value(1);
    for (const QByteArray& line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.append({line.left(colon), line.mid(colon + 1).trimmed()});
    }
    const qsizetype bodySize = request.header("Content-Length").toLongLong();
    if (buffer.size() < headSize + 4 + bodySize) {
        *head = request;
        return std::nullopt;
    }
    request.body = buffer.mid(headSize + 4, bodySize);
    buffer.remove(0, headSize + 4 + bodySize);
    request.at = std::chrono::steady_clock::now();
    return request;
}

} // namespace

std::optional<ReceivedRequest> takeRequest(QByteArray& buffer)
{
    std::optional<ReceivedRequest> head;
    return takeRequest(buffer, &head);
}

namespace {

void send(QTcpSocket* socket, const Answer& answer)
{
    if (answer.dribble.count() == 0) {
        socket->write(answer.bytes);
        if (answer.then == Answer::Then::Close)
            socket->disconnectFromHost(); // after the bytes are out
        if (answer.then == Answer::Then::Reset) {
            socket->flush();
            QTimer::singleShot(std::chrono::milliseconds(20), socket, [socket] { reset(socket); });
        }
        return;
    }
    socket->write(answer.bytes.left(answer.atOnce));
    auto* timer = new QTimer(socket);
    QObject::connect(timer, &QTimer::timeout, socket, [socket, timer, answer, sent = answer.atOnce]() mutable {
        if (sent < answer.bytes.size()) {
            socket->write(answer.bytes.mid(sent++, 1));
            return;
        }
        timer->stop();
        if (answer.then == Answer::Then::Close)
            socket->disconnectFromHost();
    });
    timer->start(answer.dribble);
}

} // namespace

QByteArray ReceivedRequest::header(const QByteArray& name) const
{
    for (const auto& [key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value.isNull() ? QByteArray("") : value;
    }
    return {};
}

QByteArray headOnly(int status, const QByteArrayList& fields)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(status) + " Text\r\n";
    for (const QByteArray& field : fields)
        bytes += field + "\r\n";
    return bytes + "\r\n";
}

QByteArray reply(int status, const QByteArray& body, const QByteArrayList& fields)
{
    return headOnly(status, fields + QByteArrayList{"Content-Length: " + QByteArray::number(body.size())}) + body;
}

/// Lives in the server's thread, with all sockets.
class ScriptedServer::Listener : public QObject
{
public:
    std::unique_ptr<QTcpServer> server;
};

ScriptedServer::ScriptedServer()
    : m_listener(std::make_unique<Listener>())
{
    setAnswers({});
    m_listener->moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(
        m_listener.get(),
        [this] {
            m_listener->server = std::make_unique<QTcpServer>();
            QObject::connect(m_listener->server.get(), &QTcpServer::newConnection, m_listener.get(),
                             [this] { onConnection(); });
            if (m_listener->server->listen(QHostAddress::LocalHost))
                m_port = m_listener->server->serverPort();
        },
        Qt::BlockingQueuedConnection);
    Q_ASSERT(m_port != 0);
}

ScriptedServer::~ScriptedServer()
{
    QMetaObject::invokeMethod(
        m_listener.get(), [this] { m_listener->server.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

void ScriptedServer::onConnection()
{
    while (QTcpSocket* socket = m_listener->server->nextPendingConnection()) {
        {
            const std::scoped_lock lock(m_mutex);
            ++m_connections;
        }
        m_changed.notify_all();
        QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, buffer = QByteArray()]() mutable {
            buffer += socket->readAll();
            std::optional<ReceivedRequest> head;
            while (const auto request = takeRequest(buffer, &head)) {
                Handler handler;
                {
                    const std::scoped_lock lock(m_mutex);
                    m_requests.append(*request);
                    handler = m_handler;
                }
                m_changed.notify_all();
                send(socket, handler(*request));
                head.reset();
            }
            std::function<std::optional<Answer>(const ReceivedRequest&)> early;
            {
                const std::scoped_lock lock(m_mutex);
                early = m_earlyHandler;
            }
            if (const auto answer = head && early ? early(*head) : std::nullopt) {
                socket->disconnect(socket); // deaf from now on
                QObject::connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                send(socket, *answer);
            }
        });
    }
}

void ScriptedServer::setHandler(Handler handler)
{
    const std::scoped_lock lock(m_mutex);
    m_handler = std::move(handler);
}

void ScriptedServer::setEarlyHandler(std::function<std::optional<Answer>(const ReceivedRequest&)> handler)
{
    const std::scoped_lock lock(m_mutex);
    m_earlyHandler = std::move(handler);
}

void ScriptedServer::refuseFor(std::chrono::milliseconds time)
{
    QMetaObject::invokeMethod(m_listener.get(), [this, time] {
        m_listener->server->close();
        // Bound and not listening: connections are refused, and the system gives the port to nobody else meanwhile.
        auto holder = std::make_shared<QTcpSocket>();
        holder->bind(QHostAddress::LocalHost, m_port,
                     QAbstractSocket::ShareAddress | QAbstractSocket::ReuseAddressHint);
        for (QTcpSocket* socket : m_listener->server->findChildren<QTcpSocket*>())
            reset(socket);
        QTimer::singleShot(time, m_listener.get(), [this, holder] { listenAgain(); });
    });
}

void ScriptedServer::listenAgain()
{
    if (!m_listener->server->listen(QHostAddress::LocalHost, m_port))
        QTimer::singleShot(std::chrono::milliseconds(10), m_listener.get(), [this] { listenAgain(); });
}

void ScriptedServer::setAnswers(QList<Answer> answers)
{
    auto left = std::make_shared<QList<Answer>>(std::move(answers)); // used on the server's thread only
    setHandler([left](const ReceivedRequest&) {
        return left->isEmpty() ? Answer::whole(reply(404, "the script is at its end")) : left->takeFirst();
    });
}

QString ScriptedServer::address() const
{
    return QStringLiteral("http://127.0.0.1:%1").arg(m_port);
}

QList<ReceivedRequest> ScriptedServer::requests() const
{
    const std::scoped_lock lock(m_mutex);
    return m_requests;
}

int ScriptedServer::connections() const
{
    const std::scoped_lock lock(m_mutex);
    return m_connections;
}

bool ScriptedServer::waitFor(int connections, int requests) const
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, std::chrono::seconds(10),
                              [&] { return m_connections >= connections && m_requests.size() >= requests; });
}

} // namespace condaoci::test

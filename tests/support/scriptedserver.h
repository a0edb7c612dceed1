// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>
#include <QThread>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace condaoci::test {

struct ReceivedRequest
{
    QByteArray method;
    QByteArray path; ///< with the query, as it came
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    std::chrono::steady_clock::time_point at;

    [[nodiscard]] QByteArray header(const QByteArray& name) const; ///< null if absent; names compare without case
};

/// Takes the first whole request off the buffer.
[[nodiscard]] std::optional<ReceivedRequest> takeRequest(QByteArray& buffer);

/// What a server does once a whole request is there. The bytes go out as they are: nothing is added or put right.
struct Answer
{
    enum class Then { KeepOpen, Close, Reset };

    QByteArray bytes;
    Then then = Then::KeepOpen;
    std::chrono::milliseconds dribble{0}; ///< pause before each byte; 0: all at once
    qsizetype atOnce = 0;                 ///< bytes that go out before the dribbling begins

    [[nodiscard]] static Answer whole(QByteArray bytes) { return {std::move(bytes), Then::KeepOpen, {}, 0}; }
    [[nodiscard]] static Answer thenClose(QByteArray bytes) { return {std::move(bytes), Then::Close, {}, 0}; }
    [[nodiscard]] static Answer cutAfter(const QByteArray& bytes, qsizetype size)
    {
        return thenClose(bytes.left(size));
    }
    /// The connection breaks (RST) a moment after the bytes are out.
    [[nodiscard]] static Answer resetAfter(const QByteArray& bytes, qsizetype size)
    {
        return {bytes.left(size), Then::Reset, {}, 0};
    }
    [[nodiscard]] static Answer silence() { return {}; }
    [[nodiscard]] static Answer dribbled(QByteArray bytes, std::chrono::milliseconds pause, qsizetype atOnce = 0)
    {
        return {std::move(bytes), Then::KeepOpen, pause, atOnce};
    }
};

/// "HTTP/1.1 STATUS Text", the fields (each "Name: value"), a Content-Length, and the body.
[[nodiscard]] QByteArray reply(int status, const QByteArray& body = {}, const QByteArrayList& fields = {});
/// The same without a Content-Length.
[[nodiscard]] QByteArray headOnly(int status, const QByteArrayList& fields = {});

/// An HTTP/1.1 server on a free port of 127.0.0.1, in a thread of its own, that says what it was told to say.
class ScriptedServer
{
public:
    using Handler = std::function<Answer(const ReceivedRequest&)>;

    ScriptedServer();
    explicit ScriptedServer(Handler handler)
        : ScriptedServer()
    {
        setHandler(std::move(handler));
    }
    explicit ScriptedServer(QList<Answer> answers)
        : ScriptedServer()
    {
        setAnswers(std::move(answers));
    }
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    void setHandler(Handler handler); ///< runs on the server's thread
    /// Asked when a head is there and its body is not yet; an answer goes out, and the rest of the body is not read.
    void setEarlyHandler(std::function<std::optional<Answer>(const ReceivedRequest&)> handler);
    /// Closes all connections and refuses new ones for that long.
    void refuseFor(std::chrono::milliseconds time);
    void setAnswers(QList<Answer> answers); ///< one a request, in order; what comes later is answered with 404
    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString address() const; ///< "http://127.0.0.1:PORT"
    [[nodiscard]] QList<ReceivedRequest> requests() const;
    [[nodiscard]] int connections() const;
    /// Blocks until that many connections were made and requests received; false after ten seconds.
    bool waitFor(int connections, int requests) const;

private:
    class Listener;

    void onConnection();
    void listenAgain();
    QThread m_thread;
    std::unique_ptr<Listener> m_listener;
    quint16 m_port = 0;
    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    Handler m_handler;
    std::function<std::optional<Answer>(const ReceivedRequest&)> m_earlyHandler;
    QList<ReceivedRequest> m_requests;
    int m_connections = 0;
};

} // namespace condaoci::test

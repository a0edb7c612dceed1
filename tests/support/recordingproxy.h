// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tests/support/scriptedserver.h"

#include <QMap>

class QTcpSocket;

namespace condaoci::test {

/// An HTTP proxy on a free port of 127.0.0.1, in a thread of its own: forwards requests, and opens tunnels (RFC 9110,
/// 9.3.6). It is the internet of a test: what name stands for which port of 127.0.0.1, it alone knows.
class RecordingProxy
{
public:
    enum class Fault {
        None,
        Refuses,     ///< 407, whatever credentials there are
        Dies,        ///< closes the connection instead of an answer
        DiesForOnce, ///< the first time only
        DiesInAnswer ///< closes it after some bytes of the server's answer, the first time only
    };

    explicit RecordingProxy(QMap<QString, quint16> hosts, QByteArray credentials = {}, Fault fault = Fault::None);
    ~RecordingProxy();
    RecordingProxy(const RecordingProxy&) = delete;
    RecordingProxy& operator=(const RecordingProxy&) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QList<ReceivedRequest> requests() const; ///< as the proxy got them, CONNECT among them

private:
    class Listener;
    void onConnection(QTcpSocket* client);
    void onRequest(QTcpSocket* client, const ReceivedRequest& request);
    void tunnel(QTcpSocket* client, quint16 port, const QByteArray& first, bool isConnect);

    QMap<QString, quint16> m_hosts;
    QByteArray m_credentials; ///< "user:password", or empty
    Fault m_fault;
    bool m_failed = false;
    QThread m_thread;
    std::unique_ptr<Listener> m_listener;
    quint16 m_port = 0;
    mutable std::mutex m_mutex;
    QList<ReceivedRequest> m_requests;
};

/// Environment variables that are put back.
class EnvironmentOf
{
public:
    explicit EnvironmentOf(const QList<std::pair<QByteArray, QByteArray>>& variables);
    ~EnvironmentOf();
    EnvironmentOf(const EnvironmentOf&) = delete;
    EnvironmentOf& operator=(const EnvironmentOf&) = delete;

private:
    QList<std::pair<QByteArray, QByteArray>> m_before; ///< null: was not set
};

} // namespace condaoci::test

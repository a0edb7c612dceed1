// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "tests/support/scriptedserver.h"

#include <QMap>
#include <QUrl>

namespace condaoci::test {

/// Servers with names of their own, all on this machine: a proxy that answers for them, which the environment names
/// as long as this lives. Only http.
class NamedHosts
{
public:
    using Handler = ScriptedServer::Handler;

    explicit NamedHosts(QMap<QByteArray, Handler> hosts)
        : m_hosts(std::move(hosts))
        , m_proxy([this](const ReceivedRequest& request) { return answer(request); })
    {
        qputenv("http_proxy", m_proxy.address().toLatin1());
    }
    ~NamedHosts() { qunsetenv("http_proxy"); }
    NamedHosts(const NamedHosts&) = delete;
    NamedHosts& operator=(const NamedHosts&) = delete;

    /// What came for that host, paths without the host.
    [[nodiscard]] QList<ReceivedRequest> requests(const QByteArray& host) const
    {
        QList<ReceivedRequest> found;
        for (const ReceivedRequest& request : m_proxy.requests()) {
            if (request.method != "CONNECT" && hostOf(request) == host)
                found.append(withoutHost(request));
        }
        return found;
    }

private:
    static QByteArray hostOf(const ReceivedRequest& request)
    {
        const QByteArray field = request.header("Host");
        return field.left(field.indexOf(':') < 0 ? field.size() : field.indexOf(':'));
    }
    static ReceivedRequest withoutHost(ReceivedRequest request)
    {
        if (const QUrl url = QUrl::fromEncoded(request.path); !url.host().isEmpty())
            request.path = url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority);
        return request;
    }
    Answer answer(const ReceivedRequest& request) const
    {
        if (request.method == "CONNECT") // Qt may ask for a tunnel; what comes through it is plain HTTP
            return Answer::whole(headOnly(200));
        const auto handler = m_hosts.constFind(hostOf(request));
        return handler == m_hosts.cend() ? Answer::whole(reply(502, "nobody of that name"))
                                         : (*handler)(withoutHost(request));
    }

    QMap<QByteArray, Handler> m_hosts;
    ScriptedServer m_proxy;
};

} // namespace condaoci::test

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "tests/support/scriptedserver.h"

#include <QLoggingCategory>

#include <optional>

namespace condaoci::test {

struct Collector : http::Sink
{
    QByteArray bytes;
    int restarts = 0;
    Result<void> verdict; ///< of every write

    Result<void> write(QByteArrayView more) override
    {
        if (verdict)
            bytes.append(more);
        return verdict;
    }
    Result<void> restart() override
    {
        bytes.clear();
        ++restarts;
        return {};
    }
    qint64 written() const override { return bytes.size(); }
};

/// For initTestCase(): the scripted servers are reached directly, whatever the environment says.
inline void forgetProxies()
{
    for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"})
        qunsetenv(name);
}

inline http::Request requestTo(const ScriptedServer& server, const QByteArray& method = "GET",
                               const QString& path = QStringLiteral("/x"))
{
    http::Request request;
    request.method = method;
    request.url = QUrl(server.address() + path);
    return request;
}

/// For a file of `size` bytes (-1: unknown) into a sink, or into the response if that is null.
inline http::Request requestInto(http::Sink* sink, const ScriptedServer& server, qint64 size = -1)
{
    http::Request request = requestTo(server);
    request.sink = sink;
    request.expectedSize = size;
    if (size >= 0)
        request.limit = size;
    return request;
}

inline Result<http::Response> sendBy(const http::Request& request, const http::Timeouts& timeouts = {},
                                     const std::stop_token& stop = {})
{
    http::HttpClient client(std::make_shared<http::HostGate>(), stop, timeouts);
    return client.send(request);
}

using Failure = std::optional<ErrorKind>;

inline Failure failureOf(const Result<http::Response>& result)
{
    return result ? Failure() : result.error().kind;
}

/// 0 if there is none.
inline int statusOf(const Result<http::Response>& result)
{
    return result ? result->status : 0;
}

/// What is said of a result when a check of it fails.
inline QString shown(const Result<http::Response>& result)
{
    if (result)
        return QStringLiteral("status %1: %2").arg(result->status).arg(QString::fromLatin1(result->body.left(100)));
    return kindName(result.error().kind) + QStringLiteral(": ") + result.error().message;
}

inline ScriptedServer::Handler always(const Answer& answer)
{
    return [answer](const ReceivedRequest&) { return answer; };
}

inline QByteArray chunked(const QByteArray& body, const QByteArrayList& fields = {}, int status = 200)
{
    return headOnly(status, fields + QByteArrayList{"Transfer-Encoding: chunked"}) +
           QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n0\r\n\r\n";
}

/// To "/y" of that server.
inline Answer redirectTo(const ScriptedServer& server, int status = 307)
{
    return Answer::whole(reply(status, "moved", {"Location: " + server.address().toLatin1() + "/y"}));
}

/// Collects the client's log, and stops the client when it is about to wait before trying again.
class LogWatch
{
public:
    LogWatch()
    {
        current = this;
        QLoggingCategory::setFilterRules(QStringLiteral("condaoci.http.debug=true"));
        m_before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString& text) {
            current->lines.append(text);
            if (text.startsWith(QLatin1String("trying again"))) {
                ++current->waits;
                current->onWait.request_stop();
            }
        });
    }
    ~LogWatch()
    {
        qInstallMessageHandler(m_before);
        QLoggingCategory::setFilterRules({});
    }
    LogWatch(const LogWatch&) = delete;
    LogWatch& operator=(const LogWatch&) = delete;

    QStringList lines;
    int waits = 0;
    std::stop_source onWait;

private:
    static inline LogWatch* current = nullptr;
    QtMessageHandler m_before;
};

} // namespace condaoci::test

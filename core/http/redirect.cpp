// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/redirect.h"

#include "core/base/messages.h"
#include "core/base/text.h"

namespace condaoci::http {

std::optional<QString> objectionTo(const QUrl& from, const QUrl& to)
{
    if (to.scheme() != QLatin1String("https") && to.scheme() != QLatin1String("http"))
        return Messages::tr("it leads away from HTTP");
    if (from.scheme() == QLatin1String("https") && to.scheme() != QLatin1String("https"))
        return Messages::tr("it leads from https to http");
    if (!to.userInfo().isEmpty())
        return Messages::tr("its URL contains a user name or password");
    return std::nullopt;
}

Result<Request> redirected(const Request& request, const Response& response)
{
    const auto refuse = [&](const QString& why) {
        return Error{ErrorKind::Protocol,
                     Messages::tr("a redirect of %1 was not followed: %2").arg(request.url.host(), why),
                     QStringLiteral("%1 %2").arg(QString::fromLatin1(request.method), shownUrl(request.url))};
    };
    const QByteArray location = response.headers.value("Location");
    const QUrl reference = urlReference(location);
    const QUrl target = request.url.resolved(reference);
    if (location.isEmpty() || !reference.isValid() || !target.isValid() || target.host().isEmpty())
        return refuse(Messages::tr("it leads nowhere"));
    if (const auto why = objectionTo(request.url, target))
        return refuse(*why);
    const bool sameOrigin = originOf(target) == originOf(request.url);
    if (!isRead(request) && (!sameOrigin || (response.status != 307 && response.status != 308)))
        return refuse(Messages::tr("what was to be sent may not go there"));
    Request next = request;
    next.url = target;
    if (!sameOrigin) {
        next.authorization.clear();
        next.headers = {};
        if (request.headers.contains("Accept"))
            next.headers.set("Accept", request.headers.value("Accept"));
    }
    return next;
}

} // namespace condaoci::http

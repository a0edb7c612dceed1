// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/paging.h"

#include "core/base/messages.h"
#include "core/oci/listpage.h"

#include <QSet>
#include <QUrlQuery>

namespace condaoci::oci {

std::optional<QUrl> linkTarget(QByteArrayView field, QByteArrayView relation, const QUrl& page)
{
    qsizetype at = 0;
    while (true) {
        const auto open = field.indexOf('<', at);
        const auto close = open < 0 ? -1 : field.indexOf('>', open);
        if (close < 0)
            return std::nullopt;
        auto next = field.indexOf('<', close);
        if (next < 0)
            next = field.size();
        // Parameters stand between this target and the next; only `rel` matters.
        for (const QByteArray& parameter : field.sliced(close + 1, next - close - 1).toByteArray().split(';')) {
            const auto equals = parameter.indexOf('=');
            if (equals < 0 || parameter.left(equals).trimmed().toLower() != "rel")
                continue;
            QByteArray value = parameter.mid(equals + 1).trimmed();
            while (value.endsWith(',') || value.endsWith(' '))
                value.chop(1);
            value.replace('"', QByteArray());
            if (value.toLower().split(' ').contains(relation.toByteArray()))
                return page.resolved(
                    QUrl::fromEncoded(field.sliced(open + 1, close - open - 1).toByteArray(), QUrl::StrictMode));
        }
        at = next;
    }
}

std::optional<QUrl> nextPage(const http::Response& page, qsizetype items, const QString& lastItem, qsizetype asked)
{
    if (page.headers.contains("Link"))
        return linkTarget(page.headers.value("Link"), "next", page.url);
    if (items == 0 || items != asked) // fewer: the end; more: this registry does not page at all
        return std::nullopt;
    QUrl next = page.url;
    QUrlQuery query(next);
    query.removeAllQueryItems(QStringLiteral("last"));
    query.addQueryItem(QStringLiteral("last"), lastItem);
    next.setQuery(query);
    return next;
}

Result<QStringList> listPages(RegistrySession& session, const QUrl& first, const QByteArray& scope, const QString& key,
                              bool* offered, int most)
{
    const QString what = key == QLatin1String("tags") ? Messages::tr("tags") : Messages::tr("repositories");
    QStringList all;
    QUrl next = first;
    QSet<QUrl> asked;
    for (int page = 0; page < most && !asked.contains(next); ++page) {
        asked.insert(next);
        http::Request request = makeRequest("GET", next);
        request.limit = limits::tagPageBody;
        auto response = session.send(request, scope);
        if (!response)
            return response.error();
        *offered = response->status == 200;
        if (response->status == 404 && page == 0)
            return all;
        if (response->status != 200)
            return http::statusError(request, *response,
                                     Messages::tr("%1 did not list %2").arg(session.endpoint().toString(), what));
        const auto read = parseListPage(response->body, key);
        if (!read)
            return Error{ErrorKind::Protocol,
                         Messages::tr("%1 listed %2 in no usable form").arg(session.endpoint().toString(), what)};
        const QStringList& found = read->names;
        if (!all.isEmpty() && !found.isEmpty() && found.constFirst() == all.constFirst())
            return all; // `last` was ignored: the same page again
        all += found;
        if (all.size() > limits::tagsTotal)
            return Error{ErrorKind::Protocol, Messages::tr("%1 lists more than %2 %3")
                                                  .arg(session.endpoint().toString())
                                                  .arg(limits::tagsTotal)
                                                  .arg(what)};
        const auto following = nextPage(*response, read->entries, found.isEmpty() ? QString() : found.constLast(),
                                        session.host().profile.tagsPerPage);
        if (!following || read->entries == 0) // an empty page is the end, whatever else it says
            return all;
        if (http::originOf(*following) != session.origin())
            return Error{
                ErrorKind::Protocol,
                Messages::tr("%1 goes on listing %2 on another server").arg(session.endpoint().toString(), what)};
        next = *following;
    }
    *offered = *offered && (most == limits::tagPages || asked.contains(next));
    return all;
}

} // namespace condaoci::oci

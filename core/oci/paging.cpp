// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/paging.h"

#include "core/base/limits.h"

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

std::optional<QUrl> nextPage(const http::Response& page, qsizetype items, const QString& lastItem)
{
    if (page.headers.contains("Link"))
        return linkTarget(page.headers.value("Link"), "next", page.url);
    if (items != limits::tagsPerPage) // fewer: the end; more: this registry does not page at all
        return std::nullopt;
    QUrl next = page.url;
    QUrlQuery query(next);
    query.removeAllQueryItems(QStringLiteral("last"));
    query.addQueryItem(QStringLiteral("last"), lastItem);
    next.setQuery(query);
    return next;
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/listpage.h"

#include "core/oci/reference.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace condaoci::oci {

std::optional<ListPage> parseListPage(const QByteArray& body, const QString& key)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return std::nullopt;
    const bool isTags = key == QLatin1String("tags");
    const QJsonArray entries = document.object().value(key).toArray();
    ListPage page{{}, entries.size()};
    for (const QJsonValue& entry : entries) {
        if (const QString name = entry.toString(); isTags ? isTag(name) : isRepositoryName(name))
            page.names.append(name);
    }
    return page;
}

} // namespace condaoci::oci

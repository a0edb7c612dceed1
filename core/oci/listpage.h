// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>
#include <QStringList>

#include <optional>

namespace condaoci::oci {

/// One page of a list.
struct ListPage
{
    QStringList names;
    qsizetype entries = 0; ///< with those that were left out
};

/// `tags` or `repositories` is the key; null is an empty list. What no registry may call so (isTag, isRepositoryName)
/// can't be asked for either and is left out. Nullopt where the page is no such list.
[[nodiscard]] std::optional<ListPage> parseListPage(const QByteArray& body, const QString& key);

} // namespace condaoci::oci

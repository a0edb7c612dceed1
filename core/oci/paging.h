// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/limits.h"
#include "core/oci/registrysession.h"

#include <QStringList>

#include <optional>

namespace condaoci::oci {

/// Where a list goes on (distribution-spec, "Listing Tags"): the Link of relation next (RFC 8288), else, after a full
/// page (as many as were asked for), the same URL with `last`. Nullopt at the end. The caller checks the origin.
[[nodiscard]] std::optional<QUrl> nextPage(const http::Response& page, qsizetype items, const QString& lastItem,
                                           qsizetype asked = limits::tagsPerPage);

/// The target of the first link of that relation, resolved against the page; nullopt if there is none.
[[nodiscard]] std::optional<QUrl> linkTarget(QByteArrayView linkField, QByteArrayView relation, const QUrl& page);

/// All of `key` from the first page on (distribution-spec, "Listing Tags"). Goes on as long as a Link says so, and ends
/// at an empty page, at one that was there before, and at what limits.h allows. Nothing for a 404.
///
/// \param offered  becomes whether the registry had such a list
/// \param most     pages that are asked for; with fewer than all of them `offered` becomes false
[[nodiscard]] Result<QStringList> listPages(RegistrySession& session, const QUrl& first, const QByteArray& scope,
                                            const QString& key, bool* offered, int most = limits::tagPages);

} // namespace condaoci::oci

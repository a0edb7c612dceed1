// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/message.h"

#include <optional>

namespace condaoci::oci {

/// Where a list goes on (distribution-spec, "Listing Tags"): the Link of relation next (RFC 8288), else, after a full
/// page, the same URL with `last`. Nullopt at the end. The caller checks the origin.
[[nodiscard]] std::optional<QUrl> nextPage(const http::Response& page, qsizetype items, const QString& lastItem);

/// The target of the first link of that relation, resolved against the page; nullopt if there is none.
[[nodiscard]] std::optional<QUrl> linkTarget(QByteArrayView linkField, QByteArrayView relation, const QUrl& page);

} // namespace condaoci::oci

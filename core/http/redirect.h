// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/message.h"

#include <optional>

namespace condaoci::http {

/// Why a URL that the server at `from` gave may not be followed, whatever answers there: from https to http, away from
/// HTTP, user info (faults.md A03, Q09); nullopt: no reason.
[[nodiscard]] std::optional<QString> objectionTo(const QUrl& from, const QUrl& to);

/// The request that follows a redirect (faults.md A01–A03): credentials, and every header but Accept, stay with the
/// first origin; never from https to http, away from HTTP, or to a URL with user info; a body is sent on by 307 and 308
/// on the same origin only. Error kind Protocol.
[[nodiscard]] Result<Request> redirected(const Request& request, const Response& response);

} // namespace condaoci::http

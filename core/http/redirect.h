// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/message.h"

namespace condaoci::http {

/// The request that follows a redirect (faults.md A01–A03): credentials, and every header but Accept, stay with the
/// first origin; never from https to http, away from HTTP, or to a URL with user info; a body is sent on by 307 and 308
/// on the same origin only. Error kind Protocol.
[[nodiscard]] Result<Request> redirected(const Request& request, const Response& response);

} // namespace condaoci::http

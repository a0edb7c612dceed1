// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>

#include <chrono>

namespace condaoci::oci {

/// What a token server answered (distribution's "Token Authentication", "Token Response Fields").
struct TokenReply
{
    QByteArray token;          ///< fit to stand in a header
    std::chrono::seconds life; ///< from when it was received; at least limits::tokenMinimumLife, at most a day
};

/// The body of a 200. Error kind Auth where there is no token that may stand in a header.
[[nodiscard]] Result<TokenReply> parseTokenReply(const QByteArray& body);

} // namespace condaoci::oci

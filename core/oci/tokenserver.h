// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/credentials.h"

#include <optional>

/// The other half of token authentication: the server that a registry's Bearer challenge names as its realm
/// (distribution's "Token Authentication" and "OAuth2 Token Authentication").
namespace condaoci::oci {

struct TokenQuestion
{
    QUrl registry; ///< whose challenge it was: scheme, host, port
    QByteArray realm;
    QByteArray service; ///< empty: none
    QByteArray scopes;  ///< parted by spaces; empty: none
    std::optional<Credentials> credentials;
};

struct TokenReply
{
    QByteArray token;
    std::chrono::seconds life{0}; ///< from when it was received, never less than limits::tokenMinimumLife
    QString refreshToken;         ///< that replaces the one that was sent; usually empty
};

/// The body of a 200: `token` or `access_token`, and how long it lives. Whatever the server's clock says (`issued_at`)
/// is not looked at: lives count from now. Error kind Auth where there is no token that may stand in a header.
[[nodiscard]] Result<TokenReply> parseTokenReply(const QByteArray& body);

/// May this realm be shown the credentials for that registry? Its own host, the token servers of well-known registries,
/// and those that the user named.
[[nodiscard]] bool isTrustedTokenServer(const QUrl& registry, const QUrl& realm, const QStringList& named);

/// The realm as a URL, if something may be asked there at all: http or https, never http for an https registry, without
/// user info. Error kind Auth.
[[nodiscard]] Result<QUrl> tokenServer(const QUrl& registry, const QByteArray& realm);

/// Asks for a token: anonymously without credentials, or where the server is not trusted with them; by POST with an
/// identity token; by GET otherwise. What the server does not know of the one (404, 405) is tried as the other. The
/// error of a refusal has the status.
[[nodiscard]] Result<TokenReply> askForToken(http::HttpClient& client, const TokenQuestion& question);

} // namespace condaoci::oci

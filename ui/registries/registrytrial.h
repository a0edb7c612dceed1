// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/authenticator.h"
#include "core/oci/reference.h"

namespace condaoci::ui {

/// What came of trying a registry: what was found, in words that name no secret.
struct RegistryTrial
{
    std::optional<Error> error; ///< it was not reached, or refused the credentials
    bool asksNobody = false;    ///< nobody has to sign in
    bool mayPush = false;       ///< as far as is known
    QString words;              ///< for people, a sentence or two
};

/// Signs in with these credentials (none: as nobody) and finds out whether one may push. For the background.
[[nodiscard]] RegistryTrial tryRegistry(const oci::Endpoint& endpoint,
                                        const std::optional<oci::FoundCredentials>& credentials,
                                        const http::Network& network);

} // namespace condaoci::ui

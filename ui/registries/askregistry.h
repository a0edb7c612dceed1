// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/background.h"
#include "ui/credentials.h"

namespace condaoci::ui {

/// Looks up a registry's credentials (which may wait for the keychain), then runs `work(lookup, stop_token)` in the
/// background and `then(result)` on the thread of `context`; see inBackground().
template<typename Work, typename Then>
void askRegistry(const Credentials& credentials, QObject* context, const oci::Endpoint& endpoint, Work work, Then then)
{
    inBackground(
        credentials.thread, context,
        [forRegistry = credentials.forRegistry, endpoint](const std::stop_token&) { return forRegistry(endpoint); },
        [context, work = std::move(work), then = std::move(then)](oci::Authenticator::Lookup lookup) mutable {
            inBackground(
                context,
                [work = std::move(work), lookup = std::move(lookup)](const std::stop_token& stop) {
                    return work(lookup, stop);
                },
                std::move(then));
        });
}

} // namespace condaoci::ui

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QNetworkProxy>
#include <QUrl>

namespace condaoci::http {

/// The way to a server: of type NoProxy where it is direct. The environment counts (`http_proxy`, `https_proxy`,
/// `all_proxy`, `no_proxy`, each in capitals, too; the small ones first), as curl reads it; where it names no proxy at
/// all, the system's settings do. `no_proxy` holds names (and means what is below them), addresses and networks
/// (10.0.0.0/8), each with a port or without, or `*`. Error kind Config for a proxy that can't be used; no error and no
/// text shows the proxy's password.
[[nodiscard]] Result<QNetworkProxy> proxyFor(const QUrl& url);

/// "host:port", without its user.
[[nodiscard]] QString shownProxy(const QNetworkProxy& proxy);

} // namespace condaoci::http

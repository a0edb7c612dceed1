// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QHostAddress>
#include <QList>
#include <QString>

#include <functional>
#include <optional>
#include <stop_token>

namespace condaoci::http {

/// The addresses of a name; empty if it has none, or they can't be had.
using Resolver = std::function<QList<QHostAddress>(const QString& host)>;

/// An address that anybody on the internet can mean: neither loopback, link-local, private, unspecified, multicast nor
/// reserved, and no IPv6 address that carries such an IPv4 one.
[[nodiscard]] bool isPublic(const QHostAddress& address);

/// The address that a URL's host is, where it is no name: in any form that a resolver would take (127.1, 0x7f000001,
/// ::ffff:127.0.0.1), and `localhost`.
[[nodiscard]] std::optional<QHostAddress> literalAddress(const QString& host);

/// Asks the system's resolver, bounded by limits::connectTimeout and the token. Spins an event loop. What it finds is
/// what a connection made soon after goes to, since Qt keeps it for a minute.
[[nodiscard]] QList<QHostAddress> addressesOf(const QString& host, const std::stop_token& stop);

} // namespace condaoci::http

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/peers.h"

#include "core/base/limits.h"

#include <QEventLoop>
#include <QHostInfo>
#include <QTimer>

#include <algorithm>
#include <array>
#include <iterator>

namespace condaoci::http {

namespace {

struct Range
{
    const char* network;
    int bits;
};

// IANA's registries of special-purpose addresses (RFC 6890), as far as they lead somewhere of one's own.
constexpr std::array notPublicV4{
    Range{"0.0.0.0", 8},      Range{"10.0.0.0", 8},    Range{"100.64.0.0", 10}, Range{"127.0.0.0", 8},
    Range{"169.254.0.0", 16}, Range{"172.16.0.0", 12}, Range{"192.0.0.0", 24},  Range{"192.168.0.0", 16},
    Range{"198.18.0.0", 15},  Range{"224.0.0.0", 4},   Range{"240.0.0.0", 4},
};
constexpr std::array notPublicV6{
    Range{"::", 127},   Range{"fc00::", 7},  Range{"fe80::", 10},      Range{"fec0::", 10},
    Range{"ff00::", 8}, Range{"2001::", 32}, Range{"64:ff9b:1::", 48},
};

template<size_t N>
bool isIn(const QHostAddress& address, const std::array<Range, N>& ranges)
{
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& one) {
        return address.isInSubnet(QHostAddress(QLatin1String(one.network)), one.bits);
    });
}

/// The IPv4 address at that byte of an IPv6 one.
QHostAddress embedded(const Q_IPV6ADDR& bytes, int at)
{
    return QHostAddress(static_cast<quint32>(bytes[at]) << 24 | static_cast<quint32>(bytes[at + 1]) << 16 |
                        static_cast<quint32>(bytes[at + 2]) << 8 | bytes[at + 3]);
}

} // namespace

bool isPublic(const QHostAddress& address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return !isIn(address, notPublicV4);
    if (address.protocol() != QAbstractSocket::IPv6Protocol)
        return false;
    const Q_IPV6ADDR bytes = address.toIPv6Address();
    QHostAddress plain(bytes); // without the zone
    if (isIn(plain, notPublicV6))
        return false;
    for (const auto& [range, at] : {std::pair{Range{"::", 96}, 12},           // IPv4-compatible
                                    std::pair{Range{"::ffff:0:0", 96}, 12},   // IPv4-mapped
                                    std::pair{Range{"::ffff:0:0:0", 96}, 12}, // IPv4-translated
                                    std::pair{Range{"64:ff9b::", 96}, 12},    // NAT64
                                    std::pair{Range{"2002::", 16}, 2}}) {     // 6to4
        if (plain.isInSubnet(QHostAddress(QLatin1String(range.network)), range.bits))
            return !isIn(embedded(bytes, at), notPublicV4);
    }
    return true;
}

std::optional<QHostAddress> literalAddress(const QString& host)
{
    QString name = host.toLower();
    while (name.endsWith(QLatin1Char('.')))
        name.chop(1);
    if (name == QLatin1String("localhost") || name.endsWith(QLatin1String(".localhost")))
        return QHostAddress(QHostAddress::LocalHost); // RFC 6761, 6.3
    const QHostAddress address(name);
    return address.isNull() ? std::nullopt : std::optional(address);
}

QList<QHostAddress> addressesOf(const QString& host, const std::stop_token& stop)
{
    if (stop.stop_requested()) // Qt 6.4 does not free the callback of a look-up that nobody waits for
        return {};
    QEventLoop loop;
    QList<QHostAddress> found;
    const int lookup = QHostInfo::lookupHost(host, &loop, [&](const QHostInfo& info) {
        found = info.addresses();
        loop.quit();
    });
    QTimer::singleShot(limits::connectTimeout, &loop, &QEventLoop::quit);
    const std::stop_callback onStop(
        stop, [&loop] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
    loop.exec();
    QHostInfo::abortHostLookup(lookup);
    return found;
}

} // namespace condaoci::http

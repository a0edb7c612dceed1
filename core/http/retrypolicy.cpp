// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/retrypolicy.h"

#include "core/base/limits.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace condaoci::http {

namespace {

bool isTransient(int status)
{
    switch (status) {
    case 408:
    case 429:
    case 499:
    case 500:
    case 502:
    case 503:
    case 504:
    case 522:
        return true;
    default:
        return false;
    }
}

} // namespace

std::optional<std::chrono::milliseconds> retryAfter(const Response& response)
{
    const QByteArray value = response.headers.value("Retry-After").trimmed();
    bool isNumber = false;
    if (const qint64 seconds = value.toLongLong(&isNumber); isNumber) {
        constexpr qint64 tenYears = 315'360'000; // anything longer is the same to us and must not overflow
        return std::chrono::seconds(std::clamp<qint64>(seconds, 0, tenYears));
    }
    if (value.isEmpty())
        return std::nullopt;
    // IMF-fixdate, always GMT and English (RFC 9110, 5.6.7)
    QDateTime date =
        QLocale::c().toDateTime(QString::fromLatin1(value), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid())
        return std::nullopt;
    date.setTimeSpec(Qt::UTC);
    return std::chrono::milliseconds(std::max<qint64>(0, QDateTime::currentDateTimeUtc().msecsTo(date)));
}

std::optional<std::chrono::milliseconds> retryDelay(int attempt, const Result<Response>& outcome,
                                                    std::chrono::milliseconds spent, double random)
{
    const bool again = outcome
                           ? isTransient(outcome->status)
                           : outcome.error().kind == ErrorKind::Network || outcome.error().kind == ErrorKind::Timeout;
    if (!again || attempt >= limits::attempts || spent >= limits::retryBudgetPerItem)
        return std::nullopt;
    const double backoff = static_cast<double>(std::chrono::milliseconds(limits::retryBase).count()) *
                           std::pow(limits::retryFactor, attempt - 1);
    const double cap = static_cast<double>(std::chrono::milliseconds(limits::retryCap).count());
    // Full jitter, so that workers that failed together do not come back together.
    const auto wait = std::chrono::milliseconds(static_cast<qint64>(random * std::min(backoff, cap)));
    // What the server asks for is never cut short.
    const auto asked = outcome ? retryAfter(*outcome) : std::nullopt;
    return asked ? std::max(*asked, wait) : wait;
}

} // namespace condaoci::http

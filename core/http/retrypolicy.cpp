// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/retrypolicy.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>
#include <cmath>

namespace condaoci::http {

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

std::optional<std::chrono::milliseconds> retryAfter(const Response& response)
{
    constexpr std::chrono::milliseconds tenYears =
        std::chrono::hours(24 * 3650); // longer is the same and would overflow
    const QByteArray value = response.headers.value("Retry-After").trimmed();
    bool isNumber = false;
    if (const qint64 seconds = value.toLongLong(&isNumber); isNumber)
        return std::chrono::seconds(
            std::clamp<qint64>(seconds, 0, std::chrono::duration_cast<std::chrono::seconds>(tenYears).count()));
    if (value.isEmpty())
        return std::nullopt;
    if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return tenYears;
    // IMF-fixdate, always GMT and English (RFC 9110, 5.6.7)
    const QString text = QString::fromLatin1(value);
    const QDate day = QLocale::c().toDate(text.section(QLatin1Char(' '), 0, 3), QStringLiteral("ddd, dd MMM yyyy"));
    const QTime time = QTime::fromString(text.section(QLatin1Char(' '), 4, 4), QStringLiteral("hh:mm:ss"));
    if (!day.isValid() || !time.isValid() || text.section(QLatin1Char(' '), 5) != QLatin1String("GMT"))
        return std::nullopt;
    const qint64 wait = QDateTime::currentDateTimeUtc().msecsTo(QDateTime(day, time, QTimeZone::utc()));
    return std::chrono::milliseconds(std::clamp<qint64>(wait, 0, tenYears.count()));
}

std::optional<std::chrono::milliseconds> retryDelay(int attempt, const Result<Response>& outcome,
                                                    std::chrono::milliseconds spent, double random,
                                                    std::chrono::milliseconds base, std::chrono::milliseconds cap)
{
    const bool again = outcome
                           ? isTransient(outcome->status)
                           : outcome.error().kind == ErrorKind::Network || outcome.error().kind == ErrorKind::Timeout;
    if (!again || attempt >= limits::attempts || spent >= limits::retryBudgetPerItem)
        return std::nullopt;
    const double backoff = static_cast<double>(base.count()) * std::pow(limits::retryFactor, attempt - 1);
    // Full jitter, so that workers that failed together do not come back together.
    const auto wait =
        std::chrono::milliseconds(static_cast<qint64>(random * std::min(backoff, static_cast<double>(cap.count()))));
    // What the server asks for is never cut short.
    const auto asked = outcome ? retryAfter(*outcome) : std::nullopt;
    return asked ? std::max(*asked, wait) : wait;
}

} // namespace condaoci::http

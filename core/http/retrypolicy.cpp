// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/http/retrypolicy.h"

#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>
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

namespace {

constexpr std::chrono::milliseconds tenYears = std::chrono::hours(24 * 3650); // longer is the same and would overflow

QString textOf(const Response& response)
{
    return QString::fromUtf8(response.body.left(limits::errorBodyRead));
}

/// Go's durations ("1m30s", "10.305464ms") and people's ("5 minutes"); a bare number is seconds.
std::chrono::milliseconds durationOf(const QString& number, const QString& unit)
{
    double seconds = number.toDouble();
    const QString name = unit.toLower();
    if (name == QLatin1String("ns"))
        seconds /= 1e9;
    else if (name == QLatin1String("us") || name == QStringLiteral("µs"))
        seconds /= 1e6;
    else if (name == QLatin1String("ms") || name.startsWith(QLatin1String("milli")))
        seconds /= 1e3;
    else if (name.startsWith(QLatin1Char('m')))
        seconds *= 60;
    else if (name.startsWith(QLatin1Char('h')))
        seconds *= 3600;
    const auto most = std::chrono::duration<double>(tenYears).count();
    return std::chrono::milliseconds(static_cast<qint64>(std::ceil(std::min(seconds, most) * 1000)));
}

std::optional<std::chrono::milliseconds> waitInBody(const Response& response)
{
    static const QString length =
        QStringLiteral("(?:\\d{1,12}(?:\\.\\d{1,12})?\\s*"
                       "(?:ns|us|µs|ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?(?![a-zµ])\\s*)");
    static const QRegularExpression wait(
        QStringLiteral("(?:retry[-_ ]?after[\"']?\\s*[:=]?\\s*[\"']?|again (?:in|after) |retry (?:in|after) )(%1{1,4})")
            .arg(length),
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression part(QStringLiteral("(\\d+(?:\\.\\d+)?)\\s*([a-zµ]*)"),
                                         QRegularExpression::CaseInsensitiveOption);
    const auto said = wait.match(textOf(response));
    if (!said.hasMatch())
        return std::nullopt;
    std::chrono::milliseconds sum{0};
    auto parts = part.globalMatch(said.captured(1));
    while (parts.hasNext()) {
        const auto one = parts.next();
        sum = std::min(sum + durationOf(one.captured(1), one.captured(2)), tenYears);
    }
    return sum;
}

} // namespace

bool isRateLimit(const Response& response)
{
    return response.status == 429 ||
           (response.status == 403 && textOf(response).contains(QLatin1String("rate limit"), Qt::CaseInsensitive));
}

std::optional<int> allowedPerMinute(const Response& response)
{
    static const QRegularExpression rate(QStringLiteral("allowed:?\\s*(\\d{1,9})\\s*/\\s*(second|minute|hour)"),
                                         QRegularExpression::CaseInsensitiveOption);
    const auto said = rate.match(isRateLimit(response) ? textOf(response) : QString());
    if (!said.hasMatch())
        return std::nullopt;
    const QString unit = said.captured(2).toLower();
    const qint64 number = said.captured(1).toLongLong();
    const qint64 aMinute = unit == QLatin1String("second") ? number * 60
                           : unit == QLatin1String("hour") ? number / 60
                                                           : number;
    return static_cast<int>(std::clamp<qint64>(aMinute, 1, 1'000'000));
}

std::optional<std::chrono::milliseconds> retryAfter(const Response& response)
{
    const QByteArray value = response.headers.value("Retry-After").trimmed();
    bool isNumber = false;
    if (const qint64 seconds = value.toLongLong(&isNumber); isNumber)
        return std::chrono::seconds(
            std::clamp<qint64>(seconds, 0, std::chrono::duration_cast<std::chrono::seconds>(tenYears).count()));
    if (value.isEmpty())
        return isRateLimit(response) || response.status == 503 ? waitInBody(response) : std::nullopt;
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
                           ? isTransient(outcome->status) || isRateLimit(*outcome)
                           : outcome.error().kind == ErrorKind::Network || outcome.error().kind == ErrorKind::Timeout;
    if (!again || attempt >= limits::attempts || spent >= limits::retryBudgetPerItem)
        return std::nullopt;
    const double backoff = static_cast<double>(base.count()) * std::pow(limits::retryFactor, attempt - 1);
    // Full jitter, so that workers that failed together do not come back together.
    const auto wait =
        std::chrono::milliseconds(static_cast<qint64>(random * std::min(backoff, static_cast<double>(cap.count()))));
    // What the server asks for is never cut short.
    const auto asked = outcome ? retryAfter(*outcome) : std::nullopt;
    if (!asked && outcome && outcome->status == 403)
        return 2 * cap; // GitHub wants a minute where it names no time
    return asked ? std::max(*asked, wait) : wait;
}

} // namespace condaoci::http

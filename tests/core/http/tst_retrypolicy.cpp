// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/limits.h"
#include "core/http/hostgate.h"
#include "core/http/retrypolicy.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QLocale>
#include <QTest>

#include <thread>
#include <time.h>

using namespace condaoci;
using namespace condaoci::http;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr double most = 0.999'999'999; // of [0, 1)

Response responseOf(int status, const QByteArray& retryAfter = {})
{
    Response response;
    response.status = status;
    if (!retryAfter.isNull())
        response.headers.set("Retry-After", retryAfter);
    return response;
}

QByteArray httpDate(const QDateTime& utc)
{
    return QLocale::c().toString(utc, QStringLiteral("ddd, dd MMM yyyy hh:mm:ss")).toLatin1() + " GMT";
}

qint64 none()
{
    return -1;
}

qint64 msecs(const std::optional<milliseconds>& time)
{
    return time ? time->count() : none();
}

} // namespace

class TestRetryPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { useTimeZone("UTC"); }

    void triesAgainWhatMayPass_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("again");
        for (const int status : {408, 429, 499, 500, 502, 503, 504, 522})
            QTest::addRow("F09 %d", status) << status << true;
        for (const int status : {200, 201, 204, 206, 301, 304, 400, 401, 403, 404, 405,
                                 407, 409, 410, 413, 416, 418, 501, 505, 507, 599, 0})
            QTest::addRow("F10 %d", status) << status << false;
    }
    void triesAgainWhatMayPass()
    {
        QFETCH(int, status);
        QFETCH(bool, again);
        QCOMPARE(retryDelay(1, responseOf(status), 0ms, 0.5).has_value(), again);
        QCOMPARE(retryDelay(1, responseOf(status, "1"), 0ms, 0.5).has_value(),
                 again); // a wait that is asked for is no reason
    }

    void triesAgainAfterErrorsOfTheLine_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<bool>("again");
        for (int kind = 0; kind <= static_cast<int>(ErrorKind::Config); ++kind) {
            const auto one = static_cast<ErrorKind>(kind);
            QTest::addRow("%s", qPrintable(kindName(one)))
                << kind << (one == ErrorKind::Network || one == ErrorKind::Timeout);
        }
    }
    void triesAgainAfterErrorsOfTheLine()
    {
        QFETCH(int, kind);
        QFETCH(bool, again);
        const Result<Response> outcome = Error{static_cast<ErrorKind>(kind), QStringLiteral("x")};
        QCOMPARE(retryDelay(1, outcome, 0ms, 0.5).has_value(), again);
        QVERIFY(!retryDelay(limits::attempts, outcome, 0ms, 0.5));
    }

    void backsOff_data()
    {
        QTest::addColumn<int>("attempt");
        QTest::addColumn<double>("random");
        QTest::addColumn<qint64>("wait");
        QTest::newRow("least") << 1 << 0.0 << qint64(0);
        QTest::newRow("first, half") << 1 << 0.5 << qint64(250);
        QTest::newRow("first, most") << 1 << most << qint64(499);
        QTest::newRow("second") << 2 << 0.5 << qint64(500);
        QTest::newRow("third") << 3 << 0.5 << qint64(1000);
        QTest::newRow("fourth") << 4 << 0.5 << qint64(2000);
        QTest::newRow("fifth") << 5 << 0.5 << qint64(4000);
        QTest::newRow("sixth is the last") << 6 << 0.5 << none();
        QTest::newRow("more than allowed") << 1'000'000 << 0.5 << none();
    }
    void backsOff()
    {
        QFETCH(int, attempt);
        QFETCH(double, random);
        QFETCH(qint64, wait);
        QCOMPARE(msecs(retryDelay(attempt, responseOf(500), 0ms, random)), wait);
        QCOMPARE(msecs(retryDelay(attempt, Error{ErrorKind::Network, QStringLiteral("x")}, 0ms, random)), wait);
    }

    void keepsToItsBudget_data()
    {
        QTest::addColumn<qint64>("spent");
        QTest::addColumn<bool>("again");
        const qint64 budget = milliseconds(limits::retryBudgetPerItem).count();
        QTest::newRow("none") << qint64(0) << true;
        QTest::newRow("almost all") << budget - 1 << true;
        QTest::newRow("all") << budget << false;
        QTest::newRow("more") << budget * 1000 << false;
    }
    void keepsToItsBudget()
    {
        QFETCH(qint64, spent);
        QFETCH(bool, again);
        QCOMPARE(retryDelay(1, responseOf(503), milliseconds(spent), 0.5).has_value(), again);
        QCOMPARE(retryDelay(1, responseOf(429, "1"), milliseconds(spent), 0.5).has_value(), again);
        QCOMPARE(retryDelay(1, Error{ErrorKind::Timeout, QStringLiteral("x")}, milliseconds(spent), 0.5).has_value(),
                 again);
    }

    void noWaitIsLongerThanTheCap()
    {
        for (int attempt = 1; attempt < limits::attempts; ++attempt) {
            const auto wait = retryDelay(attempt, responseOf(500), 0ms, most);
            QVERIFY(wait);
            QVERIFY(*wait >= 0ms && *wait <= limits::retryCap);
            // Six tries never come near that cap; a lower one is reached.
            QVERIFY(*retryDelay(attempt, responseOf(500), 0ms, most, limits::retryBase, 2s) <= 2s);
        }
    }

    void S07_readsSeconds_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qint64>("wait");
        QTest::newRow("S07 one") << QByteArray("1") << qint64(1000);
        QTest::newRow("S07 120") << QByteArray("120") << qint64(120'000);
        QTest::newRow("S07 blanks around") << QByteArray("  7 ") << qint64(7000);
        QTest::newRow("F08 zero") << QByteArray("0") << qint64(0);
        QTest::newRow("F08 negative") << QByteArray("-5") << qint64(0);
        QTest::newRow("F08 most negative") << QByteArray("-9223372036854775808") << qint64(0);
        QTest::newRow("F08 absent") << QByteArray() << none();
        QTest::newRow("F08 empty") << QByteArray("") << none();
        QTest::newRow("F08 blank") << QByteArray("  ") << none();
        QTest::newRow("F08 garbage") << QByteArray("soon") << none();
        QTest::newRow("F08 fraction") << QByteArray("1.5") << none();
        QTest::newRow("F08 unit") << QByteArray("10s") << none();
        QTest::newRow("F08 hexadecimal") << QByteArray("0x10") << none();
        QTest::newRow("F08 exponent") << QByteArray("1e9") << none();
        QTest::newRow("F08 not a number") << QByteArray("nan") << none();
        QTest::newRow("F08 two fields merged") << QByteArray("1, 2") << none();
        QTest::newRow("F08 other digits") << QByteArray("\xd9\xa1") << none();
        QTest::newRow("F08 long") << QByteArray(60'000, 'x') << none();
    }
    void S07_readsSeconds()
    {
        QFETCH(QByteArray, value);
        QTEST(msecs(retryAfter(responseOf(429, value))), "wait");
    }

    // However much is asked for, it is a long wait: neither a negative one nor none at all.
    void F08_doesNotOverflow_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("F08 10^9") << QByteArray("1000000000");
        QTest::newRow("F08 2^31") << QByteArray("2147483648");
        QTest::newRow("F08 2^63 / 1000") << QByteArray("9223372036854776");
        QTest::newRow("F08 2^63 - 1") << QByteArray("9223372036854775807");
        QTest::newRow("F08 2^64") << QByteArray("18446744073709551616");
        QTest::newRow("F08 year 9999") << QByteArray("Fri, 31 Dec 9999 23:59:59 GMT");
    }
    void F08_doesNotOverflow()
    {
        QFETCH(QByteArray, value);
        const auto wait = retryAfter(responseOf(429, value));
        QVERIFY(wait);
        QVERIFY(*wait > limits::retryAfterCap);
        QVERIFY(*wait < std::chrono::hours(24 * 366 * 100)); // nanoseconds of a clock end after 292 years
        const auto delay = retryDelay(1, responseOf(429, value), 0ms, 0.5);
        QVERIFY(delay && *delay > limits::retryAfterCap);
    }

    void S07_readsDates_data()
    {
        QTest::addColumn<QByteArray>("zone");
        QTest::addColumn<qint64>("seconds"); // from now
        for (const char* zone : {"UTC", "America/St_Johns", "Asia/Kolkata", "Pacific/Kiritimati"}) {
            QTest::addRow("S07 in an hour, %s", zone) << QByteArray(zone) << qint64(3600);
            QTest::addRow("S07 in half a year, %s", zone) << QByteArray(zone) << qint64(183 * 86'400);
            QTest::addRow("F08 past, %s", zone) << QByteArray(zone) << qint64(-86'400);
        }
    }
    void S07_readsDates()
    {
        QFETCH(QByteArray, zone);
        QFETCH(qint64, seconds);
        useTimeZone(zone);
        const auto wait = retryAfter(responseOf(503, httpDate(QDateTime::currentDateTimeUtc().addSecs(seconds))));
        QVERIFY(wait);
        QVERIFY(*wait <= std::chrono::seconds(std::max<qint64>(seconds, 0)));
        QVERIFY(*wait >= std::chrono::seconds(std::max<qint64>(seconds - 30, 0))); // a slow machine
    }

    // The hour that local time leaves out in spring is an hour of GMT like any other.
    void S07_readsDatesThatLocalTimeDoesNotHave_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<bool>("past");
        QTest::newRow("past") << QByteArray("Sun, 30 Mar 2025 02:30:00 GMT") << true;
        QTest::newRow("future") << QByteArray("Sun, 28 Mar 2032 02:30:00 GMT") << false;
    }
    void S07_readsDatesThatLocalTimeDoesNotHave()
    {
        QFETCH(QByteArray, value);
        QFETCH(bool, past);
        useTimeZone("Europe/Berlin");
        const auto wait = retryAfter(responseOf(503, value));
        QVERIFY(wait);
        if (past) {
            QCOMPARE(wait->count(), 0);
        } else {
            const QDateTime date(QDate(2032, 3, 28), QTime(2, 30), Qt::UTC);
            const qint64 expected = QDateTime::currentDateTimeUtc().msecsTo(date);
            QVERIFY2(qAbs(wait->count() - expected) < 60'000, qPrintable(QString::number(wait->count() - expected)));
        }
    }

    void F08_refusesOtherDates_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("F08 no such day") << QByteArray("Fri, 31 Feb 2031 08:49:37 GMT");
        QTest::newRow("F08 no such hour") << QByteArray("Thu, 06 Nov 2031 25:49:37 GMT");
        QTest::newRow("F08 other zone") << QByteArray("Thu, 06 Nov 2031 08:49:37 +0200");
        QTest::newRow("F08 ISO 8601") << QByteArray("2031-11-06T08:49:37Z");
        QTest::newRow("F08 German") << QByteArray("Do, 06 Nov 2031 08:49:37 GMT");
        QTest::newRow("F08 cut") << QByteArray("Thu, 06 Nov 2031");
        QTest::newRow("F08 trailing text") << QByteArray("Thu, 06 Nov 2031 08:49:37 GMT x");
    }
    void F08_refusesOtherDates()
    {
        QFETCH(QByteArray, value);
        QCOMPARE(msecs(retryAfter(responseOf(503, value))), none());
    }

    void S07_readsWaitsInBodies_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<qint64>("wait"); // ms; -1: none
        const auto row = [](const char* name, int status, const QByteArray& body, qint64 wait) {
            QTest::newRow(name) << status << body << wait;
        };
        row("S07 GHCR", 429,
            "{\"errors\":[{\"code\":\"TOOMANYREQUESTS\",\"message\":\"retry-after: 10.305464ms, allowed: "
            "2000/minute\"}]}",
            11);
        row("S07 seconds", 429, "Retry-After: 7", 7000);
        row("S07 JSON", 429, "{\"retry_after\": 1.5}", 1500);
        row("S07 JSON, text", 429, "{\"retry-after\":\"3s\"}", 3000);
        row("S07 minutes", 429, "please try again in 5m", 300'000);
        row("S07 words", 503, "Try again in 2 minutes 30 seconds.", 150'000);
        row("S07 Go", 429, "retry after 1m30s", 90'000);
        row("S07 Go, hours", 429, "retry-after: 1h2m3.5s", 3'723'500);
        row("S07 microseconds", 429, "retry-after: 250\xc2\xb5s", 1);
        row("S07 403", 403, "secondary rate limit, try again in 60s", 60'000);
        row("S07 403 that is none", 403, "denied; try again in 60s", -1);
        row("S07 another status", 500, "try again in 60s", -1);
        row("S07 no time", 429, "too many requests", -1);
        row("S07 a word", 429, "try again in a few minutes", -1);
        row("S07 empty", 429, "", -1);
        row("F08 huge", 429, "retry-after: 999999999999h", 315'360'000'000);
        row("F08 negative", 429, "retry-after: -5", -1);
    }
    void S07_readsWaitsInBodies()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(qint64, wait);
        Response response;
        response.status = status;
        response.body = body;
        const auto found = retryAfter(response);
        QCOMPARE(found ? qint64(found->count()) : qint64(-1), wait);
        response.headers.set("Retry-After", "4"); // comes first
        QCOMPARE(retryAfter(response)->count(), 4000);
    }

    void S07_tellsRateLimits_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isLimit");
        QTest::addColumn<int>("allowed"); // a minute; 0: not said
        QTest::newRow("429") << 429 << QByteArray() << true << 0;
        QTest::newRow("GitHub") << 403 << QByteArray("You have exceeded a secondary rate limit") << true << 0;
        QTest::newRow("GitHub, JSON") << 403 << QByteArray("{\"message\":\"API Rate Limit exceeded\"}") << true << 0;
        QTest::newRow("403") << 403 << QByteArray("denied") << false << 0;
        QTest::newRow("401") << 401 << QByteArray("rate limit") << false << 0;
        QTest::newRow("allowed") << 429 << QByteArray("retry-after: 1ms, allowed: 2000/minute") << true << 2000;
        QTest::newRow("allowed a second") << 429 << QByteArray("allowed: 10/second") << true << 600;
        QTest::newRow("allowed an hour") << 429 << QByteArray("allowed 6000/hour") << true << 100;
        QTest::newRow("allowed none") << 429 << QByteArray("allowed: 0/minute") << true << 1;
        QTest::newRow("allowed, elsewhere") << 500 << QByteArray("allowed: 10/second") << false << 0;
    }
    void S07_tellsRateLimits()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, isLimit);
        QFETCH(int, allowed);
        Response response;
        response.status = status;
        response.body = body;
        QCOMPARE(isRateLimit(response), isLimit);
        QCOMPARE(allowedPerMinute(response).value_or(0), allowed);
        // Tried again; where GitHub names no time, it wants a minute.
        const auto delay = retryDelay(1, response, 0ms, 0.5);
        QCOMPARE(delay.has_value(), isLimit || status == 500);
        QVERIFY(status != 403 || !isLimit || *delay >= 60s);
    }

    void S07_waitsAtLeastWhatIsAskedFor_data()
    {
        QTest::addColumn<int>("attempt");
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<qint64>("wait"); // with random 0.5
        QTest::newRow("S07 longer than the own wait") << 1 << QByteArray("60") << qint64(60'000);
        QTest::newRow("S07 longer than the own cap") << 1 << QByteArray("120") << qint64(120'000);
        QTest::newRow("S07 shorter than the own wait") << 5 << QByteArray("1") << qint64(4000);
        QTest::newRow("F08 zero leaves the own wait") << 2 << QByteArray("0") << qint64(500);
        QTest::newRow("F08 garbage leaves the own wait") << 2 << QByteArray("soon") << qint64(500);
        QTest::newRow("not after the last try") << 6 << QByteArray("1") << none();
    }
    void S07_waitsAtLeastWhatIsAskedFor()
    {
        QFETCH(int, attempt);
        QFETCH(QByteArray, value);
        QTEST(msecs(retryDelay(attempt, responseOf(429, value), 0ms, 0.5)), "wait");
    }

    void sleepsAtLeastThatLong_data()
    {
        QTest::addColumn<int>("time");
        QTest::newRow("not at all") << 0;
        QTest::newRow("negative") << -1000;
        QTest::newRow("a little") << 50;
        QTest::newRow("more") << 200;
    }
    void sleepsAtLeastThatLong()
    {
        QFETCH(int, time);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(sleepFor(milliseconds(time), std::stop_token()));
        QVERIFY(timer.elapsed() >= time);
        QVERIFY(timer.elapsed() < 5000);
    }

    void F22_stopsSleeping_data()
    {
        QTest::addColumn<qint64>("time"); // ms
        QTest::addColumn<int>("after");   // ms; 0: before the sleep begins
        QTest::newRow("before") << qint64(60'000) << 0;
        QTest::newRow("meanwhile") << qint64(60'000) << 100;
        QTest::newRow("ten years") << qint64(315'360'000'000) << 100;
        QTest::newRow("before, no time") << qint64(0) << 0;
    }
    void F22_stopsSleeping()
    {
        QFETCH(qint64, time);
        QFETCH(int, after);
        std::stop_source source;
        std::jthread other;
        if (after == 0)
            source.request_stop();
        else
            other = std::jthread([&] {
                std::this_thread::sleep_for(milliseconds(after));
                source.request_stop();
            });
        QElapsedTimer timer;
        timer.start();
        const auto slept = sleepFor(milliseconds(time), source.get_token());
        QVERIFY(timer.elapsed() < 5000);
        QVERIFY(!slept);
        QCOMPARE(slept.error().kind, ErrorKind::Cancelled);
    }

private:
    static void useTimeZone(const QByteArray& zone)
    {
        qputenv("TZ", zone);
#ifdef Q_OS_UNIX
        tzset();
#endif
    }
};

QTEST_GUILESS_MAIN(TestRetryPolicy)
#include "tst_retrypolicy.moc"

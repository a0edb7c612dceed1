// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z05: Retry-After. A wait is never negative, never so long that it overflows, and never cut below what was asked for.
#include "core/http/retrypolicy.h"

#include "tests/fuzz/fuzz.h"

using namespace condaoci;

namespace {

constexpr std::chrono::milliseconds tenYears = std::chrono::hours(24 * 3650);

std::optional<std::chrono::milliseconds> waitOf(const QByteArray& field)
{
    http::Response response;
    response.status = 429;
    response.headers.add("Retry-After", field);
    const auto wait = http::retryAfter(response);
    FUZZ_REQUIRE(!wait || (wait->count() >= 0 && *wait <= tenYears));
    // A date comes nearer between the two calls.
    const auto delay = http::retryDelay(1, response, std::chrono::milliseconds(0), 0.5);
    FUZZ_REQUIRE(!delay || !wait || *delay + std::chrono::seconds(1) >= *wait);
    return wait;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray field = fuzz::Input(data, size).rest();
    const auto wait = waitOf(field);
    const bool isDigits =
        !field.isEmpty() && std::all_of(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
    FUZZ_REQUIRE(!isDigits || wait);
    if (isDigits && field.size() <= 8)
        FUZZ_REQUIRE(*wait == std::chrono::seconds(field.toLongLong()));
    if (wait && !field.contains(':')) { // seconds, not a date
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*wait);
        FUZZ_REQUIRE(waitOf(QByteArray::number(qint64(seconds.count()))) == seconds);
    }
    return 0;
}

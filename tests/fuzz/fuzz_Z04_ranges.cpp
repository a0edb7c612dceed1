// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z04: Content-Range. What is taken is in order, and written again it is read the same.
#include "core/http/contentrange.h"

#include "tests/fuzz/fuzz.h"

using namespace condaoci;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray field = fuzz::Input(data, size).rest();
    const auto range = http::parseContentRange(field);
    if (!range)
        return 0;
    FUZZ_REQUIRE(0 <= range->first && range->first <= range->last);
    FUZZ_REQUIRE(range->size == -1 || range->last < range->size);
    const QByteArray again = "bytes " + QByteArray::number(range->first) + '-' + QByteArray::number(range->last) + '/' +
                             (range->size < 0 ? QByteArray("*") : QByteArray::number(range->size));
    FUZZ_REQUIRE(http::parseContentRange(again) == range);
    return 0;
}

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z02: Link. A target is a URL, found again when it is written as a field of its own, whatever stands before it.
#include "core/oci/paging.h"

#include "tests/fuzz/fuzz.h"

using namespace condaoci;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray field = fuzz::Input(data, size).rest();
    const QUrl page(QStringLiteral("https://registry.example:5000/v2/org/name/tags/list?n=1000"));
    const auto target = oci::linkTarget(field, "next", page);
    FUZZ_REQUIRE(!target || (field.contains('<') && field.contains('>')));

    if (!target || !target->isValid())
        return 0;
    FUZZ_REQUIRE(!target->isRelative());
    const QByteArray encoded = target->toEncoded();
    FUZZ_REQUIRE(!encoded.contains('<') && !encoded.contains('>'));
    for (const QByteArray& before : {QByteArray(), QByteArray("</prev>; rel=\"prev\", ")}) {
        const auto again = oci::linkTarget(before + '<' + encoded + ">; REL=next", "next", page);
        FUZZ_REQUIRE(again && again->toEncoded() == encoded);
    }
    return 0;
}

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z07: what a token server answers. A token is fit to be a header's value, its life neither nothing nor forever.
#include "core/oci/tokenserver.h"

#include "core/base/limits.h"
#include "tests/fuzz/fuzz.h"

using namespace condaoci;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray body = fuzz::Input(data, size).rest();
    const auto reply = oci::parseTokenReply(body);
    if (!reply) {
        fuzz::checkError(reply.error());
        return 0;
    }
    FUZZ_REQUIRE(!reply->token.isEmpty() && reply->token.size() <= limits::tokenLength);
    for (const char c : reply->token)
        FUZZ_REQUIRE(c > 0x20 && c < 0x7f && c != '"' && c != '\\');
    FUZZ_REQUIRE(reply->life >= limits::tokenMinimumLife && reply->life <= std::chrono::hours(24));
    const QByteArray written = "{\"access_token\":\"" + reply->token +
                               "\",\"expires_in\":" + QByteArray::number(qint64(reply->life.count())) + '}';
    const auto again = oci::parseTokenReply(written);
    FUZZ_REQUIRE(again && again->token == reply->token && again->life == reply->life);
    return 0;
}

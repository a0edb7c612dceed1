// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z01: WWW-Authenticate. What was read, written again, is read the same.
#include "core/oci/challenge.h"

#include "tests/fuzz/fuzz.h"

#include <algorithm>

using namespace condaoci;

namespace {

QByteArray quoted(QByteArray value)
{
    return '"' + value.replace('\\', "\\\\").replace('"', "\\\"") + '"';
}

QByteArray write(const std::vector<oci::Challenge>& challenges)
{
    QByteArrayList written;
    for (const oci::Challenge& challenge : challenges) {
        QByteArrayList parameters;
        for (auto it = challenge.parameters.begin(); it != challenge.parameters.end(); ++it)
            parameters.append(it.key() + '=' + quoted(it.value()));
        written.append(challenge.scheme + ' ' + parameters.join(", "));
    }
    return written.join(", ");
}

bool isSame(const oci::Challenge& a, const oci::Challenge& b)
{
    return a.scheme == b.scheme && a.parameters == b.parameters;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray field = fuzz::Input(data, size).rest();
    const auto challenges = oci::parseChallenges(field);
    for (const oci::Challenge& challenge : challenges) {
        FUZZ_REQUIRE(!challenge.scheme.isEmpty() && challenge.scheme == challenge.scheme.toLower());
        for (auto it = challenge.parameters.begin(); it != challenge.parameters.end(); ++it)
            FUZZ_REQUIRE(!it.key().isEmpty() && it.key() == it.key().toLower());
    }
    const auto again = oci::parseChallenges(write(challenges));
    FUZZ_REQUIRE(std::equal(challenges.begin(), challenges.end(), again.begin(), again.end(), isSame));
    return 0;
}

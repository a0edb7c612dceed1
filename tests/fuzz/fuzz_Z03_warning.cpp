// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z03: Warning. What is taken is fit to show, each once, and written again it is read the same.
#include "core/http/warnings.h"

#include "core/base/limits.h"
#include "tests/fuzz/fuzz.h"

using namespace condaoci;

namespace {

QStringList textsOf(const QByteArray& field)
{
    http::Headers headers;
    headers.add("Warning", field);
    return http::warningsOf(headers);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const QByteArray field = fuzz::Input(data, size).rest();
    const QStringList texts = textsOf(field);
    FUZZ_REQUIRE(texts.isEmpty() || field.size() <= limits::warningBytes);
    QByteArrayList written;
    for (const QString& text : texts) {
        const auto characters = text.toUcs4();
        FUZZ_REQUIRE(std::none_of(characters.begin(), characters.end(), isHidden) && texts.count(text) == 1);
        written.append("299 - \"" + text.toUtf8().replace('\\', "\\\\").replace('"', "\\\"") + '"');
    }
    if (const QByteArray again = written.join(", "); again.size() <= limits::warningBytes)
        FUZZ_REQUIRE(textsOf(again) == texts);
    return 0;
}

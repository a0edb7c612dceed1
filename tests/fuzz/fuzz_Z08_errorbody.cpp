// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z08: what a server says when it refuses. Of it comes a text of one line, without markup, of at most 2 KiB.
#include "core/http/message.h"

#include "core/base/limits.h"
#include "tests/fuzz/fuzz.h"

#include <QRegularExpression>

using namespace condaoci;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const QRegularExpression markup(QStringLiteral("<[A-Za-z/!?]"));
    fuzz::Input input(data, size);
    http::Response response;
    response.status = std::clamp(input.line().toInt(), 300, 599);
    response.body = input.rest().left(limits::errorBodyRead);
    http::Request request;
    request.url = QUrl(QStringLiteral("https://registry.example/v2/x"));
    const Error error = http::statusError(request, response, QStringLiteral("the registry did not give a blob"));
    fuzz::checkError(error);
    FUZZ_REQUIRE(!markup.match(error.message).hasMatch() && !markup.match(error.detail).hasMatch());
    FUZZ_REQUIRE(error.httpStatus == response.status);
    return 0;
}

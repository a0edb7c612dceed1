// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z11: which URL is of which server, and what follows a redirect. Credentials never go to another origin.
#include "core/http/redirect.h"

#include "tests/fuzz/fuzz.h"

using namespace condaoci;

namespace {

int portOf(const QUrl& url)
{
    return url.port(url.scheme() == QLatin1String("https") ? 443 : 80);
}

/// Origins as RFC 6454 compares them, from the parts and not from a text.
bool isSameOrigin(const QUrl& a, const QUrl& b)
{
    return a.scheme() == b.scheme() && a.host().compare(b.host(), Qt::CaseInsensitive) == 0 && portOf(a) == portOf(b);
}

QByteArray methodOf(const QByteArray& text)
{
    for (const char* method : {"HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
        if (text == method)
            return method;
    }
    return "GET";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    http::Request request;
    request.url = QUrl::fromEncoded(input.line(), QUrl::StrictMode);
    request.method = methodOf(input.line()); // ours, not the server's
    http::Response response;
    response.status = input.line().toInt();
    response.headers.add("Location", input.line());
    const bool isHttp = request.url.scheme() == QLatin1String("http") || request.url.scheme() == QLatin1String("https");
    if (!request.url.isValid() || !isHttp || request.url.host().isEmpty())
        return 0;
    request.authorization = "Bearer CANARY";
    request.headers.set("Accept", "*/*");
    request.headers.set("Cookie", "CANARY");
    const auto next = http::redirected(request, response);
    if (!next) {
        fuzz::checkError(next.error());
        return 0;
    }
    FUZZ_REQUIRE(next->url.isValid() && !next->url.host().isEmpty() && next->url.userInfo().isEmpty());
    FUZZ_REQUIRE(next->url.scheme() == QLatin1String("https") ||
                 (next->url.scheme() == QLatin1String("http") && request.url.scheme() == QLatin1String("http")));
    const bool same = isSameOrigin(request.url, next->url);
    FUZZ_REQUIRE(same == (http::originOf(request.url) == http::originOf(next->url)));
    FUZZ_REQUIRE(same || (next->authorization.isEmpty() && !next->headers.contains("Cookie") &&
                          next->headers.value("Accept") == "*/*"));
    FUZZ_REQUIRE(same || next->method == "GET" || next->method == "HEAD");
    FUZZ_REQUIRE(next->method == request.method);
    return 0;
}

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// A program that knows nothing of Qt's application and event loop: plain ENTRANCE REGISTRY CHANNEL PACKAGE. Each way
// into the library prints what it found; whatever Qt complains of is on standard error.
#include <core/http/httpclient.h>
#include <core/mirror/mirror.h>
#include <core/mirror/packagerepo.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace mirror = condaoci::mirror;

namespace {

QString registry, channel, package;

/// "ok" or what is wrong.
std::string said(const condaoci::Result<QByteArray>& found)
{
    if (!found)
        return found.error().message.toStdString();
    return found->contains("\"name\"") ? "ok" : "not an index.json";
}

condaoci::Result<QByteArray> look(const std::function<mirror::PackageRepo(const mirror::RegistryChannel&)>& open)
{
    auto endpoint = condaoci::oci::parseEndpoint(registry);
    if (!endpoint)
        return endpoint.error();
    return open({*endpoint, channel}).indexJson(package);
}

std::string byRepo()
{
    return said(
        look([](const mirror::RegistryChannel& at) { return mirror::PackageRepo(at, QStringLiteral("noarch")); }));
}

std::string byRegistry()
{
    return said(look([](const mirror::RegistryChannel& at) {
        return mirror::PackageRepo(at, QStringLiteral("noarch"), mirror::openRegistry(at.endpoint, {}));
    }));
}

std::string byClient()
{
    condaoci::http::HttpClient client({}, {});
    condaoci::http::Request request;
    request.url = QUrl(registry.section(QLatin1Char('/'), 0, 2) + QStringLiteral("/v2/"));
    auto answer = client.send(request);
    return !answer                 ? answer.error().message.toStdString()
           : answer->status == 200 ? "ok"
                                   : "status " + std::to_string(answer->status);
}

std::string byMirror()
{
    mirror::MirrorOptions options;
    options.channel = channel;
    options.registry = registry;
    options.subdirs = QStringList{QStringLiteral("noarch")};
    // Two runs do not write to one cache at a time.
    static std::atomic<int> number = 0;
    options.cacheDirectory = QStringLiteral("cache-%1").arg(++number);
    auto made = mirror::Mirror::create(options);
    if (!made)
        return made.error().message.toStdString();
    const mirror::CopyReport report = made->pullLatest();
    if (report.fatal)
        return report.fatal->message.toStdString();
    return exitCode(report) == 0 && report.plan && !report.plan->files.empty() ? "ok" : "nothing was pulled";
}

std::string byName(const std::string& entrance)
{
    return entrance == "repo"       ? byRepo()
           : entrance == "registry" ? byRegistry()
           : entrance == "client"   ? byClient()
                                    : byMirror();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 5)
        return 2;
    registry = QString::fromLocal8Bit(argv[2]);
    channel = QString::fromLocal8Bit(argv[3]);
    package = QString::fromLocal8Bit(argv[4]);
    const std::string entrance = argv[1];
    const auto dash = entrance.find('-');
    const std::string how = dash == std::string::npos ? "" : entrance.substr(dash + 1);
    std::vector<std::string> results;
    const auto run = [&](const std::string& name) { results.push_back(byName(name)); };
    const std::string name = entrance.substr(0, dash);
    if (how.empty()) {
        run(name);
        run(name);                // it works more than once
    } else if (how == "thread") { // on one that ends, then on another, then here
        std::thread([&] { run(name); }).join();
        std::thread([&] { run(name); }).join();
        run(name);
    } else if (how == "threads") { // side by side, from the first moment on
        results.resize(4);
        std::vector<std::thread> threads;
        for (size_t i = 0; i < results.size(); ++i)
            threads.emplace_back([&, i] { results[i] = byName(name); });
        for (auto& thread : threads)
            thread.join();
    }
    bool fine = !results.empty();
    for (const std::string& result : results) {
        std::printf("%s: %s\n", argv[1], result.c_str());
        fine = fine && result == "ok";
    }
    return fine ? 0 : 1;
}

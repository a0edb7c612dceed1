// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// What the README of the predecessor shows in Python, in C++: example CHANNEL NAME REGISTRY CACHE
#include <core/mirror/mirror.h>
#include <core/mirror/packagerepo.h>
#include <core/oci/verifyingsink.h>

#include <cstdio>
#include <cstdlib>

namespace mirror = condaoci::mirror;

namespace {

void expect(bool fine, const char* what)
{
    std::printf("%s: %s\n", what, fine ? "ok" : "FAILED");
    if (!fine)
        std::exit(1);
}

} // namespace

int main(int argc, char** argv)
{
    expect(argc == 5, "arguments");
    mirror::MirrorOptions options;
    options.channel = QString::fromLocal8Bit(argv[1]);
    options.as = QString::fromLocal8Bit(argv[2]);
    options.registry = QString::fromLocal8Bit(argv[3]);
    options.cacheDirectory = QString::fromLocal8Bit(argv[4]);
    options.subdirs = QStringList{QStringLiteral("linux-64"), QStringLiteral("noarch")};

    auto m = mirror::Mirror::create(options);
    expect(m.has_value(), "create");
    const auto updated = m->update();
    expect(exitCode(updated) == 0 && updated.totals.copied == 7, "update");
    expect(exitCode(m->pullLatest()) == 0, "pullLatest");
    const auto pushed = m->pushNew();
    expect(exitCode(pushed) == 0 && pushed.totals.copied == 0, "pushNew finds nothing new");
    expect(exitCode(m->pushAll()) == 0, "pushAll");

    options.workers = 1; // one after the other
    options.packages = QStringList{QStringLiteral("hello-conda")};
    auto serial = mirror::Mirror::create(options);
    expect(serial && exitCode(serial->update()) == 0, "serial");
    options.packages = QStringList{QStringLiteral("hello[")};
    expect(!mirror::Mirror::create(options), "a malformed specification is refused");

    auto endpoint = condaoci::oci::parseEndpoint(options.registry);
    mirror::PackageRepo repo({*endpoint, options.as}, QStringLiteral("linux-64"));
    const QString package = QStringLiteral("hello-conda:1.0.0-h5a3e0c1_0");
    auto indexJson = repo.indexJson(package);
    expect(indexJson && indexJson->contains("\"hello-conda\""), "indexJson");
    auto info = repo.info(package);
    expect(info && !info->empty(), "info");
    condaoci::oci::MemorySink sink;
    auto fileName = repo.package(package, sink);
    expect(fileName && *fileName == QLatin1String("hello-conda-1.0.0-h5a3e0c1_0.conda") && sink.bytes.size() > 500,
           "package");
    expect(!repo.indexJson(QStringLiteral("absent:1-0")), "an absent package is an error");
    return 0;
}

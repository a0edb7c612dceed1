// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// bench_conda load|loop|filter|info FILE: one thing done to a repodata.json (or .zst), or to a package, and a line of
// JSON with what it took. `load` is what the program does, `loop` reads the same fields with bare simdjson and keeps
// nothing, `filter` loads and then asks every record for match specifications, `info` reads info/ out of a .tar.bz2.
// Each is a process of its own, so that its peak memory is its own. Run by bench_index.py and bench_archive.py.
#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/conda/matchspec.h"
#include "core/conda/packagearchive.h"
#include "core/conda/repodata.h"

#include <QFile>

#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>

using namespace condaoci;
using Clock = std::chrono::steady_clock;

namespace {

double since(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// Not by getrusage(), which counts the memory of the process that started this one. 0 where there is no such file.
double peakMegabytes()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray lines = status.readAll();
    const auto at = lines.indexOf("VmHWM:");
    return at < 0 ? 0 : lines.mid(at + 6, lines.indexOf("kB", at) - at - 6).trimmed().toDouble() * 1.024 / 1000;
}

[[noreturn]] void fail(const char* what)
{
    std::fprintf(stderr, "bench_conda: %s\n", what);
    std::exit(1);
}

std::shared_ptr<const conda::Repodata> load(const QString& path)
{
    auto bytes = readFile(path, limits::repodataInflated);
    if (!bytes)
        fail("the file can't be read");
    auto json = conda::inflateDocument(*std::move(bytes), limits::repodataInflated);
    if (!json)
        fail("the file can't be inflated");
    auto parsed = conda::Repodata::parse(*std::move(json));
    if (!parsed)
        fail("the file is no index");
    return *std::move(parsed);
}

/// The fields of every record, looked at once.
size_t loop(const char* path)
{
    simdjson::padded_string json;
    if (simdjson::padded_string::load(path).get(json))
        fail("the file can't be read");
    simdjson::ondemand::parser parser;
    auto document = parser.iterate(json);
    size_t records = 0;
    size_t sum = 0;
    for (auto part : document.get_object()) {
        const std::string_view name = part.unescaped_key();
        if (name != "packages" && name != "packages.conda")
            continue;
        for (auto entry : part.value().get_object()) {
            sum += std::string_view(entry.unescaped_key()).size();
            for (auto field : entry.value().get_object()) {
                const std::string_view key = field.unescaped_key();
                if (key == "build_number" || key == "size" || key == "timestamp")
                    sum += static_cast<size_t>(int64_t(field.value().get_int64()));
                else if (key == "name" || key == "version" || key == "build" || key == "sha256" || key == "md5" ||
                         key == "subdir" || key == "license")
                    sum += std::string_view(field.value().get_string()).size();
            }
            ++records;
        }
    }
    return sum == 0 ? 0 : records;
}

size_t info(const QString& path)
{
    QFile package(path);
    if (!package.open(QIODevice::ReadOnly))
        fail("the package can't be read");
    const auto read = conda::readPackageInfo(&package, conda::Format::TarBz2);
    if (!read)
        fail("the file is no package");
    return read->members.size();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3)
        fail("load|loop|filter|info FILE");
    const QString path = QFile::decodeName(argv[2]);
    const auto begun = Clock::now();
    size_t records = 0;
    double seconds = 0;
    if (std::strcmp(argv[1], "loop") == 0) {
        records = loop(argv[2]);
        seconds = since(begun);
    } else if (std::strcmp(argv[1], "info") == 0) {
        records = info(path);
        seconds = since(begun);
    } else {
        const auto index = load(path);
        seconds = since(begun);
        records = index->records().size();
        if (std::strcmp(argv[1], "filter") == 0) {
            std::vector<double> times;
            for (const char* text : {"numpy>=1.26,<2", "*numpy*", "python=3.12.*=*_cpython", "zlib"}) {
                const std::vector specs{*conda::MatchSpec::parse(text)};
                const auto start = Clock::now();
                conda::RecordFilter filter(specs);
                const auto found = std::count_if(index->records().begin(), index->records().end(),
                                                 [&](const auto& record) { return filter.matches(record); });
                times.push_back(since(start));
                std::fprintf(stderr, "%s: %lld records, %.0f ms\n", text, static_cast<long long>(found),
                             times.back() * 1e3);
            }
            seconds = *std::max_element(times.begin(), times.end());
        }
    }
    std::printf("{\"seconds\": %.4f, \"records\": %zu, \"peakMegabytes\": %.1f}\n", seconds, records, peakMegabytes());
    return 0;
}

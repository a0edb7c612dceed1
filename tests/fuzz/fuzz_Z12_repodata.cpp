// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z12: indexes of channels, plain and compressed. What a record is called stays in its folder on any system; what is
// published of the index is an index again, with the same records.
#include "core/conda/channel.h"
#include "core/conda/dependencies.h"
#include "core/conda/repodata.h"

#include "core/base/limits.h"
#include "tests/fuzz/fuzz.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

using namespace condaoci;
using conda::PackageRecord;
using conda::Repodata;

namespace {

constexpr std::size_t looksInto = 64; // records; all of a large index would take too long

QString utf8(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

bool isHex(std::string_view text, std::size_t length)
{
    return text.empty() || (text.size() == length && text.find_first_not_of("0123456789abcdef") == text.npos);
}

/// By the rules of POSIX and of Windows (faults.md A22).
void checkPath(std::string_view fileName)
{
    const QString name = utf8(fileName);
    const QString folder = QStringLiteral("/cache/conda-forge/noarch");
    FUZZ_REQUIRE(QDir::cleanPath(folder + QLatin1Char('/') + name) == folder + QLatin1Char('/') + name);
    FUZZ_REQUIRE(fileName.find_first_of("/\\:*?\"<>|") == fileName.npos && fileName.size() <= 255);
    FUZZ_REQUIRE(fuzz::isFitToShow(name) && !name.endsWith(QLatin1Char('.')) && !name.endsWith(QLatin1Char(' ')));
    const QByteArray stem = name.toUtf8().split('.').constFirst().trimmed().toUpper();
    for (const char* device : {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"})
        FUZZ_REQUIRE(stem != device);
    const QUrl base(QStringLiteral("https://conda.example/conda-forge"));
    const QUrl url = conda::Channel::fileUrl(base, QStringLiteral("noarch"), name);
    FUZZ_REQUIRE(url.isValid() && url.host() == base.host() && !url.hasQuery() && !url.hasFragment());
    FUZZ_REQUIRE(url.path(QUrl::FullyDecoded) == QStringLiteral("/conda-forge/noarch/") + name);
}

void checkRecord(const Repodata& index, const PackageRecord& record)
{
    FUZZ_REQUIRE(index.find(record.fileName) == &record);
    checkPath(record.fileName);
    FUZZ_REQUIRE(isHex(record.sha256, 64) && isHex(record.md5, 32) && record.size >= -1 && record.timestamp >= 0);
    FUZZ_REQUIRE(utf8(record.fileName) == utf8(record.name) + QLatin1Char('-') + utf8(record.version) +
                                              QLatin1Char('-') + utf8(record.build) +
                                              utf8(conda::extension(record.format)));
    FUZZ_REQUIRE(record.raw.starts_with('{') && record.raw.ends_with('}'));
    (void)conda::dependsOf(record);
}

std::vector<Repodata::Published> someOf(const Repodata& index, std::size_t step, const QByteArray& added)
{
    std::vector<Repodata::Published> some;
    for (std::size_t i = 0; i < index.records().size(); i += step) {
        const PackageRecord& record = index.records()[i];
        some.push_back({&record, record.sha256.empty() ? added : QByteArray()});
    }
    return some;
}

/// What is written of an index is one, and holds just these records, with the sums that were added.
void checkWritten(const QByteArray& json, const std::vector<Repodata::Published>& published)
{
    const auto again = Repodata::parse(json);
    FUZZ_REQUIRE(again && (*again)->refused().empty() && (*again)->records().size() == published.size());
    FUZZ_REQUIRE((*again)->baseUrl().empty());
    for (const Repodata::Published& one : published) {
        const PackageRecord* found = (*again)->find(one.record->fileName);
        FUZZ_REQUIRE(found && found->name == one.record->name && found->md5 == one.record->md5);
        FUZZ_REQUIRE(found->sha256 == (one.addedSha256.isEmpty() ? one.record->sha256
                                                                 : std::string_view(one.addedSha256.constData(), 64)));
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::beQuiet();
    auto json = conda::inflateDocument(fuzz::Input(data, size).rest(), 4 * limits::MiB);
    if (!json) {
        fuzz::checkError(json.error());
        return 0;
    }
    const auto parsed = Repodata::parse(*json);
    const auto inPieces = Repodata::parse(*json, json->size() / 5);
    FUZZ_REQUIRE(parsed.has_value() == inPieces.has_value());
    if (!parsed) {
        fuzz::checkError(parsed.error());
        return 0;
    }
    const Repodata& index = **parsed;
    FUZZ_REQUIRE(index.bytes() == (*inPieces)->bytes() && index.refused().size() == (*inPieces)->refused().size());
    FUZZ_REQUIRE(std::equal(index.records().begin(), index.records().end(), (*inPieces)->records().begin(),
                            (*inPieces)->records().end(), [](const PackageRecord& a, const PackageRecord& b) {
                                return a.fileName == b.fileName && a.raw == b.raw && a.size == b.size;
                            }));
    for (const conda::RefusedRecord& refused : index.refused())
        FUZZ_REQUIRE(!refused.reason.isEmpty() && fuzz::isFitToShow(refused.reason));
    std::vector<const PackageRecord*> records;
    for (const PackageRecord& record : index.records()) {
        if (records.size() < looksInto)
            checkRecord(index, record);
        records.push_back(&record);
    }
    const QByteArray sum(64, 'f');
    for (const auto& some : {someOf(index, 1, {}), someOf(index, 2, sum), someOf(index, 1, sum)})
        checkWritten(index.withRecords(some), some);
    const auto empty = Repodata::parse(conda::emptyRepodata(QStringLiteral("noarch")));
    FUZZ_REQUIRE(empty.has_value());
    const auto all = someOf(index, 1, sum);
    checkWritten((*empty)->withAdded(all), all);
    if (records.size() <= looksInto) {
        (void)conda::dependencyClosure({&index}, records, false);
        conda::keepNewest(records);
    }
    return 0;
}

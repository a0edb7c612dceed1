// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z13: packages and info layers, and a bare tar, into which an input gets deeper. The first line says which it is. What
// is read of info/ stays where it is put, and written as an info layer it is read the same.
#include "core/base/limits.h"
#include "core/conda/infocollector.h"
#include "core/conda/infotar.h"

#include "tests/fuzz/fuzz.h"

#include <QBuffer>

using namespace condaoci;
using conda::InfoMember;

namespace {

void checkMembers(const std::vector<InfoMember>& members)
{
    qint64 total = 0;
    QByteArray last;
    for (const InfoMember& member : members) {
        FUZZ_REQUIRE(!member.path.isEmpty() && (last.isEmpty() || last < member.path));
        FUZZ_REQUIRE(!member.path.contains('\\') && !member.path.contains('\0') && member.path.size() <= 1024);
        for (const QByteArray& part : member.path.split('/'))
            FUZZ_REQUIRE(!part.isEmpty() && part != "." && part != "..");
        FUZZ_REQUIRE(!member.linkTarget.startsWith('/') && member.content.size() <= limits::metadataFile);
        FUZZ_REQUIRE(member.linkTarget.isEmpty() || member.content.isEmpty());
        // However a target is resolved, name by name or after its links, it does not get above info/.
        qsizetype depth = member.path.count('/');
        for (const QByteArray& part : member.linkTarget.split('/'))
            FUZZ_REQUIRE(part != ".." || --depth >= 0);
        total += member.content.size();
        last = member.path;
    }
    FUZZ_REQUIRE(total <= limits::infoArchive);
    // No member is below one that is not a directory.
    for (std::size_t i = 1; i < members.size(); ++i)
        FUZZ_REQUIRE(!members[i].path.startsWith(members[i - 1].path + '/'));
    if (total > limits::MiB)
        return;
    const auto written = conda::makeInfoTarGz(members);
    FUZZ_REQUIRE(written.has_value());
    const auto again = conda::readInfoTarGz(*written);
    FUZZ_REQUIRE(again && again->size() == members.size());
    for (std::size_t i = 0; i < members.size(); ++i)
        FUZZ_REQUIRE((*again)[i].path == members[i].path && (*again)[i].content == members[i].content &&
                     (*again)[i].linkTarget == members[i].linkTarget);
}

void checkPackage(QByteArray bytes, conda::Format format)
{
    QBuffer device(&bytes);
    device.open(QIODevice::ReadOnly);
    const auto info = conda::readPackageInfo(&device, format);
    if (!info)
        return fuzz::checkError(info.error());
    FUZZ_REQUIRE(info->indexJson.size() <= limits::indexJson);
    FUZZ_REQUIRE(info->leftOut.size() == std::min<qint64>(info->leftOutCount, limits::leftOutNamed));
    for (const QString& why : info->leftOut)
        FUZZ_REQUIRE(!why.isEmpty() && fuzz::isFitToShow(why));
    checkMembers(info->members);
    const auto checked = conda::checkIndexJson(info->indexJson, {"zlib", "1.2.11", "0", format});
    if (!checked)
        fuzz::checkError(checked.error());
}

void checkTar(QByteArray bytes)
{
    QBuffer device(&bytes);
    device.open(QIODevice::ReadOnly);
    conda::TarReader reader(&device);
    conda::InfoCollector collector;
    while (true) {
        const auto entry = reader.next();
        if (!entry)
            return fuzz::checkError(entry.error());
        if (!*entry) {
            if (auto members = collector.takeMembers())
                checkMembers(*members);
            return;
        }
        if (auto taken = collector.take(reader, **entry); !taken)
            return fuzz::checkError(taken.error());
    }
}

void checkInfoLayer(const QByteArray& bytes)
{
    const auto members = conda::readInfoTarGz(bytes);
    if (!members)
        return fuzz::checkError(members.error());
    checkMembers(*members);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::beQuiet();
    fuzz::Input input(data, size);
    const QByteArray kind = input.line();
    if (kind == "conda")
        checkPackage(input.rest(), conda::Format::Conda);
    else if (kind == "bz2")
        checkPackage(input.rest(), conda::Format::TarBz2);
    else if (kind == "info")
        checkInfoLayer(input.rest());
    else
        checkTar(input.rest());
    return 0;
}

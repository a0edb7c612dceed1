// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/conda/packagearchive.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/inflatingdevice.h"
#include "core/conda/infocollector.h"
#include "core/conda/ziparchive.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace condaoci::conda {

namespace {

/// \param coded  what holds the compressed tar
/// \param file   whose position tells how much of the archive was used up
/// \param start  where the archive begins in it
Result<PackageInfo> readTar(QIODevice* coded, InflatingDevice::Coding coding, QIODevice* file, qint64 start)
{
    InflatingDevice inflating(coded, coding);
    if (!inflating.hasRightStart())
        return unusablePackage(Messages::tr("its archive can't be read: %1").arg(inflating.errorString()));
    TarReader reader(&inflating, file, start, TarEnd::Stream);
    InfoCollector collector;
    while (true) {
        auto entry = reader.next();
        if (entry && !*entry)
            return collector.finish();
        auto taken = entry ? collector.take(reader, **entry) : Result<void>(entry.error());
        // A limit protects us; the package is none the worse, and what is needed of it may have come already.
        if (!taken && reader.isExhausted() && collector.hasIndex()) {
            collector.leaveOut(taken.error().message);
            return collector.finish();
        }
        if (!taken)
            return taken.error();
    }
}

/// The one member of a .conda at its top whose name begins and ends so.
Result<const ZipMember*> onlyMember(const std::vector<ZipMember>& members, const char* begin, const char* end)
{
    const ZipMember* found = nullptr;
    for (const ZipMember& member : members) {
        if (!member.name.startsWith(begin) || !member.name.endsWith(end) || member.name.contains('/'))
            continue;
        if (found)
            return unusablePackage(
                Messages::tr("it has more than one %1…%2").arg(QLatin1String(begin), QLatin1String(end)));
        found = &member;
    }
    if (!found)
        return unusablePackage(
            Messages::tr("it has no %1…%2 at its top").arg(QLatin1String(begin), QLatin1String(end)));
    return found;
}

Result<void> checkMetadata(QIODevice* device, const ZipMember& member)
{
    if (member.size > limits::indexJson)
        return unusablePackage(Messages::tr("its metadata.json is too large"));
    auto content = openZipMember(device, member);
    if (!content)
        return content.error();
    const auto document = QJsonDocument::fromJson((*content)->read(member.size));
    const auto version = document.object().value(QLatin1String("conda_pkg_format_version"));
    if (version.toInt() != 2)
        return unusablePackage(Messages::tr("its metadata.json does not say that it is a .conda of version 2"));
    return {};
}

Result<PackageInfo> readConda(QIODevice* device)
{
    auto members = readZipDirectory(device);
    if (!members)
        return members.error();
    // Every writer adds one, no reader asks for it; where it is there it has to be right.
    const auto metadata = std::find_if(members->begin(), members->end(),
                                       [](const ZipMember& member) { return member.name == "metadata.json"; });
    if (metadata != members->end()) {
        if (auto checked = checkMetadata(device, *metadata); !checked)
            return checked.error();
    }
    auto package = onlyMember(*members, "pkg-", ".tar.zst");
    if (!package)
        return package.error();
    if (auto start = zipMemberStart(device, **package); !start)
        return start.error();
    auto info = onlyMember(*members, "info-", ".tar.zst");
    if (!info)
        return info.error();
    auto content = openZipMember(device, **info);
    if (!content)
        return content.error();
    return readTar(content->get(), InflatingDevice::Coding::Zstd, device, (*info)->header);
}

} // namespace

Result<PackageInfo> readPackageInfo(QIODevice* device, Format format)
{
    return format == Format::Conda ? readConda(device) : readTar(device, InflatingDevice::Coding::Bzip2, device, 0);
}

Result<void> checkIndexJson(QByteArrayView indexJson, const PackageName& name)
{
    const auto document = QJsonDocument::fromJson(indexJson.toByteArray());
    if (!document.isObject())
        return Error{ErrorKind::Integrity, Messages::tr("its info/index.json is not a JSON object")};
    const QJsonObject object = document.object();
    const std::pair<const char*, std::string_view> parts[] = {
        {"name", name.name}, {"version", name.version}, {"build", name.build}};
    for (const auto& [key, wanted] : parts) {
        const QString found = object.value(QLatin1String(key)).toString();
        const QString expected = text(wanted);
        if (found != expected)
            return Error{ErrorKind::Integrity,
                         Messages::tr("its info/index.json says that its %1 is %2, its file name says %3")
                             .arg(QLatin1String(key), oneLine(found, 100), oneLine(expected, 100))};
    }
    return {};
}

} // namespace condaoci::conda

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copyspec.h"

#include "core/base/atomicfile.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <QRegularExpression>
#include <QtEndian>

#include <algorithm>

namespace condaoci::mirror {

namespace {

/// The same channel is served by several hosts, so it is its name that counts; the bytes are told by their sums. A
/// mirror's name stands behind a namespace.
bool isOfChannel(const conda::LockedPackage& package, const QStringList& names, const QString& folder)
{
    if (package.channel.scheme() == QLatin1String("oci"))
        return std::any_of(names.begin(), names.end(), [path = package.channel.path()](const QString& name) {
            return path.endsWith(QLatin1Char('/') + name);
        });
    if (!folder.isEmpty() && package.channel.isLocalFile() &&
        QFileInfo(package.channel.toLocalFile()) == QFileInfo(folder))
        return true;
    return !package.channelName.isEmpty() && names.contains(package.channelName);
}

bool contradict(const QByteArray& one, const QByteArray& other)
{
    return !one.isEmpty() && !other.isEmpty() && one != other;
}

} // namespace

Result<conda::LockedEnvironment> readLockFile(const QString& path)
{
    auto bytes = readNamedFile(path, limits::lockFile);
    if (!bytes)
        return bytes.error();
    auto environment = conda::parseLockFile(*bytes, QFileInfo(path).absolutePath());
    if (!environment)
        return environment.error().in(path);
    return environment;
}

Result<void> addLockFile(ExactSelection& selection, const QString& path, const QStringList& channelNames,
                         const QString& channelFolder)
{
    const QString file = QFileInfo(path).fileName();
    auto environment = readLockFile(path);
    if (!environment)
        return environment.error();
    for (const conda::LockedPackage& package : environment->packages) {
        const QString key = package.subdir + QLatin1Char('/') + package.fileName;
        if (!isOfChannel(package, channelNames, channelFolder)) {
            selection.others.push_back(
                {key, Messages::tr("%1 names it of another channel, %2").arg(file, shownUrl(package.channel))});
            continue;
        }
        if (!package.problem.isEmpty()) {
            selection.refused.push_back({key, Messages::tr("%1 names it, but %2").arg(file, package.problem)});
            continue;
        }
        const ExactSelection::Wanted wanted{package.sha256, package.md5, file};
        const auto [known, isNew] = selection.files.try_emplace(key, wanted);
        if (isNew)
            continue;
        if (contradict(known->second.sha256, wanted.sha256) || contradict(known->second.md5, wanted.md5))
            return Error{ErrorKind::Config, Messages::tr("%1 and %2 want different bytes for %3; copy them one by one")
                                                .arg(known->second.from, file, key)};
        if (known->second.sha256.isEmpty())
            known->second.sha256 = wanted.sha256;
    }
    for (const QString& other : std::as_const(environment->others))
        selection.others.push_back({other, Messages::tr("%1 names it; it is not a package of a channel").arg(file)});
    return {};
}

Result<Shard> parseShard(const QString& text)
{
    static const QRegularExpression grammar(QStringLiteral("^([0-9]{1,4})/([0-9]{1,4})$"));
    const auto match = grammar.match(text);
    const Shard shard{match.captured(1).toInt(), match.captured(2).toInt()};
    if (!match.hasMatch() || shard.number < 1 || shard.number > shard.count || shard.count > Shard::most)
        return Error{ErrorKind::Config, Messages::tr("%1 is not a shard: write I/N, for example 2/16, with N up to %2")
                                            .arg(oneLine(text, 100))
                                            .arg(Shard::most)};
    return shard;
}

int shardOf(std::string_view packageName, int count)
{
    const QByteArray sum = QCryptographicHash::hash(
        QByteArray::fromRawData(packageName.data(), static_cast<qsizetype>(packageName.size())),
        QCryptographicHash::Sha256);
    return static_cast<int>(qFromBigEndian<quint64>(sum.constData()) % static_cast<quint64>(count)) + 1;
}

} // namespace condaoci::mirror

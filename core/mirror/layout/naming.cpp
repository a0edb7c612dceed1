// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/layout/naming.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/oci/reference.h"

#include <QRandomGenerator>
#include <QTimeZone>

#include <array>
#include <utility>

namespace condaoci::mirror::naming {

namespace {

constexpr std::array<std::pair<QLatin1String, QLatin1String>, 3> escapes{{
    {QLatin1String("+"), QLatin1String("__p__")},
    {QLatin1String("!"), QLatin1String("__e__")},
    {QLatin1String("="), QLatin1String("__eq__")},
}};
constexpr QLatin1String underscorePrefix("zzz");
const QString minuteForm = QStringLiteral("yyyy.MM.dd.HH.mm");
const QString secondForm = QStringLiteral("yyyy.MM.dd.HH.mm.ss");

QString stem(const conda::PackageName& name)
{
    return condaoci::text(name.name) + QLatin1Char('-') + condaoci::text(name.version) + QLatin1Char('-') +
           condaoci::text(name.build);
}

} // namespace

QString shardName(const QString& index, int number, int count)
{
    return QStringLiteral("%1.shard-%2-of-%3").arg(index).arg(number).arg(count);
}

QString packageLayer(conda::Format format)
{
    return QLatin1String(format == conda::Format::Conda ? condaLayer : tarBz2Layer);
}

QString repository(const QString& channel, const QString& subdir, std::string_view name)
{
    const QString escaped = name.starts_with('_') ? underscorePrefix + condaoci::text(name) : condaoci::text(name);
    return channel + QLatin1Char('/') + subdir + QLatin1Char('/') + escaped;
}

QString tag(std::string_view version, std::string_view build)
{
    QString text = condaoci::text(version) + QLatin1Char('-') + condaoci::text(build);
    for (const auto& [plain, escaped] : escapes)
        text.replace(plain, escaped);
    return text;
}

QString decodeTag(const QString& tag)
{
    QString text = tag;
    for (const auto& [plain, escaped] : escapes)
        text.replace(escaped, plain);
    return text;
}

QString decodeName(const QString& component)
{
    return component.startsWith(QLatin1String("zzz_")) ? component.mid(underscorePrefix.size()) : component;
}

Result<void> check(const QString& host, const QString& repository, const QString& tag, const conda::PackageName& name)
{
    const auto refuse = [](const QString& why) { return Error{ErrorKind::Config, why}; };
    const QString lastComponent = repository.section(QLatin1Char('/'), -1);
    if (!oci::isRepositoryName(repository))
        return refuse(Messages::tr("registries do not allow the repository name %1").arg(oneLine(repository)));
    if (host.size() + 1 + repository.size() > limits::repositoryWithHost)
        return refuse(Messages::tr("its repository name with the host is longer than %1 characters")
                          .arg(limits::repositoryWithHost));
    if (tag.size() > limits::tagLength)
        return refuse(Messages::tr("its tag would have %1 characters; registries allow %2")
                          .arg(tag.size())
                          .arg(limits::tagLength));
    if (!oci::isTag(tag))
        return refuse(Messages::tr("registries do not allow the tag %1").arg(oneLine(tag)));
    if (decodeName(lastComponent) != condaoci::text(name.name) ||
        decodeTag(tag) != condaoci::text(name.version) + QLatin1Char('-') + condaoci::text(name.build))
        return refuse(Messages::tr("its name contains what stands for an escaped character in a registry, so it could "
                                   "not be told from another package"));
    return {};
}

QString infoTitle(const conda::PackageName& name)
{
    return stem(name) + QStringLiteral("/info.tar.gz");
}

QString indexJsonTitle(const conda::PackageName& name)
{
    return stem(name) + QStringLiteral("/info/index.json");
}

QString timeText(qint64 milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds, QTimeZone::utc()).toString(minuteForm);
}

QString secondText(const QDateTime& time)
{
    return time.toUTC().toString(secondForm);
}

QString ownTag(const QDateTime& time)
{
    return QStringLiteral("%1-%2")
        .arg(secondText(time))
        .arg(QRandomGenerator::system()->generate64(), 16, 16, QLatin1Char('0'));
}

bool isOwnTag(const QString& tag)
{
    return tag.contains(QLatin1Char('-')) && timeOfTag(tag);
}

std::optional<QDateTime> timeOfTag(const QString& tag)
{
    const bool isOwn = tag.size() > secondForm.size() + 1 && tag[secondForm.size()] == QLatin1Char('-');
    const QDateTime time =
        QDateTime::fromString(isOwn ? tag.left(secondForm.size()) : tag, isOwn ? secondForm : minuteForm);
    if (!time.isValid())
        return {};
    return QDateTime(time.date(), time.time(), QTimeZone::utc());
}

} // namespace condaoci::mirror::naming

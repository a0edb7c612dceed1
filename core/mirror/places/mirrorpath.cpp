// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/mirrorpath.h"

#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/channel.h"

#include <QRegularExpression>

namespace condaoci::mirror {

namespace {

Error refuse(const QString& text, const QString& why)
{
    return Error{ErrorKind::Config, QStringLiteral("%1: %2").arg(oneLine(withoutSecrets(text), 200), why)};
}

/// Package names may look like "a-b" too, so only platforms that conda knows count.
bool isPlatform(const QString& component)
{
    static const QRegularExpression known(
        QStringLiteral("^(?:noarch|(?:linux|osx|win|emscripten|wasi|freebsd|zos)-[a-z0-9_]+)$"));
    return known.match(component).hasMatch();
}

struct Split
{
    oci::Endpoint endpoint;
    QString path;
};

Result<Split> splitEndpoint(const QString& text)
{
    if (const QLatin1String scheme("oci-layout:"); text.startsWith(scheme)) {
        const auto at = text.indexOf(QLatin1String("//"), scheme.size() + 1); // the directory may be /
        auto endpoint = oci::parseEndpoint(at < 0 ? text : text.left(at));
        if (!endpoint)
            return endpoint.error();
        return Split{*std::move(endpoint), at < 0 ? QString() : text.mid(at + 2)};
    }
    const auto scheme = text.indexOf(QLatin1String("://"));
    const auto slash = text.indexOf(QLatin1Char('/'), scheme < 0 ? 0 : scheme + 3);
    auto endpoint = oci::parseEndpoint(slash < 0 ? text : text.left(slash));
    if (!endpoint)
        return endpoint.error();
    return Split{*std::move(endpoint), slash < 0 ? QString() : text.mid(slash + 1)};
}

} // namespace

Result<MirrorPath> parseMirrorPath(const QString& text)
{
    auto split = splitEndpoint(text);
    if (!split)
        return split.error();
    // The package's version may hold anything but a slash.
    const QString path = split->path.section(QLatin1Char(':'), 0, 0);
    QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
    MirrorPath found;
    if (parts.size() >= 2 && isPlatform(parts.at(parts.size() - 2))) {
        found.name = parts.takeLast();
        found.subdir = parts.takeLast();
    } else if (!parts.isEmpty() && isPlatform(parts.constLast())) {
        found.subdir = parts.takeLast();
    }
    if (const auto colon = split->path.indexOf(QLatin1Char(':')); colon >= 0) {
        if (found.name.isEmpty())
            return refuse(text, Messages::tr("write REGISTRY/CHANNEL/SUBDIR/NAME:VERSION-BUILD"));
        found.package = found.name + split->path.mid(colon);
    }
    const QString channel = parts.join(QLatin1Char('/'));
    if (!oci::isRepositoryName(channel))
        return refuse(text,
                      channel.isEmpty()
                          ? Messages::tr("the channel is missing; write REGISTRY/CHANNEL, or oci-layout:DIR//CHANNEL")
                          : Messages::tr("%1 can't be in a registry").arg(oneLine(channel, 100)));
    found.channel = {split->endpoint, channel};
    return found;
}

Result<MirrorPath> parsePackagePath(const QString& text)
{
    auto path = parseMirrorPath(text);
    if (path && path->package.isEmpty())
        return refuse(text, Messages::tr("write REGISTRY/CHANNEL/SUBDIR/NAME:VERSION-BUILD"));
    return path;
}

} // namespace condaoci::mirror

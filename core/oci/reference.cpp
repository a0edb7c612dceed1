// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/reference.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"

#include <QDir>
#include <QRegularExpression>

namespace condaoci::oci {

namespace {

const QLatin1String layoutScheme("oci-layout:");

Error refuse(const QString& text, const QString& why)
{
    return Error{ErrorKind::Config, Messages::tr("registry %1: %2").arg(oneLine(withoutSecrets(text), 200), why)};
}

Result<Endpoint> parseLayout(const QString& text)
{
    const QString path = text.mid(layoutScheme.size());
    if (path.isEmpty())
        return refuse(text, Messages::tr("oci-layout: needs a directory, for example oci-layout:./mirror"));
    Endpoint endpoint;
    endpoint.kind = Endpoint::Kind::Layout;
    endpoint.directory = QDir::cleanPath(QDir(path).absolutePath());
    return endpoint;
}

/// As readers of mirrors and `copy` write registries: `oci://HOST` by https, `oci+http://HOST` by http.
QString withoutOci(const QString& text)
{
    if (text.startsWith(QLatin1String("oci://")))
        return QStringLiteral("https") + text.mid(3);
    return text.startsWith(QLatin1String("oci+http://")) ? text.mid(4) : text;
}

Result<Endpoint> parseRemote(const QString& text)
{
    static const QRegularExpression scheme(QStringLiteral("^([A-Za-z][A-Za-z0-9+.-]*)://"));
    const auto match = scheme.match(text);
    const QUrl url(match.hasMatch() ? text : QStringLiteral("https://") + text, QUrl::StrictMode);
    const bool isKnown = url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http");
    // What is no scheme (my_https://) would be a host.
    if (match.hasMatch() ? !isKnown : text.contains(QLatin1String("://")))
        return refuse(text, Messages::tr("only https://, http://, oci:// and oci-layout: are known"));
    if (!url.isValid() || url.host().isEmpty())
        return refuse(text, Messages::tr("not a registry; write for example ghcr.io/myorg"));
    if (!url.userInfo().isEmpty())
        return refuse(text, Messages::tr("a user name or password does not belong into the address"));
    if (url.hasQuery() || url.hasFragment())
        return refuse(text, Messages::tr("an address has no ? or #"));

    Endpoint endpoint;
    endpoint.origin.setScheme(url.scheme());
    // The one registry whose name for people is not the name of its server.
    const QString host = url.host().toLower();
    endpoint.origin.setHost(host == QLatin1String("docker.io") ? QStringLiteral("registry-1.docker.io") : host);
    endpoint.origin.setPort(url.port());
    endpoint.prefix = url.path();
    while (endpoint.prefix.startsWith(QLatin1Char('/')))
        endpoint.prefix.remove(0, 1);
    while (endpoint.prefix.endsWith(QLatin1Char('/')))
        endpoint.prefix.chop(1);
    if (endpoint.prefix == QLatin1String("v2") || endpoint.prefix.startsWith(QLatin1String("v2/")))
        return refuse(text, Messages::tr("write it without /v2, which belongs to every registry's address"));
    if (!endpoint.prefix.isEmpty() && !isRepositoryName(endpoint.prefix))
        return refuse(
            text,
            Messages::tr("registries do not allow %1 as a name: lower-case letters, digits and . _ - between them")
                .arg(oneLine(endpoint.prefix, 100)));
    return endpoint;
}

} // namespace

QString Endpoint::toString() const
{
    if (kind == Kind::Layout)
        return layoutScheme + QDir::toNativeSeparators(directory);
    const QString place = origin.scheme() == QLatin1String("https") ? origin.authority() : origin.toString();
    return prefix.isEmpty() ? place : place + QLatin1Char('/') + prefix;
}

QString Endpoint::repository(const QString& name) const
{
    return prefix.isEmpty() ? name : prefix + QLatin1Char('/') + name;
}

Result<Endpoint> parseEndpoint(const QString& text)
{
    return text.startsWith(layoutScheme) ? parseLayout(text) : parseRemote(withoutOci(text));
}

bool isRepositoryName(QStringView name)
{
    static const QRegularExpression grammar(QRegularExpression::anchoredPattern(
        QStringLiteral("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*")));
    return name.size() <= limits::repositoryWithHost && grammar.match(name.toString()).hasMatch();
}

bool isTag(QStringView tag)
{
    static const QRegularExpression grammar(
        QRegularExpression::anchoredPattern(QStringLiteral("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")));
    return grammar.match(tag.toString()).hasMatch();
}

} // namespace condaoci::oci

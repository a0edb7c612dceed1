// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/readers.h"
#include "core/mirror/upkeep/registrychecker.h"

namespace condaoci::mirror {

/// mamba asks `https://HOST/token` without credentials, whatever the registry says about signing in. It asks for the
/// placeholders' repositories first, and after four refusals (two platforms, two documents) asks for nothing more; what
/// a manifest is answered with does not matter to it.
Reader Checker::judgeMamba(const QString& impossible, bool isAnonymous, bool hasPlaceholder) const
{
    Reader mamba{QStringLiteral("mamba, micromamba"), false, impossible};
    if (!impossible.isEmpty())
        return mamba;
    if (!isAnonymous) {
        mamba.why =
            QStringLiteral("not without signing in; mamba 2 does that by ~/.netrc, where https://HOST/token is");
        return mamba;
    }
    http::HttpClient client(m_network, m_stop);
    http::Request request;
    request.url = m_endpoint.origin;
    request.url.setPath(QStringLiteral("/token"));
    const auto tokenFor = [&](const QString& repository) {
        request.url.setQuery(QStringLiteral("scope=repository:%1:pull").arg(repository));
        const auto answered = client.send(request);
        return answered && answered->status == 200;
    };
    const QString server = request.url.toString();
    if (!tokenFor(m_repository))
        mamba.why = QStringLiteral("they get their tokens from %1, and there is none").arg(server);
    else if (!hasPlaceholder && !tokenFor(m_placeholder.repository))
        mamba.why = QStringLiteral("no placeholder can be left, and %1 refuses a repository that is not there, so "
                                   "they give up before the index; `repodata_use_zst: false` in ~/.mambarc avoids that")
                        .arg(server);
    mamba.canRead = mamba.why.isEmpty();
    return mamba;
}

/// How a repository that is not there is refused, if it is not answered with 404, as it should be. For the registry
/// itself (oci::Registry) both come to the same, not so for installers.
std::optional<Error> Checker::refusal(const QString& absent, oci::Authenticator::Lookup credentials) const
{
    http::HttpClient client(m_network, m_stop);
    http::Request request;
    request.url = m_endpoint.origin;
    request.url.setPath(QStringLiteral("/v2/%1/manifests/latest").arg(absent));
    request.headers.set("Accept", oci::manifestMediaType);
    auto answered = client.send(request);
    if (answered && answered->status == 401) {
        oci::Authenticator authenticator(std::move(credentials));
        const QByteArray scope = "repository:" + absent.toUtf8() + ":pull";
        const auto authorization =
            authenticator.answer(client, http::originOf(m_endpoint.origin), scope, *answered, {});
        if (!authorization)
            return authorization.error();
        request.authorization = *authorization;
        answered = client.send(request);
    }
    if (!answered)
        return answered.error();
    if (answered->status == 404 || answered->status == 200)
        return std::nullopt;
    return http::statusError(request, *answered,
                             QStringLiteral("%1 did not give a manifest").arg(m_endpoint.toString()));
}

/// pixi asks for the placeholders' repositories first, and goes on only where they are there or answered 404.
Reader Checker::judgePixi(const QString& impossible, bool isAnonymous, bool hasPlaceholder) const
{
    Reader pixi{QStringLiteral("rattler, pixi"), impossible.isEmpty(), impossible};
    if (!impossible.isEmpty())
        return pixi;
    if (!isAnonymous)
        pixi.why = QStringLiteral("who has signed in with `pixi auth login`");
    if (hasPlaceholder)
        return pixi;
    const auto refused = refusal(m_placeholder.repository, isAnonymous ? oci::Authenticator::Lookup() : m_credentials);
    if (!refused)
        return pixi;
    pixi.canRead = false;
    pixi.why = QStringLiteral("no placeholder can be left, and they give up where a repository that is not there is "
                              "refused, unless `disable-sharded` is set: %1")
                   .arg(refused->message);
    return pixi;
}

void Checker::judgeReaders(bool isPushed, bool isAnonymous, bool hasPlaceholder)
{
    const QStringList notes = readerNotes(m_endpoint, QStringLiteral("channel"));
    const QString nowhere = QStringLiteral("nothing installs from an image layout; copy it to a registry, or pull it "
                                           "into a cache directory");
    const bool isReachable =
        m_isRemote && m_endpoint.origin.scheme() == QLatin1String("https") && m_endpoint.origin.port(443) == 443;
    const QString unreachable = !m_isRemote    ? nowhere
                                : !isReachable ? QStringLiteral("they reach registries by https on port 443 only")
                                : !isPushed    ? QStringLiteral("not known, since nothing could be pushed")
                                               : QString();
    m_check.readers.push_back(judgeMamba(unreachable, isAnonymous, hasPlaceholder));
    m_check.readers.push_back(judgePixi(unreachable, isAnonymous, hasPlaceholder));
    m_check.readers.push_back(
        {QStringLiteral("conda"), false,
         QStringLiteral("it has no oci:// channels; what `conda-oci pull-cache` makes is a channel for it")});
    m_check.notes += notes;
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/mirror.h"

#include "core/mirror/copy/copycredentials.h"
#include "core/mirror/copy/copyends.h"
#include "core/mirror/copy/copyjob.h"

#include <QEventLoop>

namespace condaoci::mirror {

Result<Mirror> Mirror::create(const MirrorOptions& options)
{
    Mirror mirror;
    CopyRequest& request = mirror.m_request;
    request.channel = options.channel;
    request.as = options.as;
    request.packages = options.packages;
    request.subdirs = options.subdirs;
    request.registry = options.registry;
    request.cacheDirectory = options.cacheDirectory;
    request.workers = options.workers;
    request.dryRun = options.dryRun;
    mirror.m_tls = options.tls;
    mirror.m_credentials = options.credentials;
    for (const auto verb : {CopyRequest::Verb::Mirror, CopyRequest::Verb::PullCache}) {
        request.verb = verb;
        if (auto spec = toSpec(request); !spec)
            return spec.error();
    }
    if (auto readable = http::tlsConfiguration(options.tls, true); !readable)
        return readable.error();
    return mirror;
}

CopyReport Mirror::run(const CopyRequest& request) const
{
    CopyReport report;
    auto spec = toSpec(request);
    if (!spec) {
        report.fatal = spec.error();
        return report;
    }
    spec->tls = m_tls;
    spec->indexCache.clear(); // a library leaves nothing in its user's folders
    const auto find = [](const oci::Endpoint& registry, bool useEnvironment) {
        return oci::knownCredentials(registry, useEnvironment);
    };
    auto ends = connectEnds(*spec, m_credentials ? m_credentials : credentialsFor(*spec, find));
    if (!ends) {
        report.fatal = ends.error();
        return report;
    }
    CopyJob job(*std::move(spec), *std::move(ends));
    QEventLoop loop;
    QObject::connect(&job, &CopyJob::finished, &loop, [&](const CopyReport& finished) {
        report = finished;
        loop.quit();
    });
    job.start();
    loop.exec();
    return report;
}

CopyReport Mirror::update() const
{
    CopyRequest request = m_request;
    request.verb = CopyRequest::Verb::Mirror;
    return run(request);
}

CopyReport Mirror::pullLatest() const
{
    CopyRequest request = m_request;
    request.verb = CopyRequest::Verb::PullCache;
    return run(request);
}

CopyReport Mirror::pullAll() const
{
    CopyRequest request = m_request;
    request.verb = CopyRequest::Verb::PullCache;
    request.allVersions = true;
    return run(request);
}

CopyReport Mirror::pushNew() const
{
    CopyRequest request = m_request;
    request.verb = CopyRequest::Verb::PushCache;
    return run(request);
}

CopyReport Mirror::pushAll() const
{
    CopyRequest request = m_request;
    request.verb = CopyRequest::Verb::PushCache;
    request.everything = true;
    return run(request);
}

} // namespace condaoci::mirror

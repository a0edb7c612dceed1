// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/mirror.h"

#include "core/mirror/copyends.h"
#include "core/mirror/copyjob.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>

namespace condaoci::mirror {

namespace {

/// Sockets and timers need one; it stays, since there can be only one in a program's life.
void ensureApplication()
{
    static int count = 1;
    static char name[] = "conda-oci-mirror";
    static char* arguments[] = {name, nullptr};
    if (!QCoreApplication::instance())
        new QCoreApplication(count, arguments);
}

} // namespace

Result<Mirror> Mirror::create(const MirrorOptions& options)
{
    Mirror mirror;
    auto channel = conda::parseChannel(options.channel, options.as);
    if (!channel)
        return channel.error();
    mirror.m_channel = *std::move(channel);
    auto endpoint = oci::parseEndpoint(options.registry);
    if (!endpoint)
        return endpoint.error();
    mirror.m_registry = {*std::move(endpoint), mirror.m_channel.name};
    mirror.m_cache = {QDir::cleanPath(QDir(options.cacheDirectory).absolutePath()), mirror.m_channel.name};
    for (const QString& subdir : options.subdirs) {
        if (!conda::isSubdir(subdir))
            return Error{ErrorKind::Config,
                         QStringLiteral("%1 is not a platform such as linux-64 or noarch").arg(subdir)};
    }
    if (!options.subdirs.isEmpty()) {
        mirror.m_spec.subdirs = options.subdirs;
        mirror.m_spec.subdirsNamed = true;
    }
    for (const QString& text : options.packages) {
        auto parsed = conda::MatchSpec::parse(text.toStdString());
        if (!parsed)
            return parsed.error();
        mirror.m_spec.packages.push_back(*std::move(parsed));
    }
    if (options.workers < 1)
        return Error{ErrorKind::Config, QStringLiteral("there has to be at least one worker")};
    mirror.m_spec.workers = options.workers;
    if (auto readable = http::tlsConfiguration(options.tls, true); !readable)
        return readable.error();
    mirror.m_spec.tls = options.tls;
    mirror.m_spec.dryRun = options.dryRun;
    mirror.m_credentials = options.credentials;
    return mirror;
}

CopyReport Mirror::run(CopySpec spec, Location source, Location store) const
{
    ensureApplication();
    spec.source = std::move(source);
    spec.store = std::move(store);
    auto ends = connectEnds(spec, m_credentials);
    CopyReport report;
    if (!ends) {
        report.fatal = ends.error();
        return report;
    }
    CopyJob job(std::move(spec), *std::move(ends));
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
    return run(m_spec, m_channel, m_registry);
}

CopyReport Mirror::pullLatest() const
{
    CopySpec spec = m_spec;
    spec.yanked = false;
    spec.newestOnly = true;
    return run(std::move(spec), m_registry, m_cache);
}

CopyReport Mirror::pullAll() const
{
    CopySpec spec = m_spec;
    spec.yanked = false;
    return run(std::move(spec), m_registry, m_cache);
}

CopyReport Mirror::pushNew() const
{
    CopySpec spec = m_spec;
    spec.yanked = false;
    spec.index = IndexMode::Merged;
    spec.presence = Presence::StoreIndex;
    return run(std::move(spec), m_cache, m_registry);
}

CopyReport Mirror::pushAll() const
{
    CopySpec spec = m_spec;
    spec.yanked = false;
    spec.index = IndexMode::Merged;
    spec.deep = true;
    return run(std::move(spec), m_cache, m_registry);
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/channelsource.h"

#include "core/base/atomicfile.h"
#include "core/base/chunks.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/mirror/indexcache.h"
#include "core/mirror/naming.h"

#include <QFile>
#include <QFileInfo>

namespace condaoci::mirror {

namespace {

/// A GET of a channel URL: its user info becomes a header, so that it never stands in a URL that is sent or shown.
http::Request requestFor(QUrl url)
{
    http::Request request;
    if (!url.userInfo().isEmpty())
        request.authorization =
            "Basic " + (url.userName(QUrl::FullyDecoded) + QLatin1Char(':') + url.password(QUrl::FullyDecoded))
                           .toUtf8()
                           .toBase64();
    url.setUserInfo({});
    request.url = url;
    return request;
}

/// CEP 15's base_url comes from the network: it may not lead from the network to a file, nor from https to http.
Result<void> mayFollow(http::HttpClient& client, const QUrl& from, const QUrl& to)
{
    if (!from.isLocalFile())
        return client.mayFollow(from, to);
    if (to.isLocalFile() || to.scheme() == QLatin1String("https"))
        return {};
    return Error{ErrorKind::Protocol, QStringLiteral("it leads from a folder to neither a folder nor https")};
}

/// Is the document, and not an error of the server, what is not there?
bool isAbsent(int status)
{
    return status == 404 || status == 410;
}

} // namespace

ChannelSource::ChannelSource(conda::Channel channel, QString indexCache, http::Network network, std::stop_token stop)
    : m_channel(std::move(channel))
    , m_indexCache(std::move(indexCache))
    , m_stop(stop)
    , m_client(std::move(network), std::move(stop))
{
}

Result<SourceIndex> ChannelSource::index(const QString& subdir, bool withYanked, const conda::Repodata*)
{
    auto index = document(subdir, QLatin1String(naming::indexName));
    if (!index)
        return index.error();
    SourceIndex result{*index, nullptr};
    if (!result.index)
        return result;
    const QString baseUrl = text(result.index->baseUrl());
    const QUrl here = conda::Channel::fileUrl(m_channel.bases.constFirst(), subdir, {});
    if (auto may = baseUrl.isEmpty() ? Result<void>() : mayFollow(m_client, here, here.resolved(QUrl(baseUrl))); !may)
        return Error{ErrorKind::Protocol,
                     Messages::tr("%1/repodata.json of %2 names a base_url that may not be followed from there: %3")
                         .arg(subdir, m_channel.toString(), shownUrl(QUrl(baseUrl))),
                     may.error().message, Side::Source};
    result.baseUrl = baseUrl;
    if (withYanked) {
        auto all = document(subdir, QLatin1String(naming::yankedName));
        if (!all)
            return all.error();
        result.yanked = *all;
    }
    return result;
}

Result<ChannelSource::Document> ChannelSource::document(const QString& subdir, const QString& name)
{
    // On disk the plain file costs nothing to read; over the network the compressed one is an eighth of it.
    const QStringList forms = m_channel.isLocal() ? QStringList{{}, QStringLiteral(".zst"), QStringLiteral(".bz2")}
                                                  : QStringList{QStringLiteral(".zst"), {}, QStringLiteral(".bz2")};
    std::optional<Error> refused;
    for (const QString& form : forms) {
        auto bytes = download(conda::Channel::fileUrl(m_channel.bases.constFirst(), subdir, name + form));
        // Object stores that do not let their files be listed say so of those that are not there.
        if (!bytes && bytes.error().httpStatus == 403) {
            refused = bytes.error();
            continue;
        }
        if (!bytes)
            return bytes.error();
        if (!*bytes)
            continue;
        const QString context = Messages::tr("%1/%2 of %3").arg(subdir, name + form, m_channel.toString());
        auto json = conda::inflateDocument(std::move(**bytes), limits::repodataInflated);
        if (!json)
            return json.error().in(context).at(Side::Source);
        auto parsed = conda::Repodata::parse(*std::move(json));
        if (!parsed)
            return parsed.error().in(context).at(Side::Source);
        return *parsed;
    }
    if (refused && name == QLatin1String(naming::indexName))
        return *refused;
    return Document();
}

Result<std::optional<QByteArray>> ChannelSource::download(const QUrl& url)
{
    if (url.isLocalFile()) {
        auto bytes = readFile(url.toLocalFile(), limits::repodataInflated);
        if (bytes)
            return std::optional(*std::move(bytes));
        if (bytes.error().kind == ErrorKind::NotFound)
            return std::optional<QByteArray>();
        return bytes.error().at(Side::Source);
    }

    http::Request request = requestFor(url);
    request.limit = limits::repodataInflated;
    const auto cached = loadCachedDocument(m_indexCache, url);
    if (cached && !cached->etag.isEmpty())
        request.headers.set("If-None-Match", cached->etag);
    else if (cached)
        request.headers.set("If-Modified-Since", cached->lastModified);

    auto response = m_client.send(request);
    if (!response)
        return response.error().at(Side::Source);
    if (response->status == 304 && cached)
        return std::optional(cached->bytes);
    if (isAbsent(response->status))
        return std::optional<QByteArray>();
    if (response->status != 200)
        return http::statusError(request, *response, Messages::tr("the channel did not give its index"))
            .at(Side::Source);
    storeCachedDocument(m_indexCache, url,
                        {response->headers.value("ETag"), response->headers.value("Last-Modified"), response->body});
    return std::optional(std::move(response->body));
}

QList<QUrl> ChannelSource::urlsOf(const FileRef& file) const
{
    const QString fileName = text(file.record->fileName);
    QList<QUrl> urls;
    for (const QUrl& base : m_channel.bases) {
        if (file.baseUrl.isEmpty()) {
            urls.append(conda::Channel::fileUrl(base, file.subdir, fileName));
            continue;
        }
        // CEP 15: relative to the index, or absolute (then the same for every base).
        const QUrl folder = conda::Channel::fileUrl(base, file.subdir, {}).resolved(QUrl(file.baseUrl));
        const QUrl url = conda::Channel::fileUrl(folder, {}, fileName);
        if (!urls.contains(url))
            urls.append(url);
    }
    return urls;
}

std::optional<Error> ChannelSource::knownMissing(const FileRef& file) const
{
    const QUrl url = urlsOf(file).constFirst();
    if (!url.isLocalFile() || QFileInfo::exists(url.toLocalFile()))
        return std::nullopt;
    return Error{ErrorKind::NotFound, Messages::tr("the channel lists it but does not have the file"),
                 url.toLocalFile(), Side::Source};
}

Result<void> ChannelSource::fetch(const FileRef& file, http::Sink& sink, const Progress& progress)
{
    std::optional<Error> first;
    const qint64 held = sink.written();
    for (const QUrl& url : urlsOf(file)) {
        if (url.isLocalFile())
            return copyLocal(url.toLocalFile(), file, sink, progress);
        if (sink.written() != held) { // what another address gave may have been anything
            if (auto restarted = sink.restart(); !restarted)
                return restarted;
        }
        http::Request request = requestFor(url);
        request.sink = &sink;
        request.expectedSize = file.record->size;
        request.limit = file.record->size >= 0 ? file.record->size : std::numeric_limits<qint64>::max();
        request.progress = progress;
        auto response = m_client.send(request);
        if (response && (response->status == 200 || response->status == 206))
            return {};
        Error error = response
                          ? http::statusError(request, *response, Messages::tr("the channel did not give the file"))
                          : response.error();
        if (error.kind == ErrorKind::Cancelled || error.kind == ErrorKind::Disk)
            return error;
        if (!first)
            first = error.at(Side::Source);
    }
    return *first;
}

Result<void> ChannelSource::copyLocal(const QString& path, const FileRef& file, http::Sink& sink,
                                      const Progress& progress) const
{
    if (const auto missing = knownMissing(file))
        return *missing;
    QFile source(path);
    if (!source.open(QIODevice::ReadOnly))
        return Error{
            ErrorKind::Disk, Messages::tr("can't read %1: %2").arg(path, source.errorString()), {}, Side::Source};
    if (file.record->size >= 0 && source.size() != file.record->size)
        return Error{
            ErrorKind::Integrity,
            Messages::tr("the index promises %1 bytes, the file has %2").arg(file.record->size).arg(source.size()),
            path, Side::Source};
    if (auto restarted = sink.restart(); !restarted)
        return restarted;
    sink.standsInFile(path);
    std::optional<Error> ofTheSink; // which is the store's
    auto read = forEachChunk(source, path, m_stop, [&](QByteArrayView bytes) {
        auto written = sink.write(bytes);
        if (!written)
            ofTheSink = written.error();
        else if (progress)
            progress(sink.written());
        return written;
    });
    return read || ofTheSink ? read : read.error().at(Side::Source);
}

} // namespace condaoci::mirror

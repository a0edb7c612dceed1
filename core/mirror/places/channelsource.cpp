// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/channelsource.h"

#include "core/base/atomicfile.h"
#include "core/base/chunks.h"
#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/secrets.h"
#include "core/base/text.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/places/unsizedsink.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

#include <algorithm>
#include <utility>
#include <vector>

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
    // A server may name the path alone in what it says, where nothing tells a token from a folder.
    static const QRegularExpression token(QStringLiteral("/t/+([^/]+)"), QRegularExpression::CaseInsensitiveOption);
    if (const auto found = token.match(url.path(QUrl::FullyDecoded)); found.hasMatch() && !url.isLocalFile())
        rememberSecret(found.captured(1).toUtf8());
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

/// Tries at a form of a document that can be had in another one as well.
constexpr int triesAtOneOfSeveral = 2;

/// Would the other forms of a document meet with the same?
bool isOfAllForms(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Cancelled:
    case ErrorKind::Disk:
    case ErrorKind::Config:
    case ErrorKind::Tls:
    case ErrorKind::RateLimited:
        return true;
    case ErrorKind::Auth:
        return error.httpStatus == 0; // what a proxy on the way says
    default:
        return false;
    }
}

/// May it be another one next time?
bool isTransient(const Error& error)
{
    return error.kind == ErrorKind::Server || error.kind == ErrorKind::Network || error.kind == ErrorKind::Timeout;
}

/// Object stores that do not let their files be listed say so of those that are not there.
bool isPerhapsAbsent(const Error& error)
{
    return error.httpStatus == 403;
}

/// A form of a document that is there and can't be used.
struct FailedForm
{
    QString form; ///< ".zst", or empty
    Error error;
};

/// What is wrong with a document of which no form can be used. That of the plain one says most: it is what people look
/// at, and the one that others fall back to.
const Error& mostTelling(const std::vector<FailedForm>& failed)
{
    const auto find = [&failed](const auto& isIt) { return std::find_if(failed.begin(), failed.end(), isIt); };
    auto found = find([](const FailedForm& one) { return one.form.isEmpty() && !isPerhapsAbsent(one.error); });
    if (found == failed.end())
        found = find([](const FailedForm& one) { return !isPerhapsAbsent(one.error); });
    return found == failed.end() ? failed.front().error : found->error;
}

/// \param bytes  as they came: compressed or not
/// \param came  on the wire; -1: so many
Result<std::shared_ptr<const conda::Repodata>> parseIndex(QByteArray bytes, qint64 came)
{
    auto json = conda::inflateDocument(std::move(bytes), limits::repodataInflated, came);
    if (!json)
        return json.error();
    auto parsed = conda::Repodata::parse(*std::move(json));
    if (!parsed)
        return parsed.error();
    if (auto checked = conda::checkIsIndex(**parsed); !checked)
        return checked.error();
    return parsed;
}

} // namespace

ChannelSource::ChannelSource(conda::Channel channel, QString indexCache, http::Network network, std::stop_token stop)
    : m_channel(std::move(channel))
    , m_indexCache(std::move(indexCache))
    , m_stop(stop)
    , m_client(std::move(network), std::move(stop))
{
}

QStringList ChannelSource::foldersOfSubdirs() const
{
    const QDir channel(m_channel.bases.constFirst().toLocalFile());
    QStringList subdirs;
    for (const QString& name : channel.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        if (!conda::isSubdir(name))
            continue;
        const QStringList filters{QStringLiteral("repodata.json*"), QStringLiteral("*.conda"),
                                  QStringLiteral("*.tar.bz2")};
        if (!QDir(channel.filePath(name)).entryList(filters, QDir::Files).isEmpty())
            subdirs.append(name);
    }
    return subdirs;
}

Result<std::optional<QStringList>> ChannelSource::subdirs()
{
    if (m_channel.isLocal())
        return std::optional(foldersOfSubdirs());
    // conda-forge's has 30 MB of packages before what is wanted, which conda-index writes last.
    http::Request request =
        requestFor(conda::Channel::fileUrl(m_channel.bases.constFirst(), {}, QStringLiteral("channeldata.json")));
    request.headers.set("Range", "bytes=-4096");
    request.limit = limits::metadataFile;
    const auto response = m_client.send(request);
    if (!response)
        return response.error().at(Side::Source);
    if (response->status != 200 && response->status != 206)
        return std::optional<QStringList>();
    return conda::subdirsOfChannelData(response->body);
}

Result<SourceIndex> ChannelSource::index(const QString& subdir, bool withYanked, const conda::Repodata*)
{
    SourceIndex result;
    result.received = 0;
    auto index = document(subdir, QLatin1String(naming::indexName), result);
    if (!index)
        return index.error();
    result.index = *index;
    result.channel = m_channel.identity();
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
        auto all = document(subdir, QLatin1String(naming::yankedName), result);
        if (!all && isOfAllForms(all.error()))
            return all.error();
        if (all)
            result.yanked = *all;
        else
            result.notes.append(
                Messages::tr("packages that the channel removed from its index are left as they are: %1")
                    .arg(all.error().message));
    }
    return result;
}

Result<ChannelSource::Document> ChannelSource::document(const QString& subdir, const QString& name, SourceIndex& result)
{
    // On disk the plain file costs nothing to read; over the network the compressed one is an eighth of it.
    const QStringList forms = m_channel.isLocal() ? QStringList{{}, QStringLiteral(".zst"), QStringLiteral(".bz2")}
                                                  : QStringList{QStringLiteral(".zst"), {}, QStringLiteral(".bz2")};
    const auto urlOf = [&](const QString& form) {
        return conda::Channel::fileUrl(m_channel.bases.constFirst(), subdir, name + form);
    };
    const auto context = [&](const QString& form) {
        return Messages::tr("%1/%2 of %3").arg(subdir, name + form, m_channel.toString());
    };
    std::vector<FailedForm> failed;
    for (const QString& form : forms) {
        auto document =
            readForm(urlOf(form), form == forms.first() ? triesAtOneOfSeveral : limits::attempts, result.received);
        if (!document && isOfAllForms(document.error()))
            return document.error();
        if (!document)
            failed.push_back({form, document.error()});
        if (!document || !*document)
            continue;
        for (const FailedForm& other : failed) {
            if (!isPerhapsAbsent(other.error))
                result.notes.append(Messages::tr("%1 can't be used (%2); %3 was read in its place")
                                        .arg(context(other.form), other.error.message, name + form));
        }
        return document;
    }
    // The only form that there is, and perhaps one that would have come at the third try.
    if (failed.size() == 1 && failed.front().form == forms.first() && isTransient(failed.front().error)) {
        auto document = readForm(urlOf(forms.first()), limits::attempts, result.received);
        if (document)
            return document;
        failed.front().error = document.error();
    }
    if (failed.empty())
        return Document();
    const Error& error = mostTelling(failed);
    if (isPerhapsAbsent(error) && name != QLatin1String(naming::indexName))
        return Document();
    if (error.kind != ErrorKind::Parse)
        return error;
    const auto named =
        std::find_if(failed.begin(), failed.end(), [&error](const FailedForm& one) { return &one.error == &error; });
    return error.in(context(named->form)).at(Side::Source);
}

Result<ChannelSource::Document> ChannelSource::readForm(const QUrl& url, int attempts, qint64& received)
{
    auto cached = url.isLocalFile() ? std::nullopt : loadCachedDocument(m_indexCache, url);
    while (true) {
        auto fetched = url.isLocalFile() ? readLocal(url) : download(url, attempts, cached);
        if (!fetched)
            return fetched.error();
        if (!*fetched)
            return Document();
        // The plain document is not held beside the one that is parsed: it is copied where two hold it.
        CachedDocument came = **std::move(fetched);
        const bool isPlain = QByteArrayView(came.bytes).trimmed().startsWith('{');
        const qint64 size = came.received < 0 ? came.bytes.size() : came.received;
        auto parsed = parseIndex(isPlain ? std::exchange(came.bytes, {}) : came.bytes, size);
        received += parsed ? size : 0;
        if (parsed && !came.isKept && !url.isLocalFile()) {
            if (isPlain)
                came.bytes = QByteArray::fromRawData((*parsed)->bytes().data(), (*parsed)->bytes().size());
            storeCachedDocument(m_indexCache, url, came);
        }
        if (parsed || !came.isKept)
            return parsed;
        // What an earlier version kept without having read it.
        removeCachedDocument(m_indexCache, url);
        cached.reset();
    }
}

Result<std::optional<CachedDocument>> ChannelSource::readLocal(const QUrl& url)
{
    auto bytes = readFile(url.toLocalFile(), limits::repodataInflated);
    if (bytes)
        return std::optional(CachedDocument{{}, {}, *std::move(bytes)});
    if (bytes.error().kind == ErrorKind::NotFound)
        return std::optional<CachedDocument>();
    return bytes.error().at(Side::Source);
}

Result<std::optional<CachedDocument>> ChannelSource::download(const QUrl& url, int attempts,
                                                              const std::optional<CachedDocument>& cached)
{
    http::Request request = requestFor(url);
    request.limit = limits::repodataInflated;
    request.unannounced = limits::repodataUnannounced;
    request.look = conda::beginsAsIndex;
    request.isPlain = true;
    request.attempts = attempts;
    if (cached && !cached->etag.isEmpty())
        request.headers.set("If-None-Match", cached->etag);
    else if (cached)
        request.headers.set("If-Modified-Since", cached->lastModified);

    auto response = m_client.send(request);
    if (!response)
        return response.error().at(Side::Source);
    if (response->status == 304 && cached)
        return cached;
    if (isAbsent(response->status))
        return std::optional<CachedDocument>();
    if (response->status != 200)
        return http::statusError(request, *response, Messages::tr("the channel did not give its index"))
            .at(Side::Source);
    return std::optional(CachedDocument{response->headers.value("ETag"), response->headers.value("Last-Modified"),
                                        std::move(response->body), false, response->received});
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
        const qint64 size = file.record->size;
        const auto fetched = size >= 0 ? fetchFrom(url, size, size, sink, progress)
                                       : fetchUnsized(sink, m_largestUnsized, [&](http::Sink& bounded, qint64 most) {
                                             return fetchFrom(url, size, most, bounded, progress);
                                         });
        if (fetched)
            return fetched;
        Error error = fetched.error();
        if (error.kind == ErrorKind::Cancelled || error.kind == ErrorKind::Disk)
            return error;
        if (!first)
            first = error.at(Side::Source);
    }
    return *first;
}

Result<void> ChannelSource::fetchFrom(const QUrl& url, qint64 size, qint64 most, http::Sink& sink,
                                      const Progress& progress)
{
    http::Request request = requestFor(url);
    request.sink = &sink;
    request.expectedSize = size;
    request.limit = most;
    request.progress = progress;
    request.isPlain = true; // as no package is
    auto response = m_client.send(request);
    if (response && (response->status == 200 || response->status == 206))
        return {};
    return response ? http::statusError(request, *response, Messages::tr("the channel did not give the file"))
                    : response.error();
}

Result<void> ChannelSource::copyLocal(const QString& path, const FileRef& file, http::Sink& sink,
                                      const Progress& progress) const
{
    if (const auto missing = knownMissing(file))
        return *missing;
    if (!QFileInfo(path).isFile()) // a pipe would be waited for, and a device has no end
        return Error{ErrorKind::NotFound,
                     Messages::tr("%1 is not a file").arg(QDir::toNativeSeparators(path)),
                     {},
                     Side::Source};
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

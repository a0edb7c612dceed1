// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/indexcache.h"

#include "core/base/atomicfile.h"
#include "core/base/digest.h"
#include "core/base/limits.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace condaoci::mirror {

namespace {

// The URL may hold a conda token, so only its digest becomes a name, and it is not written into the file either.
QString pathFor(const QString& folder, const QUrl& url)
{
    return folder + QLatin1Char('/') + QString::fromLatin1(Digest::ofBytes(url.toEncoded()).hex());
}

constexpr qint64 headLimit = 16 * limits::KiB;

} // namespace

// One file: a line of JSON with the validators and the digest, then the document, so that the two can't come apart.
std::optional<CachedDocument> loadCachedDocument(const QString& folder, const QUrl& url)
{
    if (folder.isEmpty())
        return std::nullopt;
    auto file = readFile(pathFor(folder, url), limits::repodataInflated);
    if (!file)
        return std::nullopt;
    const qsizetype end = file->indexOf('\n');
    if (end < 0 || end > headLimit)
        return std::nullopt;
    const QJsonObject head = QJsonDocument::fromJson(file->first(end)).object();
    CachedDocument document{head.value(QLatin1String("etag")).toString().toUtf8(),
                            head.value(QLatin1String("last-modified")).toString().toUtf8(), file->sliced(end + 1),
                            true};
    if (Digest::ofBytes(document.bytes).toString() != head.value(QLatin1String("digest")).toString())
        return std::nullopt;
    return document;
}

void storeCachedDocument(const QString& folder, const QUrl& url, const CachedDocument& document)
{
    if (folder.isEmpty() || (document.etag.isEmpty() && document.lastModified.isEmpty()))
        return;
    const QJsonObject head{{QStringLiteral("etag"), QString::fromUtf8(document.etag)},
                           {QStringLiteral("last-modified"), QString::fromUtf8(document.lastModified)},
                           {QStringLiteral("digest"), Digest::ofBytes(document.bytes).toString()}};
    if (!makePrivateFolder(folder)) // what a channel offers may be nobody else's business
        return;
    AtomicFile file(pathFor(folder, url));
    const QByteArray line = QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n';
    if (file.open() && file.write(line) && file.write(document.bytes))
        (void)file.commit().has_value();
}

void removeCachedDocument(const QString& folder, const QUrl& url)
{
    if (!folder.isEmpty())
        QFile::remove(pathFor(folder, url));
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/indexcache.h"

#include "core/base/atomicfile.h"
#include "core/base/digest.h"
#include "core/base/limits.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include <chrono>

namespace condaoci::mirror {

namespace {

// The URL may hold a conda token, so only its digest becomes a name, and it is not written into the file either.
QString pathFor(const QString& folder, const QUrl& url)
{
    return folder + QLatin1Char('/') + QString::fromLatin1(Digest::ofBytes(url.toEncoded()).hex());
}

constexpr qint64 headLimit = 16 * limits::KiB;
constexpr auto temporaryLife = std::chrono::hours(1); // to write one takes seconds
constexpr auto unusedLife = std::chrono::hours(24 * 30);
constexpr qsizetype nameSize = 64; // characters of a digest

/// When it was asked for last is when it changed last. Once a day is often enough to say so.
void setUsed(const QString& path)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QFile file(path);
    if (QFileInfo(path).lastModified() < now.addDays(-1) && file.open(QIODevice::ReadWrite | QIODevice::ExistingOnly))
        (void)file.setFileTime(now, QFile::FileModificationTime);
}

} // namespace

QString cachedDocumentsFolder()
{
#ifdef Q_OS_UNIX
    // Qt takes / for the home of somebody who has none.
    if (qEnvironmentVariableIsEmpty("HOME") && qEnvironmentVariableIsEmpty("XDG_CACHE_HOME"))
        return {};
#endif
    return QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/indexes");
}

void tidyCachedDocuments(const QString& folder)
{
    if (folder.isEmpty())
        return;
    removeLeftTemporaries(folder, temporaryLife);
    const QDateTime before =
        QDateTime::currentDateTimeUtc().addSecs(-std::chrono::duration_cast<std::chrono::seconds>(unusedLife).count());
    for (const QFileInfo& kept : QDir(folder).entryInfoList(QDir::Files | QDir::NoSymLinks)) {
        if (kept.fileName().size() == nameSize && kept.lastModified() < before)
            QFile::remove(kept.filePath());
    }
}

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
    setUsed(pathFor(folder, url));
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

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QString>
#include <QUrl>

#include <optional>

namespace condaoci::mirror {

/// A channel document kept from an earlier run, with what a conditional request needs (RFC 9110, 13.1).
struct CachedDocument
{
    QByteArray etag;
    QByteArray lastModified;
    QByteArray bytes;     ///< as they came
    bool isKept = false;  ///< from an earlier run, and not just now
    qint64 received = -1; ///< bytes on the wire, where they were in a coding there; -1: as many as `bytes`
};

/// Where this user's documents are kept; empty where the user has no folder for such things.
[[nodiscard]] QString cachedDocumentsFolder();
/// Removes what killed runs left half written there, and documents that no run has asked for in a month: nothing else
/// names them, and each may be as large as the index of a channel.
void tidyCachedDocuments(const QString& folder);
/// Null where nothing is kept, or where what is kept is damaged (its digest is checked). What is asked for stays.
[[nodiscard]] std::optional<CachedDocument> loadCachedDocument(const QString& folder, const QUrl& url);
/// To be called for what has been read and found to be what it should be. Best effort: a cache that can't be written
/// costs a download, nothing else.
void storeCachedDocument(const QString& folder, const QUrl& url, const CachedDocument& document);
void removeCachedDocument(const QString& folder, const QUrl& url);

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
/// The half of RegistryStore that is about indexes.
#include "core/mirror/places/registrystore.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/packagemanifest.h"
#include "core/mirror/layout/registryindex.h"
#include "core/mirror/places/readers.h"
#include "core/oci/remoteregistry.h"

#include <algorithm>

namespace condaoci::mirror {

namespace {

const QString placeholdersThere = QStringLiteral("yes");
const QString placeholdersRefused = QStringLiteral("no");

StoredIndex describe(const PublishedIndex& published)
{
    const auto annotation = [&](const char* key) { return published.annotations.value(QLatin1String(key)); };
    StoredIndex stored;
    stored.digest = published.json.digest;
    stored.trusted = annotation(naming::indexAnnotation) == QLatin1String("present");
    stored.current = stored.trusted && annotation(naming::revisionAnnotation) == QLatin1String(naming::revision);
    stored.outdated = published.isOfVersion01;
    stored.received = published.zst ? published.zst->size : published.json.size;
    stored.channel = annotation(naming::channelAnnotation);
    stored.merged = annotation(naming::mergedAnnotation).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    stored.merged.removeIf([](const QString& tag) { return !naming::isOwnTag(tag); });
    return stored;
}

/// Damaged or gone, and not only out of reach for the moment.
bool isLost(const Error& error)
{
    return error.kind == ErrorKind::Parse || error.kind == ErrorKind::Integrity || error.kind == ErrorKind::NotFound ||
           error.kind == ErrorKind::Protocol;
}

/// All that indexes have taken in, by time.
QStringList mergedIn(const std::vector<StoredIndex>& indexes)
{
    QStringList merged;
    for (const StoredIndex& one : indexes)
        merged += one.merged;
    merged.sort();
    merged.removeDuplicates();
    return merged;
}

/// Behind it, the tags of what is published beside an index of that time sort. By the time of another index and not by
/// this machine's clock, since those of others may be set otherwise.
QString aDayBefore(const QDateTime& time)
{
    return naming::secondText(time.addDays(-1));
}

QDateTime newest(const QStringList& merged)
{
    const auto time = merged.isEmpty() ? std::nullopt : naming::timeOfTag(merged.last());
    return time.value_or(QDateTime());
}

} // namespace

Result<StoredIndex> RegistryStore::index(const QString& subdir, const QString& name, const Digest& known)
{
    QString unreadable;
    auto found = findIndex(*m_registry, m_channel, subdir, name, &unreadable);
    if (!found)
        return found.error().at(Side::Store);
    if (!unreadable.isNull())
        m_knowledge->isUnreadable(Place{indexRepository(m_channel, subdir, name), indexTag(name)}.text(), unreadable);
    StoredIndex stored;
    if (!*found)
        return stored; // none, or somebody else's idea of one: ours will replace it
    const PublishedIndex& published = **found;
    stored = describe(published);
    if (isRemote() && published.config == oci::emptyDescriptor().digest)
        m_knowledge->setHasConfig(published.repository);
    if (isRemote() && name == QLatin1String(naming::indexName)) {
        const QString placeholders = published.annotations.value(QLatin1String(naming::placeholdersAnnotation));
        stored.outdated = stored.outdated || placeholders.isEmpty();
        if (placeholders == placeholdersThere)
            m_knowledge->setPlaceholders(subdir, placeholders);
    }
    if (m_isDeep && !isRemote()) {
        auto sound = isSound(*m_registry, published);
        if (!sound)
            return sound.error().at(Side::Store);
        stored.outdated = stored.outdated || !*sound; // with the same content it is published again as well
    }
    if (stored.digest == known)
        return stored;
    auto repodata = readIndex(*m_registry, published);
    const bool isGone = !repodata && !isRemote() && // over a network it may be right the next time
                        (repodata.error().kind == ErrorKind::Integrity || repodata.error().kind == ErrorKind::NotFound);
    if (repodata)
        stored.repodata = *repodata;
    else if (repodata.error().kind == ErrorKind::Parse || isGone)
        stored.trusted = stored.current = false; // damaged: publish a good one over it
    else
        return repodata.error().at(Side::Store);
    return stored;
}

void RegistryStore::leavePlaceholders(const QString& subdir)
{
    if (!isRemote() || m_knowledge->placeholders(subdir) == placeholdersThere)
        return;
    for (const char* name : naming::placeholderNames) {
        m_mountFrom.clear();
        m_confirmed.clear();
        const auto put = putManifest(
            {indexRepository(m_channel, subdir, QLatin1String(name)), QLatin1String(naming::placeholderTag)},
            placeholderManifest());
        if (put)
            continue;
        const Error& error = put.error();
        if (error.kind == ErrorKind::Cancelled)
            return;
        // What is refused is tried again when an index is published, what failed in another way in the next run.
        if (error.httpStatus >= 400 && error.httpStatus < 500)
            m_knowledge->setPlaceholders(subdir, placeholdersRefused);
        m_knowledge->note(Messages::tr("%1 does not take the repositories %2 of each platform, so mamba 2 and pixi may "
                                       "not find a channel there: %3")
                              .arg(m_channel.endpoint.toString(), placeholderList(), error.message));
        return;
    }
    m_knowledge->setPlaceholders(subdir, placeholdersThere);
}

Result<Publication> RegistryStore::publishIndex(const IndexDraft& draft, const std::vector<StoredIndex>& seen)
{
    const QString repository = indexRepository(m_channel, draft.subdir, draft.name);
    const IndexFacts& facts = draft.facts;
    Publication publication;
    publication.written = {nullptr, {}, facts.claim == QLatin1String("present"), facts.channel, facts.isCurrent};
    auto manifest = putDocuments(draft, seen);
    if (!manifest)
        return manifest.error();
    publication.written.digest = manifest->layers.front().digest;
    manifest->annotations = indexAnnotations(facts);
    const auto annotate = [&](const char* key, const QString& value) {
        if (!value.isEmpty())
            manifest->annotations.insert(QLatin1String(key), value);
    };
    annotate(naming::revisionAnnotation,
             facts.isCurrent && m_knowledge->isCurrent() ? QLatin1String(naming::revision) : QString());
    if (const QString tag = indexTag(draft.name); tag != QLatin1String("latest")) { // read by nobody but us
        if (auto put = putManifest({repository, tag}, *manifest); !put)
            return put.error();
        publication.tags = {tag};
        return publication;
    }
    if (draft.name == QLatin1String(naming::indexName))
        annotate(naming::placeholdersAnnotation, m_knowledge->placeholders(draft.subdir));
    QStringList merged = mergedIn(seen);
    const QString own = naming::ownTag(std::max(QDateTime::currentDateTimeUtc(), newest(merged)));
    const QString since = aDayBefore(*naming::timeOfTag(own));
    merged.removeIf([&](const QString& tag) { return tag < since; });
    merged.append(own); // its random part may sort before that of one of the same second
    merged.sort();
    publication.written.merged = merged;
    if (isRemote()) // an image layout is written by one run at a time
        annotate(naming::mergedAnnotation, merged.join(QLatin1Char(' ')));
    if (auto put = putManifest({repository, own}, *manifest); !put)
        return put.error();
    std::vector<StoredIndex> known = seen;
    known.push_back(publication.written);
    if (auto found = findNews(draft, known, publication); !found)
        return found.error();
    if (publication.standing || !publication.others.empty())
        return publication;
    if (auto put = putManifest({repository, QStringLiteral("latest")}, *manifest); !put)
        return put.error();
    publication.tags = {own, QStringLiteral("latest")};
    m_knowledge->published(repository);
    if (auto flushed = flush(); !flushed)
        return flushed.error();
    if (auto found = findNews(draft, known, publication); !found)
        return found.error();
    return publication;
}

Result<oci::Manifest> RegistryStore::putDocuments(const IndexDraft& draft, const std::vector<StoredIndex>& seen)
{
    const auto& [subdir, name, json, facts] = draft;
    const QString repository = indexRepository(m_channel, subdir, name);
    m_mountFrom.clear();
    m_confirmed.clear();
    const QByteArray zst = conda::compressZstd(json);
    oci::Manifest manifest;
    bool isThere = false; // it was published before, and now only its manifest changes
    for (const auto& [layer, bytes] :
         {std::pair{repodataLayer(name, QLatin1String(naming::repodataLayer), json), json},
          std::pair{repodataLayer(name + QStringLiteral(".zst"), QLatin1String(naming::repodataZstLayer), zst), zst}}) {
        isThere = isThere || contains(seen, layer.digest);
        if (auto pushed = putBlob(repository, layer, http::Body::ofBytes(bytes), {}, isThere); !pushed)
            return pushed.error();
        manifest.layers.push_back(layer);
    }
    return manifest;
}

/// What was published since `seen` was read: first under the tags that nobody overwrites, then under the one that
/// readers ask for, where versions without such tags publish.
Result<void> RegistryStore::findNews(const IndexDraft& draft, const std::vector<StoredIndex>& seen,
                                     Publication& publication)
{
    auto others = isRemote() ? takeIn(indexRepository(m_channel, draft.subdir, draft.name), seen)
                             : Result<std::vector<StoredIndex>>(std::vector<StoredIndex>());
    if (!others)
        return others.error();
    publication.others = *std::move(others);
    if (!publication.others.empty())
        return {};
    QString unreadable;
    auto standing = findIndex(*m_registry, m_channel, draft.subdir, draft.name, &unreadable);
    if (!standing)
        return standing.error().at(Side::Store);
    if (!*standing || contains(seen, (*standing)->json.digest))
        return {};
    auto stored = index(draft.subdir, draft.name, {});
    if (!stored)
        return stored.error();
    if (!stored->digest.isNull() && !contains(seen, stored->digest))
        publication.standing = *std::move(stored);
    return {};
}

Result<std::vector<StoredIndex>> RegistryStore::overlooked(const QString& subdir, const QString& name,
                                                           const std::vector<StoredIndex>& seen)
{
    const QDateTime last = newest(mergedIn(seen));
    const auto looked = std::chrono::duration_cast<std::chrono::seconds>(limits::indexesLookedFor).count();
    if (!isRemote() || !last.isValid() || last.secsTo(QDateTime::currentDateTimeUtc()) > looked)
        return std::vector<StoredIndex>();
    return takeIn(indexRepository(m_channel, subdir, name), seen);
}

/// The tags of indexes of their own, from a day before the last one that is known; the newest first, since it may have
/// taken in others. None where the registry does not list tags.
Result<QStringList> RegistryStore::recentTags(const QString& repository, const QStringList& merged)
{
    const QDateTime last = newest(merged);
    const QString since = aDayBefore(last.isValid() ? last : QDateTime::currentDateTimeUtc());
    QStringList tags;
    for (const QString& after : {since, QString()}) { // where the registry does not sort, what is expected is missing
        auto listed = m_registry->tags(repository, after);
        const int status = listed ? 200 : listed.error().httpStatus;
        const bool isRefused = !listed && (listed.error().kind == ErrorKind::Auth || (status >= 400 && status < 500));
        if (!listed && !isRefused)
            return listed.error().at(Side::Store);
        tags = listed.value_or(QStringList());
        if (merged.isEmpty() || tags.contains(merged.last()))
            break;
    }
    tags.removeIf([&](const QString& tag) { return tag < since || !naming::isOwnTag(tag); });
    std::sort(tags.begin(), tags.end(), std::greater<>());
    return tags;
}

Result<std::vector<StoredIndex>> RegistryStore::takeIn(const QString& repository, const std::vector<StoredIndex>& seen)
{
    QStringList merged = mergedIn(seen);
    auto tags = recentTags(repository, merged);
    if (!tags)
        return tags.error();
    std::vector<StoredIndex> others;
    for (const QString& tag : std::as_const(*tags)) {
        if (merged.contains(tag) || others.size() >= limits::indexesTakenIn)
            continue;
        auto found = findIndexAt(*m_registry, repository, tag);
        if (!found && !isLost(found.error()))
            return found.error().at(Side::Store);
        if (!found || !*found)
            continue; // no reader ever gets it
        StoredIndex other = describe(**found);
        merged += other.merged;
        if (contains(seen, other.digest))
            continue;
        auto records = readIndex(*m_registry, **found);
        if (!records && !isLost(records.error()))
            return records.error().at(Side::Store);
        if (!records)
            continue;
        other.repodata = *std::move(records);
        others.push_back(std::move(other));
    }
    return others;
}

/// How long its readers keep an index is asked of the last one that was published, by a blob of two bytes.
QStringList RegistryStore::notes()
{
    QStringList notes = m_knowledge->notes();
    const QString repository = m_knowledge->publishedRepository();
    auto* remote = dynamic_cast<oci::RemoteRegistry*>(m_registry.get());
    if (!remote || repository.isEmpty())
        return notes;
    if (const auto kept = remote->blobLifetime(repository, oci::emptyDescriptor()); kept && *kept)
        notes += lifetimeNotes(m_channel.endpoint, **kept);
    return notes;
}

} // namespace condaoci::mirror

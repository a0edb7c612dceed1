// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/places/registrystore.h"

#include "core/base/limits.h"
#include "core/base/messages.h"
#include "core/base/text.h"
#include "core/conda/infotar.h"
#include "core/http/hostgate.h"
#include "core/http/spool.h"
#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/packagemanifest.h"
#include "core/mirror/layout/registryindex.h"
#include "core/oci/remoteregistry.h"

#include <algorithm>

namespace condaoci::mirror {

namespace {

/// Above this size asking whether a blob is there already costs less than sending it for nothing.
constexpr qint64 askBeforeSending = 4 * limits::MiB;

class SpooledPackage final : public Incoming
{
public:
    Result<void> write(QByteArrayView bytes) override { return m_spool.write(bytes); }
    Result<void> restart() override { return m_spool.restart(); }
    qint64 written() const override { return m_spool.written(); }
    void standsInFile(const QString& path) override { m_spool.standsInFile(path); }
    qint64 room() const override { return m_spool.room(); }
    Result<Sums> finish() override { return m_spool.finish(); }
    Result<std::unique_ptr<QIODevice>> open() const override { return m_spool.open(); }
    http::Body body() const override { return m_spool.body(); }

private:
    http::Spool m_spool;
};

QString leftOutNote(const FileRef& file, const conda::PackageInfo& info)
{
    const qint64 more = info.leftOutCount - info.leftOut.size();
    const QString named = info.leftOut.join(QLatin1String("; "));
    return Messages::tr("%1/%2 was mirrored, but its info.tar.gz lacks some of its info/: %3")
        .arg(file.subdir, text(file.record->fileName),
             more > 0 ? Messages::tr("%1; and %2 more").arg(named).arg(more) : named);
}

} // namespace

RegistryStore::RegistryStore(RegistryChannel channel, std::shared_ptr<oci::Registry> registry,
                             std::shared_ptr<RegistryKnowledge> knowledge, std::stop_token stop)
    : m_channel(std::move(channel))
    , m_registry(std::move(registry))
    , m_knowledge(std::move(knowledge))
    , m_stop(std::move(stop))
{
}

RegistryStore::Place RegistryStore::placeOf(const FileRef& file) const
{
    return {packageRepository(m_channel, file.subdir, file.name.name), naming::tag(file.name.version, file.name.build)};
}

Result<void> RegistryStore::checkName(const FileRef& file) const
{
    const Place place = placeOf(file);
    return naming::check(m_channel.endpoint.origin.authority(), place.repository, place.tag, file.name);
}

Result<std::optional<oci::Manifest>> RegistryStore::manifestAt(const Place& place)
{
    QString unreadable;
    auto manifest = findManifest(*m_registry, place.repository, place.tag, &unreadable);
    if (!manifest)
        return manifest.error().at(Side::Store);
    if (!unreadable.isNull())
        m_knowledge->isUnreadable(place.text(), unreadable);
    // What our own manifests point at is there; saves a request for every later build in this repository. On a disk it
    // is looked at, once.
    if (isRemote() && *manifest && (*manifest)->config.digest == oci::emptyDescriptor().digest)
        m_knowledge->setHasConfig(place.repository);
    return manifest;
}

Result<bool> RegistryStore::writable()
{
    auto* remote = dynamic_cast<oci::RemoteRegistry*>(m_registry.get());
    if (!remote || remote->hasCredentials())
        return true;
    auto support = remote->probe();
    if (!support)
        return support.error().at(Side::Store);
    return !support->challenged;
}

Result<std::vector<StoredFile>> RegistryStore::present(std::span<const FileRef> files, bool deep)
{
    const Place place = placeOf(files.front());
    const QString key = place.text();
    std::vector<StoredFile> present(files.size());
    const bool isExpected = std::any_of(files.begin(), files.end(), [](const FileRef& one) { return one.isExpected; });
    if (!files.front().isAlone && m_knowledge->tags.lacks(*m_registry, place.repository, place.tag, isExpected)) {
        m_lastRead = {key, std::nullopt};
        return present;
    }
    auto manifest = manifestAt(place);
    if (!manifest)
        return manifest.error();
    if (!*manifest)
        m_knowledge->tags.noteMissing(place.repository);
    for (size_t i = 0; *manifest && i < files.size(); ++i) {
        if (!holds(**manifest, *files[i].record))
            continue;
        const oci::Descriptor& layer = *(*manifest)->layer(naming::packageLayer(files[i].record->format));
        // In a layout an index that is going to list it would name bytes that nobody has looked at since a power cut.
        if (deep || !isRemote()) {
            auto there = isSound(*m_registry, place.repository, **manifest, layer);
            if (!there)
                return there.error().at(Side::Store);
            if (!*there)
                continue;
        }
        present[i] = {layer.digest, layer.size};
    }
    m_lastRead = {key, *std::move(manifest)};
    return present;
}

void RegistryStore::renew(const FileRef& file)
{
    const Place place = placeOf(file);
    auto& [key, manifest] = m_lastRead;
    if (key != place.text() || !manifest || !isOfVersion01(*manifest))
        return;
    m_confirmed.clear();
    const auto put = putManifest(place, *manifest);
    m_knowledge->renewed(put ? std::nullopt : std::optional(put.error()));
    if (put)
        manifest->artifactType.clear();
}

Result<std::unique_ptr<Incoming>> RegistryStore::receive(const FileRef&)
{
    return std::unique_ptr<Incoming>(std::make_unique<SpooledPackage>());
}

Result<std::vector<std::optional<Error>>> RegistryStore::put(std::span<const ReceivedFile> files,
                                                             const Progress& progress)
{
    m_confirmed.clear();
    const Place place = placeOf(files.front().file);
    const QString key = place.text();
    if (m_lastRead.first != key) {
        auto read = manifestAt(place);
        if (!read)
            return read.error();
        m_lastRead = {key, *std::move(read)};
    }
    const bool isNeighbour = m_source && m_source->endpoint.kind == oci::Endpoint::Kind::Remote &&
                             m_source->endpoint.origin == m_channel.endpoint.origin;
    m_mountFrom =
        isNeighbour ? packageRepository(*m_source, files.front().file.subdir, files.front().file.name.name) : QString();
    oci::Manifest manifest = m_lastRead.second.value_or(oci::Manifest{});
    std::vector<std::optional<Error>> outcomes(files.size());
    QStringList notes;
    bool changed = false;
    qint64 sentBefore = 0;
    for (size_t i = 0; i < files.size(); ++i) {
        const ReceivedFile& received = files[i];
        const oci::Descriptor layer = packageLayer(received.file, received.sums);
        // Another format of the build keeps its info layers; a replaced file takes its own along.
        const bool needsInfo =
            !manifest.layer(QLatin1String(naming::indexJsonLayer).toString()) || manifest.layer(layer.mediaType);
        if (auto info = readInfo(received); !info) {
            outcomes[i] = info.error().at(Side::Source);
            continue;
        } else if (needsInfo) {
            if (auto added = addInfoLayers(place.repository, received.file, *info, manifest); !added)
                return added.error();
            if (info->leftOutCount > 0)
                notes.append(leftOutNote(received.file, *info));
        }
        const auto sent = [&](qint64 bytes) {
            if (progress)
                progress(sentBefore + bytes);
        };
        if (auto pushed = putBlob(place.repository, layer, received.content->body(), sent); !pushed)
            return pushed.error();
        sentBefore += layer.size;
        placeLayer(manifest, layer);
        changed = true;
    }
    m_mountFrom.clear();
    if (changed) {
        if (auto put = putManifest(place, std::move(manifest)); !put)
            return put.error();
        m_lastRead = {};
    }
    m_confirmed.clear();
    for (const QString& note : std::as_const(notes))
        m_knowledge->lacks(note);
    return outcomes;
}

/// Two runs that bring the two formats of a build at once read the same manifest, and the later one takes the other's
/// layer out of it. So what an index is going to list of such a build is looked at.
Result<std::vector<bool>> RegistryStore::putBack(std::span<const ListedFile> files)
{
    const Place place = placeOf(files.front().file);
    auto read = manifestAt(place);
    if (!read)
        return read.error();
    oci::Manifest manifest = read->value_or(oci::Manifest{});
    std::vector<bool> there(files.size(), true);
    bool changed = false;
    m_mountFrom.clear();
    m_confirmed.clear();
    for (size_t i = 0; i < files.size(); ++i) {
        const oci::Descriptor layer = packageLayer(files[i].file, files[i].sums);
        if (manifest.layer(layer.mediaType)) // other bytes are somebody's who brought them since
            continue;
        auto found = m_registry->hasBlob(place.repository, layer);
        if (!found)
            return found.error().at(Side::Store);
        there[i] = *found && *read; // without info/ it would be no manifest of a package
        if (!there[i])
            continue;
        placeLayer(manifest, layer);
        changed = true;
    }
    if (!changed)
        return there;
    m_lastRead = {};
    if (auto put = putManifest(place, std::move(manifest)); !put)
        return put.error();
    return there;
}

Result<conda::PackageInfo> RegistryStore::readInfo(const ReceivedFile& received)
{
    auto device = received.content->open();
    if (!device)
        return device.error();
    auto info = conda::readPackageInfo(device->get(), received.file.record->format);
    if (!info)
        return info;
    if (auto checked = conda::checkIndexJson(info->indexJson, received.file.name); !checked)
        return checked.error();
    return info;
}

Result<void> RegistryStore::addInfoLayers(const QString& repository, const FileRef& file,
                                          const conda::PackageInfo& info, oci::Manifest& manifest)
{
    auto archive = conda::makeInfoTarGz(info.members);
    if (!archive)
        return archive.error();
    for (const auto& [layer, bytes] : {std::pair{infoLayer(file, *archive), *archive},
                                       std::pair{indexJsonLayer(file, info.indexJson), info.indexJson}}) {
        if (auto pushed = putBlob(repository, layer, http::Body::ofBytes(bytes)); !pushed)
            return pushed;
        placeLayer(manifest, layer);
    }
    return {};
}

Result<bool> RegistryStore::isThereAlready(const QString& repository, const oci::Descriptor& blob, bool isProbable)
{
    if (!m_mountFrom.isEmpty())
        return m_registry->mountBlob(repository, blob.digest, m_mountFrom);
    if (m_source || isProbable || blob.size > askBeforeSending)
        return m_registry->hasBlob(repository, blob);
    return false;
}

void RegistryStore::comesFrom(const RegistryChannel& source)
{
    m_source = source;
}

Result<void> RegistryStore::putBlob(const QString& repository, const oci::Descriptor& blob, const http::Body& body,
                                    const Progress& progress, bool isProbablyThere)
{
    auto there = isThereAlready(repository, blob, isProbablyThere);
    if (!there)
        return there.error().at(Side::Store);
    m_confirmed.push_back({blob, body, *there});
    if (*there)
        return {};
    if (auto pushed = m_registry->pushBlob(repository, blob, body, progress); !pushed)
        return pushed.error().at(Side::Store);
    return {};
}

/// A registry may lose a blob, or have told of one that it had no more. What it took is asked for;
/// what it said to have already is sent, since it said so wrongly (oci-client.md S21, S29).
Result<void> RegistryStore::sendWhatIsMissing(const QString& repository)
{
    m_confirmed.push_back({oci::emptyDescriptor(), http::Body::ofBytes(oci::emptyContent()), false});
    for (const ConfirmedBlob& one : m_confirmed) {
        if (!one.wasThere) {
            auto there = m_registry->hasBlob(repository, one.blob);
            if (!there)
                return there.error().at(Side::Store);
            if (*there)
                continue;
        }
        if (auto pushed = m_registry->pushBlob(repository, one.blob, one.body); !pushed)
            return pushed.error().at(Side::Store);
    }
    return {};
}

Result<void> RegistryStore::putConfig(const QString& repository)
{
    const auto lock = m_knowledge->lockRepository(repository);
    if (m_knowledge->hasConfig(repository))
        return {};
    auto first = m_knowledge->firstConfig();
    if (const QString from = m_knowledge->configRepository(); !from.isEmpty()) {
        first.unlock();
        auto mounted = m_registry->mountBlob(repository, oci::emptyDescriptor().digest, from);
        if (!mounted)
            return mounted.error().at(Side::Store);
        if (*mounted) {
            m_knowledge->setHasConfig(repository);
            return {};
        }
    }
    auto pushed = putBlob(repository, oci::emptyDescriptor(), http::Body::ofBytes(oci::emptyContent()));
    if (pushed)
        m_knowledge->setHasConfig(repository);
    return pushed;
}

Result<void> RegistryStore::putManifest(const Place& place, oci::Manifest manifest)
{
    if (auto config = putConfig(place.repository); !config)
        return config;
    const auto send = [&](bool imageConfig) {
        setConfig(manifest, imageConfig);
        return m_registry->putManifest(place.repository, place.tag, manifest.toJson(), oci::manifestMediaType);
    };
    const bool asImage = m_knowledge->wantsImageConfig(); // another worker may find it out meanwhile
    auto put = send(asImage);
    if (!put && put.error().kind == ErrorKind::Integrity) // damaged on the way, and by now it stands there so
        put = send(asImage);
    if (!put && oci::isBlobUnknown(put.error())) {
        if (auto sent = sendWhatIsMissing(place.repository); !sent)
            return sent;
        put = send(asImage);
    }
    // Now everything is there; a registry that does not see it yet does in a moment.
    for (int again = 0; !put && oci::isBlobUnknown(put.error()) && again < limits::blobUnknownTries; ++again) {
        if (auto slept = http::sleepFor(limits::retryBase, m_stop); !slept)
            return slept;
        put = send(asImage);
    }
    // GitLab and older registries know image configs only.
    const bool refusesKind =
        !put && (put.error().httpStatus == 400 || put.error().httpStatus == 415) && !oci::isBlobUnknown(put.error());
    if (refusesKind && !asImage) {
        if (auto again = send(true)) {
            m_knowledge->setWantsImageConfig();
            put = again;
        }
    }
    if (!put)
        return put.error().at(Side::Store);
    m_knowledge->wrote(place.text());
    return {};
}

Result<void> RegistryStore::flush()
{
    if (auto flushed = m_registry->flush(); !flushed)
        return flushed.error().at(Side::Store);
    return {};
}

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copyends.h"

#include "core/base/application.h"
#include "core/base/messages.h"
#include "core/mirror/cachesource.h"
#include "core/mirror/cachestore.h"
#include "core/mirror/channelsource.h"
#include "core/mirror/naming.h"
#include "core/mirror/registrysource.h"
#include "core/mirror/registrystore.h"
#include "core/oci/imagelayout.h"
#include "core/oci/remoteregistry.h"

namespace condaoci::mirror {

namespace {

using OpenRegistry = std::function<std::shared_ptr<oci::Registry>(std::stop_token)>;

struct Shared
{
    http::Network network;
    std::shared_ptr<oci::Authenticator> authenticator;
    QString indexCache;
    bool trustFiles;
    qint64 largestUnsized;
};

OpenRegistry opener(const oci::Endpoint& endpoint, const Shared& shared)
{
    if (endpoint.kind == oci::Endpoint::Kind::Layout) {
        return [layout = std::make_shared<oci::ImageLayout>(endpoint.directory)](const std::stop_token&) {
            return layout;
        };
    }
    return [endpoint, shared, memory = std::make_shared<oci::HostMemory>(endpoint.origin)](std::stop_token stop) {
        return std::make_shared<oci::RemoteRegistry>(endpoint, shared.authenticator, shared.network, std::move(stop),
                                                     memory);
    };
}

std::function<std::unique_ptr<PackageSource>(std::stop_token)> sourceOpener(const Location& source,
                                                                            const Shared& shared)
{
    if (const auto* channel = std::get_if<conda::Channel>(&source))
        return [channel = *channel, shared](std::stop_token stop) {
            auto opened = std::make_unique<ChannelSource>(channel, shared.indexCache, shared.network, std::move(stop));
            opened->setLargestUnsized(shared.largestUnsized);
            return opened;
        };
    if (const auto* cache = std::get_if<CacheFolder>(&source))
        return [cache = *cache, shared](std::stop_token stop) {
            return std::make_unique<CacheSource>(cache, shared.trustFiles, shared.network, std::move(stop));
        };
    const auto& registry = std::get<RegistryChannel>(source);
    return [registry, open = opener(registry.endpoint, shared)](std::stop_token stop) {
        return std::make_unique<RegistrySource>(registry, open(std::move(stop)));
    };
}

http::Network networkOf(const CopySpec& spec, const http::Timeouts& timeouts)
{
    http::Network network(std::make_shared<http::HostGate>());
    network.tls = spec.tls;
    network.timeouts = timeouts;
    network.warnings = std::make_shared<http::Warnings>();
    return network;
}

/// What a dry run without a registry plans against: there is nothing in it, and nothing comes into it.
class EmptyStore final : public PackageStore
{
public:
    explicit EmptyStore(QString channel)
        : m_channel(std::move(channel))
    {
    }
    Result<StoredIndex> index(const QString&, const QString&, const Digest&) override { return StoredIndex{}; }
    Result<bool> writable() override { return true; }
    Result<std::vector<StoredFile>> present(std::span<const FileRef> files, bool) override
    {
        return std::vector<StoredFile>(files.size());
    }
    Result<std::unique_ptr<Incoming>> receive(const FileRef&) override { return isNotThere(); }
    Result<std::vector<std::optional<Error>>> put(std::span<const ReceivedFile>, const Progress&) override
    {
        return isNotThere();
    }
    Result<Publication> publishIndex(const IndexDraft&, const std::vector<StoredIndex>&) override
    {
        return isNotThere();
    }
    Result<void> flush() override { return {}; }
    Result<void> checkName(const FileRef& file) const override
    {
        return naming::check({}, naming::repository(m_channel, file.subdir, file.name.name),
                             naming::tag(file.name.version, file.name.build), file.name);
    }

private:
    static Error isNotThere() { return {ErrorKind::Config, Messages::tr("no registry was given")}; }
    QString m_channel;
};

} // namespace

Result<CopyEnds> connectEnds(const CopySpec& spec, oci::Authenticator::Lookup credentials,
                             const http::Timeouts& timeouts)
{
    ensureApplication();
    const Shared shared{networkOf(spec, timeouts), std::make_shared<oci::Authenticator>(std::move(credentials)),
                        spec.indexCache, spec.trustFiles, spec.largestUnsized};
    CopyEnds ends;
    ends.warnings = shared.network.warnings;
    ends.openSource = sourceOpener(spec.source, shared);
    if (spec.withoutStore) {
        ends.openStore = [name = channelName(spec.store)](const std::stop_token&) {
            return std::make_unique<EmptyStore>(name);
        };
    } else if (const auto* cache = std::get_if<CacheFolder>(&spec.store)) {
        ends.openStore = [cache = *cache, unflushed = std::make_shared<UnflushedFiles>()](std::stop_token stop) {
            return std::make_unique<CacheStore>(cache, unflushed, std::move(stop));
        };
    } else if (const auto* registry = std::get_if<RegistryChannel>(&spec.store)) {
        const auto knowledge = std::make_shared<RegistryKnowledge>();
        if (oci::profileOf(registry->endpoint.origin).imageConfigOnly)
            knowledge->setWantsImageConfig();
        ends.openStore = [registry = *registry, knowledge, open = opener(registry->endpoint, shared),
                          source = spec.source, isDeep = spec.deep](std::stop_token stop) {
            auto store = std::make_unique<RegistryStore>(registry, open(stop), knowledge, stop);
            if (const auto* other = std::get_if<RegistryChannel>(&source))
                store->comesFrom(*other);
            if (isDeep)
                store->readsDeeply();
            return store;
        };
    } else {
        return Error{ErrorKind::Config,
                     Messages::tr("%1 can't be written to: a channel is a source only; a registry is written "
                                  "oci://HOST, or oci+http://HOST for http")
                         .arg(toString(spec.store))};
    }
    return ends;
}

} // namespace condaoci::mirror

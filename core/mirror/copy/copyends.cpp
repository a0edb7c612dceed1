// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/copy/copyends.h"

#include "core/base/application.h"
#include "core/base/messages.h"
#include "core/http/hostgate.h"
#include "core/mirror/layout/naming.h"

namespace condaoci::mirror {

namespace {

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
    Access access{std::make_shared<http::HostGate>(), std::make_shared<oci::Authenticator>(std::move(credentials)),
                  spec.indexCache};
    access.network.tls = spec.tls;
    access.network.timeouts = timeouts;
    access.network.warnings = std::make_shared<http::Warnings>();
    CopyEnds ends;
    ends.warnings = access.network.warnings;
    ends.openSource = openSource(spec.source, access, {spec.trustFiles, spec.largestUnsized});
    if (spec.withoutStore) {
        ends.openStore = [name = channelName(spec.store)](const std::stop_token&) {
            return std::make_unique<EmptyStore>(name);
        };
        return ends;
    }
    const auto* other = std::get_if<RegistryChannel>(&spec.source);
    auto store = openStore(spec.store, access, {other ? std::optional(*other) : std::nullopt, spec.deep});
    if (!store)
        return store.error();
    ends.openStore = *std::move(store);
    return ends;
}

} // namespace condaoci::mirror

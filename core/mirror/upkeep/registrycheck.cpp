// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/upkeep/registrycheck.h"

#include "core/mirror/layout/naming.h"
#include "core/mirror/layout/packagemanifest.h"
#include "core/mirror/places/readers.h"
#include "core/mirror/upkeep/registrychecker.h"
#include "core/oci/openregistry.h"
#include "core/oci/remoteregistry.h"
#include "core/oci/verifyingsink.h"

#include <QDir>

namespace condaoci::mirror {

using Outcome = CheckStep::Outcome;

namespace {

/// Notices whether a download that was to go on began again.
class ResumingSink final : public http::Sink
{
public:
    explicit ResumingSink(QByteArray beginning)
        : bytes(std::move(beginning))
    {
    }
    Result<void> write(QByteArrayView more) override
    {
        bytes.append(more);
        return {};
    }
    Result<void> restart() override
    {
        bytes.clear();
        restarted = true;
        return {};
    }
    qint64 written() const override { return bytes.size(); }

    QByteArray bytes;
    bool restarted = false;
};

} // namespace

Checker::Checker(oci::Endpoint endpoint, oci::Authenticator::Lookup credentials, http::Network network,
                 std::stop_token stop, std::function<void(const CheckStep&)> onStep)
    : m_endpoint(std::move(endpoint))
    , m_credentials(std::move(credentials))
    , m_network(std::move(network))
    , m_stop(std::move(stop))
    , m_onStep(std::move(onStep))
    , m_isRemote(m_endpoint.kind == oci::Endpoint::Kind::Remote)
    , m_isNewLayout(!m_isRemote && !QDir(m_endpoint.directory).exists())
    , m_repository(m_endpoint.repository(
          naming::repository(m_package.name, QStringLiteral("noarch"), m_package.name.toStdString())))
    , m_second(m_repository + QStringLiteral("-mounted"))
    , m_index{m_endpoint.repository(naming::repository(m_package.name, QStringLiteral("noarch"), naming::indexName))}
    , m_placeholder{m_endpoint.repository(
          naming::repository(m_package.name, QStringLiteral("noarch"), naming::placeholderNames.front()))}
    , m_registry(open(m_credentials, m_stop))
{
    m_check.registry = m_endpoint.toString();
    if (!m_isRemote)
        return;
    const auto profile = oci::profileOf(m_endpoint.origin);
    m_check.knownAs = QLatin1String(profile.name);
    if (const QString note = oci::noteOf(m_endpoint.origin); !note.isEmpty())
        m_check.notes.append(note);
}

std::shared_ptr<oci::Registry> Checker::open(oci::Authenticator::Lookup credentials, std::stop_token stop) const
{
    return oci::registryOpener(m_endpoint, std::make_shared<oci::Authenticator>(std::move(credentials)),
                               m_network)(std::move(stop));
}

/// False where what follows from it is not possible.
bool Checker::step(const char* id, const QString& name, bool needed, bool possible,
                   const std::function<Verdict()>& attempt)
{
    CheckStep done{QLatin1String(id), name, Outcome::Skipped, {}, {}, needed};
    if (possible) {
        const Verdict verdict = attempt();
        done.outcome = verdict.outcome;
        done.detail = verdict.detail;
        done.error = verdict.error;
    }
    m_check.steps.push_back(done);
    if (m_onStep)
        m_onStep(done);
    return done.outcome == Outcome::Works;
}

Verdict Checker::reach()
{
    auto* remote = dynamic_cast<oci::RemoteRegistry*>(m_registry.get());
    if (!remote)
        return works(m_isNewLayout ? QStringLiteral("The folder is new") : QString());
    auto support = remote->probe();
    if (!support)
        return fails(support.error());
    if (!support->challenged)
        return works(QStringLiteral("It asks nobody to sign in"));
    const auto who = m_credentials ? m_credentials(http::originOf(m_endpoint.origin)) : std::nullopt;
    if (!who)
        return fails(Error{ErrorKind::Auth, QStringLiteral("%1 asks for credentials and there are none. Sign in with "
                                                           "`conda-oci login`, or set ORAS_USER and ORAS_PASS")
                                                .arg(m_endpoint.toString())});
    return works(who->identityToken.isEmpty() ? QStringLiteral("Signed in as %1").arg(who->user)
                                              : QStringLiteral("Signed in with an identity token"));
}

Verdict Checker::pushBlobs()
{
    auto config = m_registry->hasBlob(m_repository, oci::emptyDescriptor());
    m_hadConfig = config && *config;
    auto blobs = m_package.blobs;
    blobs.emplace_back(oci::emptyDescriptor(), oci::emptyContent());
    for (const auto& [blob, bytes] : blobs) {
        auto pushed = m_registry->pushBlob(m_repository, blob, http::Body::ofBytes(bytes));
        m_hasPushed =
            m_hasPushed || pushed.has_value() || pushed.error().httpStatus == 0; // without an answer it may be there
        if (!pushed)
            return fails(pushed.error());
    }
    return works();
}

Verdict Checker::pushManifest()
{
    for (const bool imageConfig : {false, true}) {
        setConfig(m_package.manifest, imageConfig);
        m_manifestBytes = m_package.manifest.toJson();
        m_manifestDigest = Digest::ofBytes(m_manifestBytes); // it may be there from now on, whatever is heard of it
        auto put = m_registry->putManifest(m_repository, testTag, m_manifestBytes, oci::manifestMediaType);
        if (put) {
            if (auto flushed = m_registry->flush(); !flushed)
                return fails(flushed.error());
            if (auto published = m_isRemote ? publishIndex() : Result<void>(); !published)
                return fails(published.error().in(QStringLiteral("An index can't be published")));
            return works(imageConfig ? QStringLiteral("Only with an image config, which is used then") : QString());
        }
        if (put.error().httpStatus != 0)
            m_manifestDigest = {};
        const int status = put.error().httpStatus;
        if (imageConfig || (status != 400 && status != 415))
            return fails(put.error());
    }
    return {};
}

Result<Digest> Checker::putManifest(const QString& repository, const QString& tag, const oci::Manifest& manifest)
{
    auto put = m_registry->putManifest(repository, tag, manifest.toJson(), oci::manifestMediaType);
    if (!put)
        return put;
    if (auto flushed = m_registry->flush(); !flushed)
        return flushed.error();
    return put;
}

/// A blob alone does not make a repository everywhere, nor is it given out everywhere before a manifest names it.
Result<void> Checker::leave(Tiny& tiny)
{
    const oci::Descriptor& empty = oci::emptyDescriptor();
    const auto pushed = m_registry->pushBlob(tiny.repository, empty, http::Body::ofBytes(oci::emptyContent()));
    tiny.hasBlob = pushed.has_value() || pushed.error().httpStatus == 0; // without an answer it may be there
    if (!pushed)
        return pushed.error();
    oci::Manifest manifest = placeholderManifest();
    manifest.config = m_package.manifest.config;
    tiny.manifest = Digest::ofBytes(manifest.toJson());
    const auto put = putManifest(tiny.repository, QLatin1String(naming::placeholderTag), manifest);
    if (put)
        return {};
    if (put.error().httpStatus != 0)
        tiny.manifest = {};
    return put.error();
}

/// A mirror's first night asks whether there is one, too.
Result<void> Checker::publishIndex()
{
    if (auto standing = m_registry->manifest(m_index.repository, QStringLiteral("latest")); !standing)
        return standing.error();
    return leave(m_index);
}

/// What every night does with the tag of an index; some registries can be set to refuse it.
Verdict Checker::moveTag()
{
    oci::Manifest moved = m_package.manifest;
    moved.annotations.insert(QStringLiteral("dev.conda-oci-mirror.check"), QStringLiteral("moved"));
    m_earlierDigest = m_manifestDigest;
    auto put = putManifest(m_repository, testTag, moved);
    if (!put)
        return fails(put.error().in(QStringLiteral("A tag can't be moved, so an index can't be published again")));
    m_manifestBytes = moved.toJson();
    m_manifestDigest = *put;
    return readManifest(*m_registry);
}

/// How long installers keep an index is how long they may keep a blob beside it; a proxy may treat others differently.
Verdict Checker::freshness()
{
    auto* remote = dynamic_cast<oci::RemoteRegistry*>(m_registry.get());
    if (!remote)
        return works();
    const auto kept = remote->blobLifetime(m_index.repository, oci::emptyDescriptor());
    if (!kept)
        return fails(kept.error());
    const QStringList notes = *kept ? lifetimeNotes(m_endpoint, **kept) : QStringList();
    m_check.notes += notes;
    return notes.isEmpty() ? works()
                           : notOffered(QStringLiteral("Installers keep an index for %1 days (max-age=%2)")
                                            .arg(std::chrono::duration_cast<std::chrono::days>(**kept).count())
                                            .arg((*kept)->count()));
}

Verdict Checker::leavePlaceholder()
{
    const auto left = leave(m_placeholder);
    if (left)
        return works();
    if (left.error().kind == ErrorKind::Cancelled)
        return fails(left.error());
    return notOffered(QStringLiteral("mamba 2 and pixi have to do without: %1").arg(left.error().message));
}

Verdict Checker::readManifest(oci::Registry& registry) const
{
    for (const QString& reference : {testTag, m_manifestDigest.toString()}) {
        auto stored = registry.manifest(m_repository, reference);
        if (!stored)
            return fails(stored.error());
        if (!*stored)
            return fails(Error{ErrorKind::NotFound, QStringLiteral("The manifest %1 is not there").arg(reference)});
        if ((*stored)->bytes != m_manifestBytes)
            return wrongBytes(QStringLiteral("The manifest"));
        if (auto read = oci::Manifest::parse((*stored)->bytes, (*stored)->mediaType); !read)
            return fails(read.error());
    }
    return works();
}

Verdict Checker::readBlobs(oci::Registry& registry) const
{
    for (const auto& [blob, bytes] : m_package.blobs) {
        auto read = registry.readBlob(m_repository, blob, blob.size);
        if (!read)
            return fails(read.error());
        if (*read != bytes)
            return wrongBytes(blob.title());
    }
    return works();
}

Verdict Checker::askForBlobs()
{
    auto there = m_registry->hasBlob(m_repository, m_package.blobs.front().first);
    if (!there)
        return fails(there.error());
    oci::Descriptor absent = m_package.blobs.front().first;
    absent.digest = Digest::ofBytes(m_package.name.toLatin1());
    auto missing = m_registry->hasBlob(m_repository, absent);
    if (!missing)
        return fails(missing.error());
    if (!*there || *missing)
        return fails(Error{ErrorKind::Protocol, QStringLiteral("It says wrongly which blobs it has")});
    return works();
}

Verdict Checker::goOn()
{
    const auto& [blob, bytes] = m_package.blobs.front();
    ResumingSink sink(bytes.left(bytes.size() / 2));
    if (auto fetched = m_registry->fetchBlob(m_repository, blob, sink); !fetched)
        return fails(fetched.error());
    if (sink.bytes != bytes)
        return wrongBytes(blob.title());
    return sink.restarted && m_isRemote ? notOffered(QStringLiteral("Downloads that broke off begin again")) : works();
}

Verdict Checker::mount()
{
    auto mounted = m_registry->mountBlob(m_second, m_package.blobs.front().first.digest, m_repository);
    if (!mounted)
        return fails(mounted.error());
    m_hasMounted = *mounted;
    return *mounted ? works() : notOffered(QStringLiteral("What another repository has is sent again"));
}

Verdict Checker::listTags()
{
    auto tags = m_registry->tags(m_repository);
    if (!tags)
        return fails(tags.error());
    return tags->contains(testTag) ? works()
                                   : fails(Error{ErrorKind::Protocol, QStringLiteral("The tag is not in the list")});
}

Verdict Checker::listRepositories()
{
    auto all = m_registry->repositories(m_repository);
    if (!all)
        return fails(all.error());
    if (!*all)
        return notOffered(QStringLiteral("What is there can be looked up by name only"));
    return (*all)->contains(m_repository) ? works() : notOffered(QStringLiteral("The list has no new repositories"));
}

Verdict Checker::referrers()
{
    auto* remote = dynamic_cast<oci::RemoteRegistry*>(m_registry.get());
    if (!remote)
        return notOffered(QStringLiteral("A layout has none"));
    auto offered = remote->offersReferrers(m_repository, m_manifestDigest);
    if (!offered)
        return fails(offered.error());
    return *offered ? works() : notOffered(QStringLiteral("Mirrors do not need it"));
}

Verdict Checker::readAnonymously()
{
    if (!m_isRemote)
        return works();
    const auto stranger = open({}, m_stop);
    for (const Verdict& read : {readManifest(*stranger), readBlobs(*stranger)}) {
        if (read.outcome == Outcome::Works)
            continue;
        const ErrorKind kind = read.error->kind;
        return kind == ErrorKind::Auth || kind == ErrorKind::NotFound
                   ? notOffered(QStringLiteral("Only who signs in may pull from new repositories"))
                   : read;
    }
    return works();
}

RegistryCheck Checker::run()
{
    const auto attempt = [this](Verdict (Checker::*what)()) { return [this, what] { return (this->*what)(); }; };
    const bool isOpen = step("reach", m_isRemote ? QStringLiteral("Reach and sign in") : QStringLiteral("Open"), true,
                             true, attempt(&Checker::reach));
    const bool hasBlobs = step("push-blobs", QStringLiteral("Push blobs"), true, isOpen, attempt(&Checker::pushBlobs));
    const bool isPushed =
        step("push-manifest", QStringLiteral("Push a manifest"), true, hasBlobs, attempt(&Checker::pushManifest));
    step("read-manifest", QStringLiteral("Read the manifest"), true, isPushed,
         [this] { return readManifest(*m_registry); });
    step("move-tag", QStringLiteral("Move a tag"), true, isPushed, attempt(&Checker::moveTag));
    step("read-blobs", QStringLiteral("Read the blobs"), true, isPushed, [this] { return readBlobs(*m_registry); });
    step("head", QStringLiteral("Ask for a blob"), true, isPushed, attempt(&Checker::askForBlobs));
    step("range", QStringLiteral("Go on with a download"), false, isPushed, attempt(&Checker::goOn));
    step("freshness", QStringLiteral("Keep indexes fresh"), false, isPushed && m_isRemote,
         attempt(&Checker::freshness));
    const bool hasPlaceholder = step("placeholder", QStringLiteral("Leave a placeholder"), false,
                                     isPushed && m_isRemote, attempt(&Checker::leavePlaceholder));
    step("mount", QStringLiteral("Mount from another repository"), false, isPushed, attempt(&Checker::mount));
    step("tags", QStringLiteral("List tags"), true, isPushed, attempt(&Checker::listTags));
    step("catalog", QStringLiteral("List repositories"), false, isPushed, attempt(&Checker::listRepositories));
    step("referrers", QStringLiteral("List referrers"), false, isPushed, attempt(&Checker::referrers));
    const bool isAnonymous = step("anonymous", QStringLiteral("Pull without signing in"), false, isPushed && m_isRemote,
                                  attempt(&Checker::readAnonymously));
    judgeReaders(isPushed, isAnonymous, hasPlaceholder);
    cleanUp();
    return std::move(m_check);
}

RegistryCheck checkRegistry(const oci::Endpoint& endpoint, oci::Authenticator::Lookup credentials,
                            const http::Network& network, const std::stop_token& stop,
                            const std::function<void(const CheckStep&)>& onStep)
{
    return Checker(endpoint, std::move(credentials), network, stop, onStep).run();
}

} // namespace condaoci::mirror

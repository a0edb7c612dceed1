// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/registrycheck.h"

#include "core/mirror/checkpackage.h"
#include "core/mirror/packagemanifest.h"
#include "core/mirror/readers.h"
#include "core/oci/imagelayout.h"
#include "core/oci/remoteregistry.h"
#include "core/oci/verifyingsink.h"

#include <QDir>
#include <QFile>

namespace condaoci::mirror {

namespace {

using Outcome = CheckStep::Outcome;

/// A step's end; what it is called is added where it is run.
struct Verdict
{
    Outcome outcome = Outcome::Works;
    QString detail = {};
    std::optional<Error> error = {};
};

Verdict works(const QString& detail = {})
{
    return {Outcome::Works, detail, {}};
}

Verdict notOffered(const QString& detail)
{
    return {Outcome::NotOffered, detail, {}};
}

Verdict fails(const Error& error)
{
    return {Outcome::Fails, error.message, error};
}

Verdict wrongBytes(const QString& what)
{
    return fails(Error{ErrorKind::Integrity, QStringLiteral("%1 came back with other bytes").arg(what)});
}

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

class Checker
{
public:
    Checker(oci::Endpoint endpoint, oci::Authenticator::Lookup credentials, http::Network network, std::stop_token stop,
            std::function<void(const CheckStep&)> onStep);
    [[nodiscard]] RegistryCheck run();

private:
    std::shared_ptr<oci::Registry> open(oci::Authenticator::Lookup credentials, std::stop_token stop) const;
    bool step(const char* id, const QString& name, bool needed, bool possible, const std::function<Verdict()>& attempt);

    Verdict reach();
    Verdict pushBlobs();
    Verdict pushManifest();
    Verdict readManifest(oci::Registry& registry) const;
    Verdict readBlobs(oci::Registry& registry) const;
    Verdict askForBlobs();
    Verdict goOn();
    Verdict mount();
    Verdict listTags();
    Verdict listRepositories();
    Verdict referrers();
    Verdict readAnonymously();

    void cleanUp();
    Verdict removed(const Result<oci::Registry::Removal>& removal) const;
    Verdict removeBlobs(oci::Registry& registry, const Result<oci::Registry::Removal>& first);
    void removeEmptyLayout() const;
    void judgeReaders(bool isPushed, bool isAnonymous);
    Reader judgeMamba(const QString& impossible, bool isAnonymous) const;

    oci::Endpoint m_endpoint;
    oci::Authenticator::Lookup m_credentials;
    http::Network m_network;
    std::stop_token m_stop;
    std::function<void(const CheckStep&)> m_onStep;
    bool m_isRemote;
    bool m_isNewLayout;
    CheckPackage m_package;
    QString m_repository;
    QString m_second;
    std::shared_ptr<oci::Registry> m_registry;
    QByteArray m_manifestBytes;
    Digest m_manifestDigest;
    bool m_hadConfig = false;
    bool m_hasPushed = false;
    bool m_hasMounted = false;
    RegistryCheck m_check;
};

const QString testTag = QStringLiteral("1-0");

Checker::Checker(oci::Endpoint endpoint, oci::Authenticator::Lookup credentials, http::Network network,
                 std::stop_token stop, std::function<void(const CheckStep&)> onStep)
    : m_endpoint(std::move(endpoint))
    , m_credentials(std::move(credentials))
    , m_network(std::move(network))
    , m_stop(std::move(stop))
    , m_onStep(std::move(onStep))
    , m_isRemote(m_endpoint.kind == oci::Endpoint::Kind::Remote)
    , m_isNewLayout(!m_isRemote && !QDir(m_endpoint.directory).exists())
    , m_repository(m_endpoint.repository(m_package.name))
    , m_second(m_repository + QStringLiteral("-mounted"))
    , m_registry(open(m_credentials, m_stop))
{
    m_check.registry = m_endpoint.toString();
    if (!m_isRemote)
        return;
    const auto profile = oci::profileOf(m_endpoint.origin);
    m_check.knownAs = QLatin1String(profile.name);
    if (*profile.note)
        m_check.notes.append(QLatin1String(profile.note));
}

std::shared_ptr<oci::Registry> Checker::open(oci::Authenticator::Lookup credentials, std::stop_token stop) const
{
    if (!m_isRemote)
        return std::make_shared<oci::ImageLayout>(m_endpoint.directory);
    return std::make_shared<oci::RemoteRegistry>(
        m_endpoint, std::make_shared<oci::Authenticator>(std::move(credentials)), m_network, std::move(stop));
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

Verdict Checker::removed(const Result<oci::Registry::Removal>& removal) const
{
    if (!removal)
        return fails(removal.error());
    switch (*removal) {
    case oci::Registry::Removal::Done:
        return works();
    case oci::Registry::Removal::WasNotThere:
        return notOffered(QStringLiteral("It says that there is nothing to delete"));
    case oci::Registry::Removal::NotOffered:
        return notOffered({});
    }
    return {};
}

Verdict Checker::removeBlobs(oci::Registry& registry, const Result<oci::Registry::Removal>& first)
{
    const Verdict verdict = removed(first);
    if (verdict.outcome != Outcome::Works)
        return verdict;
    for (size_t i = 1; i < m_package.blobs.size(); ++i) {
        if (auto gone = registry.removeBlob(m_repository, m_package.blobs[i].first.digest); !gone)
            return fails(gone.error());
    }
    // The constant config is shared by everything in a layout.
    if (m_isRemote || !m_hadConfig)
        (void)registry.removeBlob(m_repository, oci::emptyDescriptor().digest).has_value();
    if (!m_isRemote && !m_manifestDigest.isNull())
        (void)registry.removeBlob(m_repository, m_manifestDigest).has_value();
    if (m_hasMounted && m_isRemote)
        (void)registry.removeBlob(m_second, m_package.blobs.front().first.digest).has_value();
    return verdict;
}

/// What the check itself brought into being, and nothing that has anything in it.
void Checker::removeEmptyLayout() const
{
    auto left = oci::ImageLayout(m_endpoint.directory).repositories({});
    if (!left || !*left || !(*left)->isEmpty())
        return;
    const QDir folder(m_endpoint.directory);
    if (!folder.rmdir(QStringLiteral("blobs/sha256")) || !folder.rmdir(QStringLiteral("blobs")))
        return;
    for (const char* file : {"index.json", "index.json.lock", "oci-layout"})
        QFile::remove(folder.filePath(QLatin1String(file)));
    QDir().rmdir(m_endpoint.directory);
}

void Checker::cleanUp()
{
    (void)m_registry->flush().has_value();
    m_registry = open(m_credentials, {}); // one that was not told to stop
    const bool hasManifest = !m_manifestDigest.isNull();
    const QString image = m_repository + QLatin1Char(':') + testTag;
    step("delete-tag", QStringLiteral("Delete a tag"), false, hasManifest,
         [&] { return removed(m_registry->removeManifest(m_repository, testTag)); });
    // Where the tag took its manifest along there is nothing left to be deleted, which is as good.
    auto still = hasManifest ? m_registry->manifest(m_repository, m_manifestDigest.toString())
                             : Result<std::optional<oci::StoredManifest>>(std::nullopt);
    const bool isThere = m_isRemote && (!still || *still);
    step("delete-manifest", QStringLiteral("Delete a manifest"), false, hasManifest && isThere,
         [&] { return removed(m_registry->removeManifest(m_repository, m_manifestDigest.toString())); });
    step("delete-blob", QStringLiteral("Delete a blob"), false, m_hasPushed, [&] {
        return removeBlobs(*m_registry, m_registry->removeBlob(m_repository, m_package.blobs.front().first.digest));
    });
    auto left = hasManifest ? m_registry->manifest(m_repository, testTag)
                            : Result<std::optional<oci::StoredManifest>>(std::nullopt);
    if (!left || *left)
        m_check.leftBehind.append(image);
    if (m_hasPushed && m_check.steps.back().outcome != Outcome::Works) {
        m_check.leftBehind.append(QStringLiteral("blobs in %1").arg(m_repository));
        if (m_hasMounted)
            m_check.leftBehind.append(QStringLiteral("a blob in %1").arg(m_second));
    }
    if (m_isNewLayout) {
        m_registry.reset();
        removeEmptyLayout();
    }
}

/// mamba asks `https://HOST/token` without credentials, whatever the registry says about signing in.
Reader Checker::judgeMamba(const QString& impossible, bool isAnonymous) const
{
    Reader mamba{QStringLiteral("mamba, micromamba"), false, impossible};
    if (!impossible.isEmpty())
        return mamba;
    if (!isAnonymous) {
        mamba.why = QStringLiteral("they sign in nowhere, and nobody else may pull");
        return mamba;
    }
    http::HttpClient client(m_network, m_stop);
    http::Request request;
    request.url = m_endpoint.origin;
    request.url.setPath(QStringLiteral("/token"));
    request.url.setQuery(QStringLiteral("scope=repository:%1:pull").arg(m_repository));
    auto answered = client.send(request);
    mamba.canRead = answered && answered->status == 200;
    if (!mamba.canRead)
        mamba.why = QStringLiteral("they get their tokens from %1, and there is none")
                        .arg(request.url.toString(QUrl::RemoveQuery));
    return mamba;
}

void Checker::judgeReaders(bool isPushed, bool isAnonymous)
{
    const QStringList notes = readerNotes(m_endpoint, QStringLiteral("channel"));
    const QString nowhere = QStringLiteral("nothing installs from an image layout; copy it to a registry, or pull it "
                                           "into a cache directory");
    const bool isReachable =
        m_isRemote && m_endpoint.origin.scheme() == QLatin1String("https") && m_endpoint.origin.port(443) == 443;
    const QString unreachable = !m_isRemote    ? nowhere
                                : !isReachable ? QStringLiteral("they reach registries by https on port 443 only")
                                : !isPushed    ? QStringLiteral("not known, since nothing could be pushed")
                                               : QString();
    m_check.readers.push_back(judgeMamba(unreachable, isAnonymous));
    m_check.readers.push_back({QStringLiteral("rattler, pixi"), unreachable.isEmpty(),
                               unreachable.isEmpty() && !isAnonymous
                                   ? QStringLiteral("who has signed in with `pixi auth login`")
                                   : unreachable});
    m_check.readers.push_back(
        {QStringLiteral("conda"), false,
         QStringLiteral("it has no oci:// channels; what `conda-oci pull-cache` makes is a channel for it")});
    m_check.notes += notes;
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
    step("read-blobs", QStringLiteral("Read the blobs"), true, isPushed, [this] { return readBlobs(*m_registry); });
    step("head", QStringLiteral("Ask for a blob"), true, isPushed, attempt(&Checker::askForBlobs));
    step("range", QStringLiteral("Go on with a download"), false, isPushed, attempt(&Checker::goOn));
    step("mount", QStringLiteral("Mount from another repository"), false, isPushed, attempt(&Checker::mount));
    step("tags", QStringLiteral("List tags"), true, isPushed, attempt(&Checker::listTags));
    step("catalog", QStringLiteral("List repositories"), false, isPushed, attempt(&Checker::listRepositories));
    step("referrers", QStringLiteral("List referrers"), false, isPushed, attempt(&Checker::referrers));
    const bool isAnonymous = step("anonymous", QStringLiteral("Pull without signing in"), false, isPushed && m_isRemote,
                                  attempt(&Checker::readAnonymously));
    judgeReaders(isPushed, isAnonymous);
    cleanUp();
    return std::move(m_check);
}

} // namespace

RegistryCheck checkRegistry(const oci::Endpoint& endpoint, oci::Authenticator::Lookup credentials,
                            const http::Network& network, const std::stop_token& stop,
                            const std::function<void(const CheckStep&)>& onStep)
{
    return Checker(endpoint, std::move(credentials), network, stop, onStep).run();
}

} // namespace condaoci::mirror

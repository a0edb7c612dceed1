// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/upkeep/checkpackage.h"
#include "core/mirror/upkeep/registrycheck.h"
#include "core/oci/registry.h"

namespace condaoci::mirror {

/// A step's end; what it is called is added where it is run.
struct Verdict
{
    CheckStep::Outcome outcome = CheckStep::Outcome::Works;
    QString detail = {};
    std::optional<Error> error = {};
};

inline Verdict works(const QString& detail = {})
{
    return {CheckStep::Outcome::Works, detail, {}};
}

inline Verdict notOffered(const QString& detail)
{
    return {CheckStep::Outcome::NotOffered, detail, {}};
}

inline Verdict fails(const Error& error)
{
    return {CheckStep::Outcome::Fails, error.message, error};
}

inline Verdict wrongBytes(const QString& what)
{
    return fails(Error{ErrorKind::Integrity, QStringLiteral("%1 came back with other bytes").arg(what)});
}

inline const QString testTag = QStringLiteral("1-0");

/// A repository with next to nothing in it: the blob `{}`, and a manifest that names it under naming::placeholderTag.
struct Tiny
{
    QString repository;
    bool hasBlob = false; ///< or may have it
    Digest manifest = {}; ///< that is there or may be; null: none
};

/// The course of one check (checkRegistry). Belongs to one thread.
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
    Result<Digest> putManifest(const QString& repository, const QString& tag, const oci::Manifest& manifest);
    Result<void> leave(Tiny& tiny);
    Result<void> publishIndex();
    Verdict readManifest(oci::Registry& registry) const;
    Verdict moveTag();
    Verdict freshness();
    Verdict leavePlaceholder();
    Verdict readBlobs(oci::Registry& registry) const;
    Verdict askForBlobs();
    Verdict goOn();
    Verdict mount();
    Verdict listTags();
    Verdict listRepositories();
    Verdict referrers();
    Verdict readAnonymously();

    void removeTheRest();
    void remove(const Tiny& tiny);
    void cleanUp();
    Verdict removed(const Result<oci::Registry::Removal>& removal) const;
    Verdict removeBlobs(oci::Registry& registry, const Result<oci::Registry::Removal>& first);
    void removeEmptyLayout() const;
    void judgeReaders(bool isPushed, bool isAnonymous, bool hasPlaceholder);
    Reader judgeMamba(const QString& impossible, bool isAnonymous, bool hasPlaceholder) const;
    std::optional<Error> refusal(const QString& absent, oci::Authenticator::Lookup credentials) const;
    Reader judgePixi(const QString& impossible, bool isAnonymous, bool hasPlaceholder) const;

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
    Tiny m_index;       ///< where a mirror has its index
    Tiny m_placeholder; ///< where it leaves a placeholder
    std::shared_ptr<oci::Registry> m_registry;
    QByteArray m_manifestBytes;
    Digest m_manifestDigest;
    Digest m_earlierDigest; ///< of the manifest that the tag named before it was moved
    bool m_hadConfig = false;
    bool m_hasPushed = false;
    bool m_hasMounted = false;
    RegistryCheck m_check;
};

} // namespace condaoci::mirror

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/mirror/layout/naming.h"
#include "core/mirror/upkeep/registrychecker.h"
#include "core/oci/imagelayout.h"

#include <QDir>
#include <QFile>

namespace condaoci::mirror {

using Outcome = CheckStep::Outcome;

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

/// What is there besides the package itself, and need not be told of when it goes.
void Checker::removeTheRest()
{
    if (m_earlierDigest != m_manifestDigest && !m_earlierDigest.isNull()) {
        if (m_isRemote)
            (void)m_registry->removeManifest(m_repository, m_earlierDigest.toString()).has_value();
        else
            (void)m_registry->removeBlob(m_repository, m_earlierDigest).has_value();
    }
    remove(m_index);
    remove(m_placeholder);
}

void Checker::remove(const Tiny& tiny)
{
    const QString tag = QLatin1String(naming::placeholderTag);
    if (!tiny.manifest.isNull()) {
        (void)m_registry->removeManifest(tiny.repository, tiny.manifest.toString()).has_value();
        if (const auto left = m_registry->manifest(tiny.repository, tag); !left || *left) {
            m_check.leftBehind.append(tiny.repository + QLatin1Char(':') + tag);
            return;
        }
    }
    if (!tiny.hasBlob)
        return;
    const auto removal = m_registry->removeBlob(tiny.repository, oci::emptyDescriptor().digest);
    if (!removal || *removal == oci::Registry::Removal::NotOffered)
        m_check.leftBehind.append(QStringLiteral("a blob in %1").arg(tiny.repository));
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
    removeTheRest();
    if (m_isNewLayout) {
        m_registry.reset();
        removeEmptyLayout();
    }
}

} // namespace condaoci::mirror

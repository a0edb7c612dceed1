// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/oci/hostprofile.h"

#include "core/base/messages.h"

#include <QRegularExpression>

namespace condaoci::oci {

namespace {

struct Known
{
    const char* host; ///< with * for anything
    HostProfile profile;
};

// One line a fact: where a registry differs from the defaults. ghcr.io: pieces over 4 MiB end in 416, and 2000 writes
// a minute were named in its refusals. GitLab refuses configs of a type that it does not know. Amazon and Docker Hub
// refuse pages of more than 1000 tags, which is the default.
const std::vector<Known>& knownHosts()
{
    static const std::vector<Known> hosts{
        {"ghcr.io",
         {.name = "GitHub",
          .chunk = 4 * limits::MiB,
          .writesPerMinute = 2000,
          .isPrivateAtFirst = true,
          .note = QT_TRANSLATE_NOOP(
              "Messages",
              "GitHub makes new packages private; anonymous readers see them once they are made public there")}},
        {"registry-1.docker.io",
         {.name = "Docker Hub",
          .note = QT_TRANSLATE_NOOP("Messages",
                                    "Docker Hub has names of two parts only and limits how much may be pulled")}},
        {"*.dkr.ecr.*.amazonaws.com*",
         {.name = "Amazon ECR",
          .note = QT_TRANSLATE_NOOP("Messages",
                                    "Amazon ECR wants every repository created before anything is pushed to it")}},
        {"public.ecr.aws",
         {.name = "Amazon ECR Public",
          .note = QT_TRANSLATE_NOOP("Messages",
                                    "Amazon ECR wants every repository created before anything is pushed to it")}},
        {"*.azurecr.*", {.name = "Azure Container Registry"}},
        {"*-docker.pkg.dev", {.name = "Google Artifact Registry"}},
        {"quay.io",
         {.name = "Quay",
          .isPrivateAtFirst = true,
          .note = QT_TRANSLATE_NOOP(
              "Messages", "Quay makes new repositories private; anonymous readers see them once they are public")}},
        {"registry.gitlab.com", {.name = "GitLab", .imageConfigOnly = true}},
        {"*.jfrog.io", {.name = "Artifactory"}},
    };
    return hosts;
}

} // namespace

HostProfile profileOf(const QUrl& origin)
{
    for (const Known& known : knownHosts()) {
        const auto pattern = QRegularExpression::fromWildcard(QString::fromLatin1(known.host));
        if (pattern.match(origin.host()).hasMatch())
            return known.profile;
    }
    return {};
}

QString noteOf(const QUrl& origin)
{
    const char* note = profileOf(origin).note;
    return *note ? Messages::tr(note) : QString();
}

HostMemory::HostMemory(const QUrl& origin)
    : profile(profileOf(origin))
    , chunked(profile.chunked)
    , chunk(profile.chunk)
{
}

} // namespace condaoci::oci

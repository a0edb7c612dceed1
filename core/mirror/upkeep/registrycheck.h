// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/httpclient.h"
#include "core/oci/authenticator.h"
#include "core/oci/reference.h"

#include <QJsonObject>

#include <functional>
#include <stop_token>
#include <vector>

namespace condaoci::mirror {

/// One thing that was tried with a registry.
struct CheckStep
{
    enum class Outcome {
        Works,
        NotOffered, ///< the registry does not do that, and a mirror can do without
        Fails,
        Skipped, ///< it needs what failed before
    };
    QString id;   ///< for programs: "push-blobs"
    QString name; ///< for people: "Push blobs"
    Outcome outcome = Outcome::Skipped;
    QString detail;             ///< a sentence, may be empty
    std::optional<Error> error; ///< of Fails
    bool needed = true;         ///< a mirror can't be kept there without it
};

/// Can a program install from a mirror there?
struct Reader
{
    QString name;
    bool canRead = false;
    QString why;
};

struct RegistryCheck
{
    QString registry;
    QString knownAs; ///< "GitHub"; empty: none of the well-known
    std::vector<CheckStep> steps;
    std::vector<Reader> readers;
    QStringList leftBehind; ///< what could not be deleted again
    QStringList notes;
};

/// Tries what a mirror needs of a registry (or image layout), with a tiny package in the real media types: pushes it to
/// new repositories under `PREFIX/conda-oci-check-RANDOM`, named as a mirror's are, reads it back, and takes it away
/// again, also when it is stopped in between. \param onStep  told each step as it is done, on the calling thread
[[nodiscard]] RegistryCheck checkRegistry(const oci::Endpoint& endpoint, oci::Authenticator::Lookup credentials,
                                          const http::Network& network, const std::stop_token& stop,
                                          const std::function<void(const CheckStep&)>& onStep = {});

/// 0 where a mirror can be kept there, otherwise as for a copy: 1 where something needed does not work, 3, 4, 5 or 130.
[[nodiscard]] int exitCode(const RegistryCheck& check);
[[nodiscard]] QJsonObject toJson(const RegistryCheck& check);
/// "works", "not offered", "fails", "skipped".
[[nodiscard]] QString outcomeName(CheckStep::Outcome outcome);

} // namespace condaoci::mirror

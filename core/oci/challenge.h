// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>
#include <QMap>

#include <vector>

namespace condaoci::oci {

/// One challenge of a WWW-Authenticate field (RFC 9110, 11.6.1).
struct Challenge
{
    QByteArray scheme;                       ///< lower case: "basic", "bearer"
    QMap<QByteArray, QByteArray> parameters; ///< names in lower case, values unquoted
};

/// All challenges of a field, several in one value and values with commas included (oci-client.md S37). What is
/// malformed ends the reading; what was read up to there is returned.
[[nodiscard]] std::vector<Challenge> parseChallenges(QByteArrayView field);

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArray>

/// Scopes of the distribution project's token authentication ("Token Scope Documentation"): `TYPE:NAME:ACTION,ACTION`,
/// several parted by spaces.
namespace condaoci::oci {

/// What either asks for, in the one order that makes equal sets equal bytes: resources sorted, each once, its actions
/// sorted and each once. What is not of that form is kept as it is.
[[nodiscard]] QByteArray unitedScopes(QByteArrayView a, QByteArrayView b);

[[nodiscard]] inline QByteArray normalizedScopes(QByteArrayView scopes)
{
    return unitedScopes(scopes, {});
}

} // namespace condaoci::oci

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArrayView>
#include <QString>

namespace condaoci::conda {

/// What people and servers are known to leave in the place of an index or a lock file, by its first bytes, as half a
/// sentence for a message ("it is an HTML page"). Empty for anything else, so also for what was expected.
[[nodiscard]] QString looksLike(QByteArrayView bytes);

/// The first words of a document, on one line and without what could be a secret, for a message.
[[nodiscard]] QString firstWords(QByteArrayView bytes);

} // namespace condaoci::conda

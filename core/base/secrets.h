// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QByteArrayView>
#include <QString>

namespace condaoci {

/// The secrets that this process has used, so that a server that sends one back does not bring it into a message, a
/// log or a report. One list for the process: texts are made in many places, and none of them knows whose secrets they
/// could hold. Thread-safe. Bounded: of tokens the newest 256 are known.

/// What goes out as Authorization or Proxy-Authorization: of "Basic …" the password, alone and with its user; of any
/// other scheme the token.
void rememberAuthorization(QByteArrayView field);
/// A secret that is sent in another way.
void rememberSecret(QByteArrayView secret);
/// The text with *** in place of each secret that is remembered: as it is, base64 (both alphabets), percent-encoded,
/// and together with its user. Secrets under 4 bytes are left: to look for them would make any text unreadable.
[[nodiscard]] QString withoutRememberedSecrets(QString text);

} // namespace condaoci

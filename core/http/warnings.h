// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/http/message.h"

#include <QStringList>

#include <mutex>

namespace condaoci::http {

/// The texts of `Warning: 299 - "text"` fields, several or merged (distribution-spec, "Warnings"), unescaped. Other
/// codes and agents, what is malformed or holds control characters, and fields of more than limits::warningBytes in all
/// count for nothing.
[[nodiscard]] QStringList warningsOf(const Headers& headers);

/// What servers warned of in the course of a job, each once. Thread-safe; never acted on.
class Warnings
{
public:
    void add(const QString& host, const QStringList& texts);
    [[nodiscard]] QStringList all() const; ///< "HOST warns: TEXT", in the order in which they came

private:
    mutable std::mutex m_mutex;
    QStringList m_lines;
};

} // namespace condaoci::http

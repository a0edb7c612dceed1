// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QCoreApplication>

namespace condaoci {

/// `Messages::tr("…")`: what the library says to people (errors, notes, reasons), in the language of the program's
/// window; in English where no translator is installed, as in the command line and in tests. Not for what goes into
/// logs, reports' keys, or over the wire. Thread-safe.
struct Messages
{
    Q_DECLARE_TR_FUNCTIONS(Messages)
};

} // namespace condaoci

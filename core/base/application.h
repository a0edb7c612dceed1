// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace condaoci {

/// Sockets, timers and TLS need a QCoreApplication; programs that use this library need not know of Qt. Makes one if
/// there is none, which stays until the program ends, since there can be only one in its life: a program that has its
/// own makes it first. Called by whatever touches the network or starts a program. Thread-safe.
void ensureApplication();

} // namespace condaoci

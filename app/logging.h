// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace condaoci::app {

/// From now on what is logged goes to stderr, a line each, without secrets and fit for a terminal.
void logToStandardError();

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/cli/copyoptions.h"

namespace condaoci::app {

/// Runs the job to its end and says what became of it; the exit code.
[[nodiscard]] int runCopy(const mirror::CopyRequest& request, const CopyOptions& options);
/// As a job's report has it: `{"error":{"kind":…,"message":…},"exitCode":…}` and the rest, to stdout.
void printErrorReport(const Error& error, int code);
/// Says what is wrong and returns the exit code for it.
[[nodiscard]] int failWith(const Error& error);
/// The same where one thing was asked for: that it is not there is 1.
[[nodiscard]] int failToFind(const Error& error);

} // namespace condaoci::app

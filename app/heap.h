// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace condaoci::app {

/// Has the threads share the parts of the heap. With one for each of them, as glibc has it, what a job keeps from its
/// first package on lies among what it frees, in all of them: a job of 20,000 packages grew by 70 MB, and by 20 with
/// two.
void shareHeap();

} // namespace condaoci::app

// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace condaoci::app {

/// What both programs do before anything else:
/// - Standard input, output and error are open. Where the caller closed them, the next file or socket would get their
///   number, and messages would go into it.
/// - As many files may be open as a run needs. Where the system allows too few, or too little memory, for a run to end
///   in anything but a signal, the process ends here, with a message and exit code 5.
/// - XDG_CACHE_HOME and its kin that are not absolute are ignored, as their specification has it: they would be another
///   folder wherever the program is started. HOME, where it is not set, is what the system knows of the user.
/// - The memory, which will hold passwords, is in no core file and for no other process of the user to read (in
///   Flatpak the desktop has to read some of it, so that there only core files are switched off; builds with sanitizers
///   leave all as it is, since they look into themselves).
/// - Threads share the parts of the heap. With one for each of them, as glibc has it, what a job keeps from its first
///   package on lies among what it frees, in all of them: a job of 20,000 packages grew by 70 MB, and by 20 with two.
void beginProcess();

} // namespace condaoci::app

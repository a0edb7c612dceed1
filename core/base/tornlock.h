// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

class QLockFile;

namespace condaoci {

/// Removes a lock file that says nothing, once it is a few seconds old: its maker was killed between making and writing
/// it. QLockFile takes the locks of the dead, but of such a file it can't tell whose it is, and would respect it for
/// ever. Also one that is a symbolic link, which none of ours ever is.
void removeTornLock(QLockFile& lock);

} // namespace condaoci

#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# .github/packages.sh Fedora|Arch|macOS|Windows: what packaging/dependencies.sh tells people of that system to install.
set -euo pipefail
awk -v wanted="${1:?which system?}" '
    / (dnf|brew|vcpkg) install | pacman -S / { here = $1 == wanted; sub(/^ +[A-Za-z]+ +[a-z]+ (install|-S) /, "") }
    /^END$/ { here = 0 }
    here' "$(dirname "$0")/../packaging/dependencies.sh" | xargs | grep .

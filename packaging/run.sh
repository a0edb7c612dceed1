#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# Installs what is missing, builds into build/, and runs the main job: it mirrors the sample channel into an OCI image
# layout in your data directory, and where there is a display it opens the window.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/dependencies.sh
. packaging/dependencies.sh

need_build_packages
echo "Building (the first time takes a few minutes)…"
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCONDAOCI_TESTS=OFF >build.log 2>&1 &&
    cmake --build build >>build.log 2>&1 || { tail -50 build.log >&2; exit 1; }
rm -f build.log

layout=${XDG_DATA_HOME:-$HOME/.local/share}/conda-oci-mirror/sample-layout
command=(build/bin/conda-oci mirror --channel ./resources/sample-channel --as sample-channel --registry "oci-layout:$layout")
echo
echo "\$ ${command[*]}"
"${command[@]}"
cat <<END

The sample channel is now an OCI image layout in $layout: $(grep -o '"ref.name\|ref\.name"' "$layout/index.json" | wc -l) entries in index.json,
each a package or an index. Run the same command again, and nothing is written, since everything is there.
To look at it with another program:
  skopeo inspect --raw oci:$layout:sample-channel/linux-64/hello-conda:1.0.0-h5a3e0c1_0
To mirror a real channel into a real registry (a plan first, nothing is written):
  build/bin/conda-oci mirror --channel conda-forge --package zlib --registry ghcr.io/myorg --dry-run
END
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    echo "Opening the window…"
    exec build/bin/conda-oci-mirror
fi

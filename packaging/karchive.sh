#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# karchive.sh PREFIX: builds KArchive for Qt 6, static, into PREFIX. For systems that have it for Qt 5 only (Debian 12).
# Called by cmake/KArchive.cmake; does nothing when PREFIX is complete.
set -euo pipefail
# shellcheck source=packaging/dependencies.sh
. "$(dirname "$0")/dependencies.sh"

prefix=$1
tarball=karchive_5.116.0.orig.tar.xz
sum=1663e3c970b84063ece7f28548a87c97bc7592e79da0a0afaa4f6354f8dea30a
stamp=$prefix/.karchive-5.116.0

[ -e "$stamp" ] && exit 0
work=$prefix-build
rm -rf "$work"
mkdir -p "$work" "$prefix"

is_right() { [ -e "$1" ] && echo "$sum  $1" | sha256sum --check --status; }

from_debian() {
    # apt may miss the files beside the tarball; only the tarball is needed, and its sum is checked.
    debian_source trixie karchive "$work" || true
    is_right "$work/$tarball"
}

from_kde() {
    command -v curl >/dev/null || return 1
    curl --fail --silent --show-error --location --max-time 120 -o "$work/$tarball" \
        https://download.kde.org/Attic/frameworks/5.116/karchive-5.116.0.tar.xz && is_right "$work/$tarball"
}

echo "Building KArchive for Qt 6 (once, about 15 seconds)…"
from_debian || from_kde || {
    echo "The source of KArchive 5.116.0 could not be fetched (tried Debian's trixie and KDE's download server)." >&2
    echo "Install KF6Archive, or put $tarball (SHA-256 $sum) where cmake finds its build and try again." >&2
    exit 1
}

tar -xf "$work/$tarball" -C "$work" --one-top-level=source --strip-components=1
# Debian 12 has ECM 5.103, which is new enough for everything that KArchive asks of it.
sed -i 's/find_package(ECM [0-9.]* /find_package(ECM 5.103.0 /' "$work/source/CMakeLists.txt"
rm -rf "$work/source/poqm" # translations, which would need Qt's Linguist
cmake -S "$work/source" -B "$work/build" -G Ninja -Wno-dev -DQT_MAJOR_VERSION=6 -DBUILD_SHARED_LIBS=OFF \
    -DBUILD_TESTING=OFF -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib >"$work/log" 2>&1 &&
    cmake --build "$work/build" --target install >>"$work/log" 2>&1 || { tail -40 "$work/log" >&2; exit 1; }
touch "$stamp"
rm -rf "$work"

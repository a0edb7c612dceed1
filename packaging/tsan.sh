#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# packaging/tsan.sh [TEST...]: runs the tests of the core and of faults, or those named, under ThreadSanitizer. What is built
# without it is invisible to it and gives false reports, so Qt's Core, Network, Test and Concurrent are built for it first,
# from Debian's source of the same version: half an hour on two cores. All of it stays in build-tsan, some 3 GB.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/dependencies.sh
. packaging/dependencies.sh

need_build_packages
need_packages "${test_packages[@]}" clang libclang-rt-dev dpkg-dev

folder=$PWD/build-tsan
qt=$folder/qt
clang=(-G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++)
if [ ! -e "$qt/done" ]; then
    echo "Building Qt…"
    rm -rf "$qt"
    mkdir -p "$qt"
    # shellcheck source=/dev/null
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    # shellcheck disable=SC2016 # dpkg-query's own variables
    debian_source "$suite" "qt6-base=$(dpkg-query -W -f '${source:Version}' qt6-base-dev)" "$qt"
    dpkg-source -x "$qt"/*.dsc "$qt/source" >/dev/null 2>&1
    # Without pidfd Qt forks, which ThreadSanitizer understands, where it would use vfork, which it does not.
    cmake -S "$qt/source" -B "$qt/build" "${clang[@]}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" \
        -DFEATURE_sanitizer=ON -DFEATURE_sanitize_thread=ON -DFEATURE_forkfd_pidfd=OFF -DFEATURE_openssl_linked=ON -DFEATURE_gui=OFF \
        -DFEATURE_sql=OFF -DFEATURE_dbus=OFF -DFEATURE_icu=OFF -DFEATURE_glib=OFF -DFEATURE_gssapi=OFF -DQT_BUILD_EXAMPLES=OFF \
        -DQT_BUILD_TESTS=OFF >"$qt/log" 2>&1 &&
        ninja -C "$qt/build" Core Network Test Concurrent qopensslbackend >>"$qt/log" 2>&1 || { tail -40 "$qt/log" >&2; exit 1; }
    touch "$qt/done"
fi
echo "Building $folder…"
# Against the headers of the Qt that is installed; its libraries are exchanged when the tests run.
cmake -S . -B "$folder" "${clang[@]}" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -gline-tables-only" \
    -DCONDAOCI_SANITIZE=thread -DCONDAOCI_GUI=OFF -DCONDAOCI_TESTS=ON -DCONDAOCI_KARCHIVE_PREFIX="$PWD/build/karchive" >/dev/null
ninja -C "$folder" core_tests >"$folder/build.log" 2>&1 || { tail -60 "$folder/build.log" >&2; exit 1; }

export LD_LIBRARY_PATH="$qt/build/lib" QT_PLUGIN_PATH="$qt/build/plugins" QTEST_FUNCTION_TIMEOUT=1200000
export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp second_deadlock_stack=1 exitcode=66"
failed=0
for program in "$folder"/tests/bin/tst_*; do
    name=$(basename "$program")
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    if timeout -s KILL 1200 "$program" >"$folder/$name.log" 2>&1; then
        echo "$name: $(grep '^Totals' "$folder/$name.log")"
    else
        failed=1
        echo "$name FAILED, $(grep -c 'WARNING: ThreadSanitizer' "$folder/$name.log" || true) reports: $folder/$name.log"
    fi
done
exit $failed

#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# Installs what the tests need, builds, runs every test, the core's once more under AddressSanitizer and
# UndefinedBehaviorSanitizer, and every fuzz target for a while. The summaries stand last.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/dependencies.sh
. packaging/dependencies.sh

need_build_packages
need_packages "${test_packages[@]}" "${fuzz_packages[@]}"
# Debian starts a registry of its own with the package; the tests use theirs, on ports of their own.

werror=OFF
[ -n "${CI:-}" ] && werror=ON
jobs=$(nproc)
# What was compiled in one clone is taken in another.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=true
# Tests wait for servers and clocks more than they work.
side_by_side=$((jobs + 1))
build() { # build FOLDER TARGET OPTION...
    local folder=$1 target=$2
    shift 2
    echo "Building $folder…"
    cmake -S . -B "$folder" -G Ninja -DCONDAOCI_TESTS=ON -DCONDAOCI_WERROR=$werror \
        -DCONDAOCI_KARCHIVE_PREFIX="$PWD/build/karchive" "$@" >/dev/null
    cmake --build "$folder" --target "$target" -j "$jobs" >"$folder/build.log" 2>&1 || { tail -60 "$folder/build.log" >&2; exit 1; }
}

build build all -DCMAKE_BUILD_TYPE=Release
build build-sanitized core_tests "${sanitized[@]}"

failed=0
# The whole output of every test, from which the table of what is proved is made.
whole=(--test-output-size-passed 100000000 --test-output-size-failed 100000000)
echo "The core's tests under AddressSanitizer and UndefinedBehaviorSanitizer:"
ctest --test-dir build-sanitized -R '^(core|faults\.(answerfaults|lines|randomservers|sessions))' -j "$side_by_side" "${whole[@]}" --output-on-failure || failed=1
cp build-sanitized/Testing/Temporary/LastTest.log build-sanitized/core.log
echo "The command line's tests against real servers, under the same:"
# Leaks are looked for in the core's tests; a program that ends while Qt's threads do is taken to leak what is theirs.
ASAN_OPTIONS=detect_leaks=0 ctest --test-dir build-sanitized -R '^integration\.' -E Library -j "$side_by_side" "${whole[@]}" --output-on-failure || failed=1
cp build-sanitized/Testing/Temporary/LastTest.log build-sanitized/integration.log
echo "Each fuzz target for 20 seconds:"
packaging/fuzz.sh 20 || failed=1
echo "All tests:"
ctest --test-dir build -j "$side_by_side" "${whole[@]}" --output-on-failure || failed=1
echo "What is promised (tests/README.md):"
python3 tests/promises/make_table.py {build,build-sanitized}/Testing/Temporary/LastTest.log build-sanitized/{core,integration}.log || failed=1
exit $failed

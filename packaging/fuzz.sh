#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# packaging/fuzz.sh [SECONDS] [Znn…]: builds the fuzz targets (all, or those named) into build-sanitized and runs each for
# so many seconds (20), one more at a time than there are processors. What a run learns is kept in build-sanitized/fuzz
# and is where the next one begins. An input that finds something is kept in build-sanitized/fuzz/findings and named at
# the end with the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=packaging/dependencies.sh
. packaging/dependencies.sh

seconds=${1:-20}
[ $# -gt 0 ] && shift
case $seconds in '' | *[!0-9]*) echo "usage: packaging/fuzz.sh [SECONDS] [Znn...]" >&2; exit 2 ;; esac

need_build_packages
need_packages "${fuzz_packages[@]}"

folder=build-sanitized
cmake -S . -B $folder -G Ninja "${sanitized[@]}" -DCONDAOCI_FUZZ_SECONDS="$seconds" -DCONDAOCI_KARCHIVE_PREFIX="$PWD/build/karchive" >/dev/null
targets=()
pattern='^fuzz\.'
if [ $# -gt 0 ]; then
    pattern="^fuzz\\.($(IFS='|'; echo "$*"))\$"
    for id in "$@"; do
        sources=(tests/fuzz/fuzz_"$id"_*.cpp)
        [ -f "${sources[0]}" ] || { echo "There is no fuzz target $id" >&2; exit 2; }
        targets+=("$(basename "${sources[0]}" .cpp)")
    done
fi
echo "Building $folder…"
cmake --build $folder -j "$(nproc)" --target "${targets[@]:-fuzz_targets}" >$folder/build.log 2>&1 || { tail -60 $folder/build.log >&2; exit 1; }

# Findings of earlier runs that are mended by now would look like new ones.
findings=$folder/fuzz/findings
mkdir -p $findings $findings.before
find $findings -type f -exec mv -t $findings.before {} +

failed=0
ctest --test-dir $folder -R "$pattern" -j "$(($(nproc) + 1))" --output-on-failure || failed=1
for input in "$findings"/*; do
    [ -f "$input" ] || continue
    failed=1
    id=$(basename "$input")
    echo "Found something; this repeats it: $(echo $folder/bin/fuzz_"${id%%-*}"_*) $input" >&2
done
exit $failed

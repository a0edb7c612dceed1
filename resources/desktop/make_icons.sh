#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
#
# make_icons.sh: makes resources/desktop/icons from resources/icons/conda-oci-mirror.svg, and the smallest from small.svg, to
# be committed, so that building needs none of the programs named here. Run it again when a picture changes.
set -euo pipefail
cd "$(dirname "$0")"
for tool in rsvg-convert optipng icotool python3; do
    command -v "$tool" >/dev/null || { echo "Missing: $tool (Debian: librsvg2-bin optipng icoutils python3)" >&2; exit 2; }
done

name=dev.conda_oci_mirror.CondaOciMirror
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rm -rf icons

for size in 16 22 24 32 48 64 128 256 512 1024; do
    picture=../icons/conda-oci-mirror.svg
    [ $size -lt 32 ] && picture=small.svg
    rsvg-convert --width $size --height $size --output "$scratch/$size.png" $picture
    optipng -quiet -strip all -o5 "$scratch/$size.png"
    [ $size -eq 1024 ] && continue # for macOS only
    folder=icons/hicolor/${size}x$size/apps
    mkdir -p "$folder"
    cp "$scratch/$size.png" "$folder/$name.png"
done

# What Windows scales is small and not compressed, for resource compilers that know nothing else.
icotool --create --output=icons/conda-oci-mirror.ico "$scratch"/{16,24,32,48,64}.png --raw="$scratch/256.png"
# An .icns is its PNGs, each behind its kind and length. The ones for 16 and 32 points twice: also as those of Retina displays.
python3 - "$scratch" icons/conda-oci-mirror.icns <<'PYTHON'
import pathlib, struct, sys
folder, output = map(pathlib.Path, sys.argv[1:])
kinds = {"icp4": 16, "icp5": 32, "ic11": 32, "ic12": 64, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024}
parts = b""
for kind, size in kinds.items():
    data = (folder / f"{size}.png").read_bytes()
    parts += struct.pack(">4sI", kind.encode(), len(data) + 8) + data
output.write_bytes(struct.pack(">4sI", b"icns", len(parts) + 8) + parts)
PYTHON
du -b icons/*.ic* icons/hicolor/*/apps/*

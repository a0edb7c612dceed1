#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""info/ out of a large .tar.bz2: bench_archive.py PROGRAM [--megabytes N] [--pairs N]

PROGRAM (bench_conda info) beside `bzip2 -dc | tar`, for a package whose info/ comes first and for one whose info/ comes last.
"""
import json
import os
import pathlib
import subprocess
import tempfile

import measure
import make_sample_channel as packages  # on the path that measure adds to


def make_package(folder, size, info_first):
    """A .tar.bz2 of about that size; half of what is in it can be compressed a little."""
    spec = ("old", "1.0", "0", 0, "linux-64", ("tar.bz2",), [], {}, "Old and large")
    tree = folder / "tree"
    if not tree.exists():
        for name, content in packages.info_files(spec).items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_bytes(content)
        (tree / "lib").mkdir()
        for i in range(size // 10_000_000):
            (tree / f"lib/{i}").write_bytes(os.urandom(10_000_000))
    path = folder / f"old-1.0-{'first' if info_first else 'last'}.tar.bz2"
    subprocess.run(f"tar -cf - {'info lib' if info_first else 'lib info'} | bzip2 -1 > {path}", shell=True, cwd=tree, check=True)
    return path


def rows(bench, megabytes=200, pairs=2):
    made = []
    with tempfile.TemporaryDirectory(prefix="bench-archive-") as scratch:
        scratch = pathlib.Path(scratch)
        for info_first in (True, False):
            path = make_package(scratch, megabytes * 1_000_000, info_first)
            ours, theirs, peaks = [], [], []
            for pair in range(pairs):
                def by_tar():
                    theirs.append(measure.shell(f"bzip2 -dc {path} | tar -xf - -C {scratch}/out info"))

                def by_us():
                    found = json.loads(measure.run([bench, "info", path])[2])
                    assert found["records"] >= 5  # files in info/
                    ours.append(found["seconds"])
                    peaks.append(found["peakMegabytes"])
                (scratch / "out").mkdir(exist_ok=True)
                for step in (by_us, by_tar) if pair % 2 else (by_tar, by_us):
                    step()
            made.append(measure.Row(f"`info/` out of a .tar.bz2 of {path.stat().st_size / 1e6:.0f} MB, where it comes {'first' if info_first else 'last'}",
                                    "`bzip2 -dc \\| tar -x info`", measure.ratios(ours, theirs), 1.1, note=f"peak memory {max(peaks):.0f} MB, nothing on the disk"))
    return made


if __name__ == "__main__":
    measure.main(rows, __doc__)

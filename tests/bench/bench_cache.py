#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""To hash and index a cache that has no index yet: bench_cache.py [--packages N] [--size BYTES] [--pairs N]

`conda-oci push-cache --dry-run` against an empty docker-registry reads info/ of every package, hashes it and makes its record; beside
it `sha256sum` hashes the same files, as many at a time as there are processors.
"""
import os
import pathlib
import random
import tempfile

import measure
import make_sample_channel as packages  # on the path that measure adds to
from measure import servers


def make_cache(folder, count, size):
    subdir = folder / "cache/chan/linux-64"
    subdir.mkdir(parents=True)
    rnd = random.Random(3)
    for i in range(count):
        name = f"cached-{i:05}"
        info = packages.info_files((name, "1.0", "h0_0", 0, "linux-64", ("conda",), [], {f"share/{name}": "x"}, "Cached"))
        (subdir / f"{name}-1.0-h0_0.conda").write_bytes(packages.conda(f"{name}-1.0-h0_0", info, {f"share/{name}": rnd.randbytes(size)}, level=1))
    return subdir


def rows(packages=10_000, size=400_000, pairs=3):
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="bench-cache-") as scratch, servers.Registry() as registry:
        subdir = make_cache(pathlib.Path(scratch), packages, size)
        total = sum(file.stat().st_size for file in subdir.iterdir())

        def by_us():
            with tempfile.TemporaryDirectory() as home:
                seconds, _, said = measure.run([measure.PROGRAM, "push-cache", "--dry-run", "-c", "chan", "-s", "linux-64", "--registry", registry.url,
                                                "--cache-dir", f"{scratch}/cache"], env=measure.environment(home))
            assert f"{packages:,}" in said or str(packages) in said, said[-500:]
            ours.append(seconds)

        def by_sums():
            theirs.append(measure.shell(f"find {subdir} -name '*.conda' -print0 | xargs -0 -n 50 -P {os.cpu_count()} sha256sum > /dev/null"))
        for pair in range(pairs + 1):
            for step in (by_us, by_sums) if pair % 2 else (by_sums, by_us):
                step()
    return [measure.Row(f"hash and index a cache of {packages:,} packages, {total / 1e9:.1f} GB", f"`sha256sum`, {os.cpu_count()} at a time",
                        measure.ratios(ours[1:], theirs[1:]), 1.1)]


if __name__ == "__main__":
    measure.main(rows, __doc__)

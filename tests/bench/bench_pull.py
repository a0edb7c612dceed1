#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast `conda-oci pull-cache` is beside curl: bench_pull.py [--pairs N] [--packages N] [--size BYTES]

Packages go from a local docker-registry into a folder with 4 workers, in turn by the program, which checks, records and
indexes them, and by four curl processes at a time on kept connections that fetch the same blobs, and `sha256sum` on what
they wrote.
"""
import collections
import json
import os
import pathlib
import subprocess
import tempfile

import measure
from bench_mirror import WORKERS, make_channel
from measure import servers


def by_curl(registry, made, index, folder):
    """Four curls, each with a quarter of the URLs on one connection; then all sums in parallel."""
    jobs = []
    for worker in range(WORKERS):
        lines = []
        for file_name in list(made)[worker::WORKERS]:
            digest = index[file_name]["sha256"]
            lines += [f'url = "{registry.url}/v2/chan/linux-64/{made[file_name][0]}/blobs/sha256:{digest}"', f'output = "{folder}/{file_name}"']
        config = folder / f"curl-{worker}"
        config.write_text("\n".join(lines))
        jobs.append(subprocess.Popen(["curl", "-s", "--fail", "-K", str(config)]))
    assert all(job.wait() == 0 for job in jobs)
    sums = "".join(f"{index[f]['sha256']}  {folder}/{f}\n" for f in made)
    parts = [sums.splitlines()[i::os.cpu_count()] for i in range(os.cpu_count())]
    checks = [subprocess.Popen(["sha256sum", "--check", "--status"], stdin=subprocess.PIPE, text=True) for _ in parts]
    for check, part in zip(checks, parts):
        check.stdin.write("\n".join(part) + "\n")
        check.stdin.close()
    assert all(check.wait() == 0 for check in checks)


def rows(packages=1000, size=300_000, pairs=5):
    took = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch, servers.Registry() as registry:
        channel = pathlib.Path(scratch) / "channel"
        made = make_channel(channel, [size] * packages)
        index = json.loads((channel / "linux-64/repodata.json").read_text())["packages.conda"]
        run = servers.conda_oci("mirror", "-c", channel, "--as", "chan", "-s", "linux-64", "--registry", registry.url, timeout=600)
        assert run.returncode == 0, run.stderr

        def ours(folder):
            with tempfile.TemporaryDirectory() as home:
                measure.run([measure.PROGRAM, "pull-cache", "-c", "chan", "-s", "linux-64", "--registry", registry.url, "--cache-dir", folder,
                             "--workers", WORKERS], env=measure.environment(home))

        for pair in range(pairs + 1):  # the first is a warm-up
            for who in ("ours", "curl") if pair % 2 else ("curl", "ours"):
                with tempfile.TemporaryDirectory() as folder:
                    work = (lambda: ours(folder)) if who == "ours" else (lambda: by_curl(registry, made, index, pathlib.Path(folder)))
                    seconds, _ = measure.timed(work)
                if pair:
                    took[who].append(seconds)
    return [measure.Row(f"pull {packages:,} packages of {size / 1000:.0f} kB, {WORKERS} workers", "rate of curl on kept connections, and `sha256sum`",
                        measure.ratios(took["curl"], took["ours"]), 0.8, at_least=True)]


if __name__ == "__main__":
    measure.main(rows, __doc__)

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast `conda-oci pull-cache` is beside curl: bench_pull.py [--runs N] [--packages N] [--size BYTES]

Packages go from a local docker-registry into a folder with 4 workers, in turn by the program, which checks, records and
indexes them, and by four curl processes at a time on kept connections that fetch the same blobs, and `sha256sum` on what
they wrote. Printed are medians and the ratio of the rates, which should not be under 0.8.
"""
import argparse
import collections
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from bench_mirror import WORKERS, make_channel, servers


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


def measure(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--packages", type=int, default=1000)
    arguments.add_argument("--size", type=int, default=300_000)
    options = arguments.parse_args()
    times = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch, servers.Registry() as registry:
        channel = pathlib.Path(scratch) / "channel"
        made = make_channel(channel, [options.size] * options.packages)
        index = json.loads((channel / "linux-64/repodata.json").read_text())["packages.conda"]
        run = servers.conda_oci("mirror", "-c", channel, "--as", "chan", "-s", "linux-64", "--registry", registry.url, timeout=600)
        assert run.returncode == 0, run.stderr

        def ours(folder):
            run = servers.conda_oci("pull-cache", "-c", "chan", "-s", "linux-64", "--registry", registry.url, "--cache-dir", folder,
                                    "--workers", WORKERS, timeout=600)
            assert run.returncode == 0, run.stderr

        for pair in range(options.runs + 1):  # the first is a warm-up
            seconds = {}
            for who in ("ours", "curl") if pair % 2 else ("curl", "ours"):
                with tempfile.TemporaryDirectory() as folder:
                    work = (lambda: ours(folder)) if who == "ours" else (lambda: by_curl(registry, made, index, pathlib.Path(folder)))
                    seconds[who] = measure(work)
            if pair:
                for who, value in seconds.items():
                    times[who].append(value)
                times["rate ratio"].append(seconds["curl"] / seconds["ours"])
    print(f"{options.packages} packages of {options.size} bytes, {WORKERS} workers, {options.runs} pairs")
    for name, values in times.items():
        print(f"{name:10} median {statistics.median(values):.3f}  min {min(values):.3f}  max {max(values):.3f}")


if __name__ == "__main__":
    main()

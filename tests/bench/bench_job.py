#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The memory of a job of many items: bench_job.py [--packages N]

`conda-oci mirror` copies so many small packages from a folder into an image layout. Its resident memory is looked at ten times a
second, from the first package that arrived to the last one.
"""
import os
import pathlib
import subprocess
import tempfile
import time

import measure
from bench_window import package_channel


def rows(packages=100_000):
    with tempfile.TemporaryDirectory(prefix="bench-job-") as scratch, tempfile.TemporaryDirectory() as home:
        scratch = pathlib.Path(scratch)
        channel = package_channel(scratch / "channel", packages)
        index = scratch / "layout/index.json"
        blobs = scratch / "layout/blobs/sha256"
        seen, peak = [], 0
        with open(scratch / "log", "w+") as log, subprocess.Popen(
                [measure.PROGRAM, "mirror", "-c", channel, "--as", "chan", "-s", "linux-64", "--registry", f"oci-layout:{scratch}/layout"],
                env=measure.environment(home), stdout=log, stderr=log) as process:
            while process.poll() is None:
                try:
                    now, peak = measure.resident(process.pid)
                except (OSError, TypeError):
                    break
                if seen or (blobs.is_dir() and any(os.scandir(blobs))):
                    seen.append(now)
                time.sleep(0.1)
            process.wait()
            log.seek(0)
            assert process.returncode == 0 and index.exists(), log.read()[-2000:]
    return [measure.Row(f"memory of a job of {packages:,} packages", "last package minus first", [(seen[-1] - seen[0]) / 1e6], 50, "MB"),
            measure.Row("", "at most", [peak / 1e6], 600, "MB")]


if __name__ == "__main__":
    measure.main(rows, __doc__)

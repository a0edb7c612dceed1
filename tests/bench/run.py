#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""All benchmarks in one run, and the table in README.md from it: run.py BUILD [--quick] [--only NAME ...]

BUILD is a Release build with its tests. Takes about 40 minutes, 15 GB in the folder for temporary files, and a machine that does
nothing else. With --quick everything is small, to see that it runs, and README.md stays as it is.
"""
import argparse
import datetime
import os
import pathlib
import platform
import re
import subprocess
import sys
import time

import bench_archive
import bench_cache
import bench_index
import bench_job
import bench_large
import bench_mirror
import bench_plan
import bench_pull
import bench_window
import measure

BEGIN, END = "<!-- begin: written by run.py -->\n", "<!-- end -->\n"


def machine():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())[1]
    memory = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())[1]) / 1e6
    virtual = subprocess.run(["systemd-detect-virt"], check=False, capture_output=True, text=True).stdout.strip() if os.path.exists("/usr/bin/systemd-detect-virt") else ""
    return (f"{datetime.date.today()}, {model}, {os.cpu_count()} cores, {memory:.0f} GB, Linux {platform.release().split('-')[0]}"
            + (f", virtual ({virtual})" if virtual not in ("", "none") else ""))


def benchmarks(build, quick):
    """Name and what measures it, in the table's order."""
    conda, window = build / "tests/bin/bench_conda", build / "tests/bin/bench_window"
    if quick:
        return {"index": lambda: bench_index.rows(conda, 5000, 2), "plan": lambda: bench_plan.rows(conda, 5000, 2),
                "mirror": lambda: bench_mirror.rows(pairs=1), "small": lambda: bench_mirror.rows(20, 10_000, 8, 1),
                "pull": lambda: bench_pull.rows(20, 300_000, 1), "large": lambda: bench_large.rows(30, 1),
                "archive": lambda: bench_archive.rows(conda, 10, 1), "cache": lambda: bench_cache.rows(50, 100_000, 1),
                "window": lambda: bench_window.rows(window, 5000, 100), "job": lambda: bench_job.rows(500)}
    return {"index": lambda: bench_index.rows(conda), "plan": lambda: bench_plan.rows(conda), "mirror": bench_mirror.rows,
            "small": lambda: bench_mirror.rows(5000, 10_000, 8, 2), "pull": lambda: bench_pull.rows(), "large": bench_large.rows,
            "archive": lambda: bench_archive.rows(conda), "cache": bench_cache.rows,
            "window": lambda: bench_window.rows(window), "job": bench_job.rows}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("build", type=pathlib.Path)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--only", nargs="+", default=[], metavar="NAME")
    options = arguments.parse_args()
    rows = []
    for name, rows_of in benchmarks(options.build.resolve(), options.quick).items():
        if options.only and name not in options.only:
            continue
        begun = time.monotonic()
        made = rows_of()
        print(f"{name}, {time.monotonic() - begun:.0f} s", file=sys.stderr)
        measure.print_rows(made)
        sys.stdout.flush()
        rows += made
    if options.quick or options.only:
        return 0
    table = [f"One run of `run.py` ({machine()}): medians, with the least and the most of the pairs; what meets its target is bold.", "",
             "| work | beside | target | measured |", "|---|---|---|---|", *("| " + " | ".join(row.cells()) + " |" for row in rows), ""]
    page = measure.HERE / "README.md"
    before, rest = page.read_text().split(BEGIN)
    page.write_text(before + BEGIN + "\n".join(table) + END + rest.split(END)[1])
    return 0


if __name__ == "__main__":
    sys.exit(main())

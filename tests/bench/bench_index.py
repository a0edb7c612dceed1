#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast a large index is loaded: bench_index.py PROGRAM [--records N] [--pairs N]

Makes an index of so many records, and runs bench_index (PROGRAM) on it, plain and as .zst, beside a bare simdjson loop over the same
fields and beside Python's json.load, each in a process of its own, by turns. Prints ratios of medians with the least and the most of
the pairs, and peak memory.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE)]
from bench_window import index_channel  # noqa: E402


def run(program, what, path):
    return json.loads(subprocess.run([program, what, path], check=True, capture_output=True, text=True).stdout)


def compare(name, ours, theirs, target):
    ratios = [a / b for a, b in zip(ours, theirs)]
    print(f"{name:46} {statistics.median(ours):6.2f} s to {statistics.median(theirs):6.2f} s: {statistics.median(ratios):5.2f} ({min(ratios):.2f} to {max(ratios):.2f}), target {target}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program")
    arguments.add_argument("--records", type=int, default=600_000)
    arguments.add_argument("--pairs", type=int, default=5)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-index-") as folder:
        plain = index_channel(pathlib.Path(folder), options.records) / "linux-64/repodata.json"
        packed = plain.with_name("repodata.json.zst")
        subprocess.run(["zstd", "-q", "-9", "-T0", plain, "-o", packed], check=True)
        unpacked = plain.with_name("unpacked.json")
        size = plain.stat().st_size
        print(f"{options.records:,} records, {size / 1e6:.0f} MB, {packed.stat().st_size / 1e6:.0f} MB as .zst")
        took = {name: [] for name in ("load", "loop", "python", "load zst", "loop zst", "filter")}
        peak = 0
        for _ in range(options.pairs):
            loaded = run(options.program, "load", plain)
            assert loaded["records"] == options.records
            peak = max(peak, loaded["peakMegabytes"])
            took["load"].append(loaded["seconds"])
            took["loop"].append(run(options.program, "loop", plain)["seconds"])
            took["load zst"].append(run(options.program, "load", packed)["seconds"])
            begun = time.monotonic()
            subprocess.run(f"zstd -dcq '{packed}' > '{unpacked}'", shell=True, check=True)
            took["loop zst"].append(time.monotonic() - begun + run(options.program, "loop", unpacked)["seconds"])
            took["filter"].append(run(options.program, "filter", plain)["seconds"])
        for _ in range(min(2, options.pairs)):
            begun = time.monotonic()
            subprocess.run([sys.executable, "-c", f"import json; json.load(open({str(plain)!r}))"], check=True)
            took["python"].append(time.monotonic() - begun)
    compare("load, to a bare simdjson loop", took["load"], took["loop"], "1.3")
    compare("load, to Python's json.load", took["load"], took["python"], "0.17")
    compare("load from .zst, to zstd -dc and the loop", took["load zst"], took["loop zst"], "1.3")
    print(f"{'filter by the slowest specification':46} {statistics.median(took['filter']) * 1e3:6.0f} ms, target 100")
    print(f"{'peak memory of a load':46} {peak:6.0f} MB, {peak * 1e6 / size:.2f} of the file, target 1.5")
    return 0


if __name__ == "__main__":
    sys.exit(main())

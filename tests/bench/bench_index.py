#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast a large index is loaded: bench_index.py PROGRAM [--records N] [--pairs N]

Makes an index of so many records, and runs PROGRAM (bench_conda) on it, plain and as .zst, beside a bare simdjson loop over the same
fields and beside Python's json.load, each in a process of its own, by turns.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import measure
from bench_window import index_channel


def rows(bench, records=600_000, pairs=5):
    with tempfile.TemporaryDirectory(prefix="bench-index-") as folder:
        plain = index_channel(pathlib.Path(folder), records) / "linux-64/repodata.json"
        packed = plain.with_name("repodata.json.zst")
        subprocess.run(["zstd", "-q", "-9", "-T0", plain, "-o", packed], check=True)
        unpacked = plain.with_name("unpacked.json")
        took = {name: [] for name in ("load", "loop", "python", "load zst", "loop zst", "filter")}
        peaks = []

        def run(what, path):
            return json.loads(measure.run([bench, what, path])[2])
        for _ in range(pairs):
            loaded = run("load", plain)
            assert loaded["records"] == records
            peaks.append(loaded["peakMegabytes"] * 1e6 / plain.stat().st_size)
            took["load"].append(loaded["seconds"])
            took["loop"].append(run("loop", plain)["seconds"])
            took["python"].append(measure.run([sys.executable, "-c", f"import json; json.load(open({str(plain)!r}))"])[0])
            took["load zst"].append(run("load", packed)["seconds"])
            unzstd = measure.shell(f"zstd -dcq '{packed}' > '{unpacked}'")
            took["loop zst"].append(unzstd + run("loop", unpacked)["seconds"])
            took["filter"].append(run("filter", plain)["seconds"] * 1e3)
        size = plain.stat().st_size / 1e6
    return [measure.Row(f"load an index of {records:,} records, {size:.0f} MB", "a bare simdjson loop over the same fields, which keeps nothing",
                        measure.ratios(took["load"], took["loop"]), 1.3),
            measure.Row("", "Python's `json.load`", measure.ratios(took["load"], took["python"]), 0.17),
            measure.Row("", "peak memory, to the file's size", peaks, 1.5),
            measure.Row("the same from `.zst`", "`zstd -dc` into a file, and the loop", measure.ratios(took["load zst"], took["loop zst"]), 1.3),
            measure.Row("filter it by the slowest of four specifications", "", took["filter"], 100, "ms")]


if __name__ == "__main__":
    measure.main(rows, __doc__)

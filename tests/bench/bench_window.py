#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How the window bears large channels: bench_window.py PROGRAM [--records N] [--packages N]

Makes a channel whose index has that many records, and one with that many small packages, and runs bench_window (PROGRAM) on
them, on a desktop of its own: key stroke to filtered table, sorting, scrolling, and the longest time in which the window's event
loop did not come round while an index loads, is filtered, and a job runs.
"""
import bz2
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import measure
import make_sample_channel as packages
from measure import HERE

BASES = [a + b for a in ("lib", "py", "r-", "qt6-", "_") for b in ("numpy", "scipy", "zlib", "curl", "xml", "json", "mesh", "image")]


def index_channel(folder, count):
    """repodata.json of records like conda-forge's: about 460 bytes each, 20 builds a name."""
    (folder / "linux-64").mkdir(parents=True)
    with (folder / "linux-64/repodata.json").open("w") as out:
        out.write('{"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {')
        for i in range(count):
            number = i // 20
            name, version = f"{BASES[number % len(BASES)]}-{number // len(BASES)}", f"{i % 10}.{i * 7 % 31}.{i * 13 % 21}"
            build = f"h{hashlib.md5(str(i).encode()).hexdigest()[:7]}_{i % 4}"
            record = {"build": build, "build_number": i % 4, "depends": ["__glibc >=2.17,<3.0.a0", "libgcc >=13", "python >=3.12,<3.13.0a0"],
                      "license": "BSD-3-Clause", "md5": hashlib.md5(name.encode()).hexdigest(), "name": name, "platform": "linux",
                      "sha256": hashlib.sha256(str(i).encode()).hexdigest(), "size": 1000 + i * 7919 % 9_000_000, "subdir": "linux-64",
                      "timestamp": 1_600_000_000_000 + i * 977, "version": version}
            out.write(("" if i == 0 else ", ") + json.dumps(f"{name}-{version}-{build}.conda") + ": " + json.dumps(record))
        out.write("}}")
    return folder


def package_channel(folder, count):
    """That many whole .tar.bz2 packages of about 600 bytes."""
    (folder / "linux-64").mkdir(parents=True)
    index = {"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {}}
    for i in range(count):
        name = f"small-{i:05}"
        about = packages.index_json(name, "1.0", "0", 0, "linux-64", [])
        data = bz2.compress(packages.tar({"info/index.json": packages.dumps(about), "info/files": b"", f"share/{name}": b"x"}))
        (folder / f"linux-64/{name}-1.0-0.tar.bz2").write_bytes(data)
        about.update(md5=hashlib.md5(data).hexdigest(), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        index["packages"][f"{name}-1.0-0.tar.bz2"] = about
    (folder / "linux-64/repodata.json").write_text(json.dumps(index))
    return folder


def figure(said, line, which):
    """A figure of bench_window's, in milliseconds."""
    return float(re.search(rf"^{re.escape(line)}\b.*{which} +([0-9.]+) ms", said, re.MULTILINE)[1])


def rows(program, records=1_000_000, packages=20_000):
    with tempfile.TemporaryDirectory(prefix="bench-window-") as folder:
        folder = pathlib.Path(folder)
        index, job = index_channel(folder / "index", records), package_channel(folder / "job", packages)
        said = subprocess.run([HERE.parent / "support/desktop.sh", program, index, job], check=True, text=True, stdout=subprocess.PIPE).stdout
    print(said, file=sys.stderr)
    work = f"the window with {records:,} records"
    made = [measure.Row(f"{work}: key stroke to table, text", "median", [figure(said, "key stroke to table, text", "median")], 50, "ms"),
            measure.Row("", "slowest", [figure(said, "key stroke to table, text", "most")], 100, "ms"),
            measure.Row("its slowest sorting, off the window's thread", "", [figure(said, "sorting by each column", "most")], 1000, "ms"),
            measure.Row("its drawing after a scroll", "slowest of 100", [figure(said, "drawing after a scroll", "most")], 16, "ms")]
    for what in ("reading an index", "filtering", "sorting", "a job"):
        made.append(measure.Row(f"longest work on the window's thread, {what}", "", [figure(said, what, "longest work")], 16, "ms"))
    return made


if __name__ == "__main__":
    measure.main(rows, __doc__)

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the benchmarks share: rows of the table, and processes whose time and peak memory are known."""
import argparse
import contextlib
import dataclasses
import inspect
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "integration"), str(HERE.parents[1] / "resources")]
import servers  # noqa: E402

PROGRAM = servers.PROGRAM


@dataclasses.dataclass
class Row:
    """One line of the table: `values` of the pairs in `unit`, which should be at most (or at least) `target`."""
    work: str
    rival: str
    values: list
    target: float
    unit: str = ""
    at_least: bool = False
    note: str = ""

    @property
    def is_met(self):
        median = statistics.median(self.values)
        return median >= self.target if self.at_least else median <= self.target

    def shown(self, value):
        return f"{value:,.0f} {self.unit}" if self.unit else f"{value:.2f}"

    def cells(self):
        measured = self.shown(statistics.median(self.values))
        measured = f"**{measured}**" if self.is_met else measured
        if len(self.values) > 1:
            measured += f" ({self.shown(min(self.values))} to {self.shown(max(self.values))})"
        sign = "≥" if self.at_least else "≤"
        return [self.work, self.rival, f"{sign} {self.shown(self.target) if self.unit else self.target}", measured + (f"; {self.note}" if self.note else "")]

    def __str__(self):
        return " | ".join(self.cells())


def ratios(ours, theirs):
    return [a / b for a, b in zip(ours, theirs)]


def timed(work):
    """(seconds, what work returned)"""
    begun = time.monotonic()
    result = work()
    return time.monotonic() - begun, result


def environment(home):
    """That of a user without anything set, who lives in `home`."""
    clean = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
    return {**clean, "HOME": str(home), "XDG_CACHE_HOME": f"{home}/.cache"}


def resident(pid):
    """Bytes, now and at most."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return [int(re.search(rf"{key}:\s+(\d+)", status)[1]) * 1024 for key in ("VmRSS", "VmHWM")]


def run(command, cwd=None, env=None):
    """(seconds, peak of the resident memory in bytes, standard output) of a process that has to end well. The peak is asked for while it
    runs: what the system tells at its end counts the memory of the process that started it, this one."""
    begun = time.monotonic()
    peak, ended = [0], threading.Event()

    def watch(pid):
        while not ended.wait(0.02):
            with contextlib.suppress(OSError, TypeError):
                peak[0] = resident(pid)[1]
    with tempfile.TemporaryFile() as said, subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=said, cwd=cwd,
                                                            env=env) as process:
        watcher = threading.Thread(target=watch, args=(process.pid,))
        watcher.start()
        out = process.stdout.read()
        process.wait()
        seconds = time.monotonic() - begun
        ended.set()
        watcher.join()
        if process.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"{command[0]}: {process.returncode}\n{said.read().decode(errors='replace')[-2000:]}")
    return seconds, peak[0], out.decode(errors="replace")


def shell(line, cwd=None):
    """Seconds of a line of bash in which every part has to end well."""
    return run(["bash", "-euo", "pipefail", "-c", line], cwd=cwd)[0]


def print_rows(rows):
    for row in rows:
        print(row)


def main(rows_of, about):
    """A benchmark by itself: the parameters of `rows_of` are its arguments, those with a number as default its options."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, parameter in inspect.signature(rows_of).parameters.items():
        if parameter.default is inspect.Parameter.empty:
            parser.add_argument(name)
        else:
            parser.add_argument(f"--{name}", type=int, default=parameter.default, metavar="N", help=f"default: {parameter.default}")
    print_rows(rows_of(**vars(parser.parse_args())))

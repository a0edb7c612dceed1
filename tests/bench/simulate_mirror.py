#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How long a first mirror of the whole of conda-forge takes, as a simulation: simulate_mirror.py [--packages N] [--seed S]

Nothing is sent anywhere. What is assumed stands in the constants below, and is printed with the result. A number of packages is
simulated request by request until the rate is steady, and the rest is reckoned from that rate; a second line of each case tells what
is the limit there.
"""
import argparse
import collections
import heapq
import random

ARTIFACTS, BYTES = 3_767_199, 26_371_750_010_441  # conda-forge by the numbers, 2026-08-22
LATENCY = 0.060        # seconds, median of a small request to the registry, logarithmic normal with SPREAD
CHANNEL_LATENCY = 0.030
SPREAD = 0.5
BANDWIDTH = 125e6      # bytes a second of a machine, each way: 1 Gbit/s
STREAM = 25e6          # bytes a second of one connection
LIMIT = 2000           # writes a minute that the registry allows; beyond them it answers 429
BACK_OFF = 1.0         # seconds until it may be tried again, as its answers say
MEAN_SIZE = BYTES / ARTIFACTS
SIZE_SIGMA = 2.0       # sizes are logarithmic normal: half of them are below 1 MB

# (name, machines, workers each, writes and reads of a package, seconds between two packages' starts, one limit for all machines)
CASES = [
    ("the predecessor: 4 workers, 0.5 s apart", 1, 4, 9, 4, 0.5, True),
    ("conda-oci, one machine, 16 workers", 1, 16, 8, 1, 0, True),
    ("the same where one POST takes a blob", 1, 16, 5, 1, 0, True),
    ("16 shards, one account", 16, 4, 8, 1, 0, True),
    ("16 shards, one POST a blob, one account", 16, 4, 5, 1, 0, True),
    ("16 shards, each with a limit of its own", 16, 8, 8, 1, 0, False),
    ("one machine, 64 workers, no limit", 1, 64, 8, 1, 0, None),
    ("16 shards, 16 workers each, no limit", 16, 16, 8, 1, 0, None),
]


class Limit:
    """Writes in each minute, counted as a sliding window; says how long a write has to wait, or 0 when it may pass."""

    def __init__(self):
        self.times = collections.deque()
        self.refused = 0

    def ask(self, now):
        while self.times and self.times[0] <= now - 60:
            self.times.popleft()
        if len(self.times) < LIMIT:
            self.times.append(now)
            return 0
        self.refused += 1
        return max(BACK_OFF, self.times[0] + 60 - now)


def simulate(case, packages, seed):
    _, machines, workers, writes, reads, spacing, shared = case
    chance = random.Random(seed)
    limits = None if shared is None else [Limit()] * machines if shared else [Limit() for _ in range(machines)]
    next_start, line_free = [0.0] * machines, [0.0] * machines
    paused = [0.0] * machines  # all workers of a machine sit a 429 out together
    # One entry a worker: when it goes on, machine, requests left of its package, and whether the next one is a write.
    ready = [(chance.random() * LATENCY, number, number % machines, []) for number in range(machines * workers)]
    heapq.heapify(ready)
    begun, ended, requests, finished = 0, 0.0, 0, []
    while ready:
        now, number, machine, steps = heapq.heappop(ready)
        if now < paused[machine]:
            heapq.heappush(ready, (paused[machine] + chance.random() * 0.05, number, machine, steps))
            continue
        if not steps:
            if begun >= packages:
                continue
            if now < next_start[machine]:
                heapq.heappush(ready, (next_start[machine], number, machine, steps))
                continue
            begun += 1
            next_start[machine] = now + spacing
            size = chance.lognormvariate(0, SIZE_SIGMA) * MEAN_SIZE / 2.718281828 ** (SIZE_SIGMA ** 2 / 2)
            # In through the machine's line, and out again with the upload: whatever is longer, the stream or its turn on the line.
            turn = max(now, line_free[machine]) + size / BANDWIDTH
            line_free[machine] = turn
            fetched = max(turn, now + CHANNEL_LATENCY * chance.lognormvariate(0, SPREAD) + 2 * size / STREAM)
            requests += 1
            heapq.heappush(ready, (fetched, number, machine, ["read"] * reads + ["write"] * writes))
            continue
        kind, left = steps[0], steps[1:]
        requests += 1
        wait = limits[machine].ask(now) if limits and kind == "write" else 0
        if wait:
            paused[machine] = max(paused[machine], now + wait)
            heapq.heappush(ready, (now + wait + chance.random() * 0.05, number, machine, steps))
            continue
        done = now + LATENCY * chance.lognormvariate(0, SPREAD)
        if not left:
            finished.append(done)
            ended = max(ended, done)
        heapq.heappush(ready, (done, number, machine, left))
    finished.sort()
    half = len(finished) // 2
    rate = (len(finished) - half) / (finished[-1] - finished[half - 1])  # packages a second once it is steady
    refused = sum(limit.refused for limit in set(limits)) if limits else 0
    return rate, requests / packages, refused / packages


def limit_of(case, rate):
    _, machines, _, writes, _, spacing, shared = case
    reasons = {"its own spacing": machines / spacing if spacing else float("inf"),
               "the registry's writes a minute": LIMIT / 60 / writes * (1 if shared else machines) if shared is not None else float("inf"),
               "the machines' line": machines * BANDWIDTH / MEAN_SIZE}
    name, most = min(reasons.items(), key=lambda item: item[1])
    return name if rate > 0.85 * most else "latency: more workers would help"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--packages", type=int, default=20_000, help="simulated of each case; the more, the steadier")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    print(f"{ARTIFACTS:,} packages, {BYTES / 1e12:.1f} TB, {MEAN_SIZE / 1e6:.1f} MB each. Assumed: {LATENCY * 1e3:.0f} ms a request, {BANDWIDTH * 8 / 1e9:.0f} Gbit/s a machine,\n"
          f"{LIMIT:,} writes a minute, then 429 until the window has room; {options.packages:,} packages simulated, seed {options.seed}.\n")
    print(f"| {'case':41} | {'days':>6} | {'packages/min':>12} | {'requests':>12} | {'of them 429':>11} | {'sent':>7} | limited by |")
    print(f"|{'-' * 43}|{'-' * 7}:|{'-' * 13}:|{'-' * 13}:|{'-' * 12}:|{'-' * 8}:|---|")
    for case in CASES:
        rate, requests, refused = simulate(case, options.packages, options.seed)
        print(f"| {case[0]:41} | {ARTIFACTS / rate / 86400:6.1f} | {rate * 60:12,.0f} | {requests * ARTIFACTS / 1e6:10.1f} M | {refused * ARTIFACTS / 1e6:9.1f} M | "
              f"{BYTES / 1e12:4.1f} TB | {limit_of(case, rate)} |")


if __name__ == "__main__":
    main()

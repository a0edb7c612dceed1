#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast `conda-oci mirror` is beside a bare loop that sends the same requests: bench_mirror.py [--runs N] [--big MB] [--packages N --size BYTES] [--workers N]

26 packages of real sizes (15 MB) go from an HTTP channel into a local docker-registry with 4 workers, in turn by the
program and by the loop: Python's http.client, keep-alive connections, four threads, nothing read, hashed or compressed.
Printed are medians and the ratio of each pair. With --packages, so many of one size go instead; with --big, one package of that size goes along and peak memory is printed.
"""
import argparse
import collections
import hashlib
import http.client
import json
import os
import pathlib
import queue
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "integration"), str(HERE.parents[1] / "resources")]
import make_sample_channel as packages  # noqa: E402
import servers  # noqa: E402

WORKERS = 4
EMPTY = "sha256:" + hashlib.sha256(b"{}").hexdigest()
MANIFEST = {"Content-Type": servers.MANIFEST}


def make_channel(folder, sizes):
    """Packages of about these sizes; returns {file name: (bytes, info.tar.gz stand-in, index.json)}."""
    rnd = random.Random(1)
    made, index = {}, {"info": {"subdir": "linux-64"}, "packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}
    (folder / "linux-64").mkdir(parents=True)
    for i, size in enumerate(sizes):
        name, version, build = f"bench-{i:04}", "1.0", "h0_0"
        spec = (name, version, build, 0, "linux-64", ("conda",), [], {f"share/{name}": "x"}, "For measuring")
        info = packages.info_files(spec)
        stem = f"{name}-{version}-{build}"
        content = b"".join(rnd.randbytes(min(1_000_000, size - at)) for at in range(0, size, 1_000_000))
        data = packages.conda(stem, info, {f"share/{name}": content})
        (folder / "linux-64" / f"{stem}.conda").write_bytes(data)
        record = packages.index_json(name, version, build, 0, "linux-64", [])
        record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
        index["packages.conda"][f"{stem}.conda"] = record
        made[f"{stem}.conda"] = (name, f"{version}-{build}", data, rnd.randbytes(1500), info["info/index.json"])
    (folder / "linux-64/repodata.json").write_text(json.dumps(index))
    return made


class Loop:
    """The bare loop: the requests that a mirror can't do without, and nothing else."""

    def __init__(self, registry_port, channel_port, made, workers):
        self.registry_port, self.channel_port, self.made, self.workers = registry_port, channel_port, made, workers
        self.config_at = None
        self.lock = threading.Lock()
        self.failures = []

    def request(self, connection, method, path, body=None, headers=None, want=(200, 201, 202)):
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        reply.read()
        if reply.status not in want:
            raise RuntimeError(f"{method} {path}: {reply.status}")
        return reply

    def push(self, registry, repository, data, digest=None):
        digest = digest or "sha256:" + hashlib.sha256(data).hexdigest()
        location = self.request(registry, "POST", f"/v2/{repository}/blobs/uploads/").headers["Location"]
        path = location.split(str(self.registry_port), 1)[-1]
        self.request(registry, "PUT", f"{path}&digest={digest}", data, {"Content-Type": "application/octet-stream"})
        return {"digest": digest, "size": len(data), "mediaType": "application/octet-stream"}

    def config(self, registry, repository):
        with self.lock:
            source, self.config_at = self.config_at, self.config_at or repository
            if source is None:
                self.push(registry, repository, b"{}", EMPTY)
                return
        self.request(registry, "POST", f"/v2/{repository}/blobs/uploads/?mount={EMPTY}&from={source}")

    def put(self, registry, repository, tags, layers):
        self.config(registry, repository)
        manifest = json.dumps({"schemaVersion": 2, "mediaType": servers.MANIFEST, "layers": layers,
                               "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": EMPTY, "size": 2}})
        for tag in tags:
            self.request(registry, "PUT", f"/v2/{repository}/manifests/{tag}", manifest, MANIFEST)

    def worker(self, work):
        registry = http.client.HTTPConnection("127.0.0.1", self.registry_port)
        channel = http.client.HTTPConnection("127.0.0.1", self.channel_port)
        try:
            while True:
                try:
                    file_name = work.get_nowait()
                except queue.Empty:
                    return
                name, tag, _, info, index_json = self.made[file_name]
                repository = f"chan/linux-64/{name}"
                self.request(registry, "GET", f"/v2/{repository}/manifests/{tag}", want=(404,))
                channel.request("GET", f"/linux-64/{file_name}")
                data = channel.getresponse().read()
                layers = [self.push(registry, repository, blob) for blob in (info, index_json, data)]
                self.put(registry, repository, [tag], layers)
        except Exception as error:  # noqa: BLE001: reported by run()
            self.failures.append(error)

    def run(self):
        registry = http.client.HTTPConnection("127.0.0.1", self.registry_port)
        channel = http.client.HTTPConnection("127.0.0.1", self.channel_port)
        for path in ("repodata.json.zst", "repodata.json", *(f"repodata_from_packages.json{end}" for end in (".zst", "", ".bz2"))):
            path = f"/linux-64/{path}"
            self.request(channel, "GET", path, want=(200, 404))
        work = queue.Queue()
        for file_name in self.made:
            work.put(file_name)
        threads = [threading.Thread(target=self.worker, args=(work,)) for _ in range(self.workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for subdir in ("linux-64", "noarch"):
            layers = [self.push(registry, f"chan/{subdir}/repodata.json", blob) for blob in (b"{}" * 4000, b"{}" * 400)]
            self.put(registry, f"chan/{subdir}/repodata.json", ["now", "latest"], layers)
        if self.failures:
            raise self.failures[0]


def ours(registry, channel_port, workers):
    """Mirrors; returns the peak of its resident memory in bytes."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORAS_")}
    with tempfile.TemporaryDirectory() as home, open(os.path.join(home, "log"), "w+") as log:
        environment.update(HOME=home)
        process = subprocess.Popen([servers.PROGRAM, "mirror", "-c", f"http://127.0.0.1:{channel_port}", "--as", "chan", "-s", "linux-64",
                                    "--registry", registry.url, "--workers", str(workers)], env=environment, stdout=log, stderr=log)
        peak = 0
        while process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                peak = max(peak, *(int(kib) * 1024 for kib in re.findall(r"VmHWM:\s+(\d+)", status)), 0)
            except OSError:
                pass
            time.sleep(0.01)
        if process.returncode != 0:
            log.seek(0)
            raise RuntimeError(log.read())
    return peak


def measure(work):
    """(seconds, what work returned)"""
    begun = time.monotonic()
    result = work()
    return time.monotonic() - begun, result


def channel_server(folder):
    """In a process of its own, so that it does not share an interpreter with the loop."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import servers; s = servers.ChannelServer(sys.argv[2]); print(s.url, flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code, str(HERE.parent / "integration"), str(folder)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline().rsplit(":", 1)[1])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--big", type=int, default=0, help="size in MB of one more package")
    arguments.add_argument("--packages", type=int, default=0, help="so many packages of --size, instead of 26 of real sizes")
    arguments.add_argument("--size", type=int, default=10_000, help="bytes")
    arguments.add_argument("--workers", type=int, default=WORKERS)
    options = arguments.parse_args()
    workers = options.workers
    rnd = random.Random(2)
    sizes = [max(3000, int(rnd.paretovariate(1.1) * 60_000)) for _ in range(26)]
    sizes = [options.size] * options.packages or [s * 15_000_000 // sum(sizes) for s in sizes]
    sizes += ([options.big * 1_000_000] if options.big else [])
    with tempfile.TemporaryDirectory() as folder:
        made = make_channel(pathlib.Path(folder), sizes)
        process, channel_port = channel_server(folder)
        try:
            times, peak = collections.defaultdict(list), 0
            for run in range(options.runs + 1):  # the first is a warm-up
                for who in ("ours", "loop") if run % 2 else ("loop", "ours"):
                    with servers.Registry() as registry:
                        if who == "ours":
                            seconds, memory = measure(lambda: ours(registry, channel_port, workers))
                            log = registry.requests()
                        else:
                            floor, _ = measure(Loop(registry.port, channel_port, made, workers).run)
                            loop_log = len(registry.requests())
                if run:
                    times["ours"].append(seconds)
                    times["loop"].append(floor)
                    times["ratio"].append(seconds / floor)
                peak = max(peak, memory)
        finally:
            process.stdin.close()
            process.wait()
    kinds = collections.Counter(re.sub(r"uploads/.+", "uploads/…", re.sub(r"/v2/.*/(manifests|blobs)/", r"\1/", p)).split("?")[0].split("/")[0] + " " + m
                                for m, p, _ in log)
    print(f"{len(made)} packages, {sum(len(m[2]) for m in made.values()) / 1e6:.1f} MB, {workers} workers, {options.runs} pairs")
    for name in ("ours", "loop", "ratio"):
        values = sorted(times[name])
        print(f"{name:6} median {statistics.median(values):.3f}  min {values[0]:.3f}  max {values[-1]:.3f}")
    print(f"requests to the registry: ours {len(log)}, loop {loop_log}; ours: {dict(kinds)}")
    print(f"peak memory of ours: {peak / 1e6:.0f} MB")


if __name__ == "__main__":
    main()

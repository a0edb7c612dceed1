#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""How fast `conda-oci mirror` is beside a bare loop that sends the same requests: bench_mirror.py [--pairs N] [--packages N --size BYTES] [--workers N]

26 packages of real sizes (15 MB) go from an HTTP channel into a local docker-registry with 4 workers, in turn by the
program and by the loop: Python's http.client, keep-alive connections, four threads, nothing read, hashed or compressed.
With --packages, so many of one size go instead.
"""
import collections
import hashlib
import http.client
import json
import pathlib
import queue
import random
import re
import subprocess
import sys
import tempfile
import threading

import measure
import make_sample_channel as packages  # on the path that measure adds to
from measure import servers

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
        data = packages.conda(stem, info, {f"share/{name}": content}, level=1)
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
    with tempfile.TemporaryDirectory() as home:
        measure.run([measure.PROGRAM, "mirror", "-c", f"http://127.0.0.1:{channel_port}", "--as", "chan", "-s", "linux-64",
                     "--registry", registry.url, "--workers", workers], env=measure.environment(home))


def channel_server(folder):
    """In a process of its own, so that it does not share an interpreter with the loop."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import servers; s = servers.ChannelServer(sys.argv[2]); print(s.url, flush=True); sys.stdin.read()"
    process = subprocess.Popen([sys.executable, "-c", code, str(measure.HERE.parent / "integration"), str(folder)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    return process, int(process.stdout.readline().rsplit(":", 1)[1])


def rows(packages=0, size=10_000, workers=WORKERS, pairs=5):
    """Of `packages` packages of `size` bytes, or of 26 of real sizes."""
    rnd = random.Random(2)
    sizes = [max(3000, int(rnd.paretovariate(1.1) * 60_000)) for _ in range(26)]
    sizes = [size] * packages or [s * 15_000_000 // sum(sizes) for s in sizes]
    with tempfile.TemporaryDirectory() as folder:
        made = make_channel(pathlib.Path(folder), sizes)
        process, channel_port = channel_server(folder)
        try:
            took = collections.defaultdict(list)
            for pair in range(1 if packages else 0, pairs + 1):  # 0 is a warm-up, which minutes of work don't need
                for who in ("ours", "loop") if pair % 2 else ("loop", "ours"):
                    with servers.Registry() as registry:
                        work = (lambda: ours(registry, channel_port, workers)) if who == "ours" else Loop(registry.port, channel_port, made, workers).run
                        seconds, _ = measure.timed(work)
                        asked = registry.requests()
                    if who == "ours":
                        log = asked
                    else:
                        loop_log = len(asked)
                    if pair:
                        took[who].append(seconds)
        finally:
            process.stdin.close()
            process.wait()
    kinds = collections.Counter(m + " " + re.sub(r"/v2/.*/(manifests|blobs)/.*", r"\1", p.split("?")[0]) for m, p, _ in log)
    print(f"requests of a run: {dict(kinds)}; seconds of ours {took['ours']}, of the loop {took['loop']}", file=sys.stderr)
    note = f"{len(log):,} requests, the loop has {loop_log:,}"
    total = sum(len(m[2]) for m in made.values()) / 1e6
    if packages:
        return [measure.Row(f"mirror {packages:,} packages of {size / 1000:.0f} kB, {workers} workers", "packages a second of a bare loop with the same requests",
                            measure.ratios(took["loop"], took["ours"]), 0.8, at_least=True, note=note)]
    return [measure.Row(f"mirror {len(made)} packages of real sizes, {total:.0f} MB, {workers} workers", "a bare loop with the same requests",
                        measure.ratios(took["ours"], took["loop"]), 1.25, note=note)]


if __name__ == "__main__":
    measure.main(rows, __doc__)

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the tests of disks, kills and cancellations share: channels of a size, looking for what is wrong, running with a fault."""
import bz2
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
import servers  # noqa: E402
from servers import SAMPLE, ChannelServer, Registry, records  # noqa: E402,F401

import make_sample_channel as maker  # noqa: E402

PRELOAD = os.environ.get("DISKFAULTS", "")
TEMPORARY = (".tmp-", ".part")


def make_channel(folder, count=6, size=60_000, seed=1, subdir="noarch", version="1.0"):
    """A channel of .tar.bz2 packages with `size` random bytes each."""
    folder, chance = pathlib.Path(folder), random.Random(seed)
    (folder / subdir).mkdir(parents=True, exist_ok=True)
    packages = {}
    for number in range(count):
        name, build = f"pkg-{number:04}", str(seed)
        payload = chance.randbytes(size)
        described = (name, version, build, 0, subdir, (), [], {"share/data": ""}, "")
        files = maker.info_files(described)
        data = bz2.compress(maker.tar({**files, "share/data": payload}), 1)
        file_name = f"{name}-{version}-{build}.tar.bz2"
        (folder / subdir / file_name).write_bytes(data)
        record = {k: v for k, v in maker.index_json(name, version, build, 0, subdir, []).items() if v is not None}
        record.update(md5=hashlib.md5(data).hexdigest(), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        packages[file_name] = record
    index = {"info": {"subdir": subdir}, "packages": packages, "packages.conda": {}, "removed": [], "repodata_version": 1}
    (folder / subdir / "repodata.json").write_bytes(maker.dumps(index))
    return index


def environment(home, fault=None, log=None, **more):
    env = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
    env.update(HOME=str(home), XDG_CACHE_HOME=f"{home}/.cache", TMPDIR=str(home), **{k: str(v) for k, v in more.items()})
    if fault or log:
        env["LD_PRELOAD"] = PRELOAD
        if fault:
            env["DISKFAULT"] = fault
        if log:
            env["DISKFAULT_LOG"] = str(log)
    return env


class Run:
    """One run of the program, with its output, exit code and peak memory (MB)."""

    def __init__(self, arguments, home, fault=None, log=None, preexec=None, env=None):
        self.output = tempfile.TemporaryFile()
        self.started = time.monotonic()
        self.process = subprocess.Popen([servers.PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT, env=environment(home, fault, log, **(env or {})), preexec_fn=preexec)
        self.code, self.peak, self.said = None, None, None
        self.arguments, self.home, self.env = arguments, home, env or {}

    def wait(self, timeout=250):
        deadline = time.monotonic() + timeout
        while self.code is None:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid:
                self.process.returncode = self.code = os.waitstatus_to_exitcode(status)
                self.peak = usage.ru_maxrss / 1024
                self.seconds = time.monotonic() - self.started
                self.end()
            elif time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"no end after {timeout} s: {self.text()}")
            else:
                time.sleep(0.005)
        return self

    def signal(self, number):
        if self.code is None: # not Popen's own, which collects a process that has ended, and its memory with it
            os.kill(self.process.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        if self.code is None:
            self.code = self.process.wait()
            self.end()
        return self

    def end(self):
        self.said = self.text()
        self.output.close()
        servers.look_for_secrets(self.said, self.arguments, self.home, self.env)

    def text(self):
        if self.said is not None:
            return self.said
        return os.pread(self.output.fileno(), 1 << 24, 0).decode(errors="replace")


def run(arguments, home, **more):
    return Run(arguments, home, **more).wait()


def leftovers(folder):
    """Temporary files in a folder."""
    folder = pathlib.Path(folder)
    return [str(p) for p in folder.rglob("*") if p.is_file() and (p.name.startswith(".tmp-") or p.name.endswith(".part") or p.name.startswith("conda-oci-"))]


def cache_problems(cache, channel):
    """What is wrong with a cache of the channel in folder `channel`: files under final names with other bytes, indexes that list what is not there."""
    found = []
    cache, channel = pathlib.Path(cache), pathlib.Path(channel)
    for path in cache.rglob("*"):
        if path.is_file() and path.name.endswith((".conda", ".tar.bz2")):
            original = channel / path.parent.name / path.name
            if path.read_bytes() != original.read_bytes():
                found.append(f"{path} has other bytes")
        if path.name in ("repodata.json", "repodata.json.zst"):
            try:
                data = path.read_bytes()
                if path.suffix == ".zst":
                    data = subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=True).stdout
                listed = records(json.loads(data))
            except (ValueError, subprocess.CalledProcessError) as error:
                found.append(f"{path} is torn: {error}")
                continue
            for name, record in listed.items():
                file = path.parent / name
                if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != record["sha256"]:
                    found.append(f"{path} lists {name}, which is not there")
    return found


def layout_problems(folder):
    """Everything that an OCI image layout names is there."""
    folder, found = pathlib.Path(folder), []
    index = folder / "index.json"
    if not index.is_file():
        return found

    def blob(descriptor):
        path = folder / "blobs" / descriptor["digest"].replace(":", "/")
        if not path.is_file() or "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest() != descriptor["digest"]:
            found.append(f"{descriptor['digest']} is named and not there")
            return b"{}"
        return path.read_bytes()

    try:
        for entry in json.loads(index.read_text())["manifests"]:
            manifest = json.loads(blob(entry))
            for one in [manifest.get("config"), *manifest.get("layers", [])]:
                if one:
                    blob(one)
    except ValueError as error:
        found.append(f"index.json is torn: {error}")
    return found


def registry_problems(registry):
    """Everything that a tag of a registry names is there."""
    found = []
    for repository, tags in registry.contents().items():
        for tag, manifest in tags.items():
            manifest = json.loads(manifest)
            for one in [manifest["config"], *manifest["layers"]]:
                try:
                    registry.blob(repository, one["digest"])
                except (OSError, AssertionError) as error:
                    found.append(f"{repository}:{tag}: {one['digest']}: {error}")
    return found


class Case(servers.Case):
    def setUp(self):
        super().setUp()
        scratch = tempfile.TemporaryDirectory(prefix="faults-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.channel = self.folder / "chan"

    def registry(self):
        registry = Registry()
        self.addCleanup(registry.__exit__)
        return registry

    def server(self):
        """The channel over HTTP, as `server.url`."""
        server = ChannelServer(self.folder)
        self.addCleanup(server.__exit__)
        server.port = server.server.server_address[1]
        server.url += "/chan"
        return server

    def run_ok(self, *arguments):
        done = run(arguments, self.home)
        self.assertEqual(done.code, 0, done.text())
        return done

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Packages as the world's writers make them: each is mirrored, goes round, and what can't be in its info.tar.gz is named."""
import bz2
import gzip
import hashlib
import io
import json
import pathlib
import random
import subprocess
import tarfile
import tempfile
import urllib.request
import zipfile

import servers
from servers import ChannelServer, Registry, conda_oci, records

CASES = pathlib.Path(__file__).resolve().parent / "cases"
READABLE = ["hasnpz-1.0-0.conda", "zipcase11-1.0-0.conda", "pbzip2-1.0-0.tar.bz2", "pzstd-1.0-0.conda", "noeof-1.0-0.conda",
            "link34-1.0-0.conda", "dup-1.0-0.conda", "setgid-1.0-0.conda"]
INFO = "application/vnd.conda.info.v1.tar+gzip"
MiB = 1024 * 1024


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def member(name, content=b"", **fields):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for field, value in fields.items():
        setattr(entry, field, value)
    return entry, content


def tar(members, format=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for entry, content in members:
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def index_json(name):
    return {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}


def info_of(name, *more):
    return tar([member("info/index.json", json.dumps(index_json(name)).encode()), member("info/recipe/meta.yaml", b"package:\n"), *more])


def conda(name, *more, payload=b""):
    """A .conda as today's conda-package-handling writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in (("metadata.json", b'{"conda_pkg_format_version": 2}'), (f"pkg-{name}-1.0-0.tar.zst", zstd(tar([])) + payload),
                              (f"info-{name}-1.0-0.tar.zst", zstd(info_of(name, *more)))):
            with archive.open(part, "w", force_zip64=True) as file:
                file.write(content)
    return out.getvalue()


def add(folder, file_name, data, record):
    (folder / file_name).write_bytes(data)
    index = folder / "repodata.json"
    content = json.loads(index.read_text()) if index.exists() else {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}
    sums = {"md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    content["packages.conda" if file_name.endswith(".conda") else "packages"][file_name] = {**record, **sums}
    index.write_text(json.dumps(content))


class Packages(servers.Case):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="packages-")
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        self.folder = self.root / "mine" / "noarch"
        self.folder.mkdir(parents=True)
        self.server = self.enter(ChannelServer(self.root))
        self.registry = self.enter(Registry())

    def enter(self, context):
        self.addCleanup(context.__exit__, None, None, None)
        return context.__enter__()

    def add_made(self, name, *more):
        add(self.folder, f"{name}-1.0-0.conda", conda(name, *more), index_json(name))

    def mirror(self, *options):
        report = self.root / "report.json"
        done = conda_oci("mirror", "-c", f"{self.server.url}/mine", "-s", "noarch", "--registry", f"{self.registry.url}/org", "--report", report,
                         *options)
        content = json.loads(report.read_text())
        return done, content, [note for note in content["notes"] if "info.tar.gz" in note]

    def info_layer(self, name, registry=None):
        registry = registry or self.registry
        repository = f"org/mine/noarch/{name}"
        layer = next(l for l in registry.manifest(repository, "1.0-0")["layers"] if l["mediaType"] == INFO)
        return registry.blob(repository, layer["digest"])

    def info_members(self, name, registry=None):
        with tarfile.open(fileobj=io.BytesIO(self.info_layer(name, registry))) as archive:
            return {entry.name: entry for entry in archive}

    def test_W01_W10_W11_packages_of_the_world_go_round(self):
        for file_name in READABLE:
            add(self.folder, file_name, (CASES / file_name).read_bytes(), json.loads((CASES / f"{file_name}.record.json").read_text()))
        done, report, notes = self.mirror()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("kf.archive", done.stderr)
        self.assertEqual(report["totals"]["copied"], len(READABLE))
        self.assertEqual(sorted(records(self.registry.index("org/mine/noarch"))), sorted(READABLE))
        usual = {"index.json", "paths.json", "files", "about.json", "recipe", "recipe/meta.yaml"}
        for file_name in READABLE:
            with self.subTest(file=file_name):
                members = self.info_members(file_name.split("-")[0])
                self.assertEqual(set(members), usual)
                self.assertEqual({entry.mode for entry in members.values() if entry.isfile()}, {0o644})
        self.assertTrue(any("link34-1.0-0.conda" in note and "info/licenses/LICENSE" in note for note in notes), report["notes"])
        self.assertTrue(any("dup-1.0-0.conda" in note and "info/files" in note for note in notes), report["notes"])
        self.assertEqual(len(notes), 2)

        # And on: into a cache, from there into another registry, into a layout, and out of it.
        cache = self.root / "cache"
        second = self.enter(Registry())
        for arguments in (
                ("pull-cache", "-c", "mine", "-s", "noarch", "--all-versions", "--cache-dir", cache, "--registry", f"{self.registry.url}/org"),
                ("push-cache", "-c", "mine", "-s", "noarch", "--all", "--cache-dir", cache, "--registry", f"{second.url}/org"),
                ("copy", f"oci+{second.url}/org", f"oci-layout:{self.root}/layout", "-c", "mine", "-s", "noarch")):
            done = conda_oci(*arguments)
            self.assertEqual(done.returncode, 0, done.stderr)
        for file_name in READABLE:
            name = file_name.split("-")[0]
            self.assertEqual((cache / "mine" / "noarch" / file_name).read_bytes(), (CASES / file_name).read_bytes())
            self.assertEqual(self.info_layer(name, second), self.info_layer(name))
        done = conda_oci("list", f"oci-layout:{self.root}/layout//mine/noarch")
        for file_name in READABLE:
            self.assertIn(file_name.split("-")[0], done.stdout)

    def test_W11_what_nobody_needs_is_left_out_and_named(self):
        self.add_made("large", member("info/test/data.bin", bytes(20 * MiB)))
        self.add_made("payload", member("info/copy", type=tarfile.LNKTYPE, linkname="lib/original"))
        self.add_made("absolute", member("info/recipe/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"))
        self.add_made("backslash", member("info/a\\b", b"x"))
        self.add_made("setuid", member("info/tool", b"x", mode=0o6755))
        self.add_made("differ", member("info/files", b"one"), member("info/files", b"other"))
        done, report, notes = self.mirror()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((report["totals"]["copied"], report["totals"]["failed"]), (6, 0))
        for name, left_out in (("large", "test/data.bin"), ("payload", "copy"), ("absolute", "recipe/link"), ("backslash", "a\\b"),
                               ("differ", "files")):
            with self.subTest(name=name):
                self.assertEqual(set(self.info_members(name)), {"index.json", "recipe", "recipe/meta.yaml"})
                [note] = [note for note in notes if f"noarch/{name}-1.0-0.conda" in note]
                self.assertIn(f"info/{left_out}", note)
                self.assertIn(note, done.stdout + done.stderr)
        self.assertEqual(self.info_members("setuid")["tool"].mode, 0o755)
        self.assertEqual(len(notes), 5)
        # The package itself is what it was.
        package = (self.folder / "large-1.0-0.conda").read_bytes()
        self.assertEqual(self.registry.blob("org/mine/noarch/large", "sha256:" + hashlib.sha256(package).hexdigest()), package)

    def test_W11_many_notes_become_a_count(self):
        for number in range(25):
            self.add_made(f"p{number:02}", *[member(f"info/a\\{i}", b"x") for i in range(5)])
        done, report, notes = self.mirror()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(report["totals"]["copied"], 25)
        named = [note for note in notes if "-1.0-0.conda" in note]
        self.assertEqual(len(named), 20)
        self.assertTrue(all("and 2 more" in note for note in named))
        self.assertEqual(len(notes), 21)
        self.assertTrue(notes[-1].endswith(": 5"), notes[-1])

    def test_W10_what_is_not_bzip2_is_called_that(self):
        whole = bz2.compress(info_of("cut", member("info/data", random.Random(1).randbytes(100000))))
        for name, data in (("plain", info_of("plain")), ("gzipped", gzip.compress(info_of("gzipped"))), ("cut", whole[:-50000])):
            add(self.folder, f"{name}-1.0-0.tar.bz2", data, index_json(name))
        add(self.folder, "good-1.0-0.tar.bz2", bz2.compress(info_of("good")), index_json("good"))
        done, report, notes = self.mirror()
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertNotIn("kf.archive", done.stderr)
        why = {failure["file"].split("-")[0]: failure["message"] for failure in report["failures"]}
        self.assertEqual(set(why), {"plain", "gzipped", "cut"})
        self.assertIn("it is not bzip2", why["plain"])
        self.assertIn("it is not bzip2", why["gzipped"])
        self.assertIn("it ends early", why["cut"])

    def test_W35_an_info_layer_of_before_is_left_alone(self):
        """What earlier versions wrote has no directories in it, and other bytes; it is not sent again for that."""
        self.add_made("alpha")
        self.assertEqual(self.mirror()[0].returncode, 0)
        repository = "org/mine/noarch/alpha"
        self.assertTrue(self.info_members("alpha")["recipe"].isdir())
        before = gzip.compress(tar([member("index.json", json.dumps(index_json("alpha")).encode()), member("recipe/meta.yaml", b"package:\n")]))
        manifest = self.registry.manifest(repository, "1.0-0")
        digest = "sha256:" + hashlib.sha256(before).hexdigest()
        next(l for l in manifest["layers"] if l["mediaType"] == INFO).update(digest=digest, size=len(before))
        location = self.send("POST", f"{self.registry.url}/v2/{repository}/blobs/uploads/").headers["Location"]
        self.send("PUT", location + f"&digest={digest}", before)
        self.send("PUT", f"{self.registry.url}/v2/{repository}/manifests/1.0-0", json.dumps(manifest).encode(), manifest["mediaType"])
        for options in ((), ("--deep",)):
            done, report, notes = self.mirror(*options)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual((report["totals"]["copied"], self.info_layer("alpha")), (0, before))

    def send(self, method, url, data=b"", media_type="application/octet-stream"):
        request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": media_type, "User-Agent": "test-reader"})
        return urllib.request.urlopen(request)

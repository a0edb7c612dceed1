# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""`conda-oci mirror` from real channels into a real registry, read back without the project's own code."""
import gzip
import hashlib
import io
import json
import pathlib
import random
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
import unittest
import urllib.request

import servers
from servers import CORPUS, SAMPLE, ChannelServer, Registry, conda_oci, records

CONDA = "application/vnd.conda.package.v2"
TARBZ2 = "application/vnd.conda.package.v1"
INFO = "application/vnd.conda.info.v1.tar+gzip"
INDEX_JSON = "application/vnd.conda.info.index.v1+json"
REPODATA = "application/vnd.conda.repodata.v1+json"
TITLE = "org.opencontainers.image.title"
ZLIB = CORPUS / "channel-zlib"
ZLIB_SUBDIRS = ["linux-64", "noarch", "osx-64", "win-32", "win-64"]


def subdir_options(subdirs):
    return [word for subdir in subdirs for word in ("-s", subdir)]


def place(file_name):
    """(repository component, tag) of a package, from wire-format.md."""
    name, version, build = file_name.removesuffix(".conda").removesuffix(".tar.bz2").rsplit("-", 2)
    tag = f"{version}-{build}".replace("+", "__p__").replace("!", "__e__").replace("=", "__eq__")
    return ("zzz" + name if name.startswith("_") else name), tag


def time_text(milliseconds):
    return time.strftime("%Y.%m.%d.%H.%M", time.gmtime(milliseconds / 1000))


class Layout(servers.Case):
    """Everything of wire-format.md about what was written for one channel folder."""

    def check_channel(self, registry, prefix, folder, subdir):
        index = json.loads((folder / subdir / "repodata.json").read_text())
        there = {f: r for f, r in records(index).items() if (folder / subdir / f).is_file()}
        for file_name, record in there.items():
            with self.subTest(file=file_name):
                self.check_package(registry, f"{prefix}/{subdir}", folder / subdir, file_name, record, there)
        published = registry.index(f"{prefix}/{subdir}")
        self.assertEqual(records(published), there)
        for key in index:
            if key not in ("packages", "packages.conda"):
                self.assertEqual(published[key], index[key])
        return there

    def check_package(self, registry, base, folder, file_name, record, there):
        component, tag = place(file_name)
        repository = f"{base}/{component}"
        manifest = registry.manifest(repository, tag)
        self.assertIsNotNone(manifest, "no manifest")
        self.assertEqual((manifest["schemaVersion"], manifest["mediaType"]), (2, servers.MANIFEST))
        stem = file_name.removesuffix(".conda").removesuffix(".tar.bz2")
        expected = [m for m, e in ((CONDA, ".conda"), (TARBZ2, ".tar.bz2")) if stem + e in there] + [INFO, INDEX_JSON]
        self.assertEqual([l["mediaType"] for l in manifest["layers"]], expected)
        self.assertNotIn("artifactType", manifest)  # W28: oras-py 0.1 refuses it
        self.assertEqual(manifest["config"]["mediaType"], "application/vnd.unknown.config.v1+json")
        self.assertEqual(registry.blob(repository, manifest["config"]["digest"]), b"{}")

        layers = {l["mediaType"]: l for l in manifest["layers"]}
        for layer in manifest["layers"]:
            self.assertEqual(layer["annotations"]["creationTime"], time_text(record.get("timestamp", 0)))
            self.assertEqual(len(registry.blob(repository, layer["digest"])), layer["size"])
        package = layers[CONDA if file_name.endswith(".conda") else TARBZ2]
        data = (folder / file_name).read_bytes()
        self.assertEqual(registry.blob(repository, package["digest"]), data)
        self.assertEqual(package["annotations"][TITLE], file_name)
        self.assertEqual(package["annotations"]["org.conda.md5"], hashlib.md5(data).hexdigest())
        self.assertEqual(layers[INFO]["annotations"][TITLE], f"{stem}/info.tar.gz")
        self.assertEqual(layers[INDEX_JSON]["annotations"][TITLE], f"{stem}/info/index.json")
        self.check_info(registry.blob(repository, layers[INFO]["digest"]),
                        registry.blob(repository, layers[INDEX_JSON]["digest"]), folder, file_name, stem, there)

    def check_info(self, archive, index_json, folder, file_name, stem, there):
        """The info layers against what conda-package-handling extracts."""
        preferred = stem + ".conda" if stem + ".conda" in there else file_name
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["cph", "extract", "--info", str(folder / preferred), "--dest", f"{scratch}/x"], check=True,
                           capture_output=True)
            info = pathlib.Path(scratch) / "x/info"
            self.assertEqual(index_json, (info / "index.json").read_bytes())
            on_disk = {str(p.relative_to(info)): p.read_bytes() for p in info.rglob("*") if p.is_file() and not p.is_symlink()}
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            members = tar.getmembers()
            files = {m.name: tar.extractfile(m).read() for m in members if m.isfile()}
        self.assertEqual(files, on_disk)
        self.assertEqual([m.name for m in members], sorted(m.name for m in members))
        self.assertEqual({(m.uid, m.gid, m.mtime) for m in members}, {(0, 0, 0)})
        self.assertEqual(gzip.decompress(archive)[257:262], b"ustar")

    def test_sample_channel(self):
        with Registry() as registry:
            run = conda_oci("mirror", "-c", SAMPLE, "--as", "sample", "--registry", registry.url + "/org")
            self.assertEqual(run.returncode, 0, run.stderr)
            for subdir in ("linux-64", "noarch"):
                there = self.check_channel(registry, "org/sample", SAMPLE, subdir)
                # With everything there the index is the channel's, byte for byte.
                manifest = registry.manifest(f"org/sample/{subdir}/repodata.json", "latest")
                self.assertEqual(manifest["annotations"]["dev.conda-oci-mirror.index"], "present")
                layers = {l["mediaType"]: l for l in manifest["layers"]}
                self.assertEqual(registry.blob(f"org/sample/{subdir}/repodata.json", layers[REPODATA]["digest"]),
                                 (SAMPLE / subdir / "repodata.json").read_bytes())
                zst = registry.blob(f"org/sample/{subdir}/repodata.json", layers[REPODATA + "+zst"]["digest"])
                plain = subprocess.run(["zstd", "-dc"], input=zst, capture_output=True, check=True).stdout
                self.assertEqual(json.loads(plain), json.loads((SAMPLE / subdir / "repodata.json").read_text()))
                tags = registry.tags(f"org/sample/{subdir}/repodata.json")
                self.assertEqual(len(tags), 2, tags)
                self.assertIn("latest", tags)
                self.assertGreater(len(there), 1)

    def test_channel_zlib_all_subdirs(self):
        with Registry() as registry, tempfile.TemporaryDirectory() as scratch:
            run = conda_oci("mirror", "-c", ZLIB, *subdir_options(ZLIB_SUBDIRS), "--registry", registry.url)
            self.assertEqual(run.returncode, 1, run.stderr)  # the channel lists packages that it does not have
            for subdir in ZLIB_SUBDIRS:
                self.check_channel(registry, "channel-zlib", ZLIB, subdir)
            for missing in ("linux-64/libgcc-ng-8.2.0-hdf63c60_1.tar.bz2", "win-64/vc-14.1-h0510ff6_4.tar.bz2"):
                self.assertRegex(run.stderr, missing.replace(".", r"\.") + ".*does not have the file")
            # Somebody else's program reads it too.
            for subdir, tag in (("linux-64", "1.2.11-h7b6447c_3"), ("win-64", "1.2.11-h62dcd97_3")):
                target = f"{scratch}/{subdir}"
                subprocess.run(["skopeo", "copy", "--src-tls-verify=false",
                                f"docker://127.0.0.1:{registry.port}/channel-zlib/{subdir}/zlib:{tag}", f"oci:{target}:zlib"],
                               check=True, capture_output=True)
                blobs = {p.name for p in pathlib.Path(target, "blobs/sha256").iterdir()}
                for file in (ZLIB / subdir).glob("zlib-1.2.11*"):
                    self.assertIn(hashlib.sha256(file.read_bytes()).hexdigest(), blobs)


class Again(servers.Case):
    def test_second_run_writes_nothing_and_asks_little(self):
        with Registry() as registry, tempfile.TemporaryDirectory() as home:
            command = ["mirror", "-c", ZLIB, *subdir_options(ZLIB_SUBDIRS), "--registry", registry.url]
            conda_oci(*command, home=home)
            before = len(registry.requests())
            run = conda_oci(*command, home=home)
            self.assertEqual(run.returncode, 1)
            asked = registry.requests(before)
            self.assertEqual([r for r in asked if r[0] not in ("GET", "HEAD")], [])
            for subdir in ZLIB_SUBDIRS:
                self.assertLessEqual(sum(f"/channel-zlib/{subdir}/" in path for _, path, _ in asked), 3, asked)

    def test_second_run_over_http_with_everything_there(self):
        with Registry() as registry, ChannelServer(SAMPLE) as channel, tempfile.TemporaryDirectory() as home:
            command = ["mirror", "-c", channel.url, "--as", "sample", "-s", "linux-64", "-s", "noarch", "--registry", registry.url]
            self.assertEqual(conda_oci(*command, home=home).returncode, 0)
            before, channel.requests[:] = len(registry.requests()), []
            run = conda_oci(*command, home=home)
            self.assertEqual(run.returncode, 0, run.stderr)
            asked = registry.requests(before)
            self.assertEqual({r[0] for r in asked}, {"GET"})
            # An index that was published in the last hours may have been another run's, too: a list of tags each.
            self.assertLessEqual(len([p for _, p, _ in asked if "/tags/list" in p]), 2)
            self.assertLessEqual(len([p for _, p, _ in asked if "/tags/list" not in p]), 4)
            self.assertFalse([p for _, p, _ in channel.requests if p.endswith((".conda", ".bz2")) and "repodata" not in p])
            self.assertTrue(any("if-none-match" in headers for _, _, headers in channel.requests))

    def test_F19_UP_killed_ten_times_it_ends_as_if_undisturbed(self):
        def command(url):
            return ["mirror", "-c", ZLIB, *subdir_options(ZLIB_SUBDIRS), "--registry", url]

        with Registry() as quiet, Registry() as disturbed, tempfile.TemporaryDirectory() as home:
            started = time.monotonic()
            conda_oci(*command(quiet.url))
            whole = time.monotonic() - started
            chance = random.Random(2)
            for _ in range(10):
                process = subprocess.Popen([servers.PROGRAM, *map(str, command(disturbed.url))], stdout=subprocess.DEVNULL,
                                           stderr=subprocess.DEVNULL, env={"HOME": home, "PATH": "/usr/bin:/bin"})
                time.sleep(chance.random() * whole)
                process.send_signal(signal.SIGKILL)
                process.wait()
            run = conda_oci(*command(disturbed.url), home=home)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertEqual(disturbed.contents(), quiet.contents())

    def test_two_mirrors_give_the_same_manifests(self):
        with Registry() as one, Registry() as two:
            conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", one.url)
            # Another day: the clock may not be in a package's manifest.
            faketime = {"LD_PRELOAD": library, "FAKETIME": "+3d"} if (library := faketime_library()) else {}
            time.sleep(1)
            conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", two.url, env=faketime)
            self.assertEqual(one.contents(), two.contents())
            self.assertTrue(faketime, "install faketime")


def faketime_library():
    found = list(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return str(found[0]) if found else None


class BadChannel(servers.Case):
    """One bad package fails alone and is named; the rest arrives; the index lists none of the bad ones."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.channel = pathlib.Path(self.folder.name) / "chan"
        shutil.copytree(SAMPLE, self.channel)
        for form in (".zst", ".bz2"):
            for file in self.channel.glob("*/repodata.json" + form):
                file.unlink()
        self.path = self.channel / "linux-64/repodata.json"
        self.index = json.loads(self.path.read_text())

    def tearDown(self):
        super().tearDown()
        self.folder.cleanup()

    def add(self, file_name, base, data=None, **changes):
        """A record (and a file, unless data is None) made from another package's."""
        record = {**records(self.index)[base], **changes}
        if data is not None:
            (self.channel / "linux-64" / file_name).write_bytes(data)
        self.index["packages.conda" if file_name.endswith(".conda") else "packages"][file_name] = record

    def mirror(self, registry, channel, *options):
        return conda_oci("mirror", "-c", channel, "--as", "chan", "--registry", registry.url, *options)

    def test_A27_each_is_named_with_its_cause(self):
        good = next(f for f in records(self.index) if f.endswith(".conda"))
        data = (self.channel / "linux-64" / good).read_bytes()
        original = dict(records(self.index))
        self.add("missing-1.0-0.conda", good, name="missing", version="1.0", build="0")
        self.add("wrong-1.0-0.conda", good, data, name="wrong", version="1.0", build="0", sha256="0" * 64)
        cut = data[:len(data) // 2]
        self.add("cut-1.0-0.conda", good, cut, name="cut", version="1.0", build="0", size=len(cut),
                 sha256=hashlib.sha256(cut).hexdigest(), md5=hashlib.md5(cut).hexdigest())
        self.add("../escape-1.0-0.conda", good, name="escape", version="1.0", build="0")
        self.path.write_text(json.dumps(self.index))
        with Registry() as registry, ChannelServer(self.channel) as server:
            for channel in (str(self.channel), server.url):
                with self.subTest(channel=channel):
                    run = self.mirror(registry, channel, "--json")
                    self.assertEqual(run.returncode, 1, run.stderr)
                    failures = {f["file"]: f for f in json.loads(run.stdout)["failures"]}
                    self.assertEqual(set(failures), {"missing-1.0-0.conda", "wrong-1.0-0.conda", "cut-1.0-0.conda",
                                                     "../escape-1.0-0.conda"})
                    self.assertEqual(failures["missing-1.0-0.conda"]["kind"], "not-found")
                    self.assertEqual(failures["wrong-1.0-0.conda"]["kind"], "integrity")
                    self.assertIn("0" * 64, failures["wrong-1.0-0.conda"]["message"])
                    self.assertIn(failures["cut-1.0-0.conda"]["kind"], ("parse", "integrity"))
                    for name in failures:
                        self.assertIn(name, run.stderr)
                    self.assertEqual(records(registry.index("chan/linux-64")), original)
                    for name in ("missing", "wrong", "cut", "escape"):
                        self.assertEqual(registry.tags(f"chan/linux-64/{name}"), [])
                    self.assertFalse([r for r in registry.requests() if ".." in r[1]])

    def test_F04_R_transient_faults_are_overcome(self):
        with Registry() as registry, ChannelServer(self.channel) as server:
            name = next(f for f in records(self.index) if f.endswith(".conda"))
            path = f"/linux-64/{name}"
            size = (self.channel / "linux-64" / name).stat().st_size
            server.faults[path] = ("cut", size // 2)
            heal = lambda: server.faults.pop(path, None)
            import threading
            threading.Timer(1.0, heal).start()
            run = self.mirror(registry, server.url)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn(name, records(registry.index("chan/linux-64")))

    def test_record_without_sha256_gets_one(self):
        for record in records(self.index).values():
            record.pop("sha256", None)
        self.path.write_text(json.dumps(self.index))
        with Registry() as registry:
            self.assertEqual(self.mirror(registry, self.channel).returncode, 0)
            for name, record in records(registry.index("chan/linux-64")).items():
                data = (self.channel / "linux-64" / name).read_bytes()
                self.assertEqual(record["sha256"], hashlib.sha256(data).hexdigest())
            before = len(registry.requests())
            self.assertEqual(self.mirror(registry, self.channel).returncode, 0)
            self.assertFalse([r for r in registry.requests(before) if r[0] not in ("GET", "HEAD")])

    def test_unreachable_ends_with_4_and_bad_input_with_2(self):
        with Registry() as registry:
            run = self.mirror(registry, f"http://127.0.0.1:{servers.free_port()}/chan")
            self.assertEqual(run.returncode, 4, run.stderr)
            for bad in (["-p", "zlib >>1"], ["-s", "../x"], ["--registry", "http://user:pw@127.0.0.1/x"], ["--workers", "0"]):
                before = len(registry.requests())
                run = self.mirror(registry, self.channel, *bad)
                self.assertEqual(run.returncode, 2, (bad, run.stderr))
                self.assertEqual(len(registry.requests()), before)
                self.assertNotIn("pw", run.stderr)
                run = self.mirror(registry, self.channel, *bad, "--json")  # who asked for JSON gets it in every case
                said = json.loads(run.stdout)
                self.assertEqual((run.returncode, said["exitCode"], said["error"]["kind"]), (2, 2, "config"), bad)
                self.assertTrue(said["error"]["message"])
                self.assertNotIn("pw", run.stdout)


class Selection(servers.Case):
    def mirror(self, registry, *options):
        run = conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url, *options)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run

    def names(self, index):
        return {r["name"] for r in records(index).values()}

    def test_dry_run_writes_nothing_and_downloads_no_package(self):
        with Registry() as registry, ChannelServer(SAMPLE) as channel, tempfile.TemporaryDirectory() as home:
            run = conda_oci("mirror", "-c", channel.url, "--as", "s", "--registry", registry.url, "--dry-run", home=home)
            self.assertEqual(run.returncode, 0, run.stderr)
            for name in records(json.loads((SAMPLE / "linux-64/repodata.json").read_text())):
                self.assertIn(name, run.stdout)
            self.assertFalse([p for _, p, _ in channel.requests if "repodata" not in p and p != "/channeldata.json"])
            self.assertFalse([r for r in registry.requests() if r[0] not in ("GET", "HEAD")])
            self.assertEqual([p for p in pathlib.Path(home).rglob("*") if p.is_file()], [])

    def test_one_after_the_other_adds_up(self):
        everything = records(json.loads((SAMPLE / "linux-64/repodata.json").read_text()))
        one, other = sorted({r["name"] for r in everything.values()})[:2]
        with Registry() as registry:
            self.mirror(registry, "-s", "linux-64", "-p", one)
            self.assertEqual(self.names(registry.index("s/linux-64")), {one})
            # No noarch was mirrored, but readers always ask for it.
            self.assertEqual(records(registry.index("s/noarch")), {})
            self.mirror(registry, "-s", "linux-64", "-p", other)
            self.assertEqual(self.names(registry.index("s/linux-64")), {one, other})
            self.mirror(registry)
            self.assertEqual(records(registry.index("s/linux-64")), everything)

    def test_index_of_another_tool_is_not_believed_and_not_lost(self):
        everything = records(json.loads((SAMPLE / "linux-64/repodata.json").read_text()))
        one = sorted({r["name"] for r in everything.values()})[0]
        with Registry() as registry:
            self.mirror(registry, "-s", "linux-64", "--index", "full", "-p", one)
            manifest = registry.manifest("s/linux-64/repodata.json", "latest")
            self.assertEqual(manifest["annotations"]["dev.conda-oci-mirror.index"], "full")
            self.assertEqual(records(registry.index("s/linux-64")), everything)
            before = len(registry.requests())
            self.mirror(registry)
            self.assertTrue([r for r in registry.requests(before) if r[0] == "PUT"])
            self.assertEqual(registry.manifest("s/linux-64/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.index"], "present")

    def test_deep_asks_for_each_package(self):
        with Registry() as registry:
            self.mirror(registry)
            before = len(registry.requests())
            self.mirror(registry, "--deep")
            asked = registry.requests(before)
            self.assertEqual({r[0] for r in asked}, {"GET", "HEAD"})
            self.assertGreater(len(asked), 6)

    def test_deep_dry_run_says_what_the_index_hides(self):
        with tempfile.TemporaryDirectory() as folder:
            layout = pathlib.Path(folder) / "layout"
            command = ["mirror", "-c", SAMPLE, "--as", "s", "--registry", f"oci-layout:{layout}", "--dry-run"]
            self.assertEqual(conda_oci(*command[:-1]).returncode, 0)
            index = json.loads((layout / "index.json").read_text())
            lost = [m for m in index["manifests"] if "sample-epoch" in m["annotations"]["org.opencontainers.image.ref.name"]]
            self.assertEqual(len(lost), 1)
            index["manifests"] = [m for m in index["manifests"] if m not in lost]
            (layout / "index.json").write_text(json.dumps(index))
            before = sorted((p, p.stat().st_mtime_ns) for p in layout.rglob("*"))
            believing = json.loads(conda_oci(*command, "--json").stdout)
            self.assertEqual(believing["plan"]["files"], 0)
            self.assertGreater(believing["freeBytes"], 0)
            run = conda_oci(*command, "--deep", "--quiet")  # quiet about all but the plan, which is the result
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("sample-epoch", run.stdout)
            self.assertNotIn("hello-conda", run.stdout)
            plan = json.loads(conda_oci(*command, "--deep", "--json").stdout)["plan"]
            self.assertEqual((plan["files"], plan["presentFiles"], len(plan["items"])), (1, 6, 1))
            self.assertEqual(sorted((p, p.stat().st_mtime_ns) for p in layout.rglob("*")), before)

    def test_yanked_packages_stand_in_their_own_index(self):
        with Registry() as registry, tempfile.TemporaryDirectory() as folder:
            channel = pathlib.Path(folder) / "c"
            shutil.copytree(SAMPLE, channel)
            path = channel / "linux-64/repodata.json"
            index = json.loads(path.read_text())
            for form in (".zst", ".bz2"):
                path.with_name("repodata.json" + form).unlink(missing_ok=True)
            path.with_name("repodata_from_packages.json").write_text(json.dumps(index))
            gone = next(iter(index["packages.conda"]))
            del index["packages.conda"][gone]
            path.write_text(json.dumps(index))
            command = ["mirror", "-c", channel, "--as", "s", "--registry", registry.url, "-s", "linux-64", "-s", "noarch"]
            self.assertEqual(conda_oci(*command).returncode, 0)
            self.assertEqual(records(registry.index("s/linux-64")), records(index))
            manifest = registry.manifest("s/linux-64/repodata_from_packages.json", "latest")
            layer = next(l for l in manifest["layers"] if l["mediaType"] == REPODATA)
            listed = json.loads(registry.blob("s/linux-64/repodata_from_packages.json", layer["digest"]))
            self.assertEqual(set(records(listed)), {gone})
            component, tag = place(gone)
            self.assertIsNotNone(registry.manifest(f"s/linux-64/{component}", tag))
            before = len(registry.requests())
            self.assertEqual(conda_oci(*command).returncode, 0)
            asked = registry.requests(before)
            self.assertFalse([r for r in asked if r[0] != "GET"])
            self.assertLessEqual(sum("/s/linux-64/" in p and "/tags/list" not in p for _, p, _ in asked), 4)

    def test_late_format_joins_the_manifest(self):
        index = json.loads((SAMPLE / "linux-64/repodata.json").read_text())
        stems = {f.removesuffix(".conda") for f in index["packages.conda"]} & {f.removesuffix(".tar.bz2") for f in index["packages"]}
        noarch = json.loads((SAMPLE / "noarch/repodata.json").read_text())
        subdir = "linux-64"
        if not stems:
            subdir, index = "noarch", noarch
            stems = {f.removesuffix(".conda") for f in index["packages.conda"]} & {f.removesuffix(".tar.bz2") for f in index["packages"]}
        stem = stems.pop()
        with Registry() as registry, tempfile.TemporaryDirectory() as folder:
            channel = pathlib.Path(folder) / "c"
            shutil.copytree(SAMPLE, channel)
            path = channel / subdir / "repodata.json"
            for form in (".zst", ".bz2"):
                path.with_name("repodata.json" + form).unlink(missing_ok=True)
            late = index["packages.conda"].pop(stem + ".conda")
            path.write_text(json.dumps(index))
            command = ["mirror", "-c", channel, "--as", "s", "--registry", registry.url]
            self.assertEqual(conda_oci(*command).returncode, 0)
            component, tag = place(stem + ".conda")
            first = registry.manifest(f"s/{subdir}/{component}", tag)
            self.assertEqual([l["mediaType"] for l in first["layers"]], [TARBZ2, INFO, INDEX_JSON])
            index["packages.conda"][stem + ".conda"] = late
            path.write_text(json.dumps(index))
            self.assertEqual(conda_oci(*command).returncode, 0)
            second = registry.manifest(f"s/{subdir}/{component}", tag)
            self.assertEqual([l["mediaType"] for l in second["layers"]], [CONDA, TARBZ2, INFO, INDEX_JSON])
            self.assertEqual(second["layers"][1:], first["layers"])


class SigningIn(servers.Case):
    def test_without_credentials_it_is_a_dry_run(self):
        with tempfile.TemporaryDirectory() as folder:
            htpasswd = pathlib.Path(folder) / "htpasswd"
            htpasswd.write_text(subprocess.run(["htpasswd", "-Bbn", "robot", "CANARY-secret"], capture_output=True, text=True,
                                               check=True).stdout)
            with Registry(htpasswd) as registry:
                command = ["mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url]
                run = conda_oci(*command)
                self.assertEqual(run.returncode, 3, run.stderr)
                self.assertIn("Dry run only", run.stderr.splitlines()[0])
                self.assertIn("Dry run only", run.stderr.splitlines()[-1])
                self.assertIn("sample-data-2024.1-0.conda", run.stdout)
                command.append("--debug")
                wrong = conda_oci(*command, env={"ORAS_USER": "robot", "ORAS_PASS": "CANARY-wrong"})
                self.assertEqual(wrong.returncode, 3, wrong.stderr)
                right = conda_oci(*command, "--json", env={"ORAS_USER": "robot", "ORAS_PASS": "CANARY-secret"})
                self.assertEqual(right.returncode, 0, right.stderr)
                self.assertIsNotNone(registry.manifest("s/noarch/repodata.json", "latest", user="robot:CANARY-secret"))
                for output in (run, wrong, right):
                    self.assertNotIn("CANARY", output.stdout + output.stderr)


class Stopping(servers.Case):
    def test_F22_RUP_interrupt_stops_cleanly_and_the_next_run_finishes(self):
        with Registry() as registry, tempfile.TemporaryDirectory() as home:
            command = ["mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url]
            process = subprocess.Popen([servers.PROGRAM, *map(str, command), "--timeout", "2000"], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True, env={"HOME": home, "PATH": "/usr/bin:/bin"})
            time.sleep(1.0)
            process.send_signal(signal.SIGINT)
            asked = time.monotonic()
            _, errors = process.communicate(timeout=10)
            self.assertEqual(process.returncode, 130, errors)
            self.assertLess(time.monotonic() - asked, 2)  # promised is a second; this machine may be busy
            self.assertIn("again", errors)
            run = conda_oci(*command)
            self.assertEqual(run.returncode, 0, run.stderr)


class IntoALayout(servers.Case):
    def test_others_read_the_layout(self):
        with tempfile.TemporaryDirectory() as folder:
            layout = f"{folder}/layout"
            run = conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", f"oci-layout:{layout}")
            self.assertEqual(run.returncode, 0, run.stderr)
            index = json.loads(pathlib.Path(layout, "index.json").read_text())
            names = {m["annotations"]["org.opencontainers.image.ref.name"] for m in index["manifests"]}
            for subdir in ("linux-64", "noarch"):
                for file_name in records(json.loads((SAMPLE / subdir / "repodata.json").read_text())):
                    self.assertIn(f"s/{subdir}/" + ":".join(place(file_name)), names)
            name = next(n for n in sorted(names) if "__" not in n and "repodata" not in n)
            out = subprocess.run(["skopeo", "inspect", "--raw", f"oci:{layout}:{name}"], capture_output=True, text=True)
            self.assertEqual(out.returncode, 0, out.stderr)
            self.assertEqual(json.loads(out.stdout)["layers"][-1]["mediaType"], INDEX_JSON)
            before = pathlib.Path(layout, "index.json").read_bytes()
            self.assertEqual(conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", f"oci-layout:{layout}").returncode, 0)
            self.assertEqual(pathlib.Path(layout, "index.json").read_bytes(), before)


class Shards(servers.Case):
    """One mirror made by several runs that do not know of each other, and its index published at the end."""

    def shard(self, registry, text, *more):
        return conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url, "--shard", text, *more)

    def publish(self, registry, count):
        return conda_oci("publish", "-c", SAMPLE, "--as", "s", "--registry", registry.url, "--shards", str(count))

    def indexes(self, registry):
        """What readers find of both platforms, without what tells shards apart."""
        return {subdir: {kind: registry.index(f"s/{subdir}").get(kind) for kind in ("packages", "packages.conda")} for subdir in ("linux-64", "noarch")}

    def test_several_runs_make_the_mirror_that_one_makes(self):
        with Registry() as whole, Registry() as registry:
            self.assertEqual(conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", whole.url).returncode, 0)
            runs = [subprocess.Popen([servers.PROGRAM, "mirror", "-c", str(SAMPLE), "--as", "s", "--registry", registry.url, "--shard", f"{i}/3"],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for i in (1, 2, 3)]
            for run in runs:
                _, err = run.communicate(timeout=120)
                self.assertEqual(run.returncode, 0, err)
            self.assertNotIn("latest", registry.tags("s/linux-64/repodata.json") or [])  # no shard can know what the others brought
            published = self.publish(registry, 3)
            self.assertEqual(published.returncode, 0, published.stderr)
            self.assertEqual(self.indexes(registry), self.indexes(whole))
            packages = [r for r in whole.repositories() if "repodata" not in r]
            self.assertEqual([r for r in registry.repositories() if "repodata" not in r], packages)
            for repository in packages:
                for tag in whole.tags(repository):
                    self.assertEqual([layer["digest"] for layer in registry.manifest(repository, tag)["layers"]],
                                     [layer["digest"] for layer in whole.manifest(repository, tag)["layers"]])
            before = len(registry.requests())
            self.assertEqual(self.publish(registry, 3).returncode, 0)
            self.assertEqual([r for r in registry.requests(before) if r[0] not in ("GET", "HEAD")], [])  # nothing new, nothing written
            again = self.shard(registry, "2/3")
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertIn("Copied 0 packages", again.stdout)
            # The index is one that a run without shards takes up, too.
            after = conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url)
            self.assertEqual(after.returncode, 0, after.stderr)
            self.assertIn("Copied 0 packages", after.stdout)

    def test_a_missing_shard_is_named(self):
        with Registry() as registry:
            run = self.publish(registry, 3)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertIn("No shard has brought anything yet", run.stdout)
            for text in ("1/3", "3/3"):
                self.assertEqual(self.shard(registry, text).returncode, 0)
            run = self.publish(registry, 3)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertIn("shard 2 of 3", run.stderr)
            self.assertNotIn("shard 1 of 3", run.stderr)
            there = {f"s/{subdir}/{place(name)[0]}" for subdir in ("linux-64", "noarch") for name in records(registry.index(f"s/{subdir}"))}
            self.assertEqual(there, {r for r in registry.repositories() if "repodata" not in r})  # what the others brought is listed, and no more
            self.assertEqual(self.shard(registry, "2/3").returncode, 0)
            run = self.publish(registry, 3)
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_shard_that_vouches_for_nothing_is_named(self):
        """What it lists may not be there: somebody else wrote it."""
        with Registry() as registry:
            for text in ("1/2", "2/2"):
                self.assertEqual(self.shard(registry, text).returncode, 0)
            for subdir in ("linux-64", "noarch"):
                repository = f"s/{subdir}/repodata.json.shard-1-of-2"
                manifest = registry.manifest(repository, "latest")
                self.assertEqual(manifest.pop("annotations")["dev.conda-oci-mirror.index"], "present")
                request = urllib.request.Request(f"{registry.url}/v2/{repository}/manifests/latest", json.dumps(manifest).encode(),
                                                 {"Content-Type": servers.MANIFEST}, method="PUT")
                urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30).close()
            run = self.publish(registry, 2)
            self.assertEqual(run.returncode, 1, run.stderr)
            self.assertIn("shard 1 of 2", run.stderr)
            self.assertNotIn("shard 2 of 2", run.stderr)

    def test_bad_shards_are_refused_before_any_request(self):
        with Registry() as registry:
            for text in ("0/3", "4/3", "1", "1/0", "a/b", "1/1001", "-1/3"):
                run = self.shard(registry, text)
                self.assertEqual(run.returncode, 2, text)
            self.assertEqual(self.shard(registry, "1/2", "--index", "full").returncode, 2)
            self.assertEqual(self.publish(registry, 0).returncode, 2)
            self.assertEqual(registry.requests(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""pull-cache, push-cache and copy against real registries, read back without the project's own code."""
import hashlib
import io
import json
import pathlib
import shutil
import subprocess
import tarfile
import unittest
import urllib.request

import servers
from servers import CORPUS, SAMPLE, ChannelServer, conda_oci, records
from test_mirror import ZLIB, ZLIB_SUBDIRS, place, subdir_options

E3B0 = "sha256:" + hashlib.sha256(b"").hexdigest()


def packages_in(folder):
    """{subdir/file: sha256} of the packages in a channel folder."""
    found = {}
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.name.endswith((".conda", ".tar.bz2")):
            found[f"{path.parent.name}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def read_index(folder):
    """A cache's index, from both of its forms."""
    plain = (pathlib.Path(folder) / "repodata.json").read_bytes()
    packed = subprocess.run(["zstd", "-dc", str(pathlib.Path(folder) / "repodata.json.zst")], capture_output=True, check=True).stdout
    assert packed == plain
    return json.loads(plain)


def listed(folder):
    """{subdir/file: sha256} as the indexes of a channel folder say."""
    return {f"{index.parent.name}/{f}": r["sha256"] for index in pathlib.Path(folder).glob("*/repodata.json")
            for f, r in records(read_index(index.parent)).items()}


class Case(servers.RegistryCase):
    def pull(self, registry, *options, channel="sample", code=0):
        return self.run_program("pull-cache", "-c", channel, "--registry", registry, "--cache-dir", self.cache, *options, code=code)

    def push(self, registry, *options, channel="sample", code=0):
        return self.run_program("push-cache", "-c", channel, "--registry", registry, "--cache-dir", self.cache, *options, code=code)

    def mirrored(self):
        registry = self.registry()
        self.run_program("mirror", "-c", SAMPLE, "--as", "sample", "--registry", registry.url)
        return registry


class RoundTrip(Case):
    """channel → registry → cache → registry → layout → registry: no byte and no record changes."""

    def round_trip(self, channel, folder, *subdirs, first):
        first_registry, second, third = first, self.registry(), self.registry()
        options = subdir_options(subdirs)
        self.pull(first_registry.url, "--all-versions", *options, channel=channel)
        there = packages_in(self.cache / channel)
        self.assertEqual(there, listed(self.cache / channel))
        for file_name, digest in there.items():
            self.assertEqual(hashlib.sha256((folder / file_name).read_bytes()).hexdigest(), digest)
        self.push(second.url, *options, channel=channel)
        layout = f"oci-layout:{self.scratch}/layout"
        self.run_program("copy", "oci+" + second.url, layout, "-c", channel, *options)
        self.run_program("copy", layout, "oci+" + third.url, "-c", channel, *options)
        for subdir in subdirs:
            expected = records(first_registry.index(f"{channel}/{subdir}") or {})
            self.assertEqual(records(second.index(f"{channel}/{subdir}") or {}), expected)
            self.assertEqual(records(third.index(f"{channel}/{subdir}") or {}), expected)
            self.assertEqual(records(read_index(self.cache / channel / subdir)) if expected else {}, expected)
        # The packages' manifests are the same bytes in all three.
        contents = [{r: t for r, t in registry.contents().items() if not r.endswith("/repodata.json")} for registry in (first_registry, second, third)]
        self.assertGreater(len(contents[0]), 0)
        self.assertEqual(contents[0], contents[1])
        self.assertEqual(contents[1], contents[2])
        return there

    def test_sample(self):
        there = self.round_trip("sample", SAMPLE, "linux-64", "noarch", first=self.mirrored())
        self.assertEqual(there, packages_in(SAMPLE))

    def test_channel_zlib(self):
        registry = self.registry()
        self.run_program("mirror", "-c", ZLIB, *subdir_options(ZLIB_SUBDIRS), "--registry", registry.url, code=1)  # it lists what it lacks
        there = self.round_trip("channel-zlib", ZLIB, *ZLIB_SUBDIRS, first=registry)
        self.assertEqual(len(there), 8)

    def test_packages_without_an_index(self):
        """Folders of packages become a channel by being pushed."""
        mixed = self.scratch / "mixed"
        for package in [*(CORPUS / "packages").iterdir(), *(CORPUS / "channel-noarch/noarch").iterdir()]:
            if package.name.endswith((".conda", ".tar.bz2")):
                for folder in ("noarch",):
                    (mixed / folder).mkdir(parents=True, exist_ok=True)
                    shutil.copy(package, mixed / folder)
        odd = mixed / "noarch/ca-certificates-2024.7.4-hbcca054_0.conda"  # re-zipped by hand
        registry = self.registry()
        run = conda_oci("push-cache", "-c", "mixed", "--cache-dir", self.scratch, "--registry", registry.url, "-s", "noarch")
        self.assertIn(run.returncode, (0, 1), run.stderr)
        if run.returncode == 1:
            self.assertEqual(run.stderr.count("failed "), 1, run.stderr)
            self.assertIn(odd.name + ": the package can't be used: it has no pkg-", run.stderr)
            odd.unlink()
        self.round_trip("mixed", mixed, "noarch", first=registry)
        self.assertEqual(packages_in(self.cache / "mixed"), packages_in(mixed))


class BetweenRegistries(Case):
    def uploads(self, registry, start):
        """Blobs of packages that were sent; the two bytes of the config go once."""
        config = hashlib.sha256(b"{}").hexdigest()
        return [p for m, p, s in registry.requests(start) if m == "PUT" and "/blobs/uploads/" in p and "repodata.json" not in p and config not in p]

    def test_S28_on_one_server_blobs_are_mounted(self):
        registry = self.mirrored()
        start = len(registry.requests())
        self.run_program("copy", "oci+" + registry.url, "oci+" + registry.url + "/team", "-c", "sample")
        self.assertEqual(self.uploads(registry, start), [])
        self.assertEqual(registry.index("team/sample/noarch"), registry.index("sample/noarch"))
        self.pull(registry.url + "/team")
        self.assertEqual(packages_in(self.cache / "sample"), packages_in(SAMPLE))

    def test_S29_blobs_that_are_there_are_not_sent_again(self):
        source, target = self.mirrored(), self.mirrored()
        for component, tag in (("sample-data", "2024.1-0"), ("sample-legacy", "0.1-3")):  # the manifests are lost, the blobs are there
            digest = hashlib.sha256(target.get(f"/v2/sample/noarch/{component}/manifests/{tag}")).hexdigest()
            request = urllib.request.Request(f"{target.url}/v2/sample/noarch/{component}/manifests/sha256:{digest}", method="DELETE",
                                             headers={"User-Agent": "test-reader"})
            urllib.request.urlopen(request).close()
            self.assertIsNone(target.manifest(f"sample/noarch/{component}", tag))
        start = len(target.requests())
        run = self.run_program("copy", "oci+" + source.url, "oci+" + target.url, "-c", "sample", "-s", "noarch", "--deep")
        self.assertIn("Copied 2 packages", run.stdout)
        self.assertEqual(self.uploads(target, start), [])
        self.assertEqual(target.contents(), source.contents())


class Pull(Case):
    def test_newest_by_default(self):
        channel = self.scratch / "versions"
        self.make_channel(channel / "linux-64", [("a", "1.9", 0), ("a", "1.10", 0), ("a", "1.10", 2), ("a", "1.10rc1", 9), ("b", "1!0.1", 0), ("b", "2", 0)])
        registry = self.registry()
        self.run_program("mirror", "-c", channel, "--registry", registry.url, "-s", "linux-64")
        run = self.pull(registry.url, "-s", "linux-64", "--dry-run", channel="versions")
        self.assertIn("2 packages", run.stdout)
        self.assertIn("free on the disk", run.stdout)
        self.assertFalse(self.cache.exists())
        self.pull(registry.url, "-s", "linux-64", channel="versions")
        self.assertEqual(sorted(packages_in(self.cache)), ["linux-64/a-1.10-h1_2.conda", "linux-64/b-1!0.1-h1_0.conda"])
        self.pull(registry.url, "-s", "linux-64", "-p", "a<1.10", channel="versions")
        self.assertIn("linux-64/a-1.10rc1-h1_9.conda", packages_in(self.cache))
        self.assertNotIn("linux-64/a-1.9-h1_0.conda", packages_in(self.cache))
        self.pull(registry.url, "-s", "linux-64", "--all-versions", channel="versions")
        self.assertEqual(packages_in(self.cache / "versions"), packages_in(channel))
        self.assertEqual(listed(self.cache / "versions"), packages_in(channel))

    def make_channel(self, folder, packages):
        import make_sample_channel as sample
        folder.mkdir(parents=True)
        index = {"info": {"subdir": folder.name}, "packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}
        for name, version, number in packages:
            build = f"h1_{number}"
            info = sample.info_files((name, version, build, number, folder.name, (), [], {f"share/{name}": "x"}, "For tests"))
            stem = f"{name}-{version}-{build}"
            data = sample.conda(stem, info, {f"share/{name}": stem.encode()})
            (folder / f"{stem}.conda").write_bytes(data)
            record = sample.index_json(name, version, build, number, folder.name, [])
            record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
            index["packages.conda"][f"{stem}.conda"] = record
        (folder / "repodata.json").write_text(json.dumps(index))

    def test_A30_a_file_is_hashed_not_believed(self):
        registry = self.mirrored()
        self.pull(registry.url)
        victim = self.cache / "sample/noarch/sample-data-2024.1-0.conda"
        data = victim.read_bytes()
        victim.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        requests = len(registry.requests())
        run = self.pull(registry.url)
        self.assertIn("Copied 1 package", run.stdout)
        self.assertEqual(victim.read_bytes(), data)
        self.assertEqual(len([r for r in registry.requests(requests) if "/blobs/" in r[1] and "repodata" not in r[1]]), 1)

    def test_S16_goes_on_with_a_broken_download(self):
        registry = self.mirrored()
        whole = (SAMPLE / "noarch/sample-data-2024.1-0.conda").read_bytes()
        part = self.cache / "sample/noarch/sample-data-2024.1-0.conda.part"
        for begun, statuses in ((whole[:500], [206]), (b"x" * 500, [206, 200]), (whole, [200]), (b"x" * (len(whole) + 9), [200])):
            with self.subTest(begun=len(begun)):
                shutil.rmtree(self.cache, ignore_errors=True)
                part.parent.mkdir(parents=True)
                part.write_bytes(begun)
                requests = len(registry.requests())
                self.pull(registry.url, "-p", "sample-data")
                self.assertEqual(part.with_suffix("").read_bytes(), whole)
                self.assertFalse(part.exists())
                seen = [s for m, p, s in registry.requests(requests) if "/sample-data/blobs/" in p and m == "GET"]
                self.assertEqual(seen, statuses)

    def test_A13_wrong_bytes_are_never_visible(self):
        registry = self.mirrored()
        digest = hashlib.sha256((SAMPLE / "noarch/sample-data-2024.1-0.conda").read_bytes()).hexdigest()
        blob = next(pathlib.Path(registry.folder.name).rglob(f"{digest}/data"))
        blob.write_bytes(blob.read_bytes()[::-1])
        run = self.pull(registry.url, code=1)
        self.assertIn("sample-data-2024.1-0.conda", run.stderr)
        self.assertFalse((self.cache / "sample/noarch/sample-data-2024.1-0.conda").exists())
        self.assertNotIn("noarch/sample-data-2024.1-0.conda", listed(self.cache / "sample"))
        self.assertEqual(len(listed(self.cache / "sample")), 6)

    def test_the_cache_is_a_channel(self):
        """Other programs read it: over HTTP every record resolves, and cph unpacks every package."""
        registry = self.mirrored()
        self.pull(registry.url)
        with ChannelServer(self.cache / "sample") as server:
            for subdir in ("linux-64", "noarch"):
                with urllib.request.urlopen(f"{server.url}/{subdir}/repodata.json") as reply:
                    index = json.load(reply)
                self.assertEqual(index, json.loads((SAMPLE / subdir / "repodata.json").read_text()))
                for file_name, record in records(index).items():
                    with urllib.request.urlopen(f"{server.url}/{subdir}/{urllib.request.quote(file_name)}") as reply:
                        self.assertEqual(hashlib.sha256(reply.read()).hexdigest(), record["sha256"])
                    subprocess.run(["cph", "extract", "--info", str(self.cache / "sample" / subdir / file_name),
                                    "--dest", str(self.scratch / "x" / file_name)], check=True, capture_output=True)

    def test_unreachable_and_unknown(self):
        registry = self.registry()
        run = self.pull(registry.url, code=4)
        self.assertIn("sample", run.stderr)
        run = self.pull("http://127.0.0.1:1", code=4)
        self.assertIn("connection refused", run.stderr)
        self.assertFalse(self.cache.exists())


class Predecessor(Case):
    """A registry as the Python tool wrote it, by wire-format.md: pushed here by plain requests."""

    def send(self, method, url, body=None, headers=None):
        request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
        with urllib.request.urlopen(request) as reply:
            return reply.headers

    def blob(self, registry, repository, data, media_type, title=None, **annotations):
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        location = self.send("POST", f"{registry.url}/v2/{repository}/blobs/uploads/", b"")["Location"]
        self.send("PUT", f"{location}&digest={digest}", data, {"Content-Type": "application/octet-stream"})
        if title:
            annotations["org.opencontainers.image.title"] = title
        return {"mediaType": media_type, "digest": digest, "size": len(data), **({"annotations": annotations} if annotations else {})}

    def manifest(self, registry, repository, tags, layers):
        config = self.blob(registry, repository, b"", "application/vnd.unknown.config.v1+json")
        body = json.dumps({"schemaVersion": 2, "config": config, "layers": layers}).encode()
        for tag in tags:
            self.send("PUT", f"{registry.url}/v2/{repository}/manifests/{tag}", body, {"Content-Type": servers.MANIFEST})

    def write(self, registry, subdir, absent=(), only_md5=()):
        index = json.loads((SAMPLE / subdir / "repodata.json").read_text())
        for file_name, record in records(index).items():
            if file_name in only_md5:
                del record["sha256"]
            if file_name in absent:
                continue
            component, tag = place(file_name)
            repository = f"old/sample/{subdir}/{component}"
            data = (SAMPLE / subdir / file_name).read_bytes()
            kind = "application/vnd.conda.package.v2" if file_name.endswith(".conda") else "application/vnd.conda.package.v1"
            stem = file_name.removesuffix(".conda").removesuffix(".tar.bz2")
            archive = io.BytesIO()
            with tarfile.open(fileobj=archive, mode="w:gz"):
                pass
            layers = [self.blob(registry, repository, data, kind, file_name, **{"org.conda.md5": hashlib.md5(data).hexdigest()}),
                      self.blob(registry, repository, archive.getvalue(), "application/vnd.conda.info.v1.tar+gzip", f"{stem}/info.tar.gz"),
                      self.blob(registry, repository, b"{}", "application/vnd.conda.info.index.v1+json", f"{stem}/info/index.json")]
            self.manifest(registry, repository, [tag], layers)
        plain = json.dumps(index).encode()
        packed = subprocess.run(["zstd", "-c"], input=plain, capture_output=True, check=True).stdout
        repository = f"old/sample/{subdir}/repodata.json"
        self.manifest(registry, repository, ["2024.01.02.03.04", "latest"],
                      [self.blob(registry, repository, plain, "application/vnd.conda.repodata.v1+json", "repodata.json"),
                       self.blob(registry, repository, packed, "application/vnd.conda.repodata.v1+json+zst", "repodata.json")])
        return records(index)

    def test_is_pulled_completely(self):
        registry = self.registry()
        single = "hello-conda-1.0.0-h5a3e0c1_0.tar.bz2"  # the predecessor lost one of two formats
        expected = {"linux-64": self.write(registry, "linux-64", absent=[single], only_md5=["_sample_mutex-1.0-main_0.tar.bz2"]),
                    "noarch": self.write(registry, "noarch", absent=["sample-data-2024.1-0.conda"])}
        run = self.pull(registry.url + "/old", code=1)
        self.assertEqual(run.stderr.count("failed "), 2, run.stderr)
        for absent in (single, "sample-data-2024.1-0.conda"):
            self.assertRegex(run.stderr, rf"failed .*{absent}: the index lists it, but")
            for records_there in expected.values():
                records_there.pop(absent, None)
        for subdir, wanted in expected.items():
            self.assertEqual(records(read_index(self.cache / "sample" / subdir)), wanted)
            for file_name in wanted:
                self.assertEqual((self.cache / "sample" / subdir / file_name).read_bytes(), (SAMPLE / subdir / file_name).read_bytes())

    def test_what_it_wrote_is_not_sent_again(self):
        registry = self.registry()
        for subdir in ("linux-64", "noarch"):
            self.write(registry, subdir, absent=["hello-conda-1.0.0-h5a3e0c1_0.tar.bz2"])
        requests = len(registry.requests())
        run = self.run_program("mirror", "-c", SAMPLE, "--as", "sample", "--registry", registry.url + "/old")
        self.assertIn("Copied 1 package", run.stdout)
        written = [p for m, p, _ in registry.requests(requests) if m == "PUT" and "repodata" not in p]
        self.assertTrue(written)
        self.assertTrue(all("/hello-conda/" in p for p in written), written)


class Push(Case):
    def fill(self, files):
        for subdir in ("linux-64", "noarch"):
            (self.cache / "sample" / subdir).mkdir(parents=True, exist_ok=True)
            for file_name in files:
                if (SAMPLE / subdir / file_name).is_file():
                    shutil.copy(SAMPLE / subdir / file_name, self.cache / "sample" / subdir)

    def test_only_what_the_registry_lacks(self):
        registry = self.registry()
        self.fill(["sample-data-2024.1-0.conda", "repodata.json"])
        self.push(registry.url)
        self.assertEqual(list(records(registry.index("sample/noarch"))), ["sample-data-2024.1-0.conda"])
        self.fill(["sample-legacy-0.1-3.tar.bz2", "hello-conda-1.0.0-h5a3e0c1_0.conda"])
        run = self.push(registry.url, "--dry-run")
        self.assertIn("Dry run: 2 packages", run.stdout)
        run = self.push(registry.url)
        self.assertIn("Copied 2 packages", run.stdout)
        self.assertEqual(sorted(records(registry.index("sample/noarch"))), ["sample-data-2024.1-0.conda", "sample-legacy-0.1-3.tar.bz2"])
        requests = len(registry.requests())
        self.push(registry.url)
        self.assertEqual({m for m, _, _ in registry.requests(requests)}, {"GET"})
        self.push(registry.url, "--all")
        self.assertEqual({m for m, _, _ in registry.requests(requests)} - {"HEAD"}, {"GET"})

    def test_against_the_local_index(self):
        registry = self.registry()
        self.fill(["sample-data-2024.1-0.conda", "sample-legacy-0.1-3.tar.bz2"])
        index = json.loads((SAMPLE / "noarch/repodata.json").read_text())
        index["packages.conda"] = {"sample-data-2024.1-0.conda": index["packages.conda"]["sample-data-2024.1-0.conda"]}
        index["packages"] = {}
        (self.cache / "sample/noarch/repodata.json").write_text(json.dumps(index))
        self.push(registry.url, "--against", "local")
        self.assertEqual(list(records(registry.index("sample/noarch"))), ["sample-legacy-0.1-3.tar.bz2"])

    def test_keeps_what_others_pushed(self):
        registry = self.registry()
        self.fill(["sample-data-2024.1-0.conda", "repodata.json"])
        self.push(registry.url)
        shutil.rmtree(self.cache)
        self.fill(["sample-legacy-0.1-3.tar.bz2", "repodata.json"])
        self.push(registry.url)
        self.assertEqual(len(records(registry.index("sample/noarch"))), 2)
        self.assertEqual(records(registry.index("sample/noarch"))["sample-data-2024.1-0.conda"],
                         json.loads((SAMPLE / "noarch/repodata.json").read_text())["packages.conda"]["sample-data-2024.1-0.conda"])

    def test_a_hot_fix_survives(self):
        registry = self.registry()
        self.fill(["sample-data-2024.1-0.conda", "sample-legacy-0.1-3.tar.bz2", "repodata.json"])
        path = self.cache / "sample/noarch/repodata.json"
        index = json.loads(path.read_text())
        fixed = index["packages.conda"]["sample-data-2024.1-0.conda"]
        fixed["depends"] = ["repaired >=1"]
        fixed["x_unknown"] = {"kept": [1, 2.50]}
        index["packages"]["sample-legacy-0.1-3.tar.bz2"]["sha256"] = "0" * 64  # of another file: not this one's record
        path.write_text(json.dumps(index))
        run = self.push(registry.url, code=1)
        self.assertIn("noarch/sample-legacy-0.1-3.tar.bz2", run.stderr)
        self.assertEqual(records(registry.index("sample/noarch")), {"sample-data-2024.1-0.conda": fixed})
        self.push(registry.url, "--trust-files")
        published = records(registry.index("sample/noarch"))
        self.assertEqual(published["sample-data-2024.1-0.conda"], fixed)
        self.assertEqual(published["sample-legacy-0.1-3.tar.bz2"]["sha256"],
                         hashlib.sha256((SAMPLE / "noarch/sample-legacy-0.1-3.tar.bz2").read_bytes()).hexdigest())

    def test_a_damaged_package_is_named_and_skipped(self):
        registry = self.registry()
        self.fill(["sample-data-2024.1-0.conda", "sample-legacy-0.1-3.tar.bz2"])
        folder = self.cache / "sample/noarch"
        (folder / "broken-1-0.conda").write_bytes((folder / "sample-data-2024.1-0.conda").read_bytes()[:700])
        shutil.copy(folder / "sample-data-2024.1-0.conda", folder / "other-name-1-0.conda")
        run = self.push(registry.url, code=1)
        for name in ("broken-1-0.conda", "other-name-1-0.conda"):
            self.assertIn(f"noarch/{name}", run.stderr)
        self.assertEqual(sorted(records(registry.index("sample/noarch"))), ["sample-data-2024.1-0.conda", "sample-legacy-0.1-3.tar.bz2"])
        self.assertNotIn("sample/noarch/other-name", registry.repositories())

    def compare_made_records(self, channel, subdir, expected):
        """Records made from packages alone, field by field with those that conda-index made."""
        registry = self.registry()
        folder = self.cache / "sample" / subdir
        folder.mkdir(parents=True)
        for file_name in expected:
            shutil.copy(channel / subdir / file_name, folder)
        self.push(registry.url, "-s", subdir)
        made = records(registry.index(f"sample/{subdir}"))
        self.assertEqual(made.keys(), expected.keys())
        for file_name, record in expected.items():
            with self.subTest(file=file_name):
                self.assertEqual(made[file_name], record)

    def test_records_are_made_as_conda_index_does(self):
        for subdir in ("linux-64", "noarch"):
            shutil.rmtree(self.cache, ignore_errors=True)
            expected = records(json.loads((SAMPLE / subdir / "repodata.json").read_text()))
            for record in expected.values():  # written by hand: conda-index leaves these two out
                record.pop("arch", None), record.pop("platform", None)
            self.compare_made_records(SAMPLE, subdir, expected)

    def test_records_of_a_real_channel(self):
        index = records(json.loads((ZLIB / "linux-64/repodata.json").read_text()))
        self.compare_made_records(ZLIB, "linux-64", {f: r for f, r in index.items() if (ZLIB / "linux-64" / f).is_file()})


class Looking(Case):
    """inspect and list, on a registry and on a layout."""

    def setUp(self):
        super().setUp()
        self.server = self.mirrored()
        self.run_program("copy", "oci+" + self.server.url, f"oci-layout:{self.scratch}/layout", "-c", "sample")
        self.places = [self.server.url + "/sample", f"oci-layout:{self.scratch}/layout//sample"]

    def test_list(self):
        for place in self.places:
            self.assertEqual(json.loads(self.run_program("list", place, "--json").stdout),
                             [{"subdir": "linux-64", "packages": 4}, {"subdir": "noarch", "packages": 3}])
            self.assertEqual(json.loads(self.run_program("list", place + "/linux-64", "--json").stdout),
                             [{"name": "_sample_mutex", "newest": "1.0", "files": 1}, {"name": "hello-conda", "newest": "1.0.0", "files": 2},
                              {"name": "sample-epoch", "newest": "1!2.0+abc", "files": 1}])
            self.assertEqual(self.run_program("list", place + "/linux-64/sample-epoch").stdout.split(), ["1!2.0+abc", "h0f1e2d3_1"])
            self.run_program("list", place + "/linux-64/absent", code=1)
            absent = self.run_program("list", place + "-not", "--json", code=1)
            self.assertEqual("name the channel in it, too" in absent.stderr, not place.startswith("oci-layout:"))
            self.assertEqual(json.loads(absent.stdout)["exitCode"], 1)
        for verb in ("list", "check"):
            refused = self.run_program(verb, "https://user:secret@host/org", "--json", code=2)
            self.assertEqual(json.loads(refused.stdout)["error"]["kind"], "config")
            self.assertNotIn("secret", refused.stdout + refused.stderr)
        self.run_program("list", "oci-layout:x", code=2)

    def test_inspect(self):
        package = SAMPLE / "linux-64/sample-epoch-1!2.0+abc-h0f1e2d3_1.conda"
        subprocess.run(["cph", "extract", "--info", str(package), "--dest", str(self.scratch / "x")], check=True, capture_output=True)
        info = self.scratch / "x/info"
        members = sorted(str(p.relative_to(info)) for p in info.rglob("*") if p.is_file())
        for place in self.places:
            for reference in ("/linux-64/sample-epoch:1!2.0+abc-h0f1e2d3_1", "/linux-64/sample-epoch:1__e__2.0__p__abc-h0f1e2d3_1"):
                asked = len(self.server.requests())
                shown = self.run_program("inspect", place + reference).stdout
                self.assertIn(package.name, shown)
                self.assertEqual(self.run_program("inspect", place + reference, "index").stdout, (info / "index.json").read_text())
                listed = self.run_program("inspect", place + reference, "info").stdout
                self.assertEqual([line.split()[-1] for line in listed.splitlines()], members)
                for member in members:
                    self.assertEqual(self.run_program("inspect", place + reference, "info", member).stdout, (info / member).read_text())
                digest = hashlib.sha256(package.read_bytes()).hexdigest()
                self.assertFalse([p for _, p, _ in self.server.requests(asked) if digest in p], "the package was downloaded")
                self.run_program("inspect", place + reference, "package", "-o", self.scratch / "got.conda")
                self.assertEqual((self.scratch / "got.conda").read_bytes(), package.read_bytes())
                manifest = json.loads(self.run_program("inspect", place + reference, "manifest").stdout)
                self.assertEqual(manifest, self.server.manifest("sample/linux-64/sample-epoch", "1__e__2.0__p__abc-h0f1e2d3_1"))
                self.run_program("inspect", place + reference, "info", "../../etc/passwd", code=1)
                self.run_program("inspect", place + reference, "package", code=2)
                self.run_program("inspect", place + reference, "package", "-o", self.scratch / "none.tar.bz2", code=1)  # there is a .conda only
                self.assertFalse((self.scratch / "none.tar.bz2").exists())
            for ending in (".conda", ".tar.bz2"):  # of two formats, the one that the file is named after
                [both] = (SAMPLE / "linux-64").glob("hello-conda-*" + ending)
                name, version, build = both.name.removesuffix(ending).rsplit("-", 2)
                self.run_program("inspect", f"{place}/linux-64/{name}:{version}-{build}", "package", "-o", self.scratch / ("got" + ending))
                self.assertEqual((self.scratch / ("got" + ending)).read_bytes(), both.read_bytes())
            self.run_program("inspect", place + "/linux-64/hello-conda:9-9", code=1)
            self.run_program("inspect", place + "/linux-64/hello-conda", code=2)


    def test_A33_titles_stay_one_line(self):
        """What a registry calls its layers is shown as text, whatever a terminal would make of it."""
        layout = self.scratch / "layout"
        index = json.loads((layout / "index.json").read_text())
        name = "sample/linux-64/sample-epoch:1__e__2.0__p__abc-h0f1e2d3_1"
        [entry] = [e for e in index["manifests"] if e["annotations"]["org.opencontainers.image.ref.name"] == name]
        manifest = json.loads((layout / "blobs" / entry["digest"].replace(":", "/")).read_text())
        for layer in manifest["layers"]:
            layer["annotations"]["org.opencontainers.image.title"] = "evil\x1b[2J\r\n\u202etxt.\x07"
        data = json.dumps(manifest).encode()
        entry.update(digest="sha256:" + hashlib.sha256(data).hexdigest(), size=len(data))
        (layout / "blobs" / entry["digest"].replace(":", "/")).write_bytes(data)
        (layout / "index.json").write_text(json.dumps(index))
        shown = self.run_program("inspect", f"oci-layout:{layout}//sample/linux-64/sample-epoch:1!2.0+abc-h0f1e2d3_1").stdout
        self.assertEqual(len(shown.split("\n")), len(manifest["layers"]) + 2, shown)
        self.assertIn("evil\\u001b[2J\\u000d\\u000a\\u202etxt.\\u0007", shown)
        self.assertEqual([c for c in shown if not c.isprintable() and c != "\n"], [])


class Exactly(Case):
    """--from and --with-dependencies."""

    def lock(self, *urls, name="explicit.txt"):
        path = self.scratch / name
        path.write_text("@EXPLICIT\n" + "\n".join(urls) + "\n")
        return path

    def sums(self, file_name, subdir="noarch"):
        return hashlib.sha256((SAMPLE / subdir / file_name).read_bytes()).hexdigest()

    def test_from_lock_files(self):
        registry = self.registry()
        base = "https://conda.example.org/sample"
        one = self.lock(f"{base}/noarch/sample-data-2024.1-0.conda#sha256:{self.sums('sample-data-2024.1-0.conda')}",
                        f"{base}/linux-64/hello-conda-1.0.0-h5a3e0c1_0.conda", "https://conda.example.org/elsewhere/noarch/other-1-0.conda")
        two = self.scratch / "pixi.lock"
        two.write_text(f"version: 6\npackages:\n- conda: {base}/linux-64/_sample_mutex-1.0-main_0.tar.bz2\n- pypi: https://f/six-1.16.0-py3.whl\n")
        options = ["-c", SAMPLE, "--registry", registry.url, "--from", one, "--from", two]
        # The name decides, and a directory is called after itself.
        self.assertIn("is of the channel sample-channel", self.run_program("mirror", *options, code=2).stderr)
        options += ["--as", "sample"]
        run = self.run_program("mirror", *options, "--dry-run", "--json")
        plan = json.loads(run.stdout)["plan"]
        self.assertEqual(sorted(i["file"] for i in plan["items"]), ["_sample_mutex-1.0-main_0.tar.bz2", "hello-conda-1.0.0-h5a3e0c1_0.conda",
                                                                  "sample-data-2024.1-0.conda"])
        self.assertEqual([s["name"] for s in plan["skipped"]], ["noarch/other-1-0.conda", "six (PyPI)"])
        self.run_program("mirror", *options)
        mirrored = [r for r in registry.repositories() if not r.endswith(".zst")]  # without the placeholders of W07
        self.assertEqual(sorted(mirrored), ["sample/linux-64/hello-conda", "sample/linux-64/repodata.json", "sample/linux-64/zzz_sample_mutex",
                                            "sample/noarch/repodata.json", "sample/noarch/sample-data"])
        # The same files pull exactly these from the mirror.
        self.pull(registry.url, "--from", one, "--from", two)
        self.assertEqual(len(packages_in(self.cache)), 3)

    def test_what_is_not_there_is_named(self):
        registry = self.mirrored()
        base = "https://conda.example.org/sample/noarch"
        lock = self.lock(f"{base}/sample-data-2024.1-0.conda#sha256:{'0' * 64}", f"{base}/absent-1-0.conda", f"{base}/sample-legacy-0.1-3.tar.bz2")
        run = self.pull(registry.url, "--from", lock, code=1)
        self.assertIn("sample-data-2024.1-0.conda: explicit.txt names other bytes", run.stderr)
        self.assertIn("absent-1-0.conda: explicit.txt names it, but sample in", run.stderr)
        self.assertEqual(list(packages_in(self.cache)), ["noarch/sample-legacy-0.1-3.tar.bz2"])
        for text, why in (("@EXPLICIT\nhttps://h/\n", "not a package file"), ("x: [\n", "can't be used")):
            (self.scratch / "bad").write_text(text)
            self.assertIn(why, self.pull(registry.url, "--from", self.scratch / "bad", code=2).stderr)
        self.pull(registry.url, "--from", self.scratch / "missing", code=2)
        self.pull(registry.url, "--from", lock, "-p", "zlib", code=2)

    def test_an_md5_tells_other_bytes_where_there_is_no_sha256(self):
        registry = self.mirrored()
        base = "https://conda.example.org/sample/noarch"
        right = hashlib.md5((SAMPLE / "noarch/sample-legacy-0.1-3.tar.bz2").read_bytes()).hexdigest()
        lock = self.lock(f"{base}/sample-data-2024.1-0.conda#{'0' * 32}", f"{base}/sample-legacy-0.1-3.tar.bz2#{right}")
        run = self.pull(registry.url, "--from", lock, code=1)
        self.assertIn("sample-data-2024.1-0.conda: explicit.txt names other bytes", run.stderr)
        self.assertEqual(list(packages_in(self.cache)), ["noarch/sample-legacy-0.1-3.tar.bz2"])

    def test_with_dependencies(self):
        registry = self.mirrored()
        run = self.pull(registry.url, "-s", "linux-64", "-p", "sample-epoch", "--with-dependencies", "--dry-run")
        self.assertRegex(run.stdout, r"hello-conda-1.0.0-h5a3e0c1_0.conda .*\(needed by sample-epoch-1!2.0\+abc-h0f1e2d3_1.conda\)")
        self.pull(registry.url, "-s", "linux-64", "-p", "sample-epoch", "--with-dependencies")
        there = packages_in(self.cache)
        self.assertIn("linux-64/sample-epoch-1!2.0+abc-h0f1e2d3_1.conda", there)
        self.assertIn("linux-64/hello-conda-1.0.0-h5a3e0c1_0.conda", there)


if __name__ == "__main__":
    unittest.main()

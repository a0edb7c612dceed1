# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the Python tool, and all that reads through oras-py 0.1.14, makes of our manifests; and what version 0.1 of this program wrote."""
import hashlib
import json
import pathlib
import re
import shutil
import tempfile
import unittest
import urllib.request

import servers
from fronts import Front
from oras_schema import complaints
from servers import SAMPLE, Registry, conda_oci, records

OCI_EMPTY = "application/vnd.oci.empty.v1+json"
UNKNOWN = "application/vnd.unknown.config.v1+json"
ANNOTATION = "dev.conda-oci-mirror."
PLACEHOLDERS = ("repodata_shards.msgpack.zst", "repodata.json.zst")


def old_form(manifest):
    """As version 0.1 wrote it."""
    old = dict(manifest, artifactType=manifest["layers"][0]["mediaType"], config=dict(manifest["config"], mediaType=OCI_EMPTY))
    if "annotations" in old:
        old["annotations"] = {k: v for k, v in old["annotations"].items() if k not in (ANNOTATION + "revision", ANNOTATION + "placeholders")}
    return json.dumps(old).encode()


def make_old(registry):
    for repository in registry.repositories():
        if repository.endswith(PLACEHOLDERS):
            shutil.rmtree(pathlib.Path(registry.folder.name, "data/docker/registry/v2/repositories", repository))
            continue
        for tag in registry.tags(repository):
            put(registry, repository, tag, old_form(registry.manifest(repository, tag)))


def put(registry, repository, tag, data):
    request = urllib.request.Request(f"{registry.url}/v2/{repository}/manifests/{tag}", data=data, method="PUT",
                                     headers={"Content-Type": servers.MANIFEST, "User-Agent": "test-reader"})
    with urllib.request.urlopen(request) as reply:
        assert reply.status == 201


def make_old_layout(folder):
    path = folder / "index.json"
    index = json.loads(path.read_text())
    blobs = folder / "blobs/sha256"
    made = {}
    for entry in index["manifests"]:  # two tags may name one manifest
        was = entry["digest"].removeprefix("sha256:")
        if was not in made:
            made[was] = old_form(json.loads((blobs / was).read_text()))
            (blobs / was).unlink()
        digest = hashlib.sha256(made[was]).hexdigest()
        (blobs / digest).write_bytes(made[was])
        entry.update(digest="sha256:" + digest, size=len(made[was]))
    path.write_text(json.dumps(index))


def layout_manifests(folder):
    """{repository:tag: manifest} without the index's time tags."""
    found = {}
    for entry in json.loads((folder / "index.json").read_text())["manifests"]:
        name = entry["annotations"]["org.opencontainers.image.ref.name"]
        if not re.search(r":\d{4}(\.\d\d){4,}", name):
            found[name] = json.loads((folder / "blobs/sha256" / entry["digest"].removeprefix("sha256:")).read_text())
    return found


class Case(servers.Case):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)

    def run_well(self, *arguments):
        run = conda_oci(*arguments)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run

    def assert_readable(self, manifests):
        self.assertGreater(len(manifests), 3)
        for name, manifest in manifests.items():
            self.assertEqual(complaints(manifest), [], name)
            self.assertEqual(manifest["config"]["mediaType"], UNKNOWN, name)
            self.assertEqual(manifest["config"]["size"], 2, name)

    def manifests(self, registry):
        return {f"{repository}:{tag}": json.loads(data) for repository, tags in registry.contents().items() for tag, data in tags.items()}


class Schema(unittest.TestCase):
    def test_W28_the_check_finds_what_oras_refuses(self):
        digest = {"mediaType": "a/b", "size": 2, "digest": "sha256:00"}
        good = {"schemaVersion": 2, "mediaType": "m/n", "config": digest, "layers": [dict(digest, annotations={"a": "b"})], "annotations": {}}
        self.assertEqual(complaints(good), [])
        for bad in (dict(good, artifactType="a/b"), dict(good, subject=digest), {k: v for k, v in good.items() if k != "config"},
                    dict(good, layers=[{"mediaType": "a/b", "digest": "sha256:00"}]), dict(good, config=dict(digest, size="2"))):
            self.assertNotEqual(complaints(bad), [], bad)


class Readable(Case):
    def test_W28_every_manifest_that_is_written(self):
        """By mirror, push-cache, copy between registries, and check."""
        with Registry(delete=False) as registry:
            self.run_well("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url)
            self.run_well("mirror", "-c", SAMPLE, "--as", "part", "-s", "linux-64", "-p", "hello-conda", "--registry", registry.url)
            self.run_well("pull-cache", "-c", "s", "-s", "linux-64", "-s", "noarch", "--registry", registry.url, "--cache-dir", self.folder / "cache")
            self.run_well("push-cache", "-c", "s", "-s", "linux-64", "-s", "noarch", "--all", "--registry", registry.url + "/pushed",
                          "--cache-dir", self.folder / "cache")
            self.run_well("copy", f"oci+http://127.0.0.1:{registry.port}", f"oci+http://127.0.0.1:{registry.port}/copied", "-c", "s",
                          "-s", "linux-64", "-s", "noarch")
            self.run_well("check", registry.url)
            manifests = self.manifests(registry)
            self.assert_readable(manifests)
            for expected in ("s/linux-64/repodata.json:latest", "s/linux-64/repodata.json.zst:none", "part/noarch/repodata.json:latest",
                             "pushed/s/linux-64/repodata.json:latest", "copied/s/noarch/repodata.json:latest"):
                self.assertIn(expected, manifests)
            self.assertTrue([name for name in manifests if "conda-oci-check" in name])

    def test_W28_in_a_layout(self):
        layout = self.folder / "layout"
        self.run_well("mirror", "-c", SAMPLE, "--as", "s", "--registry", f"oci-layout:{layout}")
        manifests = layout_manifests(layout)
        self.assert_readable(manifests)
        self.assertFalse([name for name in manifests if name.split(":")[0].endswith(PLACEHOLDERS)])  # nobody asks a layout for them

    def test_W28_a_registry_that_wants_image_configs(self):
        image = "application/vnd.oci.image.config.v1+json"

        def refuse(asked):
            if asked.method == "PUT" and "/manifests/" in asked.path and json.loads(asked.body)["config"]["mediaType"] != image:
                return 400, {}, b'{"errors":[{"code":"MANIFEST_INVALID"}]}'
            return None

        with Registry() as registry, Front(registry, refuse) as front:
            self.run_well("mirror", "-c", SAMPLE, "--as", "s", "--registry", front.url)
            for name, manifest in self.manifests(registry).items():
                self.assertEqual(complaints(manifest), [], name)
                self.assertEqual(manifest["config"]["mediaType"], image, name)
            self.assertIn("s/noarch/repodata_shards.msgpack.zst:none", self.manifests(registry))


class Version01(Case):
    """A mirror that version 0.1 made is taken as it is, and its manifests are written anew, once."""

    def mirror(self, registry, *options):
        return self.run_well("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url, *options)

    def written(self, registry, start):
        asked = registry.requests(start)
        blobs = [r for r in asked if r[0] in ("PUT", "PATCH", "POST") and "/blobs/" in r[1] and not any(p in r[1] for p in PLACEHOLDERS)]
        return blobs, [r for r in asked if r[0] == "PUT" and "/manifests/" in r[1]]

    def test_W28_is_written_anew_without_a_blob(self):
        with Registry() as registry:
            self.mirror(registry)
            fresh = registry.contents()
            make_old(registry)
            old = self.manifests(registry)
            self.assertEqual({bool(complaints(m)) for m in old.values()}, {True})
            before = len(registry.requests())
            run = self.mirror(registry)
            self.assertIn("Copied 0 packages", run.stdout)
            self.assertRegex(run.stderr, r"note +wrote \d+ manifests of version 0.1 anew")
            blobs, manifests = self.written(registry, before)
            self.assertEqual(blobs, [])
            self.assertTrue(manifests)
            self.assert_readable(self.manifests(registry))
            self.assertEqual(registry.contents(), fresh)
            # And that was that.
            before = len(registry.requests())
            run = self.mirror(registry)
            self.assertNotIn("anew", run.stderr)
            self.assertEqual({r[0] for r in registry.requests(before)}, {"GET"})
            self.assertLessEqual(len(registry.requests(before)), 6)

    def test_W28_a_selection_is_written_anew_and_claims_no_more(self):
        with Registry() as registry:
            self.mirror(registry)
            fresh = registry.contents()
            make_old(registry)
            self.mirror(registry, "-s", "linux-64", "-p", "hello-conda")
            manifests = self.manifests(registry)
            index = manifests["s/linux-64/repodata.json:latest"]
            self.assertEqual(complaints(index), [])
            self.assertEqual(index["annotations"][ANNOTATION + "index"], "present")
            self.assertNotIn(ANNOTATION + "revision", index["annotations"])
            for name, manifest in manifests.items():
                if name.startswith("s/linux-64/") and "/repodata" not in name:
                    self.assertEqual(complaints(manifest) == [], "/hello-conda:" in name, name)
            before = len(registry.requests())
            self.mirror(registry)
            self.assertEqual(self.written(registry, before)[0], [])
            self.assertEqual(registry.contents(), fresh)

    def test_W28_the_deep_dry_run_writes_nothing(self):
        with Registry() as registry:
            self.mirror(registry)
            make_old(registry)
            before = len(registry.requests())
            for options in (["--dry-run"], ["--dry-run", "--deep"]):
                self.mirror(registry, *options)
            self.assertLessEqual({r[0] for r in registry.requests(before)}, {"GET", "HEAD"})

    def test_W28_what_cannot_be_written_anew_stays_and_is_said(self):
        def refuse(asked):
            frozen = asked.method == "PUT" and "/hello-conda/manifests/" in asked.path
            return (409, {}, b'{"errors":[{"code":"DENIED","message":"tag is immutable"}]}') if frozen else None

        with Registry() as registry, Front(registry, refuse) as front:
            self.mirror(registry)
            listed = registry.index("s/linux-64")
            make_old(registry)
            run = self.run_well("mirror", "-c", SAMPLE, "--as", "s", "--registry", front.url)
            self.assertRegex(run.stderr, "could not be written anew.*tag is immutable")
            self.assertEqual(registry.index("s/linux-64"), listed)
            index = registry.manifest("s/linux-64/repodata.json", "latest")
            self.assertEqual(index["annotations"][ANNOTATION + "index"], "present")
            self.assertNotIn(ANNOTATION + "revision", index["annotations"])
            # Once it is allowed the next run does it.
            front.before = lambda asked: None
            self.run_well("mirror", "-c", SAMPLE, "--as", "s", "--registry", front.url)
            self.assert_readable(self.manifests(registry))

    def test_W28_what_another_version_brought_is_read(self):
        with Registry() as registry:
            self.mirror(registry)
            make_old(registry)
            self.run_well("pull-cache", "-c", "s", "-s", "linux-64", "-s", "noarch", "--all-versions", "--registry", registry.url,
                          "--cache-dir", self.folder / "cache")
            for subdir in ("linux-64", "noarch"):
                for name in records(json.loads((SAMPLE / subdir / "repodata.json").read_text())):
                    self.assertEqual((self.folder / "cache/s" / subdir / name).read_bytes(), (SAMPLE / subdir / name).read_bytes())

    def test_W28_in_a_layout(self):
        layout = self.folder / "layout"
        command = ["mirror", "-c", SAMPLE, "--as", "s", "--registry", f"oci-layout:{layout}"]
        self.run_well(*command)
        fresh = layout_manifests(layout)
        make_old_layout(layout)
        self.assertEqual({bool(complaints(m)) for m in layout_manifests(layout).values()}, {True})
        self.run_well(*command)
        self.assertEqual(layout_manifests(layout), fresh)
        before = {p: p.stat().st_mtime_ns for p in layout.rglob("*")}
        self.run_well(*command)
        self.assertEqual({p: p.stat().st_mtime_ns for p in layout.rglob("*")}, before)

    def test_W28_shards(self):
        def night(registry):
            for number in (1, 2):
                self.mirror(registry, "--shard", f"{number}/2")
            self.run_well("publish", "-c", SAMPLE, "--as", "s", "--registry", registry.url, "--shards", "2")

        with Registry() as registry:
            night(registry)
            fresh = registry.contents()
            make_old(registry)
            night(registry)
            self.assertEqual(registry.contents(), fresh)
            before = len(registry.requests())
            night(registry)
            self.assertEqual({r[0] for r in registry.requests(before)}, {"GET"})


if __name__ == "__main__":
    unittest.main()

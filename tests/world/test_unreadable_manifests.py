# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Something that is no manifest of a package or an index stands under its tag: who may write there writes over it, who reads says so."""
import hashlib
import json
import urllib.error
import urllib.request
import unittest

import servers
from fronts import Front
from servers import MANIFEST, records
from smallchannels import Case, write_channel

INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"


def put(registry, repository, tag, body, media_type):
    """The status of the answer."""
    request = urllib.request.Request(f"{registry.url}/v2/{repository}/manifests/{tag}", data=body, method="PUT",
                                     headers={"Content-Type": media_type, "User-Agent": "test-reader"})
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code


def kinds(good, digest):
    """{kind: (bytes, media type)} made of a good manifest, as strangers and damage leave them."""
    text = json.dumps(good)
    part = {"mediaType": MANIFEST, "digest": digest, "size": 2, "platform": {"architecture": "amd64", "os": "linux"}}
    return {
        "an index": (json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [part]}), INDEX),
        "a list": (json.dumps({"schemaVersion": 2, "mediaType": DOCKER_LIST, "manifests": [part]}), DOCKER_LIST),
        "an empty index": (json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}), INDEX),
        "a key twice": (text.replace('"layers"', '"annotations": {"a": "b", "a": "c"}, "layers"', 1), MANIFEST),
        "invalid UTF-8": (text.replace('"layers"', '"annotations": {"a": "\udcff"}, "layers"', 1), MANIFEST),
        "a size below 0": (json.dumps({**good, "layers": [{**good["layers"][0], "size": -1}]}), MANIFEST),
        "an annotation that is a number": (text.replace('"layers"', '"annotations": {"a": 1}, "layers"', 1), MANIFEST),
        "truncated": (text[:len(text) // 2], MANIFEST),
        "nested too deep": (text.replace('"layers"', '"x": ' + "[" * 2000 + "]" * 2000 + ', "layers"', 1), MANIFEST),
        "no layers": (json.dumps({k: v for k, v in good.items() if k != "layers"}), MANIFEST),
    }


class Unreadable(Case):
    def setUp(self):
        super().setUp()
        self.channel = write_channel(self.scratch / "chan", noarch=["a", "b"])
        self.server = self.registry()
        self.mirror(self.channel, self.server)

    def each(self, repository, tag, do):
        """Puts every kind that the registry takes, one after the other, and does that."""
        good = self.server.manifest(repository, tag)
        digest = "sha256:" + hashlib.sha256(self.server.get(f"/v2/{repository}/manifests/{tag}")).hexdigest()
        taken = 0
        for kind, (body, media_type) in kinds(good, digest).items():
            if put(self.server, repository, tag, body.encode(errors="surrogateescape"), media_type) != 201:
                continue  # this registry looks closer
            taken += 1
            with self.subTest(kind=kind):
                do()
        self.assertGreater(taken, 3)

    def assert_right(self):
        self.assertEqual(len(records(self.server.index("chan/noarch"))), 2)
        for name in "ab":
            manifest = self.server.manifest(f"chan/noarch/{name}", "1-0")
            for layer in manifest["layers"]:
                self.server.blob(f"chan/noarch/{name}", layer["digest"])
        self.run_program("copy", f"oci+{self.server.url}", f"cache:{self.cache}", "-c", "chan", "-s", "noarch")

    def test_F07_P_a_package_in_one_run(self):
        def do():
            run = self.mirror(self.channel, self.server, "--deep")
            self.assertRegex(run.stdout + run.stderr, r"chan/noarch/a:1-0 could not be read as a manifest and was written over")
            self.assert_right()
            again = self.mirror(self.channel, self.server, "--deep")
            self.assertNotIn("written over", again.stdout + again.stderr)

        self.each("chan/noarch/a", "1-0", do)

    def test_F07_P_a_package_that_no_index_lists_yet(self):
        server = self.server
        def do():
            # The index of a mirror that is just being made.
            urllib.request.urlopen(urllib.request.Request(f"{server.url}/v2/chan/noarch/repodata.json/manifests/" + "sha256:" + hashlib.sha256(
                server.get("/v2/chan/noarch/repodata.json/manifests/latest")).hexdigest(), method="DELETE")).close()
            run = self.mirror(self.channel, server)
            self.assertIn("written over", run.stdout + run.stderr)
            self.assert_right()

        self.each("chan/noarch/a", "1-0", do)

    def test_F07_M_the_index_in_one_run(self):
        def do():
            start = len(self.server.requests())
            before = self.server.get("/v2/chan/noarch/repodata.json/manifests/latest", accept=f"{MANIFEST}, {INDEX}, {DOCKER_LIST}")
            dry = self.mirror(self.channel, self.server, "--dry-run")
            self.assertEqual(dry.returncode, 0)
            self.assertEqual(self.server.get("/v2/chan/noarch/repodata.json/manifests/latest", accept=f"{MANIFEST}, {INDEX}, {DOCKER_LIST}"), before)
            run = self.mirror(self.channel, self.server)
            self.assertRegex(run.stdout + run.stderr, r"chan/noarch/repodata.json:latest could not be read as a manifest and was written over")
            asked = self.server.requests(start)
            self.assertEqual([p for m, p, s in asked if m in ("PUT", "PATCH") and "/blobs/" in p and "repodata" not in p], [])  # no package is sent
            self.assertTrue(any("/noarch/a/" in p for m, p, s in asked))  # but each is asked for
            self.assert_right()
            again = self.mirror(self.channel, self.server)
            self.assertNotIn("written over", again.stdout + again.stderr)

        self.each("chan/noarch/repodata.json", "latest", do)

    def test_F07_M_what_stands_beside_the_index(self):
        """What an earlier run has found out, where the index is the channel's whole one; and what makes repositories exist."""
        options = ("-p", "a", "--index", "full")
        server = self.server = self.registry()
        self.mirror(self.channel, server, *options)
        tags = [tag for tag in server.tags("chan/noarch/repodata.json") if tag != "latest" and not tag[0].isdigit()]
        self.assertEqual(len(tags), 1, tags)

        def do():
            run = self.mirror(self.channel, server, *options)
            self.assertIn(f"{tags[0]} could not be read as a manifest and was written over", run.stdout + run.stderr)
            again = self.mirror(self.channel, server, *options)
            self.assertNotIn("written over", again.stdout + again.stderr)
        self.each("chan/noarch/repodata.json", tags[0], do)

        placeholder = next(one for one in server.repositories() if server.tags(one) == ["none"])

        def publish():
            write_channel(self.channel, noarch=["a", f"b{len(self.channel_packages())}"])
            self.mirror(self.channel, server, "--deep")
        self.each(placeholder, "none", publish)

    def channel_packages(self):
        return list((self.channel / "noarch").glob("*.tar.bz2"))

    def test_F07_M_readers_say_what_is_wrong(self):
        def do():
            for arguments in (("list", f"{self.server.url}/chan"),
                              ("copy", f"oci+{self.server.url}", f"cache:{self.cache}", "-c", "chan", "-s", "noarch")):
                run = servers.conda_oci(*arguments)
                self.assertNotEqual(run.returncode, 0, run.stdout)
                self.assertIn("repodata.json:latest", run.stderr)
                self.assertIn("the manifest can't be used", run.stderr)

        self.each("chan/noarch/repodata.json", "latest", do)
        self.mirror(self.channel, self.server)
        self.assert_right()

    def test_F07_C_the_same_in_a_layout(self):
        folder = self.scratch / "layout"
        place = f"oci-layout:{folder}"
        self.mirror(self.channel, place)
        index = folder / "index.json"

        def ref(entry):
            return entry["annotations"]["org.opencontainers.image.ref.name"]
        before = {ref(one): one for one in json.loads(index.read_text())["manifests"]}
        for tag in ("chan/noarch/a:1-0", "chan/noarch/repodata.json:latest"):
            old = before[tag]
            good = json.loads((folder / "blobs" / old["digest"].replace(":", "/")).read_text())
            for kind, (body, media_type) in {**kinds(good, old["digest"]), "no digest": (None, MANIFEST)}.items():
                with self.subTest(tag=tag, kind=kind):
                    digest = "nothing"
                    if body is not None:
                        body = body.encode(errors="surrogateescape")
                        digest = "sha256:" + hashlib.sha256(body).hexdigest()
                        (folder / "blobs" / digest.replace(":", "/")).write_bytes(body)
                    now = {**before, tag: {**old, "digest": digest, "size": len(body or b""), "mediaType": media_type}}
                    index.write_text(json.dumps({"schemaVersion": 2, "manifests": list(now.values())}))
                    run = self.mirror(self.channel, place, "--deep")
                    self.assertIn(f"{tag} could not be read as a manifest and was written over", run.stdout + run.stderr)
                    now = {ref(one): one["digest"] for one in json.loads(index.read_text())["manifests"]}
                    self.assertEqual(now["chan/noarch/a:1-0"], before["chan/noarch/a:1-0"]["digest"])
                    self.assertEqual(now["chan/noarch/repodata.json:latest"], before["chan/noarch/repodata.json:latest"]["digest"])

    def test_F07_M_an_answer_that_is_no_registrys_is_no_reason_to_write(self):
        """A sign-in page of the network in between, and bytes that were damaged on the way, with and without a digest to tell them by."""
        before = self.server.contents()["chan/noarch/a"]

        def flipped(status, headers, body, times=[0]):
            times[0] += 1
            return status, headers, body[:times[0]] + bytes([body[times[0]] ^ 128]) + body[times[0] + 1:]

        def page(status, headers, body):
            return 200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"

        def without_digest(change):
            def do(status, headers, body):
                headers = {k: v for k, v in headers.items() if k.lower() != "docker-content-digest"}
                return change(status, headers, body)
            return do

        for what in ("noarch/a/manifests/1-0", "repodata.json/manifests/latest"):
            for change in (flipped, without_digest(flipped), page):
                with self.subTest(what=what, change=change):
                    def after(asked, status, headers, body):
                        isIt = asked.method == "GET" and what in asked.path
                        return change(status, headers, body) if isIt else (status, headers, body)
                    with Front(self.server, after=after) as front:
                        run = servers.conda_oci("mirror", "-c", self.channel, "--registry", front.url, "--deep")
                        self.assertNotEqual(run.returncode, 0, run.stdout + run.stderr)
                        self.assertNotIn("written over", run.stdout + run.stderr)
                        self.assertEqual(front.count("PUT", what), 0)
        self.assertEqual(self.server.contents()["chan/noarch/a"], before)

    def test_F07_P_a_manifest_that_is_damaged_on_its_way_there_is_sent_again(self):
        write_channel(self.channel, noarch=["a", "b", "c"])
        damaged = []

        def before(asked):
            if asked.method != "PUT" or "/c/manifests/" not in asked.path or damaged:
                return None
            damaged.append(asked.body)
            body = asked.body.replace(b'"layers"', b'"annotations":{"a":"b","a":"c"},"layers"', 1)
            self.assertEqual(put(self.server, "chan/noarch/c", asked.path.rpartition("/")[2], body, MANIFEST), 201)
            return 201, {"Docker-Content-Digest": "sha256:" + hashlib.sha256(body).hexdigest()}, b""

        with Front(self.server, before=before) as front:
            self.mirror(self.channel, front.url)
        self.assertEqual(len(damaged), 1)
        self.assertEqual(self.server.get("/v2/chan/noarch/c/manifests/1-0"), damaged[0])

if __name__ == "__main__":
    unittest.main()

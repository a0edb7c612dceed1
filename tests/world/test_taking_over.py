# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""A mirror of the Python tool is taken over, and a new one is made: what each build costs."""
import hashlib
import http.client
import json
import unittest

import servers
from servers import ChannelServer, records
from smallchannels import Case, package

import make_sample_channel as sample  # servers knows where it is


class TakingOver(Case):
    """W31: a mirror of the Python tool, of 600 packages of 30 names."""

    def predecessor(self, registry, names, versions, absent=()):
        """Pushes what it would have: manifests of one layer, and an index that claims nothing. The packages' bytes are not looked at when they are there."""
        connection = http.client.HTTPConnection("127.0.0.1", registry.port)

        def send(method, url, body, kind="application/octet-stream"):
            connection.request(method, url, body, {"Content-Type": kind, "User-Agent": "test-reader"})
            reply = connection.getresponse()
            reply.read()
            self.assertLess(reply.status, 300)
            return reply

        def blob(repository, data):
            digest = "sha256:" + hashlib.sha256(data).hexdigest()
            location = send("POST", f"/v2/{repository}/blobs/uploads/", b"").getheader("Location")
            send("PUT", f"{location.replace(registry.url, '')}&digest={digest}", data)
            return {"digest": digest, "size": len(data)}

        configs = {}

        def manifest(repository, tag, layers):
            if repository not in configs:
                configs[repository] = {**blob(repository, b""), "mediaType": "application/vnd.unknown.config.v1+json"}
            body = {"schemaVersion": 2, "config": configs[repository], "layers": layers}
            send("PUT", f"/v2/{repository}/manifests/{tag}", json.dumps(body), servers.MANIFEST)

        index = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}
        for name in names:
            for version in versions:
                data = f"{name} {version}".encode()
                record = sample.index_json(name, version, "0", 0, "noarch", [])
                record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
                index["packages"][f"{name}-{version}-0.tar.bz2"] = record
                if (name, version) not in absent:
                    manifest(f"chan/noarch/{name}", f"{version}-0", [{**blob(f"chan/noarch/{name}", data), "mediaType": "application/vnd.conda.package.v1"}])
        plain = json.dumps(index).encode()
        manifest("chan/noarch/repodata.json", "latest", [{**blob("chan/noarch/repodata.json", plain), "mediaType": "application/vnd.conda.repodata.v1+json"}])
        connection.close()
        folder = self.scratch / "chan/noarch"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "repodata.json").write_bytes(plain)
        server = ChannelServer(self.scratch)  # which has no package: those that are there are not asked for
        self.addCleanup(server.__exit__)
        return server.url + "/chan"

    def test_W31_each_build_is_asked_for_once(self):
        registry = self.registry()
        channel = self.predecessor(registry, [f"name{i}" for i in range(30)], [str(i) for i in range(20)])
        start = len(registry.requests())
        run = self.mirror(channel, registry, "-s", "noarch")
        self.assertIn("600 were there already", run.stdout)
        self.assertLessEqual(len(registry.requests(start)), 620)
        start = len(registry.requests())
        self.mirror(channel, registry, "-s", "noarch")
        self.assertLessEqual(len(registry.requests(start)), 4)
        self.assertEqual(registry.manifest("chan/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.index"], "present")

    def test_W31_what_is_not_there_costs_a_list_a_name(self):
        """Its index lists all, and of most names nothing arrived."""
        registry = self.registry()
        names, versions = [f"name{i}" for i in range(30)], [str(i) for i in range(20)]
        channel = self.predecessor(registry, names, versions, absent={(n, v) for n in names[1:] for v in versions})
        start = len(registry.requests())
        self.mirror(channel, registry, "-s", "noarch", "--workers", "1", code=1)  # the channel has none of them
        asked = [p for m, p, _ in registry.requests(start) if m == "GET" and "/repodata" not in p]
        self.assertEqual(len([p for p in asked if "/tags/list" in p]), 29)
        self.assertEqual(len([p for p in asked if "/manifests/" in p]), 20 + 29)
        self.assertEqual(len(records(registry.index("chan/noarch"))), 20)

    def test_W31_a_new_mirror_lists_each_name_once(self):
        names, versions = ("a", "b", "c"), [str(i) for i in range(8)]
        folder = self.scratch / "chan/noarch"
        folder.mkdir(parents=True)
        index = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}
        for name in names:
            for version in versions:
                file_name, data, record = package(name, version, "noarch")
                (folder / file_name).write_bytes(data)
                index["packages"][file_name] = record
        (folder / "repodata.json").write_text(json.dumps(index))
        registry = self.registry()
        self.mirror(folder.parent, registry, "-s", "noarch")
        asked = [(m, p) for m, p, _ in registry.requests() if m == "GET" and "/repodata" not in p]
        self.assertEqual(len([p for _, p in asked if "/tags/list" in p]), 3, asked)
        self.assertEqual([p for _, p in asked if "/manifests/" in p], [])
        self.assertEqual(len(records(registry.index("chan/noarch"))), 24)
        # One new build of a name, as in most nights: asked for by itself.
        file_name, data, record = package("a", "99", "noarch")
        (folder / file_name).write_bytes(data)
        index["packages"][file_name] = record
        (folder / "repodata.json").write_text(json.dumps(index))
        start = len(registry.requests())
        self.mirror(folder.parent, registry, "-s", "noarch")
        self.assertEqual([p for m, p, _ in registry.requests(start) if "/tags/list" in p and "/repodata" not in p], [])

    def test_W31_the_whole_index_asks_once_too(self):
        """--index full claims nothing; what was found is kept beside it."""
        registry = self.registry()
        versions = [str(i) for i in range(20)]
        channel = self.predecessor(registry, ["a"], versions, absent={("a", "7")})
        self.mirror(channel, registry, "-s", "noarch", "--index", "full", code=1)  # one is nowhere
        start = len(registry.requests())
        self.mirror(channel, registry, "-s", "noarch", "--index", "full", code=1)
        self.assertLessEqual(len([p for _, p, _ in registry.requests(start) if "/noarch/a/" in p]), 1)
        self.assertEqual(len(records(registry.index("chan/noarch"))), 20)


if __name__ == "__main__":
    unittest.main()

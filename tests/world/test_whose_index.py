# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Indexes: whose mirror a run writes to, what else lies in a folder and is believed, and what `list` costs."""
import http.client
import json
import subprocess
import unittest

import servers
from servers import ChannelServer, records
from smallchannels import Case, package, write_channel


class Names(Case):
    """W19: two channels whose URLs end alike."""

    def two(self):
        return (write_channel(self.scratch / "one/channel", noarch=["a", "b"], linux_64=["l"]),
                write_channel(self.scratch / "two/channel", noarch=["c", "d", "e"]))

    def test_W19_another_channel_is_refused(self):
        for served in (False, True):
            with self.subTest(served=served), ChannelServer(self.scratch) as server:
                registry = self.registry()
                one, two = self.two()
                if served:
                    one, two = (f"{server.url}/{p.relative_to(self.scratch)}" for p in (one, two))
                self.mirror(one, registry)
                before = registry.contents()
                for options in ((), ("--dry-run",), ("-p", "c"), ("--deep",)):
                    run = self.mirror(two, registry, *options, code=2)
                    self.assertRegex(run.stderr, "--as NAME.*--adopt")
                    if served:
                        self.assertIn(one, run.stderr)
                        self.assertIn(two, run.stderr)
                    else:
                        self.assertIn("a folder named channel", run.stderr)
                        self.assertNotIn(str(self.scratch), json.dumps(registry.manifest("channel/noarch/repodata.json", "latest")))
                self.assertEqual(registry.contents(), before)
                self.mirror(two, registry, "--as", "other")
                self.mirror(two, registry, "--adopt")
                self.assertEqual(len(records(registry.index("channel/noarch"))), 3)
                self.mirror(two, registry)  # it is its own now
                self.mirror(one, registry, code=2)

    def test_W19_the_same_channel_by_another_address(self):
        one, _ = self.two()
        (self.scratch / "link").symlink_to(one.parent)
        with ChannelServer(self.scratch) as server, ChannelServer(self.scratch) as moved:
            host = server.url.split("//")[1]
            addresses = [one, str(one) + "/", f"file://{one}", self.scratch / "link/channel", f"{server.url}/one/channel", f"{server.url}/one/channel/noarch/",
                         f"http://me:CANARY@{host}/one/channel", f"{moved.url}/one/channel"]
            registry = self.registry()
            for address in addresses:
                with self.subTest(address=address):
                    self.mirror(address, registry)
                    noted = registry.manifest("channel/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.channel"]
                    self.assertNotIn("CANARY", noted)

    def test_W19_old_mirrors_are_taken_over(self):
        one, two = self.two()
        registry = self.registry()
        self.mirror(one, registry)
        manifest = registry.manifest("channel/noarch/repodata.json", "latest")
        for key in ("channel", "records"):
            manifest["annotations"].pop("dev.conda-oci-mirror." + key)
        put = http.client.HTTPConnection("127.0.0.1", registry.port)
        put.request("PUT", "/v2/channel/noarch/repodata.json/manifests/latest", json.dumps(manifest), {"Content-Type": servers.MANIFEST, "User-Agent": "test-reader"})
        self.assertEqual(put.getresponse().status, 201)
        put.close()
        self.assertEqual(self.listed(registry.url + "/channel"), {"linux-64": 1, "noarch": 2})
        self.mirror(one, registry)
        self.assertIn("dev.conda-oci-mirror.channel", registry.manifest("channel/noarch/repodata.json", "latest")["annotations"])
        requests = len(registry.requests())
        self.mirror(one, registry)
        self.assertEqual({m for m, _, _ in registry.requests(requests)}, {"GET"})

    def test_W19_copies_know_it_too(self):
        one, two = self.two()
        first, second, third = self.registry(), self.registry(), self.registry()
        self.mirror(one, first)
        self.mirror(two, second)
        self.run_program("copy", "oci+" + first.url, "oci+" + third.url, "-c", "channel")
        noted = [r.manifest("channel/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.channel"] for r in (first, third)]
        self.assertEqual(noted[0], noted[1])
        self.run_program("copy", "oci+" + second.url, "oci+" + third.url, "-c", "channel", code=2)
        self.run_program("copy", "oci+" + second.url, "oci+" + third.url, "-c", "channel", "--adopt")
        # A cache knows no channel: what is pushed from it is added, and the mirror stays whose it was.
        self.pull(first, channel="channel")
        self.run_program("push-cache", "-c", "channel", "--cache-dir", self.cache, "--registry", third.url)
        self.assertEqual(len(records(third.index("channel/noarch"))), 5)
        self.assertEqual(third.manifest("channel/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.channel"],
                         second.manifest("channel/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.channel"])
        self.assertEqual(self.listed(third.url + "/channel")["noarch"], 5)


class OtherDocuments(Case):
    """W21: what else lies in a folder that is a channel, and names packages."""
    WRONG = ["repodata_shards.msgpack.zst", "current_repodata.json", "current_repodata.json.bz2", "current_repodata.json.zst", "repodata.json.bz2",
             "repodata_from_packages.json", "repodata_from_packages.json.bz2", "run_exports.json", "run_exports.json.zst", "repodata.jlap"]
    OTHERS = ["index.html", "patch_instructions.json", "mine.txt", "shards/abc.msgpack.zst", "old-0-0.conda.part", "current_repodata.json.d/x"]

    def test_W21_pull_removes_what_would_be_believed(self):
        registry = self.registry()
        self.mirror(write_channel(self.scratch / "chan", noarch=["a"]), registry)
        folder = self.cache / "chan/noarch"
        for name in [*self.WRONG, *self.OTHERS, "repodata.json.zst", "../channeldata.json"]:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"{}")
        run = self.pull(registry)
        for name in self.WRONG:
            self.assertFalse((folder / name).exists(), name)
            self.assertIn(name, run.stderr)
        self.assertFalse((self.cache / "chan/channeldata.json").exists())
        for name in self.OTHERS:
            self.assertTrue((folder / name).exists(), name)
        self.assert_zst(folder)
        # Beside an index that stays as it is they may well be right.
        (folder / "current_repodata.json").write_bytes(b"{}")
        self.assertNotIn("deleted", self.pull(registry).stderr)
        self.assertTrue((folder / "current_repodata.json").exists())
        (folder / "repodata.json.zst").write_bytes(b"old")
        self.pull(registry)
        self.assert_zst(folder)

    def assert_zst(self, folder):
        plain = subprocess.run(["zstd", "-dc", str(folder / "repodata.json.zst")], capture_output=True, check=True).stdout
        self.assertEqual(plain, (folder / "repodata.json").read_bytes())

    def fill(self, *names):
        folder = self.cache / "chan/noarch"
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            file_name, data, _ = package(name, "1", "noarch")
            (folder / file_name).write_bytes(data)
        return folder

    def test_W21_push_leaves_the_cache_a_channel(self):
        registry, other = self.registry(), self.registry()
        folder = self.fill("a", "b")
        (folder / "current_repodata.json").write_text('{"packages": {}}')
        run = self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url, "-p", "a")
        self.assertIn("current_repodata.json", run.stderr)
        self.assertFalse((folder / "current_repodata.json").exists())
        self.assertEqual(sorted(records(json.loads((folder / "repodata.json").read_text()))), ["a-1-0.tar.bz2", "b-1-0.tar.bz2"])
        self.assert_zst(folder)
        self.assertEqual(list(records(registry.index("chan/noarch"))), ["a-1-0.tar.bz2"])
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url)
        before = (folder / "repodata.json").stat()
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url)
        self.assertEqual((folder / "repodata.json").stat().st_mtime_ns, before.st_mtime_ns)
        self.mirror(self.cache / "chan", other)
        self.assertEqual(len(records(other.index("chan/noarch"))), 2)
        # A dry run writes nothing there either.
        self.fill("c")
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url, "--dry-run")
        self.assertEqual((folder / "repodata.json").stat().st_mtime_ns, before.st_mtime_ns)

    def test_W21_against_local_misses_nothing(self):
        """What its index lists, the next such run does not push; so what was not pushed is not listed."""
        registry = self.registry()
        folder = self.fill("a", "b")
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url, "--against", "local", "-p", "a")
        self.assertEqual(list(records(json.loads((folder / "repodata.json").read_text()))), ["a-1-0.tar.bz2"])
        run = self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url, "--against", "local")
        self.assertIn("Copied 1 package", run.stdout)
        self.assertEqual(len(records(registry.index("chan/noarch"))), 2)
        self.assertEqual(len(records(json.loads((folder / "repodata.json").read_text()))), 2)


class Looking(Case):
    def test_W26_list_costs_two_requests_a_platform(self):
        channel, registry = write_channel(self.scratch / "chan", linux_64=["a", "b"], noarch=["n"]), self.registry()
        self.mirror(channel, registry)
        requests = len(registry.requests())
        self.assertEqual(self.listed(registry.url + "/chan"), {"linux-64": 2, "noarch": 1})
        asked = registry.requests(requests)
        self.assertLessEqual(len(asked), 4, asked)
        self.assertFalse([p for _, p, _ in asked if "/blobs/" in p])

    def test_W26_the_count_is_what_the_index_says(self):
        registry, other = self.registry(), self.registry()
        channel = write_channel(self.scratch / "chan", noarch=["a", "b", "c"])
        cases = [("present", lambda: self.mirror(channel, registry), 3),
                 ("some", lambda: self.mirror(channel, registry.url + "/some", "-p", "a"), 1),
                 ("full", lambda: self.mirror(channel, registry.url + "/full", "-p", "a", "--index", "full"), 3)]
        for name, make, count in cases:
            with self.subTest(name):
                make()
                prefix = "" if name == "present" else name + "/"
                self.assertEqual(len(records(registry.index(f"{prefix}chan/noarch"))), count)
                self.assertEqual(registry.manifest(f"{prefix}chan/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.records"], str(count))
                self.assertEqual(self.listed(f"{registry.url}/{prefix}chan"), {"noarch": count})
        # Merged: one that is there is not counted twice.
        folder = self.cache / "chan/noarch"
        folder.mkdir(parents=True)
        for name in ("a", "z"):
            file_name, data, _ = package(name, "1", "noarch")
            (folder / file_name).write_bytes(data)
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", registry.url)
        self.assertEqual(len(records(registry.index("chan/noarch"))), 4)
        self.assertEqual(self.listed(registry.url + "/chan"), {"noarch": 4})

    def test_W26_platforms_nobody_knows_are_found(self):
        registry = self.registry()
        self.mirror(write_channel(self.scratch / "chan", linux_mips=["m"], noarch=[], linux_loong64=["l"]), registry, "-s", "linux-mips", "-s", "linux-loong64")
        self.assertEqual(self.listed(registry.url + "/chan"), {"linux-loong64": 1, "linux-mips": 1, "noarch": 0})


if __name__ == "__main__":
    unittest.main()

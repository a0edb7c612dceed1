# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Platforms: what a run takes when none are named, and what becomes of those that are missing or empty."""
import json
import unittest

from servers import ChannelServer, conda_oci, records
from smallchannels import Case, package, write_channel

EVERY = {"linux-64": 1, "noarch": 1, "linux-32": 1, "linux-ppc": 1, "linux-loong64": 1, "win-arm64": 1}


class Platforms(Case):
    def chan(self):
        return write_channel(self.scratch / "chan", linux_64=["a"], noarch=["n"], linux_32=["b"], linux_ppc=["c"], linux_loong64=["d"], win_arm64=["e"])

    def test_W17_each_place_gives_all_its_platforms(self):
        """Folder → registry → layout → registry → cache → registry, and no platform is named or left behind."""
        channel, first, second, third = self.chan(), self.registry(), self.registry(), self.registry()
        layout = f"oci-layout:{self.scratch}/layout"
        self.mirror(channel, first)
        self.run_program("copy", "oci+" + first.url, layout, "-c", "chan")
        self.run_program("copy", layout, "oci+" + second.url, "-c", "chan")
        self.pull(second)
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", third.url)
        self.run_program("copy", f"cache:{self.cache}", f"cache:{self.scratch}/other", "-c", "chan")
        for place in (first.url + "/chan", layout + "//chan", second.url + "/chan", third.url + "/chan"):
            self.assertEqual(self.listed(place), EVERY)
        for folder in (self.cache / "chan", self.scratch / "other/chan"):
            self.assertEqual(self.subdirs_of(folder), sorted(EVERY))

    def test_W17_channeldata_tells_of_an_http_channel(self):
        channel, registry = self.chan(), self.registry()
        # As conda-index writes it: the packages' own lists before the channel's.
        channeldata = {"channeldata_version": 1, "packages": {f"p{i}": {"subdirs": ["zos-z"], "summary": "s" * 900} for i in range(10)},
                       "subdirs": ["linux-32", "linux-64", "linux-ppc", "noarch"]}
        (channel / "channeldata.json").write_text(json.dumps(channeldata, indent=2, sort_keys=True))
        with ChannelServer(channel.parent) as server:
            run = self.mirror(server.url + "/chan", registry)
            self.assertNotIn("not looked at", run.stderr)
            self.assertEqual(self.listed(registry.url + "/chan"), {k: 1 for k in ("linux-64", "noarch", "linux-32", "linux-ppc")})

    def test_W17_where_nobody_can_tell_it_is_said(self):
        channel, registry = self.chan(), self.registry()
        for content in (None, b"<html>", b"{}", b'{"packages": {"p": {"subdirs": ["linux-32"]}}}', b'{"subdirs": []}', b'{"subdirs": [7, "../x"]}'):
            with self.subTest(content=content), ChannelServer(channel.parent) as server:
                if content is not None:
                    server.faults["/chan/channeldata.json"] = ("bytes", content)
                run = self.mirror(server.url + "/chan", registry)
                self.assertEqual("not looked at" in run.stderr, not (content or b"").startswith(b'{"subdirs"'), run.stderr)
                if "not looked at" in run.stderr:
                    self.assertRegex(run.stderr, "linux-32.*--subdir")
                self.assertEqual(self.listed(registry.url + "/chan"), {"linux-64": 1, "noarch": 1})
                # Asked for what is known only.
                asked = {p.split("/")[2] for _, p, _ in server.requests if p.count("/") == 3}
                self.assertEqual(len(asked), 7, asked)
        with ChannelServer(channel.parent) as server:  # named is named
            self.assertNotIn("not looked at", self.mirror(server.url + "/chan", registry, "-s", "noarch").stderr)

    def test_W17_a_url_of_any_platform_is_understood(self):
        channel, registry = self.chan(), self.registry()
        with ChannelServer(channel.parent) as server:
            self.mirror(server.url + "/chan/linux-ppc/", registry, "-s", "linux-ppc")
            self.assertEqual(self.listed(registry.url + "/chan")["linux-ppc"], 1)

    def test_W18_a_platform_that_is_missing_is_a_note(self):
        channel, registry, other = write_channel(self.scratch / "chan", noarch=["n"], win_64=[]), self.registry(), self.registry()
        named = ("-s", "linux-64", "-s", "noarch", "-s", "win-64")
        run = self.mirror(channel, registry, *named)
        self.assertIn("no index of linux-64", run.stderr)
        for subdir in ("linux-64", "noarch", "win-64"):
            self.assertEqual(len(records(registry.index(f"chan/{subdir}"))), subdir == "noarch")
        # What one verb made the others take.
        run = self.pull(registry, *named)
        self.assertNotIn("no index", run.stderr)
        self.assertEqual(self.subdirs_of(self.cache / "chan"), ["linux-64", "noarch", "win-64"])
        self.run_program("copy", "oci+" + registry.url, "oci+" + other.url, "-c", "chan", *named)
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", other.url + "/pushed", *named)
        for place in (other.url + "/chan", other.url + "/pushed/chan"):
            self.assertEqual(self.listed(place), {"linux-64": 0, "win-64": 0, "noarch": 1})
        requests = len(registry.requests())
        self.mirror(channel, registry, *named)
        self.assertEqual({m for m, _, _ in registry.requests(requests)}, {"GET"})

    def test_W18_mirrors_that_lack_one_are_read(self):
        """Made by the Python tool, or without naming it."""
        registry = self.registry()
        self.mirror(write_channel(self.scratch / "chan", noarch=["n"]), registry)
        self.assertIsNone(registry.index("chan/linux-64"))
        run = self.pull(registry, "-s", "linux-64", "-s", "noarch")
        self.assertIn("no index of linux-64", run.stderr)
        self.assertTrue((self.cache / "chan/noarch/n-1-0.tar.bz2").exists())
        run = self.run_program("copy", "oci+" + registry.url, f"oci-layout:{self.scratch}/l", "-c", "chan", "-s", "osx-64", "-s", "noarch")
        self.assertIn("no index of osx-64", run.stderr)
        # A name that is wrong must not look like success.
        for options in (("-s", "linux-64"), ("-s", "linux-64", "-s", "osx-64")):
            self.assertIn("has no index of any of linux-64", self.pull(registry, *options, code=4).stderr)
        self.assertIn("has no index of any of linux-64, noarch", self.pull(registry, "-s", "linux-64", "-s", "noarch", channel="other", code=4).stderr)

    def test_W18_all_packages_failed(self):
        channel, registry = write_channel(self.scratch / "chan", noarch=["n"], win_64=["w"]), self.registry()
        (channel / "win-64/w-1-0.tar.bz2").unlink()
        self.mirror(channel, registry, "-s", "win-64", "-s", "noarch", code=1)
        self.assertEqual(records(registry.index("chan/win-64")), {})
        self.pull(registry, "-s", "win-64", "-s", "noarch")

    def test_W18_unreachable_is_no_missing_platform(self):
        channel, registry = self.chan(), self.registry()
        for fault in (403, 500):
            with self.subTest(fault=fault), ChannelServer(channel.parent) as server:
                for form in ("", ".zst", ".bz2"):
                    server.faults[f"/chan/linux-64/repodata.json{form}"] = fault
                run = conda_oci("mirror", "-c", server.url + "/chan", "-s", "linux-64", "-s", "noarch", "--registry", registry.url)
                self.assertIn(run.returncode, (3, 4), run.stderr)
        self.assertEqual(registry.repositories(), [])

    def test_W18_a_cache_is_not_listed_as_empty(self):
        """The source has no noarch; the cache has a package of it, and no index."""
        registry = self.registry()
        self.mirror(write_channel(self.scratch / "chan", linux_64=["a"]), registry, "-s", "linux-64", "--as", "chan")
        file_name, data, record = package("mine", "1", "noarch")
        (self.cache / "chan/noarch").mkdir(parents=True)
        (self.cache / "chan/noarch" / file_name).write_bytes(data)
        self.pull(registry, "-s", "linux-64")
        index = records(json.loads((self.cache / "chan/noarch/repodata.json").read_text()))
        self.assertEqual({f: r["sha256"] for f, r in index.items()}, {file_name: record["sha256"]})


if __name__ == "__main__":
    unittest.main()

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Channels that are kept otherwise than most: packages elsewhere, servers that hide what they have, names that are not their own."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import servers
from servers import SAMPLE, ChannelServer, Registry, conda_oci, records


class Channels(servers.Case):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)
        self.registry = Registry()
        self.addCleanup(self.registry.__exit__)

    def channel(self, name="chan", subdir="noarch"):
        """A copy of a platform of the sample channel, with its plain index only; its folder."""
        folder = self.root / name / subdir
        shutil.copytree(SAMPLE / subdir, folder)
        for form in (".zst", ".bz2"):
            (folder / f"repodata.json{form}").unlink(missing_ok=True)
        return folder

    def change(self, folder, change):
        index = json.loads((folder / "repodata.json").read_text())
        change(index)
        (folder / "repodata.json").write_text(json.dumps(index))
        return index

    def mirror(self, channel, *options, code=0, **more):
        run = conda_oci("mirror", "-c", channel, "-s", "noarch", "--registry", self.registry.url, *options, **more)
        self.assertEqual(run.returncode, code, run.stderr)
        return run

    def test_packages_that_are_not_beside_their_index(self):
        """CEP 15: info.base_url, relative to the index or absolute; over HTTP and in a folder."""
        with ChannelServer(self.root) as server, ChannelServer(self.root / "elsewhere") as other:
            cases = {"relative": ("../../files/relative/", server.url + "/relative"),
                     "absolute": (other.url + "/pkgs", server.url + "/absolute"),
                     "folder": ("../../files/folder", self.root / "folder")}
            for name, (base_url, url) in cases.items():
                with self.subTest(name):
                    folder = self.channel(name)
                    index = self.change(folder, lambda index: index["info"].update(base_url=base_url))
                    there = self.root / ("elsewhere/pkgs" if name == "absolute" else f"files/{name}")
                    there.mkdir(parents=True)
                    for file in records(index):
                        (folder / file).rename(there / file)
                    self.mirror(url, "--as", name)
                    published = self.registry.index(f"{name}/noarch")
                    self.assertEqual(records(published), records(index))
                    self.assertNotIn("base_url", published["info"])

    def test_packages_where_an_index_may_not_lead(self):
        """CEP 15: info.base_url is what the channel says, and leads no further than a redirect of it might."""
        with ChannelServer(self.root) as server, ChannelServer(self.root / "elsewhere") as other:
            there = self.root / "elsewhere/pkgs"
            there.mkdir(parents=True)
            proxied = {"http_proxy": server.url, "no_proxy": "127.0.0.1"}
            cases = {"file": (there.as_uri(), server.url + "/file", {}),
                     "protocol": (other.url.replace("http", "ftp") + "/pkgs", server.url + "/protocol", {}),
                     "password": (other.url.replace("//", "//me:pw@") + "/pkgs", server.url + "/password", {}),
                     "folder": (other.url + "/pkgs", self.root / "folder", {}),
                     "inside": (other.url + "/pkgs", "http://conda.anaconda.org/inside", proxied)}
            for name, (base_url, url, env) in cases.items():
                with self.subTest(name):
                    folder = self.channel(name)
                    index = self.change(folder, lambda index: index["info"].update(base_url=base_url))
                    for file in records(index):
                        (folder / file).rename(there / file)
                    run = self.mirror(url, "--as", name, code=4, env=env)
                    self.assertIn("names a base_url that may not be followed", run.stderr)
                    self.assertNotIn("me:pw", run.stderr)
            self.assertEqual(other.requests, [])
            self.assertEqual(self.registry.repositories(), [])

    def test_refused_is_what_is_not_there(self):
        """Object stores whose files may not be listed answer 403 for those that they do not have."""
        folder = self.channel()
        with ChannelServer(self.root) as server:
            for name in ("repodata.json.zst", "repodata_from_packages.json", "repodata_from_packages.json.zst", "repodata_from_packages.json.bz2"):
                server.faults[f"/chan/noarch/{name}"] = 403
            self.mirror(server.url + "/chan")
            self.assertEqual(records(self.registry.index("chan/noarch")), records(json.loads((folder / "repodata.json").read_text())))

    def test_a_package_that_may_not_be_mirrored_is_left_out_under_any_name(self):
        def cudnn(index):
            index["packages"] = {"cudnn-8.0-0.tar.bz2": {"name": "cudnn", "version": "8.0", "build": "0", "build_number": 0, "depends": [],
                                                         "sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}}
            index["packages.conda"] = {}
        for name in ("conda-forge", "other"):
            self.change(self.channel(name), cudnn)
        with ChannelServer(self.root) as server:
            proxied = {"http_proxy": server.url, "no_proxy": "127.0.0.1"}
            for channel, name, left_out in (("conda-forge", "conda-forge", True), ("conda-forge", "mine", True), ("other", "conda-forge", False)):
                with self.subTest(channel, name=name):
                    run = self.mirror(f"http://conda.anaconda.org/{channel}", "--as", name, "--dry-run", env=proxied)
                    self.assertEqual("licences forbid" in run.stdout + run.stderr, left_out, run.stdout + run.stderr)
                    self.assertEqual("cudnn-8.0-0" in run.stdout, not left_out, run.stdout)

    def test_a_whole_index_keeps_the_sums_that_are_known(self):
        folder = self.channel()
        index = self.change(folder, lambda index: [record.pop("sha256") for record in records(index).values()])
        names = sorted({record["name"] for record in records(index).values()})
        for count in (1, 2):
            self.mirror(self.root / "chan", "-p", names[count - 1], "--index", "full")
            for file, record in records(self.registry.index("chan/noarch")).items():
                known = hashlib.sha256((folder / file).read_bytes()).hexdigest() if record["name"] in names[:count] else None
                self.assertEqual(record.get("sha256"), known, file)

    def test_what_fits_nothing_is_named_and_nothing_is_published(self):
        self.channel()
        run = self.mirror(self.root / "chan", "-p", "zilb", "-p", "sample-?yth*=7", code=1)
        self.assertIn("failed   zilb: nothing fits it in noarch of", run.stderr)
        self.assertIn("failed   sample-?yth*=7: nothing fits it", run.stderr)
        self.assertEqual(self.registry.repositories(), [])
        run = self.mirror(self.root / "chan", "-p", "zilb", "-p", "sample-?yth*", code=1)
        self.assertEqual({r["name"] for r in records(self.registry.index("chan/noarch")).values()}, {"sample-python"})
        self.assertIn("name each by itself", self.mirror(self.root / "chan", "-p", "zlib,numpy", code=2).stderr)

    def test_a_run_keeps_what_others_published_meanwhile(self):
        """The slow one has planned before the others begin, and publishes after they have ended."""
        self.channel()
        index = json.loads((self.root / "chan/noarch/repodata.json").read_text())
        first, *others = sorted({record["name"] for record in records(index).values()})
        self.assertGreater(len(others), 1)
        for place in (f"{self.registry.url}/org", f"oci-layout:{self.root}/layout"):
            with self.subTest(place):
                file = next(file for file, record in records(index).items() if record["name"] == first)
                slow_channel = self.root / f"slow{len(place)}"
                shutil.copytree(self.root / "chan", slow_channel)
                with ChannelServer(slow_channel) as server:
                    go_on = threading.Event()
                    server.waits[f"/noarch/{file}"] = go_on
                    slow = subprocess.Popen([servers.PROGRAM, "mirror", "-c", server.url, "--as", "chan", "-s", "noarch", "-p", first, "--registry", place],
                                            env={**os.environ, "HOME": self.folder.name}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                    while not any(path.endswith(file) for _, path, _ in server.requests):
                        time.sleep(0.05)
                    for name in others:
                        run = conda_oci("mirror", "-q", "-c", self.root / "chan", "-s", "noarch", "-p", name, "--registry", place)
                        self.assertEqual(run.returncode, 0, run.stderr)
                    go_on.set()
                    said = slow.communicate(timeout=60)[1]
                    self.assertEqual(slow.returncode, 0, said)
                    self.assertIn("noarch: another run has published its index meanwhile", said)
                address = place + ("//" if place.startswith("oci-layout") else "/") + "chan/noarch"
                listed = json.loads(conda_oci("list", address, "--json").stdout)
                self.assertEqual({one["name"] for one in listed}, {first, *others})

    def test_noarch_may_be_named_where_there_is_none(self):
        self.channel(subdir="linux-64")
        self.mirror(self.root / "chan", "-s", "linux-64")
        self.assertIsNotNone(self.registry.index("chan/linux-64"))
        self.assertEqual(records(self.registry.index("chan/noarch")), {})
        self.assertEqual(self.mirror(self.root / "chan", "-s", "osx-64", code=4).stdout, "")

    def test_what_did_not_arrive_leaves_nothing(self):
        folder = self.channel()
        self.mirror(self.root / "chan")
        index = json.loads((folder / "repodata.json").read_text())
        gone = next(file for file in records(index) if file.endswith(".conda"))
        cache = self.root / "cache"
        with ChannelServer(self.root) as server:
            (folder / gone).unlink()
            run = conda_oci("copy", server.url + "/chan", f"cache:{cache}", "--channel", "chan", "-s", "noarch")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual([file.name for file in cache.rglob("*.part")], [])

    def test_output_that_can_not_be_written_is_no_success(self):
        self.mirror(self.channel().parent)
        for arguments in (["list", f"{self.registry.url}/chan"], ["list", f"{self.registry.url}/chan", "--json"],
                          ["inspect", f"{self.registry.url}/chan/noarch/sample-python:0.3.1-pyhd8ed1ab_0", "index"],
                          ["mirror", "-c", self.root / "chan", "-s", "noarch", "--registry", self.registry.url, "--json"], ["completion", "bash"]):
            with self.subTest(arguments[0]):
                with open("/dev/full", "w") as full:
                    run = subprocess.run([servers.PROGRAM, *map(str, arguments)], stdout=full, stderr=subprocess.PIPE, text=True,
                                                 env={**os.environ, "HOME": self.folder.name}, check=False)
                self.assertEqual(run.returncode, 5, run.stderr)
                self.assertIn("the output could not be written", run.stderr)


if __name__ == "__main__":
    unittest.main()

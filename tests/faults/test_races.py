# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""F21: runs that publish into one channel of a real registry at the same time, each held where it hurts, and killed there."""
import contextlib
import json
import os
import random
import re
import shutil
import threading
import time
import unittest
import urllib.request

from byteproxy import ByteProxy
from faultlib import SAMPLE, Case, Run, make_channel, records, registry_problems, run

INDEX = "/v2/chan/noarch/repodata.json"
OWN_TAG = re.compile(r"^\d{4}(\.\d\d){5}-[0-9a-f]{16}$")


class Gate:
    """A proxy before a registry that holds the first request that fits, with all that come after it, until it is opened."""

    def __init__(self, port, method, ending):
        self.reached, self.open, held = threading.Event(), threading.Event(), [False]

        def hold(asked, path, _):
            if asked == method and path.endswith(ending) and not held[0]:
                held[0] = True
                self.reached.set()
                self.open.wait(120)

        self.proxy = ByteProxy(port, hold)
        self.url = self.proxy.url

    def close(self):
        self.open.set()
        self.proxy.__exit__()


class Races(Case):
    def setUp(self):
        super().setUp()
        self.names = [f"pkg-{number:04}" for number in range(6)]
        make_channel(self.channel, count=6, size=300)
        self.target = self.registry()

    def mirror(self, url, *options):
        return ["mirror", "-c", self.channel, "-s", "noarch", "--registry", url, *options]

    def bring(self, *names, url=None):
        return self.run_ok(*self.mirror(url or self.target.url), *(word for name in names for word in ("-p", name)))

    def held(self, method, ending, *names, arguments=None):
        """A run that has come so far, and the gate that holds it."""
        gate = Gate(self.target.port, method, ending)
        self.addCleanup(gate.close)
        arguments = arguments(gate.url) if arguments else self.mirror(gate.url, *(word for name in names for word in ("-p", name)))
        one = Run(arguments, self.home)
        self.addCleanup(one.kill)
        self.assertTrue(gate.reached.wait(60), one.text())
        return one, gate

    def listed(self):
        return sorted(record["name"] for record in records(self.target.index("chan/noarch")).values())

    def assert_whole(self, names):
        self.assertEqual(self.listed(), sorted(names))
        self.assertEqual(registry_problems(self.target), [])

    def test_F21_P_one_is_about_to_overwrite_the_other(self):
        """Both look, then both write: nothing that the registry offers could refuse the second."""
        a, b, c = self.names[:3]
        for before in ((), (c,)):
            with self.subTest(before=before):
                self.target = self.registry()
                if before:
                    self.bring(*before)
                one, gate = self.held("PUT", f"{INDEX}/manifests/latest", a)
                other = self.bring(b)
                gate.open.set()
                self.assertEqual(one.wait().code, 0, one.text())
                self.assertIn("another run has published its index meanwhile", one.text() + other.text())
                self.assert_whole({a, b, *before})

    def test_F21_P_killed_before_it_replaced_the_index(self):
        a, b, c = self.names[:3]
        one, gate = self.held("PUT", f"{INDEX}/manifests/latest", a)
        one.kill()
        gate.close()
        self.bring(b)
        self.assert_whole([a, b])  # its own tag said what it brought
        self.bring(c)
        self.assert_whole([a, b, c])

    def test_F21_P_killed_after_it_has_overwritten_the_other(self):
        """What it took out of the index comes back with the next run, also one that has nothing to bring."""
        a, b = self.names[:2]
        one, gate = self.held("PUT", f"{INDEX}/manifests/latest", a)
        self.bring(b)
        gate.open.set()
        # It is killed as soon as its tag stands, before it can look; where it was quicker it has mended it itself.
        for _ in range(3000):
            if one.process.poll() is not None or self.listed() == [a]:
                break
            time.sleep(0.001)
        one.kill()
        self.bring(a)
        self.assert_whole([a, b])

    def test_F21_P_each_publication_has_a_tag_of_its_own(self):
        self.bring(self.names[0])
        self.bring(self.names[1])
        tags = [tag for tag in self.target.tags("chan/noarch/repodata.json") if tag != "latest"]
        self.assertEqual(len(tags), 2)
        for tag in tags:
            self.assertRegex(tag, OWN_TAG)
        merged = self.target.manifest("chan/noarch/repodata.json", "latest")["annotations"]["dev.conda-oci-mirror.merged"].split()
        self.assertEqual(merged, sorted(tags))
        # What was taken out of the index stays out: the older tag still lists it, and is known to be merged.
        shutil.rmtree(self.channel)
        make_channel(self.channel, count=1, size=300)
        self.run_ok(*self.mirror(self.target.url, "--allow-shrink"))
        self.run_ok(*self.mirror(self.target.url))
        self.assert_whole(self.names[:1])

    def test_F21_P_registries_that_list_tags_in_other_ways(self):
        """A list that is refused, one that knows no `last`, one that is empty behind an unknown `last`."""
        a, b = self.names[:2]
        for answer in (("status", 404, ""), ("status", 403, ""), ("status", 405, "")):
            with self.subTest(answer=answer), contextlib.closing(self.registry_with(lambda path, answer=answer: answer)) as gate:
                self.assertEqual(run(self.mirror(gate.url, "-p", a), self.home).code, 0)
                self.assertEqual(run(self.mirror(gate.url, "-p", b), self.home).code, 0)
                self.assert_whole([a, b])
        def empty(path):
            return ("status", 200, "Content-Type: application/json\r\n") if "last=" in path else None
        with self.subTest("an answer to `last` that is not a list"):
            with contextlib.closing(self.registry_with(empty)) as gate:
                report = run(self.mirror(gate.url, "-p", self.names[2]), self.home)
                self.assertEqual(report.code, 4, report.text())
                self.assertIn("The index of noarch was not published", report.text())
            self.assert_whole([a, b])
            self.bring(self.names[2])  # what was brought is there, and the next run lists it
            self.assert_whole([a, b, self.names[2]])

    def registry_with(self, answer):
        proxy = ByteProxy(self.target.port, lambda method, path, _: answer(path) if "/repodata.json/tags/list" in path else None)
        proxy.close = proxy.__exit__
        return proxy

    def test_F21_P_many_at_once_and_some_are_killed(self):
        """What ended well is listed at the end, whatever became of the others."""
        chance = random.Random(21)
        names = [f"pkg-{number:04}" for number in range(8)]
        shutil.rmtree(self.channel)
        make_channel(self.channel, count=8, size=300)
        for round_number in range(int(os.environ.get("CONDA_OCI_RACE_ROUNDS", "2"))):
            with self.subTest(round=round_number):
                self.target = self.registry()
                runs = {name: Run(self.mirror(self.target.url, "-p", name), self.home) for name in names}
                killed = chance.sample(names, chance.randrange(4))
                for name in killed:
                    time.sleep(chance.random() * 0.3)
                    runs[name].kill()
                done = [name for name, one in runs.items() if name not in killed and one.wait().code == 0]
                refused = {name: one.text() for name, one in runs.items() if name not in killed and one.code != 0}
                self.assertEqual(refused, {})
                if killed:  # and if one of them was in the middle of it, the next run of any kind mends it
                    self.bring(killed[0])
                self.assertLessEqual(set(done), set(self.listed()), f"killed: {killed}")
                self.assertEqual(registry_problems(self.target), [])


class Formats(Case):
    """Two runs that bring the two formats of one build at once, each with the manifest as it was before the other."""
    BUILD = "hello-conda-1.0.0-h5a3e0c1_0"
    PACKAGE = "/v2/sample/linux-64/hello-conda/manifests/1.0.0-h5a3e0c1_0"

    def setUp(self):
        super().setUp()
        self.target = self.registry()
        for ending in ("conda", "tar.bz2"):
            (self.folder / f"{ending}.txt").write_text(f"@EXPLICIT\nfile://{SAMPLE}/linux-64/{self.BUILD}.{ending}\n")

    def mirror(self, url, ending):
        return ["mirror", "-c", SAMPLE, "--as", "sample", "-s", "linux-64", "--from", self.folder / f"{ending}.txt", "--registry", url]

    def push(self, url, ending):
        cache = self.folder / f"cache-{ending}"
        if not cache.exists():
            self.run_ok("copy", SAMPLE, f"cache:{cache}", "--as", "sample", "-s", "linux-64", "--from", self.folder / f"{ending}.txt")
        return ["push-cache", "-c", "sample", "-s", "linux-64", "--cache-dir", cache, "--registry", url]

    def layers(self):
        manifest = self.target.manifest("sample/linux-64/hello-conda", "1.0.0-h5a3e0c1_0")
        return [layer["annotations"]["org.opencontainers.image.title"] for layer in manifest["layers"]]

    def race(self, first, second):
        gate = Gate(self.target.port, "PUT", self.PACKAGE)
        self.addCleanup(gate.close)
        one = Run(first(gate.url), self.home)
        self.addCleanup(one.kill)
        self.assertTrue(gate.reached.wait(60), one.text())
        self.run_ok(*second(self.target.url))
        return one, gate

    def test_F21_P_both_formats_stay(self):
        for verb in (self.mirror, self.push):
            for first, second in (("conda", "tar.bz2"), ("tar.bz2", "conda")):
                with self.subTest(verb=verb.__name__, first=first):
                    self.target = self.registry()
                    one, gate = self.race(lambda url: verb(url, first), lambda url: verb(url, second))
                    gate.open.set()
                    self.assertEqual(one.wait().code, 0, one.text())
                    self.assertEqual(len(self.layers()), 4)
                    self.assertEqual(self.layers()[:2], [f"{self.BUILD}.conda", f"{self.BUILD}.tar.bz2"])
                    self.assertEqual(sorted(records(self.target.index("sample/linux-64"))), [f"{self.BUILD}.conda", f"{self.BUILD}.tar.bz2"])
                    self.assertEqual(registry_problems(self.target), [])

    def test_F21_P_killed_after_it_took_the_other_out(self):
        """The run that says the same again puts it back."""
        one, gate = self.race(lambda url: self.mirror(url, "conda"), lambda url: self.mirror(url, "tar.bz2"))
        gate.open.set()
        for _ in range(3000):
            if one.process.poll() is not None or self.layers()[0].endswith(".conda"):
                break
            time.sleep(0.001)
        one.kill()
        self.run_ok(*self.mirror(self.target.url, "conda"))
        self.assertEqual(self.layers()[:2], [f"{self.BUILD}.conda", f"{self.BUILD}.tar.bz2"])

    def test_F21_P_what_is_gone_is_not_listed(self):
        """The other format was lost and then swept away, as registries do with what no manifest names."""
        self.run_ok(*self.mirror(self.target.url, "tar.bz2"))
        repository = "sample/linux-64/hello-conda"
        manifest = self.target.manifest(repository, "1.0.0-h5a3e0c1_0")
        package, *manifest["layers"] = manifest["layers"]
        for method, path, data in (("PUT", "manifests/1.0.0-h5a3e0c1_0", json.dumps(manifest).encode()), ("DELETE", f"blobs/{package['digest']}", None)):
            request = urllib.request.Request(f"{self.target.url}/v2/{repository}/{path}", data=data, method=method,
                                             headers={"Content-Type": "application/vnd.oci.image.manifest.v1+json"})
            urllib.request.urlopen(request).close()
        done = self.run_ok(*self.mirror(self.target.url, "conda"))
        self.assertIn(f"linux-64/{self.BUILD}.tar.bz2 was listed, but the registry does not have it any more", done.text())
        self.assertEqual(list(records(self.target.index("sample/linux-64"))), [f"{self.BUILD}.conda"])
        self.run_ok(*self.mirror(self.target.url, "tar.bz2"))
        self.assertEqual(sorted(records(self.target.index("sample/linux-64"))), [f"{self.BUILD}.conda", f"{self.BUILD}.tar.bz2"])
        self.assertEqual(len(self.layers()), 4)


if __name__ == "__main__":
    unittest.main()

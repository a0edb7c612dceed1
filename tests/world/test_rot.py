# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Bytes of a cache that fell over: what is damaged is named, is not sent, and is not given new sums."""
import hashlib
import json
import os
import shutil
import subprocess
import unittest

from servers import records
from smallchannels import Case, package, write_channel

import make_sample_channel as sample


def conda_package(name, version, text="x"):
    """(file name, bytes, record) of a .conda package for noarch."""
    info = sample.info_files((name, version, "0", 0, "noarch", (), [], {f"share/{name}": "x"}, "For tests"))
    data = sample.conda(f"{name}-{version}-0", info, {f"share/{name}": text.encode()})
    record = sample.index_json(name, version, "0", 0, "noarch", [])
    record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
    return f"{name}-{version}-0.conda", data, record


def flipped(data):
    """One bit of the pkg- member, so that info/ can be read as before."""
    at = data.index(b"pkg-") + 40
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


VICTIM = "victim-1-0.conda"


class Rot(Case):
    def setUp(self):
        super().setUp()
        self.channel = self.scratch / "chan"
        write_channel(self.channel, noarch=["a", "b"])
        _, self.right, self.record = conda_package("victim", "1")
        self.put(self.channel / "noarch", {VICTIM: (self.right, self.record)})
        self.folder = self.cache / "chan/noarch"

    def put(self, folder, files):
        index = json.loads((folder / "repodata.json").read_text())
        for name, (data, record) in files.items():
            (folder / name).write_bytes(data)
            index["packages.conda"][name] = record
        (folder / "repodata.json").write_text(json.dumps(index))

    def mirrored(self):
        registry = self.registry()
        self.mirror(self.channel, registry)
        self.pull(registry)
        return registry

    def damage(self, make, keep_time=False):
        path = self.folder / VICTIM
        stat = path.stat()
        path.write_bytes(make(path.read_bytes()))
        later = stat.st_mtime_ns if keep_time else (self.folder / "repodata.json").stat().st_mtime_ns + 10**9
        os.utime(path, ns=(later, later))

    def push(self, registry, *options, code=0):
        return self.run_program("push-cache", "-c", "chan", "-s", "noarch", "--cache-dir", self.cache, "--registry", registry.url, *options, code=code)

    def served(self, registry):
        """The victim's record and bytes as the mirror hands them out."""
        record = records(registry.index("chan/noarch"))[VICTIM]
        return record, registry.get(f"/v2/chan/noarch/victim/blobs/sha256:{record['sha256']}")

    def own(self):
        return records(json.loads((self.folder / "repodata.json").read_text()))

    def assert_whole(self, registry):
        record, data = self.served(registry)
        self.assertEqual(record["sha256"], self.record["sha256"])
        self.assertEqual(data, self.right)
        layers = registry.manifest("chan/noarch/victim", "1-0")["layers"]
        self.assertIn("sha256:" + self.record["sha256"], [layer["digest"] for layer in layers])

    def assert_not_relisted(self):
        self.assertIn(self.own().get(VICTIM, self.record)["sha256"], [self.record["sha256"]])

    FORMS = {"a bit": (flipped, False), "a bit, time kept": (flipped, True), "a byte more": (lambda data: data + b"x", False),
             "cut short": (lambda data: data[:-100], False), "zeros": (lambda data: bytes(len(data)), False)}

    def test_A30_F07_C_push_sends_no_damaged_package(self):
        for form, (make, keep_time) in self.FORMS.items():
            for options in ((), ("--all",), ("--deep",), ("--against", "local")):
                with self.subTest(form, options=options):
                    shutil.rmtree(self.cache, ignore_errors=True)
                    registry = self.mirrored()
                    self.damage(make, keep_time)
                    # What both indexes list, with that size and an older time, is not read where nothing is sent.
                    is_read = not keep_time or "--all" in options or "--deep" in options
                    for _ in range(2):  # the second run knows it as well
                        run = self.push(registry, *options, code=1 if is_read else 0)
                        self.assert_whole(registry)
                        self.assert_not_relisted()
                        if is_read:
                            self.assertIn(f"noarch/{VICTIM}", run.stderr)
                            self.assertRegex(run.stderr, "damaged.*sha256.*--trust-files")
                    self.pull(registry)
                    self.assertEqual((self.folder / VICTIM).read_bytes(), self.right)
                    self.assertEqual(self.own()[VICTIM], self.record)
                    self.assertFalse((self.folder / ".damaged.json").exists())
                    self.push(registry, *options)

    def test_A30_F07_C_a_registry_that_lacks_it_does_not_get_it_either(self):
        self.mirrored()
        for keep_time in (False, True):
            with self.subTest(keep_time=keep_time):
                self.damage(flipped, keep_time)
                other = self.registry()
                for _ in range(3):  # what the cache's index lost is no new package for the next run
                    self.push(other, code=1)
                    self.assertEqual(sorted(records(other.index("chan/noarch"))), ["a-1-0.tar.bz2", "b-1-0.tar.bz2"])
                    self.assert_not_relisted()
                (self.folder / VICTIM).write_bytes(self.right)  # from a backup
                self.push(other)
                self.assert_whole(other)
                self.assertEqual(self.own()[VICTIM], self.record)

    def test_A30_F07_C_copy_out_of_a_cache(self):
        for to in ("registry", "layout", "cache"):
            for options in ((), ("--deep",)):
                with self.subTest(to, options=options):
                    shutil.rmtree(self.cache, ignore_errors=True)
                    self.mirrored()
                    registry = self.registry()
                    place = {"registry": "oci+" + registry.url, "layout": f"oci-layout:{self.scratch}/layout-{len(options)}",
                             "cache": f"cache:{self.scratch}/other-{len(options)}"}[to]
                    copy = ("copy", f"cache:{self.cache}", place, "-c", "chan", "-s", "noarch", *options)
                    back = self.scratch / f"back-{to}-{len(options)}"
                    self.run_program(*copy)
                    self.damage(flipped)
                    run = self.run_program(*copy, code=1)
                    self.assertRegex(run.stderr, f"noarch/{VICTIM}.*damaged.*--trust-files")
                    self.assertNotIn("no longer in the channel", run.stdout + run.stderr)
                    self.run_program("copy", place, f"cache:{back}", "-c", "chan", "-s", "noarch")
                    self.assertEqual((back / "chan/noarch" / VICTIM).read_bytes(), self.right)
                    listed = records(json.loads((back / "chan/noarch/repodata.json").read_text()))
                    self.assertEqual(listed[VICTIM], self.record)

    def test_A30_F07_C_pull_of_another_package(self):
        for form, (make, keep_time) in self.FORMS.items():
            with self.subTest(form):
                shutil.rmtree(self.cache, ignore_errors=True)
                registry = self.mirrored()
                self.damage(make, keep_time)
                (self.folder / "a-1-0.tar.bz2").unlink()
                for package_name in ("a", "b"):
                    run = self.pull(registry, "-p", package_name)
                    self.assert_not_relisted()
                    if not keep_time:
                        self.assertNotIn(VICTIM, self.own())
                        self.assertRegex(run.stdout + run.stderr, f"noarch/{VICTIM} in the cache was left out of its index: wrong sha256")
                # Nor has it become a new package by that.
                run = self.push(self.registry(), code=1)
                self.assertRegex(run.stderr, f"noarch/{VICTIM}.*damaged")
                self.pull(registry)
                self.assertEqual(self.own()[VICTIM], self.record)

    def test_A30_F07_C_only_an_md5_tells_it(self):
        index = json.loads((self.channel / "noarch/repodata.json").read_text())
        del index["packages.conda"][VICTIM]["sha256"]
        (self.channel / "noarch/repodata.json").write_text(json.dumps(index))
        self.run_program("copy", self.channel, f"cache:{self.cache}", "--as", "chan", "-s", "noarch")
        self.assertNotIn("sha256", self.own()[VICTIM])
        self.damage(flipped)
        registry = self.registry()
        run = self.push(registry, code=1)
        self.assertRegex(run.stderr, f"noarch/{VICTIM}.*wrong md5")
        self.assertNotIn(VICTIM, records(registry.index("chan/noarch")))

    def test_A30_F07_C_rebuilt_on_purpose(self):
        registry = self.mirrored()
        _, data, record = conda_package("victim", "1", "rebuilt")
        self.assertNotEqual(data, self.right)
        (self.folder / VICTIM).write_bytes(data)
        self.push(registry, code=1)
        self.push(registry, "--dry-run", code=1)
        self.push(registry, "--trust-files")
        self.assertEqual(self.served(registry), (self.own()[VICTIM], data))
        self.assertEqual(self.own()[VICTIM]["sha256"], record["sha256"])
        self.assertFalse((self.folder / ".damaged.json").exists())
        self.push(registry)
        # By `copy`, too.
        self.damage(lambda _: self.right)
        copy = ("copy", f"cache:{self.cache}", "oci+" + registry.url, "-c", "chan", "-s", "noarch")
        self.run_program(*copy, code=1)
        self.assertEqual(self.served(registry)[1], data)
        self.run_program(*copy, "--trust-files")
        self.assert_whole(registry)

    def test_A30_F07_C_an_index_that_was_made_anew_counts_but_replaces_nothing_unasked(self):
        """conda-index has run in the cache after a rebuild, or the cache has no index."""
        for has_index in (True, False):
            with self.subTest(has_index=has_index):
                shutil.rmtree(self.cache, ignore_errors=True)
                registry = self.mirrored()
                _, data, record = conda_package("victim", "1", "rebuilt")
                if has_index:
                    self.put(self.folder, {VICTIM: (data, record)})
                else:
                    (self.folder / VICTIM).write_bytes(data)
                    for name in ("repodata.json", "repodata.json.zst"):
                        (self.folder / name).unlink()
                run = self.push(registry, code=1)
                self.assertRegex(run.stderr, f"noarch/{VICTIM}.*lists other bytes under this name.*--trust-files")
                self.assertEqual(self.own()[VICTIM]["sha256"], record["sha256"])
                self.assert_whole(registry)
                self.push(registry, "-p", "a")  # it was not asked for
                other = self.registry()
                self.push(other)  # nothing is replaced there
                self.assertEqual(self.served(other)[1], data)
                self.push(registry, "--trust-files")
                self.assertEqual(self.served(registry)[1], data)

    def test_A30_F07_C_a_channel_is_followed(self):
        """What rebuilds its packages is the authority: a mirror follows, and so does a cache that is pulled."""
        registry = self.mirrored()
        _, data, record = conda_package("victim", "1", "rebuilt")
        self.put(self.channel / "noarch", {VICTIM: (data, record)})
        self.mirror(self.channel, registry)
        self.assertEqual(self.served(registry), (record, data))
        self.pull(registry)
        self.assertEqual((self.folder / VICTIM).read_bytes(), data)
        self.assertEqual(self.own()[VICTIM], record)

    def test_A30_F07_C_what_no_index_knows_is_a_new_package(self):
        registry = self.mirrored()
        name, data, _ = package("mine", "1", "noarch")
        (self.folder / name).write_bytes(data)
        self.pull(registry, "-p", "a")
        self.assertIn(name, self.own())
        self.push(registry)
        self.assertIn(name, records(registry.index("chan/noarch")))


if __name__ == "__main__":
    unittest.main()

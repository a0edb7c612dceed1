# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Disks that are full, broken, poisoned or without power: the program ends with 5 and names the file, nothing wrong is visible, and the next
run mends it."""
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import stat
import subprocess
import unittest

import faultlib
from faultlib import Case, Run, cache_problems, layout_problems, leftovers, make_channel, records, run

ERRORS = ("ENOSPC", "EIO", "EDQUOT")


def full(error):
    """What the system calls it."""
    return {"ENOSPC": "No space left", "EIO": "Input/output", "EDQUOT": "quota", "short": ""}[error]


@unittest.skipUnless(faultlib.PRELOAD, "needs the library that is built beside (Linux)")
class Faults(Case):
    """F18 by a library that makes one call fail."""

    def setUp(self):
        super().setUp()
        self.index = make_channel(self.channel, 3)
        self.cache = self.folder / "cache"

    def check(self, fault, arguments, path, code=5, says="", problems=None):
        """A first run with the fault, and a second without."""
        done = run(arguments, self.home, fault=fault)
        with self.subTest(fault=fault):
            self.assertEqual(done.code, code, done.text())
            self.assertIn(says, done.text())
            self.assertEqual((problems or (lambda: cache_problems(self.cache, self.channel)))(), [], done.text())
            self.assertLess(done.peak, 120)
            self.assertEqual([p for p in leftovers(path) if not p.endswith(".part")], [])
            again = run(arguments, self.home)
            self.assertEqual(again.code, 0, again.text())
            self.assertEqual((problems or (lambda: cache_problems(self.cache, self.channel)))(), [])
            self.assertEqual(leftovers(path), [])

    def copy(self):
        return ["copy", self.channel, f"cache:{self.cache}", "-s", "noarch", "--workers", "1"]

    def test_F18_R_channel_into_cache(self):
        for error in ERRORS:
            for op, number in (("open", 2), ("write", 1), ("write", 2), ("sync", 1), ("sync", 3), ("rename", "1+"), ("rename", "3+"), ("close", 1)):
                shutil.rmtree(self.cache, ignore_errors=True)
                self.check(f"{error}:{op}:{number}:pkg-", self.copy(), self.cache, says=full(error))

    def test_F18_R_Q13_short_writes_go_on(self):
        shutil.rmtree(self.cache, ignore_errors=True)
        done = run(self.copy(), self.home, fault="short:write:1+:pkg-")
        self.assertIn(done.code, (0, 5), done.text())
        self.assertEqual(cache_problems(self.cache, self.channel), [])
        self.run_ok(*self.copy())

    def test_F18_B_registry_into_cache(self):
        registry = self.registry()
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url)
        pull = ["pull-cache", "-c", "chan", "-s", "noarch", "--registry", registry.url, "--cache-dir", self.cache, "--workers", "1"]
        for fault in ("ENOSPC:write:1", "ENOSPC:write:3+", "EIO:sync:2", "EDQUOT:rename:2+", "EIO:close:2", "ENOSPC:open:1"):
            shutil.rmtree(self.cache, ignore_errors=True)
            self.check(fault + ":pkg-", pull, self.cache, says="pkg-")

    def test_F18_C_the_old_index_stays(self):
        self.run_ok(*self.copy())
        before = {p: p.read_bytes() for p in self.cache.rglob("repodata.json*")}
        self.assertEqual(len(before), 2)
        make_channel(self.channel, 4)  # one more
        for fault in ("ENOSPC:open:1", "ENOSPC:write:1", "EIO:sync:1", "EDQUOT:rename:1", "EIO:close:1", "EROFS:open:1"):
            done = run(self.copy(), self.home, fault=fault + ":.tmp-")
            with self.subTest(fault=fault):
                self.assertEqual(done.code, 5, done.text())
                self.assertEqual({p: p.read_bytes() for p in before}, before)
                self.assertEqual(leftovers(self.cache), [])
        self.run_ok(*self.copy())
        self.assertEqual(len(records(json.loads((self.cache / "chan/noarch/repodata.json").read_text()))), 4)

    def test_F18_C_layout(self):
        target = self.folder / "layout"
        mirror = ["mirror", "-c", self.channel, "-s", "noarch", "--registry", f"oci-layout:{target}", "--workers", "1"]
        for fault in ("ENOSPC:write:2:blobs", "EIO:sync:1:blobs", "EDQUOT:rename:3:blobs", "EIO:close:2:blobs", f"ENOSPC:write:1:{target}/.tmp-",
                      "ENOSPC:rename:1:index.json", "EIO:sync:4:layout"):
            shutil.rmtree(target, ignore_errors=True)
            self.check(fault, mirror, target, problems=lambda: layout_problems(target))

    def test_F18_C_report(self):
        """A report that can't be written is said, and the copy is what it is."""
        report = self.folder / "report.json"
        report.write_text("old")
        done = run([*self.copy(), "--report", report], self.home, fault=f"ENOSPC:write:1:{self.folder}/.tmp-")
        self.assertEqual(done.code, 5, done.text())
        self.assertIn("the report was not written", done.text())
        self.assertEqual(report.read_text(), "old")

    def test_F18_R_file_size_limit(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        done = run(self.copy(), self.home, preexec=limit)
        self.assertEqual(done.code, 5, done.text())
        self.assertRegex(done.text(), "pkg-.*(too large|write)")
        self.assertEqual(cache_problems(self.cache, self.channel), [])
        self.run_ok(*self.copy())

    @unittest.skipUnless(hasattr(os, "geteuid") and os.geteuid() == 0, "only root may mount")
    def test_F18_RC_Q13_small_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True).returncode:
            self.skipTest("no mounting here")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], capture_output=True)
        (disk / "filler").write_bytes(bytes(880_000))
        self.cache = disk / "cache"
        done = run(self.copy(), self.home)
        self.assertEqual(done.code, 5, done.text())
        self.assertRegex(done.text(), "are free there|No space left")
        self.assertEqual(cache_problems(self.cache, self.channel), [])
        (disk / "filler").unlink()
        self.run_ok(*self.copy())
        self.assertEqual(cache_problems(self.cache, self.channel), [])
        # And filled by somebody else while the run goes on.
        make_channel(self.channel, 6)
        (disk / "filler").write_bytes(bytes(560_000))
        done = run(self.copy(), self.home)
        self.assertIn(done.code, (0, 5), done.text())
        self.assertEqual(cache_problems(self.cache, self.channel), [])

    def test_F18_RC_folder_that_nobody_may_write_to(self):
        self.cache.mkdir()
        done = run(self.copy(), self.home, fault="EROFS:open:1+:cache")
        self.assertEqual(done.code, 5, done.text())
        self.assertEqual(list(self.cache.rglob("*.tar.bz2")), [])


@unittest.skipUnless(faultlib.PRELOAD, "needs the library that is built beside (Linux)")
class Power(Case):
    """F20: power is lost after any operation; what was not flushed to the disk is gone, while names are as they were last. An index never
    lists what is lost, and the next run mends it."""

    def lose(self, log, root):
        """Cuts every file to what was on the disk, from the log of operations."""
        synced, files = {}, {}
        for line in log.read_text(errors="replace").splitlines():
            op, _, rest = line.partition(" ")
            path, _, to = rest.partition("\t")
            if op == "write":
                synced[path] = False
            elif op == "sync":
                synced[path] = True
            elif op == "rename":
                synced[to] = synced.pop(path, True)
        for path, safe in synced.items():
            file = pathlib.Path(path)
            if not safe and file.is_file() and str(root) in path:
                files[path] = file.stat().st_size
                with file.open("r+b") as stream:
                    stream.truncate(files[path] // 2)
        return files

    def operations(self, arguments, part):
        log = self.folder / "log"
        log.unlink(missing_ok=True)
        self.assertEqual(run(arguments, self.home, log=log).code, 0)
        count = sum(part in line for line in log.read_text().splitlines())
        log.unlink()
        return count, log

    def check(self, arguments, target, listed_but_lost):
        count, log = self.operations(arguments, str(target))
        self.assertGreater(count, 15)
        for number in range(1, count + 1, 2):
            shutil.rmtree(target, ignore_errors=True)
            log.unlink(missing_ok=True)
            Run(arguments, self.home, fault=f"kill-after:any:{number}:{target}", log=log).wait()
            lost = self.lose(log, target)
            with self.subTest(after=number, lost=lost):
                self.assertEqual(listed_but_lost(), [])
                again = run(arguments, self.home)
                self.assertEqual(again.code, 0, again.text())
        return count

    def check_cache(self, arguments):
        cache = self.folder / "cache"

        def lost_of_the_index():
            return [p for p in cache_problems(cache, self.channel) if "lists" in p or "torn" in p]
        self.check([*(str(one).replace("CACHE", str(cache)) for one in arguments), "-s", "noarch", "--workers", "1"], cache, lost_of_the_index)
        self.assertEqual(cache_problems(cache, self.channel), [])  # what was cut was found by its hash

    def test_F20_RC_cache(self):
        make_channel(self.channel, 2, 3000)
        self.check_cache(["copy", self.channel, "cache:CACHE"])

    def test_F20_B_registry_into_cache(self):
        make_channel(self.channel, 2, 3000)
        real = self.registry()
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", real.url)
        self.check_cache(["pull-cache", "-c", "chan", "--cache-dir", "CACHE", "--registry", real.url])

    def test_F20_C_layout(self):
        make_channel(self.channel, 2, 3000)
        target = self.folder / "layout"
        self.check(["mirror", "-c", self.channel, "-s", "noarch", "--registry", f"oci-layout:{target}", "--workers", "1"], target,
                   lambda: layout_problems(target))


class Poisoned(Case):
    """What somebody put where the program is going to write."""

    def setUp(self):
        super().setUp()
        self.index = make_channel(self.channel, 2)
        self.cache = self.folder / "cache"
        self.where = self.cache / "chan/noarch"
        self.names = sorted(records(self.index))
        self.precious = self.folder / "precious"
        self.precious.write_text("not yours")

    def copy(self, **more):
        return run(["copy", self.channel, f"cache:{self.cache}", "-s", "noarch"], self.home, **more)

    def check(self, done):
        self.assertEqual(done.code, 0, done.text())
        self.assertEqual(cache_problems(self.cache, self.channel), [])
        self.assertEqual(self.precious.read_text(), "not yours")
        for path in self.where.iterdir():
            self.assertTrue(path.is_file() and not path.is_symlink(), path)

    def test_A30_right_name_and_size_wrong_bytes(self):
        self.where.mkdir(parents=True)
        for name in self.names:
            (self.where / name).write_bytes(bytes(self.index["packages"][name]["size"]))
        self.check(self.copy())

    def test_A30_wrong_bytes_in_the_part(self):
        self.where.mkdir(parents=True)
        (self.where / (self.names[0] + ".part")).write_bytes(b"x" * 100)
        (self.where / (self.names[1] + ".part")).write_bytes(b"x" * self.index["packages"][self.names[1]]["size"])
        self.check(self.copy())

    def test_A31_links(self):
        self.where.mkdir(parents=True)
        (self.where / (self.names[0] + ".part")).symlink_to(self.precious)
        (self.where / self.names[1]).symlink_to(self.precious)
        for name in ("repodata.json", "repodata.json.zst"):
            (self.where / name).symlink_to(self.precious)
        (self.cache / "chan/.lock").symlink_to(self.precious)
        self.check(self.copy())

    def test_A31_links_that_lead_nowhere(self):
        self.where.mkdir(parents=True)
        nowhere = self.folder / "nowhere"
        for name in (self.names[0] + ".part", self.names[1], "repodata.json", "repodata.json.zst"):
            (self.where / name).symlink_to(nowhere)
        self.check(self.copy())
        self.assertFalse(nowhere.exists())

    def test_A31_a_pipe(self):
        self.where.mkdir(parents=True)
        os.mkfifo(self.where / (self.names[0] + ".part"))
        self.check(self.copy())

    def test_A31_layout(self):
        target = self.folder / "layout"
        (target / "blobs/sha256").mkdir(parents=True)
        (target / "index.json").symlink_to(self.precious)
        self.precious.write_text('{"schemaVersion":2,"manifests":[]}')
        for name in self.names:
            (target / "blobs/sha256" / self.index["packages"][name]["sha256"]).symlink_to(self.folder / "nowhere")
        done = run(["mirror", "-c", self.channel, "-s", "noarch", "--registry", f"oci-layout:{target}"], self.home)
        self.assertEqual(done.code, 0, done.text())
        self.assertEqual(layout_problems(target), [])
        self.assertEqual(self.precious.read_text(), '{"schemaVersion":2,"manifests":[]}')
        self.assertFalse((self.folder / "nowhere").exists())

    def test_A29_nobody_else_may_write(self):
        server = self.server()
        done = Run(["copy", server.url, f"cache:{self.cache}", "-s", "noarch", "--report", self.folder / "report.json"], self.home,
                   preexec=lambda: os.umask(0)).wait()
        self.assertEqual(done.code, 0, done.text())
        made = [*self.cache.rglob("*"), self.cache, self.folder / "report.json", *(self.home / ".cache").rglob("*")]
        self.assertGreater(len(made), 6)
        for path in made:
            self.assertFalse(path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH), (path, oct(path.stat().st_mode)))
        [indexes] = (self.home / ".cache").rglob("indexes")
        self.assertEqual(stat.S_IMODE(indexes.stat().st_mode), 0o700)

    def test_F12_C_times_of_files_are_not_believed(self):
        self.assertEqual(self.copy().code, 0)
        victim = self.where / self.names[0]
        before = victim.stat()
        data = bytearray(victim.read_bytes())
        data[len(data) // 2] ^= 1
        victim.write_bytes(data)
        os.utime(victim, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.check(self.copy())

    def test_F07_C_flipped_bit_is_found_on_use(self):
        layout = self.folder / "layout"
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", f"oci-layout:{layout}")
        blob = layout / "blobs/sha256" / self.index["packages"][self.names[0]]["sha256"]
        data = bytearray(blob.read_bytes())
        data[-1] ^= 1
        blob.write_bytes(data)
        done = run(["copy", f"oci-layout:{layout}", f"cache:{self.cache}", "-c", "chan", "-s", "noarch"], self.home)
        self.assertEqual(done.code, 1, done.text())
        self.assertIn(self.names[0], done.text())
        self.assertEqual(cache_problems(self.cache, self.channel), [])
        self.assertFalse((self.where / self.names[0]).exists())
        self.check(self.copy())


if __name__ == "__main__":
    unittest.main()

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The faults of the line on the way to a real docker-registry, and what else only the whole program shows: batches, clocks, sleep, proxies."""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import threading
import time
import unittest

import faultlib
from byteproxy import ByteProxy
from faultlib import Case, Run, cache_problems, leftovers, make_channel, records, registry_problems, run
from servers import TokenServer

MANIFEST = re.compile(r"/pkg-0001/manifests/")
BLOB = re.compile(r"/pkg-0001/blobs/sha256:")
UPLOAD = re.compile(r"/pkg-0001/blobs/uploads/")


def nth(method, pattern, what, times=1):
    return lambda asked, path, number: what if asked == method and pattern.search(path) and number < times else None


class RealRegistry(Case):
    """One row a fault; the registry in the end is as if nothing had happened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        quiet = cls()
        quiet.setUp()
        make_channel(quiet.channel, 2, 3000)
        registry = quiet.registry()
        quiet.run_ok("mirror", "-c", quiet.channel, "-s", "noarch", "--registry", registry.url)
        cls.undisturbed = registry.contents()
        quiet.doCleanups()

    def setUp(self):
        super().setUp()
        make_channel(self.channel, 2, 3000)
        self.real = self.registry()

    def push(self, fault, tries, code=0):
        with ByteProxy(self.real.port, fault) as proxy:
            done = run(["mirror", "-c", self.channel, "-s", "noarch", "--registry", proxy.url, "--workers", "1", "--deep"], self.home)
        self.assertEqual(done.code, code, done.text())
        self.assertEqual(proxy.harmed, tries, done.text())
        self.assertEqual(registry_problems(self.real), [])
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", self.real.url)
        self.assertEqual(self.real.contents(), self.undisturbed)

    def pull(self, fault, tries, code=0):
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", self.real.url)
        cache = self.folder / "cache"
        arguments = ["pull-cache", "-c", "chan", "-s", "noarch", "--cache-dir", cache, "--workers", "1", "--registry"]
        with ByteProxy(self.real.port, fault) as proxy:
            done = run([*arguments, proxy.url], self.home)
        self.assertEqual(done.code, code, done.text())
        self.assertEqual(proxy.harmed, tries, done.text())
        self.assertEqual(cache_problems(cache, self.channel), [])
        self.run_ok(*arguments, self.real.url)
        self.assertEqual(len(list(cache.rglob("*.tar.bz2"))), 2)
        self.assertEqual(leftovers(cache), [])
        return proxy

    def test_F04_B_reset_in_the_middle(self):
        proxy = self.pull(nth("GET", BLOB, ("reset", 1500)), 1)
        ranges = [headers.get("range") for method, path, headers in proxy.requests if method == "GET" and BLOB.search(path)]
        self.assertEqual(ranges, [None, "bytes=1500-"])

    def test_F04_B_reset_at_the_ends(self):
        for at in (None, 1, -1):
            with self.subTest(at=at):
                shutil.rmtree(self.folder / "cache", ignore_errors=True)
                self.pull(nth("GET", BLOB, ("reset", at)), 1)

    def test_F05_B_short(self):
        self.pull(nth("GET", BLOB, ("close", 100)), 1)

    def test_F07_B_flipped_once(self):
        self.pull(nth("GET", BLOB, ("flip", 50)), 1)

    def test_F07_B_flipped_for_ever(self):
        self.pull(nth("GET", BLOB, ("flip", -1), 99), 2, code=1)

    def test_F09_B_503_twice(self):
        self.pull(nth("GET", BLOB, ("status", 503, ""), 2), 2)

    def test_F10_B_410(self):
        self.pull(nth("GET", BLOB, ("status", 410, ""), 99), 1, code=1)

    def test_F04_M_reset(self):
        self.push(nth("GET", MANIFEST, ("reset", 0)), 1)

    def test_F04_U_reset_before_the_answer(self):
        self.push(nth("PUT", UPLOAD, ("reset", None)), 1)

    def test_F04_U_reset_of_the_beginning(self):
        self.push(nth("POST", UPLOAD, ("reset", 0)), 1)

    def test_F04_P_reset_before_the_answer(self):
        self.push(nth("PUT", MANIFEST, ("reset", None)), 1)

    def test_F09_U_502_once(self):
        self.push(nth("PUT", UPLOAD, ("status", 502, "")), 1)

    def test_F09_P_504_once(self):
        self.push(nth("PUT", MANIFEST, ("status", 504, "")), 1)

    def test_F08_P_429_with_a_second(self):
        self.push(nth("PUT", MANIFEST, ("status", 429, "Retry-After: 1\r\n")), 1)

    def test_F10_U_403(self):
        self.push(nth("POST", UPLOAD, ("status", 403, ""), 99), 1, code=3)

    def test_F15_U_session_lost(self):
        self.push(nth("PUT", UPLOAD, ("status", 404, "")), 1)


class Clocks(Case):
    """F12 for the whole program, by libfaketime."""

    def setUp(self):
        super().setUp()
        found = list(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        if not found:
            self.skipTest("libfaketime is not here")
        self.library = found[0]
        make_channel(self.channel, 2, 3000)
        self.tokens = TokenServer({"me": ("CANARY-pw", ["pull", "push"])})
        self.addCleanup(self.tokens.__exit__)
        self.registry_ = faultlib.Registry(token=self.tokens)
        self.addCleanup(self.registry_.__exit__)

    def mirror(self, prefix, **env):
        before = len(self.tokens.asked)
        done = run(["mirror", "-c", self.channel, "-s", "noarch", "--registry", self.registry_.url + prefix, "--workers", "1"], self.home,
                   env={"ORAS_USER": "me", "ORAS_PASS": "CANARY-pw", **env})
        self.assertEqual(done.code, 0, done.text())
        self.assertNotIn("CANARY", done.text())
        return len(self.tokens.asked) - before

    def test_F12_TMUP_ten_years_off_and_jumping(self):
        usual = self.mirror("/a")
        for prefix, moved in (("/b", "+10y"), ("/c", "-10y")):
            with self.subTest(clock=moved):
                self.assertEqual(self.mirror(prefix, LD_PRELOAD=self.library, FAKETIME=moved, FAKETIME_DONT_FAKE_MONOTONIC=1), usual)
        clock = self.folder / "clock"
        clock.write_text("+0d")
        stop = threading.Event()

        def jump():
            for number in range(10_000):
                if stop.wait(0.02):
                    return
                clock.write_text(("+400d", "-400d", "+3h", "-10y")[number % 4])
        thread = threading.Thread(target=jump)
        thread.start()
        try:
            asked = self.mirror("/d", LD_PRELOAD=self.library, FAKETIME_TIMESTAMP_FILE=clock, FAKETIME_NO_CACHE=1, FAKETIME_DONT_FAKE_MONOTONIC=1)
        finally:
            stop.set()
            thread.join()
        self.assertEqual(asked, usual)


class Memory(Case):
    """A16: what never ends is cut off at its cap, and memory stays flat meanwhile."""

    def test_A16_endless_answers(self):
        self.index = make_channel(self.channel, 3)
        real = self.registry()
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", real.url)
        manifest = "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n"
        usual = None
        for what, pattern, fields in (("nothing", "^$", ""), ("index manifest", "/repodata.json/manifests/", manifest), ("index", "/repodata.json/blobs/", ""),
                                      ("package", "/pkg-0+/blobs/", "")):
            with self.subTest(what=what), ByteProxy(real.port, lambda method, path, number: ("endless", fields) if method == "GET" and re.search(pattern, path) else None) as proxy:
                cache = self.folder / f"cache {what}"
                done = run(["pull-cache", "-c", "chan", "-s", "noarch", "--cache-dir", cache, "--registry", proxy.url], self.home)
                usual = usual or done.peak
                self.assertEqual(done.code == 0, what == "nothing", done.text())
                self.assertEqual(proxy.poured > 0, what != "nothing")
                self.assertLess(done.peak, usual + 60, f"{proxy.poured} bytes were taken")  # MB
                self.assertEqual(cache_problems(cache, self.channel), [])


class Batch(Case):
    """F23: a thousand packages of which some fail: the others arrive, each failure is named, and the next run does those only."""

    COUNT = 1000

    def break_some(self, server, share):
        names = sorted(records(self.index))
        bad = set(names if share == 1 else random.Random(7).sample(names, int(len(names) * share)))
        for number, name in enumerate(sorted(bad)):
            server.faults[f"/chan/noarch/{name}"] = 404 if number % 3 else ("bytes", b"something else")
        return bad

    def test_F23_RC_one_half_all(self):
        self.index = make_channel(self.channel, self.COUNT, 10)
        server = self.server()
        for share in (0.01, 0.5, 1):
            cache = self.folder / f"cache-{share}"
            arguments = ["copy", server.url, f"cache:{cache}", "-s", "noarch", "--json"]
            server.faults.clear()
            bad = self.break_some(server, share)
            with self.subTest(share=share):
                done = run([*arguments, "--report", self.folder / "report.json"], self.home)
                self.assertEqual(done.code, 1, done.text()[-2000:])
                self.assertLess(done.peak, 150)
                report = json.loads((self.folder / "report.json").read_text())
                self.assertEqual({one["file"] for one in report["failures"]}, bad)
                self.assertEqual({p.name for p in cache.rglob("*.tar.bz2")}, set(records(self.index)) - bad)
                self.assertEqual(cache_problems(cache, self.channel), [])
                server.faults.clear()
                server.requests.clear()
                self.assertEqual(run(arguments, self.home).code, 0)
                self.assertEqual({path.rsplit("/", 1)[1] for _, path, _ in server.requests if path.endswith(".tar.bz2")}, bad)
                self.assertEqual(leftovers(cache), [])


class BatchOfARegistry(Case):
    """F23 against a real registry, where a package costs nine requests: a hundred of them."""

    COUNT = 100

    def setUp(self):
        super().setUp()
        self.index = make_channel(self.channel, self.COUNT, 10)
        self.real = self.registry()
        self.names = sorted(records(self.index))

    def some(self, share):
        chosen = self.names if share == 1 else random.Random(7).sample(self.names, max(2, int(len(self.names) * share)))
        return set(chosen)

    def through(self, bad, faults, arguments):
        """One run with an answer of 400 to what `faults` ({method: pattern}) says of every second bad package, each in turn."""
        turns = {name.rsplit("-", 2)[0]: list(faults.items())[number % len(faults)] for number, name in enumerate(sorted(bad))}

        def fault(method, path, number):
            package = re.search(r"/(pkg-\d+)/", path)
            turn = turns.get(package.group(1)) if package else None
            return ("status", 400, "") if turn and method == turn[0] and re.search(turn[1], path) else None
        report = self.folder / "home/report.json"
        with ByteProxy(self.real.port, fault) as proxy:
            done = run([proxy.url if one == "REGISTRY" else one for one in arguments] + ["--report", report, "--quiet"], self.home)
        self.assertEqual(done.code, 1, done.text()[-2000:])
        self.assertLess(done.peak, 150)
        self.assertEqual({one["file"] for one in json.loads(report.read_text())["failures"]}, bad)

    def test_F23_UPMHB_one_half_all(self):
        mirror = ["mirror", "-c", self.channel, "-s", "noarch", "--registry"]
        for share, done_before in ((0.01, set()), (0.5, None)):
            bad = self.some(share)
            if done_before is None:  # all are there by now: ask for each of them
                self.through(bad, {"GET": "/manifests/", "HEAD": "/blobs/"}, [*mirror, "REGISTRY", "--deep"])
            else:
                self.through(bad, {"POST": "/blobs/uploads/", "PUT": "/manifests/"}, [*mirror, "REGISTRY"])
            before = len(self.real.requests())
            self.run_ok(*mirror, self.real.url)
            put = {path.split("/")[4] for method, path, _ in self.real.requests(before) if method == "PUT" and "/pkg-" in path and "/manifests/" in path}
            if done_before is not None:
                self.assertEqual(put, {name.rsplit("-", 2)[0] for name in bad})
        self.assertEqual(set(records(self.real.index("chan/noarch"))), set(self.names))
        cache = self.folder / "cache"
        pull = ["pull-cache", "-c", "chan", "-s", "noarch", "--cache-dir", cache, "--registry"]
        for share in (0.01, 0.5, 1):
            shutil.rmtree(cache, ignore_errors=True)
            bad = self.some(share)
            self.through(bad, {"GET": "/blobs/sha256:"}, [*pull, "REGISTRY"])
            self.assertEqual({path.name for path in cache.rglob("*.tar.bz2")}, set(self.names) - bad)
            before = len(self.real.requests())
            self.run_ok(*pull, self.real.url)
            fetched = {path.split("/")[4] for method, path, _ in self.real.requests(before) if method == "GET" and "/pkg-" in path}
            self.assertEqual(fetched, {name.rsplit("-", 2)[0] for name in bad})
            self.assertEqual(cache_problems(cache, self.channel), [])


class Lines(Case):
    """F24: the machine sleeps, the network changes, proxies refuse and die; F25 over the program."""

    def setUp(self):
        super().setUp()
        self.index = make_channel(self.channel, 6, 20_000)

    def copy(self, url, **more):
        return Run(["copy", url, f"cache:{self.folder}/cache", "-s", "noarch", "--workers", "2"], self.home, **more)

    def test_F24_RB_sleeps_in_between(self):
        real = self.server()
        with ByteProxy(real.port, lambda method, path, number: ("stall", 0.3) if path.endswith(".bz2") else None) as proxy:
            going = self.copy(proxy.url + "/chan")
            time.sleep(0.4)
            going.signal(signal.SIGSTOP)
            time.sleep(2)
            going.signal(signal.SIGCONT)
            self.assertEqual(going.wait().code, 0, going.text())
        self.assertEqual(cache_problems(self.folder / "cache", self.channel), [])

    def test_F24_R_proxy_refuses(self):
        with faultlib.ChannelServer(self.folder) as proxy:
            proxy.faults["/chan/noarch/repodata.json.zst"] = 407
            done = self.copy("http://channel.invalid/chan", env={"http_proxy": proxy.url}).wait()
            self.assertIn(done.code, (3, 4), done.text())
            self.assertRegex(done.text(), "proxy .* wants a user name and password")

    def test_F24_R_proxy_is_dead(self):
        done = self.copy("http://channel.invalid/chan", env={"http_proxy": f"http://127.0.0.1:{faultlib.servers.free_port()}"}).wait()
        self.assertEqual(done.code, 4, done.text())

    def test_F25_R_package_replaced(self):
        server = self.server()
        name = sorted(records(self.index))[0]
        record = self.index["packages"][name]
        server.faults[f"/chan/noarch/{name}"] = ("bytes", b"y" * record["size"])
        done = self.copy(server.url).wait()
        self.assertEqual(done.code, 1, done.text())
        self.assertIn(record["sha256"], done.text())  # and the one that came
        import hashlib
        self.assertIn(hashlib.sha256(b"y" * record["size"]).hexdigest(), done.text())
        self.assertNotIn(name, records(json.loads((self.folder / "cache/chan/noarch/repodata.json").read_text())))


if __name__ == "__main__":
    unittest.main()

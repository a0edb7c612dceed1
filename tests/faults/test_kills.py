# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Killed, cancelled, and two at once: nothing wrong is visible at any moment, and the next run ends as if nothing had happened."""
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
from faultlib import Case, Run, cache_problems, layout_problems, leftovers, make_channel, registry_problems, run

SEED = int(os.environ.get("FAULTS_SEED", "20240229"))


class Operation(Case):
    """One way to copy, with a look at what came of it."""

    SIZE = 3000

    def setUp(self):
        super().setUp()
        make_channel(self.channel, 4, self.SIZE)

    def into_cache(self):
        target = self.folder / "cache"
        return (["copy", self.channel, f"cache:{target}", "-s", "noarch"], target, lambda: cache_problems(target, self.channel),
                lambda: self.tree(target))

    def into_layout(self):
        target = self.folder / "layout"
        return (["mirror", "-c", self.channel, "-s", "noarch", "--registry", f"oci-layout:{target}"], target, lambda: layout_problems(target),
                lambda: self.layout_tree(target))

    def out_of_registry(self):
        registry = self.registry()
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url)
        target = self.folder / "pulled"
        return (["pull-cache", "-c", "chan", "-s", "noarch", "--registry", registry.url, "--cache-dir", target], target,
                lambda: cache_problems(target, self.channel), lambda: self.tree(target))

    def into_registry(self):
        registry = self.registry()
        return (["mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url], self.home, lambda: registry_problems(registry),
                registry.contents)

    @staticmethod
    def tree(folder):
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".lock")}

    @staticmethod
    def layout_tree(folder):
        index = json.loads((folder / "index.json").read_text())
        tags = {m["annotations"]["org.opencontainers.image.ref.name"]: m["digest"] for m in index["manifests"]}
        return {name: digest for name, digest in tags.items() if not re.search(r":\d{4}(\.\d\d){4}\.\d\d-\w+$", name)}

    def age(self, folder):
        """A day goes by, for what is left in a layout, which has no lock to tell who is writing."""
        for path in leftovers(folder):
            os.utime(path, (1, 1))

    def undisturbed(self, arguments, target, seen):
        self.assertEqual(run(arguments, self.home).code, 0)
        whole = seen()
        if target != self.home:
            shutil.rmtree(target)
        return whole

    def converges(self, arguments, target, problems, seen, whole):
        self.age(target)
        again = run(arguments, self.home)
        self.assertEqual(again.code, 0, again.text())
        self.assertEqual(problems(), [])
        self.assertEqual(seen(), whole)
        self.assertEqual([p for p in leftovers(target) if "/.cache/" not in p], [])


@unittest.skipUnless(faultlib.PRELOAD, "needs the library that is built beside (Linux)")
class CrashPoints(Operation):
    """F19: killed before and after every single file operation: that is every named point (before the temporary file, in the middle of a write,
    before the flush, before and after the rename, before the index)."""

    def check(self, made, every=1):
        arguments, target, problems, seen = made
        arguments = [*arguments, "--workers", "1"]
        log = self.folder / "log"
        self.assertEqual(run(arguments, self.home, log=log).code, 0)
        whole, count = seen(), sum(str(target) in line for line in log.read_text().splitlines())
        self.assertGreater(count, 20)
        points = 0
        for number in range(1, count + 1, every):
            for when in ("kill-before", "kill-after"):
                shutil.rmtree(target)
                killed = run(arguments, self.home, fault=f"{when}:any:{number}:{target}")
                with self.subTest(point=number, when=when):
                    self.assertEqual(killed.code, -signal.SIGKILL)
                    self.assertEqual(problems(), [])
                    self.converges(arguments, target, problems, seen, whole)
                points += 1
        return points

    def test_F19_RC_into_a_cache(self):
        self.assertGreater(self.check(self.into_cache(), 3), 10)

    def test_F19_BC_out_of_a_registry(self):
        self.assertGreater(self.check(self.out_of_registry(), 5), 10)

    def test_F19_C_into_a_layout(self):
        self.assertGreater(self.check(self.into_layout(), 4), 10)


class RandomKills(Operation):
    """F19: killed at random times, again and again without a run in between that ends."""

    def check(self, made, kills):
        arguments, target, problems, seen = made
        begun = time.monotonic()
        whole = None
        if target == self.home:  # a registry can't be emptied: what another one holds is the same
            other = self.registry()
            run([*arguments[:-1], other.url], self.home)
            whole = other.contents()
        else:
            whole = self.undisturbed(arguments, target, seen)
        length = time.monotonic() - begun
        chance = random.Random(SEED)
        for number in range(kills):
            process = Run(arguments, self.home)
            time.sleep(chance.random() * length)
            process.kill()
            if number % 10 == 9:
                with self.subTest(seed=SEED, kill=number):
                    self.assertEqual(problems(), [])
            if number % 25 == 24:
                with self.subTest(seed=SEED, kill=number):
                    self.converges(arguments, target, problems, seen, whole)
                if target != self.home:
                    shutil.rmtree(target)
        self.converges(arguments, target, problems, seen, whole)

    def test_F19_RC_fifty_into_a_cache(self):
        self.check(self.into_cache(), 50)

    def test_F19_C_fifty_into_a_layout(self):
        self.check(self.into_layout(), 50)

    def test_F19_BC_fifty_out_of_a_registry(self):
        self.check(self.out_of_registry(), 50)

    def test_F19_UP_fifty_into_a_registry(self):
        self.check(self.into_registry(), 50)


class Cancelled(Operation):
    """F22: SIGINT and SIGTERM at random times: exit code 130 within a second (five, on a busy machine), no temporary file but a part to go on
    with, and the next run goes on."""

    SIZE = 200_000
    TIMES = 25
    PATIENCE = 5

    def check(self, arguments, target, problems, proxy):
        """The server is behind a slow proxy, so that there is a middle to be cancelled in."""
        chance = random.Random(SEED)
        codes = []
        for number in range(self.TIMES):
            asked = len(proxy.requests)
            process = Run([*arguments, "--report", self.folder / "report.json"], self.home)
            deadline = time.monotonic() + 30
            while len(proxy.requests) == asked and time.monotonic() < deadline:
                time.sleep(0.01)  # before its first request it is still starting, and ends as any program does
            time.sleep(chance.random() * 0.8)
            begun = time.monotonic()
            process.signal((signal.SIGINT, signal.SIGTERM)[number % 2])
            process.wait(20)
            with self.subTest(seed=SEED, number=number):
                self.assertIn(process.code, (0, 130), process.text())
                self.assertLess(time.monotonic() - begun, self.PATIENCE)
                self.assertEqual(problems(), [])
                self.assertEqual([p for p in leftovers(target) if not p.endswith(".part")], [])
            codes.append(process.code)
            if process.code == 0:
                shutil.rmtree(target, ignore_errors=True)
        self.assertGreater(codes.count(130), self.TIMES // 3, codes)
        self.assertEqual(run(arguments, self.home).code, 0)
        self.assertEqual(problems(), [])

    def stalling(self, port):
        proxy = ByteProxy(port, lambda method, path, number: ("stall", 0.15))
        self.addCleanup(proxy.__exit__)
        return proxy

    def test_F22_R_channel(self):
        server = self.server()
        proxy = self.stalling(server.port)
        cache = self.folder / "cache"
        self.check(["copy", proxy.url + "/chan", f"cache:{cache}", "-s", "noarch", "--workers", "2"], cache,
                   lambda: cache_problems(cache, self.channel), proxy)

    def test_F22_MB_registry(self):
        registry = self.registry()
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url)
        proxy = self.stalling(registry.port)
        cache = self.folder / "cache"
        self.check(["pull-cache", "-c", "chan", "-s", "noarch", "--registry", proxy.url, "--cache-dir", cache, "--workers", "2"], cache,
                   lambda: cache_problems(cache, self.channel), proxy)

    def test_F22_P_into_a_registry(self):
        registry = self.registry()
        proxy = self.stalling(registry.port)
        self.check(["mirror", "-c", self.channel, "-s", "noarch", "--registry", proxy.url, "--workers", "2"], self.home,
                   lambda: registry_problems(registry), proxy)

    def test_F22_C_layout(self):
        server = self.server()
        proxy = self.stalling(server.port)
        target = self.folder / "layout"
        self.check(["mirror", "-c", proxy.url + "/chan", "-s", "noarch", "--registry", f"oci-layout:{target}", "--workers", "2"], target,
                   lambda: layout_problems(target), proxy)

    def test_F22_second_interrupt_ends_at_once(self):
        registry = self.registry()
        proxy = ByteProxy(registry.port, lambda method, path, number: ("stall", 30))
        self.addCleanup(proxy.__exit__)
        process = Run(["mirror", "-c", self.channel, "-s", "noarch", "--registry", proxy.url], self.home)
        while not proxy.requests:
            time.sleep(0.01)
        process.signal(signal.SIGINT)
        time.sleep(0.05)  # two at the same moment are one
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(10).code, 130, process.text())


class TwoAtOnce(Operation):
    """F21: two processes on one cache and on one tag."""

    SIZE = 30_000

    def test_F21_BC_one_cache(self):
        registry = self.registry()
        self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url)
        proxy = ByteProxy(registry.port, lambda method, path, number: ("stall", 0.1))
        self.addCleanup(proxy.__exit__)
        cache = self.folder / "cache"
        pull = ["pull-cache", "-c", "chan", "-s", "noarch", "--registry", proxy.url, "--cache-dir", cache]
        both = [Run(pull, self.home) for _ in range(2)]
        self.assertEqual([one.wait().code for one in both], [0, 0], both[0].text() + both[1].text())
        self.assertEqual(cache_problems(cache, self.channel), [])
        self.assertEqual(leftovers(cache), [])
        downloads = [path for method, path, _ in proxy.requests if "/pkg-" in path and "/blobs/" in path]
        self.assertEqual(len(downloads), len(set(downloads)), "something was downloaded twice")

    def test_F21_R_one_cache_from_a_channel(self):
        server = self.server()
        cache = self.folder / "cache"
        both = [Run(["copy", server.url, f"cache:{cache}", "-s", "noarch"], self.home) for _ in range(2)]
        self.assertEqual([one.wait().code for one in both], [0, 0], both[0].text() + both[1].text())
        self.assertEqual(cache_problems(cache, self.channel), [])
        packages = [path for _, path, _ in server.requests if path.endswith(".tar.bz2")]
        self.assertEqual(len(packages), len(set(packages)))

    def test_F21_UP_one_tag(self):
        registry, quiet = self.registry(), self.registry()
        mirror = ["mirror", "-c", self.channel, "-s", "noarch", "--registry"]
        self.run_ok(*mirror, quiet.url)
        both = [Run([*mirror, registry.url], self.home) for _ in range(2)]
        self.assertEqual([one.wait().code for one in both], [0, 0], both[0].text() + both[1].text())
        self.assertEqual(registry_problems(registry), [])
        self.assertEqual(registry.contents(), quiet.contents())

    def test_F21_C_one_layout(self):
        arguments, target, problems, seen = self.into_layout()
        whole = self.undisturbed(arguments, target, seen)
        both = [Run(arguments, self.home) for _ in range(2)]
        self.assertEqual([one.wait().code for one in both], [0, 0], both[0].text() + both[1].text())
        self.assertEqual(problems(), [])
        self.assertEqual(seen(), whole)

    def holder(self):
        """A run that holds the cache's lock, in the middle of a download."""
        server = self.server()
        proxy = ByteProxy(server.port, lambda method, path, number: ("stall", 60) if path.endswith(".tar.bz2") else None)
        self.addCleanup(proxy.__exit__)
        cache = self.folder / "cache"
        process = Run(["copy", proxy.url + "/chan", f"cache:{cache}", "-s", "noarch"], self.home)
        self.addCleanup(process.kill)
        for _ in range(500):
            if (cache / "chan/.lock").exists() and proxy.harmed:
                break
            time.sleep(0.02)
        return process, ["copy", server.url, f"cache:{cache}", "-s", "noarch"], cache

    def test_F21_C_Q14_holder_killed(self):
        holder, arguments, cache = self.holder()
        waiting = Run(arguments, self.home)
        deadline = time.monotonic() + 30
        while "Waiting: another run is writing" not in waiting.text():
            self.assertLess(time.monotonic(), deadline, waiting.text())
            time.sleep(0.05)
        holder.kill()
        self.assertEqual(waiting.wait(60).code, 0, waiting.text())
        self.assertEqual(cache_problems(cache, self.channel), [])

    def test_F21_C_Q14_holder_hangs(self):
        holder, arguments, cache = self.holder()
        holder.signal(signal.SIGSTOP)
        begun = time.monotonic()
        done = Run(arguments, self.home).wait(100)
        self.assertEqual(done.code, 5, done.text())
        self.assertIn("another run is writing", done.text())
        self.assertGreater(time.monotonic() - begun, 50)
        holder.signal(signal.SIGCONT)

    def test_F21_C_waiting_is_cancelled(self):
        _, arguments, _ = self.holder()
        waiting = Run(arguments, self.home)
        deadline = time.monotonic() + 30
        while "Waiting" not in waiting.text() and time.monotonic() < deadline:
            time.sleep(0.05)
        waiting.signal(signal.SIGTERM)
        self.assertEqual(waiting.wait(10).code, 130, waiting.text())

    @unittest.skipIf(os.geteuid() == 0 and not shutil.which("setpriv"), "root may write anywhere")
    def test_F21_C_read_only_cache(self):
        cache = self.folder / "cache"
        (cache / "chan").mkdir(parents=True)
        fault = f"EROFS:open:1+:{cache}" if faultlib.PRELOAD else None
        os.chmod(cache / "chan", 0o500)
        self.addCleanup(os.chmod, cache / "chan", 0o700)
        done = run(["copy", self.channel, f"cache:{cache}", "-s", "noarch"], self.home, fault=fault)
        self.assertEqual(done.code, 5, done.text())
        self.assertEqual([p for p in cache.rglob("*") if p.is_file()], [])

    def test_F21_T_one_token_each(self):
        from servers import TokenServer
        tokens = TokenServer({"me": ("CANARY-pw", ["pull", "push"])})
        self.addCleanup(tokens.__exit__)
        registry = faultlib.Registry(token=tokens)
        self.addCleanup(registry.__exit__)
        mirror = ["mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url, "--workers", "4"]
        env = {"ORAS_USER": "me", "ORAS_PASS": "CANARY-pw"}
        self.assertEqual(Run(mirror, self.home, env=env).wait().code, 0)
        scopes = [tuple(scope) for _, scope in tokens.asked]
        self.assertEqual(len(scopes), len(set(scopes)), scopes)


if __name__ == "__main__":
    unittest.main()

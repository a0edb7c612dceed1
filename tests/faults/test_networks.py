# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Z15: networks that do one thing wrong after another, between the program, a real registry and a channel."""
import json
import os
import random
import unittest

from byteproxy import ByteProxy
from faultlib import Case, cache_problems, layout_problems, make_channel, records, registry_problems, run


def faults(chance, rate):
    """What happens to each request, by chance."""
    def fault(method, path, number):
        if chance.random() >= rate:
            return None
        size = chance.choice((0, 1, 17, 300, -1, 10_000))
        return chance.choice((("reset", None), ("reset", size), ("close", None), ("close", size), ("flip", chance.randrange(1 << 20)),
                              ("flip sent", chance.randrange(1 << 20)), ("twice",), ("stall", chance.random() * 0.3),
                              ("status", chance.choice((500, 502, 503, 429, 404, 200)), "Retry-After: 0\r\n")))
    return fault


class Networks(Case):
    """CONDA_OCI_NETWORKS=FIRST-LAST tries other seeds."""

    def setUp(self):
        super().setUp()
        make_channel(self.channel, count=5, size=2000)

    def test_Z15_one_clean_run_heals(self):
        first, last = map(int, os.environ.get("CONDA_OCI_NETWORKS", "1-8").split("-"))
        for seed in range(first, last + 1):
            with self.subTest(seed=seed):
                self.one(seed)

    def one(self, seed):
        chance = random.Random(seed)
        registry, server = self.registry(), self.server()
        verb = chance.choice(("mirror", "mirror", "push", "pull", "layout"))
        rate = chance.choice((0.03, 0.1, 0.3, 0.6))
        home, place = self.folder / f"home{seed}", self.folder / f"place{seed}"
        home.mkdir()
        (self.home, before) = (home, self.home)
        cache = self.folder / "full"
        if verb == "push" and not cache.exists():
            self.run_ok("copy", self.channel, f"cache:{cache}", "-s", "noarch")
        if verb == "pull":
            self.run_ok("mirror", "-c", self.channel, "-s", "noarch", "--registry", registry.url)

        def arguments(registry_url, channel_url):
            return {"mirror": ["mirror", "-c", channel_url, "-s", "noarch", "--registry", registry_url],
                    "push": ["push-cache", "-c", "chan", "-s", "noarch", "--cache-dir", cache, "--registry", registry_url],
                    "pull": ["pull-cache", "-c", "chan", "-s", "noarch", "--cache-dir", place, "--registry", registry_url],
                    "layout": ["mirror", "-c", channel_url, "-s", "noarch", "--registry", f"oci-layout:{place}"]}[verb]

        def wrong():
            return {"mirror": lambda: registry_problems(registry), "push": lambda: registry_problems(registry),
                    "pull": lambda: cache_problems(place, self.channel), "layout": lambda: layout_problems(place)}[verb]()

        with ByteProxy(registry.port, faults(chance, rate)) as to_registry, ByteProxy(server.port, faults(chance, rate)) as to_channel:
            disturbed = run(arguments(to_registry.url, to_channel.url + "/chan"), home)
            harmed = to_registry.harmed + to_channel.harmed
        self.assertGreaterEqual(disturbed.code, 0, disturbed.text())
        said = f"{verb}, {rate:.0%}, {harmed} faults, exit {disturbed.code}"
        if verb in ("pull", "layout") or disturbed.code == 0:
            self.assertEqual(wrong(), [], said)
        clean = run(arguments(registry.url, server.url), home)
        self.assertEqual(clean.code, 0, f"{said}\n{disturbed.text()}\n{clean.text()}")
        self.assertEqual(wrong(), [], said)
        listed = {"mirror": lambda: records(registry.index("chan/noarch")), "push": lambda: records(registry.index("chan/noarch")),
                  "pull": lambda: records(json.loads((place / "chan/noarch/repodata.json").read_text())),
                  "layout": lambda: json.loads(self.run_json("list", f"oci-layout:{place}//chan/noarch", "--json"))}[verb]()
        self.assertEqual(len(listed), 5, said)
        self.home = before
        print(f"seed {seed}: {said}")
        registry.__exit__()

    def run_json(self, *arguments):
        return run(arguments, self.home).text()


if __name__ == "__main__":
    unittest.main()

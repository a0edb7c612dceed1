# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""`conda-oci check` tells the truth about registries of every kind, and leaves nothing behind."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import servers
from servers import SAMPLE, Registry, TokenServer
from test_signing_in import SECRET, Case, htpasswd

STEPS = ["reach", "push-blobs", "push-manifest", "read-manifest", "move-tag", "read-blobs", "head", "range", "freshness", "placeholder", "mount",
         "tags", "catalog", "referrers", "anonymous", "delete-tag", "delete-manifest", "delete-blob"]


class Check(Case):
    def check(self, place, code=0, env=None):
        """{step: outcome}, and the whole object as .report."""
        run = self.run_program("check", "--json", place, code=code, env=env)
        report = json.loads(run.stdout)
        self.assertEqual(report["exitCode"], code)
        self.assertEqual([step["id"] for step in report["steps"]], STEPS)
        self.report = report
        return {step["id"]: step["outcome"] for step in report["steps"]}

    def started(self, **how):
        registry = Registry(**how)
        self.addCleanup(registry.__exit__)
        return registry

    def assert_nothing_left(self, registry):
        self.assertEqual(self.report["leftBehind"], [])
        self.assertEqual([t for r in registry.repositories() for t in registry.tags(r)], [])

    def test_an_open_registry(self):
        registry = self.started()
        outcomes = self.check(registry.url + "/org")
        needed = [step["id"] for step in self.report["steps"] if step["needed"]]
        self.assertEqual({outcomes[one] for one in needed}, {"works"})
        for one in ("range", "mount", "catalog", "anonymous", "delete-manifest", "delete-blob"):
            self.assertEqual(outcomes[one], "works", self.report)
        self.assertEqual(outcomes["referrers"], "not offered")  # docker-registry 2.8
        self.assert_nothing_left(registry)
        # Its names are ones that the specification allows, in the namespace that was named (S01).
        for repository in registry.repositories():
            # And as deep as those of a mirror (W24).
            self.assertRegex(repository, r"^org/(conda-oci-check-[0-9a-f]{16})/noarch/(\1(-mounted)?|repodata\.json|repodata_shards\.msgpack\.zst)$")
        # Port and plain http are what readers can't do.
        self.assertEqual([r["canRead"] for r in self.report["readers"]], [False] * 3)
        self.assertIn("https on port 443", self.report["readers"][0]["why"])

    def test_the_table(self):
        registry = self.started()
        run = self.run_program("check", registry.url)
        rows = run.stdout.splitlines()
        self.assertEqual(len(rows), len(STEPS) + 3, run.stdout)
        self.assertRegex(rows[1], r"^Push blobs +works$")
        self.assertRegex(rows[13], r"^List referrers +not offered +\S")
        self.assertRegex(rows[-1], r"^Install with conda +no +\S")

    def test_the_real_media_types_are_sent(self):
        registry = self.started(delete=False)
        self.check(registry.url)
        image = self.report["leftBehind"][0]
        manifest = registry.manifest(*image.rsplit(":", 1))
        self.assertEqual([layer["mediaType"].removeprefix("application/vnd.conda.") for layer in manifest["layers"]],
                         ["package.v2", "info.v1.tar+gzip", "info.index.v1+json"])
        self.assertEqual(manifest["config"]["mediaType"], "application/vnd.unknown.config.v1+json")  # W28

    def test_S36_delete_disabled(self):
        registry = self.started(delete=False)
        outcomes = self.check(registry.url)
        self.assertEqual({outcomes[one] for one in ("delete-tag", "delete-manifest", "delete-blob")}, {"not offered"})
        self.assertEqual(len(self.report["leftBehind"]), 5, self.report["leftBehind"])  # with the index's repository and the placeholder (W08, W24)
        self.assertIn("still there", self.run_program("check", registry.url).stderr)

    def test_a_read_only_registry(self):
        registry = self.started(read_only=True)
        outcomes = self.check(registry.url, code=1)
        self.assertEqual(outcomes["reach"], "works")
        self.assertEqual(outcomes["push-blobs"], "fails")
        self.assertEqual({outcomes[one] for one in STEPS[2:15]}, {"skipped"})
        self.assertEqual(self.report["steps"][1]["error"]["status"], 405)
        self.assertEqual(registry.repositories(), [])

    def test_htpasswd(self):
        registry = self.protected()
        outcomes = self.check(registry.url, code=3)
        self.assertEqual(outcomes["reach"], "fails")
        self.assertIn("conda-oci login", self.report["steps"][0]["detail"])
        self.check(registry.url, code=3, env={"ORAS_USER": "me", "ORAS_PASS": SECRET + "x"})
        self.assertLessEqual({m for m, _, _ in registry.requests()}, {"GET"})
        outcomes = self.check(registry.url, env={"ORAS_USER": "me", "ORAS_PASS": SECRET})
        self.assertEqual(outcomes["anonymous"], "not offered")
        self.assertEqual(self.report["steps"][0]["detail"], "Signed in as me")
        self.assertEqual(self.report["leftBehind"], [])

    def test_tokens(self):
        everything = ["pull", "push", "delete", "*"]
        tokens = TokenServer({"all": (SECRET, everything), "writer": (SECRET, ["pull", "push"]), "reader": ("r", ["pull"]), "": ("", [])})
        self.addCleanup(tokens.__exit__)
        registry = self.started(token=tokens)
        self.check(registry.url, code=3)
        outcomes = self.check(registry.url + "/org", env={"ORAS_USER": "all", "ORAS_PASS": SECRET})
        self.assertEqual((outcomes["mount"], outcomes["catalog"], outcomes["delete-blob"]), ("works",) * 3, self.report)
        self.assertEqual(self.report["leftBehind"], [])
        outcomes = self.check(registry.url + "/org", env={"ORAS_USER": "writer", "ORAS_PASS": SECRET})
        self.assertEqual((outcomes["catalog"], outcomes["delete-blob"]), ("not offered", "fails"), self.report)
        self.assertTrue(self.report["leftBehind"])
        outcomes = self.check(registry.url + "/org", code=3, env={"ORAS_USER": "reader", "ORAS_PASS": "r"})
        self.assertEqual((outcomes["reach"], outcomes["push-blobs"]), ("works", "fails"))

    def test_https_that_nobody_trusts(self):
        registry = self.started(tls=True)
        self.check(registry.url, code=4)
        self.assertEqual(self.report["steps"][0]["error"]["kind"], "tls")
        self.assertEqual(registry.requests(), [])
        # Plain http where https is spoken is no registry either.
        self.check(registry.url.replace("https", "http"), code=4)

    def test_nobody_there_and_nothing_that_is_a_registry(self):
        with servers.ChannelServer(SAMPLE) as channel:
            self.check(channel.url, code=4)
            self.assertIn("not an OCI registry", self.report["steps"][0]["detail"])
        self.run_program("check", "ftp://x", code=2)
        self.run_program("check", code=2)
        self.assertIn("Examples", self.run_program("check", "--help").stdout)

    def test_a_layout(self):
        new = self.folder / "new"
        outcomes = self.check(f"oci-layout:{new}")
        self.assertEqual({outcomes[one] for one in ("push-manifest", "read-blobs", "range", "mount", "tags", "delete-tag", "delete-blob")},
                         {"works"})
        self.assertEqual(outcomes["anonymous"], "skipped")
        self.assertFalse(new.exists())
        # One that is in use is as it was.
        used = self.folder / "used"
        self.run_program("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--registry", f"oci-layout:{used}")

        def contents():
            files = {p.relative_to(used): p.read_bytes() for p in used.rglob("*") if p.is_file() and p.suffix != ".lock"}
            index = json.loads(files.pop(pathlib.Path("index.json")))
            return files, sorted(json.dumps(m, sort_keys=True) for m in index["manifests"])

        before = contents()
        self.check(f"oci-layout:{used}")
        self.assertEqual(self.report["leftBehind"], [])
        self.assertEqual(contents(), before)

    def test_an_empty_layout_that_was_there_stays(self):
        """Only what the check itself brought into being goes."""
        empty = self.folder / "empty"
        empty.mkdir()
        for _ in range(2):  # a folder with nothing in it, then a layout with nothing in it
            self.check(f"oci-layout:{empty}")
            self.assertEqual(self.report["leftBehind"], [])
            self.assertTrue((empty / "oci-layout").is_file())
            self.assertEqual(json.loads((empty / "index.json").read_text())["manifests"], [])
            self.assertEqual([p for p in (empty / "blobs").rglob("*") if p.is_file()], [])

    def test_F22_interrupted_it_cleans_up(self):
        tokens = TokenServer({"all": (SECRET, ["pull", "push", "delete"])}, delay=0.3)
        self.addCleanup(tokens.__exit__)
        registry = self.started(token=tokens)
        env = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
        env.update(HOME=str(self.home), ORAS_USER="all", ORAS_PASS=SECRET)
        run = subprocess.Popen([servers.PROGRAM, "check", "--json", registry.url], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not any(m == "PUT" and "/manifests/" in p for m, p, _ in registry.requests()) and run.poll() is None:
            time.sleep(0.02)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 130, out + err)
        report = json.loads(out)
        self.assertEqual(report["leftBehind"], [], out)
        self.assertEqual({s["outcome"] for s in report["steps"] if s["id"] in ("delete-manifest", "delete-blob")}, {"works"}, out)


if __name__ == "__main__":
    unittest.main()

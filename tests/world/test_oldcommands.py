# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Commands as they are written for the Python tool (W34), and ones that name a registry like a channel (W27)."""
import json
import pathlib
import shutil
import tempfile
import unittest

import servers
from servers import SAMPLE, ChannelServer, Registry, conda_oci


class OldCommands(servers.Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.layout = pathlib.Path(folder.name) / "layout"
        self.cache = pathlib.Path(folder.name) / "cache"

    def run_program(self, *arguments, code=0):
        run = conda_oci(*arguments)
        self.assertEqual(run.returncode, code, (arguments, run.stdout + run.stderr))
        return run

    def mirror(self, *options, code=0):
        return self.run_program("mirror", "-c", SAMPLE, "--as", "s", "--registry", f"oci-layout:{self.layout}", *options, code=code)

    def test_W34_a_dry_run_needs_no_registry(self):
        """The Python tool's first command, `mirror --channel conda-forge --package zlib --dry-run`."""
        with ChannelServer(SAMPLE) as channel:
            options = ["mirror", "--channel", channel.url, "--as", "s", "--package", "hello-conda", "--dry-run"]
            run = self.run_program(*options)
            self.assertIn("Dry run: 2 packages", run.stdout)
            self.assertIn("copy     linux-64/hello-conda-1.0.0-h5a3e0c1_0.conda", run.stdout)
            self.assertIn("No registry was looked at", run.stderr)
            said = json.loads(self.run_program(*options, "--json").stdout)
            self.assertEqual((said["plan"]["files"], said["store"], said["exitCode"]), (2, "", 0))
            self.assertIn("No registry was looked at", " ".join(said["notes"]))
            self.assertFalse([p for _, p, _ in channel.requests if "repodata" not in p and p != "/channeldata.json"])
        shutil.copytree(SAMPLE, self.cache / "s")
        run = self.run_program("push-cache", "-c", "s", "--cache-dir", self.cache, "-p", "hello-conda", "--dry-run")
        self.assertIn("Dry run: 2 packages", run.stdout)
        # What is written, and what is read from, has to be named.
        for arguments in (["mirror", "-c", SAMPLE], ["push-cache", "-c", "s"], ["pull-cache", "-c", "s", "--dry-run"],
                          ["publish", "-c", "s", "--shards", "2", "--dry-run"]):
            self.assertIn("--registry is required", self.run_program(*arguments, code=2).stderr)

    def test_W34_user_and_host_are_answered_with_what_to_write(self):
        for options, line in ((["--user", "researchapps"], "ghcr.io/researchapps"), (["--user=me", "--host", "quay.io"], "quay.io/me"),
                              (["--user", "x", "--registry", "ghcr.io/x"], "ghcr.io/x"), (["--host", "localhost:5000"], "localhost:5000")):
            for verb in ("mirror", "pull-cache", "push-cache", "pull_cache"):
                with self.subTest(verb=verb, options=options):
                    run = self.run_program(verb, "--channel", "conda-forge", *options, "--dry-run", code=2)
                    self.assertIn(f"write --registry {line} instead", run.stderr)

    def test_W34_old_spellings_are_taken(self):
        options = ["-c", SAMPLE, "--as", "s", "--dry-run", "--json"]
        files = lambda *more: [i["file"] for i in json.loads(self.run_program("mirror", *options, *more).stdout)["plan"]["items"]]
        wanted = files("--package", "sample-data", "--subdir", "noarch")
        self.assertEqual(len(wanted), 1)
        self.assertEqual(files("--packages", "sample-data", "--subdirs", "noarch"), wanted)
        self.assertEqual(files("--packages=sample-data", "--subdirs=noarch"), wanted)
        self.assertEqual(files("-p", "sample-d[a-l]ta", "-p", "sample-d[!b-z]t?"), wanted)
        run = self.mirror("--shard-workers", "2", "--workers", "100", "--dry-run")
        self.assertIn("--shard-workers is not needed", run.stderr)
        self.assertIn("at most 64", run.stderr)
        self.assertNotIn("note", self.mirror("--shard-workers=2", "--workers=100", "--dry-run", "--quiet").stderr)
        for workers in ("0", "-1", "many"):
            self.mirror("--workers", workers, code=2)
        for word in ("True", "on", "y", "t", "1", "yes"):
            self.assertEqual(self.mirror("--quiet", word, "-p", "sample-data").stdout, "", word)
        for word in ("False", "off", "n", "f", "0", "no"):
            self.assertIn("Copied", self.mirror("--quiet", word, "-p", "sample-data").stdout, word)
        for verb in ("pull_cache", "push_cache"):
            self.assertEqual(self.run_program(verb, "--help").stdout, self.run_program(verb.replace("_", "-"), "--help").stdout)

    def test_W34_a_letter_is_a_place_where_there_are_places(self):
        with tempfile.TemporaryDirectory() as folder:
            run = self.run_program("copy", "--quiet", "n", f"oci-layout:{folder}/x", code=4)
            self.assertNotIn("expected", run.stderr)


class RegistryOrChannel(servers.Case):
    def test_W27_a_registry_written_like_a_channel(self):
        with Registry() as registry, tempfile.TemporaryDirectory() as folder:
            made = conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url + "/ns")
            self.assertEqual(made.returncode, 0, made.stderr)
            for more in ([], ["-s", "linux-64"]):
                run = conda_oci("copy", registry.url + "/ns", f"oci-layout:{folder}/x", "-c", "s", *more)
                self.assertEqual(run.returncode, 4, run.stderr)
                self.assertIn(f"if it is a registry, write oci+{registry.url}/ns", run.stderr)
            run = conda_oci("copy", f"oci+{registry.url}/ns", f"oci-layout:{folder}/x", "-c", "s")
            self.assertEqual(run.returncode, 0, run.stderr)
            # A mirror's source is a channel in any case.
            run = conda_oci("mirror", "-c", registry.url + "/ns", "--registry", f"oci-layout:{folder}/y")
            self.assertNotIn("if it is a registry", run.stderr)


class Counting(servers.Case):
    def test_W34_the_first_line_counts_what_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            layout, cache = f"oci-layout:{folder}/layout", f"{folder}/cache"
            self.assertEqual(conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", layout).returncode, 0)
            pull = ["pull-cache", "-c", "s", "--registry", layout, "--cache-dir", cache, "--all-versions"]
            self.assertIn("7 packages", conda_oci(*pull).stderr)
            run = conda_oci(*pull)
            self.assertIn("0 packages (0 B) to copy, 7 there already (7 to check)", run.stderr)
            self.assertIn("Copied 0 packages (0 B)", run.stdout)
            self.assertIn("7 were there already", run.stdout)
            run = conda_oci(*pull, "--dry-run")
            self.assertIn("check    noarch/sample-data-2024.1-0.conda", run.stdout)
            self.assertNotIn("copy     ", run.stdout)


if __name__ == "__main__":
    unittest.main()

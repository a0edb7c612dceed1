# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""A report says what a run said on the terminal, what became of each file, and which indexes were published where."""
import hashlib
import json
import pathlib
import re
import shutil
import tempfile
import unittest

import servers
from servers import SAMPLE, Registry, conda_oci, records


class Reports(servers.Case):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.channel = self.folder / "channel"
        shutil.copytree(SAMPLE, self.channel)
        self.registry = Registry()
        self.addCleanup(self.registry.__exit__)

    def run_reported(self, verb, *arguments, code=0):
        """(the run on a terminal, its report)"""
        report = self.folder / "report.json"
        run = conda_oci(verb, "-s", "linux-64", "-s", "noarch", *arguments, "--report", report)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run, json.loads(report.read_text())

    def mirror(self, *more, registry=None, **how):
        return self.run_reported("mirror", "-c", self.channel, "--as", "sample", "--registry", registry or self.registry.url + "/org", *more, **how)

    def notes(self, run):
        return [line.removeprefix("note").strip() for line in run.stderr.splitlines() if line.startswith("note ")]

    def truth(self):
        """{(subdir, file): sha256} of the channel"""
        return {(d, name): hashlib.sha256((self.channel / d / name).read_bytes()).hexdigest()
                for d in ("linux-64", "noarch") for name in records(json.loads((self.channel / d / "repodata.json").read_text()))}

    def test_W25_what_the_terminal_says_at_the_end_is_in_the_report(self):
        run, report = self.mirror()
        self.assertEqual(self.notes(run), report["notes"])
        self.assertTrue(any("on port 443 only" in note and self.registry.url + "/org" in note for note in report["notes"]), report["notes"])
        again = conda_oci("mirror", "-c", self.channel, "--as", "other", "-s", "noarch", "--registry", self.registry.url + "/org", "--json")
        self.assertEqual(json.loads(again.stdout)["notes"], report["notes"])
        self.assertEqual(self.notes(again), [])
        # Every night again it would only be in the way, and a dry run has brought nothing.
        self.assertEqual(self.mirror()[1]["notes"], [])
        self.assertEqual(self.mirror("--dry-run", registry=self.registry.url + "/elsewhere")[1]["notes"], [])
        # A path that mamba takes for a token is a note of its own.
        run, report = self.mirror(registry=self.registry.url + "/t")
        self.assertEqual(self.notes(run), report["notes"])
        self.assertTrue(any("begins with t/" in note for note in report["notes"]), report["notes"])

    def test_W25_why_a_package_would_be_copied_is_in_the_report_of_a_dry_run(self):
        """The terminal says which packages the channel has removed from its index."""
        index = json.loads((self.channel / "noarch/repodata.json").read_text())
        (self.channel / "noarch/repodata_from_packages.json").write_text(json.dumps(index))
        gone = "sample-data-2024.1-0.conda"
        del index["packages.conda"][gone]
        (self.channel / "noarch/repodata.json").write_text(json.dumps(index))
        for stale in self.channel.glob("noarch/*.zst"):
            stale.unlink()
        run, report = self.mirror("--dry-run")
        said = re.findall(r"copy +\S+/(\S+) .*\(removed from the channel's index\)", run.stdout)
        self.assertEqual(said, [gone])
        self.assertEqual([i["file"] for i in report["plan"]["items"] if i.get("yanked")], said)

    def test_W25_words_fit_the_store(self):
        index = self.channel / "noarch/repodata.json"
        for registry, place in ((self.registry.url + "/org", self.registry.url + "/org"), (f"oci-layout:{self.folder}/layout", f"{self.folder}/layout")):
            with self.subTest(place):
                before = index.read_text()
                self.mirror("--no-yanked", registry=registry)
                fewer = json.loads(before)
                fewer["packages.conda"].popitem()
                index.write_text(json.dumps(fewer))
                for stale in self.channel.glob("noarch/*.zst"):
                    stale.unlink()
                run, report = self.mirror("--no-yanked", registry=registry)
                self.assertEqual(self.notes(run), report["notes"])
                note = next(n for n in report["notes"] if "no longer in the channel's index" in n)
                self.assertIn("what was copied stays in ", note)
                self.assertTrue(note.endswith(place), note)
                index.write_text(before)

    def test_W35_each_file_and_each_index(self):
        _, report = self.mirror()
        truth = self.truth()
        self.assertEqual({(f["subdir"], f["file"]): f["sha256"] for f in report["files"]}, truth)
        self.assertEqual({(f["outcome"], f["attempts"]) for f in report["files"]}, {("copied", 1)})
        self.assertTrue(all(f["size"] == (self.channel / f["subdir"] / f["file"]).stat().st_size for f in report["files"]))
        self.assertEqual([i["subdir"] for i in report["indexes"] if i["document"] == "repodata.json"], ["linux-64", "noarch"])
        for index in report["indexes"]:
            with self.subTest(index["subdir"]):
                self.assertTrue(index["published"])
                self.assertEqual(index["repository"], f"org/sample/{index['subdir']}/{index['document']}")
                self.assertEqual(sorted(index["tags"]), self.registry.tags(index["repository"]))
                self.assertEqual(self.registry.blob(index["repository"], index["digest"])[:1], b"{")
                self.assertEqual(index["records"], len(records(self.registry.index(f"org/sample/{index['subdir']}"))))

    def test_W35_a_second_run_and_one_that_believes_nothing(self):
        self.mirror()
        _, report = self.mirror()
        self.assertEqual(report["files"], [])  # what an index lists is counted, in plan.presentFiles
        self.assertEqual(report["plan"]["presentFiles"], len(self.truth()))
        self.assertEqual({(i["published"], tuple(i["tags"])) for i in report["indexes"]}, {(False, ("latest",))})
        self.assertEqual([i["records"] for i in report["indexes"] if i["document"] == "repodata.json"],
                         [len(records(self.registry.index(f"org/sample/{d}"))) for d in ("linux-64", "noarch")])
        _, report = self.mirror("--deep")
        self.assertEqual({f["outcome"] for f in report["files"]}, {"alreadyThere"})
        self.assertEqual(len(report["files"]), len(self.truth()))
        self.assertTrue(all("attempts" not in f for f in report["files"]))

    def test_W35_failures_and_attempts(self):
        bad = "linux-64/" + next(n for d, n in self.truth() if d == "linux-64" and n.endswith(".conda"))
        (self.channel / bad).write_bytes(b"x" * (self.channel / bad).stat().st_size)
        _, report = self.mirror(code=1)
        outcomes = {f"{f['subdir']}/{f['file']}": f["outcome"] for f in report["files"]}
        self.assertEqual([name for name, outcome in outcomes.items() if outcome != "copied"], [bad])
        self.assertEqual(outcomes[bad], "failed")
        self.assertEqual([f"{f['subdir']}/{f['file']}" for f in report["failures"]], [bad])
        self.assertEqual(sum(f["outcome"] == "copied" for f in report["files"]), report["totals"]["copied"])

    def test_W35_a_dry_run_has_a_plan_and_no_outcomes(self):
        _, report = self.mirror("--dry-run")
        self.assertNotIn("files", report)
        self.assertNotIn("indexes", report)
        self.assertEqual(len(report["plan"]["items"]), len(self.truth()))

    def test_W35_what_the_end_came_before_is_cancelled(self):
        """The registry refuses the first write, and the job ends there."""
        refusing = Registry(read_only=True)
        self.addCleanup(refusing.__exit__)
        run = conda_oci("mirror", "-c", self.channel, "--as", "sample", "-s", "linux-64", "-s", "noarch", "--workers", "1", "--registry",
                        refusing.url + "/org", "--json")
        self.assertNotEqual(run.returncode, 0)
        report = json.loads(run.stdout)
        self.assertEqual({(f["subdir"], f["file"]) for f in report["files"]}, set(self.truth()))
        self.assertLessEqual({f["outcome"] for f in report["files"]}, {"failed", "cancelled"})
        self.assertEqual([i for i in report["indexes"] if i["published"]], [])

    def test_W35_pulled_pushed_and_copied(self):
        self.mirror()
        cache, place = self.folder / "cache", self.registry.url + "/org"
        _, report = self.run_reported("pull-cache", "-c", "sample", "--registry", place, "--cache-dir", cache)
        self.assertTrue(report["files"] and {f["outcome"] for f in report["files"]} == {"copied"})
        for index in report["indexes"]:
            data = pathlib.Path(index["repository"]).read_bytes()  # in a cache it is a file
            self.assertEqual((index["tags"], index["digest"]), ([], "sha256:" + hashlib.sha256(data).hexdigest()))
            self.assertEqual((index["records"], index["published"]), (len(records(json.loads(data))), True))
        _, report = self.run_reported("push-cache", "-c", "sample", "--registry", self.registry.url + "/pushed", "--cache-dir", cache)
        self.assertEqual({i["repository"] for i in report["indexes"]}, {f"pushed/sample/{d}/repodata.json" for d in ("linux-64", "noarch")})
        self.assertTrue(all(i["published"] for i in report["indexes"]))
        _, report = self.run_reported("copy", "oci+" + place, f"oci-layout:{self.folder}/carrier", "-c", "sample")
        self.assertEqual({f["outcome"] for f in report["files"]}, {"copied"})
        self.assertEqual({i["repository"] for i in report["indexes"] if i["document"] == "repodata.json"},
                         {f"sample/{d}/repodata.json" for d in ("linux-64", "noarch")})


if __name__ == "__main__":
    unittest.main()

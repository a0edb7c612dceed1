# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Lock files as people have them: W15 (entries of other kinds, sums, encodings), W16 (what may not be redistributed)."""
import hashlib
import json
import pathlib
import shutil
import tempfile
import unittest

import servers
from servers import conda_oci

import make_sample_channel as maker  # servers knows where it is

CASES = pathlib.Path(__file__).parent / "cases"


def write_channel(folder, names, subdir="noarch"):
    """A channel of small packages NAME-1.0-0.conda, with its index; {file name: record}."""
    (folder / subdir).mkdir(parents=True)
    found = {}
    for name in names:
        info = maker.info_files((name, "1.0", "0", 0, subdir, None, [], {}, ""))
        data = maker.conda(f"{name}-1.0-0", info, {}, 3)
        (folder / subdir / f"{name}-1.0-0.conda").write_bytes(data)
        found[f"{name}-1.0-0.conda"] = {**maker.index_json(name, "1.0", "0", 0, subdir, []), "size": len(data),
                                        "md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / subdir / "repodata.json").write_text(json.dumps({"info": {"subdir": subdir}, "packages": {}, "packages.conda": found}))
    return found


class Locked(servers.Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.scratch = pathlib.Path(folder.name)
        self.channel = self.scratch / "channel/mine"
        self.records = write_channel(self.channel, ["alpha", "beta"])

    def mirror(self, lock, *options, channel=None, code=0):
        layout = self.scratch / "layout"
        run = conda_oci("mirror", "-c", channel or self.channel, "--from", lock, "--registry", f"oci-layout:{layout}", "--json", *options)
        self.assertEqual(run.returncode, code, run.stderr)
        said = json.loads(run.stdout)
        self.assertNotIn("yaml-cpp", run.stderr + run.stdout)
        return said

    def copied(self, said):
        return sorted(item["file"] for item in said["plan"]["items"])

class Entries(Locked):
    def case(self, name):
        """A copy of the case, in a folder beside `channel`."""
        (self.scratch / "project").mkdir(exist_ok=True)
        return shutil.copy(CASES / name, self.scratch / "project" / name)

    def test_W15_one_entry_of_another_kind_does_not_spoil_the_rest(self):
        for name, what in (("pixi-s3.lock", "s3://bucket/mine/noarch/beta-1.0-0.conda"), ("pixi-git-source.lock", "git+https://example.org/o/r.git"),
                           ("pixi-direct-url.lock", "https://example.org/o/r/releases/download/v1/tool-1.0-h1_0.conda")):
            with self.subTest(name):
                said = self.mirror(self.case(name), "--dry-run")
                self.assertEqual(self.copied(said), ["alpha-1.0-0.conda"])
                (skipped,) = said["plan"]["skipped"]
                self.assertTrue(skipped["name"].startswith(what), skipped)
                self.assertIn(name, skipped["reason"])

    def test_W15_a_path_or_a_mirror_of_the_channel_is_taken(self):
        lock = pathlib.Path(self.case("pixi-local-path.lock"))
        lock.write_text(lock.read_text().replace("0" * 64, self.records["beta-1.0-0.conda"]["sha256"]))
        for one in (lock, self.case("pixi-oci.lock")):
            with self.subTest(one):
                said = self.mirror(one, "--dry-run")
                self.assertEqual(self.copied(said), ["alpha-1.0-0.conda", "beta-1.0-0.conda"])
                self.assertEqual(said["plan"]["skipped"], [])
        # Whatever the channel is called in the mirror, a path into it is a path into it.
        said = self.mirror(lock, "--as", "other", "--dry-run")
        self.assertEqual(self.copied(said), ["alpha-1.0-0.conda", "beta-1.0-0.conda"])
        for neighbour in ("oci://ghcr.io/someorg/minecraft/noarch/beta-1.0-0.conda", "oci://ghcr.io/mine/else/noarch/beta-1.0-0.conda",
                          "../elsewhere/noarch/beta-1.0-0.conda"):
            with self.subTest(neighbour):
                lock.write_text(f"version: 6\npackages:\n- conda: https://h/mine/noarch/alpha-1.0-0.conda\n- conda: {neighbour}\n")
                said = self.mirror(lock, "--dry-run")
                self.assertEqual(self.copied(said), ["alpha-1.0-0.conda"])
                self.assertIn("of another channel", said["plan"]["skipped"][0]["reason"])

    def test_W15_a_sum_that_is_none_is_refused_by_name(self):
        said = self.mirror(self.case("explicit-wrong-md5-prefix.txt"), code=1)
        (failure,) = said["failures"]
        self.assertEqual(failure["file"], "alpha-1.0-0.conda")
        self.assertEqual(said["totals"]["copied"], 0)
        base = "https://conda.anaconda.org/mine/noarch/"
        right = self.records["beta-1.0-0.conda"]
        lock = self.scratch / "list.txt"
        for wrong in ("#md5:12", "#sha256=" + "z" * 64, "#sha1:" + "0" * 40, "#"):
            for good in ("#" + right["md5"], "#sha256:" + right["sha256"], "#md5:" + right["md5"], "#sha256=" + right["sha256"]):
                with self.subTest(wrong=wrong, good=good):
                    lock.write_text(f"@EXPLICIT\n{base}alpha-1.0-0.conda{wrong}\n{base}beta-1.0-0.conda{good}\n")
                    said = self.mirror(lock, "--dry-run", code=1)
                    self.assertEqual([f["file"] for f in said["failures"]], ["alpha-1.0-0.conda"])
                    self.assertIn(wrong, said["failures"][0]["message"])
                    self.assertEqual(self.copied(said), ["beta-1.0-0.conda"])

    def test_W15_lists_of_powershell_and_without_their_first_line(self):
        said = self.mirror(self.case("explicit-utf16.txt"))
        self.assertEqual(said["totals"]["copied"], 1)
        lock = self.scratch / "list.txt"
        lock.write_text("http://127.0.0.1:1/mine/noarch/beta-1.0-0.conda\n")
        self.assertEqual(self.copied(self.mirror(lock)), ["beta-1.0-0.conda"])
        for text, says in (("<html>", "HTML page"), ("", "empty"), ("dependencies: [zlib]\n", "environment.yml"), ("a: [", "line 1 is not YAML")):
            with self.subTest(text):
                lock.write_text(text)
                self.assertIn(says, self.mirror(lock, code=2)["error"]["message"])


class Undistributable(Locked):
    """conda-forge's list of what may not be redistributed goes by its name."""

    def setUp(self):
        super().setUp()
        self.forge = self.scratch / "conda-forge"
        self.records = write_channel(self.forge, ["alpha", "cudnn", "cudatoolkit"], "linux-64")

    def test_W16_named_in_a_lock_file_it_is_a_failure_with_a_name(self):
        lock = self.scratch / "list.txt"
        lock.write_text("@EXPLICIT\n" + "".join(f"https://conda.anaconda.org/conda-forge/linux-64/{name}\n" for name in self.records))
        said = self.mirror(lock, channel=self.forge, code=1)
        self.assertEqual(sorted(f["file"] for f in said["failures"]), ["cudatoolkit-1.0-0.conda", "cudnn-1.0-0.conda"])
        for failure in said["failures"]:
            self.assertIn("licence", failure["message"])
            self.assertEqual(failure["subdir"], "linux-64")
        self.assertEqual((said["totals"]["copied"], said["exitCode"], said["plan"]["refused"]), (1, 1, 2))

    def run_mirror(self, *options):
        return conda_oci("mirror", "-c", self.forge, "-s", "linux-64", "--registry", f"oci-layout:{self.scratch / 'layout'}", *options)

    def test_W16_by_name_it_fails_by_chance_it_is_a_note(self):
        run = self.run_mirror("-p", "cudnn", "-p", "alpha")
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("failed   linux-64/cudnn-1.0-0.conda: its licence forbids", run.stderr)
        run = self.run_mirror("-p", "c*", "-p", "alpha", "--json")
        self.assertEqual(run.returncode, 0, run.stderr)
        said = json.loads(run.stdout)
        self.assertIn("cudatoolkit, cudnn", " ".join(said["notes"]))
        run = self.run_mirror("--dry-run")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn("skipped  2 packages whose licences forbid mirroring", run.stdout)
        self.assertNotIn("cudnn", run.stderr)


if __name__ == "__main__":
    unittest.main()

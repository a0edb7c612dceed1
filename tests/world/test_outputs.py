# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a person names for a report or a file to be saved: links, pipes, devices, standard output, places that can't be written."""
import json
import os
import pathlib
import stat
import subprocess
import tempfile
import threading
import unittest

import servers
from servers import PROGRAM, SAMPLE, conda_oci


class Outputs(servers.Case):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.layout = f"oci-layout:{self.folder}/layout"

    def mirror(self, *more, **how):
        return conda_oci("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--registry", self.layout, *more, **how)

    def shell(self, line):
        """Through bash, which knows >(…); $PROGRAM and $MIRROR are set."""
        environment = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
        mirror = f"{PROGRAM} mirror -c {SAMPLE} --as sample -s noarch --registry {self.layout}"
        return subprocess.run(["bash", "-c", line], capture_output=True, text=True, cwd=self.folder, timeout=120, stdin=subprocess.DEVNULL,
                              env={**environment, "HOME": str(self.folder), "PROGRAM": PROGRAM, "MIRROR": mirror,
                                   "PACKAGE": f"{self.layout}//sample/noarch/sample-data:2024.1-0"})

    def make_package(self):
        self.assertEqual(self.mirror().returncode, 0)
        return SAMPLE / "noarch/sample-data-2024.1-0.conda"

    def assert_report(self, text, code=0):
        self.assertEqual(json.loads(text)["exitCode"], code)

    def nothing_was_copied(self):
        return not (self.folder / "layout").exists()

    def test_W04_a_link_stays_and_its_target_is_replaced(self):
        (self.folder / "share").mkdir()
        target = self.folder / "share/report.json"
        target.write_text("old")
        target.chmod(0o640)
        link = self.folder / "report.json"
        link.symlink_to("share/report.json")
        run = self.mirror("--report", link)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(link.is_symlink())
        self.assert_report(target.read_text())
        self.assertEqual(stat.S_IMODE(target.stat().st_mode), 0o640)
        run = conda_oci("inspect", f"{self.layout}//sample/noarch/sample-data:2024.1-0", "package", "-o", link)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue(link.is_symlink())
        self.assertEqual(target.read_bytes(), self.make_package().read_bytes())
        self.assertEqual([p.name for p in (self.folder / "share").iterdir()], ["report.json"])

    def test_W04_a_named_pipe_gets_everything_and_stays(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        got = []
        for arguments in (["--report", pipe], []):
            reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
            reader.start()
            if arguments:
                run = self.mirror(*arguments)
            else:
                run = conda_oci("inspect", f"{self.layout}//sample/noarch/sample-data:2024.1-0", "package", "-o", pipe)
            self.assertEqual(run.returncode, 0, run.stderr)
            reader.join(60)
            self.assertTrue(stat.S_ISFIFO(pipe.lstat().st_mode))
        self.assert_report(got[0])
        self.assertEqual(got[1], (SAMPLE / "noarch/sample-data-2024.1-0.conda").read_bytes())

    def test_W04_a_pipe_that_nobody_reads_from_ends_the_run_before_it_begins(self):
        os.mkfifo(self.folder / "pipe")
        run = self.mirror("--report", self.folder / "pipe", timeout=60)
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertIn("no program reads from this pipe", run.stderr)
        self.assertTrue(self.nothing_was_copied())

    def test_W04_process_substitution_and_open_descriptors(self):
        package = self.make_package()
        run = self.shell("$MIRROR --report >(cat > one.json; touch done) --quiet; code=$?; while [ ! -e done ]; do sleep 0.02; done; exit $code")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_report((self.folder / "one.json").read_text())
        run = self.shell("$MIRROR --report /dev/fd/7 --quiet 7>two.json; code=$?; exit $code")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assert_report((self.folder / "two.json").read_text())
        run = self.shell("$PROGRAM inspect $PACKAGE package -o /proc/self/fd/7 7>got; exit $?")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual((self.folder / "got").read_bytes(), package.read_bytes())

    def test_W04_devices_stay_devices(self):
        """A node of our own: /dev/null itself is never named here."""
        node = self.folder / "null"
        try:
            os.mknod(node, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
            node.open("wb").close()
        except PermissionError:
            self.skipTest("devices can't be made or used here")
        (self.folder / "link").symlink_to("null")
        for name in ("null", "link"):
            with self.subTest(name):
                run = self.mirror("--report", self.folder / name)
                self.assertEqual(run.returncode, 0, run.stderr)
                run = conda_oci("inspect", f"{self.layout}//sample/noarch/sample-data:2024.1-0", "package", "-o", self.folder / name)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertTrue(stat.S_ISCHR(node.lstat().st_mode))
        self.assertTrue((self.folder / "link").is_symlink())

    def test_W04_a_dash_is_standard_output(self):
        """/dev/stdout is such a link; it is not named here, since a program that replaces it would break the machine."""
        package = self.make_package()
        (self.folder / "out").symlink_to("/proc/self/fd/1")
        for name in ("-", "/proc/self/fd/1", "out"):
            with self.subTest(name):
                run = self.shell(f"$MIRROR --report {name}")
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assert_report(run.stdout)
                run = self.shell(f"$PROGRAM inspect $PACKAGE package -o {name} > got")
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual((self.folder / "got").read_bytes(), package.read_bytes())
                run = self.shell(f"$PROGRAM inspect $PACKAGE index -o {name}")
                self.assertEqual(json.loads(run.stdout)["name"], "sample-data")
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name == "-"], [])
        self.assertTrue((self.folder / "out").is_symlink())

    def test_W04_two_documents_do_not_go_into_one_output(self):
        for name in ("-", "/proc/self/fd/1"):
            with self.subTest(name):
                run = self.mirror("--json", "--report", name)
                self.assertEqual(run.returncode, 2)
                self.assertIn("--json and --report", run.stderr)
                self.assert_report(run.stdout, 2)
        self.assertTrue(self.nothing_was_copied())
        run = self.mirror("--json", "--report", self.folder / "report.json")
        self.assertEqual(json.loads(run.stdout), json.loads((self.folder / "report.json").read_text()))

    def test_W04_the_place_is_tried_before_anything_is_copied(self):
        (self.folder / "file").write_text("old")
        (self.folder / "loop").symlink_to("loop")
        (self.folder / "away").symlink_to("unmounted/report.json")
        for name in ("file/report.json", ".", "loop", "away"):
            with self.subTest(name):
                run = self.mirror("--report", self.folder / name)
                self.assertEqual(run.returncode, 5, run.stderr)
                self.assertIn("can't", run.stderr)
                self.assertTrue(self.nothing_was_copied())
                self.assertEqual(self.mirror("--json", "--report", self.folder / name).returncode, 5)
        self.assertEqual((self.folder / "file").read_text(), "old")
        run = conda_oci("inspect", f"{self.layout}//sample/noarch/sample-data:2024.1-0", "index", "-o", self.folder)
        self.assertEqual(run.returncode, 5, run.stderr)

    def test_W04_a_run_that_fails_leaves_the_report_of_that(self):
        report = self.folder / "report.json"
        report.write_text("old")
        run = conda_oci("mirror", "-c", self.folder / "absent", "--registry", self.layout, "--report", report)
        self.assertNotEqual(run.returncode, 0)
        self.assert_report(report.read_text(), run.returncode)
        self.assertEqual([p.name for p in self.folder.iterdir() if p.name.startswith(".")], [])

    def test_W04_a_reader_that_goes_away_is_named(self):
        run = self.shell("$MIRROR --report >(exec true) 2>&1; code=$?; exit $code")
        self.assertIn(run.returncode, (0, 5))  # it may have gone only after everything fitted into the pipe
        self.assertFalse(self.nothing_was_copied())


if __name__ == "__main__":
    unittest.main()

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the program makes of the process that it is given: standard streams that are closed, core files."""
import itertools
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "integration"))
from servers import PROGRAM, SAMPLE, ChannelServer  # noqa: E402


class Process(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="process-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def test_closed_standard_streams(self):
        """No file or socket of the program gets the number of one, and so its messages."""
        server = ChannelServer(SAMPLE.parent)
        self.addCleanup(server.__exit__)
        for number, streams in enumerate(itertools.product(["", "<&-"], ["", ">&-"], ["", "2>&-"])):
            with self.subTest(closed=" ".join(streams)):
                cache = self.folder / f"cache{number}"
                line = f'exec "$0" copy "$1" "cache:$2" -s noarch {" ".join(streams)}'
                done = subprocess.run(["sh", "-c", line, PROGRAM, f"{server.url}/{SAMPLE.name}", cache], capture_output=True, timeout=60,
                                      env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"})
                self.assertEqual(done.returncode, 0, done)
                self.assertTrue((cache / SAMPLE.name / "noarch/repodata.json").is_file())

    def test_A10_leaves_no_core_file(self):
        """What is in memory, passwords too, is written nowhere when the program ends badly."""
        run = subprocess.Popen(["sh", "-c", 'ulimit -S -c unlimited; exec "$0" login example.invalid --username me --password-stdin', PROGRAM],
                               stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)
        self.addCleanup(run.stdin.close)
        limits = pathlib.Path(f"/proc/{run.pid}/limits")
        deadline = time.monotonic() + 30
        while "Max core file size        0 " not in limits.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertIn("Max core file size        0 ", limits.read_text())
        run.send_signal(signal.SIGABRT)
        run.wait(30)
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith("core")], [])


if __name__ == "__main__":
    unittest.main()

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Pipes, sockets and links where a file should be, in folders that others may write to."""
import os
import shutil
import socket
import stat
import subprocess
import sys
import unittest

import servers
import smallchannels
from servers import SAMPLE

PACKAGE = "sample-data-2024.1-0.conda"


@unittest.skipIf(sys.platform == "win32", "pipes have no names in folders there")
class Planted(smallchannels.Case):
    """To open a pipe waits for its writer; whoever may write in a folder could hold every run up for ever. Where the program waits, it is
    ended after a minute, which is a failure."""

    def setUp(self):
        super().setUp()
        self.layout = self.scratch / "layout"
        self.store = f"oci-layout:{self.layout}"
        self.chan = self.cache / "chan"

    def run_program(self, *arguments, code=0):
        try:
            run = servers.conda_oci(*arguments, timeout=60, home=self.scratch)
        except subprocess.TimeoutExpired:
            self.fail(f"waits for ever: {arguments}")
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def plant(self, path):
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    def copy(self, code=0):
        return self.run_program("copy", SAMPLE, f"cache:{self.cache}", "--as", "chan", "-s", "noarch", code=code)

    def mirror_sample(self, *more, code=0):
        return self.run_program("mirror", "-c", SAMPLE, "--as", "chan", "-s", "noarch", "--registry", self.store, *more, code=code)

    def test_A31_a_pipe_in_a_cache_is_replaced(self):
        self.copy()
        for name in ("repodata.json", "repodata.json.zst", PACKAGE, PACKAGE + ".part", "../.lock"):
            with self.subTest(name):
                self.plant(self.chan / "noarch" / name)
                self.copy()
                for name in ("repodata.json", "repodata.json.zst", PACKAGE):
                    self.assertTrue(stat.S_ISREG((self.chan / "noarch" / name).lstat().st_mode))

    def test_A31_a_socket_in_a_cache_is_replaced(self):
        self.copy()
        index = self.chan / "noarch/repodata.json"
        index.unlink()
        with socket.socket(socket.AF_UNIX) as planted:
            here = os.open(index.parent, os.O_RDONLY)
            planted.bind(f"/proc/self/fd/{here}/repodata.json" if sys.platform == "linux" else str(index))
            os.close(here)
        self.copy()
        self.assertTrue(stat.S_ISREG(index.lstat().st_mode))

    def test_A31_a_cache_with_a_pipe_for_its_index_is_pushed(self):
        self.copy()
        self.plant(self.chan / "noarch/repodata.json")
        self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", self.store)
        self.assertEqual(self.listed(f"{self.store}//chan"), {"noarch": 3})

    def test_A31_a_package_that_is_a_link_to_a_pipe_is_named_alone(self):
        self.copy()
        os.mkfifo(self.scratch / "pipe")
        (self.chan / "noarch/other-1-0.conda").symlink_to(self.scratch / "pipe")
        run = self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", self.store, code=1)
        self.assertIn("other-1-0.conda: it is not a file", run.stderr)
        self.assertEqual(self.listed(f"{self.store}//chan"), {"noarch": 3})

    def test_A31_a_pipe_in_a_channel_is_an_error(self):
        for planted, text in (("repodata.json", "it is not a file"), ("repodata.json.zst", ""), (PACKAGE, "is not a file")):
            with self.subTest(planted):
                folder = self.scratch / f"of {planted}"
                shutil.copytree(SAMPLE, folder)
                self.plant(folder / "noarch" / planted)
                code = {"repodata.json": 5, "repodata.json.zst": 0, PACKAGE: 1}[planted]
                run = self.run_program("mirror", "-c", folder, "--as", "chan", "-s", "noarch", "--registry", f"oci-layout:{self.scratch}/to {planted}", code=code)
                self.assertIn(text, run.stderr)

    def test_A31_a_pipe_in_a_layout_is_an_error_or_is_replaced(self):
        self.mirror_sample()
        self.plant(self.layout / "oci-layout")
        self.mirror_sample("--deep")
        self.assertTrue(stat.S_ISREG((self.layout / "oci-layout").lstat().st_mode))
        self.plant(self.layout / "index.json")
        run = self.mirror_sample(code=5)
        self.assertIn("index.json: it is not a file", run.stderr)
        self.run_program("list", f"{self.store}//chan", code=5)

    def test_A31_a_pipe_in_the_place_of_dockers_file_is_passed_over(self):
        (self.scratch / ".docker").mkdir()
        os.mkfifo(self.scratch / ".docker/config.json")
        self.run_program("whoami", "http://127.0.0.1:1", code=3)

    def test_W04_a_lock_file_may_come_through_a_pipe(self):
        """What a person names is read, whatever it is."""
        line = "@EXPLICIT\nhttps://conda.anaconda.org/chan/noarch/" + PACKAGE + "\n"
        os.mkfifo(self.scratch / "pipe")
        with subprocess.Popen(["sh", "-c", 'printf "%s" "$1" > "$2"', "sh", line, self.scratch / "pipe"]) as writer:
            self.mirror_sample("--from", self.scratch / "pipe")
        self.assertEqual(writer.returncode, 0)
        self.assertEqual(self.listed(f"{self.store}//chan"), {"noarch": 1})


if __name__ == "__main__":
    unittest.main()

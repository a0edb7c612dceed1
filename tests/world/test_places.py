# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Folders whose names are not text, folders that the environment names, and a system that allows little."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import servers
import smallchannels
from servers import PROGRAM, SAMPLE

LATIN1 = b"caf\xe9"


@unittest.skipUnless(sys.platform == "linux", "file names are text elsewhere")
class NotUtf8(smallchannels.Case):
    """Qt would make and write another folder, with U+FFFD in its name."""

    def run_bytes(self, *arguments, cwd=None, env=None):
        run = subprocess.run([PROGRAM, *arguments], capture_output=True, timeout=120, cwd=cwd or self.scratch, stdin=subprocess.DEVNULL,
                             env={**{k: v for k, v in os.environb.items() if os.fsdecode(k) not in servers.OF_THE_USER}, b"HOME": bytes(self.scratch), **(env or {})})
        return run, run.stderr.decode("utf-8")  # what is said is UTF-8

    def files(self):
        return sorted(os.path.join(folder, name) for folder, _, names in os.walk(bytes(self.scratch)) for name in names)

    def test_A22_an_argument_that_is_not_UTF_8_is_refused_before_anything(self):
        here = bytes(self.scratch)
        (self.scratch / "chan").mkdir()
        os.rename(shutil.copytree(SAMPLE, self.scratch / "copy"), here + b"/" + LATIN1)
        mirror = [b"mirror", b"-c", bytes(SAMPLE), b"-s", b"noarch"]
        layout = [b"--registry", b"oci-layout:" + here + b"/layout"]
        before = self.files()
        for row in ([b"copy", bytes(SAMPLE), b"cache:" + here + b"/" + LATIN1 + b"/x"],
                    [b"copy", bytes(SAMPLE), b"oci-layout:" + here + b"/" + LATIN1 + b"/x//c"],
                    [b"copy", here + b"/" + LATIN1, b"oci-layout:" + here + b"/layout//c"],
                    [b"copy", bytes(SAMPLE), b"cache:" + here + b"/\xed\xa0\x80"],
                    [b"copy", bytes(SAMPLE), b"cache:" + here + b"/\xc0\xaf"],
                    [*mirror, b"--registry", b"oci-layout:" + here + b"/" + LATIN1 + b"/x"],
                    [*mirror, *layout, b"--report", here + b"/" + LATIN1 + b".json"],
                    [*mirror, *layout, b"--report=" + here + b"/" + LATIN1 + b".json"],
                    [*mirror, *layout, b"--report", b"\xef\xbb\xbfreport.json"],  # its mark would be lost
                    [*mirror, *layout, b"--from", here + b"/" + LATIN1],
                    [*mirror, *layout, b"--ca-file", here + b"/" + LATIN1],
                    [b"pull-cache", b"-c", b"chan", *layout, b"--cache-dir", here + b"/" + LATIN1],
                    [b"inspect", b"oci-layout:" + here + b"/layout//c/noarch/a:1-0", b"index", b"-o", LATIN1],
                    [b"list", b"oci-layout:" + here + b"/" + LATIN1]):
            with self.subTest(row[-1]):
                run, said = self.run_bytes(*row)
                self.assertEqual(run.returncode, 2, said)
                self.assertIn("is not UTF-8", said)
                self.assertRegex(said, r"\\x[0-9a-f]{2}")
                self.assertEqual(self.files(), before)

    def test_A22_the_refusal_is_in_the_report_too(self):
        run, _ = self.run_bytes(b"copy", bytes(SAMPLE), b"cache:" + LATIN1, b"--json")
        self.assertEqual(run.returncode, 2)
        self.assertIn(r"cache:caf\xe9", json.loads(run.stdout)["error"]["message"])

    def test_A22_a_current_folder_that_is_not_UTF_8_is_refused(self):
        here = os.path.join(bytes(self.scratch), LATIN1)
        os.mkdir(here)
        run, said = self.run_bytes(b"copy", bytes(SAMPLE), b"cache:x", cwd=here)
        self.assertEqual(run.returncode, 2, said)
        self.assertEqual(self.files(), [])

    def test_A22_a_folder_of_the_environment_that_is_not_UTF_8_is_refused(self):
        for name in (b"HOME", b"XDG_CACHE_HOME", b"DOCKER_CONFIG"):
            with self.subTest(name):
                run, said = self.run_bytes(b"copy", bytes(SAMPLE), b"cache:x", env={name: bytes(self.scratch) + b"/" + LATIN1})
                self.assertEqual(run.returncode, 2, said)
                self.assertIn(name.decode(), said)
                self.assertEqual(self.files(), [])

    def test_A22_letters_of_all_alphabets_are_names(self):
        (self.scratch / "\ufffd").mkdir()  # is a letter, too, where a folder is called so
        for name in ("café", "кэш", "快取", "🐍", "\ufffd"):
            with self.subTest(name):
                run, said = self.run_bytes(b"copy", bytes(SAMPLE), b"cache:" + os.fsencode(name), b"--as", b"chan", b"-s", b"noarch")
                self.assertEqual(run.returncode, 0, said)
                self.assertTrue((self.scratch / name / "chan/noarch/repodata.json").is_file())
                run, said = self.run_bytes(b"copy", bytes(SAMPLE), b"cache:x", b"--as", b"chan", b"-s", b"noarch", cwd=self.scratch / name)
                self.assertEqual(run.returncode, 0, said)
                self.assertTrue((self.scratch / name / "x/chan/noarch/repodata.json").is_file())


def limit(what, *values):
    """For what is run then; Unix only."""
    import resource
    return lambda: resource.setrlimit(getattr(resource, what), values)


@unittest.skipIf(sys.platform == "win32", "these are Unix's")
class Surroundings(smallchannels.Case):
    def run_with(self, *arguments, env, limited=None):
        environment = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
        return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=120, cwd=self.scratch, stdin=subprocess.DEVNULL,
                              env={**environment, "HOME": str(self.scratch / "home"), **env}, preexec_fn=limited)

    def test_A29_relative_folders_of_the_environment_are_ignored(self):
        """As the XDG specification has it; a cache would come into being in each folder in which the program is started."""
        (self.scratch / "home").mkdir()
        channel = smallchannels.write_channel(self.scratch / "chan", noarch=["one"])
        with servers.ChannelServer(channel) as server:
            env = {name: "relative" for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR")}
            run = self.run_with("mirror", "-c", server.url, "--as", "chan", "-s", "noarch", "--registry", f"oci-layout:{self.scratch}/layout", env=env)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(sorted(p.name for p in self.scratch.iterdir()), ["chan", "home", "layout"])
        self.assertTrue(any((self.scratch / "home/.cache/conda-oci-mirror/indexes").iterdir()))

    def test_F18_C_too_few_files_are_said_before_anything(self):
        for files in (8, 16, 24, 63):
            with self.subTest(files):
                run = self.run_with("copy", SAMPLE, f"cache:{self.cache}", env={}, limited=limit("RLIMIT_NOFILE", files, files))
                self.assertEqual(run.returncode, 5, run.stderr)
                self.assertIn("too few files", run.stderr)
                self.assertFalse(self.cache.exists())

    def test_F18_C_a_low_limit_of_files_is_raised_where_that_is_allowed(self):
        run = self.run_with("copy", SAMPLE, f"cache:{self.cache}", "--as", "chan", env={}, limited=limit("RLIMIT_NOFILE", 8, 4096))
        self.assertEqual(run.returncode, 0, run.stderr)
        run = self.run_with("copy", SAMPLE, f"cache:{self.cache}", "--as", "chan", env={}, limited=limit("RLIMIT_NOFILE", 64, 64))
        self.assertEqual(run.returncode, 0, run.stderr)

    @unittest.skipIf(sys.platform != "linux" or b"__asan_init" in pathlib.Path(PROGRAM).read_bytes(), "bounds the addresses of a process, of which sanitizers need many")
    def test_F18_C_too_little_memory_is_said_before_anything(self):
        bytes_allowed = 150 * 1024 * 1024
        run = self.run_with("copy", SAMPLE, f"cache:{self.cache}", env={}, limited=limit("RLIMIT_AS", bytes_allowed, bytes_allowed))
        self.assertEqual(run.returncode, 5, run.stderr)
        self.assertIn("too little memory", run.stderr)
        self.assertFalse(self.cache.exists())


if __name__ == "__main__":
    unittest.main()

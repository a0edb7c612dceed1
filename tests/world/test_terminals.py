# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What servers, channels and arguments say, on a terminal: it obeys escape sequences, and draws some letters over or before others."""
import bz2
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import unicodedata
import unittest

import servers
import smallchannels
from servers import PROGRAM, SAMPLE

import make_sample_channel as sample  # servers knows where it is

TITLE, BIDI, CSI = "\x1b]0;OWNED\x07", "\u202e", "\u009b31m"
MANY = f"name: {TITLE}\n\tbad\rgood {BIDI}gnp.exe {CSI}red \U000e0061\x7f\r\n"
BINARY = b"\x00\x1b]0;OWNED\x07" * 3
WIDE = b"caf\xe9 \x9b31m"


def hidden(text, allowed="\r\n\t"):
    return [c for c in text if c not in allowed and (unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp"))]


class Terminal(smallchannels.Case):
    def setUp(self):
        super().setUp()
        self.layout = f"oci-layout:{self.scratch}/layout"
        self.reference = f"{self.layout}//chan/noarch/evil:1-0"

    def make_mirror(self):
        """With a package of one info/index.json and three more members that nobody should see as they are."""
        info = sample.info_files(("evil", "1", "0", 0, "noarch", (), [], {"share/evil": "x"}, "For tests"))
        index = {**json.loads(info["info/index.json"]), "note": BIDI + CSI}
        info["info/index.json"] = json.dumps(index, ensure_ascii=False).encode()
        info |= {"info/recipe/meta.yaml": MANY.encode(), "info/logo.png": BINARY, "info/latin1": WIDE}
        data = bz2.compress(sample.tar({**info, "share/evil": b"x"}))
        record = sample.index_json("evil", "1", "0", 0, "noarch", [])
        record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
        channel = smallchannels.write_channel(self.scratch / "chan", noarch=[])
        (channel / "noarch/evil-1-0.tar.bz2").write_bytes(data)
        (channel / "noarch/repodata.json").write_text(json.dumps({"packages": {"evil-1-0.tar.bz2": record}, "packages.conda": {}}))
        self.mirror(channel, self.layout)
        return info, data

    def environment(self):
        return {**{k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}, "HOME": str(self.scratch)}

    def on_terminal(self, *arguments):
        """(exit code, bytes that a terminal got)"""
        import pty
        ours, theirs = pty.openpty()
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=theirs, stderr=theirs, stdin=subprocess.DEVNULL, env=self.environment())
        os.close(theirs)
        out = b""
        try:
            while piece := os.read(ours, 65536):
                out += piece
        except OSError:  # how Linux says that nobody writes there any more
            pass
        os.close(ours)
        return process.wait(), out

    def piped(self, *arguments):
        run = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, stdin=subprocess.DEVNULL, timeout=120, env=self.environment())
        return run.returncode, run.stdout

    @unittest.skipIf(sys.platform == "win32", "has no pty")
    def test_A32_what_a_server_has_is_text_on_a_terminal_and_raw_in_a_pipe(self):
        info, _ = self.make_mirror()
        for what in (["index"], ["info", "recipe/meta.yaml"], ["info", "recipe/meta.yaml", "-o", "-"], ["manifest"]):
            with self.subTest(what):
                code, out = self.on_terminal("inspect", self.reference, *what)
                self.assertEqual(code, 0, out)
                self.assertEqual(hidden(out.decode()), [])
                self.assertEqual(what[0] == "manifest", b"\\u202e" not in out)
        self.assertIn("name: \\u001b]0;OWNED\\u0007\r\n\tbad\\u000dgood \\u202egnp.exe \\u009b31mred \\U000e0061\\u007f\r\n",
                      self.on_terminal("inspect", self.reference, "info", "recipe/meta.yaml")[1].decode())
        for member, path in (("recipe/meta.yaml", "info/recipe/meta.yaml"), ("logo.png", "info/logo.png"), ("latin1", "info/latin1")):
            self.assertEqual(self.piped("inspect", self.reference, "info", member), (0, info[path]))
        self.assertEqual(self.piped("inspect", self.reference, "index"), (0, info["info/index.json"]))

    @unittest.skipIf(sys.platform == "win32", "has no pty")
    def test_A32_what_is_not_text_does_not_go_to_a_terminal(self):
        info, data = self.make_mirror()
        # Not /dev/stdout: run as root, a program that replaces links would take that one away from everybody.
        ours = "/proc/self/fd/1" if sys.platform == "linux" else "-"
        for what in (["info", "logo.png"], ["info", "latin1"], ["info", "logo.png", "-o", "-"], ["info", "logo.png", "-o", ours],
                     ["package", "-o", "-"], ["package", "-o", ours]):
            with self.subTest(what):
                code, out = self.on_terminal("inspect", self.reference, *what)
                self.assertEqual(code, 2, out)
                self.assertIn(b"-o FILE", out)
                self.assertEqual(hidden(out.decode()), [])
        self.assertEqual(self.piped("inspect", self.reference, "package", "-o", "-"), (0, data))
        for what, content in ((["info", "logo.png"], info["info/logo.png"]), (["package"], data)):
            self.assertEqual(self.on_terminal("inspect", self.reference, *what, "-o", self.scratch / "saved")[0], 0)
            self.assertEqual((self.scratch / "saved").read_bytes(), content)

    def test_A33_json_does_nothing_to_a_terminal(self):
        channel = smallchannels.write_channel(self.scratch / "chan", noarch=["good"])
        index = json.loads((channel / "noarch/repodata.json").read_text())
        names = [f"a{TITLE}-1-0.conda", f"b{CSI}-1-0.conda", f"c{BIDI}-1-0.conda", "d\U000e0061-1-0.conda", "e\x7f-1-0.conda", "f→-1-0.conda"]
        for name in names:
            index["packages.conda"][name] = {"name": name[:-10], "version": "1", "build": "0", "build_number": 0, "depends": [], "size": 1, "sha256": "0" * 64}
        for form in (False, True):
            (channel / "noarch/repodata.json").write_text(json.dumps(index, ensure_ascii=form))
            for number, where in enumerate((["--json"], ["--report", self.scratch / "report.json"])):
                with self.subTest(form=form, where=where[0]):
                    code, out = self.piped("mirror", "-c", channel, "-s", "noarch", "--registry", f"{self.layout}{form}{number}", "--strict", *where)
                    text = (out if where == ["--json"] else (self.scratch / "report.json").read_bytes()).decode()
                    self.assertEqual(code, 1, text)
                    self.assertEqual(hidden(text), [])
                    self.assertEqual(sorted(row["file"] for row in json.loads(text)["failures"]), sorted(names))

    def test_A33_words_of_the_command_line_are_repeated_as_text(self):
        for row in ([f"frob{CSI}{TITLE}"], ["mirror", f"--wor{BIDI}kers"], ["mirror", "--workers", f"1{TITLE}{CSI}"], ["list", "a", f"b{TITLE}"],
                    ["inspect", "a", f"in{BIDI}fo"], ["copy", f"a{TITLE}", f"b{CSI}:c"], ["mirror", "-c", "x", f"--registry=a{TITLE}b c"],
                    ["check", f"{CSI} {BIDI}"], ["completion", f"ba{TITLE}sh"]):
            for json_too in ([], ["--json"]):
                with self.subTest(row + json_too):
                    run = subprocess.run([PROGRAM, *row, *json_too], capture_output=True, stdin=subprocess.DEVNULL, timeout=120, env=self.environment())
                    self.assertEqual(run.returncode, 2, run.stderr)
                    self.assertEqual(hidden((run.stdout + run.stderr).decode()), [])
                    self.assertNotEqual(run.stderr, b"")


class Names(smallchannels.Case):
    def test_A22_letters_that_look_like_others_are_refused_by_name(self):
        """`pyсon` with a Cyrillic с was shown like the Latin one, and was there to choose."""
        channel = smallchannels.write_channel(self.scratch / "chan", noarch=["python"])
        index = json.loads((channel / "noarch/repodata.json").read_text())
        odd = {}
        for name, version in (("py\u0441on", "1"), ("\uff5alib", "1"), ("caf\u00e9", "1"), ("zlib", "1\u20252"), ("\U0001f40d", "1")):
            file_name, data, record = smallchannels.package(name, version, "noarch")
            (channel / "noarch" / file_name).write_bytes(data)
            odd[file_name] = record
        index["packages"] |= odd
        for form in (False, True):
            (channel / "noarch/repodata.json").write_text(json.dumps(index, ensure_ascii=form))
            for place in (f"cache:{self.scratch}/cache-{form}", f"oci-layout:{self.scratch}/layout-{form}//chan"):
                with self.subTest(place):
                    run = self.run_program("copy", channel, place, "-s", "noarch", "--strict", code=1)
                    for name in odd:
                        escaped = "".join(c if c < "\x7f" else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in name)
                        self.assertIn(f"{escaped} can't be a file name", run.stderr)
            kept = json.loads((self.scratch / f"cache-{form}/chan/noarch/repodata.json").read_text())
            self.assertEqual(list(servers.records(kept)), ["python-1-0.tar.bz2"])
        run = self.run_program("copy", channel, f"cache:{self.scratch}/noted", "-s", "noarch")  # such builds are a note by themselves
        self.assertIn("noarch/py\\u0441on-1-0.tar.bz2 can't be in a mirror", run.stderr)

    def test_A22_files_of_such_names_in_a_cache_are_not_sent(self):
        folder = smallchannels.write_channel(self.cache / "chan", noarch=["python"]) / "noarch"
        file_name, data, _ = smallchannels.package("py\u0441on", "1", "noarch")
        (folder / file_name).write_bytes(data)
        run = self.run_program("push-cache", "-c", "chan", "--cache-dir", self.cache, "--registry", f"oci-layout:{self.scratch}/layout", code=1)
        self.assertIn("py\\u0441on-1-0.tar.bz2 can't be a file name", run.stderr)
        self.assertEqual(self.listed(f"oci-layout:{self.scratch}/layout//chan"), {"noarch": 1})


if __name__ == "__main__":
    unittest.main()

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a channel can make the program hold: indexes that are small as they come and large as they are read, and answers without an end."""
import contextlib
import hashlib
import http.server
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import unittest
import zlib

import servers

MOST = 600  # MB, of a run over any of these
SUBDIRS = ("linux-64", "linux-aarch64", "noarch", "osx-64", "osx-arm64", "win-64", "win-arm64")
DOCUMENTS = ("repodata", "repodata_from_packages")
MIB = 1 << 20


def zst(pieces):
    """What the pieces compress to. They are never held together: this process's memory would count as that of its children."""
    with tempfile.TemporaryFile() as packed:
        with subprocess.Popen(["zstd", "-9", "-q", "-c"], stdin=subprocess.PIPE, stdout=packed) as process:
            for piece in pieces:
                process.stdin.write(piece)
        packed.seek(0)
        return packed.read()


def gzip(pieces):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(piece) for piece in pieces]) + packer.flush()


def spaces(mib, head=b'{"packages":{}', tail=b"}"):
    yield head
    for _ in range(mib):
        yield b" " * MIB
    yield tail


def records(count, record):
    """An index of so many records; `record` makes one of its number."""
    yield b'{"packages":{'
    for first in range(0, count, 10000):
        yield (b"," if first else b"") + b",".join(record(number) for number in range(first, min(first + 10000, count)))
    yield b"}}"


def malformed(number):
    return b'"a-%d-0.tar.bz2":0' % number


def without_sums(number):
    return b'"a-%d-0.tar.bz2":{"name":"a","version":"%d","build":"0","size":1,"depends":["python >=3.9,<3.13"],"subdir":"noarch"}' % (number, number)


def with_one_sum(number):
    return b'"a-%d-0.tar.bz2":{"name":"a","version":"%d","build":"0","md5":"%s"}' % (number, number, b"0" * 32)


def short(number):
    return b'"a-%d-0.tar.bz2":{"name":"a","version":"%d","build":"0"}' % (number, number)


def endless(head, piece):
    def pour(write):
        write(head)
        while True:
            write(piece)
    return pour


class Server(servers.HttpServer):
    """Answers a path with `documents[path]`: bytes, (fields, bytes), or a function that writes to the connection until that is closed; anything else is not there."""

    def __init__(self, documents):
        self.poured = 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                found = documents.get(self.path)
                if callable(found):
                    self.close_connection = True
                    with contextlib.suppress(OSError):
                        return found(self.pour)
                    return None
                fields, body = found if isinstance(found, tuple) else ({}, found or b"")
                self.send_response(404 if found is None else 200)
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)
                return None

            def pour(self, data):
                self.connection.sendall(data)
                outer.poured += len(data)

            def log_message(self, *_):
                pass

        self.serve(Handler)
        self.url += "/chan"


class Run:
    """One copy into a new cache: its exit code, output and peak memory (MB)."""

    def __init__(self, url, *options, subdirs=("noarch",), address_space=None):
        with tempfile.TemporaryDirectory() as home:
            arguments = [servers.PROGRAM, "copy", url, f"cache:{home}/cache", "--workers", "2", *options]
            for subdir in subdirs:
                arguments += ["--subdir", subdir]
            env = {name: value for name, value in os.environ.items() if name not in servers.OF_THE_USER}
            env.update(HOME=home, XDG_CACHE_HOME=f"{home}/.cache", XDG_CONFIG_HOME=f"{home}/.config", LC_ALL="C.UTF-8")
            if address_space:
                arguments = ["prlimit", f"--as={address_space}", *arguments]
            with open(f"{home}/out", "w+b") as out, open(f"{home}/err", "w+b") as err:
                process = subprocess.Popen(arguments, stdout=out, stderr=err, env=env)
                _, status, usage = os.wait4(process.pid, 0)
                self.code = process.returncode = os.waitstatus_to_exitcode(status)
                self.printed = out.seek(0, 2) + err.seek(0, 2)
                out.seek(0)
                err.seek(0)
                self.out, self.err = out.read(MIB).decode(errors="replace"), err.read(MIB).decode(errors="replace")
            self.peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def document(subdir, name="repodata", form=""):
    return f"/chan/{subdir}/{name}.json{form}"


class Bombs(servers.Case):
    def check(self, documents, *options, code=4, says="^", most=MOST, **how):
        # Memory of this process, which its children begin with, would be taken for theirs.
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10), most)
        with Server(documents) as server:
            run = Run(server.url, *options, **how)
            self.poured = server.poured
        self.assertLess(run.peak, most, "MB of memory")
        self.assertEqual(run.code, code, (run.out + run.err)[-2000:])
        self.assertRegex(run.err, says)
        self.assertLess(run.printed, 1 * MIB)
        return run

    def test_A21_A16_what_inflates_to_much_more_than_it_is(self):
        compressed = zst(spaces(700))
        bombs = {"spaces within": (".zst", compressed, "inflates to more than 100 times"),
                 "spaces before": (".zst", zst(spaces(700, b" ", b'{"packages":{}}')), "inflates to more than 100 times"),
                 "a sum of nothing but zeros": (".zst", zst(spaces(300, b'{"packages":{"', b'":0}}')), "inflates to more than 100 times"),
                 "a coding": ("", ({"Content-Encoding": "gzip"}, gzip(spaces(700))), "inflates to more than 100 times"),
                 "a coding of something compressed": (".zst", ({"Content-Encoding": "gzip"}, gzip([compressed])), "inflates to more than 100 times")}
        for what, (form, data, says) in bombs.items():
            with self.subTest(what=what):
                self.check({document("noarch", form=form): data}, says=says, most=150)

    def test_A21_A16_a_sum_over_a_run(self):
        for mib in (15, 300):  # each of them within what is allowed, and not
            bomb = zst(spaces(mib))
            with self.subTest(mib=mib):
                documents = {document(subdir, name, ".zst"): bomb for subdir in SUBDIRS for name in DOCUMENTS}
                self.check(documents, code=0 if mib == 15 else 4, subdirs=SUBDIRS)
        # So many platforms that the sum is too large: the last are refused, the first are copied.
        bomb = zst(spaces(15))
        many = [f"linux-x{number}" for number in range(30)]
        run = self.check({document(subdir, form=".zst"): bomb for subdir in many}, code=1, subdirs=many, says="linux-x29/repodata.json: the index of linux-x29 takes")
        self.assertNotIn("linux-x0/", run.err)

    def test_A20_A21_more_records_than_there_is_room_for(self):
        for what, record, count, code, says in (("malformed", malformed, 3_000_000, 1, "2999900 more: its record is not an object"),
                                                ("without sums", without_sums, 600_000, 1, "599900 more: its record has neither sha256 nor md5"),
                                                ("shorter than any that can be used", short, 700_000, 4, "more records than its size has room for")):
            with self.subTest(what=what):
                self.check({document("noarch", form=".zst"): zst(records(count, record))}, code=code, says=says)
        with self.subTest(what="as short as can be"), Server({document("noarch", form=".zst"): zst(records(700_000, with_one_sum))}) as server:
            run = Run(server.url, "--dry-run")
            self.assertEqual(run.code, 0, run.err[-1000:])
            self.assertLess(run.peak, MOST)

    def test_A20_the_first_of_a_kind_then_a_count(self):
        bad = zst(records(250_000, malformed))
        run = self.check({document(subdir, form=".zst"): bad for subdir in ("noarch", "linux-64")}, code=1, subdirs=("noarch", "linux-64"))
        self.assertEqual(len(re.findall(r"(?m)^failed   .*is not an object", run.err)), 101)
        self.assertIn("failed   499900 more: its record is not an object", run.err)
        self.assertIn("500000 failed", run.out)
        with tempfile.TemporaryDirectory() as folder:
            run = self.check({document("noarch", form=".zst"): bad}, "--json", "--report", f"{folder}/report.json", code=1)
            with open(f"{folder}/report.json", encoding="utf-8") as file:
                report = json.load(file)
        self.assertEqual(json.loads(run.out), report)
        self.assertEqual((report["exitCode"], report["plan"]["refused"], len(report["failures"])), (1, 250_000, 101))
        self.assertEqual(report["failures"][100]["more"], 249_900)
        run = self.check({document("noarch", form=".zst"): bad}, "--dry-run", code=1)
        self.assertEqual(len(re.findall(r"(?m)^refused  ", run.out)), 101)

    def test_Q06_A16_answers_without_an_end(self):
        ok = b"HTTP/1.1 200 OK\r\n"
        index = ok + b"Connection: close\r\n\r\n"
        bombs = {"fields": (endless(ok, b"X-Field: value\r\n" * 4096), "the head of the answer"),
                 "one field": (endless(ok + b"X: ", b"x" * 65536), "the head of the answer"),
                 "a status line": (endless(b"HTTP/1.1 200 ", b"x" * 65536), "the head of the answer"),
                 "answers before the answer": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2048), "the head of the answer"),
                 "an extension of a chunk": (endless(ok + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 65536), "not content"),
                 "white space": (endless(index, b" " * 65536), "white space"),
                 "a word": (endless(index, b"x" * 65536), "it begins with xxx")}
        for what, (pour, says) in bombs.items():
            with self.subTest(what=what):
                self.check({document("noarch"): pour}, says=says, most=150)
                self.assertLess(self.poured, 128 * MIB)
        with self.subTest(what="records"):
            self.check({document("noarch", form=form): endless(index + b'{"packages":{', without_sums(1) * 1000) for form in ("", ".zst", ".bz2")}, says="more than the")


class TooLittle(unittest.TestCase):
    """After the others: what this process holds for it would be taken for the program's memory there."""

    @unittest.skipUnless(sys.platform == "linux", "needs prlimit")
    def test_A20_memory_that_is_not_there_is_no_fault_of_the_index(self):
        pieces = list(records(250_000, lambda number: with_one_sum(number)[:-1] + b',"depends":["%s"]}' % hashlib.sha512(b"%d" % number).hexdigest().encode()))
        documents = {document("noarch"): b"".join(pieces), document("linux-64", form=".zst"): zst(pieces)}
        codes = set()
        with Server(documents) as server:
            for subdir in ("noarch", "linux-64"):
                for mib in range(260, 860, 60):  # with less it says so before anything else
                    run = Run(server.url, "--dry-run", subdirs=(subdir,), address_space=mib * MIB)
                    said = f"{subdir} {mib} MiB: {run.code} {run.err}"
                    codes.add(run.code)
                    self.assertIn(run.code, (0, 5), said)
                    self.assertNotIn("not a valid", run.err, said)
                    self.assertNotIn("damaged", run.err, said)
                    if run.code == 5:
                        self.assertRegex(run.err, "(?i)this computer", said)
        self.assertEqual(codes, {0, 5})


if __name__ == "__main__":
    unittest.main()

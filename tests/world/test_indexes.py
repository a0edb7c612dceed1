# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Indexes as channels, caches and registries of the world have them: error objects, lost ones, parts of ones, damaged and coded ones."""
import gzip
import hashlib
import http.server
import io
import json
import pathlib
import subprocess
import tarfile
import tempfile
import unittest
import zlib

import servers
from servers import Registry, conda_oci, records

CASES = pathlib.Path(__file__).resolve().parent / "cases"
NOARCH = "/ch/noarch/repodata.json"


def zst(data):
    return subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout


def package(name, extra=None, raw=None):
    """A .tar.bz2 with hardly anything in it."""
    index = {"name": name, "version": "1", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch", **(extra or {})}
    data = raw if raw is not None else json.dumps(index).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:bz2") as tar:
        for path, content in (("info/index.json", data), ("info/files", b""), (f"share/{name}", name.encode() * 50)):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def record(name, data, **changes):
    made = {"name": name, "version": "1", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch", "size": len(data),
            "md5": hashlib.md5(data).hexdigest(), "sha256": hashlib.sha256(data).hexdigest(), **changes}
    return {key: value for key, value in made.items() if value is not None}


class Channel(servers.HttpServer):
    """A channel in memory. `answers` maps a path to bytes, or to (status, headers, body), or to a list of such of which each is given once and
    the last for ever."""

    def __init__(self, test, names=("alpha", "beta")):
        self.packages = {name: package(name) for name in names}
        self.answers = {}
        self.asked = []
        self.fill()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path, (404, {}, b"not here"))
                if isinstance(answer, list):
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                status, headers, body = answer if isinstance(answer, tuple) else (200, {"ETag": f'"{hashlib.md5(answer).hexdigest()}"'}, answer)
                if self.headers.get("If-None-Match") and self.headers["If-None-Match"] == headers.get("ETag"):
                    status, body = 304, b""
                self.send_response(status)
                for field, value in headers.items():
                    self.send_header(field, value)
                if headers.get("Transfer-Encoding") == "chunked":
                    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
                elif status not in (204, 304):
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if status not in (204, 304):
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.serve(Handler)
        test.addCleanup(self.__exit__)
        self.url += "/ch"

    def index(self, **changes):
        return {"info": {"subdir": "noarch"}, "packages": {f"{n}-1-0.tar.bz2": record(n, d, **changes) for n, d in self.packages.items()},
                "packages.conda": {}}

    def fill(self, subdir="noarch", compressed=True, **changes):
        plain = json.dumps(self.index(**changes)).encode()
        self.answers[f"/ch/{subdir}/repodata.json"] = plain
        if compressed:
            self.answers[f"/ch/{subdir}/repodata.json.zst"] = zst(plain)
        for name, data in self.packages.items():
            self.answers[f"/ch/{subdir}/{name}-1-0.tar.bz2"] = data

    def put(self, plain, subdir="noarch"):
        """An index in both forms."""
        plain = plain if isinstance(plain, bytes) else json.dumps(plain).encode()
        self.answers[f"/ch/{subdir}/repodata.json"] = plain
        self.answers[f"/ch/{subdir}/repodata.json.zst"] = zst(plain)

    def alone(self, path, answer):
        """This instead, and no other form."""
        self.answers.pop(NOARCH + ".zst", None)
        self.answers.pop(NOARCH, None)
        self.answers[path] = answer


class Case(servers.Case):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.home = self.scratch / "home"
        self.home.mkdir()

    def registry(self):
        registry = Registry()
        self.addCleanup(registry.__exit__)
        return registry

    def run_program(self, *arguments, code=0):
        run = conda_oci(*arguments, home=self.home)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def mirror(self, channel, registry, *options, code=0, subdirs=("noarch",)):
        platforms = [part for subdir in subdirs for part in ("-s", subdir)]
        return self.run_program("mirror", "-c", channel.url, *platforms, "--registry", registry.url, *options, code=code)

    def listed(self, registry, subdir="noarch"):
        return sorted(name.split("-")[0] for name in records(registry.index(f"ch/{subdir}") or {}))


EMPTY = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}}
NO_INDEXES = {"errors": {"errors": [{"status": 404, "message": "File not found."}]}, "maintenance": {"status": "maintenance"}, "nothing": {},
              "info": {"info": {"subdir": "noarch"}}, "null": {"packages": None}}


class Lost(Case):
    def test_W02_an_error_object_is_no_index(self):
        channel, registry = Channel(self), self.registry()
        self.mirror(channel, registry)
        before = registry.index("ch/noarch")
        for name, document in NO_INDEXES.items():
            with self.subTest(name):
                channel.put(document)
                run = self.mirror(channel, registry, code=4)
                self.assertIn("it is not an index: it has no section of packages", run.stderr)
                self.assertEqual(registry.index("ch/noarch"), before)
        channel.put({"errors": "see https://me:secret@host/t/tk-SECRET/x"})
        run = self.mirror(channel, registry, code=4)
        self.assertNotIn("secret", run.stderr.lower().replace("***", ""))
        channel.put({"v3": {"conda": {}}, "packages": {f"{n}-1-0.tar.bz2": record(n, d) for n, d in channel.packages.items()}})
        self.mirror(channel, registry)

    def test_W02_one_bad_platform_does_not_stop_the_others(self):
        channel, registry = Channel(self), self.registry()
        channel.fill("linux-64")
        channel.put({"status": "maintenance"})
        run = self.mirror(channel, registry, subdirs=("noarch", "linux-64"), code=1)
        self.assertIn("noarch/repodata.json", run.stderr)
        self.assertEqual(self.listed(registry, "linux-64"), ["alpha", "beta"])
        self.assertIsNone(registry.index("ch/noarch"))
        channel.put(EMPTY, "linux-64")
        channel.fill("noarch")
        self.mirror(channel, registry, subdirs=("linux-64", "noarch"), code=1)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])
        self.assertEqual(self.listed(registry, "linux-64"), ["alpha", "beta"])

    def test_W02_a_lost_index_needs_allow_shrink(self):
        channel, registry = Channel(self), self.registry()
        self.mirror(channel, registry)
        channel.put(EMPTY)
        run = self.mirror(channel, registry, "--dry-run")
        self.assertIn("--allow-shrink", run.stdout + run.stderr)
        for options in ((), ("--index", "full"), ("--deep",)):
            run = self.mirror(channel, registry, *options, code=1)
            self.assertIn("lists 0 packages", run.stderr)
            self.assertIn("lists 2, of which 2 would go", run.stderr)
            self.assertIn("--allow-shrink", run.stderr)
            self.assertEqual(self.listed(registry), ["alpha", "beta"])
        self.mirror(channel, registry, "--allow-shrink")
        self.assertEqual(self.listed(registry), [])
        self.mirror(channel, registry)
        channel.fill()
        self.mirror(channel, registry)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])

    def test_W02_more_than_half_and_over_a_hundred(self):
        names = [f"p{n}" for n in range(210)]
        channel = Channel(self, names)
        layout = f"oci-layout:{self.scratch}/layout"
        self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", layout, "--workers", "8")

        def run(keep, *options, code):
            kept = {name: channel.packages[name] for name in names[:keep]}
            channel.put({"info": {"subdir": "noarch"}, "packages": {f"{n}-1-0.tar.bz2": record(n, d) for n, d in kept.items()}})
            return self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", layout, *options, code=code)

        self.assertIn("lists 104 packages", run(104, code=1).stderr)
        self.assertIn("106 would go", run(104, "-p", "p1", code=1).stderr)
        run(110, code=0)  # exactly a hundred
        run(50, code=0)  # more than half, and less than a hundred
        run(51, code=0)

    def test_W02_pulling_from_an_emptied_registry(self):
        channel, registry = Channel(self), self.registry()
        self.mirror(channel, registry)
        cache = self.scratch / "cache"
        pull = ("pull-cache", "-c", "ch", "-s", "noarch", "--registry", registry.url, "--cache-dir", cache)
        self.run_program(*pull)
        before = (cache / "ch/noarch/repodata.json").read_bytes()
        channel.put(EMPTY)
        self.mirror(channel, registry, "--allow-shrink")
        run = self.run_program(*pull, code=1)
        self.assertIn("--allow-shrink", run.stderr)
        self.assertEqual((cache / "ch/noarch/repodata.json").read_bytes(), before)
        run = self.run_program(*pull, "--allow-shrink")
        self.assertEqual(len(records(json.loads((cache / "ch/noarch/repodata.json").read_bytes()))), 2)  # what is in the folder

    def test_W02_copying_an_emptied_mirror(self):
        channel, first, second = Channel(self), self.registry(), self.registry()
        self.mirror(channel, first)
        copy = ("copy", "oci+" + first.url, "oci+" + second.url, "-c", "ch", "-s", "noarch")
        self.run_program(*copy)
        channel.put(EMPTY)
        self.mirror(channel, first, "--allow-shrink")
        self.run_program(*copy, code=1)
        self.assertEqual(self.listed(second), ["alpha", "beta"])
        self.run_program(*copy, "--allow-shrink")
        self.assertEqual(self.listed(second), [])

    def test_W02_shards(self):
        channel, registry = Channel(self), self.registry()
        for number in (1, 2):
            self.mirror(channel, registry, "--shard", f"{number}/2")
        publish = ("publish", "-c", channel.url, "-s", "noarch", "--registry", registry.url, "--shards", "2")
        self.run_program(*publish)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])
        channel.put(EMPTY)
        runs = [conda_oci("mirror", "-c", channel.url, "-s", "noarch", "--registry", registry.url, "--shard", f"{n}/2") for n in (1, 2)]
        for run in runs:  # a shard that never had any has nothing to lose
            self.assertEqual(run.returncode, 1 if "--allow-shrink" in run.stderr else 0, run.stderr)
        self.assertIn("--allow-shrink", runs[0].stderr + runs[1].stderr)
        self.run_program(*publish, code=1)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])
        self.run_program(*publish, "--allow-shrink")
        self.assertEqual(self.listed(registry), [])

    def test_W02_the_list_of_what_was_removed(self):
        """It is kept, and does not hold up the index."""
        channel, registry = Channel(self), self.registry()
        gone = "/ch/noarch/repodata_from_packages.json"
        channel.answers["/ch/noarch/old-1-0.tar.bz2"] = package("old")
        channel.answers[gone] = json.dumps({"packages": {"old-1-0.tar.bz2": record("old", package("old"))}}).encode()
        self.mirror(channel, registry)
        kept = servers.records(json.loads(registry.blob("ch/noarch/repodata_from_packages.json", self.layer(registry))))
        self.assertEqual(list(kept), ["old-1-0.tar.bz2"])
        channel.answers[gone] = b'{"packages": {}}'
        channel.packages["gamma"] = package("gamma")
        channel.fill()
        run = self.mirror(channel, registry, code=1)
        self.assertIn("noarch/repodata_from_packages.json of", run.stderr)
        self.assertEqual(self.listed(registry), ["alpha", "beta", "gamma"])
        again = servers.records(json.loads(registry.blob("ch/noarch/repodata_from_packages.json", self.layer(registry))))
        self.assertEqual(again, kept)

    def layer(self, registry):
        return registry.manifest("ch/noarch/repodata_from_packages.json", "latest")["layers"][0]["digest"]

    def test_W02_push_cache_has_nothing_to_lose(self):
        channel, registry = Channel(self), self.registry()
        self.mirror(channel, registry)
        (self.scratch / "ch/noarch").mkdir(parents=True)
        (self.scratch / "ch/noarch/gamma-1-0.tar.bz2").write_bytes(package("gamma"))
        self.run_program("push-cache", "-c", "ch", "-s", "noarch", "--registry", registry.url, "--cache-dir", self.scratch)
        self.assertEqual(self.listed(registry), ["alpha", "beta", "gamma"])


class Sections(Case):
    BASES = {"empty object": {}, "only info": {"info": {"subdir": "noarch"}}, "only packages": {"packages": {}},
             "only packages.conda": {"packages.conda": {}}, "both": {"packages": {}, "packages.conda": {}}}

    def fill(self, folder):
        folder.mkdir(parents=True)
        (folder / "beta-1-0.tar.bz2").write_bytes(package("beta"))
        for file in (pathlib.Path(servers.SAMPLE) / "noarch").glob("*.conda"):
            (folder / file.name).write_bytes(file.read_bytes())
        names = sorted(file.name for file in folder.iterdir())
        self.assertGreater(len(names), 1)
        return names

    def test_W03_both_formats_over_every_subset_of_sections(self):
        for number, (name, base) in enumerate(self.BASES.items()):
            with self.subTest(name):
                registry, second = self.registry(), self.registry()
                cache = self.scratch / f"cache{number}"
                names = self.fill(cache / "ch/noarch")
                (cache / "ch/noarch/repodata.json").write_text(json.dumps(base))
                push = ("push-cache", "-c", "ch", "-s", "noarch", "--cache-dir", cache, "--registry")
                self.run_program(*push, registry.url)
                self.assertEqual(sorted(records(registry.index("ch/noarch"))), names)
                # From there into a folder that has such an index and one of the packages.
                other = self.scratch / f"other{number}/ch/noarch"
                other.mkdir(parents=True)
                (other / "repodata.json").write_text(json.dumps(base))
                (other / "beta-1-0.tar.bz2").write_bytes(package("beta"))
                self.run_program("pull-cache", "-c", "ch", "-s", "noarch", "--all-versions", "--cache-dir", other.parent.parent, "--registry", registry.url)
                self.assertEqual(sorted(records(json.loads((other / "repodata.json").read_text()))), names)

    def test_W03_into_a_registry_whose_index_lacks_sections(self):
        for number, (name, base) in enumerate(self.BASES.items()):
            with self.subTest(name):
                registry, channel = self.registry(), Channel(self)
                channel.put({**base, "packages": {}} if "packages.conda" not in base else base)
                self.mirror(channel, registry)
                cache = self.scratch / f"into{number}"
                names = self.fill(cache / "ch/noarch")
                push = ("push-cache", "-c", "ch", "-s", "noarch", "--cache-dir", cache, "--registry", registry.url)
                for _ in range(2):
                    self.run_program(*push)
                    self.assertEqual(sorted(records(registry.index("ch/noarch"))), names)


class Records(Case):
    def test_W05_a_bad_record_is_refused_by_name(self):
        channel, registry = Channel(self, ("alpha", "beta", "gamma")), self.registry()
        good = json.dumps(channel.index())
        bad = {"surrogate": good.replace('"name": "beta"', '"name": "beta", "license": "Andr\\udce9"').encode(),
               "unread surrogate": good.replace('"name": "beta"', '"name": "beta", "summary": "Andr\\udce9"').encode(),
               "Latin-1": good.replace('"name": "beta"', '"name": "beta", "license": "Andr\u00e9"').encode("latin-1"),
               "NUL": good.replace('"name": "beta"', '"name": "beta", "license": "a\\u0000b"').encode(),
               "nested": good.replace('"name": "beta"', '"name": "beta", "x": ' + "[" * 1000 + "]" * 1000).encode()}
        for name, document in bad.items():
            with self.subTest(name):
                channel.put(document)
                run = self.mirror(channel, registry, code=1)
                self.assertIn("beta-1-0.tar.bz2", run.stderr)
                self.assertEqual(self.listed(registry), ["alpha", "gamma"])
        for name, section in {"null": None, "list": []}.items():
            with self.subTest(name):
                channel.put({**channel.index(), "packages.conda": section})
                run = self.mirror(channel, registry, code=1)
                self.assertIn("packages.conda", run.stderr)
                self.assertEqual(self.listed(registry), ["alpha", "beta", "gamma"])
        channel.put(good.replace('"info":', '"deep": ' + "[" * 900 + "]" * 900 + ', "info":').encode())
        run = self.mirror(channel, registry, code=1)
        self.assertIn("deep", run.stderr)
        self.assertNotIn("deep", registry.index("ch/noarch"))

    def test_W05_a_bad_package_of_a_cache_is_named(self):
        registry = self.registry()
        folder = self.scratch / "ch/noarch"
        folder.mkdir(parents=True)
        raw = '{"name": "%s", "version": "1", "build": "0", "subdir": "noarch", %s}'
        bad = {"surrogate": '"license": "Andr\\udce9"', "key": '"\\udce9": 1', "nested": '"x": ' + "[" * 900 + "]" * 900,
               "nul": '"license": "a\\u0000"'}
        for name, field in bad.items():
            (folder / f"{name}-1-0.tar.bz2").write_bytes(package(name, raw=(raw % (name, field)).encode()))
        (folder / "latin-1-0.tar.bz2").write_bytes(package("latin", raw=(raw % ("latin", '"license": "Andr\u00e9"')).encode("latin-1")))
        for name in ("alpha", "beta"):
            (folder / f"{name}-1-0.tar.bz2").write_bytes(package(name))
        (folder / "gamma-1.0-0.conda").write_bytes((CASES / "gamma-1.0-0.conda").read_bytes())
        run = self.run_program("push-cache", "-c", "ch", "-s", "noarch", "--all", "--registry", registry.url, "--cache-dir", self.scratch, code=1)
        for name in [*bad, "latin"]:
            self.assertIn(f"{name}-1-0.tar.bz2", run.stderr)
        self.assertIn("gamma-1.0-0.conda", run.stderr)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])

    def test_W23_a_size_is_added(self):
        registry, channel = self.registry(), Channel(self)
        channel.fill(size=None)
        self.mirror(channel, registry)

        def sizes(index):
            return {name: one.get("size") for name, one in records(index).items()}

        truth = {f"{name}-1-0.tar.bz2": len(data) for name, data in channel.packages.items()}
        self.assertEqual(sizes(registry.index("ch/noarch")), truth)
        self.mirror(channel, registry)
        self.assertEqual(sizes(registry.index("ch/noarch")), truth)
        channel.fill(size=None, sha256=None)  # neither, now or in the index that stands there
        other = self.registry()
        self.mirror(channel, other)
        self.mirror(channel, other, "-p", "alpha")
        self.assertEqual(sizes(other.index("ch/noarch")), truth)
        cache = self.scratch / "cache"
        self.run_program("pull-cache", "-c", "ch", "-s", "noarch", "--registry", other.url, "--cache-dir", cache)
        self.assertEqual(sizes(json.loads((cache / "ch/noarch/repodata.json").read_text())), truth)

    def test_W23_a_size_is_added_to_what_is_there_without(self):
        """As an older version left it: the registry's own manifests know the size, and nothing is sent again."""
        registry, channel = self.registry(), Channel(self)
        self.mirror(channel, registry)
        truth = records(registry.index("ch/noarch"))
        channel.fill(size=None)
        channel.answers.update({f"/ch/noarch/{name}-1-0.tar.bz2": (500, {}, b"") for name in channel.packages})
        self.mirror(channel, registry, "--deep")
        self.assertEqual(records(registry.index("ch/noarch")), truth)

    def test_W23_a_record_of_a_cache_gets_the_size_of_its_file(self):
        registry = self.registry()
        folder = self.scratch / "ch/noarch"
        folder.mkdir(parents=True)
        data = package("alpha")
        (folder / "alpha-1-0.tar.bz2").write_bytes(data)
        (folder / "repodata.json").write_text(json.dumps({"packages": {"alpha-1-0.tar.bz2": record("alpha", data, size=None, hotfix=1)}}))
        self.run_program("push-cache", "-c", "ch", "-s", "noarch", "--registry", registry.url, "--cache-dir", self.scratch)
        one = records(registry.index("ch/noarch"))["alpha-1-0.tar.bz2"]
        self.assertEqual((one["size"], one["hotfix"]), (len(data), 1))


HTML = b"<!DOCTYPE html>\n<html><body>Sign in</body></html>"


class Forms(Case):
    def bad_forms(self, plain):
        packed = zst(plain)
        return {"HTML": (200, {"Content-Type": "text/html"}, HTML), "empty": (200, {}, b""), "cut": packed[:len(packed) // 2],
                "damaged": packed[:20] + b"\xff\xff\xff" + packed[23:], "of an error": zst(b'{"error":"not found"}'), "gzip": gzip.compress(plain),
                "204": (204, {}, b""), "300": (300, {}, b""), "302 to a page": (302, {"Location": "/login"}, b""),
                **{str(status): (status, {}, b"no") for status in (400, 401, 402, 405, 406, 415, 418, 451, 500, 501, 502, 503)}}

    def test_W12_a_bad_zst_falls_back(self):
        channel = Channel(self)
        plain = channel.answers[NOARCH]
        channel.answers["/login"] = (200, {}, HTML)
        layout = f"oci-layout:{self.scratch}/layout"
        for name, answer in self.bad_forms(plain).items():
            with self.subTest(name):
                channel.answers[NOARCH + ".zst"] = answer
                channel.asked.clear()
                run = self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", layout)
                self.assertIn("repodata.json.zst of", run.stderr)
                self.assertIn("repodata.json was read in its place", run.stderr)
                self.assertLessEqual(channel.asked.count("/ch/noarch/repodata.json.zst"), 2)
        for status in (403, 404, 410):
            channel.answers[NOARCH + ".zst"] = (status, {}, b"no")
            run = self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", layout)
            self.assertNotIn("in its place", run.stderr)

    def test_W12_the_only_form_is_tried_as_often_as_ever(self):
        channel, registry = Channel(self), self.registry()
        good = channel.answers[NOARCH + ".zst"]
        channel.alone(NOARCH + ".zst", [(500, {}, b"no")] * 3 + [good])
        self.mirror(channel, registry)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])

    def test_W12_every_form_bad(self):
        channel, registry = Channel(self), self.registry()
        channel.answers[NOARCH + ".zst"] = (402, {}, b"pay")
        channel.answers[NOARCH] = HTML
        run = self.mirror(channel, registry, code=4)
        self.assertIn("HTML page", run.stderr)
        self.assertNotIn("JSON document has an improper structure", run.stderr)
        for path in (NOARCH, NOARCH + ".zst"):
            channel.answers[path] = (401, {}, b"no")
        self.mirror(channel, registry, code=3)
        channel.alone(NOARCH + ".zst", HTML)
        self.assertIn("HTML page", self.mirror(channel, registry, code=4).stderr)

    def test_W12_what_the_channel_removed_is_optional(self):
        channel, registry = Channel(self), self.registry()
        for answer in (HTML, (500, {}, b"no"), (401, {}, b"no"), b"{}", b'{"error":1}', b"\x28\xb5\x2f\xfd\0"):
            for form in ("", ".zst", ".bz2"):
                channel.answers["/ch/noarch/repodata_from_packages.json" + form] = answer if not isinstance(answer, tuple) or form == ".zst" else HTML
            run = self.mirror(channel, registry)
            self.assertIn("packages that the channel removed from its index are left as they are", run.stderr)
            self.assertEqual(self.listed(registry), ["alpha", "beta"])

    def test_W12_codings_that_were_not_asked_for(self):
        channel = Channel(self)
        plain, packed, alpha = channel.answers[NOARCH], channel.answers[NOARCH + ".zst"], channel.packages["alpha"]
        codings = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}
        for number, (coding, encode) in enumerate(codings.items()):
            for chunked in (False, True):
                with self.subTest(coding, chunked=chunked):
                    more = {"Content-Encoding": coding, "ETag": f'"{coding}"', **({"Transfer-Encoding": "chunked"} if chunked else {})}
                    layout = f"oci-layout:{self.scratch}/{number}{chunked}"
                    for path, body in ((NOARCH, plain), (NOARCH + ".zst", packed), ("/ch/noarch/alpha-1-0.tar.bz2", alpha)):
                        channel.answers[path] = (200, more, encode(body))
                    for _ in range(2):
                        run = self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", layout)
                        self.assertNotIn("in its place", run.stderr)
                    channel.answers.pop(NOARCH + ".zst")
                    self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", layout, "--deep")
                    channel.answers[NOARCH + ".zst"] = packed
        # Mere labels, as object stores put on what is compressed anyway.
        for coding in ("x-gzip", "gzip", "deflate", "x-bzip2", "zstd", "br", "identity"):
            with self.subTest("label", coding=coding):
                for path, body in ((NOARCH, plain), (NOARCH + ".zst", packed), ("/ch/noarch/alpha-1-0.tar.bz2", alpha)):
                    channel.answers[path] = (200, {"Content-Encoding": coding}, body)
                self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", f"oci-layout:{self.scratch}/label-{coding}")

    def test_W12_coded_packages_that_are_not_the_promised_ones(self):
        channel = Channel(self)
        alpha = channel.packages["alpha"]
        bad = {"another file": gzip.compress(package("other") * 2), "cut": gzip.compress(alpha)[:-20], "damaged": b"\x1f\x8b\x08\0\xff\xff" + alpha,
               "too much": gzip.compress(bytes(50_000_000)), "label and another size": alpha + b"more"}
        for name, body in bad.items():
            with self.subTest(name):
                channel.answers["/ch/noarch/alpha-1-0.tar.bz2"] = (200, {"Content-Encoding": "gzip"}, body)
                run = self.run_program("mirror", "-c", channel.url, "-s", "noarch", "--registry", f"oci-layout:{self.scratch}/bad", code=1)
                self.assertIn("alpha-1-0.tar.bz2", run.stderr)

    def test_W12_only_what_was_read_is_kept(self):
        channel, registry = Channel(self), self.registry()
        good = channel.answers[NOARCH]
        channel.alone(NOARCH, (200, {"ETag": '"e1"'}, HTML))
        self.mirror(channel, registry, code=4)
        kept = list(self.home.rglob("indexes/*"))
        self.assertEqual(kept, [])
        channel.answers[NOARCH] = (200, {"ETag": '"e1"'}, good)  # the same validator: it is asked for without a condition
        self.mirror(channel, registry)
        self.assertEqual(len(list(self.home.rglob("indexes/*"))), 1)
        # What an older version kept of the page.
        for file in self.home.rglob("indexes/*"):
            head = json.loads(file.read_bytes().split(b"\n", 1)[0])
            head["digest"] = "sha256:" + hashlib.sha256(HTML).hexdigest()
            file.write_bytes(json.dumps(head).encode() + b"\n" + HTML)
        self.mirror(channel, registry)
        self.assertIn(good, next(iter(self.home.rglob("indexes/*"))).read_bytes())
        channel.asked.clear()
        self.mirror(channel, registry)
        self.assertEqual(self.listed(registry), ["alpha", "beta"])


class WhatItIs(Case):
    def test_low_an_index_that_is_something_else(self):
        channel, registry = Channel(self), self.registry()
        documents = {"HTML page": HTML, "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", "it is empty": b"",
                     "UTF-16": "{}".encode("utf-16"), "XML": b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>",
                     "begins with []": b"[]", "ends early": b'{"packages": {"a'}
        for says, document in documents.items():
            with self.subTest(says):
                channel.put(document)
                run = self.mirror(channel, registry, code=4)
                self.assertIn(says, run.stderr)

    def test_low_a_lock_file_that_is_something_else(self):
        channel = Channel(self)
        lock = self.scratch / "some.lock"
        documents = {"HTML page": HTML, "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "it is empty": b"",
                     "is not YAML": b"a: [b\n\tc: }"}
        for says, document in documents.items():
            with self.subTest(says):
                lock.write_bytes(document)
                run = self.run_program("mirror", "-c", channel.url, "--from", lock, "--registry", f"oci-layout:{self.scratch}/l", code=2)
                self.assertIn(says, run.stderr)
                self.assertNotIn("yaml-cpp", run.stderr)


if __name__ == "__main__":
    unittest.main()

# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Registries that answer in their own ways, each made of a real one and a front."""
import http.server
import json
import pathlib
import shutil
import socket
import ssl
import tempfile
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

import servers
from fronts import Front
from servers import SAMPLE, Registry, conda_oci, records

PLACEHOLDERS = ("repodata_shards.msgpack.zst", "repodata.json.zst")
ANNOTATION = "dev.conda-oci-mirror.placeholders"
REFUSED = json.dumps({"errors": [{"code": "DENIED", "message": "not here"}]}).encode()


def is_placeholder(path):
    return any(f"/{name}/" in path for name in PLACEHOLDERS)


class Case(servers.Case):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.folder = pathlib.Path(self.scratch.name)
        self.registry = Registry()
        self.addCleanup(self.registry.__exit__)

    def front(self, before=None, after=None, context=None):
        front = Front(self.registry, before, after, context)
        self.addCleanup(front.__exit__)
        return front

    def run_program(self, *arguments, code=0, env=None):
        run = conda_oci(*arguments, env=env)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def mirror(self, place, *options, code=0, channel=SAMPLE, env=None):
        return self.run_program("mirror", "-c", channel, "--as", "s", "--registry", getattr(place, "url", place), *options, code=code, env=env)

    def assert_whole(self):
        for subdir in ("linux-64", "noarch"):
            self.assertEqual(records(self.registry.index(f"s/{subdir}")), records(json.loads((SAMPLE / subdir / "repodata.json").read_text())))

    def as_ghcr(self, asked, origin):
        """Answers as ghcr.io does: tokens for everything, and 403 instead of one for a repository that does not exist, but for its owner."""
        if asked.path.startswith("/token"):
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(asked.path).query)
            names = [scope.split(":")[1] for text in query.get("scope", []) for scope in text.split()]
            is_owner = asked.headers.get("Authorization", "").startswith("Basic ")
            if not is_owner and not all(self.registry.tags(name) for name in names):
                return 403, {}, REFUSED
            return 200, {}, json.dumps({"token": "owner" if is_owner else "stranger"}).encode()
        if "Authorization" not in asked.headers:
            return 401, {"WWW-Authenticate": f'Bearer realm="{origin}/token",service="x"'}, REFUSED
        return None

    def channel_with_news(self):
        """(a channel that lacks one package of the sample, what makes it whole)."""
        channel = self.folder / "channel"
        shutil.copytree(SAMPLE, channel)
        for form in (".zst", ".bz2"):
            for file in channel.glob("*/repodata.json" + form):
                file.unlink()
        path = channel / "linux-64/repodata.json"
        whole = path.read_text()
        index = json.loads(whole)
        index["packages.conda"].popitem()
        path.write_text(json.dumps(index))
        return channel, lambda: path.write_text(whole)


class Mounts(Case):
    def test_W06_a_mount_that_is_refused_is_an_upload(self):
        answers = {"401": (401, {}, REFUSED), "401 Basic": (401, {"WWW-Authenticate": 'Basic realm="x"'}, REFUSED), "403": (403, {}, REFUSED),
                   "405": (405, {}, b""), "409": (409, {}, REFUSED), "500": (500, {}, b""), "503": (503, {}, b""), "200": (200, {}, b"<html>")}
        for number, (name, answer) in enumerate(answers.items()):
            with self.subTest(name), Front(self.registry, lambda asked: answer if "mount=" in asked.path else None) as front:
                run = self.run_program("mirror", "-c", SAMPLE, "--as", "s", "--workers", "1", "--registry", f"{front.url}/n{number}", "--json")
                self.assertEqual(json.loads(run.stdout)["totals"]["failed"], 0)
                self.assertEqual(front.count("POST", "mount="), 1)  # and then no more
                self.assertEqual(records(self.registry.index(f"n{number}/s/linux-64")),
                                 records(json.loads((SAMPLE / "linux-64/repodata.json").read_text())))

    def test_W06_a_password_is_not_blamed(self):
        """Basic is asked for and accepted, but not for a mount."""
        def before(asked):
            if "Authorization" not in asked.headers or "mount=" in asked.path:
                return 401, {"WWW-Authenticate": 'Basic realm="x"'}, REFUSED
            del asked.headers["Authorization"]
            return None

        front = self.front(before)
        self.mirror(front, env={"ORAS_USER": "alice", "ORAS_PASS": "pw-CANARY"})
        self.assert_whole()

    def test_W06_a_token_that_is_not_given_for_two_repositories(self):
        """A token server that refuses what names more than one repository."""
        def before(asked):
            if asked.path.startswith("/token"):
                scopes = urllib.parse.parse_qs(urllib.parse.urlsplit(asked.path).query).get("scope", [])
                names = {scope.split(":")[1] for text in scopes for scope in text.split()}
                return (403, {}, REFUSED) if len(names) > 1 else (200, {}, b'{"token":"t"}')
            if "Authorization" not in asked.headers:
                return 401, {"WWW-Authenticate": f'Bearer realm="{front.url}/token",service="x"'}, REFUSED
            return None

        front = self.front(before)
        self.mirror(front, env={"ORAS_USER": "alice", "ORAS_PASS": "pw-CANARY"})
        self.assert_whole()
        self.assertEqual(front.count("POST", "mount="), 0)


class Placeholders(Case):
    def manifest(self, subdir, name, tag="none"):
        return self.registry.manifest(f"s/{subdir}/{name}", tag)

    def annotation(self, subdir="linux-64"):
        return self.registry.manifest(f"s/{subdir}/repodata.json", "latest")["annotations"].get(ANNOTATION)

    def test_W07_are_left_once(self):
        channel, add = self.channel_with_news()
        front = self.front()
        self.mirror(front, channel=channel)
        for subdir in ("linux-64", "noarch"):
            for name in PLACEHOLDERS:
                manifest = self.manifest(subdir, name)
                self.assertEqual(self.registry.blob(f"s/{subdir}/{name}", manifest["config"]["digest"]), b"{}")
                self.assertEqual(len(manifest["layers"]), 1)
                self.assertNotIn("artifactType", manifest)
                self.assertEqual(self.registry.tags(f"s/{subdir}/{name}"), ["none"])
            self.assertEqual(self.annotation(subdir), "yes")
        # A night without news, and one with: neither asks for them.
        for change in (lambda: None, add):
            change()
            front.requests.clear()
            self.mirror(front, channel=channel)
            self.assertEqual([r for r in front.requests if is_placeholder(r[1])], [])
            self.assertEqual(self.annotation(), "yes")
        self.assertIn("PUT", {r[0] for r in front.requests})
        # push-cache leaves the annotation, too.
        self.run_program("pull-cache", "-c", "s", "-s", "linux-64", "--registry", front.url, "--cache-dir", self.folder / "cache")
        self.run_program("push-cache", "-c", "s", "-s", "linux-64", "--all", "--registry", front.url, "--cache-dir", self.folder / "cache")
        self.assertEqual(self.annotation(), "yes")

    def test_W07_are_left_in_a_mirror_that_has_none(self):
        self.mirror(self.registry)
        for subdir in ("linux-64", "noarch"):
            manifest = self.registry.manifest(f"s/{subdir}/repodata.json", "latest")
            del manifest["annotations"][ANNOTATION]
            self.put(f"s/{subdir}/repodata.json", "latest", manifest)
            for name in PLACEHOLDERS:
                shutil.rmtree(pathlib.Path(self.registry.folder.name, f"data/docker/registry/v2/repositories/s/{subdir}/{name}"))
        before = len(self.registry.requests())
        self.mirror(self.registry)
        self.assertEqual((self.annotation("linux-64"), self.annotation("noarch")), ("yes", "yes"))
        for name in PLACEHOLDERS:
            self.assertIsNotNone(self.manifest("noarch", name))
        asked = self.registry.requests(before)
        self.assertEqual([r for r in asked if r[0] in ("POST", "PUT") and "/blobs/" in r[1] and not is_placeholder(r[1])], [])

    def put(self, repository, tag, manifest):
        request = urllib.request.Request(f"{self.registry.url}/v2/{repository}/manifests/{tag}", data=json.dumps(manifest).encode(), method="PUT",
                                         headers={"Content-Type": servers.MANIFEST, "User-Agent": "test-reader"})
        urllib.request.urlopen(request).close()

    def test_W07_nobody_takes_them_for_packages(self):
        self.mirror(self.registry)
        listed = self.run_program("list", f"{self.registry.url}/s/linux-64").stdout
        self.assertNotIn("repodata", listed)
        self.assertEqual({line.split()[0] for line in listed.splitlines()},
                         {r["name"] for r in records(json.loads((SAMPLE / "linux-64/repodata.json").read_text())).values()})
        self.assertEqual({line.split()[0] for line in self.run_program("list", f"{self.registry.url}/s").stdout.splitlines()}, {"linux-64", "noarch"})
        run = self.run_program("pull-cache", "-c", "s", "-s", "linux-64", "-s", "noarch", "--all-versions", "--registry", self.registry.url,
                               "--cache-dir", self.folder / "cache")
        self.assertEqual({p.name for p in (self.folder / "cache/s/noarch").iterdir()},
                         {"repodata.json", "repodata.json.zst", *records(json.loads((SAMPLE / "noarch/repodata.json").read_text()))}, run.stderr)
        layout = self.folder / "layout"
        self.run_program("copy", f"oci+http://127.0.0.1:{self.registry.port}", f"oci-layout:{layout}", "-c", "s", "-s", "linux-64", "-s", "noarch")
        self.assertNotIn("msgpack", (layout / "index.json").read_text())

    def test_W07_a_refusal_is_a_note(self):
        for number, status in enumerate((401, 403, 404)):
            front = self.front(lambda asked: (status, {}, REFUSED) if is_placeholder(asked.path) else None)
            with self.subTest(status):
                place = f"{front.url}/n{number}"
                run = self.mirror(place)
                self.assertEqual(run.stderr.count("repodata_shards.msgpack.zst and repodata.json.zst"), 1, run.stderr)
                index = self.registry.manifest(f"n{number}/s/linux-64/repodata.json", "latest")
                self.assertEqual((index["annotations"]["dev.conda-oci-mirror.index"], index["annotations"][ANNOTATION]), ("present", "no"))
                # It is not tried every night.
                front.requests.clear()
                run = self.mirror(place)
                self.assertEqual({r[0] for r in front.requests}, {"GET"})
                self.assertNotIn("msgpack", run.stderr)

    def test_W07_what_mamba_asks_ghcr_for(self):
        """The requests of mamba 2.8.1 in its order, at a front that gives tokens as ghcr.io does: 403 for repositories that do not exist."""
        front = self.front(lambda asked: self.as_ghcr(asked, front.url))
        self.mirror(front, env={"ORAS_USER": "owner", "ORAS_PASS": "pw-CANARY"})
        for subdir in ("linux-64", "noarch"):
            for name in (*PLACEHOLDERS, "repodata.json"):
                repository = f"s/{subdir}/{name}"
                with urllib.request.urlopen(f"{front.url}/token?scope=repository:{repository}:pull") as reply:
                    token = json.loads(reply.read())["token"]
                request = urllib.request.Request(f"{front.url}/v2/{repository}/manifests/latest",
                                                 headers={"Authorization": "Bearer " + token, "Accept": servers.MANIFEST})
                try:
                    with urllib.request.urlopen(request) as reply:
                        status = reply.status
                except urllib.error.HTTPError as error:
                    status = error.code
                self.assertEqual(status, 200 if name == "repodata.json" else 404, name)


class CacheControl(Case):
    def test_W08_is_said_where_it_lasts_a_year(self):
        run = self.mirror(self.registry)
        notes = [line for line in run.stderr.splitlines() if "Cache-Control" in line]
        self.assertEqual(len(notes), 1, run.stderr)
        self.assertRegex(notes[0], r"^note .*365 days.*--repodata-ttl 0")
        # Nothing was published, so there is nothing to be overlooked.
        before = len(self.registry.requests())
        self.assertNotIn("Cache-Control", self.mirror(self.registry).stderr)
        self.assertEqual([r for r in self.registry.requests(before) if "/blobs/" in r[1]], [])
        self.assertIn("365 days", " ".join(json.loads(self.mirror(self.registry.url + "/other", "--json").stdout)["notes"]))

    def test_W08_is_not_said_where_it_is_hidden_or_short(self):
        for number, value in enumerate((None, "max-age=60", "no-cache, max-age=31536000")):
            def after(asked, status, headers, body, value=value):
                if "/repodata.json/blobs/" in asked.path:
                    headers = {k: v for k, v in headers.items() if k.lower() != "cache-control"} | ({"Cache-Control": value} if value else {})
                return status, headers, body

            with self.subTest(value):
                self.assertNotIn("Cache-Control", self.mirror(f"{self.front(after=after).url}/n{number}").stderr)

    def test_W08_check_reads_it(self):
        steps = self.check(self.registry)
        self.assertEqual(steps["freshness"]["outcome"], "not offered")
        self.assertIn("365 days", steps["freshness"]["detail"])

        def after(asked, status, headers, body):
            return status, {k: v for k, v in headers.items() if k.lower() != "cache-control"}, body

        self.assertEqual(self.check(self.front(after=after))["freshness"]["outcome"], "works")

    def test_W08_check_asks_where_an_index_is(self):
        """The front of the guide hides the header of what is beside an index, and of nothing else."""
        def after(asked, status, headers, body):
            if "/repodata.json/blobs/" in asked.path:
                headers = {k: v for k, v in headers.items() if k.lower() != "cache-control"}
            return status, headers, body

        front = self.front(after=after)
        self.assertEqual(self.check(front)["freshness"]["outcome"], "works")
        self.assertNotIn("Cache-Control", " ".join(self.report["notes"]))
        # And the other way around.
        front.after = lambda asked, status, headers, body: (
            status, {k: v for k, v in headers.items() if k.lower() != "cache-control" or "/repodata.json/" in asked.path}, body)
        for place in (front, self.registry):
            self.assertEqual(self.check(place)["freshness"]["outcome"], "not offered")
            self.assertRegex(" ".join(self.report["notes"]), "365 days .*run mamba or micromamba with --repodata-ttl 0")
        self.assertEqual(self.report["leftBehind"], [])
        self.assertEqual([tag for repository in self.registry.repositories() for tag in self.registry.tags(repository)], [])

    def check(self, place, code=0):
        self.report = json.loads(self.run_program("check", "--json", place.url, code=code).stdout)
        return {step["id"]: step for step in self.report["steps"]}


class OddSuccess(Case):
    def test_W13_what_was_taken_counts(self):
        """Quay's 202 for a manifest, and others' 200 and 204; 200 and 202 for a blob, 200 and 201 for a session; with digests and without."""
        ways = [(202, 201, 202, True), (200, 200, 200, True), (204, 202, 201, True), (202, 200, 201, False), (200, 202, 200, False)]
        for number, (manifest, blob, session, says_digest) in enumerate(ways):
            def after(asked, status, headers, body):
                if not says_digest:
                    headers = {k: v for k, v in headers.items() if k.lower() != "docker-content-digest"}
                if asked.method == "PUT" and status == 201:
                    status = manifest if "/manifests/" in asked.path else blob
                elif asked.method == "POST" and status == 202:
                    status = session
                return status, headers, body

            with self.subTest(ways[number]):
                front = self.front(after=after)
                self.mirror(f"{front.url}/n{number}")
                self.assertEqual(records(self.registry.index(f"n{number}/s/noarch")),
                                 records(json.loads((SAMPLE / "noarch/repodata.json").read_text())))
                self.run_program("check", front.url)

    def test_W13_what_was_not_taken_does_not(self):
        """A proxy that says 200 to everything that is sent, and keeps nothing."""
        def before(asked):
            if asked.method == "PUT" and "/manifests/" in asked.path:
                return 200, {}, b"<html>welcome</html>"
            return None

        run = self.mirror(self.front(before), code=4)
        self.assertIn("did not take a manifest", run.stderr)
        self.assertIsNone(self.registry.index("s/noarch"))


class Addresses(servers.Case):
    def test_the_hint_for_an_ipv6_address_can_be_typed(self):
        """A server that speaks plain http is asked for https."""
        class Plain(http.server.HTTPServer):
            address_family = socket.AF_INET6

        try:
            server = Plain(("::1", 0), type("Quiet", (http.server.BaseHTTPRequestHandler,), {"log_message": lambda *_: None}))
        except OSError:
            self.skipTest("no IPv6 here")
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"[::1]:{server.server_address[1]}"
        run = conda_oci("list", f"{place}/org/s")
        self.assertEqual(run.returncode, 4, run.stderr)
        self.assertIn(f"write http://{place}", run.stderr)


class Checked(Case):
    """check does not say 0 where a nightly mirror would fail."""

    def both(self, before=None, after=None):
        """({step: outcome} of check, its exit code, the exit code of the second of two nights)."""
        channel, add = self.channel_with_news()
        front = self.front(before, after)
        check = conda_oci("check", "--json", front.url)
        nights = [conda_oci("mirror", "-c", channel, "--as", "s", "--registry", front.url)]
        add()
        nights.append(conda_oci("mirror", "-c", channel, "--as", "s", "--registry", front.url))
        report = json.loads(check.stdout)
        self.assertEqual(report["exitCode"], check.returncode)
        shutil.rmtree(channel)
        self.report = report
        return {step["id"]: step["outcome"] for step in report["steps"]}, check.returncode, nights[1].returncode

    def test_W24_immutable_tags(self):
        for status in (400, 403, 409, 412):
            names = {}

            def before(asked):
                if asked.method == "PUT" and "/manifests/" in asked.path and names.setdefault(asked.path, asked.body) != asked.body:
                    return status, {}, b'{"errors":[{"code":"TAG_INVALID","message":"the tag is immutable"}]}'
                return None

            with self.subTest(status):
                steps, check, night = self.both(before)
                self.assertEqual(steps["push-manifest"], "works")
                self.assertEqual(steps["move-tag"], "fails")
                self.assertIn("the tag is immutable", next(s["detail"] for s in self.report["steps"] if s["id"] == "move-tag"))
                self.assertNotEqual(check, 0)
                self.assertNotEqual(night, 0)
                self.assertEqual(self.report["leftBehind"], [])
                self.forget()

    def forget(self):
        shutil.rmtree(pathlib.Path(self.registry.folder.name, "data/docker/registry/v2/repositories/s"), ignore_errors=True)

    def test_W24_a_tag_that_does_not_move(self):
        """It says 201 and keeps the first."""
        names = {}

        def before(asked):
            if asked.method == "PUT" and "/manifests/" in asked.path and names.setdefault(asked.path, asked.body) != asked.body:
                return 201, {}, b""
            return None

        steps, check, night = self.both(before)
        self.assertEqual((steps["move-tag"], check), ("fails", 1))

    def test_W24_manifests_under_another_type(self):
        for kind in ("application/json", "text/plain; charset=utf-8", "application/vnd.docker.distribution.manifest.v2+json"):
            def after(asked, status, headers, body):
                if asked.method == "GET" and "/manifests/" in asked.path and status == 200:
                    headers = {k: v for k, v in headers.items() if k.lower() != "content-type"} | {"Content-Type": kind}
                return status, headers, body

            with self.subTest(kind):
                steps, check, night = self.both(after=after)
                self.assertEqual(steps["read-manifest"], "fails")
                self.assertEqual(check, 1)
                self.assertNotEqual(night, 0)
                self.forget()

    def test_W24_names_of_two_parts_only(self):
        def before(asked):
            name = asked.path.partition("/v2/")[2].partition("/blobs/")[0].partition("/manifests/")[0]
            return (404, {}, REFUSED) if asked.method in ("POST", "PUT") and name.count("/") > 1 else None

        steps, check, night = self.both(before)
        self.assertEqual(steps["push-blobs"], "fails")
        self.assertNotEqual(check, 0)
        self.assertNotEqual(night, 0)

    def test_W24_an_index_that_is_refused(self):
        steps, check, night = self.both(lambda asked: (403, {}, REFUSED) if asked.method == "PUT" and "/repodata.json/" in asked.path else None)
        self.assertEqual((steps["push-blobs"], steps["push-manifest"]), ("works", "fails"))
        self.assertIn("index", next(s["detail"] for s in self.report["steps"] if s["id"] == "push-manifest"))
        self.assertNotEqual(check, 0)
        self.assertNotEqual(night, 0)
        self.assertEqual(self.report["leftBehind"], [])

    def test_W24_what_is_not_there_is_refused(self):
        """A mirror asks for the index that it is to have."""
        def before(asked):
            name = asked.path.partition("/v2/")[2].partition("/manifests/")[0]
            return (403, {}, REFUSED) if asked.method == "GET" and "/manifests/" in asked.path and not self.registry.tags(name) else None

        steps, check, night = self.both(before)
        self.assertEqual((steps["push-blobs"], steps["push-manifest"]), ("works", "fails"))
        self.assertNotEqual(check, 0)
        self.assertNotEqual(night, 0)

    def test_W24_a_placeholder_is_tried_and_not_needed(self):
        front = self.front(lambda asked: (403, {}, REFUSED) if is_placeholder(asked.path) else None)
        report = json.loads(self.run_program("check", "--json", front.url).stdout)
        step = next(s for s in report["steps"] if s["id"] == "placeholder")
        self.assertEqual((step["outcome"], step["needed"]), ("not offered", False))
        self.assertIn("mamba", step["detail"])
        self.assertEqual(report["leftBehind"], [])

    def test_W24_nothing_is_left(self):
        report = json.loads(self.run_program("check", "--json", self.registry.url).stdout)
        self.assertEqual(report["leftBehind"], [])
        self.assertEqual([tag for repository in self.registry.repositories() for tag in self.registry.tags(repository)], [])
        self.assertEqual({s["outcome"] for s in report["steps"] if s["id"] in ("move-tag", "placeholder")}, {"works"})

    def test_W24_a_blob_that_stays_is_named(self):
        front = self.front(lambda asked: (405, {}, b"") if asked.method == "DELETE" and "/blobs/" in asked.path else None)
        left = json.loads(self.run_program("check", "--json", front.url).stdout)["leftBehind"]
        there = [name for name in self.registry.repositories() if name.startswith("conda-oci-check-")]
        self.assertEqual(len(there), 4)
        for name in there:
            self.assertTrue(any(one.endswith(" in " + name) for one in left), (name, left))


class Installers(Case):
    """check's last rows say who can install from what is there."""

    PLACE = "https://registry.example.org"

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        authority = servers.Authority(scratch.name)
        cls.ca_file = authority.file
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(*authority.issue("registry", "DNS:registry.example.org"))

    def judge(self, before):
        """[can mamba?, can pixi?] install from a registry that answers so, at port 443."""
        front = self.front(before, context=self.context)
        run = self.run_program("check", "--json", self.PLACE, "--ca-file", self.ca_file,
                               env={"HTTPS_PROXY": front.url, "ORAS_USER": "owner", "ORAS_PASS": "pw-CANARY"})
        report = json.loads(run.stdout)
        self.steps = {step["id"]: step for step in report["steps"]}
        self.why = [reader["why"] for reader in report["readers"]]
        self.assertEqual(report["leftBehind"], [])
        return [reader["canRead"] for reader in report["readers"][:2]]

    def refuse(self, asked):
        return (403, {}, REFUSED) if asked.method in ("POST", "PUT") and is_placeholder(asked.path) else None

    def test_W07_as_ghcr_with_placeholders(self):
        self.assertEqual(self.judge(lambda asked: self.as_ghcr(asked, self.PLACE)), [True, True], self.why)
        self.assertEqual(self.steps["placeholder"]["outcome"], "works")

    def test_W07_as_ghcr_where_placeholders_are_refused(self):
        self.assertEqual(self.judge(lambda asked: self.refuse(asked) or self.as_ghcr(asked, self.PLACE)), [False, False], self.why)
        self.assertEqual(self.steps["placeholder"]["outcome"], "not offered")
        for why in self.why[:2]:
            self.assertRegex(why, "^no placeholder can be left, and .*give up")

    def test_W07_what_is_not_there_is_answered_404(self):
        """Tokens for everybody and everything, as by docker-registry behind a token server; no placeholder is needed then."""
        def before(asked):
            return (200, {}, b'{"token":"t"}') if asked.path.startswith("/token") else self.refuse(asked)

        self.assertEqual(self.judge(before), [True, True], self.why)
        self.assertEqual(self.steps["placeholder"]["outcome"], "not offered")

    def test_W07_what_is_not_there_is_refused_without_tokens(self):
        """mamba takes any answer but a token for what is there; pixi asks for the manifest."""
        def before(asked):
            if asked.path.startswith("/token"):
                return 200, {}, b'{"token":"t"}'
            return (status, {}, REFUSED) if is_placeholder(asked.path) else None

        for status in (401, 403):
            with self.subTest(status):
                self.assertEqual(self.judge(before), [True, False], self.why)
                self.assertIn("no placeholder can be left", self.why[1])


if __name__ == "__main__":
    unittest.main()

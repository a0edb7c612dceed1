# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Secrets of every kind at once, in runs that succeed and in runs that fail in every way: none is printed or written anywhere (A10)."""
import base64
import http.server
import json
import pathlib
import shutil
import tempfile
import threading
import unittest
import urllib.parse

import servers
from servers import SAMPLE, ChannelServer, Registry, TokenServer, conda_oci

PASSWORD = "CANARY-password"


class Secrets(servers.Case):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="secrets-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.home = self.folder / "home"
        self.home.mkdir()
        served = self.folder / "served"
        shutil.copytree(SAMPLE, served / "t/CANARY-conda-token/chan")
        shutil.copytree(SAMPLE, served / "chan")
        self.channel = ChannelServer(served)
        self.addCleanup(self.channel.__exit__)
        tokens = TokenServer({"me": (PASSWORD, ["pull", "push"])})
        self.addCleanup(tokens.__exit__)
        self.registry = Registry(token=tokens)
        self.addCleanup(self.registry.__exit__)

    def run_program(self, *arguments, code=0, user="me", password=PASSWORD, report=True):
        extra = ["--debug", "--report", self.folder / "home/report.json"] if report else []
        run = conda_oci(*arguments, *extra, home=self.home, env={"ORAS_USER": user, "ORAS_PASS": password})
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def host(self):
        return self.channel.url.removeprefix("http://")

    def mirror(self, url, **more):
        return self.run_program("mirror", "-c", url, "--as", "chan", "-s", "noarch", "--registry", self.registry.url, **more)

    def test_A10_user_info_of_a_channel(self):
        self.mirror(f"http://me:CANARY-info@{self.host()}/chan")
        sent = [headers.get("authorization", "") for _, _, headers in self.channel.requests]
        self.assertTrue(all(one.startswith("Basic ") for one in sent), sent)
        for form in ("", ".zst", ".bz2"):
            self.channel.faults[f"/chan/noarch/repodata.json{form}"] = 403
        self.mirror(f"http://me:CANARY-info@{self.host()}/chan", code=3)

    def test_A10_token_of_a_channel(self):
        url = f"{self.channel.url}/t/CANARY-conda-token/chan"
        self.mirror(url)
        for fault, code in ((403, 3), (("bytes", b"<html>t/CANARY-conda-token/x CANARY</html>".replace(b" CANARY<", b"<")), 4), (500, 4)):
            with self.subTest(fault=fault):
                for form in ("", ".zst", ".bz2"):
                    self.channel.faults[f"/t/CANARY-conda-token/chan/noarch/repodata.json{form}"] = fault
                self.mirror(url, code=code)
        for bad in ("/t/CANARY-conda-token/nothing", "/t/CANARY-conda-token/chan/../x"):
            self.mirror(self.channel.url + bad, code=4)
        self.run_program("copy", url, f"cache:{self.folder}/cache", "-s", "linux-64")

    def test_A10_password_and_tokens(self):
        self.mirror(f"{self.channel.url}/chan")
        self.mirror(f"{self.channel.url}/chan", code=3, password=PASSWORD + "-wrong")
        self.run_program("pull-cache", "-c", "chan", "-s", "noarch", "--registry", self.registry.url, "--cache-dir", self.folder / "cache")
        self.run_program("whoami", self.registry.url, report=False)
        self.run_program("list", f"{self.registry.url}/chan/noarch", report=False)

    def test_A10_a_server_sends_them_back(self):
        """In each form, without a word beside it that tells what it is."""
        account = f"me:{PASSWORD}"
        coded = base64.b64encode(account.encode()).decode()
        forms = [PASSWORD, account, coded, f"Basic {coded}", base64.b64encode(PASSWORD.encode()).decode(), urllib.parse.quote(PASSWORD, safe="")]
        said = ""

        class Echo(http.server.BaseHTTPRequestHandler):
            def answer(self):
                signed_in = "Authorization" in self.headers
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                body = json.dumps({"errors": [{"code": "DENIED", "message": f"no <{said}> here"}]}).encode()
                self.send_response(403 if signed_in else 401)
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
                self.send_header("Warning", f'299 - "seen {said}"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        url = f"http://127.0.0.1:{server.server_address[1]}"
        for said in forms:
            with self.subTest(form=said):
                run = self.run_program("mirror", "-c", SAMPLE, "-s", "noarch", "--registry", url, "--json", code=3)
                self.assertIn("***", run.stdout + run.stderr)
                self.run_program("list", f"{url}/chan/noarch", report=False, code=3)
                servers.conda_oci("check", "--json", url, home=self.home, env={"ORAS_USER": "me", "ORAS_PASS": PASSWORD})
        self.assertEqual(servers.FOUND, [])

    def test_A10_password_in_a_registry_address(self):
        run = self.run_program("mirror", "-c", SAMPLE, "--registry", "http://me:CANARY-typed@127.0.0.1:1/x", code=2)
        self.assertNotIn("CANARY", run.stdout + run.stderr)

    def test_A10_the_search_finds_what_is_there(self):
        """The search itself: in an output, a file, a name."""
        (self.home / "log").write_text("Authorization: Bearer CANARY-x")
        servers.look_for_secrets("", [], self.home, {})
        servers.look_for_secrets("token CANARY-y", [], self.folder / "nothing", {})
        servers.look_for_secrets("bWU6b3RoZXItcHc", [], self.folder / "nothing", {"ORAS_USER": "me", "ORAS_PASS": "other-pw"})
        self.assertEqual(len([one for one in servers.FOUND if "CANARY" in one]), 2, servers.FOUND)
        self.assertGreater(len(servers.FOUND), 2, servers.FOUND) # the account's secret, as it is and in Basic's coding
        servers.FOUND.clear()
        report = self.home / "report.json"
        report.write_text(json.dumps({"url": "https://***"}))
        (self.home / "log").unlink()
        servers.look_for_secrets("", ["--report", report], self.home, {})
        self.assertEqual(servers.FOUND, [])


if __name__ == "__main__":
    unittest.main()

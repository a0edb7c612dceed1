# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The program on the wire: certificates, proxies, and servers that say what they should not. Against a real docker-registry with TLS."""
import contextlib
import hashlib
import http.server
import json
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from servers import SAMPLE, Authority, conda_oci, free_port

HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")
HOSTILE = "\x1b[31mred\x1b]8;;http://evil.example\x07link\r\nfake   line\u202egnp\x9b2J"


class SecureRegistry:
    """docker-registry behind TLS; `clients` is the authority of the client certificates that it wants."""

    def __init__(self, certificate, key, clients=None):
        self.folder = tempfile.TemporaryDirectory(prefix="registry-")
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        asks = f"    clientcas: [{clients}]\n" if clients else ""
        config = pathlib.Path(self.folder.name) / "config.yml"
        config.write_text(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: false\n"
            f"storage:\n  filesystem:\n    rootdirectory: {self.folder.name}/data\n"
            f"http:\n  addr: 127.0.0.1:{self.port}\n  secret: for-tests-only\n  tls:\n    certificate: {certificate}\n    key: {key}\n{asks}")
        self.log_path = pathlib.Path(self.folder.name) / "access.log"
        self.log = self.log_path.open("wb")
        self.process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(400):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            time.sleep(0.05)
        raise RuntimeError("docker-registry does not answer: " + self.log_path.read_text()[-2000:])

    def close(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def requests(self):
        return re.findall(r'"(\w+) (\S+) HTTP/\d\.\d" \d+', self.log_path.read_text(errors="replace"))


class Scripted:
    """Answers each GET, HEAD, POST and PUT by `answer(method, path)`: (status, headers, body). `requests` is what came."""

    def __init__(self, answer):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, body = answer(self.command, self.path)
                head = f"HTTP/1.1 {status} Text\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers) + f"Content-Length: {len(body)}\r\n\r\n"
                self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else body))

            do_HEAD = do_POST = do_PUT = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Case(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def run_program(self, *arguments, code=0, env=None):
        run = conda_oci(*arguments, env=env)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run

    def scripted(self, answer):
        server = Scripted(answer)
        self.addCleanup(server.close)
        return server


class Certificates(Case):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder)

    def registry(self, clients=None):
        self.certificate, key = self.authority.issue("registry")
        registry = SecureRegistry(self.certificate, key, clients)
        self.addCleanup(registry.close)
        return registry

    def fingerprint(self):
        pem = pathlib.Path(self.certificate).read_text()
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()

    def mirror(self, registry, *options, **more):
        return self.run_program("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--registry", registry.url, *options, **more)

    def test_A12_untrusted_certificates_stop_every_verb(self):
        registry = self.registry()
        place = f"{registry.url}/sample/noarch"
        for arguments in (("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--registry", registry.url),
                          ("list", place), ("inspect", place + "/sample-data:2024.1-0"), ("copy", "oci://" + registry.url[8:], "cache:x", "-c", "sample")):
            with self.subTest(verb=arguments[0]):
                run = self.run_program(*arguments, code=4)
                self.assertIn("no secure connection", run.stderr)
                self.assertIn(self.fingerprint(), run.stderr)
                self.assertIn("Test Root", run.stderr)
        self.assertEqual(registry.requests(), [])

    def test_A12_what_makes_it_trusted(self):
        registry = self.registry()
        other = Authority(self.folder, "Other Root")
        host = registry.url.removeprefix("https://")
        self.mirror(registry, "--ca-file", other.file, code=4)
        self.mirror(registry, code=4, env={"SSL_CERT_FILE": str(other.file)})
        self.mirror(registry, "--accept-certificate", f"{host}={'0' * 64}", code=4)
        self.assertEqual(registry.requests(), [])
        self.mirror(registry, "--ca-file", self.authority.file)
        self.assertIn("sample-data", self.run_program("list", f"{registry.url}/sample/noarch", "--ca-file", self.authority.file).stdout)
        self.assertIn("sample-data", self.run_program("list", f"{registry.url}/sample/noarch", env={"SSL_CERT_FILE": str(self.authority.file)}).stdout)
        accepted = ("--accept-certificate", f"{host}={self.fingerprint()}")
        self.assertIn("sample-data", self.run_program("list", f"{registry.url}/sample/noarch", *accepted).stdout)
        summary = self.run_program("inspect", f"{registry.url}/sample/noarch/sample-data:2024.1-0", *accepted).stdout
        self.assertIn("sha256:", summary)
        # An accepted certificate is of one host and port only.
        self.run_program("list", f"{registry.url}/sample/noarch", "--accept-certificate", f"127.0.0.1:1={self.fingerprint()}", code=4)

    def test_A12_https_unless_http_is_written(self):
        plain = self.scripted(lambda *_: (200, [], b"{}"))
        self.run_program("list", plain.url.removeprefix("http://") + "/sample/noarch", code=4)
        self.assertEqual(plain.requests, [])

    def test_A12_unusable_options(self):
        for options in (("--ca-file", "/nowhere/ca.pem"), ("--accept-certificate", "host=short"), ("--client-cert", str(SAMPLE / "noarch/repodata.json")),
                        ("--client-key", str(self.authority.file))):
            with self.subTest(options=options):
                run = conda_oci("mirror", "-c", SAMPLE, "--registry", "https://127.0.0.1:1", *options)
                self.assertEqual(run.returncode, 2, run.stdout + run.stderr)

    def test_S44_client_certificates(self):
        clients = Authority(self.folder, "Clients Root")
        registry = self.registry(clients.file)
        trusted = ("--ca-file", self.authority.file)
        run = self.mirror(registry, *trusted, code=4)
        self.assertIn("client certificate", run.stderr)
        stranger, key = self.authority.issue("stranger")
        self.mirror(registry, *trusted, "--client-cert", stranger, "--client-key", key, code=4)
        self.assertEqual(registry.requests(), [])
        mine, key = clients.issue("me")
        self.mirror(registry, *trusted, "--client-cert", mine, "--client-key", key)
        both = self.folder / "both.pem"
        both.write_text(pathlib.Path(mine).read_text() + pathlib.Path(key).read_text())
        self.assertIn("sample-data", self.run_program("list", f"{registry.url}/sample/noarch", *trusted, "--client-cert", both).stdout)


class Talk(Case):
    """What servers say reaches people as text, once, and nothing else."""

    def answer_all(self, status, headers=(), body=b"{}"):
        return self.scripted(lambda *_: (status, headers, body))

    def assert_clean(self, text):
        self.assertIsNone(HIDDEN.search(text), ascii(text))
        self.assertNotIn("\nfake", text)

    def test_A33_hostile_answers_stay_one_line(self):
        body = json.dumps({"errors": [{"code": HOSTILE, "message": HOSTILE, "detail": HOSTILE}]}).encode()
        report = self.folder / "report.json"
        for status, content in ((400, body), (500, HOSTILE.encode()), (403, body), (401, body), (418, body)):
            with self.subTest(status=status):
                headers = [("WWW-Authenticate", 'Basic realm="a\x1bb"'), ("X", "a\x1b[1m")] if status == 401 else []
                server = self.answer_all(status, headers, content)
                env = {"ORAS_USER": "me\x1b[1m", "ORAS_PASS": "x"} if status == 401 else {}
                run = conda_oci("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--debug", "--registry", server.url, "--report", report, "--json",
                                env=env, timeout=300)
                self.assertNotEqual(run.returncode, 0)
                self.assert_clean(run.stderr)
                self.assert_clean(run.stdout)
                json.loads(run.stdout)
                json.loads(report.read_text())

    def test_A33_hostile_locations(self):
        for location in ("http://evil\u202e.example/x".encode().decode("latin-1"), "http://a%1b%5b31m.example/", "file:///etc/pass\x1bwd", "http://127.0.0.1:1/\x9b2J"):
            with self.subTest(location=location):
                server = self.scripted(lambda *_, where=location: (302, [("Location", where)], b""))
                run = conda_oci("list", f"{server.url}/sample/noarch", timeout=300)
                self.assertNotEqual(run.returncode, 0)
                self.assert_clean(run.stderr + run.stdout)

    def test_S08_warnings_are_notes(self):
        index = (SAMPLE / "noarch/repodata.json").read_bytes()
        warning = [("Warning", '299 - "This channel moves, see \\"news\\""'), ("Warning", '299 - "bad \x1b one"'), ("Warning", '110 - "stale"')]

        def answer(_, path):
            return (200, warning, index) if path.endswith("noarch/repodata.json") else (404, warning, b"")

        server = self.scripted(answer)
        report = self.folder / "report.json"
        run = self.run_program("copy", server.url + "/mychan", f"cache:{self.folder}/cache", "-s", "noarch", "--dry-run", "--report", report)
        said = 'This channel moves, see "news"'
        self.assertEqual(run.stderr.count(said), 1, run.stderr)
        self.assertIn("note     127.0.0.1 warns: " + said, run.stderr)
        self.assertEqual(sum(said in note for note in json.loads(report.read_text())["notes"]), 1)
        self.assertNotIn("stale", run.stderr)
        self.assertNotIn("bad", run.stderr)

    def test_F08_says_when_to_come_back(self):
        server = self.answer_all(429, [("Retry-After", "7200")], b"slow down")
        run = self.run_program("list", f"{server.url}/sample/noarch", code=4)
        self.assertRegex(run.stderr, r"asks to come back in 7200 s, on \d{4}-\d\d-\d\d \d\d:\d\d")
        self.assertEqual(len(server.requests), 1)

    def test_A10_F24_proxy_passwords_are_not_shown(self):
        for scheme in ("http", "https"):
            with self.subTest(scheme=scheme):
                env = {f"{scheme}_proxy": f"http://me:CANARY-secret@127.0.0.1:{free_port()}", "no_proxy": ""}
                run = conda_oci("list", f"{scheme}://registry.example/sample/noarch", env=env, timeout=300)
                self.assertEqual(run.returncode, 4, run.stderr)
                self.assertIn("the proxy 127.0.0.1", run.stderr)
                self.assertNotIn("CANARY", run.stderr + run.stdout)

    def test_A06_a_registry_on_the_internet_does_not_lead_inside(self):
        inside = self.answer_all(200)
        # A proxy that plays the registry of that name.
        for name, headers in (("redirect", [("Location", inside.url + "/x")]), ("realm", [("WWW-Authenticate", f'Bearer realm="{inside.url}/token",service="s"')])):
            with self.subTest(name=name):
                registry = self.scripted(lambda *_, h=headers, n=name: (302 if n == "redirect" else 401, h, b""))
                env = {"http_proxy": registry.url, "no_proxy": "127.0.0.1", "ORAS_USER": "me", "ORAS_PASS": "CANARY"}
                run = conda_oci("list", "http://registry.example/sample/noarch", env=env, timeout=300)
                self.assertIn(run.returncode, (3, 4), run.stderr)
                self.assertIn("private address", run.stderr)
                self.assertTrue(registry.requests)
                self.assertEqual(inside.requests, [])
                self.assertNotIn("CANARY", run.stderr + run.stdout)


if __name__ == "__main__":
    unittest.main()

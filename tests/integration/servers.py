# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Real servers and plain readers for the end-to-end tests: nothing here goes through the project's own code."""
import base64
import contextlib
import hashlib
import http.server
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared/corpus"
SAMPLE = ROOT / "resources/sample-channel"
sys.path.append(str(ROOT / "resources"))  # make_sample_channel
PROGRAM = os.environ.get("CONDA_OCI", str(ROOT / "build/bin/conda-oci"))

# What a person who runs the tests may have set, and must not meddle.
OF_THE_USER = ("ORAS_USER", "ORAS_PASS", "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy",
               "NO_PROXY", "SSL_CERT_FILE", "DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR",
               "DBUS_SESSION_BUS_ADDRESS", "DISPLAY")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Registry:
    """Debian's docker-registry on a free loopback port, its storage in a folder of its own; `requests` is its access log."""

    def __init__(self, htpasswd=None, token=None):
        """`htpasswd` is a file of accounts, `token` a TokenServer."""
        self.folder = tempfile.TemporaryDirectory(prefix="registry-")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        auth = f"auth:\n  htpasswd:\n    realm: test\n    path: {htpasswd}\n" if htpasswd else ""
        if token:
            auth = f"auth:\n  token:\n    realm: {token.url}/token\n    service: test-registry\n    issuer: test-issuer\n    rootcertbundle: {token.certificate}\n"
        config = pathlib.Path(self.folder.name) / "config.yml"
        config.write_text(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: false\n"
            f"storage:\n  filesystem:\n    rootdirectory: {self.folder.name}/data\n  delete:\n    enabled: true\n{auth}"
            f"http:\n  addr: 127.0.0.1:{self.port}\n  secret: for-tests-only\n")
        self.log_path = pathlib.Path(self.folder.name) / "access.log"
        self.log = self.log_path.open("wb")
        self.process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            time.sleep(0.05)
        raise RuntimeError("docker-registry does not answer: " + self.log_path.read_text()[-2000:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def requests(self, start=0):
        """(method, path, status) of everything asked so far, but our own readers' requests; `start` skips the first ones."""
        lines = re.findall(r'"(\w+) (\S+) HTTP/1\.1" (\d+) \d+ "[^"]*" "([^"]*)"', self.log_path.read_text(errors="replace"))
        return [(m, p, int(s)) for m, p, s, agent in lines if not agent.startswith("test-reader")][start:]

    def get(self, path, accept=MANIFEST, user=None):
        request = urllib.request.Request(self.url + path, headers={"Accept": accept, "User-Agent": "test-reader"})
        if user:
            request.add_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
        with urllib.request.urlopen(request) as reply:
            return reply.read()

    def manifest(self, repository, tag, user=None):
        """The manifest, or None."""
        try:
            return json.loads(self.get(f"/v2/{repository}/manifests/{tag}", user=user))
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def blob(self, repository, digest):
        data = self.get(f"/v2/{repository}/blobs/{digest}", accept="*/*")
        assert "sha256:" + hashlib.sha256(data).hexdigest() == digest
        return data

    def tags(self, repository):
        try:
            return sorted(json.loads(self.get(f"/v2/{repository}/tags/list"))["tags"] or [])
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return []
            raise

    def repositories(self):
        return sorted(json.loads(self.get("/v2/_catalog?n=1000"))["repositories"])

    def contents(self):
        """Everything that can be seen: {repository: {tag: manifest bytes}}, without the index's time tags."""
        time_tag = re.compile(r"\d{4}(\.\d\d){4}$")
        seen = {}
        for repository in self.repositories():
            for tag in self.tags(repository):
                if not time_tag.match(tag):
                    seen.setdefault(repository, {})[tag] = self.get(f"/v2/{repository}/manifests/{tag}")
        return seen

    def index(self, channel_subdir):
        manifest = self.manifest(f"{channel_subdir}/repodata.json", "latest")
        if manifest is None:
            return None
        layer = next(l for l in manifest["layers"] if l["mediaType"] == "application/vnd.conda.repodata.v1+json")
        return json.loads(self.blob(f"{channel_subdir}/repodata.json", layer["digest"]))


class ChannelServer:
    """A folder served over HTTP with ETags and conditional requests; `requests` is what was asked, `faults` maps a path to what goes wrong:
    an HTTP status, or ("cut", n) to break off after n bytes, or ("bytes", data) to give other bytes."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.requests = []
        self.faults = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes

            def do_GET(self):
                path = urllib.request.unquote(self.path.split("?")[0])
                outer.requests.append((self.command, path, {k.lower(): v for k, v in self.headers.items()}))
                fault = outer.faults.get(path)
                file = outer.folder / path.lstrip("/")
                if isinstance(fault, int):
                    return self.answer(fault, b"no")
                if fault and fault[0] == "bytes":
                    return self.answer(200, fault[1])
                if not file.is_file():
                    return self.answer(404, b"not here")
                data = file.read_bytes()
                etag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
                if self.headers.get("If-None-Match") == etag:
                    return self.answer(304, b"", etag)
                if fault and fault[0] == "cut":
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data[:fault[1]])
                    self.wfile.flush()
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return None
                return self.answer(200, data, etag)

            do_HEAD = do_GET

            def answer(self, status, data, etag=None):
                self.send_response(status)
                if etag:
                    self.send_header("ETag", etag)
                if status != 304:
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD" and status != 304:
                    self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class TokenServer:
    """docker-registry's token authentication: gives signed tokens for what `accounts` ({user: (password, actions)}) may do, "" standing
    for the anonymous. `asked` is the list of (user, scopes)."""

    def __init__(self, accounts, lifetime=300):
        self.folder = tempfile.TemporaryDirectory(prefix="token-")
        key = f"{self.folder.name}/key.pem"
        self.certificate = f"{self.folder.name}/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.certificate,
                        "-subj", "/CN=test-issuer", "-days", "2"], check=True, capture_output=True)
        der = subprocess.run(["openssl", "x509", "-in", self.certificate, "-outform", "DER"], check=True, capture_output=True).stdout
        self.asked = []
        outer = self

        def encode(data):
            return base64.urlsafe_b64encode(data).rstrip(b"=")

        def sign(claims):
            head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
            body = encode(json.dumps(head).encode()) + b"." + encode(json.dumps(claims).encode())
            signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=body, check=True, capture_output=True).stdout
            return (body + b"." + encode(signature)).decode()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
                user = ""
                if header := self.headers.get("Authorization", ""):
                    user, password = base64.b64decode(header.removeprefix("Basic ")).decode().split(":", 1)
                    if accounts.get(user, (None,))[0] != password:
                        return self.answer(401, {"details": "incorrect username or password"})
                scopes = [one for text in query.get("scope", []) for one in text.split()]
                outer.asked.append((user, scopes))
                allowed = accounts.get(user, ("", []))[1]
                access = []
                for scope in scopes:
                    kind, rest = scope.split(":", 1)
                    name, actions = rest.rsplit(":", 1)
                    access.append({"type": kind, "name": name, "actions": [a for a in actions.split(",") if a in allowed]})
                now = int(time.time())
                token = sign({"iss": "test-issuer", "sub": user, "aud": "test-registry", "exp": now + lifetime, "nbf": now - 5, "iat": now,
                              "jti": str(len(outer.asked)), "access": access})
                return self.answer(200, {"token": token, "expires_in": lifetime})

            def answer(self, status, body):
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()


def conda_oci(*arguments, env=None, timeout=120, home=None):
    """Runs the program with a home of its own; CompletedProcess with text output."""
    environment = {k: v for k, v in os.environ.items() if k not in OF_THE_USER}
    with tempfile.TemporaryDirectory(prefix="home-") as temporary:
        environment.update(HOME=str(home or temporary), XDG_CACHE_HOME=str(pathlib.Path(home or temporary) / ".cache"), **(env or {}))
        return subprocess.run([PROGRAM, *map(str, arguments)], env=environment, capture_output=True, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL)


def records(index):
    """{file name: record} of an index."""
    return {**index.get("packages", {}), **index.get("packages.conda", {})}

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
import unittest
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/corpus"
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


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def make_certificate(key, certificate, name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-days", "2")


class Authority:
    """Vouches for certificates; `file` has its own."""

    def __init__(self, folder, name="Test Root"):
        self.folder = pathlib.Path(folder)
        self.name = name.replace(" ", "-")
        self.file = self.folder / f"{self.name}.pem"
        make_certificate(f"{self.file}.key", str(self.file), name)

    def issue(self, name, address="IP:127.0.0.1"):
        """(certificate, key) of a server at that address."""
        base = self.folder / f"{self.name}-{name}"
        pathlib.Path(f"{base}.ext").write_text(f"subjectAltName={address}\n")
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{base}.key", "-out", f"{base}.csr", "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", f"{base}.csr", "-CA", str(self.file), "-CAkey", f"{self.file}.key", "-CAcreateserial", "-out",
                f"{base}.crt", "-days", "2", "-extfile", f"{base}.ext")
        return f"{base}.crt", f"{base}.key"


class Registry:
    """Debian's docker-registry on a free loopback port, its storage in a folder of its own; `requests` is its access log."""

    def __init__(self, htpasswd=None, token=None, read_only=False, delete=True, tls=False):
        """`htpasswd` is a file of accounts, `token` a TokenServer; `tls` is with a certificate that nobody trusts."""
        self.folder = tempfile.TemporaryDirectory(prefix="registry-")
        self.port = free_port()
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        auth = f"auth:\n  htpasswd:\n    realm: test\n    path: {htpasswd}\n" if htpasswd else ""
        if token:
            auth = f"auth:\n  token:\n    realm: {token.url}/token\n    service: test-registry\n    issuer: test-issuer\n    rootcertbundle: {token.certificate}\n"
        maintenance = "  maintenance:\n    readonly:\n      enabled: true\n" if read_only else ""
        certificate = ""
        if tls:
            key, cert = f"{self.folder.name}/tls.key", f"{self.folder.name}/tls.pem"
            make_certificate(key, cert, "127.0.0.1")
            certificate = f"  tls:\n    certificate: {cert}\n    key: {key}\n"
        config = pathlib.Path(self.folder.name) / "config.yml"
        config.write_text(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: false\n"
            f"storage:\n  filesystem:\n    rootdirectory: {self.folder.name}/data\n  delete:\n    enabled: {str(delete).lower()}\n{maintenance}{auth}"
            f"http:\n  addr: 127.0.0.1:{self.port}\n  secret: for-tests-only\n{certificate}")
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
        """Everything that can be seen: {repository: {tag: manifest bytes}}, without the index's time tags, the names of these, and the address of
        its channel, which is in another folder or at another port each time."""
        channel = re.compile(rb'"dev\.conda-oci-mirror\.(channel|merged)":\s*"[^"]*",?')
        time_tag = re.compile(r"\d{4}(\.\d\d){4}(\.\d\d-\w+)?$")
        seen = {}
        for repository in self.repositories():
            for tag in self.tags(repository):
                if not time_tag.match(tag):
                    seen.setdefault(repository, {})[tag] = channel.sub(b"", self.get(f"/v2/{repository}/manifests/{tag}"))
        return seen

    def index(self, channel_subdir):
        manifest = self.manifest(f"{channel_subdir}/repodata.json", "latest")
        if manifest is None:
            return None
        layer = next(l for l in manifest["layers"] if l["mediaType"] == "application/vnd.conda.repodata.v1+json")
        return json.loads(self.blob(f"{channel_subdir}/repodata.json", layer["digest"]))


class HttpServer:
    """A server of our own making on loopback, on threads of its own: serve() begins it, the end of `with` ends it."""

    def serve(self, handler):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.handle_error = lambda *_: None  # clients break connections in many of these tests
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = "http://" + self.address
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class ChannelServer(HttpServer):
    """A folder served over HTTP with ETags and conditional requests; `requests` is what was asked, `faults` maps a path to what goes wrong:
    an HTTP status, or ("cut", n) to break off after n bytes, or ("bytes", data) to give other bytes; `waits` maps a path to the event
    that is waited for before it is answered."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.requests = []
        self.faults = {}
        self.waits = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # head and body are two writes

            def do_GET(self):
                path = urllib.request.unquote(re.sub(r"^http://[^/]+", "", self.path.split("?")[0]))  # as a proxy it is every host
                outer.requests.append((self.command, path, {k.lower(): v for k, v in self.headers.items()}))
                if path in outer.waits:
                    outer.waits[path].wait(60)
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

        self.serve(Handler)


class TokenServer(HttpServer):
    """docker-registry's token authentication: gives signed tokens for what `accounts` ({user: (password, actions)}) may do, "" standing
    for the anonymous. `asked` is the list of (user, scopes) that got a token, `requests` that of (method, status).
    `good_for`: seconds after which the registry refuses a token, whatever the reply says of it; `says` goes into the replies;
    `post`: OAuth2 by POST is offered, with `identities` ({refresh token: user}); `get`: so is GET; `delay` seconds before each answer."""

    LEEWAY = 60  # docker-registry takes a token for so long after it has expired

    def __init__(self, accounts, lifetime=300, good_for=None, says=None, post=False, get=True, identities=None, delay=0):
        self.folder = tempfile.TemporaryDirectory(prefix="token-")
        key = f"{self.folder.name}/key.pem"
        self.certificate = f"{self.folder.name}/cert.pem"
        make_certificate(key, self.certificate, "test-issuer")
        der = subprocess.run(["openssl", "x509", "-in", self.certificate, "-outform", "DER"], check=True, capture_output=True).stdout
        self.asked = []
        self.requests = []
        self.bodies = []
        self.delay = delay
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
                if not get:
                    return self.answer(404, {})
                user = ""
                if header := self.headers.get("Authorization", ""):
                    user, password = base64.b64decode(header.removeprefix("Basic ")).decode().split(":", 1)
                    if accounts.get(user, (None,))[0] != password:
                        return self.answer(401, {"details": "incorrect username or password"})
                return self.give(user, [one for text in query.get("scope", []) for one in text.split()], "token")

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.bodies.append(body)
                if not post:
                    return self.answer(404, {})
                form = {k: v[0] for k, v in urllib.parse.parse_qs(body).items()}
                user = (identities or {}).get(form.get("refresh_token")) if form["grant_type"] == "refresh_token" else form["username"]
                if user is None or (form["grant_type"] == "password" and accounts.get(user, (None,))[0] != form["password"]):
                    return self.answer(401, {"error": "invalid_grant"})
                return self.give(user, form.get("scope", "").split(), "access_token")

            def give(self, user, scopes, name):
                time.sleep(outer.delay)
                outer.asked.append((user, scopes))
                allowed = accounts.get(user, ("", []))[1]
                access = []
                for scope in scopes:
                    kind, rest = scope.split(":", 1)
                    resource, actions = rest.rsplit(":", 1)
                    access.append({"type": kind, "name": resource, "actions": [a for a in actions.split(",") if a in allowed]})
                now = int(time.time())
                expires = now + (lifetime if good_for is None else good_for - outer.LEEWAY)
                token = sign({"iss": "test-issuer", "sub": user, "aud": "test-registry", "exp": expires, "nbf": now - 5, "iat": now,
                              "jti": str(len(outer.asked)), "access": access})
                SECRETS.add(token.rsplit(".", 1)[1])
                return self.answer(200, {name: token, "expires_in": lifetime, **(says or {})})

            def answer(self, status, body):
                outer.requests.append((self.command, status))
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.serve(Handler)

    def __exit__(self, *_):
        super().__exit__()
        self.folder.cleanup()


SECRETS = {"CANARY"}  # what no run may print or write; tests add theirs
FOUND = []
# Where tests themselves put credentials for the program to find.
HOLDS_CREDENTIALS = re.compile(r"(config|auth|elsewhere)\.json$|/keyrings/|docker-credential-|/clock$")


def forms(secret, user=None):
    """A secret as it may turn up: as it is, in a URL, in a Basic header."""
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return {secret, urllib.parse.quote(secret, safe=""), encoded} | ({base64.b64encode(f"{user}:{secret}".encode()).decode().rstrip("=")} if user else set())


def look_for_secrets(text, arguments, home, env):
    """Looks through what a run printed, its home, and every file and folder named on its command line; what is found stands in FOUND."""
    wanted = set(SECRETS)
    if len(env.get("ORAS_PASS", "")) > 3:
        wanted |= forms(env["ORAS_PASS"], env.get("ORAS_USER"))
    given = " ".join(map(str, arguments))

    def look(data, where):
        # What was typed on the command line, and begins with a path, is the test's own.
        FOUND.extend(f"{secret} in {where}" for secret in wanted if secret.encode() in data)

    look(text.replace(given, "").encode(errors="replace"), f"the output of conda-oci {given}")
    places = [pathlib.Path(home), *(pathlib.Path(re.sub(r"^(cache|oci-layout):", "", str(one))) for one in arguments)]
    for place in places:
        if not str(place).startswith(tempfile.gettempdir()) or not place.exists():
            continue  # the tests' own folders only
        for path in [place] if place.is_file() else place.rglob("*"):
            if not HOLDS_CREDENTIALS.search(str(path)):
                look(str(path.relative_to(place)).encode(), f"a name in {place}")
                with contextlib.suppress(OSError):  # gone meanwhile, or not ours to read
                    if path.is_file() and path.stat().st_size < 4 << 20:
                        look(path.read_bytes(), path)


class Case(unittest.TestCase):
    """After every test no secret was found anywhere (A10)."""

    def tearDown(self):
        found, FOUND[:] = sorted(set(FOUND)), []
        self.assertEqual(found, [])


class RegistryCase(Case):
    """With a folder to write in, a cache below it, registries, and the program run in this process's environment."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.cache = self.scratch / "cache"

    def registry(self):
        registry = Registry()
        self.addCleanup(registry.__exit__)
        return registry

    def run_program(self, *arguments, code=0):
        run = conda_oci(*arguments)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run


def conda_oci(*arguments, env=None, timeout=120, home=None):
    """Runs the program with a home of its own; CompletedProcess with text output."""
    environment = {k: v for k, v in os.environ.items() if k not in OF_THE_USER}
    with tempfile.TemporaryDirectory(prefix="home-") as temporary:
        environment.update(HOME=str(home or temporary), XDG_CACHE_HOME=str(pathlib.Path(home or temporary) / ".cache"), **(env or {}))
        done = subprocess.run([PROGRAM, *map(str, arguments)], env=environment, capture_output=True, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL)
        look_for_secrets(done.stdout + done.stderr, arguments, home or temporary, env or {})
        return done


def records(index):
    """{file name: record} of an index."""
    return {**index.get("packages", {}), **index.get("packages.conda", {})}

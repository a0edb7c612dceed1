# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The guide and the README tell the truth: every command in them is run as it stands there, and shows what stands below it.

A block ```console has commands, `$ ` in front and `> ` before the lines that go on with one; what follows is what they print, where … stands for
anything in a line and, alone, for any lines. A command ends with 0 unless the next one is `echo $?`. A page is one session of a shell. What other
programs would have to run is in other blocks, and has no command of ours; the `run:` lines of workflows and the ExecStart of units are run too.

ghcr.io, harbor.example.org, conda.anaconda.org and 127.0.0.1:5000 are played by real servers: all commands go through a proxy that answers for these."""
import bz2
import collections
import contextlib
import functools
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import re
import select
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import types
import unittest
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
import servers  # noqa: E402
from servers import Authority, ChannelServer, Registry, TokenServer  # noqa: E402

import make_sample_channel as sample  # noqa: E402  (servers knows where it is)

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
TOKEN, ROBOT_SECRET = "ghp_CANARYtoken", "CANARY-robot-secret"

# What stands between ${{ and }} in the workflows; a list is one run for each.
EXPRESSIONS = {"github.actor": "octocat", "github.repository_owner": "myorg", "secrets.GITHUB_TOKEN": TOKEN, "matrix.shard": ["1", "2", "3", "4"]}
# What EnvironmentFile= holds.
OF_A_UNIT = {"ORAS_USER": "octocat", "ORAS_PASS": TOKEN}

# name, version, build, platform, format, depends: conda-forge as far as the guide needs it.
CONDA_FORGE = [
    ("zlib", "1.3.1", "hb9d3cd8_2", "linux-64", "conda", ["libzlib 1.3.1 hb9d3cd8_2"]),
    ("zlib", "1.2.13", "h4ab18f5_6", "linux-64", "conda", ["libzlib 1.2.13 h4ab18f5_6"]),
    ("zlib", "1.2.11", "h516909a_1010", "linux-64", "tar.bz2", []),
    ("libzlib", "1.3.1", "hb9d3cd8_2", "linux-64", "conda", []),
    ("libzlib", "1.2.13", "h4ab18f5_6", "linux-64", "conda", []),
    ("python", "3.12.7", "hc5c86c4_0_cpython", "linux-64", "conda", ["libzlib >=1.2.13", "tzdata"]),
    ("cudatoolkit", "11.8.0", "h4ba93d1_13", "linux-64", "conda", []),
    ("zlib", "1.3.1", "h8359307_2", "osx-arm64", "conda", []),
    ("tzdata", "2025b", "h78e105d_0", "noarch", "conda", []),
    ("pip", "25.0", "pyh8b19718_0", "noarch", "conda", ["python >=3.9"]),
]
PLATFORMS = ("linux-64", "osx-64", "osx-arm64", "win-64", "linux-aarch64", "linux-ppc64le", "noarch")


def make_conda_forge(folder):
    for platform in PLATFORMS:
        index = {"info": {"subdir": platform}, "packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}
        (folder / platform).mkdir(parents=True)
        for name, version, build, where, form, depends in CONDA_FORGE:
            if where != platform:
                continue
            files = {f"share/{name}/version": version}
            number = int(re.search(r"_(\d+)(_cpython)?$", build)[1])
            info = sample.info_files((name, version, build, number, platform, (form,), depends, files, "For the guide"))
            stem, payload = f"{name}-{version}-{build}", {path: text.encode() for path, text in files.items()}
            data = sample.conda(stem, info, payload) if form == "conda" else bz2.compress(sample.tar({**info, **payload}))
            (folder / platform / f"{stem}.{form}").write_bytes(data)
            record = {k: v for k, v in sample.index_json(name, version, build, number, platform, depends).items() if v is not None}
            record.update(md5=hashlib.md5(data).hexdigest(), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
            index["packages.conda" if form == "conda" else "packages"][f"{stem}.{form}"] = record
        (folder / platform / "repodata.json").write_text(json.dumps(index))


def make_pixi_lock(path, channel):
    names = ["noarch/tzdata-2025b-h78e105d_0.conda", "linux-64/libzlib-1.3.1-hb9d3cd8_2.conda", "linux-64/zlib-1.3.1-hb9d3cd8_2.conda"]
    lines = ["version: 6", "packages:"]
    for name in names:
        lines += [f"- conda: https://conda.anaconda.org/conda-forge/{name}", f"  sha256: {hashlib.sha256((channel / name).read_bytes()).hexdigest()}"]
    lines += ["- pypi: https://files.example.org/six-1.16.0-py2.py3-none-any.whl", "  name: six"]
    path.write_text("\n".join(lines) + "\n")


def context(authority, host):
    """For a server of that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(host, f"DNS:{host}"))
    return context


class Internet:
    """A proxy that is the whole internet: it ends TLS for the hosts that it knows, and hands requests on to servers on loopback.
    `sites` maps "HOST:PORT" to (TLS context or None, [(path prefix, URL that takes its place)]); any other is not to be found.
    `tokens` keeps what token servers said, since to sign costs them a process: the same question gets the same token."""

    def __init__(self, sites, tokens):
        self.sites = sites
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 1 << 16
            site = None

            def do_CONNECT(self):
                context, _ = outer.sites.get(self.path, (None, None))
                if context is None:
                    self.close_connection = True
                    return self.answer(502, [], b"no such host\n")
                self.send_response_only(200)
                self.end_headers()
                self.wfile.flush()
                self.connection = context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
                self.site = self.path
                return None

            def finish(self):
                with contextlib.suppress(OSError, ValueError):
                    super().finish()
                self.connection.close()

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                site = self.site or f"{url.hostname}:{url.port or 80}"
                _, routes = outer.sites.get(site, (None, []))
                path = urllib.parse.urlunsplit(("", "", url.path, url.query, ""))
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                for prefix, target in routes:
                    if path.startswith(prefix):
                        return self.hand_on(target + path[len(prefix):], site, body)
                return self.answer(502, [], b"nobody there\n")

            do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

            def hand_on(self, url, site, body):
                target = urllib.parse.urlsplit(url)
                headers = {k: v for k, v in self.headers.items() if not re.match("proxy-|connection|host|content-length", k, re.I)}
                headers.update({"Host": site.removesuffix(":443"), "X-Forwarded-Proto": "https" if self.site else "http", "Content-Length": str(len(body))})
                question = (url, headers.get("Authorization"))
                if question in tokens:
                    return self.answer(200, [], tokens[question])
                upstream = http.client.HTTPConnection(target.hostname, target.port, timeout=60)
                with contextlib.closing(upstream):
                    upstream.request(self.command, url[url.index("/", 8):], body=body, headers=headers)
                    reply = upstream.getresponse()
                    data = reply.read()
                    # ghcr.io has its blobs elsewhere, and says nothing of keeping them.
                    dropped = ("transfer-encoding", "connection", *(["cache-control"] if site == "ghcr.io:443" else []))
                    kept = [(k, v) for k, v in reply.getheaders() if k.lower() not in dropped]
                if target.path == "/token" and reply.status == 200:
                    tokens[question] = data
                return self.answer(reply.status, kept, data)

            def answer(self, status, headers, data):
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                if status not in (204, 304) and not any(name.lower() == "content-length" for name, _ in headers):
                    self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # clients break connections, and refuse certificates
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


Block = collections.namedtuple("Block", "language line text")
Command = collections.namedtuple("Command", "line text expected")


def blocks(page):
    """The fenced and the indented blocks of a page; an indented one has no language."""
    found, lines, i = [], page.read_text().splitlines(), 0
    while i < len(lines):
        if fence := re.match(r"( *)(```+)\s*(\w*)", lines[i]):
            end = next(j for j in range(i + 1, len(lines)) if lines[j].startswith(fence[1] + fence[2]))
            found.append(Block(fence[3], i + 1, [line[len(fence[1]):] for line in lines[i + 1:end]]))
            i = end
        elif lines[i].startswith("    ") and (i == 0 or not lines[i - 1].strip()):
            end = next((j for j in range(i, len(lines)) if lines[j].strip() and not lines[j].startswith("    ")), len(lines))
            found.append(Block(None, i + 1, [line[4:] for line in lines[i:end]]))
            i = end - 1
        i += 1
    return found


def console(block):
    commands = []
    for number, line in enumerate(block.text, block.line + 1):
        if line.startswith("$ "):
            commands.append(Command(number, line[2:], []))
        elif line.startswith("> ") and commands and not commands[-1].expected:
            commands[-1] = commands[-1]._replace(text=commands[-1].text + "\n" + line[2:])
        else:
            commands[-1].expected.append(line)
    return commands


def workflow_runs(block):
    """(environment, [script]) of a workflow's jobs as far as our program is in them."""
    text = "\n".join(block.text)
    environment = {name: EXPRESSIONS[value] for name, value in re.findall(r"\b([A-Z_]+): \"?\$\{\{ *([\w.]+) *\}\}", text)}
    assert not re.search(r"^\s*(- )?run: *[|>]", text, re.M), "scripts of several lines are not read here"
    scripts = []
    for script in re.findall(r"^\s*- run: (.*)$", text, re.M):
        used = re.findall(r"\$\{\{ *([\w.]+) *\}\}", script)
        for values in ([{}] if "matrix.shard" not in used else [{"matrix.shard": one} for one in EXPRESSIONS["matrix.shard"]]):
            scripts.append(re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda m: {**EXPRESSIONS, **values}[m[1]], script))
    return environment, scripts


def expectation(lines):
    """A pattern for what a block shows."""
    pattern = ""
    for line in lines:
        pattern += r"(?:.*\n)*?" if line.strip() == "…" else "[^\n]*".join(re.escape(part) for part in line.rstrip().split("…")) + "\n"
    return re.compile(pattern)


class Shell:
    """One session; commands come and go framed by NUL."""

    LOOP = r"""last=0
        while IFS= read -r -d '' command; do
            (exit $last)
            eval "$command" </dev/null 2>&1
            last=$?
            printf '\0%s\0' "$last"
        done"""
    KEYRING = "printf keyring-pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"

    def __init__(self, folder, environment, keychain):
        command = ["bash", "-c", (self.KEYRING if keychain else "") + self.LOOP]
        self.process = subprocess.Popen(["dbus-run-session", "--", *command] if keychain else command, cwd=folder, env=environment, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def run(self, text, timeout=60):
        """(output, exit code)"""
        self.process.stdin.write(text.encode() + b"\0")
        self.process.stdin.flush()
        got, end = b"", time.monotonic() + timeout
        while got.count(b"\0") < 2:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not more:
                raise AssertionError(f"{'no end' if not ready else 'the shell ended'}: {text}\n{got.decode(errors='replace')}")
            got += more
        output, code, _ = got.split(b"\0")
        text = re.sub(r"[ \t]+$", "", output.decode(), flags=re.M)
        return text if text.endswith("\n") or not text else text + "\n", int(code)

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


# Takes Slurm's place for packaging/cluster/slurm.sh: runs what is submitted at once.
SBATCH = """#!/bin/bash
array=1
for ((i = 1; i <= $#; i++)); do
    case ${!i} in --array=*) array=${!i#--array=} ;; --wrap) j=$((i + 1)) && wrap=${!j} ;; esac
done
for SLURM_ARRAY_TASK_ID in $(seq ${array/-/ }); do
    export SLURM_ARRAY_TASK_ID
    bash -c "$wrap" >>slurm-4711.out 2>&1 || exit 1
done
echo 4711
"""


class Case(unittest.TestCase):
    """A page's commands, in a session, a home and a world of its own."""

    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory(prefix="guide-")
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        public, company = Authority(cls.folder, "Public Root"), Authority(cls.folder, "Example Company Root")
        cls.public_file, cls.company_file = public.file, company.file
        cls.contexts = {host: context(authority, host)
                        for authority, host in ((public, "ghcr.io"), (public, "conda.anaconda.org"), (company, "harbor.example.org"))}
        make_conda_forge(cls.folder / "channels/conda-forge")
        cls.channels = ChannelServer(cls.folder / "channels")
        cls.addClassCleanup(cls.channels.__exit__)
        cls.tokens, cls.signed = {}, {}
        for host, user, secret in (("ghcr.io", "octocat", TOKEN), ("harbor.example.org", "robot$conda+mirror", ROBOT_SECRET)):
            cls.tokens[host] = TokenServer({user: (secret, ["pull", "push"]), "": ("", [])})
            cls.addClassCleanup(cls.tokens[host].__exit__)

    def internet(self, text):
        """The servers that a page speaks of."""
        sites = {"conda.anaconda.org:443": (self.contexts["conda.anaconda.org"], [("/", self.channels.url + "/")])}

        def started(**how):
            registry = Registry(**how)
            self.addCleanup(registry.__exit__)
            return registry.url + "/"

        for host, realm in (("ghcr.io", "/token"), ("harbor.example.org", "/service/token")):
            if host in text:
                tokens = self.tokens[host]
                told = types.SimpleNamespace(url=f"https://{host}{realm.removesuffix('/token')}", certificate=tokens.certificate)
                sites[f"{host}:443"] = (self.contexts[host], [(realm, tokens.url + "/token"), ("/", started(token=told, delete=host != "ghcr.io"))])
        if "127.0.0.1:5000" in text:
            sites["127.0.0.1:5000"] = (None, [("/", started())])
        internet = Internet(sites, self.signed)
        self.addCleanup(internet.close)
        return internet.url

    def session(self, text):
        """A shell in a folder that has what the guide says that its reader has."""
        scratch = tempfile.TemporaryDirectory(prefix="page-")
        self.addCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        for name in ("home", "run", "bin", "work", "work/resources"):
            (folder / name).mkdir(mode=0o700)
        work = folder / "work"
        shutil.copytree(ROOT / "resources/sample-channel", work / "resources/sample-channel")
        shutil.copytree(ROOT / "packaging/cluster", work / "packaging/cluster")
        shutil.copy(self.company_file, work / "company-ca.pem")
        (work / "token.txt").write_text(TOKEN + "\n")
        (work / "robot-secret.txt").write_text(ROBOT_SECRET + "\n")
        make_pixi_lock(work / "pixi.lock", self.folder / "channels/conda-forge")
        (folder / "bin/sbatch").write_text(SBATCH)
        (folder / "bin/sbatch").chmod(0o755)
        url = self.internet(text)
        environment = {"PATH": f"{pathlib.Path(servers.PROGRAM).parent}:{folder}/bin:/usr/bin:/bin", "HOME": f"{folder}/home", "XDG_RUNTIME_DIR": f"{folder}/run",
                       "LANG": "C.UTF-8", "http_proxy": url, "https_proxy": url, "SSL_CERT_FILE": str(self.public_file)}
        shell = Shell(work, environment, keychain="conda-oci login" in text)
        self.addCleanup(shell.close)
        return shell

    def check_page(self, page):
        text = page.read_text()
        runnable = [block for block in blocks(page) if block.language in ("console", "yaml", "ini")]
        if not runnable:
            return
        shell = self.session(text)
        for block in runnable:
            if block.language == "console":
                self.check_console(shell, page, block)
            elif block.language == "yaml":
                environment, scripts = workflow_runs(block)
                self.check_scripts(shell, page, block, environment, scripts)
            elif block.language == "ini":
                scripts = re.findall(r"^ExecStart=/usr/local/bin/(conda-oci .*)$", "\n".join(block.text), re.M)
                self.check_scripts(shell, page, block, OF_A_UNIT, scripts)

    def check_console(self, shell, page, block):
        commands = console(block)
        for i, command in enumerate(commands):
            where = f"{page.name}:{command.line}: {command.text}"
            with self.subTest(where):
                output, code = shell.run(command.text)
                self.assertNotIn("CANARY", output, where)
                asked = i + 1 < len(commands) and commands[i + 1].text == "echo $?"
                self.assertEqual(code != 0, asked, f"{where}\nended with {code}:\n{output}")
                if command.expected:
                    if not expectation(command.expected).fullmatch(output):
                        self.fail(f"{where}\nprinted\n{output}\nwhere the page has\n" + "\n".join(command.expected))

    def check_scripts(self, shell, page, block, environment, scripts):
        for script in scripts:
            where = f"{page.name}:{block.line}: {script}"
            with self.subTest(where):
                given = " ".join(f"{name}={value!r}" for name, value in environment.items())
                output, code = shell.run(f"({'export ' + given if given else ':'}; {script})")
                self.assertNotIn("CANARY", output, where)
                self.assertEqual(code, 0, f"{where}\nended with {code}:\n{output}")


class GuideRegistries(Case):
    """The README, and the pages about making mirrors here and there and installing from them."""


class GuideUses(Case):
    """All other pages."""


def test_of(page):
    return lambda self: self.check_page(page)


IN_REGISTRIES = {"README", "first-mirror", "ghcr", "harbor", "air-gap", "installing"}
for one in PAGES:
    setattr(GuideRegistries if one.stem in IN_REGISTRIES else GuideUses, "test_" + re.sub(r"\W", "_", one.stem.lower()), test_of(one))

VERB = re.compile(r"\bconda-oci (\w[\w-]*)((?:\\\n|[^\n|;&`])*)")
OPTION = re.compile(r"(?<![\w/.=-])(--?[A-Za-z][\w-]*)")
# Options of other programs, and of the Python tool, that the text speaks of.
OF_OTHERS = {"--override-channels", "--upload-delay", "--user", "--host", "--packages", "--subdirs", "--shard-workers", "--prefix", "--time",
             "--keep-going"}


@functools.cache
def help_of(verb):
    run = subprocess.run([servers.PROGRAM, verb, "--help"], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


def has_option(verb, option):
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", help_of(verb)) is not None


@functools.cache
def verbs():
    run = subprocess.run([servers.PROGRAM, "--help"], capture_output=True, text=True, timeout=60)
    return re.findall(r"^  ([a-z][a-z-]+)", run.stdout.split("Subcommands:")[1], re.M)


def slug(heading):
    """What a heading is called in a link, by GitHub and by mkdocs."""
    return re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", heading.lower()).strip())


class GuideText(unittest.TestCase):
    """What the pages say besides: no command hides, options and verbs exist, links lead somewhere, messages are the program's."""

    def test_no_command_hides_in_a_block_that_is_not_run(self):
        for page in PAGES:
            for block in blocks(page):
                if block.language == "console":
                    continue
                text = "\n".join(block.text)
                if page.name == "README.md" and block.language is None and text.strip() in ("packaging/run.sh", "packaging/test.sh"):
                    continue  # CI runs these
                run = {"yaml": r"^\s*- run: .*$", "ini": r"^ExecStart=/usr/local/bin/conda-oci .*$"}.get(block.language)
                rest = re.sub(run, "", text, flags=re.M) if run else text
                for line in rest.splitlines():
                    self.assertIsNone(re.match(r"\s*(\$ )?(packaging/|build/bin/|\./|.*\bconda-oci [a-z-]+ )", line), f"{page.name}:{block.line}: {line}")

    def test_options_exist(self):
        for page in PAGES:
            text = page.read_text()
            for verb, arguments in VERB.findall(text):
                if verb in verbs():
                    for option in OPTION.findall(arguments.split(" `")[0]):
                        with self.subTest(page=page.name, verb=verb, option=option):
                            self.assertTrue(has_option(verb, option) or option in OF_OTHERS)
            for span in re.findall(r"`(--?[A-Za-z][^`]*)`", text):
                option = OPTION.match(span)[1]
                with self.subTest(page=page.name, option=option):
                    self.assertTrue(option in OF_OTHERS or any(has_option(verb, option) for verb in verbs()))

    def test_verbs_exist(self):
        for page in PAGES:
            for verb in re.findall(r"[`$] ?conda-oci ([a-z][a-z-]*)", page.read_text()):
                self.assertIn(verb, verbs(), page.name)

    def test_links_lead_to_files_and_headings(self):
        everywhere = [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(ROOT / "tests").rglob("*.md")]
        self.assertIn(ROOT / "README.md", everywhere)
        for page in everywhere:
            text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
            for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", text)):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                with self.subTest(page=str(page.relative_to(ROOT)), link=target):
                    file = (page.parent / path).resolve() if path else page
                    self.assertTrue(file.exists())
                    if anchor:
                        headings = [slug(h) for h in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", file.read_text(), flags=re.M | re.S), re.M)]
                        self.assertIn(anchor, headings)

    def test_every_page_is_in_the_contents(self):
        contents = (ROOT / "packaging/mkdocs.yml").read_text()
        self.assertEqual(sorted(re.findall(r": ([\w-]+\.md)$", contents, re.M)), sorted(page.name for page in DOCS.glob("*.md")))
        self.assertIn(ROOT / "docs/index.md", PAGES)

    def test_messages_are_the_programs_own(self):
        """The headings of the page about failures are texts of the source, with … for what is put in."""
        sources = [*(ROOT / "core").rglob("*.cpp"), *(ROOT / "core").rglob("*.h"), *(ROOT / "app").rglob("*.cpp")]
        code = "\n".join(file.read_text() for file in sources)
        code = re.sub(r"%\d", "…", re.sub(r'"\s*\n\s*"', "", code))
        said = [text for line in re.findall(r"^### (.*)$", (DOCS / "troubleshooting.md").read_text(), re.M) for text in re.findall(r"`([^`]+)`", line)]
        self.assertGreater(len(said), 20)
        for text in said:
            with self.subTest(text):
                self.assertTrue(text.strip("… ") in code)

    def test_the_site_builds(self):
        with tempfile.TemporaryDirectory() as folder:
            run = subprocess.run(["mkdocs", "build", "--strict", "-f", str(ROOT / "packaging/mkdocs.yml"), "-d", folder], capture_output=True, text=True, timeout=120,
                                 env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
            self.assertEqual(run.returncode, 0, run.stderr)
            for page in DOCS.glob("*.md"):
                html = (pathlib.Path(folder) / page.with_suffix(".html").name).read_text()
                for picture in re.findall(r'<img[^>]* src="([^"]+)"', html):
                    self.assertTrue((pathlib.Path(folder) / picture).is_file(), picture)


if __name__ == "__main__":
    unittest.main()

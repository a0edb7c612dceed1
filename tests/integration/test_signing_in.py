# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Credentials from every place they may be, with registries that check them: htpasswd and signed tokens. No secret is ever shown."""
import base64
import json
import os
import pathlib
import pty
import re
import select
import stat
import subprocess
import tempfile
import signal
import termios
import time
import unittest
import urllib.request

import servers
from servers import SAMPLE, Registry, TokenServer, conda_oci

SECRET = "CANARY-Pa$$ w0rd"  # searched for in everything that is printed or written


def htpasswd(folder, **accounts):
    path = pathlib.Path(folder) / "htpasswd"
    for name, password in accounts.items():
        subprocess.run(["htpasswd", "-Bi", *([] if path.exists() else ["-c"]), str(path), name], input=password, text=True, check=True,
                       capture_output=True)
    return path


class Case(servers.Case):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.home = pathlib.Path(scratch.name) / "home"
        self.home.mkdir()
        self.folder = pathlib.Path(scratch.name)

    def protected(self, **accounts):
        registry = Registry(htpasswd=htpasswd(self.folder, **(accounts or {"me": SECRET})))
        self.addCleanup(registry.__exit__)
        return registry

    def run_program(self, *arguments, code=0, env=None):
        run = conda_oci(*arguments, env=env, home=self.home)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        self.assert_no_secret(run.stdout + run.stderr)
        return run

    def assert_no_secret(self, text):
        for form in (SECRET, base64.b64encode(SECRET.encode()).decode(), base64.b64encode(f"me:{SECRET}".encode()).decode()):
            self.assertNotIn(form, text)

    def mirror(self, registry, prefix="", **more):
        return self.run_program("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--debug", "--registry", registry.url + prefix, **more)

    def write(self, path, content):
        path = self.home / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return path

    def entry(self, user="me", password=SECRET):
        return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


class AuthFiles(Case):
    """docker's and podman's files and helpers, on a machine without a keychain."""

    def host(self, registry):
        return registry.url.removeprefix("http://")

    def test_docker_config(self):
        registry = self.protected()
        path = self.write(".docker/config.json", {"auths": {self.host(registry): self.entry()}})
        before = path.read_bytes()
        self.mirror(registry)
        self.assertIn("me, from", self.run_program("whoami", registry.url).stdout)
        self.assertEqual(path.read_bytes(), before)

    def test_forms_of_keys(self):
        registry = self.protected()
        for key in ("http://{}", "https://{}/v2/", "{}/"):
            with self.subTest(key=key):
                self.write(".docker/config.json", {"auths": {key.format(self.host(registry)): self.entry()}})
                self.run_program("whoami", registry.url)

    def test_podman_files(self):
        registry = self.protected()
        content = {"auths": {self.host(registry): self.entry()}}
        self.write("run/containers/auth.json", content)
        self.run_program("whoami", registry.url, env={"XDG_RUNTIME_DIR": str(self.home / "run")})
        self.run_program("whoami", registry.url, code=3)
        other = self.write("elsewhere.json", content)
        self.run_program("whoami", registry.url, env={"REGISTRY_AUTH_FILE": str(other)})
        self.write(".config/containers/auth.json", content)
        self.run_program("whoami", registry.url)

    def test_the_namespace_counts(self):
        registry = self.protected(me=SECRET, team=SECRET)
        self.write(".docker/config.json", {"auths": {self.host(registry): self.entry(), self.host(registry) + "/org/team": self.entry("team")}})
        for prefix, user in (("", "me"), ("/org", "me"), ("/org/team", "team"), ("/org/team/sub", "team"), ("/org/teams", "me")):
            with self.subTest(prefix=prefix):
                self.assertRegex(self.run_program("whoami", registry.url + prefix).stdout, rf"^{user}, ")

    def helper(self, body):
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / "docker-credential-test"
        path.write_text("#!/bin/sh\n" + body)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def test_helpers(self):
        registry = self.protected()
        answer = json.dumps({"ServerURL": "x", "Username": "me", "Secret": SECRET})
        env = self.helper(f"[ \"$1\" = get ] || exit 9\nread server\n[ \"$server\" = '{self.host(registry)}' ] || exit 1\ncat <<'END'\n{answer}\nEND\n")
        for config in ({"credHelpers": {self.host(registry): "test"}}, {"credsStore": "test"}, {"credsStore": "test", "auths": {self.host(registry): {}}}):
            with self.subTest(config=config):
                self.write(".docker/config.json", config)
                self.run_program("whoami", registry.url, env=env)
        for body in ("exit 1\n", "echo not json\n", "echo '{\"Username\":\"<token>\",\"Secret\":\"x\"}'\n"):
            with self.subTest(body=body):
                self.run_program("whoami", registry.url, env=self.helper(body), code=3)
        self.write(".docker/config.json", {"credHelpers": {self.host(registry): "../../bin/sh"}})
        self.run_program("whoami", registry.url, code=3)

    def test_a_helper_has_a_name_and_no_path(self):
        """Where the path would lead to a program."""
        registry = self.protected()
        env = self.helper("touch \"$0.ran\"\necho '{\"Username\":\"me\",\"Secret\":\"x\"}'\n")
        programs = self.home / "bin"
        (programs / "docker-credential-sub").mkdir()
        (programs / "docker-credential-sub/helper").symlink_to(programs / "docker-credential-test")
        (programs / "helper").symlink_to(programs / "docker-credential-test")
        for name in ("sub/helper", "sub/../helper", "sub/../docker-credential-test"):
            with self.subTest(name):
                self.write(".docker/config.json", {"credHelpers": {self.host(registry): name}})
                self.run_program("whoami", registry.url, env=env, code=3)
                self.assertEqual(list(programs.rglob("*.ran")), [])

    def test_A08_a_helper_that_fails_stops_a_push(self):
        """Nothing is sent anywhere instead, nothing is stored, and the user is told which helper it was."""
        registry = self.protected()
        self.write(".docker/config.json", {"credHelpers": {self.host(registry): "test"}})
        for body in (None, "exit 3\n", "echo broken >&2; kill -9 $$\n"):
            with self.subTest(body=body):
                run = self.mirror(registry, code=3, env=self.helper(body) if body else {"PATH": "/nowhere"})
                self.assertIn("docker-credential-test", run.stderr)
        self.assertLessEqual({m for m, _, _ in registry.requests()}, {"GET", "HEAD"})
        self.assertEqual({s for _, _, s in registry.requests()}, {401})
        # A helper that works and has nothing is no reason for a warning.
        env = self.helper("echo 'credentials not found in native keychain'; exit 1\n")
        self.assertNotIn("failed to give", self.mirror(registry, code=3, env=env).stderr)

    def test_damaged_files_are_passed_over(self):
        registry = self.protected()
        (self.home / ".docker").mkdir()
        (self.home / ".docker/config.json").write_text('{"auths": {"' + SECRET)
        self.write(".config/containers/auth.json", {"auths": {self.host(registry): self.entry()}})
        self.assertIn("damaged", self.run_program("whoami", registry.url).stderr)

    def test_environment_comes_first(self):
        registry = self.protected()
        self.write(".docker/config.json", {"auths": {self.host(registry): self.entry(password="old")}})
        self.run_program("whoami", registry.url, code=3)
        self.assertIn("ORAS_USER", self.run_program("whoami", registry.url, env={"ORAS_USER": "me", "ORAS_PASS": SECRET}).stdout)

    def test_S43_credentials_stay_with_their_registry(self):
        """Copying between two registries, each gets its own, and ORAS_USER is for the one that is written to."""
        source, target = self.protected(), Registry(htpasswd=htpasswd(tempfile.mkdtemp(dir=self.folder), you="other secret"))
        self.addCleanup(target.__exit__)
        self.write(".docker/config.json", {"auths": {self.host(source): self.entry()}})
        self.mirror(source)
        self.run_program("copy", "oci+" + source.url, "oci+" + target.url, "-c", "sample", "-s", "noarch",
                         env={"ORAS_USER": "you", "ORAS_PASS": "other secret"})
        users = [set(re.findall(r'127\.0\.0\.1 - (\S+) \[', r.log_path.read_text())) for r in (source, target)]
        self.assertLessEqual(users[0], {"-", "me"})
        self.assertLessEqual(users[1], {"-", "you"})

    def test_wrong_password(self):
        registry = self.protected()
        run = self.mirror(registry, code=3, env={"ORAS_USER": "me", "ORAS_PASS": SECRET + "x"})
        self.assertRegex(run.stderr, "(?i)password|credentials|refused")
        self.assertEqual([m for m, _, _ in registry.requests() if m in ("POST", "PUT")], [])

    def test_A09_login_without_a_keychain_keeps_nothing(self):
        registry = self.protected()
        run = self.login_from_stdin(registry, SECRET)
        self.assertEqual(run.returncode, 3, run.stderr)
        self.assertIn("keychain can't be used", run.stderr)
        self.assert_no_secret(run.stdout + run.stderr)
        self.assertEqual([p for p in self.home.rglob("*") if p.is_file() and SECRET in p.read_text(errors="replace")], [])

    def login_from_stdin(self, registry, password):
        env = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
        return subprocess.run([servers.PROGRAM, "login", registry.url, "-u", "me", "--password-stdin"], input=password + "\n", text=True, capture_output=True,
                              env={**env, "HOME": str(self.home)}, timeout=60)


class Tokens(Case):
    """docker-registry's token authentication: an account that may push, one that may only pull, and nobody."""

    ACCOUNTS = {"writer": (SECRET, ["pull", "push"]), "reader": ("r", ["pull"]), "": ("", [])}

    def setUp(self):
        super().setUp()
        self.tokens = TokenServer(self.ACCOUNTS)
        self.addCleanup(self.tokens.__exit__)
        self.registry = Registry(token=self.tokens)
        self.addCleanup(self.registry.__exit__)

    def test_push_and_pull(self):
        self.mirror(self.registry, "/org", env={"ORAS_USER": "writer", "ORAS_PASS": SECRET})
        self.assertIn(("writer", ["repository:org/sample/noarch/sample-data:pull,push"]),
                      [(u, sorted(s)[:1]) for u, s in self.tokens.asked])
        # A token a repository and need, not one a request.
        self.assertLess(len(self.tokens.asked), len(self.registry.requests()) / 2)
        self.run_program("pull-cache", "-c", "sample", "-s", "noarch", "--registry", self.registry.url + "/org", "--cache-dir", self.home / "cache",
                         env={"ORAS_USER": "reader", "ORAS_PASS": "r"})
        self.assertEqual(len(list((self.home / "cache/sample/noarch").glob("sample-*"))), 3)

    def test_an_account_that_may_only_pull(self):
        run = self.mirror(self.registry, "/org", code=3, env={"ORAS_USER": "reader", "ORAS_PASS": "r"})
        self.assertIn("error", run.stderr)
        run = self.mirror(self.registry, "/org", code=3, env={"ORAS_USER": "writer", "ORAS_PASS": "wrong"})
        self.assertRegex(run.stderr, "(?i)password|credentials|refused")

    def stressed(self, **how):
        """A token server and a registry that believes it, both used up to here by nobody."""
        tokens = TokenServer(self.ACCOUNTS, **how)
        self.addCleanup(tokens.__exit__)
        registry = Registry(token=tokens)
        registry.tokens = tokens
        self.addCleanup(registry.__exit__)
        return tokens, registry

    def as_writer(self):
        return {"ORAS_USER": "writer", "ORAS_PASS": SECRET}

    def test_S42_F11_tokens_that_die_within_seconds(self):
        """The reply promises five minutes, the registry takes them for five seconds: each refusal is answered with one new token."""
        tokens, registry = self.stressed(good_for=5)
        self.run_program("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--timeout", "3500", "--registry", registry.url + "/org",
                         env=self.as_writer())  # packages 3.5 s apart, so that tokens grow old
        needs = len({tuple(sorted(scopes)) for _, scopes in tokens.asked})
        refused = len([1 for _, _, status in registry.requests() if status == 401])
        self.assertGreater(len(tokens.asked), needs)
        self.assertLessEqual(len(tokens.asked), needs + refused)
        self.assertEqual(len(servers.records(self.index(registry))), 3)

    def index(self, registry):
        token = self.token_for(registry)
        manifest = json.loads(self.read(registry, "/v2/org/sample/noarch/repodata.json/manifests/latest", token))
        layer = next(l for l in manifest["layers"] if l["mediaType"].endswith("v1+json"))
        return json.loads(self.read(registry, "/v2/org/sample/noarch/repodata.json/blobs/" + layer["digest"], token))

    def token_for(self, registry):
        url = registry.tokens.url + "/token?scope=repository:org/sample/noarch/repodata.json:pull"
        request = urllib.request.Request(url, headers={"Authorization": "Basic " + base64.b64encode(b"reader:r").decode()})
        with urllib.request.urlopen(request) as reply:
            body = json.load(reply)
        return body["token"]

    def read(self, registry, path, token):
        request = urllib.request.Request(registry.url + path, headers={"Authorization": "Bearer " + token, "Accept": servers.MANIFEST,
                                                                       "User-Agent": "test-reader"})
        with urllib.request.urlopen(request) as reply:
            return reply.read()

    def test_F12_T_no_storm_whatever_the_server_says_of_time(self):
        for says in ({"expires_in": 0}, {"expires_in": 2**31}, {"issued_at": "2056-01-01T00:00:00Z"}):
            with self.subTest(says=says):
                tokens, registry = self.stressed(says=says)
                self.mirror(registry, "/org", env=self.as_writer())
                needs = [(user, tuple(sorted(scopes))) for user, scopes in tokens.asked]
                self.assertEqual(len(needs), len(set(needs)), needs)

    def test_S40_an_identity_token_of_dockers_file(self):
        """By POST to the token server, and never to the registry."""
        tokens, registry = self.stressed(post=True, identities={SECRET: "writer"})
        host = registry.url.removeprefix("http://")
        for entry in ({"auth": base64.b64encode(b"00000000-0000-0000-0000-000000000000:").decode(), "identitytoken": SECRET},
                      {"identitytoken": SECRET}):
            self.write(".docker/config.json", {"auths": {host: entry}})
            self.assertIn("an identity token, from", self.run_program("whoami", registry.url).stdout)
        self.mirror(registry, "/org")
        self.assertEqual({m for m, _ in tokens.requests}, {"POST"})
        self.assertTrue(all("grant_type=refresh_token" in body for body in tokens.bodies))

    def test_S40_an_identity_token_of_a_helper(self):
        """Helpers give it as the password of a user <token>, which it is not."""
        tokens, registry = self.stressed(post=True, identities={SECRET: "writer"})
        self.write(".docker/config.json", {"credHelpers": {registry.url.removeprefix("http://"): "test"}})
        helper = self.home / "bin/docker-credential-test"
        helper.parent.mkdir()
        helper.write_text("#!/bin/sh\necho '" + json.dumps({"ServerURL": "x", "Username": "<token>", "Secret": SECRET}) + "'\n")
        helper.chmod(0o700)
        env = {"PATH": f"{helper.parent}:{os.environ['PATH']}"}
        self.assertIn("an identity token, from", self.run_program("whoami", registry.url, env=env).stdout)
        self.mirror(registry, "/org", env=env)
        self.assertEqual({m for m, _ in tokens.requests}, {"POST"})
        self.assertTrue(all("grant_type=refresh_token" in body for body in tokens.bodies))

    def test_S40_a_server_that_knows_post_only(self):
        tokens, registry = self.stressed(post=True, get=False)
        self.mirror(registry, "/org", env=self.as_writer())
        self.assertEqual({(m, s) for m, s in tokens.requests}, {("GET", 404), ("POST", 200)})

    def test_nobody(self):
        run = self.mirror(self.registry, "/org", code=3)
        self.assertIn("Dry run only", run.stderr.splitlines()[0] + run.stderr)
        self.run_program("pull-cache", "-c", "sample", "--registry", self.registry.url + "/org", "--cache-dir", self.home / "cache", code=3)


class Keychain(Case):
    """A real gnome-keyring, with a home and a bus of its own."""

    def session(self, script, password=""):
        """Runs a shell script in a session with an unlocked keyring; $PROGRAM and $PASSWORD are set."""
        env = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
        env.update(HOME=str(self.home), XDG_RUNTIME_DIR=str(self.folder / "run"), PROGRAM=servers.PROGRAM, PASSWORD=password)
        (self.folder / "run").mkdir(mode=0o700, exist_ok=True)
        start = "printf keyring-pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n"
        run = subprocess.run(["dbus-run-session", "--", "bash", "-c", start + script], env=env, capture_output=True, text=True, timeout=120,
                             stdin=subprocess.DEVNULL)
        self.assert_no_secret(run.stdout + run.stderr)
        return run

    def test_login_use_and_logout(self):
        registry = self.protected()
        run = self.session(f"""
            echo "$PASSWORD" | "$PROGRAM" login {registry.url} -u me --password-stdin || exit 11
            "$PROGRAM" whoami {registry.url} || exit 12
            "$PROGRAM" whoami {registry.url}/deeper || exit 13
            "$PROGRAM" mirror -c {SAMPLE} --as sample -s noarch --debug --registry {registry.url} || exit 14
            "$PROGRAM" logout {registry.url} || exit 15
            "$PROGRAM" whoami {registry.url}; [ $? = 3 ] || exit 16
            "$PROGRAM" logout {registry.url} || exit 17
        """, SECRET)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        self.assertIn("me, from the system's keychain", run.stdout)
        self.assertIn("had nothing", run.stdout)
        self.assertIn("sample/noarch/repodata.json", registry_repositories(registry))
        for path in self.home.rglob("*"):
            if path.is_file():
                self.assertNotIn(SECRET.encode(), path.read_bytes(), path)

    def test_a_wrong_password_is_not_kept(self):
        registry = self.protected()
        run = self.session(f"""
            echo wrong | "$PROGRAM" login {registry.url} -u me --password-stdin; [ $? = 3 ] || exit 11
            "$PROGRAM" whoami {registry.url}; [ $? = 3 ] || exit 12
        """)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def test_the_prompt_shows_nothing(self):
        registry = self.protected()
        env = {k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}
        env.update(HOME=str(self.home))
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe(servers.PROGRAM, [servers.PROGRAM, "login", registry.url], env)
        shown, answers = b"", [b"me\n", SECRET.encode() + b"\n"]
        prompts = [b"User name", b"Password"]
        while select.select([terminal], [], [], 30)[0]:
            try:
                shown += os.read(terminal, 4096)
            except OSError:
                break
            if prompts and prompts[0] in shown and shown.endswith(b": "):
                prompts.pop(0)
                os.write(terminal, answers.pop(0))
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertFalse(prompts, shown)
        self.assertEqual(os.waitstatus_to_exitcode(status), 3, shown)  # there is no keychain on this bus-less terminal
        self.assertIn(b"the password is right", shown)
        self.assert_no_secret(shown.decode())

    def test_no_terminal_and_no_flag(self):
        registry = self.protected()
        run = self.run_program("login", registry.url, code=2)
        self.assertIn("--password-stdin", run.stderr)
        self.assertEqual(registry.requests(), [])


def registry_repositories(registry):
    return json.loads(registry.get("/v2/_catalog?n=1000", user=f"me:{SECRET}"))["repositories"]


class Prompt(servers.Case):
    def test_A10_a_password_on_the_command_line_is_refused_and_not_repeated(self):
        for given in (["--password", "CANARY-argument"], ["--password=CANARY-argument"], ["-p", "CANARY-argument"], ["-pCANARY-argument"],
                      ["--token", "CANARY-argument"], ["--pass=CANARY-argument"], ["CANARY-argument"]):  # as other programs have it
            run = subprocess.run([servers.PROGRAM, "login", "ghcr.io", "-u", "me", *given], capture_output=True, text=True, check=False)
            self.assertEqual(run.returncode, 2)
            self.assertNotIn("CANARY", run.stdout + run.stderr)
            self.assertIn("--password-stdin", run.stderr)

    def test_the_terminal_echoes_again_after_an_interrupt(self):
        for ending in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(ending.name):
                master, slave = pty.openpty()
                echoes = lambda: bool(termios.tcgetattr(slave)[3] & termios.ECHO)
                process = subprocess.Popen([servers.PROGRAM, "login", "ghcr.io", "-u", "me"], stdin=slave, stdout=slave, stderr=slave)
                for _ in range(200):
                    if not echoes():
                        break
                    time.sleep(0.05)
                self.assertFalse(echoes(), "the password would be seen")
                process.send_signal(ending)
                process.wait(20)
                self.assertTrue(echoes())
                os.close(master)
                os.close(slave)


if __name__ == "__main__":
    unittest.main()

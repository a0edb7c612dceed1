# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Credentials as docker, podman and the writers of environment variables really leave them."""
import base64
import json
import os
import unittest

from test_signing_in import SECRET, Case


class Credentials(Case):
    def setUp(self):
        super().setUp()
        self.registry = self.protected()
        self.host = self.registry.url.removeprefix("http://")

    def helper(self, name, server, user="me", secret=SECRET):
        """Knows one server and notes whom it was asked for; environment in which it is found."""
        folder = self.home / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / f"docker-credential-{name}"
        answer = json.dumps({"ServerURL": server, "Username": user, "Secret": secret})
        path.write_text(f"#!/bin/sh\nread server\necho \"$server\" >> {self.home}/asked-{name}\n"
                        f"[ \"$server\" = '{server}' ] || {{ echo 'credentials not found in native keychain'; exit 1; }}\ncat <<'END'\n{answer}\nEND\n")
        path.chmod(0o700)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def asked(self, name):
        path = self.home / f"asked-{name}"
        return path.read_text().split() if path.exists() else []

    def whoami(self, prefix="", code=0, env=None):
        return self.run_program("whoami", self.registry.url + prefix, code=code, env=env).stdout

    def test_W14_the_store_is_asked_whatever_registries_auths_names(self):
        env = self.helper("all", self.host)
        for auths in ({}, {"ghcr.io": {}}, {"ghcr.io": self.entry("other", "CANARY-other"), "quay.io": {}}):
            with self.subTest(sorted(auths)):
                self.write(".docker/config.json", {"credsStore": "all", "auths": auths})
                self.assertRegex(self.whoami(env=env), "^me, ")
                self.assertRegex(self.whoami("/org/team", env=env), "^me, ")

    def test_W14_dockers_order_is_kept(self):
        """The helper of the registry, then the one for everything, then what stands in the file."""
        env = {**self.helper("own", self.host), **self.helper("all", self.host)}
        old = self.entry(password="CANARY-old")
        self.write(".docker/config.json", {"credHelpers": {self.host: "own"}, "credsStore": "all", "auths": {self.host: old}})
        self.assertRegex(self.whoami(env=env), "^me, ")
        self.assertEqual((self.asked("own"), self.asked("all")), ([self.host], []))
        self.write(".docker/config.json", {"credHelpers": {"ghcr.io": "own"}, "credsStore": "all", "auths": {self.host: old}})
        self.assertRegex(self.whoami(env=env), "^me, ")
        self.assertEqual((self.asked("own"), self.asked("all")), ([self.host], [self.host]))
        # A store that has nothing leaves what stands in the file.
        env = self.helper("all", "somebody.else")
        self.write(".docker/config.json", {"credsStore": "all", "auths": {self.host: self.entry()}})
        self.assertRegex(self.whoami(env=env), "^me, ")

    def test_W14_the_store_is_asked_under_the_name_that_docker_wrote(self):
        key = f"https://{self.host}/v1/"
        env = self.helper("all", key)
        self.write(".docker/config.json", {"credsStore": "all", "auths": {key: {}}})
        self.assertRegex(self.whoami(env=env), "^me, ")

    def test_W14_padding_behind_auth(self):
        for padding in (b"\0", b"\0\0\0"):
            with self.subTest(padding):
                auth = base64.b64encode(f"me:{SECRET}".encode() + padding).decode()
                self.write(".docker/config.json", {"auths": {self.host: {"auth": auth}}})
                self.assertRegex(self.whoami(), "^me, ")

    def test_W14_podmans_files_in_their_order(self):
        right, wrong = {"auths": {self.host: self.entry()}}, {"auths": {self.host: self.entry(password="CANARY-old")}}
        elsewhere = {"auths": {"ghcr.io": self.entry("other", "CANARY-other")}}
        config, run = {"XDG_CONFIG_HOME": str(self.home / "xdg")}, {"XDG_RUNTIME_DIR": str(self.home / "run")}
        self.write("xdg/containers/auth.json", right)
        self.whoami(code=3)
        self.assertRegex(self.whoami(env=config), "^me, ")
        # That of the session comes before it, where it knows the registry, and that of the home after it.
        self.write("run/containers/auth.json", elsewhere)
        self.write(".config/containers/auth.json", wrong)
        self.assertRegex(self.whoami(env={**config, **run}), "^me, ")
        self.write("run/containers/auth.json", wrong)
        self.whoami(env={**config, **run}, code=3)
        # REGISTRY_AUTH_FILE is in place of them all.
        named = self.write("elsewhere.json", elsewhere)
        self.assertIn("no", self.run_program("whoami", self.registry.url, code=3, env={**config, "REGISTRY_AUTH_FILE": str(named)}).stderr)

    def test_W14_keys_of_namespaces_and_other_spellings(self):
        for key, prefix in ((f"{self.host}/org", "/org/team"), (f"http://{self.host}/v1/", ""), (f"https://{self.host}/v1/", "/org")):
            with self.subTest(key):
                self.write(".config/containers/auth.json", {"auths": {key: self.entry()}})
                self.assertRegex(self.whoami(prefix), "^me, ")
        self.write(".config/containers/auth.json", {"auths": {f"{self.host}/org": self.entry()}})
        self.whoami("/other", code=3)

    def test_W14_a_line_end_behind_the_variables(self):
        for end in ("\n", "\r\n", "\n\n"):
            with self.subTest(end):
                env = {"ORAS_USER": "me" + end, "ORAS_PASS": SECRET + end}
                self.assertRegex(self.whoami(env=env), "^me, from ORAS_USER")
                self.mirror(self.registry, env=env)
        # What is within a password is its own.
        self.whoami(env={"ORAS_USER": "me", "ORAS_PASS": SECRET + "\n "}, code=3)


if __name__ == "__main__":
    unittest.main()

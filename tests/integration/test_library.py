# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The installed library: found by CMake and by pkg-config, built on and run as another project would."""
import base64
import json
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import servers
from servers import ROOT, SAMPLE, Registry

BUILD = pathlib.Path(os.environ["CONDA_OCI_BUILD"]) if "CONDA_OCI_BUILD" in os.environ else ROOT / "build"


class Library(servers.Case):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.prefix = pathlib.Path(cls.scratch.name) / "a prefix"
        cls.check(["cmake", "--install", str(BUILD), "--prefix", str(cls.prefix)])

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    @staticmethod
    def check(command, **options):
        run = subprocess.run(command, capture_output=True, text=True, **options)
        if run.returncode != 0:
            raise AssertionError(f"{shlex.join(map(str, command))}\n{run.stdout[-3000:]}{run.stderr[-3000:]}")
        return run.stdout

    def run_example(self, program):
        with Registry() as registry, tempfile.TemporaryDirectory() as home:
            output = self.check([str(program), str(SAMPLE), "sample", registry.url + "/org", home + "/cache"], env={**os.environ, "HOME": home})
            self.assertIn("an absent package is an error: ok", output)
            self.assertIn("org/sample/linux-64/hello-conda", registry.repositories())

    @classmethod
    def compile(cls, source):
        """By pkg-config; the program."""
        directory = next(cls.prefix.rglob("condaocimirror.pc")).parent
        flags = cls.check(["pkg-config", "--cflags", "--libs", "condaocimirror"], env={**os.environ, "PKG_CONFIG_PATH": str(directory)})
        program = pathlib.Path(cls.scratch.name) / f"{source.stem}-by-pkg-config"
        cls.check(["g++", "-fPIC", str(source), "-o", str(program), *shlex.split(flags)])
        return program

    @staticmethod
    def environment(home, **more):
        return {**{k: v for k, v in os.environ.items() if k not in servers.OF_THE_USER}, "HOME": str(home), **more}

    def protected(self, folder):
        path = pathlib.Path(folder) / "htpasswd"
        subprocess.run(["htpasswd", "-Bic", str(path), "me"], input="CANARY-library", text=True, check=True, capture_output=True)
        registry = Registry(htpasswd=path)
        self.addCleanup(registry.__exit__)
        return registry

    def test_W33_the_example_of_the_readme_with_credentials(self):
        """As it stands there, but for the names of the channel, the package and the registry."""
        readme = (ROOT / "README.md").read_text().split("## As a library")[1]
        lines = re.search(r"(?m)(^    .*\n)+", readme).group(0)
        source = pathlib.Path(self.scratch.name) / "readme.cpp"
        with tempfile.TemporaryDirectory() as home:
            registry = self.protected(home)
            for there, here in (("conda-forge", str(SAMPLE)), ("zlib", "hello-conda"), ("ghcr.io/myorg", registry.url + "/org")):
                self.assertIn(f'"{there}"', lines)
                lines = lines.replace(f'"{there}"', f'"{here}"')
            source.write_text("#include <core/mirror/mirror.h>\n#include <cstdio>\n"
                              f"int main()\n{{\n{lines}"
                              "    for (const auto& one : pushed(report))\n"
                              '        std::printf("%s\\n", one.uri.toUtf8().constData());\n'
                              "    return exitCode(report);\n}\n")
            program = self.compile(source)
            run = subprocess.run([str(program)], capture_output=True, text=True, env=self.environment(home), timeout=120)
            self.assertEqual(run.returncode, 3, run.stderr)  # nobody may write there
            run = subprocess.run([str(program)], capture_output=True, text=True, timeout=120,
                                 env=self.environment(home, ORAS_USER="me", ORAS_PASS="CANARY-library"))
            self.assertEqual((run.returncode, run.stderr), (0, ""))
            self.assertIsNotNone(registry.manifest("org/sample-channel/linux-64/hello-conda", "1.0.0-h5a3e0c1_0", user="me:CANARY-library"))
            host = registry.url + "/org/sample-channel/"
            # As the predecessor's update() returned it (W35).
            self.assertIn(host + "linux-64/hello-conda:1.0.0-h5a3e0c1_0", run.stdout.splitlines())
            self.assertIn(host + "linux-64/repodata.json:latest", run.stdout.splitlines())
            again = subprocess.run([str(program)], capture_output=True, text=True, timeout=120,
                                   env=self.environment(home, ORAS_USER="me", ORAS_PASS="CANARY-library"))
            self.assertEqual((again.returncode, again.stdout), (0, ""))

    def test_W30_W33_a_program_without_an_application(self):
        """Every way into the library, on the main thread and on others, in a process each; docker's file has the password."""
        program = self.compile(ROOT / "tests/package/plain.cpp")
        with tempfile.TemporaryDirectory() as home:
            registry = self.protected(home)
            run = servers.conda_oci("mirror", "-c", SAMPLE, "--as", "sample", "-s", "noarch", "--registry", registry.url + "/org",
                                    env={"ORAS_USER": "me", "ORAS_PASS": "CANARY-library"})
            self.assertEqual(run.returncode, 0, run.stderr)
            docker = pathlib.Path(home) / ".docker"
            docker.mkdir()
            entry = {"auth": base64.b64encode(b"me:CANARY-library").decode()}
            (docker / "config.json").write_text(json.dumps({"auths": {registry.url.removeprefix("http://"): entry}}))
            for entrance in ("repo", "registry", "mirror"):
                for how in ("", "-thread", "-threads"):
                    with self.subTest(entrance + how):
                        run = subprocess.run([str(program), entrance + how, registry.url + "/org", "sample", "sample-data:2024.1-0"],
                                             capture_output=True, text=True, env=self.environment(home), cwd=home, timeout=120)
                        self.assertEqual((run.returncode, run.stderr), (0, ""), run.stdout)
                        self.assertGreaterEqual(run.stdout.count(": ok"), 2)
            with Registry() as open_to_all:
                for how in ("", "-thread", "-threads"):
                    with self.subTest("client" + how):
                        run = subprocess.run([str(program), "client" + how, open_to_all.url + "/org", "-", "-"], capture_output=True, text=True,
                                             env=self.environment(home), timeout=120)
                        self.assertEqual((run.returncode, run.stderr), (0, ""), run.stdout)

    def test_by_cmake(self):
        build = pathlib.Path(self.scratch.name) / "by-cmake"
        self.check(["cmake", "-S", str(ROOT / "tests/package"), "-B", str(build), "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                    "-DCMAKE_BUILD_TYPE=Debug"])
        self.check(["cmake", "--build", str(build)])
        self.run_example(build / "example")

    def test_by_pkg_config(self):
        self.run_example(self.compile(ROOT / "tests/package/example.cpp"))


if __name__ == "__main__":
    unittest.main()

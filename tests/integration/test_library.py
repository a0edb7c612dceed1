# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The installed library: found by CMake and by pkg-config, built on and run as another project would."""
import os
import pathlib
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

    def test_by_cmake(self):
        build = pathlib.Path(self.scratch.name) / "by-cmake"
        self.check(["cmake", "-S", str(ROOT / "tests/package"), "-B", str(build), "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                    "-DCMAKE_BUILD_TYPE=Debug"])
        self.check(["cmake", "--build", str(build)])
        self.run_example(build / "example")

    def test_by_pkg_config(self):
        directory = next(self.prefix.rglob("condaocimirror.pc")).parent
        environment = {**os.environ, "PKG_CONFIG_PATH": str(directory)}
        flags = self.check(["pkg-config", "--cflags", "--libs", "condaocimirror"], env=environment)
        program = pathlib.Path(self.scratch.name) / "by-pkg-config"
        self.check(["g++", "-fPIC", str(ROOT / "tests/package/example.cpp"), "-o", str(program), *shlex.split(flags)])
        self.run_example(program)


if __name__ == "__main__":
    unittest.main()

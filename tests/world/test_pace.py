# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""W29: --timeout is between the starts of packages, as in the Python tool, not between requests."""
import json
import signal
import subprocess
import tempfile
import time
import unittest

import servers
from servers import SAMPLE, Registry, conda_oci, records

HOUR = "3600000"  # the longest that is taken: whoever has to wait for it waits for ever here


class Pace(servers.Case):
    def mirror(self, registry, *options):
        return conda_oci("mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url, *options)

    def test_W29_the_requests_of_one_package_do_not_wait_for_each_other(self):
        with Registry() as registry:
            run = self.mirror(registry, "-p", "sample-data", "--timeout", HOUR)
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertGreater(len(registry.requests()), 5)

    def test_W29_what_is_there_does_not_count(self):
        with Registry() as registry:
            self.assertEqual(self.mirror(registry).returncode, 0)
            for options in (["--timeout", HOUR], ["--deep", "--timeout", HOUR], ["--deep", "--upload-delay", HOUR]):
                run = self.mirror(registry, *options)
                self.assertEqual(run.returncode, 0, run.stderr)
            self.assertTrue(records(registry.index("s/linux-64")))

    def test_W29_four_workers_share_one_pace(self):
        with Registry() as registry, tempfile.TemporaryDirectory() as home:
            command = ["mirror", "-c", SAMPLE, "--as", "s", "--registry", registry.url, "--workers", "4", "--timeout", HOUR, "--json"]
            run = subprocess.Popen([servers.PROGRAM, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   env={"HOME": home, "PATH": "/usr/bin:/bin"})
            there = lambda: [path for method, path, status in registry.requests() if method == "PUT" and "/manifests/" in path]
            deadline = time.monotonic() + 100
            while not there() and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual(len(there()), 1)
            run.send_signal(signal.SIGINT)
            said, errors = run.communicate(timeout=60)
            self.assertEqual(run.returncode, 130, errors)
            self.assertTrue(json.loads(said)["cancelled"])
            self.assertEqual(len(there()), 1)  # of one build, in one format or in both


if __name__ == "__main__":
    unittest.main()

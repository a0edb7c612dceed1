# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The indexes of channels that are kept from one run to the next."""
import os
import time
import unittest

import servers
import smallchannels
from servers import SAMPLE


class IndexCache(smallchannels.Case):
    def test_F19_R_a_run_clears_away_what_killed_runs_left(self):
        folder = self.scratch / ".cache/conda-oci-mirror/indexes"
        folder.mkdir(parents=True)
        hour, day = 3600, 24 * 3600
        ages = {".tmp-killed": 2 * hour, ".tmp-going-on": 0, "a" * 64: 40 * day, "b" * 64: 10 * day, "mine.txt": 400 * day}
        for name, age in ages.items():
            (folder / name).write_text("x")
            os.utime(folder / name, (time.time() - age,) * 2)
        run = servers.conda_oci("mirror", "-c", SAMPLE, "-s", "noarch", "--registry", f"oci-layout:{self.scratch}/layout", home=self.scratch)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(sorted(p.name for p in folder.iterdir()), sorted([".tmp-going-on", "b" * 64, "mine.txt"]))


if __name__ == "__main__":
    unittest.main()

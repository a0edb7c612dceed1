# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Small channels of .tar.bz2 packages, and what the tests of this folder do with the program."""
import bz2
import hashlib
import json
import pathlib

import servers

import make_sample_channel as sample  # servers knows where it is

MADE = {}


def package(name, version, subdir):
    """(file name, bytes, record) of a small package; the same each time."""
    key = name, version, subdir
    if key not in MADE:
        info = sample.info_files((name, version, "0", 0, subdir, (), [], {f"share/{name}": "x"}, "For tests"))
        data = bz2.compress(sample.tar({**info, f"share/{name}": b"x"}))
        record = sample.index_json(name, version, "0", 0, subdir, [])
        record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
        MADE[key] = f"{name}-{version}-0.tar.bz2", data, record
    return MADE[key]


def write_channel(folder, **subdirs):
    """A channel on disk; of each platform (its - written as _) the names of its packages, version 1 each."""
    for subdir, names in subdirs.items():
        subdir = subdir.replace("_", "-", 1)
        place = pathlib.Path(folder) / subdir
        place.mkdir(parents=True, exist_ok=True)
        index = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}
        for name in names:
            file_name, data, record = package(name, "1", subdir)
            (place / file_name).write_bytes(data)
            index["packages"][file_name] = record
        (place / "repodata.json").write_text(json.dumps(index))
    return pathlib.Path(folder)


class Case(servers.RegistryCase):
    def mirror(self, channel, registry, *options, code=0):
        return self.run_program("mirror", "-c", channel, "--registry", getattr(registry, "url", registry), *options, code=code)

    def pull(self, registry, *options, channel="chan", code=0):
        return self.run_program("pull-cache", "-c", channel, "--registry", getattr(registry, "url", registry), "--cache-dir", self.cache, "--all-versions", *options, code=code)

    def listed(self, place):
        """{platform: number} as `list` says."""
        return {row["subdir"]: row["packages"] for row in json.loads(self.run_program("list", place, "--json").stdout)}

    def subdirs_of(self, folder):
        return sorted(p.parent.name for p in pathlib.Path(folder).glob("*/repodata.json"))

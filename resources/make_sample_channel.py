#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Makes resources/sample-channel: six small packages that install, in both formats and with the names that are easy to get wrong.

    make_sample_channel.py [FOLDER]

Needs Python 3.9 and the zstd program. The same bytes every time for the same versions of zstd and Python's bz2.
"""
import bz2
import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile

STAMP = 1_700_000_000  # seconds; everything in here was "built" then
LICENSE = "Permission to use, copy, modify and distribute this sample for any purpose is granted.\n"

# name, version, build, build number, subdir, formats, depends, {path: content}, summary
PACKAGES = [
    ("hello-conda", "1.0.0", "h5a3e0c1_0", 0, "linux-64", ("conda", "tar.bz2"), ["_sample_mutex 1.0"],
     {"bin/hello-conda": "#!/bin/sh\necho \"Hello from a conda package that travelled through an OCI registry.\"\n"},
     "Says hello; there as .conda and as .tar.bz2"),
    ("_sample_mutex", "1.0", "main_0", 0, "linux-64", ("tar.bz2",), [],
     {"share/sample-mutex/README": "A mutex package holds nothing; its build string is what others depend on.\n"},
     "A name that begins with an underscore"),
    ("sample-epoch", "1!2.0+abc", "h0f1e2d3_1", 1, "linux-64", ("conda",), ["hello-conda >=1.0"],
     {"share/sample-epoch/version.txt": "1!2.0+abc\n"}, "A version with an epoch and a local part"),
    ("sample-python", "0.3.1", "pyhd8ed1ab_0", 0, "noarch", ("conda",), ["python >=3.9"],
     {"site-packages/sample_python/__init__.py": "\"\"\"A pure Python package.\"\"\"\n__version__ = \"0.3.1\"\n"},
     "A pure Python package"),
    ("sample-data", "2024.1", "0", 0, "noarch", ("conda",), [],
     {f"share/sample-data/{year}.csv": "month,value\n" + "".join(f"{m},{m * year % 97}\n" for m in range(1, 13))
      for year in range(2014, 2024)}, "A few tables"),
    ("sample-legacy", "0.1", "3", 3, "noarch", ("tar.bz2",), ["sample-data"],
     {"share/sample-legacy/notes.txt": "Packages from before 2019 are .tar.bz2 only.\n"}, "A package of the old format"),
]


def dumps(value):
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def index_json(name, version, build, number, subdir, depends):
    index = {"arch": None if subdir == "noarch" else "x86_64", "build": build, "build_number": number, "depends": depends,
             "license": "0BSD", "name": name, "platform": None if subdir == "noarch" else "linux", "subdir": subdir,
             "timestamp": STAMP * 1000, "version": version}
    if subdir == "noarch":
        index["noarch"] = "python" if any(d.startswith("python") for d in depends) else "generic"
    return index


def info_files(package):
    name, version, build, number, subdir, _, depends, files, summary = package
    paths = [{"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(text.encode()).hexdigest(),
              "size_in_bytes": len(text.encode())} for path, text in sorted(files.items())]
    recipe = (f"package:\n  name: {name}\n  version: \"{version}\"\nbuild:\n  number: {number}\n  string: {build}\n"
              f"requirements:\n  run: {json.dumps(depends)}\nabout:\n  summary: {summary}\n  license: 0BSD\n")
    return {
        "info/about.json": dumps({"license": "0BSD", "summary": summary, "home": "https://example.org/sample-channel",
                                  "description": "Made by resources/make_sample_channel.py."}),
        "info/files": "".join(f"{path}\n" for path in sorted(files)).encode(),
        "info/hash_input.json": dumps({}),
        "info/index.json": dumps(index_json(name, version, build, number, subdir, depends)),
        "info/licenses/LICENSE.txt": LICENSE.encode(),
        "info/paths.json": dumps({"paths": paths, "paths_version": 1}),
        "info/recipe/meta.yaml": recipe.encode(),
    }


def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, data in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size, member.mtime = len(data), STAMP
            member.mode = 0o775 if path.startswith("bin/") else 0o664
            archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zstd(data, level=19):
    return subprocess.run(["zstd", f"-{level}", "-q", "-c", "--no-check"], input=data, capture_output=True, check=True).stdout


def conda(stem, info, payload, level=19):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (("metadata.json", b'{"conda_pkg_format_version": 2}'), (f"pkg-{stem}.tar.zst", zstd(tar(payload), level)),
                           (f"info-{stem}.tar.zst", zstd(tar(info), level))):
            archive.writestr(zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20)), data)
    return out.getvalue()


def main(folder):
    indexes = {}
    for package in PACKAGES:
        name, version, build, number, subdir, formats, depends, files, _ = package
        index = indexes.setdefault(subdir, {"info": {"subdir": subdir}, "packages": {}, "packages.conda": {}, "removed": [],
                                            "repodata_version": 1})
        info, payload = info_files(package), {path: text.encode() for path, text in files.items()}
        stem = f"{name}-{version}-{build}"
        for form in formats:
            data = conda(stem, info, payload) if form == "conda" else bz2.compress(tar({**info, **payload}))
            (folder / subdir).mkdir(parents=True, exist_ok=True)
            (folder / subdir / f"{stem}.{form}").write_bytes(data)
            record = {k: v for k, v in index_json(name, version, build, number, subdir, depends).items() if v is not None}
            record.update(md5=hashlib.md5(data).hexdigest(), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
            index["packages.conda" if form == "conda" else "packages"][f"{stem}.{form}"] = record
    for subdir, index in indexes.items():
        data = dumps(index)
        (folder / subdir / "repodata.json").write_bytes(data)
        (folder / subdir / "repodata.json.zst").write_bytes(zstd(data))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "sample-channel")

#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""One large package, pushed and pulled: bench_large.py [--megabytes N] [--pairs N]

push-cache and pull-cache against a docker-registry, by turns with curl and sha256sum for the same bytes, and with skopeo, which copies
the package's artifact from and to an image layout. The program reads, checks and indexes; curl does not.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import zipfile

import measure
import make_sample_channel as packages  # on the path that measure adds to
from measure import servers

STEM = "large-1.0-0"


def make_package(folder, size):
    """A .conda with that much in it that can't be compressed; its path."""
    spec = ("large", "1.0", "0", 0, "linux-64", ("conda",), [], {}, "Large")
    payload, stuffing = folder / "payload.tar.zst", folder / "stuffing"
    with stuffing.open("wb") as out:
        for _ in range(0, size, 1_000_000):
            out.write(os.urandom(1_000_000))
    measure.shell(f"tar -cf - stuffing | zstd -q -1 -o {payload}", cwd=folder)
    stuffing.unlink()
    path = folder / f"cache/chan/linux-64/{STEM}.conda"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        out.writestr("metadata.json", b'{"conda_pkg_format_version": 2}')
        out.write(payload, f"pkg-{STEM}.tar.zst")
        out.writestr(f"info-{STEM}.tar.zst", packages.zstd(packages.tar(packages.info_files(spec))))
    payload.unlink()
    return path


def conda_oci(verb, registry, cache):
    """(seconds, peak in bytes)"""
    with tempfile.TemporaryDirectory() as home:
        return measure.run([measure.PROGRAM, verb, "-c", "chan", "-s", "linux-64", "--registry", registry.url, "--cache-dir", cache],
                           env=measure.environment(home))[:2]


def curl_push(registry, path):
    return measure.shell(f"sum=$(sha256sum {path} | cut -d' ' -f1); "
                         f"at=$(curl -sS --fail -D - -o /dev/null -X POST {registry.url}/v2/curl/blobs/uploads/ | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p'); "
                         f"curl -sS --fail -o /dev/null -T {path} -H 'Content-Type: application/octet-stream' \"$at&digest=sha256:$sum\"")


def curl_pull(registry, digest, folder):
    return measure.shell(f"test $(curl -sS --fail {registry.url}/v2/chan/linux-64/large/blobs/{digest} | tee {folder}/large.conda | sha256sum | cut -d' ' -f1) = {digest[7:]}")


def rows(megabytes=2000, pairs=3):
    push, pull, by_skopeo, from_skopeo, peaks = [], [], [], [], []
    with tempfile.TemporaryDirectory(prefix="bench-large-") as scratch:
        scratch = pathlib.Path(scratch)
        path = make_package(scratch, megabytes * 1_000_000)
        for pair in range(pairs + 1):  # the first is a warm-up
            with servers.Registry() as registry, tempfile.TemporaryDirectory(dir=scratch) as there:
                def pushes():
                    ours.append(conda_oci("push-cache", registry, path.parents[2]))
                ours = []
                steps = [pushes, lambda: theirs.append(curl_push(registry, path))]
                theirs = []
                for step in steps if pair % 2 else reversed(steps):
                    step()
                digest = next(l["digest"] for l in registry.manifest("chan/linux-64/large", "1.0-0")["layers"] if l["size"] > 1_000_000)
                image = f"docker://127.0.0.1:{registry.port}"
                plain = "--insecure-policy copy -q --src-tls-verify=false --dest-tls-verify=false"
                skopeo_pull = measure.shell(f"skopeo {plain} {image}/chan/linux-64/large:1.0-0 oci:{there}/layout:large")
                with servers.Registry() as another:  # skopeo sends nothing that it has seen in a registry
                    skopeo_push = measure.shell(f"skopeo {plain} oci:{there}/layout:large docker://127.0.0.1:{another.port}/skopeo/large:1.0-0")
                shutil.rmtree(f"{there}/layout")
                ours_pull = conda_oci("pull-cache", registry, f"{there}/cache")
                subprocess.run(["cmp", path, f"{there}/cache/chan/linux-64/{path.name}"], check=True)
                shutil.rmtree(f"{there}/cache")
                curl = curl_pull(registry, digest, there)
                path.with_name("repodata.json").unlink(missing_ok=True)  # or the next push would believe it
                if pair:
                    push.append(theirs[0] / ours[0][0])
                    pull.append(curl / ours_pull[0])
                    by_skopeo.append(skopeo_push / ours[0][0])
                    from_skopeo.append(skopeo_pull / ours_pull[0])
                    peaks += [ours[0][1] / 1e6, ours_pull[1] / 1e6]
    size = f"{megabytes / 1000:g} GB"
    return [measure.Row(f"push one package of {size}", "`sha256sum`, and curl's rate", push, 0.9, at_least=True),
            measure.Row("", "`skopeo copy`'s rate", by_skopeo, 1, at_least=True),
            measure.Row("pull it", "curl's rate, with `sha256sum` behind it", pull, 0.9, at_least=True),
            measure.Row("", "`skopeo copy`'s rate", from_skopeo, 1, at_least=True),
            measure.Row("", "peak memory of both", peaks, 100, "MB")]


if __name__ == "__main__":
    measure.main(rows, __doc__)

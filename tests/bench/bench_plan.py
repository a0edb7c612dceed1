#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a mirror costs that is up to date: bench_plan.py [--records N] [--pairs N] [--bench PROGRAM]

A docker-registry has the index of a channel of so many records, marked as one whose packages are all there. `conda-oci mirror` runs
against it, and nothing is to be done. Beside it the index is only loaded (bench_conda load).
"""
import http.client
import hashlib
import json
import pathlib
import subprocess
import tempfile

import measure
from bench_window import index_channel
from measure import servers


def push_blob(registry, repository, data):
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    connection = http.client.HTTPConnection("127.0.0.1", registry.port)
    connection.request("POST", f"/v2/{repository}/blobs/uploads/")
    reply = connection.getresponse()
    reply.read()
    path = reply.headers["Location"].split(str(registry.port), 1)[-1]
    connection.request("PUT", f"{path}&digest={digest}", data, {"Content-Type": "application/octet-stream"})
    assert connection.getresponse().status == 201
    return {"digest": digest, "size": len(data)}


def publish(registry, subdir, plain, packed):
    """As the program publishes an index whose records are all there (the layers and annotations of wire-format.md)."""
    repository = f"chan/{subdir}/repodata.json"
    kind = "application/vnd.conda.repodata.v1+json"
    layers = [{"mediaType": kind, **push_blob(registry, repository, plain)}, {"mediaType": kind + "+zst", **push_blob(registry, repository, packed)}]
    empty = push_blob(registry, repository, b"{}")
    manifest = json.dumps({"schemaVersion": 2, "mediaType": servers.MANIFEST, "layers": layers,
                           "config": {"mediaType": "application/vnd.oci.empty.v1+json", **empty},
                           "annotations": {"dev.conda-oci-mirror.index": "present", "dev.conda-oci-mirror.source": layers[0]["digest"]}})
    connection = http.client.HTTPConnection("127.0.0.1", registry.port)
    connection.request("PUT", f"/v2/{repository}/manifests/latest", manifest, {"Content-Type": servers.MANIFEST})
    assert connection.getresponse().status == 201


def rows(bench, records=600_000, pairs=3):
    with tempfile.TemporaryDirectory(prefix="bench-plan-") as scratch, servers.Registry() as registry:
        channel = index_channel(pathlib.Path(scratch) / "channel", records)
        plain = channel / "linux-64/repodata.json"
        subprocess.run(["zstd", "-q", "-9", "-T0", plain], check=True)
        publish(registry, "linux-64", plain.read_bytes(), plain.with_name("repodata.json.zst").read_bytes())
        publish(registry, "noarch", b'{"info":{"subdir":"noarch"},"packages":{},"packages.conda":{},"removed":[],"repodata_version":1}\n', b"")
        ours, theirs = [], []
        for pair in range(pairs):
            before = len(registry.requests())
            with servers.ChannelServer(channel) as served, tempfile.TemporaryDirectory() as home:
                seconds, _, said = measure.run([measure.PROGRAM, "mirror", "-c", served.url, "--as", "chan", "-s", "linux-64", "--registry",
                                                registry.url, "--json"], env=measure.environment(home))
            ours.append(seconds)
            report = json.loads(said)
            assert report["exitCode"] == 0, said
            requests = registry.requests(before)
            assert not [r for r in requests if r[0] not in ("GET", "HEAD")], requests
            theirs.append(json.loads(measure.run([bench, "load", plain.with_name("repodata.json.zst")])[2])["seconds"])
    work = f"mirror a channel of {records:,} records again, nothing new"
    return [measure.Row(work, "to load its index", measure.ratios(ours, theirs), 1.5),
            measure.Row("", "requests to the registry, for each of two subdirs", [len(requests) / 2], 4)]


if __name__ == "__main__":
    measure.main(rows, __doc__)

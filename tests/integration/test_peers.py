# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The same bytes given to another client: what skopeo does not accept, neither do we (Z16)."""
import copy
import hashlib
import json
import pathlib
import subprocess
import tempfile
import unittest

import servers
from servers import SAMPLE, conda_oci

PACKAGE = "sample-data"
TAG = "2024.1-0"


def dumps(manifest):
    return json.dumps(manifest).encode()


def with_member(*path):
    """A change of one member: with_member("layers", 0, "size")(value)."""
    def to(value):
        def change(manifest):
            at = manifest
            for step in path[:-1]:
                at = at[step]
            if value is None:
                del at[path[-1]]
            else:
                at[path[-1]] = value(at[path[-1]]) if callable(value) else value
            return dumps(manifest)
        return change
    return to


SIZE, DIGEST, TYPE = with_member("layers", 0, "size"), with_member("layers", 0, "digest"), with_member("layers", 0, "mediaType")
CONFIG_SIZE, CONFIG_DIGEST = with_member("config", "size"), with_member("config", "digest")
CHANGES = {
    "as it was": dumps,
    "size one more": SIZE(lambda n: n + 1), "size one less": SIZE(lambda n: n - 1), "size zero": SIZE(0), "size negative": SIZE(-1), "size text": SIZE("12"),
    "size fraction": SIZE(0.5), "size 2^62": SIZE(1 << 62), "size 2^64": SIZE(1 << 64), "size null": lambda m: dumps(m).replace(b'"size": ', b'"size": null, "was": ', 1),
    "no size": SIZE(None), "no digest": DIGEST(None), "no media type": TYPE(None),
    "digest in capitals": DIGEST(str.upper), "hexadecimal in capitals": DIGEST(lambda d: "sha256:" + d[7:].upper()), "digest too short": DIGEST(lambda d: d[:-1]),
    "digest too long": DIGEST(lambda d: d + "0"), "digest md5": DIGEST("md5:" + "0" * 32), "digest sha512": DIGEST("sha512:" + "0" * 128), "digest of nothing there": DIGEST("sha256:" + "0" * 64),
    "digest leads out": DIGEST("sha256:../../../../etc/passwd"), "digest empty": DIGEST(""), "digest of the config": lambda m: DIGEST(m["config"]["digest"])(m),
    "config size one more": CONFIG_SIZE(lambda n: n + 1), "config digest of nothing there": CONFIG_DIGEST("sha256:" + "1" * 64), "no config": with_member("config")(None),
    "no layers": with_member("layers")(None), "layers empty": with_member("layers")([]), "layers an object": with_member("layers")({}), "layers of text": with_member("layers")(["x"]),
    "schema 1": with_member("schemaVersion")(1), "schema text": with_member("schemaVersion")("2"), "no schema": with_member("schemaVersion")(None),
    "an index's member": lambda m: dumps({**m, "manifests": []}),
    "empty": lambda m: b"", "an array": lambda m: b"[]", "null": lambda m: b"null", "cut": lambda m: dumps(m)[:-1], "text behind it": lambda m: dumps(m) + b"x",
    "two documents": lambda m: dumps(m) + dumps(m), "byte order mark": lambda m: b"\xef\xbb\xbf" + dumps(m), "not UTF-8": lambda m: dumps(m).replace(b"conda", b"c\xff\xfe"),
    "NaN": lambda m: dumps(m).replace(b'"schemaVersion": 2', b'"schemaVersion": NaN'), "single quotes": lambda m: dumps(m).replace(b'"', b"'"),
    "trailing comma": lambda m: dumps(m)[:-1] + b",}", "layers twice": lambda m: dumps(m)[:-1] + b', "layers": []}', "deep": lambda m: b"[" * 20000 + b"]" * 20000,
    "another type": with_member("mediaType")("application/vnd.oci.image.index.v1+json"), "a member in capitals": lambda m: dumps(m).replace(b'"layers"', b'"LAYERS"'),
    "unknown members": lambda m: dumps({**m, "x": {"y": [1]}}),
}
# skopeo copies the config with the rest, while a package is had without it.
CONFIG_IS_NOT_READ = {"config size one more", "config digest of nothing there"}


class SameBytes(servers.Case):
    def test_Z16_what_skopeo_refuses_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            layout = pathlib.Path(folder, "layout")
            made = conda_oci("mirror", "-c", SAMPLE, "--as", "s", "-s", "noarch", "-p", PACKAGE, "--registry", f"oci-layout:{layout}")
            self.assertEqual(made.returncode, 0, made.stderr)
            index = json.loads((layout / "index.json").read_text())
            name = f"s/noarch/{PACKAGE}:{TAG}"
            [entry] = [one for one in index["manifests"] if one["annotations"]["org.opencontainers.image.ref.name"] == name]
            manifest = json.loads((layout / "blobs/sha256" / entry["digest"][7:]).read_text())
            ours, theirs = {}, {}
            for what, change in CHANGES.items():
                changed = change(copy.deepcopy(manifest))
                digest = hashlib.sha256(changed).hexdigest()
                (layout / "blobs/sha256" / digest).write_bytes(changed)
                entry.update(digest="sha256:" + digest, size=len(changed))
                (layout / "index.json").write_text(json.dumps(index))
                theirs[what] = subprocess.run(["skopeo", "copy", "--preserve-digests", f"oci:{layout}:{name}", f"dir:{folder}/{len(theirs)}"],
                                              capture_output=True, text=True)
                out = pathlib.Path(folder, f"{len(ours)}.conda")
                ours[what] = conda_oci("inspect", f"oci-layout:{layout}//{name}", "package", "-o", out)
                if ours[what].returncode != 0:
                    self.assertFalse(out.exists(), what)
                self.assertNotIn("terminate called", ours[what].stderr, what)
            refused = {what for what, run in ours.items() if run.returncode != 0}
            self.assertEqual({what for what, run in theirs.items() if run.returncode != 0} - refused, CONFIG_IS_NOT_READ)
            self.assertEqual(set(CHANGES) - refused, {"as it was", "unknown members", *CONFIG_IS_NOT_READ})


if __name__ == "__main__":
    unittest.main(verbosity=2)

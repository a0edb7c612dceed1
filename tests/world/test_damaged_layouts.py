# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Blobs of an image layout that are not what their name says: found by their hash and written anew, whatever the damage."""
import hashlib
import json
import pathlib
import random
import shutil
import unittest

import servers  # knows where the next one is
from smallchannels import Case

import bz2
import make_sample_channel as sample

MiB = 1 << 20


def write_channel(folder):
    """A channel with one small package and one of more than 4 MiB, in noarch."""
    place = pathlib.Path(folder) / "noarch"
    place.mkdir(parents=True)
    index = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {}, "removed": [], "repodata_version": 1}
    for name, size in (("small", 1000), ("large", 5 * MiB)):
        payload = random.Random(name).randbytes(size)
        info = sample.info_files((name, "1", "0", 0, "noarch", (), [], {"share/data": ""}, "For tests"))
        data = bz2.compress(sample.tar({**info, "share/data": payload}), 1)
        record = sample.index_json(name, "1", "0", 0, "noarch", [])
        record.update(sha256=hashlib.sha256(data).hexdigest(), md5=hashlib.md5(data).hexdigest(), size=len(data))
        (place / f"{name}-1-0.tar.bz2").write_bytes(data)
        index["packages"][f"{name}-1-0.tar.bz2"] = record
    (place / "repodata.json").write_text(json.dumps(index))
    return pathlib.Path(folder)


def flip(path, victim):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def put_link(path, victim):
    path.unlink()
    path.symlink_to(victim)


def put_folder(path, victim):
    path.unlink()
    path.mkdir()


def put_full_folder(path, victim):
    put_folder(path, victim)
    (path / "somebody's").write_text("x")


DAMAGE = {
    "one bit": flip,
    "zeros": lambda path, victim: path.write_bytes(bytes(path.stat().st_size)),
    "cut": lambda path, victim: path.write_bytes(path.read_bytes()[:-1]),
    "empty": lambda path, victim: path.write_bytes(b""),
    "longer": lambda path, victim: path.write_bytes(path.read_bytes() + b"\0"),
    "missing": lambda path, victim: path.unlink(),
    "a link": put_link,
    "a folder": put_folder,
    "a full folder": put_full_folder,
}


def named(layout):
    """{what: digest} of everything that index.json and its manifests name."""
    found = {}

    def path(digest):
        return layout / "blobs" / digest.replace(":", "/")

    for entry in json.loads((layout / "index.json").read_text())["manifests"]:
        name = entry["annotations"]["org.opencontainers.image.ref.name"].rpartition("/")[2]
        found[f"{name} manifest"] = entry["digest"]
        manifest = json.loads(path(entry["digest"]).read_bytes())
        for layer in [manifest["config"], *manifest["layers"]]:
            found[f"{name} {layer['mediaType'].rpartition('/')[2]}"] = layer["digest"]
    return {what: path(digest) for what, digest in found.items()}


class Damaged(Case):
    def setUp(self):
        super().setUp()
        self.channel = write_channel(self.scratch / "chan")
        self.victim = self.scratch / "victim"
        self.victim.write_text("not yours")

    def layout(self, name):
        return self.scratch / name, f"oci-layout:{self.scratch / name}"

    def assert_sound(self, layout):
        blobs = named(layout)
        self.assertEqual({what: p.name for what, p in blobs.items() if hashlib.sha256(p.read_bytes()).hexdigest() != p.name or p.is_symlink()}, {})
        self.assertEqual(self.victim.read_text(), "not yours")
        return blobs

    def damaged_then(self, run, good, blobs, target):
        """For every damage: the blobs of `good`, damaged, are in the target before `run` brings them."""
        for damage, do in DAMAGE.items():
            with self.subTest(damage=damage):
                shutil.rmtree(target, ignore_errors=True)
                (target / "blobs/sha256").mkdir(parents=True)
                for path in {good[what] for what in blobs}:  # builds share some
                    shutil.copy(path, target / "blobs/sha256")
                    do(target / "blobs/sha256" / path.name, self.victim)
                run()
                self.assert_sound(target)

    def test_A30_F20_bytes_that_a_run_did_not_write_are_hashed_before_they_are_listed(self):
        made, place = self.layout("made")
        self.mirror(self.channel, place)
        good = self.assert_sound(made)
        kept = {what: p for what, p in good.items() if "repodata" not in what and "manifest" not in what}
        self.assertEqual(len([what for what in kept if "package" in what]), 2, list(kept))
        kept |= {what: p for what, p in good.items() if what.startswith("repodata.json:latest ") and "manifest" not in what}
        target, to = self.layout("target")
        registry = self.registry()
        self.mirror(self.channel, registry)
        sources = {"channel": lambda: self.mirror(self.channel, to),
                   "layout": lambda: self.run_program("copy", place, to, "-c", "chan", "-s", "noarch"),
                   "registry": lambda: self.run_program("copy", f"oci+{registry.url}", to, "-c", "chan", "-s", "noarch")}
        for source, run in sources.items():
            with self.subTest(source=source):
                self.damaged_then(run, good, kept, target)

    def test_A30_F20_a_manifest_of_before_a_power_cut(self):
        """A manifest that no index of ours lists yet: of a run that was killed, and what it names was not on the disk."""
        made, place = self.layout("made")
        self.mirror(self.channel, place)
        whole = json.loads((made / "index.json").read_text())
        good = self.assert_sound(made)
        target, to = self.layout("target")
        for damage, do in DAMAGE.items():
            with self.subTest(damage=damage):
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(made, target)
                whole["manifests"] = [one for one in whole["manifests"] if "repodata" not in one["annotations"]["org.opencontainers.image.ref.name"]]
                (target / "index.json").write_text(json.dumps(whole))
                for name in {p.name for p in good.values()}:
                    do(target / "blobs/sha256" / name, self.victim)
                self.mirror(self.channel, to)
                self.assert_sound(target)

    def test_F07_C_A30_deep_reads_bytes(self):
        """One blob after the other of a layout that an index lists, the index's own among them."""
        made, place = self.layout("made")
        self.mirror(self.channel, place)
        good = {p.name: what for what, p in self.assert_sound(made).items()}
        self.assertGreater(len(good), 9)
        target, to = self.layout("target")
        for number, (name, what) in enumerate(sorted(good.items())):
            # Each blob with some of the damages, and all of them with all blobs.
            for damage in [*DAMAGE][number % 3::3]:
                with self.subTest(what=what, damage=damage):
                    shutil.rmtree(target, ignore_errors=True)
                    shutil.copytree(made, target)
                    DAMAGE[damage](target / "blobs/sha256" / name, self.victim)
                    self.mirror(self.channel, to, "--deep")
                    self.assert_sound(target)

    def test_A30_what_a_trusted_index_lists_is_not_read_again(self):
        """A nightly run without news costs no look at packages."""
        made, place = self.layout("made")
        self.mirror(self.channel, place)
        large = next(p for what, p in named(made).items() if what.startswith("large") and "package" in what)
        flip(large, None)
        run = self.mirror(self.channel, place)
        self.assertNotIn("Copied 1", run.stdout)
        self.mirror(self.channel, place, "--deep")
        self.assert_sound(made)

    def test_A30_a_link_to_the_right_bytes_is_as_good(self):
        made, place = self.layout("made")
        self.mirror(self.channel, place)
        for path in set(named(made).values()):
            path.rename(self.scratch / path.name)
            path.symlink_to(self.scratch / path.name)
        self.mirror(self.channel, place, "--deep")
        self.assertTrue(all(p.is_symlink() and hashlib.sha256(p.read_bytes()).hexdigest() == p.name for p in named(made).values()
                            if p.stat().st_size > 3000))


if __name__ == "__main__":
    unittest.main()

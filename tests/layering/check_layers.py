#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Fails on an include that points up: check_layers.py ROOT. With --self-test it shows on a made-up tree that it would."""
import pathlib
import re
import sys
import tempfile

# What each folder may include of the others, and of Qt's modules that are not for everybody.
BASE = ["core/base"]
LAYERS = [*BASE, "core/http", "core/oci", "core/conda"]
LAYOUT = [*LAYERS, "core/mirror/layout"]
PLACES = [*LAYOUT, "core/mirror/places"]
COPY = [*PLACES, "core/mirror/copy"]
MIRROR = [*COPY, "core/mirror/request", "core/mirror/upkeep"]
BELOW = {
    "core/base": [],
    "core/http": BASE,
    "core/oci": [*BASE, "core/http"],
    "core/conda": [*BASE, "core/http"],
    "core/mirror/layout": LAYERS,
    "core/mirror/places": LAYOUT,
    "core/mirror/copy": PLACES,
    "core/mirror/upkeep": PLACES,
    "core/mirror/request": COPY,
    "core/mirror": MIRROR,
    "ui": [*MIRROR, "core/mirror"],
    "app": [*MIRROR, "core/mirror", "ui"],
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
GUI = re.compile(r"^(Q(Widget|MainWindow|Dialog|Label|Application|Table|Tree|List(View|Widget)|PushButton|Action|Icon|Pixmap|Image|"
                 r"Painter|Color|Font|GuiApplication|Clipboard|Window|Menu|Layout|(V|H)BoxLayout|MessageBox)\w*|Qt(Widgets|Gui)(/.*)?|"
                 r"qt6keychain/.*)$")


def folder_of(path):
    folders = path.split("/")[:-1]
    return max((known for known in BELOW if folders[:known.count("/") + 1] == known.split("/")), key=len, default=folders[0])


def problems(root):
    found = []
    for file in sorted(p for f in ("app", "core", "ui") for p in (root / f).rglob("*") if p.suffix in (".h", ".cpp")):
        name = file.relative_to(root).as_posix()
        here = folder_of(name)
        for kind, target in INCLUDE.findall(file.read_text(encoding="utf-8")):
            if kind == '"' and target.split("/")[0] in ("app", "core", "ui", "tests"):
                there = folder_of(target)
                if there != here and there not in BELOW[here]:
                    found.append(f"{name}: {here} may not include {target}")
            elif kind == '"' and "/" not in target and not target.endswith(".moc"):
                found.append(f"{name}: write the path from the root: {target}")
            elif kind == "<" and here.startswith("core/") and GUI.match(target):
                found.append(f"{name}: the core has no user interface: <{target}>")
    return found


def self_test():
    bad = {"core/base/a.h": '#include "core/http/message.h"\n', "core/oci/b.cpp": '#include "core/conda/version.h"\n',
           "core/mirror/c.cpp": "#include <QLabel>\n", "ui/d.cpp": '#include "app/settings.h"\n',
           "core/mirror/layout/g.cpp": '#include "core/mirror/places/location.h"\n',
           "core/mirror/upkeep/h.cpp": '#include "core/mirror/copy/planner.h"\n',
           "core/mirror/copy/i.cpp": '#include "core/mirror/mirror.h"\n'}
    good = {"core/mirror/e.cpp": '#include "core/oci/registry.h"\n#include <QObject>\n', "ui/f.cpp": "#include <QLabel>\n",
            "core/mirror/request/j.cpp": '#include "core/mirror/copy/planner.h"\n#include "core/mirror/layout/naming.h"\n'}
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        for name, text in {**bad, **good}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        named = {line.split(":")[0] for line in problems(root)}
    assert named == set(bad), named


if __name__ == "__main__":
    if sys.argv[1] == "--self-test":
        self_test()
        sys.exit(0)
    lines = problems(pathlib.Path(sys.argv[1]))
    print("\n".join(lines))
    sys.exit(1 if lines else 0)

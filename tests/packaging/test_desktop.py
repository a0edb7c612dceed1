# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""What desktops, installers and the hosting site read of us, judged by their own tools. Nothing is built for it, but the AppDir, which is made of
a build folder (CONDA_OCI_BUILD)."""
import configparser
import os
import pathlib
import plistlib
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESKTOP = ROOT / "resources/desktop"
ID = "dev.conda_oci_mirror.CondaOciMirror"
NAMES = "{http://www.freedesktop.org/standards/shared-mime-info}"
VERSION = re.search(r"project\(CondaOciMirror VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]


def run(*command, code=0, **env):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, env={**os.environ, "LC_ALL": "C.UTF-8", **env})
    if done.returncode != code:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def png_size(data):
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", data[16:24])


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="desktop-"))
        self.addCleanup(shutil.rmtree, self.folder)


class Entry(unittest.TestCase):
    """The menu entry and the software centre's page."""

    def setUp(self):
        parser = configparser.RawConfigParser(interpolation=None)
        parser.optionxform = str
        parser.read(DESKTOP / f"{ID}.desktop", encoding="utf-8")
        self.entry = parser["Desktop Entry"]
        self.page = xml.parse(DESKTOP / f"{ID}.metainfo.xml").getroot()

    def test_the_menu_entry_is_valid(self):
        self.assertEqual(run("desktop-file-validate", DESKTOP / f"{ID}.desktop"), "")

    def test_the_page_is_valid(self):
        run("appstreamcli", "validate", "--no-net", "--pedantic", DESKTOP / f"{ID}.metainfo.xml")

    def test_they_name_the_same(self):
        types = [one.get("type") for one in xml.parse(DESKTOP / f"{ID}.mime.xml").getroot().iter(f"{NAMES}mime-type")]
        self.assertEqual(self.entry["MimeType"].strip(";").split(";"), types)
        self.assertEqual([one.text for one in self.page.iter("mediatype")], types)
        self.assertEqual((self.page.find("id").text, self.page.find("launchable").text, self.entry["Icon"]), (ID, f"{ID}.desktop", ID))
        self.assertEqual({one.text for one in self.page.iter("binary")}, {"conda-oci", "conda-oci-mirror"})
        self.assertEqual([one.text for one in self.page.iter("category")] + ["Qt"], self.entry["Categories"].strip(";").split(";"))
        self.assertEqual(self.page.find("summary").text, self.entry["Comment"])

    def test_they_speak_german(self):
        for key in ("GenericName", "Comment", "Keywords"):
            self.assertIn(f"{key}[de]", self.entry)
        language = "{http://www.w3.org/XML/1998/namespace}lang"
        for parent in self.page.iter():
            for kind in ("summary", "caption", "p", "li"):
                texts = parent.findall(kind)
                self.assertEqual([one.get(language) for one in texts], [None, "de"] * (len(texts) // 2), parent.tag)

    def test_versions_and_addresses_agree(self):
        self.assertEqual(self.page.find("releases/release").get("version"), VERSION)
        self.assertRegex((ROOT / "CHANGELOG.md").read_text(), rf"(?m)^## {re.escape(VERSION)} \(")
        home = self.page.find("url[@type='homepage']").text
        for one in self.page.iter("image"):
            self.assertTrue(one.text.startswith(home), one.text)
            picture = ROOT / "resources" / one.text.removeprefix(home)
            self.assertEqual(png_size(picture.read_bytes()), (int(one.get("width")), int(one.get("height"))))
        said = set(re.findall(r'HOMEPAGE_URL "([^"]*)"', "".join(file.read_text() for file in [ROOT / "CMakeLists.txt", *(ROOT / "cmake").glob("*")])))
        self.assertEqual(said - {home}, set())


class Types(unittest.TestCase):
    """Lock files are known, and nothing else is taken for one."""
    PIXI = "version: 6\nenvironments:\n  default: {}\npackages: []\n"
    LIST = "# This file may be used to create an environment using:\n# $ conda create --name <env> --file <this file>\n# platform: linux-64\n"
    URL = "https://conda.anaconda.org/conda-forge/linux-64/zlib-1.3.1-hb9d3cd8_2.conda\n"

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="types-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        packages = cls.folder / "data/mime/packages"
        packages.mkdir(parents=True)
        shutil.copy("/usr/share/mime/packages/freedesktop.org.xml", packages)
        shutil.copy(DESKTOP / f"{ID}.mime.xml", packages / f"{ID}.xml")
        cls.data = {"XDG_DATA_HOME": str(cls.folder / "data"), "XDG_DATA_DIRS": str(cls.folder / "data")}
        cls.said = run("update-mime-database", cls.folder / "data/mime", **cls.data)

    def test_the_file_is_valid(self):
        self.assertEqual(run("xmllint", "--noout", *DESKTOP.glob("*.xml")), "")
        self.assertEqual(self.said, "")

    def kind(self, name, text):
        (self.folder / name).write_text(text)
        return re.search(r"standard::content-type: (\S+)", run("gio", "info", "--attributes=standard::content-type", self.folder / name, **self.data))[1]

    def test_lock_files(self):
        pixi, lock, explicit = "application/x-pixi-lock+yaml", "application/x-conda-lock+yaml", "text/x-conda-explicit"
        for name, text, kind in (("pixi.lock", self.PIXI, pixi), ("conda-lock.yml", "version: 1\n", lock), ("conda-lock.yaml", "package: []\n", lock),
                                 ("gpu.conda-lock.yml", "version: 1\n", lock), ("explicit.txt", self.LIST + "@EXPLICIT\n" + self.URL, explicit),
                                 ("conda-linux-64.lock", "# Generated by conda-lock.\n@EXPLICIT\n" + self.URL, explicit),
                                 ("default_linux-64_conda_spec.txt", "@EXPLICIT\n" + self.URL, explicit), ("spec", "@EXPLICIT\n" + self.URL, explicit),
                                 ("list", self.LIST + "@EXPLICIT\n" + self.URL, explicit), ("dos", "# one\r\n@EXPLICIT\r\n", explicit)):
            self.assertEqual(self.kind(name, text), kind, name)

    def test_others_are_not(self):
        for name, text in (("Cargo.lock", "version = 3\n"), ("poetry.lock", "[[package]]\n"), ("environment.yml", "channels: [conda-forge]\n"),
                           ("locks.yaml", self.PIXI), ("notes.txt", "@EXPLICIT\n"), ("readme", "# how to\nWrite @EXPLICIT first\n"), ("empty", "")):
            self.assertNotRegex(self.kind(name, text), "conda|pixi", name)

    def test_text_editors_open_them_too(self):
        parents = (self.folder / "data/mime/subclasses").read_text()
        for kind in ("application/x-pixi-lock+yaml", "application/x-conda-lock+yaml", "text/x-conda-explicit"):
            self.assertIn(f"{kind} text/plain\n", parents)


class Icons(unittest.TestCase):
    def test_every_size(self):
        folder = DESKTOP / "icons/hicolor"
        sizes = (16, 22, 24, 32, 48, 64, 128, 256, 512)
        self.assertEqual({one.name for one in folder.iterdir()} - {"scalable"}, {f"{size}x{size}" for size in sizes})
        for size in sizes:
            data = (folder / f"{size}x{size}/apps/{ID}.png").read_bytes()
            self.assertEqual(png_size(data), (size, size))
            self.assertLess(len(data), 40_000)

    def test_windows(self):
        data = (DESKTOP / "icons/conda-oci-mirror.ico").read_bytes()
        zero, kind, count = struct.unpack_from("<HHH", data)
        self.assertEqual((zero, kind), (0, 1))
        entries = [struct.unpack_from("<BBBBHHII", data, 6 + 16 * i) for i in range(count)]
        self.assertEqual(sorted(one[0] or 256 for one in entries), [16, 24, 32, 48, 64, 256])
        for width, height, _, _, _, bits, size, offset in entries:
            self.assertEqual((width, bits), (height, 32))
            self.assertLessEqual(offset + size, len(data))
            if width == 0:
                self.assertEqual(png_size(data[offset:]), (256, 256))

    def test_macos(self):
        data = (DESKTOP / "icons/conda-oci-mirror.icns").read_bytes()
        self.assertEqual(struct.unpack_from(">4sI", data), (b"icns", len(data)))
        sizes, at = {}, 8
        while at < len(data):
            kind, size = struct.unpack_from(">4sI", data, at)
            sizes[kind.decode()] = png_size(data[at + 8:])[0]
            at += size
        self.assertEqual(at, len(data))
        self.assertEqual(sizes, {"icp4": 16, "icp5": 32, "ic11": 32, "ic12": 64, "ic07": 128, "ic08": 256, "ic09": 512, "ic10": 1024})


class MacOs(unittest.TestCase):
    def test_property_lists(self):
        info = plistlib.loads((ROOT / "packaging/macos/Info.plist.in").read_bytes())
        self.assertRegex(info["CFBundleIdentifier"], r"^[A-Za-z0-9.-]+$")
        self.assertTrue(info["NSHighResolutionCapable"])
        self.assertEqual({one["LSHandlerRank"] for one in info["CFBundleDocumentTypes"]}, {"Alternate"})
        for key in ("CFBundleExecutable", "CFBundleIconFile", "CFBundleShortVersionString", "CFBundleVersion", "LSMinimumSystemVersion"):
            self.assertTrue(info[key], key)
        entitlements = (ROOT / "packaging/macos/entitlements.plist").read_bytes()
        self.assertEqual(plistlib.loads(entitlements), {"com.apple.security.network.client": True})
        self.assertNotIn(b"<!--", entitlements)  # codesign does not read comments


class Windows(Case):
    def setUp(self):
        super().setUp()
        self.stage = self.folder / "stage folder"
        (self.stage / "bin/platforms").mkdir(parents=True)
        for name in ("conda-oci.exe", "conda-oci-mirror.exe", "Qt6Core.dll", "platforms/qwindows.dll"):
            (self.stage / "bin" / name).write_bytes(b"MZ" + os.urandom(1000))

    def installer(self, *options, code=0):
        return run("makensis", "-WX", "-V2", *options, ROOT / "packaging/windows/installer.nsi", code=code)

    def test_installer(self):
        output = self.folder / "conda-oci-mirror.exe"
        self.installer(f"-DVERSION={VERSION}", f"-DSTAGE={self.stage}", f"-DOUTPUT={output}")
        data = output.read_bytes()
        self.assertEqual(data[:2], b"MZ")
        for text in (VERSION, "Conda OCI Mirror Setup"):
            self.assertIn(text.encode("utf-16-le"), data)

    def test_installer_asks_for_what_it_needs(self):
        self.assertIn("-DVERSION", self.installer(f"-DSTAGE={self.stage}", code=1))
        self.assertIn("-DSTAGE", self.installer(f"-DVERSION={VERSION}", code=1))

    def test_resource(self):
        major, minor, patch = VERSION.split(".")
        text = (ROOT / "packaging/windows/resource.rc.in").read_text()
        for name, value in (("CMAKE_SOURCE_DIR", ROOT), ("PROJECT_VERSION_MAJOR", major), ("PROJECT_VERSION_MINOR", minor), ("PROJECT_VERSION_PATCH", patch),
                            ("PROJECT_VERSION", VERSION), ("resource_program", "conda-oci"), ("resource_description", "Command line")):
            text = text.replace(f"@{name}@", str(value))
        self.assertNotIn("@", text)
        (self.folder / "program.rc").write_text(text)
        # The headers are mingw-w64's, the preprocessor the system's: no compiler for Windows is needed.
        run("x86_64-w64-mingw32-windres", "--preprocessor=cc", "--preprocessor-arg=-E", "--preprocessor-arg=-xc", "--preprocessor-arg=-DRC_INVOKED",
            "--define=_WIN32", "--include-dir=/usr/share/mingw-w64/include", self.folder / "program.rc", self.folder / "program.o")
        self.assertIn("OriginalFilename".encode("utf-16-le"), (self.folder / "program.o").read_bytes())


class HostingSite(Case):
    """Workflows, forms, and what else is YAML."""

    def load(self, path):
        return yaml.safe_load((ROOT / path).read_text())

    def test_workflows(self):
        for file in (ROOT / ".github/workflows").iterdir():
            flow = yaml.safe_load(file.read_text())
            self.assertEqual(flow["permissions"], {"contents": "read"}, file)
            self.assertIn("concurrency", flow)
            self.assertIn(True, flow)  # `on` is a truth value to YAML 1.1
            for name, job in flow["jobs"].items():
                self.assertIn("timeout-minutes", job, name)
                if name != "publish":
                    self.assertNotIn("permissions", job, name)

    def test_actions_are_pinned(self):
        files = [*(ROOT / ".github").rglob("*.yml")]
        used = [one for file in files for one in re.findall(r"uses: (\S+.*)", file.read_text())]
        self.assertTrue(used)
        for one in used:
            self.assertRegex(one, r"^(\./\S+|[\w./-]+@[0-9a-f]{40} # v[\d.]+)$")
        pinned = {}
        for name, commit in re.findall(r"([\w./-]+)@([0-9a-f]{40})", "\n".join(used)):
            self.assertEqual(pinned.setdefault(name, commit), commit)

    def test_steps_are_good_shell(self):
        files = [*(ROOT / ".github/workflows").iterdir(), *(ROOT / ".github/actions").rglob("*.yml")]
        loaded = [yaml.safe_load(file.read_text()) for file in files]
        jobs = [job for one in loaded for job in [*one.get("jobs", {}).values(), *([one["runs"]] if "runs" in one else [])]]
        steps = "".join(f"(\n{step['run']})\n" for job in jobs for step in job["steps"] if "run" in step)
        self.assertNotIn("${{", steps)  # would put text of others into the script
        script = self.folder / "steps.sh"
        script.write_text(steps)
        run("shellcheck", "--shell=bash", "--severity=style", "--external-sources", f"--source-path={ROOT}", "--exclude=SC2030,SC2031,SC2153", script)

    def test_packages_of_other_systems(self):
        for system in ("Fedora", "Arch", "macOS", "Windows"):
            said = run(ROOT / ".github/packages.sh", system)
            self.assertEqual(said.count("\n"), 1)
            self.assertIn("simdjson", said)
            self.assertNotIn("install", said)
        run(ROOT / ".github/packages.sh", "Plan9", code=1)

    def test_forms(self):
        for name in ("bug", "feature"):
            form = self.load(f".github/ISSUE_TEMPLATE/{name}.yml")
            self.assertLessEqual({"name", "description", "body"}, set(form))
            ids = [part["id"] for part in form["body"]]
            self.assertEqual(len(ids), len(set(ids)))
            for part in form["body"]:
                self.assertIn(part["type"], ("textarea", "input"))
                self.assertTrue(part["attributes"]["label"])
        for link in self.load(".github/ISSUE_TEMPLATE/config.yml")["contact_links"]:
            self.assertEqual(set(link), {"name", "url", "about"})

    def test_pre_commit(self):
        config = self.load(".pre-commit-config.yaml")
        hooks = {hook["id"]: hook for repository in config["repos"] for hook in repository["hooks"]}
        self.assertLessEqual({"clang-format", "shellcheck", "codespell", "trailing-whitespace", "layering"}, set(hooks))
        self.assertIn("--severity=warning", hooks["shellcheck"]["args"])
        self.assertTrue((ROOT / hooks["layering"]["entry"].split()[1]).exists())

    def test_flatpak(self):
        manifest = self.load(f"packaging/flatpak/{ID}.yml")
        self.assertEqual((manifest["id"], manifest["command"]), (ID, "conda-oci-mirror"))
        self.assertFalse([one for one in manifest["finish-args"] if one.startswith("--filesystem")])
        for module in manifest["modules"][:-1]:
            for source in module["sources"]:
                self.assertRegex(source["sha256"], "^[0-9a-f]{64}$")
        self.assertEqual((ROOT / "packaging/flatpak" / manifest["modules"][-1]["sources"][0]["path"]).resolve(), ROOT)

    def test_yaml_is_tidy(self):
        files = [*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml", *(ROOT / "packaging").rglob("*.y*ml")]
        rules = "{extends: default, rules: {line-length: {max: 160, allow-non-breakable-inline-mappings: true}, document-start: disable, braces: {max-spaces-inside: 0}, truthy: {check-keys: false}, " \
                "comments: {min-spaces-from-content: 1}}}"
        run("yamllint", "--strict", "--config-data", rules, *files)


class Scripts(unittest.TestCase):
    def test_shellcheck(self):
        config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
        hook, = (hook for repository in config["repos"] for hook in repository["hooks"] if hook["id"] == "shellcheck")
        files = [file for folder in ("packaging", "tests", "resources", ".github") for file in sorted((ROOT / folder).rglob("*.sh"))]
        self.assertIn(ROOT / "packaging/test.sh", files)
        programs = [file for file in files if not re.search(hook["exclude"], str(file.relative_to(ROOT)))]
        for file in files:
            self.assertEqual(os.access(file, os.X_OK), file in programs, file)
        run("shellcheck", *hook["args"], f"--source-path={ROOT}", *programs, ROOT / ".ci/run")


class AppDir(Case):
    """Programs and what they load in one folder, which runs elsewhere."""

    def test_runs_by_itself(self):
        without_tool = self.folder / "bin"
        without_tool.mkdir()
        said = run(ROOT / "packaging/appimage.sh", os.environ["CONDA_OCI_BUILD"], self.folder / "made",
                   PATH=f"{without_tool}:/usr/sbin:/usr/bin:/sbin:/bin")
        self.assertIn("appimagetool is not on the PATH", said)
        app = self.folder / "made/AppDir"
        run("desktop-file-validate", app / f"{ID}.desktop")
        bundled = dict(line.split("\t") for line in (app / "usr/share/doc/conda-oci-mirror/bundled").read_text().splitlines())
        for package in ("libqt6core6", "libssl3", "libyaml-cpp0.7", "libsecret-1-0"):
            self.assertIn(package, bundled)
        for package, version in bundled.items():
            self.assertEqual(version, run("dpkg-query", "--show", "--showformat", "${Version}\n", package).split()[0], package)
        self.assertTrue((app / ".DirIcon").resolve().samefile(app / f"{ID}.png"))
        moved = app.rename(self.folder / "moved here")
        for name, link in (("conda-oci", self.folder / "conda-oci"), ("conda-oci-mirror", self.folder / "any")):
            link.symlink_to(moved / "AppRun")
            said = run("env", f"ARGV0={link}", link, "--version", QT_QPA_PLATFORM="offscreen")
            self.assertIn(f"{VERSION}\n", said, name)
        # What has no place in the files' own lists: TLS and the keychain are loaded when a registry is asked.
        said = run("env", "LD_DEBUG=libs", moved / "usr/bin/conda-oci", "list", "https://127.0.0.1:1/x", code=4, HOME=str(self.folder))
        for library in ("libssl.so", "libcrypto.so", "libsecret-1.so"):
            places = re.findall(rf"calling init: (.*/){re.escape(library)}", said)
            self.assertEqual([place for place in places if not place.startswith(f"{moved}/")], [])
            self.assertTrue(places, library)
        # Nothing of Qt is taken from the system.
        loaded = run("env", "LD_DEBUG=libs", moved / "AppRun", "--version", QT_QPA_PLATFORM="offscreen")
        self.assertIn(f"{moved}/usr/bin/../lib/libQt6Widgets.so.6", loaded)
        self.assertNotRegex(loaded, r"calling init: (?!/tmp/).*libQt6")
        self.assertIn(f"{moved}/usr/plugins/platforms/libqoffscreen.so", loaded)


if __name__ == "__main__":
    unittest.main()

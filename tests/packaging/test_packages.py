# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""The packages that CPack makes of a build folder (CONDA_OCI_BUILD): what is in them, what lintian says, that two of them are the same,
and that the manual page and the shells' completions work."""
import functools
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["CONDA_OCI_BUILD"])
PROGRAM = BUILD / "bin/conda-oci"
VERBS = ("mirror", "publish", "pull-cache", "push-cache", "copy", "inspect", "list", "check", "login", "logout", "whoami", "completion")


def run(*command, cwd=None, check=True, **env):
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, env={**os.environ, **env}, timeout=240)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="packages-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)


class Packages(Folder):
    @classmethod
    @functools.cache
    def package(cls, generator, time=0):
        folder = cls.folder / f"{generator}-{time}"
        run("cpack", "-G", generator, "-B", folder, cwd=BUILD)
        found = [path for path in folder.iterdir() if path.suffix in (".deb", ".rpm", ".gz")]
        assert len(found) == 1, found
        return found[0]

    def test_deb_has_what_a_program_needs(self):
        files = run("dpkg-deb", "--contents", self.package("DEB"))
        for path in ("bin/conda-oci", "bin/conda-oci-mirror", "share/man/man1/conda-oci.1.gz", "share/man/man1/conda-oci-mirror.1.gz",
                     "share/bash-completion/completions/conda-oci", "share/zsh/vendor-completions/_conda-oci",
                     "share/fish/vendor_completions.d/conda-oci.fish", "share/doc/conda-oci-mirror/copyright",
                     "share/doc/conda-oci-mirror/changelog.gz", "share/applications/dev.conda_oci_mirror.CondaOciMirror.desktop",
                     "share/metainfo/dev.conda_oci_mirror.CondaOciMirror.metainfo.xml", "share/mime/packages/dev.conda_oci_mirror.CondaOciMirror.xml",
                     "share/icons/hicolor/48x48/apps/dev.conda_oci_mirror.CondaOciMirror.png",
                     "share/icons/hicolor/scalable/apps/dev.conda_oci_mirror.CondaOciMirror.svg"):
            self.assertIn(f" ./usr/{path}\n", files)
        self.assertNotRegex(files, r"\.(h|cpp|a|cmake|pc)\n")  # nothing of the library
        self.assertNotRegex(files, r"\s(?!root/root)\w+/\w+\s")
        fields = run("dpkg-deb", "--field", self.package("DEB"))
        self.assertRegex(fields, r"(?m)^Depends: .*libqt6widgets6")
        self.assertRegex(fields, r"(?m)^Maintainer: .+ <.+@.+>$")

    def test_lintian_finds_no_error(self):
        said = run("lintian", "--no-cfg", "--allow-root", "--fail-on", "error", "--display-level", ">=warning", self.package("DEB"), check=False)
        self.assertNotRegex(said, r"(?m)^[EW]: ", said)

    def test_two_debs_are_the_same_bytes(self):
        first, second = (hashlib.sha256(self.package("DEB", time).read_bytes()).hexdigest() for time in (0, 1))
        self.assertEqual(first, second)

    def test_programs_run_from_the_deb(self):
        run("dpkg-deb", "--extract", self.package("DEB"), self.folder / "root")
        for name in ("conda-oci", "conda-oci-mirror"):
            said = run(self.folder / "root/usr/bin" / name, "--version", QT_QPA_PLATFORM="offscreen")
            self.assertRegex(said, r"\d+\.\d+\.\d+")

    def test_binaries_are_hardened(self):
        """Full RELRO, stack protector, fortified functions, checked containers, position-independent, marked for indirect branches."""
        run("dpkg-deb", "--extract", self.package("DEB"), self.folder / "hardened")
        for name in ("conda-oci", "conda-oci-mirror"):
            program = self.folder / "hardened/usr/bin" / name
            with self.subTest(program=name):
                self.assertRegex(run("readelf", "--file-header", program), r"Type:\s+DYN")
                self.assertIn("GNU_RELRO", run("readelf", "--program-headers", "--wide", program))
                self.assertRegex(run("readelf", "--dynamic", program), r"FLAGS.*\b(BIND_)?NOW\b")
                symbols = run("readelf", "--dyn-syms", "--wide", program)
                self.assertIn("__stack_chk_fail", symbols)
                self.assertRegex(symbols, r"__\w+_chk@")
                self.assertIn("__glibcxx_assert_fail", symbols)
                if os.uname().machine == "x86_64":
                    self.assertGreater(run("objdump", "--disassemble", "--no-show-raw-insn", program).count("endbr64"), 1000)

    def test_rpm(self):
        said = run("rpm", "-qp", "--info", "--list", "--requires", self.package("RPM"))
        self.assertIn("\n/usr/bin/conda-oci-mirror\n", said)
        self.assertRegex(said, r"License\s*: BSD-3-Clause")
        self.assertRegex(said, r"libQt6Widgets\.so\.6")
        self.assertNotRegex(said, r"\n/usr(/bin|/share|/share/man)?\n")  # folders of others

    def test_tarball(self):
        listed = run("tar", "-tzf", self.package("TGZ")).split()
        top = {name.split("/")[0] for name in listed}
        self.assertEqual(len(top), 1, top)
        self.assertIn(f"{top.pop()}/bin/conda-oci", listed)


class Libraries(Folder):
    """SECURITY.md says what the programs load, and how fixes in it reach a release."""

    def setUp(self):
        section = re.search(r"(?ms)^## Libraries$(.*?)^## ", (ROOT / "SECURITY.md").read_text())[1]
        self.rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| ")][1:]

    def loaded(self):
        """{its name without a version: its file name} of what the programs themselves ask for."""
        said = "".join(run("readelf", "--dynamic", BUILD / "bin" / name) for name in ("conda-oci", "conda-oci-mirror"))
        return {re.sub(r"(-[0-9.]+)?\.so\b.*", "", name): name for name in re.findall(r"NEEDED.*\[(lib.*)\]", said)}

    def test_each_library_is_listed_and_no_other(self):
        runtime = {"libstdc++", "libgcc_s", "libm", "libc"}
        listed = {name for row in self.rows for name in re.findall(r"\blib[\w+-]+", row[1])}
        loaded = set(self.loaded())
        self.assertEqual(loaded - runtime - listed - {"libKF6Archive"}, set())
        if "libKF6Archive" not in loaded:  # which brings some of them
            self.assertEqual(listed - loaded - {"libssl"}, set(), "libssl is what Qt loads for TLS")

    def test_versions_are_the_systems(self):
        release = pathlib.Path("/etc/os-release").read_text()
        if "ID=debian" not in release or 'VERSION_ID="12"' not in release:
            self.skipTest("the versions are Debian 12's")
        loaded = self.loaded()
        for library, files, version, _ in self.rows:
            for name in re.findall(r"\blib[\w+-]+", files):
                if name not in loaded:
                    continue
                file = re.search(rf"{re.escape(loaded[name])} => (\S+)", run("ldd", BUILD / "bin/conda-oci-mirror"))[1]
                package = run("dpkg-query", "--search", f"*{pathlib.Path(file).resolve().name}").splitlines()[0].split(": ")[0]
                has = run("dpkg-query", "--show", "--showformat", "${Version}", package)
                self.assertRegex(has, rf"^(\d+:)?{re.escape(version)}(?!\d)", library)
        versions = {row[0]: row[2] for row in self.rows}
        self.assertIn(f"karchive_{versions['KArchive']}.orig.tar.xz", (ROOT / "packaging/karchive.sh").read_text())
        self.assertRegex(run("dpkg-query", "--show", "--showformat", "${Version}", "libcli11-dev"), rf"^{re.escape(versions['CLI11'])}(?!\d)")


class Manual(Folder):
    def test_man_has_no_complaint(self):
        for page in ("conda-oci.1", "conda-oci-mirror.1"):
            said = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", BUILD / "packaging" / page], capture_output=True, text=True)
            self.assertEqual((said.returncode, said.stderr), (0, ""))

    def test_every_option_of_every_verb_is_in_it(self):
        text = subprocess.run(["man", "-l", "-E", "UTF-8", BUILD / "packaging/conda-oci.1"], capture_output=True, text=True,
                              env={**os.environ, "MANWIDTH": "200", "MAN_KEEP_FORMATTING": "", "LC_ALL": "C.UTF-8"}).stdout
        self.assertIn("Exit codes", text)
        for verb in VERBS:
            section = re.search(rf"(?ms)^   {verb}$(.*?)(?=^   \S|^\S)", text)
            self.assertTrue(section, verb)
            options = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", re.sub(r"(?ms)^Examples?:.*", "", run(PROGRAM, verb, "--help"))))
            for option in options:
                self.assertIn(option, section[1], verb)

    def test_the_windows_page_names_its_options(self):
        options = re.findall(r"^\s+(?:(-\w), )?(--[\w-]+)", run(BUILD / "bin/conda-oci-mirror", "--help", QT_QPA_PLATFORM="offscreen"), re.M)
        self.assertTrue(options)
        page = (BUILD / "packaging/conda-oci-mirror.1").read_text().replace("\\-", "-")
        for option in options:
            self.assertIn(option[1], page)


class Completion(Folder):
    """Each shell is asked what it would offer."""

    def bash(self, *words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _conda_oci; printf "%s\\n" "${COMPREPLY[@]}"')
        return run("bash", "-euc", script, "bash", BUILD / "packaging/conda-oci.bash", *words, cwd=self.folder).split()

    def fish(self, line):
        return [one.split("\t")[0] for one in run("fish", "--no-config", "-c", f"source {BUILD}/packaging/conda-oci.fish; complete -C '{line}'",
                                                  cwd=self.folder, HOME=str(self.folder)).splitlines()]

    def zsh(self, line):
        """What zsh puts on the line when Tab is pressed, in a terminal of its own."""
        script = self.folder / "zsh.zsh"
        script.write_text(f'''
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1="> "; fpath=({BUILD}/packaging $fpath); autoload -Uz compinit; compinit -u -d {self.folder}/dump; bindkey "^I" complete-word; echo re""ady'
zpty -r -m z out '*ready*'
zpty -w -n z $'{line}\\t'
sleep 1
zpty -w -n z $'\\C-a : \\n'
sleep 0.5
while zpty -r -t z out; do print -rn -- "$out"; done
zpty -d z
''')
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|[\r\x08\x07]", "", run("zsh", "-f", script, cwd=self.folder, HOME=str(self.folder), TERM="xterm"))

    def test_bash(self):
        self.assertEqual(self.bash("conda-oci", "mir"), ["mirror"])
        self.assertEqual(set(VERBS) - set(self.bash("conda-oci", "")), set())
        self.assertEqual(self.bash("conda-oci", "mirror", "--sub"), ["--subdir"])
        self.assertEqual(self.bash("conda-oci", "mirror", "--index", ""), ["present", "full"])
        self.assertEqual(self.bash("conda-oci", "completion", "f"), ["fish"])
        (self.folder / "some.lock").touch()
        self.assertEqual(self.bash("conda-oci", "mirror", "--from", "some"), ["some.lock"])

    def test_fish(self):
        self.assertEqual(self.fish("conda-oci mir"), ["mirror"])
        self.assertEqual(set(VERBS) - set(self.fish("conda-oci ")), set())
        self.assertEqual(self.fish("conda-oci mirror --sub"), ["--subdir"])
        self.assertEqual(self.fish("conda-oci mirror --index "), ["full", "present"])

    def test_zsh(self):
        self.assertIn("conda-oci mirror", self.zsh("conda-oci mirr"))
        self.assertIn("--subdir", self.zsh("conda-oci mirror --sub"))

    def test_the_program_says_the_same(self):
        for shell, file in (("bash", "conda-oci.bash"), ("zsh", "_conda-oci"), ("fish", "conda-oci.fish")):
            self.assertEqual(run(PROGRAM, "completion", shell), (BUILD / "packaging" / file).read_text())
        done = subprocess.run([PROGRAM, "completion", "csh"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()

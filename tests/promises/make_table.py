#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Conda OCI Mirror authors
# SPDX-License-Identifier: BSD-3-Clause
"""Which test proves which promise, from what ctest saw: writes tests/README.md.

    make_table.py [-o FILE] LOG...        what ctest left in Testing/Temporary/LastTest.log (run it with --test-output-size-passed 10000000)
    make_table.py --self-test

A Qt Test function, a data row's tag, a unittest method (after `test_`) and a ctest name's last part prove the promises that their names
begin with: `S16_resumes`, `F04_B cut at n/2`, `test_A10_A11_tokens`, `fuzz.Z01`. A tag or name may begin with several ids.
"""
import argparse
import collections
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ID = r"(?:F\d\d_[A-Z]+(?![A-Za-z0-9])|[SAQWZ]\d\d(?![0-9]))"
QT = re.compile(r"^(PASS|FAIL!|SKIP|XFAIL|XPASS)\s*: (\w+)::(\w+)\((.*?)\)", re.M)
UNITTEST = re.compile(r"^(test_\w+) \((?:\w+\.)*?(\w+)(?:\.test_\w+)?\)", re.M)
VERDICT = re.compile(r"(?:\.\.\. |^)(ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$", re.M)
RANK = {"failed": 2, "passed": 1, "skipped": 0}


def ids_of(name, known):
    """The promises that a name begins with; `F18_BC_full` is F18_B and F18_C."""
    found, rest = [], name
    while match := re.match(rf"[\s,_]*({ID})", rest):
        one, rest = match.group(1), rest[match.end():]
        if one.startswith("F"):
            row, columns = one.split("_")
            found += [f"{row}_{column}" for column in columns]
        else:
            found.append(one)
    return [one for one in found if one in known]


def parse_promises(text):
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    promises = dict(line.split(" ", 1) for line in lines)
    if len(promises) != len(lines):
        raise SystemExit("a promise is there twice")
    return promises


def tests_in(log):
    """(ctest name, its output, passed) of a LastTest.log."""
    for block in re.split(r"^-{58}\n(?=\d+/\d+ Test)|^\d+/\d+ Testing: ", log, flags=re.M)[1:]:
        name = block.split("\n", 1)[0].strip()
        if output := re.search(r"^Output:\n-{10,}\n(.*?)^<end of output>", block, re.M | re.S):
            yield name, output.group(1), bool(re.search(r"^Test Passed\.", block, re.M))


def verdict(word):
    return "failed" if word.startswith(("FAIL", "XPASS", "ERROR")) else "skipped" if word.lower().startswith("skip") else "passed"


def read_log(log, known):
    """{promise: {test: (result, cases)}} of one LastTest.log."""
    proofs = collections.defaultdict(dict)

    def note(ids, test, result):
        for one in dict.fromkeys(ids):
            before, cases = proofs[one].get(test, (result, 0))
            proofs[one][test] = (max(before, result, key=RANK.get), cases + 1)

    for name, output, passed in tests_in(log):
        note(ids_of(name.rsplit(".", 1)[-1], known), name, "passed" if passed else "failed")
        for word, cls, function, row in QT.findall(output):
            ids = ids_of(function, known) + ids_of(row, known)
            note(ids, f"{cls}::{function}", verdict(word))
        heads = list(UNITTEST.finditer(output))
        for head, following in zip(heads, [*heads[1:], None]):  # docstrings and warnings may stand between name and verdict
            found = VERDICT.search(output, head.end(), following.start() if following else len(output))
            word = found.group(1) if found else "no verdict"
            note(ids_of(head.group(1).removeprefix("test_"), known), f"{head.group(2)}.{head.group(1)}",
                 "passed" if word in ("ok", "expected failure") else "skipped" if word.startswith("skipped") else "failed")
    return proofs


def merge(many):
    """Several logs: a test that failed in one has failed."""
    merged = collections.defaultdict(dict)
    for proofs in many:
        for one, tests in proofs.items():
            for test, (result, cases) in tests.items():
                before, most = merged[one].get(test, (result, 0))
                merged[one][test] = (max(before, result, key=RANK.get), max(most, cases))
    return merged


def state_of(one, proofs, excused):
    results = [result for result, _ in proofs.get(one, {}).values()]
    if "failed" in results:
        return "failed"
    if "passed" in results:
        return "held"
    return "excused" if one in excused else "skipped" if results else "open"


def table(promises, proofs, excused):
    states = {one: state_of(one, proofs, excused) for one in promises}
    counts = collections.Counter(states.values())
    lines = ["# What is promised, and what proves it", "",
             "Made by `tests/promises/make_table.py` from the last run of ctest; do not edit. "
             "[promises.txt](promises/promises.txt) has the lines, [excused.txt](promises/excused.txt) what is not tested and why.", "",
             f"Of {len(promises)} promises {counts['held']} are held by a test that passed, {counts['failed']} have a test that failed, "
             f"{counts['skipped']} one that was skipped here, {counts['excused']} are excused, {counts['open']} are open.", ""]
    for kind, title in (("S", "The distribution specification"), ("A", "Attacks"), ("Q", "Qt"), ("F", "Faults"), ("Z", "Fuzzing"), ("W", "The world")):
        lines += [f"## {title}", "", "| id | promise | state | proved by |", "|---|---|---|---|"]
        for one, text in promises.items():
            if not one.startswith(kind):
                continue
            tests = ", ".join(f"`{test}`" + (f" ×{cases}" if cases > 1 else "") + ("" if result == "passed" else f" ({result})")
                              for test, (result, cases) in sorted(proofs.get(one, {}).items()))
            lines.append(f"| {one} | {text.replace('|', '&#124;')} | {states[one]} | {tests or excused.get(one, '')} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n", counts


def self_test():
    known = parse_promises("# c\nS16 a\nS33 b\nA10 c\nA11 d\nF04_B e\nF18_B f\nF18_C g\nZ01 h\nQ03 i\n")
    assert ids_of("S16_resumes", known) == ["S16"]
    assert ids_of("A10_A11_tokens", known) == ["A10", "A11"]
    assert ids_of("F18_BC_full", known) == ["F18_B", "F18_C"]
    assert ids_of("F04_B resumed seed=3", known) == ["F04_B"]
    assert ids_of("S33 no link, full page", known) == ["S33"]
    assert ids_of("F04_breaks", known) == [] and ids_of("Some_S16", known) == [] and ids_of("S161", known) == []
    log = ("Start testing: x\n" + "-" * 58 + "\n1/4 Testing: core.resume\n1/4 Test: core.resume\nCommand: \"x\"\nOutput:\n" + "-" * 58 + "\n"
           "PASS   : TestResume::S16_resumes(200 to a range)\nPASS   : TestResume::S16_resumes(416)\nFAIL!  : TestResume::F04_breaks(F04_B cut) wrong\n"
           "SKIP   : TestResume::Q03_lengths(x) no\n<end of output>\nTest time =   0.26 sec\n" + "-" * 58 + "\nTest Passed.\n\n"
           "2/4 Testing: integration.A\n2/4 Test: integration.A\nOutput:\n" + "-" * 58 + "\n"
           "test_A10_no_secret (test_x.A) ... ok\ntest_F18_BC_full (test_x.A.test_F18_BC_full)\nOf a disk. ... skipped 'not root'\n"
           "test_A11_tokens (test_x.A) ... a warning\n  of Python\nFAIL\n<end of output>\n" + "-" * 58 + "\nTest Failed.\n\n"
           "3/4 Testing: fuzz.Z01\n3/4 Test: fuzz.Z01\nOutput:\n" + "-" * 58 + "\nfine\n<end of output>\n" + "-" * 58 + "\nTest Passed.\n")
    proofs = merge([read_log(log, known), read_log("", known)])
    states = {one: state_of(one, proofs, {"S33": "why"}) for one in known}
    assert states == {"S16": "held", "S33": "excused", "A10": "held", "A11": "failed", "F04_B": "failed", "F18_B": "skipped", "F18_C": "skipped",
                      "Z01": "held", "Q03": "skipped"}, states
    text, counts = table(known, proofs, {"S33": "why"})
    assert "`TestResume::S16_resumes` ×2" in text and "| why |" in text and counts["failed"] == 2, text
    promises = parse_promises((HERE / "promises.txt").read_text())
    excused = parse_promises((HERE / "excused.txt").read_text())
    assert not set(excused) - set(promises), set(excused) - set(promises)
    with tempfile.TemporaryDirectory() as folder:
        assert main([folder, "-o", f"{folder}/out.md"]) == 1  # a build without a log proves nothing
    print(f"{len(promises)} promises, {len(excused)} excused")


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("logs", nargs="*", type=pathlib.Path)
    parser.add_argument("-o", "--output", type=pathlib.Path, default=HERE.parent / "README.md")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args(arguments)
    if options.self_test:
        self_test()
        return 0
    promises = parse_promises((HERE / "promises.txt").read_text())
    excused = parse_promises((HERE / "excused.txt").read_text())
    logs = options.logs
    missing = [str(log) for log in logs if not log.is_file()]
    if missing or not logs:
        print("no log of ctest: " + (", ".join(missing) or "name them"), file=sys.stderr)
        return 1
    proofs = merge([read_log(log.read_text(errors="replace"), promises) for log in logs])
    text, counts = table(promises, proofs, excused)
    options.output.write_text(text)
    print(", ".join(f"{count} {state}" for state, count in sorted(counts.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

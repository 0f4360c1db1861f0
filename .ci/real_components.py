"""Fail where a test of a real component was skipped: `python .ci/real_components.py junit.xml MARKER ...`.

In:  pytest's JUnit report and the markers of such tests.   Out: exit code 1 and one line a skipped test.
A skipped test passes by not looking; here the component is installed, so there is no reason to skip. A marker
that selects no test at all fails too.
"""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def skipped(report: Path) -> dict[tuple[str, str], str]:
    """(class name, test name) of every skipped test -> its reason."""
    found: dict[tuple[str, str], str] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        skip = case.find("skipped")
        if skip is not None:
            found[case.get("classname", ""), case.get("name", "")] = skip.get("message", "")
    return found


def marked(marker: str) -> list[tuple[str, str]]:
    """(class name, test name), as the report writes them, of every test that carries a marker."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-o", "addopts=--import-mode=importlib"]
    done = subprocess.run([*command, "-m", marker], capture_output=True, text=True, check=False)
    return [report_name(line) for line in done.stdout.splitlines() if line.startswith("tests/") and "::" in line]


def report_name(node_id: str) -> tuple[str, str]:
    """'tests/export/test_html.py::TestA::test_b[x]' -> ('tests.export.test_html.TestA', 'test_b[x]')."""
    place, bracket, values = node_id.partition("[")
    path, *classes, name = place.split("::")
    return ".".join([path.removesuffix(".py").replace("/", "."), *classes]), name + bracket + values


def main(report: Path, markers: list[str]) -> int:
    skips, problems = skipped(report), []
    for marker in markers:
        tests = marked(marker)
        if not tests:
            problems.append(f"no test carries the marker '{marker}', or its file was skipped whole")
        problems += [f"skipped: {test[0]}::{test[1]} ({skips[test]})" for test in tests if test in skips]
    for problem in problems:
        print(f"real components: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))

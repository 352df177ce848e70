"""Say how each step ended, and how many tests and checks passed; exit 1 if anything failed.

Usage: python .ci/summary.py FOLDER (with results.tsv and a JUnit report for each step that ran pytest).
"""

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path


def tests(report: Path) -> Counter[str]:
    """Count the tests of one pytest run by how they ended."""
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314 - written by pytest a moment ago
    counts: Counter[str] = Counter()
    for suite in suites:
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts += Counter(failed=failed, skipped=skipped, passed=int(suite.get("tests", 0)) - failed - skipped)
    return counts


def main(folder: Path) -> int:
    """Print the table of steps and the closing line."""
    total: Counter[str] = Counter()
    steps = [line.split("\t") for line in (folder / "results.tsv").read_text(encoding="utf-8").splitlines()]
    print("\n===== summary =====")
    for name, word, seconds in steps:
        report = folder / f"{name}.xml"
        # A step without tests is one check; a test run that broke down outside its tests is a failure all the same.
        counts = tests(report) if report.exists() else Counter({word: 1})
        if word == "failed" and not counts["failed"]:
            counts["failed"] = 1
        total += counts
        print(
            f"{name:12} {word:8} {seconds:>5} s   "
            + ", ".join(f"{n} {what}" for what, n in sorted(counts.items()) if n)
        )
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

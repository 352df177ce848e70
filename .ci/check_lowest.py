"""Check that what is installed are the lower bounds of pyproject.toml: `python .ci/check_lowest.py EXTRA ...`."""

import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path


def release(text: str) -> list[int]:
    """Give the numbers of a version without trailing zeros, so that 8.1 and 8.1.0 are the same."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers


def main(extras: list[str]) -> int:
    """Compare each requirement's lower bound with the installed version."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [*project["dependencies"], *(need for extra in extras for need in project["optional-dependencies"][extra])]
    above = []
    for need in needs:
        name, floor = re.split(r"(?:\[.*\])?>=", need)
        if release(version(name)) != release(floor):
            above.append(f"{need}, but {version(name)} is installed")
    print("\n".join(above) or f"{len(needs)} requirements are at their lower bounds")
    return 1 if above else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The project's files agree with each other and name no machine."""

import ast
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import integrated_services

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TEXT = {".cff", ".cfg", ".css", ".csv", ".html", ".ini", ".j2", ".js", ".json", ".md", ".py", ".sh", ".svg", ".toml"}
TEXT |= {".txt", ".yaml", ".yml", ""}
# In pieces, because this file is looked through as well.
ADDRESSES = ["py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "deb." + "debian.org", "ana" + "conda.org"]
FOLDERS = [f"/{name}/" for name in ("farm", "root", "tmp", "work")]

pytestmark = pytest.mark.skipif(
    not (ROOT / "pyproject.toml").exists(), reason="needs the project's files, not only the installed package"
)


def project_files() -> list[Path]:
    """List the files of the project: those that git tracks or would, or all of an unpacked source distribution."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
        found = [ROOT / name for name in listed.split("\0") if name]
    else:
        top = ["benchmarks", "docs", "examples", "schemas", "src", "tests", "tools"]
        found = [*ROOT.glob("*"), *(path for folder in top for path in (ROOT / folder).rglob("*"))]
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines from `def` to the end, without the docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.fixture(scope="module")
def pyproject() -> dict[str, dict[str, object]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_version_is_the_same_everywhere(pyproject: dict[str, dict[str, object]]) -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.search(r"^version: (\S+)$", citation, flags=re.MULTILINE)
    assert cited is not None
    assert integrated_services.__version__ == pyproject["project"]["version"] == cited[1]


def test_the_constraints_name_a_version_of_everything_and_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    wrong = [pin for pin in pins if not re.fullmatch(r"[a-z0-9-]+==[0-9a-z.+!]+( ; [\w .'\"<>=!*()]+)?", pin)]
    assert pins
    assert wrong == []


def test_what_the_package_needs_is_constrained(pyproject: dict[str, dict[str, object]]) -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9-]+)==", constraints, flags=re.MULTILINE))
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    assert isinstance(extras, dict)
    assert isinstance(project["dependencies"], list)
    wanted = [*project["dependencies"], *(need for name, needs in extras.items() if name != "all" for need in needs)]
    assert {re.split(r"[\[<>=]", need)[0] for need in wanted} - pinned == set()


def test_no_file_names_a_package_index_or_a_folder_of_a_machine() -> None:
    pattern = re.compile("|".join([*map(re.escape, ADDRESSES), *(rf"(?<![\w.~-]){folder}" for folder in FOLDERS)]))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in project_files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_package_says_that_it_is_typed() -> None:
    assert files(integrated_services).joinpath("py.typed").is_file()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src" / "integrated_services")))
def test_no_module_has_more_than_600_lines_and_no_function_more_than_60(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600
    assert {node.name: code_lines(node) for node in functions(path) if code_lines(node) > 60} == {}

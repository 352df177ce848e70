"""Every block of the documentation runs and shows what it prints; every example in a docstring too.

How a page is written:

- a ``python`` block runs, in one namespace a page; a ``text output`` block right after it is what it prints;
- a ``console`` block has lines with ``$ integrated-services ...``, each followed by what the command prints;
- a ``yaml file=NAME`` block (or json, csv) is written to that file in the folder of the page.

``UPDATE_DOCS=1 pytest tests/test_docs.py`` writes what is printed into the pages; look at the difference before you
keep it. In an output, ``...`` stands for anything.
"""

import contextlib
import doctest
import importlib
import inspect
import io
import os
import pkgutil
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import integrated_services
from integrated_services import cli
from integrated_services.errors import MissingDependencyError

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
UPDATE = bool(os.environ.get("UPDATE_DOCS"))
CHECKER = doctest.OutputChecker()
PROMPT = "$ integrated-services"


@dataclass
class Block:
    """A fenced block of a page: its info string, and its lines from first to last (the fences are outside)."""

    info: str
    body: str
    first: int
    last: int

    @property
    def language(self) -> str:
        return self.info.partition(" ")[0]


def blocks_of(text: str) -> list[Block]:
    """Find the blocks that are fenced with three backticks at the beginning of a line."""
    found, info, first = [], None, 0
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if info is None and (match := re.fullmatch(r"```(\w[^`]*)", line)):
            info, first = match[1], number + 1
        elif info is not None and line == "```":
            found.append(Block(info, "\n".join(lines[first:number]), first, number))
            info = None
    assert info is None, f"the block that begins in line {first} has no end"
    return found


def captured(run) -> str:
    """Give all that a call writes to its two streams."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
        run()
    return "\n".join(line.rstrip() for line in stream.getvalue().rstrip("\n").split("\n"))


def run_command(line: str) -> str:
    """Run one command in this process and give what it prints."""

    def run() -> None:
        with contextlib.suppress(SystemExit):
            cli.main(shlex.split(line)[1:])

    printed = captured(run)
    assert "fault of the program" not in printed, printed
    return printed


def run_console(body: str) -> str:
    """Run the commands of a console block; give the block with what they print now."""
    shown: list[str] = []
    expected: list[str] = []
    result: list[str] = []

    def flush() -> None:
        if shown:
            now = run_command(" ".join(part.rstrip("\\").removeprefix("$ ").strip() for part in shown))
            old = "\n".join(expected)
            result.extend([*shown, *([old if same(old, now) else now] if now else [])])

    for line in body.split("\n"):
        if shown and not expected and shown[-1].endswith("\\"):
            shown.append(line)
        elif line.startswith("$ "):
            assert line.startswith(PROMPT), f"only {PROMPT} is run: {line}"
            flush()
            shown, expected = [line], []
        else:
            expected.append(line)
    flush()
    return "\n".join(result)


def same(expected: str, got: str) -> bool:
    return CHECKER.check_output(expected + "\n", got + "\n", doctest.ELLIPSIS)


def run_page(page: Path) -> list[tuple[Block, str]]:
    """Run a page; give the blocks that do not show what is printed, with what they should show."""
    name = f"page_{page.stem}"
    space: dict[str, object] = {"__name__": name}
    wrong, printed = [], ""
    for block in blocks_of(page.read_text(encoding="utf-8")):
        if block.info == "text output":
            if not same(block.body, printed):
                wrong.append((block, printed))
        elif block.language == "python":
            code = compile("\n" * block.first + block.body, str(page), "exec")
            printed = captured(lambda: exec(code, space))  # noqa: B023, S102 - run at once; the project's own pages
        elif block.language == "console":
            now = run_console(block.body)
            if now != block.body:
                wrong.append((block, now))
        elif match := re.search(r"\bfile=(\S+)", block.info):
            Path(match[1]).write_text(block.body + "\n", encoding="utf-8")
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_block_of_the_page_runs_and_shows_what_it_prints(page, tmp_path, monkeypatch):
    for module in ("yaml", "altair", "jinja2", "pandas"):
        pytest.importorskip(module, reason="needs the extra desk and pandas")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    wrong = run_page(page)
    if UPDATE and wrong:
        lines = page.read_text(encoding="utf-8").split("\n")
        for block, now in reversed(wrong):
            lines[block.first : block.last] = now.split("\n")
        page.write_text("\n".join(lines), encoding="utf-8")
    for block, now in wrong:
        assert UPDATE or block.body == now, f"line {block.first} of {page.name} shows something else"


def test_the_runner_sees_a_wrong_output_and_a_wrong_console(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    python = "```python\nprint(1 + 1)\n```\n\n```text output\n3\n```\n"
    console = "```console\n$ integrated-services sample nosuch\nwell\n```\n"
    page.write_text(f"{python}\n{console}", encoding="utf-8")
    (_, first), (_, second) = run_page(page)
    assert first == "2"
    assert second.startswith("$ integrated-services sample nosuch\nError: There is no ")


def modules() -> list[str]:
    found = pkgutil.walk_packages(integrated_services.__path__, "integrated_services.")
    return ["integrated_services", *(info.name for info in found if not info.name.endswith("__main__"))]


@pytest.mark.parametrize("name", modules())
def test_the_examples_in_the_docstrings_of_the_module_run(name):
    module = importlib.import_module(name)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    runner = doctest.DocTestRunner(optionflags=flags, verbose=False)
    report = io.StringIO()
    for test in doctest.DocTestFinder(exclude_empty=True).find(module, name):
        runner.run(test, out=report.write, clear_globs=False)
    said = report.getvalue()
    if MissingDependencyError.__name__ in said:
        pytest.skip("an example needs a package that is not installed")
    assert runner.failures == 0, said


# what is generated when the documentation is built

sys.path.insert(0, str(ROOT / "docs"))
import generate  # noqa: E402 - from the folder of the documentation


def test_every_command_is_on_the_page_of_the_command_line():
    text = generate.command_line()
    for command in cli._commands.commands:
        assert f"## `{command}`" in text
        assert f"Usage: integrated-services {command} " in text


def test_every_problem_code_has_a_section_with_a_failing_and_a_mended_example():
    from integrated_services.model import PROBLEM_CODES

    text = generate.problem_codes()
    sections = dict(re.findall(r"\n### `([a-z-]+)`\n(.*?)(?=\n##|\Z)", text, re.DOTALL))
    assert set(sections) == set(PROBLEM_CODES)
    assert all("Wrong" in section and "Mended" in section for section in sections.values())


def test_every_exception_says_how_it_is_met_and_mended():
    from integrated_services import errors

    page = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    kinds = [name for name in errors.__all__ if name.endswith("Error")]
    assert [name for name in kinds if f"## `{name}`" not in page] == []


def test_every_noun_and_each_of_its_fields_is_on_the_page_of_the_format():
    from integrated_services import model

    text = generate.document_format()
    for name in model.Framework.COLLECTIONS:
        assert f"\n## `{name}`" in text
    for name in ("Figure", "Money", "Delivery", "Commitment", "Eligibility", "Access"):
        fields = getattr(model, name).model_fields
        section = text.partition(f"`{name}`\n")[2].partition("\n## ")[0]
        missing = [field for field in fields if f"| `{field.rstrip('_')}`" not in section]
        assert (name, missing) == (name, [])


@pytest.mark.parametrize("family", ["model", "coverage", "network", "indicators", "io", "report", "samples", "errors"])
def test_every_public_name_of_the_family_is_in_the_reference(family):
    module = importlib.import_module(f"integrated_services.{family}")
    page = (ROOT / f"docs/reference/{family}.md").read_text(encoding="utf-8")
    assert f".. automodule:: integrated_services.{family}\n   :members:" in page
    for name in module.__all__:
        value = getattr(module, name)  # automodule lists classes and functions; what else there is must be named
        if isinstance(value, type) or inspect.isroutine(value):
            assert inspect.getdoc(value), f"{family}.{name} has no docstring"
        else:
            assert f".. py:data:: integrated_services.{family}.{name}\n" in page, name


def test_every_column_of_every_result_is_on_the_page_of_the_results():
    text = generate.result_columns()
    for kind in generate.result_classes():
        assert f"## `{kind.__name__}`" in text
        assert all(f"| `{column.name}` |" in text for column in kind.columns)


def test_the_pages_name_every_marker_that_the_build_fills_in():
    used = set()
    for page in PAGES:
        used |= set(re.findall(r"<!-- generated: ([a-z-]+) -->", page.read_text(encoding="utf-8")))
    assert used == set(generate.PARTS)


def test_the_pictures_are_those_that_the_library_makes_now():
    import make_pictures

    for name, svg in make_pictures.pictures().items():
        kept = (ROOT / "docs/_static" / name).read_text(encoding="utf-8")
        assert kept == svg, f"{name} is old; run: python docs/make_pictures.py"

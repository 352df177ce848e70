"""The annotated copy: every mistake in its cell and in a list, nothing else changed, and it can be mended and read."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from workbook_helpers import SMALL, column_of, filled, openpyxl, with_rows

from integrated_services import io
from integrated_services.errors import DocumentError, FormatError, Problem
from integrated_services.io._workbook import check_workbook

RED = "FFFFC7CE"
SERVICE = {"name": "S", "needs": "Speech therapy", "groups": "Pupils", "area": "Vinni"}


def wrong(tmp_path: Path, **more: Any) -> Path:
    """A workbook with a capacity that cannot be read in row 4, and a name that is unknown in row 5."""
    services = [{**SERVICE, "capacity": "many", **more}, {**SERVICE, "name": "T", "needs": "Speach therapy"}]
    return filled(tmp_path / "wrong.xlsx", with_rows(services=services, referrals=[]))


def problems_of(path: Path) -> tuple[Problem, ...]:
    """What is wrong with a workbook."""
    with pytest.raises(DocumentError) as caught:
        io.read_workbook(path)
    return caught.value.problems


@pytest.fixture
def copy(tmp_path: Path) -> tuple[Path, Path]:
    """A wrong workbook and its annotated copy."""
    path, target = wrong(tmp_path), tmp_path / "checked.xlsx"
    assert io.annotate(path, problems_of(path), target) == 2
    return path, target


def cell_of(book: Any, column: str, row: int) -> Any:
    """A cell of the services by its heading."""
    sheet = book["Services"]
    return sheet.cell(row, column_of(sheet, "services", column, "en"))


def test_the_wrong_cells_are_red_and_say_what_to_do(copy: tuple[Path, Path]) -> None:
    book = openpyxl.load_workbook(copy[1])
    for column, row, said in (("capacity", 4, "not a number"), ("needs", 5, "Did you mean “Speech therapy”")):
        cell = cell_of(book, column, row)
        assert cell.fill.fgColor.rgb == RED
        assert said in cell.comment.text
    assert cell_of(book, "name", 4).fill.fgColor.rgb != RED


def test_the_list_in_front_links_to_each_cell(copy: tuple[Path, Path]) -> None:
    sheet = openpyxl.load_workbook(copy[1]).worksheets[0]
    assert sheet.title == "To correct"
    assert sheet["A5"].value == "Services, row 4, Capacity (I)"
    assert sheet["A5"].hyperlink.location == "'Services'!I4"
    assert sheet["E5"].value == "many"
    assert sheet.max_row == 6


def test_the_copy_says_the_same_when_it_is_checked_again(copy: tuple[Path, Path]) -> None:
    path, target = copy
    before = [(p.code, p.sheet, p.row, p.column) for p in problems_of(path)]
    assert [(p.code, p.sheet, p.row, p.column) for p in problems_of(target)] == before


def test_mending_the_cells_mends_the_workbook_and_its_marks(copy: tuple[Path, Path], tmp_path: Path) -> None:
    book = openpyxl.load_workbook(copy[1])
    cell_of(book, "capacity", 4).value = 40
    cell_of(book, "needs", 5).value = "Speech therapy"
    book.save(copy[1])
    assert len(io.read_workbook(copy[1]).framework.services) == 2
    again = tmp_path / "again.xlsx"
    assert io.annotate(copy[1], check_workbook(copy[1]).errors, again) == 0
    book = openpyxl.load_workbook(again)
    assert cell_of(book, "capacity", 4).comment is None
    assert cell_of(book, "capacity", 4).fill.fgColor.rgb != RED
    assert [name for name in book.sheetnames if name == "To correct"] == ["To correct"]
    assert book.worksheets[0]["A2"].value == "There is nothing to correct."


def test_lists_and_headings_of_the_original_stay(copy: tuple[Path, Path]) -> None:
    before, after = openpyxl.load_workbook(copy[0]), openpyxl.load_workbook(copy[1])
    for name in before.sheetnames:
        rules = [
            sorted((str(rule.sqref), rule.formula1) for rule in book[name].data_validations.dataValidation)
            for book in (before, after)
        ]
        assert rules[0] == rules[1]
        assert before[name].freeze_panes == after[name].freeze_panes
    assert set(before.defined_names) == set(after.defined_names)


def test_nothing_but_marks_is_changed(copy: tuple[Path, Path]) -> None:
    before, after = openpyxl.load_workbook(copy[0]), openpyxl.load_workbook(copy[1])
    for name in before.sheetnames:
        values = [[[cell.value for cell in row] for row in book[name].iter_rows()] for book in (before, after)]
        assert values[0] == values[1]


def test_somebodys_own_comment_stays_above_ours_and_outlives_it(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    book = openpyxl.load_workbook(path)
    cell_of(book, "capacity", 4).comment = openpyxl.comments.Comment("Ask the school", "Somebody")
    book.save(path)
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    io.annotate(path, problems_of(path), first)
    text = cell_of(openpyxl.load_workbook(first), "capacity", 4).comment.text
    assert text.startswith("Ask the school")
    assert "not a number" in text
    io.annotate(first, [], second)
    assert cell_of(openpyxl.load_workbook(second), "capacity", 4).comment.text == "Ask the school"


def test_persons_data_are_masked_in_marks_and_list(tmp_path: Path) -> None:
    agencies = [*SMALL["agencies"], {"name": "A", "email": "jaana.tamm@example.ee", "kind": "jaana.tamm@example.ee"}]
    path, target = filled(tmp_path / "a.xlsx", with_rows(agencies=agencies)), tmp_path / "checked.xlsx"
    io.annotate(path, problems_of(path), target)
    book = openpyxl.load_workbook(target)
    listed = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    comments = "\n".join(c.comment.text for s in book for row in s.iter_rows() for c in row if c.comment is not None)
    assert "j***@***" in listed
    assert "jaana" not in listed + comments


@pytest.mark.parametrize("language", ["et", "lt"])
def test_the_copy_speaks_the_language_of_the_workbook(tmp_path: Path, language: str) -> None:
    services = [{**SERVICE, "capacity": "many"}]
    rows = with_rows(services=services, referrals=[])
    path, target = filled(tmp_path / "a.xlsx", rows, language), tmp_path / "checked.xlsx"
    checked = check_workbook(path, language=None)
    io.annotate(path, checked.problems, target)
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert sheet.title == {"et": "Parandada", "lt": "Taisytina"}[language]
    assert sheet["C5"].value == {"et": "see ei ole arv", "lt": "tai ne skaičius"}[language]


# formulas and links ------------------------------------------------------------------------------------------------


def with_results(path: Path, results: dict[str, str]) -> None:
    """Write the result beside each formula, as Excel does and openpyxl does not."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    for name, data in entries.items():
        if name.startswith("xl/worksheets/sheet"):
            text = data.decode()
            for formula, result in results.items():
                text = text.replace(f"<f>{formula}</f><v></v>", f"<f>{formula}</f><v>{result}</v>")
                text = text.replace(f"<f>{formula}</f><v/>", f"<f>{formula}</f><v>{result}</v>")
                text = text.replace(f"<f>{formula}</f><v />", f"<f>{formula}</f><v>{result}</v>")
            entries[name] = text.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def test_formulas_stay_and_keep_their_results(tmp_path: Path) -> None:
    path, target = wrong(tmp_path, cost="=20+22"), tmp_path / "checked.xlsx"
    with_results(path, {"20+22": "42"})
    io.annotate(path, problems_of(path), target)
    assert cell_of(openpyxl.load_workbook(target), "cost", 4).value == "=20+22"
    assert cell_of(openpyxl.load_workbook(target, data_only=True), "cost", 4).value == 42
    assert {problem.code for problem in problems_of(target)} == {"unreadable-cell", "unknown-name"}


def test_a_formula_into_another_file_becomes_its_result(tmp_path: Path) -> None:
    path, target = wrong(tmp_path, cost="=[1]Sheet1!A1"), tmp_path / "checked.xlsx"
    with_results(path, {"[1]Sheet1!A1": "42"})
    io.annotate(path, problems_of(path), target)
    assert cell_of(openpyxl.load_workbook(target), "cost", 4).value == 42


def test_links_to_programs_are_taken_away_and_links_to_pages_stay(tmp_path: Path) -> None:
    path, target = wrong(tmp_path, description="page", note="program"), tmp_path / "checked.xlsx"
    book = openpyxl.load_workbook(path)
    cell_of(book, "description", 4).hyperlink = "https://example.org/"
    cell_of(book, "note", 4).hyperlink = "file:///C:/Windows/calc.exe"
    book.save(path)
    io.annotate(path, problems_of(path), target)
    copy = openpyxl.load_workbook(target)
    assert cell_of(copy, "description", 4).hyperlink.target == "https://example.org/"
    assert cell_of(copy, "note", 4).hyperlink is None


def test_what_looks_like_a_formula_is_listed_as_text(tmp_path: Path) -> None:
    path, target = wrong(tmp_path), tmp_path / "checked.xlsx"
    book = openpyxl.load_workbook(path)
    cell = cell_of(book, "capacity", 4)
    cell.value, cell.data_type = "=HYPERLINK(1)", "s"
    book.save(path)
    io.annotate(path, problems_of(path), target)
    listed = openpyxl.load_workbook(target).worksheets[0]["E5"]
    assert (listed.data_type, listed.value) == ("s", "=HYPERLINK(1)")


# refusals ----------------------------------------------------------------------------------------------------------


def test_the_workbook_itself_is_never_overwritten(tmp_path: Path) -> None:
    path = wrong(tmp_path)
    before = path.read_bytes()
    with pytest.raises(FormatError, match="choose another name"):
        io.annotate(path, [], path)
    assert path.read_bytes() == before


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    path, bad = wrong(tmp_path), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(bad, "w") as out:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "xl/styles.xml":
                data = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + data.partition(b"?>")[2]
            out.writestr(name, data)
    with pytest.raises(FormatError):
        io.annotate(bad, [], tmp_path / "checked.xlsx")


def test_a_damaged_workbook_gives_our_error(tmp_path: Path) -> None:
    path, bad = wrong(tmp_path), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(bad, "w") as out:
        for name in archive.namelist():
            data = archive.read(name)
            out.writestr(name, data.replace(b"<fonts", b"<phonts") if name == "xl/styles.xml" else data)
    with pytest.raises(FormatError):
        io.annotate(bad, [], tmp_path / "checked.xlsx")

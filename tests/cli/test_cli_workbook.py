"""The mapping workbook on the command line: make it, check it, mark its mistakes, answer questions from it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from integrated_services.cli import main

openpyxl = pytest.importorskip("openpyxl", reason="workbooks need the extra `desk`")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit status, output and error output of one command."""
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    shown = capsys.readouterr()
    code = ended.value.code
    return (code if isinstance(code, int) else 0), shown.out, shown.err


@pytest.fixture
def county(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workbook that is filled from a sample."""
    path = tmp_path / "county.xlsx"
    assert run(capsys, "template", str(path), "--language", "et", "--from", "laane-viru")[0] == 0
    return path


def spoil(path: Path, sheet: str, cell: str, value: Any) -> None:
    """Write something wrong into a cell."""
    book = openpyxl.load_workbook(path)
    book[sheet][cell] = value
    book.save(path)
    book.close()


def test_template_writes_a_workbook_in_the_language(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mapping.xlsx"
    code, _, err = run(capsys, "template", str(path), "--language", "lt")
    assert (code, "Written" in err) == (0, True)
    assert "Kaip pildyti" in openpyxl.load_workbook(path).sheetnames


def test_template_does_not_overwrite(capsys: pytest.CaptureFixture[str], county: Path) -> None:
    code, _, err = run(capsys, "template", str(county))
    assert code == 2
    assert "--force" in err
    assert run(capsys, "template", str(county), "--force")[0] == 0


def test_template_asks_for_the_ending(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "template", str(tmp_path / "a.ods"))
    assert code == 2
    assert ".xlsx" in err


def test_template_says_what_it_cannot_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("template", str(tmp_path / "a.xlsx"), "--from", "elektrenai", "--lists-only")
    code, _, err = run(capsys, *words)
    assert code == 0
    assert "observations: 41" in err


def test_lists_only_needs_something_to_take_them_from(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "template", str(tmp_path / "a.xlsx"), "--lists-only")
    assert code == 2
    assert "--from" in err


def test_a_blank_workbook_is_told_to_begin_with_its_title(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mapping.xlsx"
    run(capsys, "template", str(path))
    code, out, err = run(capsys, "check", str(path))
    assert code == 1
    assert "sheet Framework, row 3, column Title (B)): Title is missing" in out
    assert "2 errors" in err


def test_a_sound_workbook_passes(capsys: pytest.CaptureFixture[str], county: Path) -> None:
    code, out, err = run(capsys, "check", str(county))
    assert code == 0
    assert "0 errors" in err
    assert "error " not in out


def test_check_names_sheet_row_and_column(capsys: pytest.CaptureFixture[str], county: Path) -> None:
    spoil(county, "Rahvaarv", "D5", "palju")
    code, out, _ = run(capsys, "check", str(county), "--format", "json")
    assert code == 1
    (problem,) = [one for one in json.loads(out) if one["severity"] == "error"]
    assert (problem["sheet"], problem["row"], problem["column"]) == ("Rahvaarv", 5, "Isikuid (D)")
    assert (problem["code"], problem["value"]) == ("unreadable-cell", "palju")


def test_check_writes_an_annotated_copy_in_the_language_of_the_workbook(
    capsys: pytest.CaptureFixture[str], county: Path, tmp_path: Path
) -> None:
    spoil(county, "Rahvaarv", "D5", "palju")
    target = tmp_path / "checked.xlsx"
    code, _, err = run(capsys, "check", str(county), "--annotate", str(target))
    assert code == 1
    assert "1 cell marked" in err
    book = openpyxl.load_workbook(target)
    assert book.sheetnames[0] == "Parandada"
    assert "see ei ole arv" in book["Rahvaarv"]["D5"].comment.text
    code, out, _ = run(capsys, "check", str(target))
    assert code == 1
    assert out.count("error ") == 1


def test_check_says_what_the_sound_part_holds(capsys: pytest.CaptureFixture[str], county: Path) -> None:
    spoil(county, "Rahvaarv", "D5", "palju")
    code, _, err = run(capsys, "check", str(county), "--draft")
    assert code == 1
    assert "populations 31" in err
    assert "1 record was left out" in err


def test_annotate_is_for_workbooks_only(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("yaml", reason="YAML needs the extra `desk`")
    run(capsys, "new", str(tmp_path / "mine.yaml"))
    code, _, err = run(capsys, "check", str(tmp_path / "mine.yaml"), "--annotate", str(tmp_path / "b.xlsx"))
    assert code == 2
    assert "workbooks" in err


@pytest.mark.parametrize("command", ["gaps", "cooperation"])
def test_analyses_read_a_workbook(capsys: pytest.CaptureFixture[str], county: Path, command: str) -> None:
    code, out, _ = run(capsys, command, str(county))
    assert (code, len(out) > 100) == (0, True)


def test_analyses_refuse_mistakes_and_run_on_the_sound_part(capsys: pytest.CaptureFixture[str], county: Path) -> None:
    spoil(county, "Rahvaarv", "D5", "palju")
    code, _, err = run(capsys, "gaps", str(county))
    assert code == 1
    assert "row 5" in err
    assert "--draft" in err
    code, out, err = run(capsys, "gaps", str(county), "--draft")
    assert code == 0
    assert "left out" in err
    assert "covered" in out


def test_a_spreadsheet_that_is_no_mapping_workbook_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    code, _, err = run(capsys, "gaps", str(tmp_path / "other.xlsx"))
    assert code == 1
    assert "Traceback" not in err


def test_reading_documents_needs_no_openpyxl(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert run(capsys, "gaps", "elektrenai")[0] == 0
    code, _, err = run(capsys, "template", str(tmp_path / "a.xlsx"))
    assert code == 1
    assert "integrated-services[desk]" in err
